//! Listed values, alternatives, and types around another one.

use crate::ir::{Arm, Enum, EnumValue, JsonKind, Newtype, Test, TypeDef, Union};

use super::change::Effect;
use super::lines::{Line, take};
use super::pair::Pair;
use super::values::{code, own_ty, ty, was_is, written};

impl Pair<'_, '_, TypeDef> {
    /// Takes the lines of a variant.
    fn variants(&mut self, names: &[&str]) -> Vec<Line> {
        let of = |name: &&str| format!("types::{}::{name}", self.new.1.name);
        let paths: Vec<String> = names.iter().map(of).collect();
        take(&mut self.own, |line| paths.contains(&line.path))
    }

    pub(super) fn listed(&mut self, old: &Enum, new: &Enum) {
        // The name of the arm for other values is in the lines.
        let Enum { scalar, values, open, fallback, unrecognized: _ } = old;
        if *scalar != new.scalar {
            let lines = std::mem::take(&mut self.own);
            self.say(Effect::Breaking, "its values are of another type", lines);
            return;
        }
        for value in values {
            let EnumValue { wire, name, docs, deprecated } = value;
            let text = code(written(wire));
            let Some(other) = new.values.iter().find(|other| other.wire == *wire) else {
                let lines = self.variants(&[name.as_str()]);
                // Where another value has its name now, code goes on and means that one; what keeps no other values refuses
                // this one.
                let effect = if new.open { Effect::WireOnly } else { Effect::Breaking };
                self.say(effect, format!("the value {text} is removed"), lines).kin("values", "are removed", text);
                continue;
            };
            if other.name != *name {
                let lines = self.variants(&[name.as_str(), other.name.as_str()]);
                let names = was_is(name.as_str(), other.name.as_str());
                self.say(Effect::Breaking, format!("the variant of {text} {names}"), lines).kin(
                    "values",
                    "are called another way",
                    text.clone(),
                );
            }
            if other.deprecated != *deprecated {
                let lines = self.variants(&[name.as_str()]);
                let no_more = if other.deprecated { "" } else { " no more" };
                self.say(Effect::Additive, format!("the value {text} is deprecated{no_more}"), lines).kin(
                    "values",
                    "are deprecated or no more so",
                    text.clone(),
                );
            }
            if other.docs != *docs {
                self.say(Effect::DocsOnly, format!("the description of {text} differs"), Vec::new()).kin(
                    "values",
                    "are described otherwise",
                    text,
                );
            }
        }
        for value in &new.values {
            if values.iter().all(|other| other.wire != value.wire) {
                let lines = self.variants(&[value.name.as_str()]);
                let text = code(written(&value.wire));
                self.say(Effect::Additive, format!("the value {text} is added"), lines).kin(
                    "values",
                    "are added",
                    text,
                );
            }
        }
        let both = |of: &[EnumValue], other: &[EnumValue]| -> Vec<String> {
            let known = |value: &&EnumValue| other.iter().any(|other| other.wire == value.wire);
            of.iter().filter(known).map(|value| written(&value.wire)).collect()
        };
        if both(values, &new.values) != both(&new.values, values) {
            self.say(Effect::WireOnly, "its values stand in another order", Vec::new())
                .because("`ALL` lists them so, and they are sorted so");
        }
        if *open != new.open {
            let lines = std::mem::take(&mut self.own);
            let what = format!("other values are {} now", if new.open { "kept" } else { "refused" });
            self.say(Effect::Breaking, what, lines);
        } else if !*open {
            let shown = |of: &[EnumValue], at: usize| of.get(at).map(|value| written(&value.wire)).unwrap_or_default();
            let defaults = (shown(values, *fallback), shown(&new.values, new.fallback));
            if defaults.0 != defaults.1 {
                self.say(Effect::WireOnly, format!("its default {}", was_is(&defaults.0, &defaults.1)), Vec::new());
            }
        }
    }

