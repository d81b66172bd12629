//! Parameters of an operation, one by one, and the order of its arguments.

use std::collections::BTreeSet;

use crate::ir::{Operation, Param, Place, Style};

use super::change::{Change, Effect};
use super::lines::Line;
use super::pair::Pair;
use super::values::{Told, bounds, code, own_ty, told, ty, was_is};

impl Pair<'_, '_, Operation> {
    pub(super) fn params(&mut self) {
        let (before, after) = (&self.old.1.params, &self.new.1.params);
        let pairs = matched(before, after);
        for (at, param) in before.iter().enumerate() {
            match pairs.iter().find(|(old, _)| *old == at) {
                Some((_, other)) => self.param(param, &after[*other]),
                None => {
                    let lines = self.lines_of(param, param);
                    let place = word(param.place);
                    let what = format!("the {place} parameter {} is removed", code(&param.wire));
                    self.say_at(Effect::Breaking, what, &lines, (Some(&param.origin), None))
                        .because(if param.required { "its argument takes what something else is now" } else { "" })
                        .kin("parameters", "are removed", code(&param.wire));
                }
            }
        }
        for (at, param) in after.iter().enumerate() {
            if pairs.iter().all(|(_, new)| *new != at) {
                let lines = self.lines_of(param, param);
                let (needed, effect, fate) = match param.required {
                    true => ("required ", Effect::Breaking, "are added and required"),
                    false => ("", Effect::Additive, "are added"),
                };
                let what = format!("the {needed}{} parameter {} is added", word(param.place), code(&param.wire));
                self.say_at(effect, what, &lines, (None, Some(&param.origin))).kin(
                    "parameters",
                    fate,
                    code(&param.wire),
                );
            }
        }
        self.arguments(&pairs);
    }

    /// Required parameters are arguments by their positions, so that their order is part of what callers write.
    fn arguments(&mut self, pairs: &[(usize, usize)]) {
        let (before, after) = (&self.old.1.params, &self.new.1.params);
        let mut both: Vec<&(usize, usize)> =
            pairs.iter().filter(|(old, new)| before[*old].required && after[*new].required).collect();
        both.sort_by_key(|(old, _)| *old);
        if both.is_sorted_by_key(|(_, new)| *new) {
            return;
        }
        let old: Vec<&str> = both.iter().map(|(old, _)| before[*old].wire.as_str()).collect();
        both.sort_by_key(|(_, new)| *new);
        let new: Vec<&str> = both.iter().map(|(_, new)| after[*new].wire.as_str()).collect();
        let lines = self.take(&BTreeSet::from([self.method()]));
        let what = format!("its arguments stand in another order: {}", was_is(&old.join(", "), &new.join(", ")));
        self.say(Effect::Breaking, what, lines).because("a value that is passed is taken for another argument");
    }

    /// The lines of a parameter: its setter and its constant, or the method that takes it as an argument.
    fn lines_of(&mut self, old: &Param, new: &Param) -> Vec<Line> {
        let mut paths = BTreeSet::new();
        for param in [old, new] {
            paths.insert(self.of_builder(param.ident.as_str()));
            paths.extend(param.constant.as_ref().map(|constant| self.of_builder(constant.as_str())));
            if param.required {
                paths.insert(self.method());
            }
        }
        self.take(&paths)
    }

    fn param(&mut self, old: &Param, new: &Param) {
        let Param {
            wire,
            ident,
            place,
            style,
            explode,
            allow_reserved,
            required,
            ty: inner,
            checks,
            default,
            // In the lines.
            constant: _,
            deprecated,
            docs,
            example,
            origin: _,
        } = old;
        let name = format!("the parameter {}", code(&new.wire));
        let many = code(&new.wire);
        let mut lines = Some(self.lines_of(old, new));
        let mut say = |pair: &mut Self, effect, what: String, fate: &str| {
            let lines = lines.take().unwrap_or_default();
            let change: &mut Change = pair.say_at(effect, what, &lines, (Some(&old.origin), Some(&new.origin)));
            change.kin("parameters", fate, many.clone());
        };
        if *required != new.required {
            let word = if new.required { "required" } else { "optional" };
            say(self, Effect::Breaking, format!("{name} is {word} now"), &format!("are {word} now"));
        }
        let types = (ty(self.old.0, inner), ty(self.new.0, &new.ty));
        if types.0 != types.1 {
            say(
                self,
                Effect::WireOnly,
                format!("{name} {}", was_is(&own_ty(self.old.0, inner), &types.1)),
                "are of another type",
            );
        }
        if *place != new.place {
            say(self, Effect::WireOnly, format!("{name} {}", was_is(word(*place), word(new.place))), "are moved");
        }
        let how = (spelled(*style, *explode, *allow_reserved), spelled(new.style, new.explode, new.allow_reserved));
        if how.0 != how.1 {
            let what = format!("{name} is written another way: {}", was_is(&how.0, &how.1));
            say(self, Effect::WireOnly, what, "are written another way");
        }
        let positional = *required && new.required;
        if *wire != new.wire {
            // Only a parameter of the path can be known by its place, and its name is not sent.
            let what = format!("the path parameter {} is called {} now", code(wire), code(&new.wire));
            say(self, Effect::DocsOnly, what, "are called another way");
        } else if ident != &new.ident && !positional {
            let what = format!("{name} {}", was_is(ident.as_str(), new.ident.as_str()));
            say(self, Effect::Breaking, what, "are called another way");
        }
        if let Some((effect, what)) = bounds(&name, checks, &new.checks) {
            say(self, effect, what, "have other bounds");
        }
        let was = Told { default: default.as_ref(), deprecated: *deprecated, docs, example: example.as_ref() };
        let is = Told {
            default: new.default.as_ref(),
            deprecated: new.deprecated,
            docs: &new.docs,
            example: new.example.as_ref(),
        };
        for (effect, what, fate) in told(&name, &was, &is) {
            say(self, effect, what, fate);
        }
        // What nothing of this tells, such as a constant that came or went with a type.
        self.own.extend(lines.unwrap_or_default());
    }
}

/// Which parameter is which: by name and place, then by name, and in the path by position.
fn matched(old: &[Param], new: &[Param]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let rules: [&dyn Fn(usize, usize) -> bool; 3] = [
        &|a, b| old[a].wire == new[b].wire && old[a].place == new[b].place,
        &|a, b| old[a].wire == new[b].wire,
        &|a, b| old[a].place == Place::Path && new[b].place == Place::Path && a == b,
    ];
    for rule in rules {
        for a in 0..old.len() {
            let taken = |pairs: &[(usize, usize)], b: usize| pairs.iter().any(|(_, other)| *other == b);
            if pairs.iter().all(|(other, _)| *other != a)
                && let Some(b) = (0..new.len()).find(|b| !taken(&pairs, *b) && rule(a, *b))
            {
                pairs.push((a, b));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

fn word(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::QueryString => "whole query",
    }
}

/// How a value is written, in the words of the description.
pub(super) fn spelled(style: Style, explode: bool, allow_reserved: bool) -> String {
    let style = match style {
        Style::Form => "form",
        Style::Cookie => "cookie",
        Style::SpaceDelimited => "spaceDelimited",
        Style::PipeDelimited => "pipeDelimited",
        Style::DeepObject => "deepObject",
        Style::Simple => "simple",
        Style::Label => "label",
        Style::Matrix => "matrix",
        Style::Json => "JSON",
    };
    let explode = if explode { ", exploded" } else { "" };
    format!("{style}{explode}{}", if allow_reserved { ", reserved characters as they are" } else { "" })
}