    pub(super) fn alternatives(&mut self, old: &Union, new: &Union) {
        // The name of the arm for other values is in the lines.
        let Union { arms, unrecognized: _ } = old;
        let pairs = self.arms(arms, &new.arms);
        for (at, arm) in arms.iter().enumerate() {
            let Arm { name, ty: inner, test, docs } = arm;
            let same = pairs.iter().find(|(old, _)| *old == at).map(|(_, new_at)| &new.arms[*new_at]);
            let Some(other) = same else {
                let mut lines = self.variants(&[name.as_str()]);
                lines.extend(self.conversion(&ty(self.old.0, inner)));
                self.say(Effect::Breaking, format!("the alternative `{name}` is removed"), lines).kin(
                    "alternatives",
                    "are removed",
                    code(name),
                );
                continue;
            };
            let types = (ty(self.old.0, inner), ty(self.new.0, &other.ty));
            if *name != other.name {
                let lines = self.variants(&[name.as_str(), other.name.as_str()]);
                let what = format!("the alternative `{name}` is called `{}` now", other.name);
                self.say(Effect::Breaking, what, lines).kin(
                    "alternatives",
                    "are called another way",
                    format!("`{name}` is `{}`", other.name),
                );
            }
            if types.0 != types.1 {
                let mut lines = self.variants(&[name.as_str()]);
                lines.extend(self.conversion(&types.0));
                lines.extend(self.conversion(&types.1));
                let what = format!("the alternative `{name}` {}", was_is(&own_ty(self.old.0, inner), &types.1));
                self.say(Effect::Breaking, what, lines).kin("alternatives", "are of another type", code(name));
            }
            if let Some((effect, what)) = told_apart(test, &other.test) {
                self.say(effect.min(self.reading()), format!("the alternative `{name}` {what}"), Vec::new()).kin(
                    "alternatives",
                    "are told apart another way",
                    code(name),
                );
            }
            if *docs != other.docs {
                self.say(Effect::DocsOnly, format!("the description of `{name}` differs"), Vec::new()).kin(
                    "alternatives",
                    "are described otherwise",
                    code(name),
                );
            }
        }
        let is_known = |at: usize| pairs.iter().any(|(_, new)| *new == at);
        for (at, arm) in new.arms.iter().enumerate().filter(|(at, _)| !is_known(*at)) {
            let mut lines = self.variants(&[arm.name.as_str()]);
            lines.extend(self.conversion(&ty(self.new.0, &arm.ty)));
            let what = format!("the alternative `{}` is added", arm.name);
            let behind = new.arms.iter().enumerate().skip(at + 1);
            let behind =
                behind.filter(|(at, other)| is_known(*at) && overlap(&arm.test, &other.test)).map(|(_, arm)| arm);
            let (effect, why) = match behind.into_iter().next() {
                Some(other) => (
                    self.reading().max(Effect::Additive),
                    format!("it is tried before `{}` and can take its values", other.name),
                ),
                None => (Effect::Additive, String::new()),
            };
            let change = self.say(effect, what, lines);
            if !why.is_empty() {
                change.why = why;
            }
            change.kin("alternatives", "are added", code(&arm.name));
        }
        self.order(arms, &new.arms, &pairs);
    }

    /// Which alternative is which: by name, then by type.
    fn arms(&self, old: &[Arm], new: &[Arm]) -> Vec<(usize, usize)> {
        let is_same = |by_name: bool, a: &Arm, b: &Arm| match by_name {
            true => a.name == b.name,
            false => ty(self.old.0, &a.ty) == ty(self.new.0, &b.ty),
        };
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for by_name in [true, false] {
            for (at, arm) in old.iter().enumerate() {
                let is_free = |other: usize| pairs.iter().all(|(_, new)| *new != other);
                let found =
                    new.iter().enumerate().find(|(other, found)| is_free(*other) && is_same(by_name, arm, found));
                let found = found.map(|(other, _)| (at, other));
                if pairs.iter().all(|(old, _)| *old != at) {
                    pairs.extend(found);
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// Takes the line of the conversion from what an alternative holds.
    fn conversion(&mut self, held: &str) -> Vec<Line> {
        let path = format!("types::{}", self.new.1.name);
        let held = held.trim_start_matches("Box<").trim_end_matches('>').to_owned();
        take(&mut self.own, |line| {
            let what = line.old.as_deref().or(line.new.as_deref()).unwrap_or_default();
            line.path == path
                && what
                    .strip_prefix("impl From<")
                    .is_some_and(|of| of.replace("types::", "").trim_end_matches('>') == held)
        })
    }

    /// Of two alternatives that can both take a value, the one that is tried first does.
    fn order(&mut self, old: &[Arm], new: &[Arm], pairs: &[(usize, usize)]) {
        for (at, (first, before)) in pairs.iter().enumerate() {
            for (second, after) in &pairs[at + 1..] {
                let (first, second, before, after) = (&old[*first], &old[*second], *before, *after);
                if before > after {
                    let swapped = overlap(&new[before].test, &new[after].test);
                    let what = format!("the alternative `{}` is tried before `{}` now", second.name, first.name);
                    let (effect, why) = match swapped {
                        true => (self.reading(), "a value that both can take is read as the first"),
                        false => (Effect::DocsOnly, "no value fits both"),
                    };
                    self.say(effect, what, Vec::new()).because(why).kin(
                        "alternatives",
                        "are tried in another order",
                        code(&second.name),
                    );
                }
            }
        }
    }

    pub(super) fn inner(&mut self, old: &Newtype, new: &Newtype) {
        let Newtype { inner, checks, example } = old;
        let types = (ty(self.old.0, inner), ty(self.new.0, &new.inner));
        if types.0 != types.1 {
            let lines = std::mem::take(&mut self.own);
            self.say(Effect::Breaking, was_is(&own_ty(self.old.0, inner), &types.1), lines);
        }
        if let Some((effect, what)) = self.bounds("its value", checks, &new.checks) {
            self.say(effect, what, Vec::new());
        }
        if *example != new.example {
            self.say(Effect::DocsOnly, "its example differs", Vec::new());
        }
    }
}

/// Whether a value can pass both tests, so that the first of the two takes it. Of alternatives that are compared by their
/// members, the one that knows the most of them takes a value, wherever it stands.
fn overlap(one: &Test, other: &Test) -> bool {
    match (one, other) {
        (Test::Tag { key, values }, Test::Tag { key: other, values: others }) => {
            key != other || values.iter().any(|value| others.contains(value))
        }
        (Test::HasKeys(_), Test::HasKeys(_)) | (Test::Try, Test::Try) => true,
        (Test::JsonKind(one), Test::JsonKind(other)) => {
            let number = |kind: &JsonKind| matches!(kind, JsonKind::Integer | JsonKind::Number);
            one == other || (number(one) && number(other))
        }
        // The kind of a test decides what is tried first.
        _ => false,
    }
}

/// What it means that an alternative is known by something else.
fn told_apart(old: &Test, new: &Test) -> Option<(Effect, String)> {
    match (old, new) {
        (old, new) if old == new => None,
        (Test::Tag { key: before, values: old }, Test::Tag { key: after, values: new }) => {
            let kept = before == after && old.iter().all(|value| new.contains(value));
            let effect = if kept { Effect::WireOnly } else { Effect::Breaking };
            let old = format!("{before} = {}", old.join(", "));
            Some((effect, was_is(&old, &format!("{after} = {}", new.join(", ")))))
        }
        (Test::Tag { .. }, _) | (_, Test::Tag { .. }) => {
            Some((Effect::Breaking, "is known by something else".to_owned()))
        }
        (Test::HasKeys(old), Test::HasKeys(new)) if reaches(old, new) => {
            Some((Effect::WireOnly, "is told from the others by fewer members".to_owned()))
        }
        (Test::HasKeys(_), Test::HasKeys(_)) => {
            Some((Effect::Breaking, "is told from the others by members that it did not need".to_owned()))
        }
        _ => Some((Effect::WireOnly, "is told from the others another way".to_owned())),
    }
}

/// Whether what has the members that were asked for has those that are asked for now.
fn reaches(old: &[Vec<String>], new: &[Vec<String>]) -> bool {
    old.iter().all(|old| new.iter().any(|new| new.iter().all(|member| old.contains(member))))
}
