//! Members of objects, one by one.

use crate::ir::{Access, Checks, Elem, Extra, Field, Presence, Struct, TypeDef};

use super::Side;
use super::change::Effect;
use super::lines::{Line, take};
use super::pair::Pair;
use super::values::{Told, code, own_ty, told, ty, was_is, written};

impl Pair<'_, '_, TypeDef> {
    pub(super) fn members(&mut self, old: &Struct, new: &Struct) {
        let Struct { fields, arguments: _, extra, extra_checks, members } = old;
        for field in fields {
            match new.fields.iter().find(|other| other.wire == field.wire) {
                Some(other) => self.member(field, other),
                None => {
                    let lines = self.lines_of(field, field);
                    let what = format!("the member {} is removed", code(&field.wire));
                    self.say_at(Effect::Breaking, what, &lines, (Some(&field.origin), None)).kin(
                        "members",
                        "are removed",
                        code(&field.wire),
                    );
                }
            }
        }
        for field in &new.fields {
            if fields.iter().all(|other| other.wire != field.wire) {
                let lines = self.lines_of(field, field);
                let needed = if is_required(field) { "required " } else { "" };
                let what = format!("the {needed}member {} is added", code(&field.wire));
                self.say_at(Effect::Additive, what, &lines, (None, Some(&field.origin))).kin(
                    "members",
                    "are added",
                    code(&field.wire),
                );
            }
        }
        self.arguments(old, new);
        self.extra(extra, &new.extra);
        let of_object = |members| Checks { members, ..Checks::default() };
        for (name, before, after) in [
            ("other members", extra_checks, &new.extra_checks),
            ("the object", &of_object(*members), &of_object(new.members)),
        ] {
            if let Some((effect, what)) = self.bounds(name, before, after) {
                self.say(effect, what, Vec::new());
            }
        }
    }

    /// Members that the constructor takes, in their order, which callers write.
    fn arguments(&mut self, old: &Struct, new: &Struct) {
        let names = |of: &Struct| -> Vec<String> {
            of.arguments.iter().filter_map(|at| of.fields.get(*at)).map(|field| field.wire.clone()).collect()
        };
        let (before, after) = (names(old), names(new));
        let both = |all: &[String], other: &[String]| -> Vec<String> {
            all.iter().filter(|name| other.contains(name)).cloned().collect()
        };
        let (was, is) = (both(&before, &after), both(&after, &before));
        if was == is {
            return;
        }
        let constructor = format!("types::{}::new", self.new.1.name);
        let is_constructor = |line: &str| line.strip_prefix(&constructor).is_some_and(|rest| rest.starts_with(": "));
        // What is only answered has no constructor.
        if self.new.0.listing().lines().any(is_constructor) {
            let lines = take(&mut self.own, |line| line.path == constructor);
            let order = was_is(&was.join(", "), &is.join(", "));
            self.say(Effect::Breaking, format!("the arguments of `new` stand in another order: {order}"), lines)
                .because("a value that is passed is taken for another member");
        }
    }

    fn extra(&mut self, old: &Extra, new: &Extra) {
        let shown = |side: Side<'_>, extra: &Extra| match extra {
            Extra::Ignore => "ignored".to_owned(),
            Extra::Keep(elem, name) => {
                let Elem { ty: inner, nullable } = &**elem;
                format!("kept in {name} as {}{}", ty(side, inner), if *nullable { " or null" } else { "" })
            }
            Extra::Deny => "refused".to_owned(),
        };
        let (before, after) = (shown(self.old.0, old), shown(self.new.0, new));
        if before == after {
            return;
        }
        let effect = if matches!(new, Extra::Deny) { Effect::Breaking } else { Effect::WireOnly };
        let names: Vec<String> = [old, new]
            .into_iter()
            .filter_map(|extra| match extra {
                Extra::Keep(_, name) => Some(name.to_string()),
                Extra::Ignore | Extra::Deny => None,
            })
            .collect();
        let lines = take(&mut self.own, |line| {
            line.path.rsplit(['.', ':']).next().is_some_and(|last| names.iter().any(|name| name == last))
        });
        self.say(effect, format!("other members: {}", was_is(&before, &after)), lines);
    }

    /// The lines of a member: its field, setters and constant, and the constructor that takes it.
    fn lines_of(&mut self, old: &Field, new: &Field) -> Vec<Line> {
        let name = &self.new.1.name;
        let mut paths = Vec::new();
        for field in [old, new] {
            paths.push(format!("types::{name}.{}", field.ident));
            paths.push(format!("types::{name}::{}", field.setter));
            paths.push(format!("types::{name}::{}", field.clearer));
            paths.extend(field.constant.as_ref().map(|constant| format!("types::{name}::{constant}")));
            if is_required(field) && field.access != Access::ReadOnly {
                paths.push(format!("types::{name}::new"));
            }
        }
        let mut lines = take(&mut self.own, |line| paths.contains(&line.path));
        // Without anything required there is a default, which a required member takes away.
        if is_required(new) {
            lines.extend(take(&mut self.own, |line| line.old.as_deref() == Some("impl Default")));
        }
        if is_required(old) {
            lines.extend(take(&mut self.own, |line| line.new.as_deref() == Some("impl Default")));
        }
        lines
    }

    fn member(&mut self, old: &Field, new: &Field) {
        let Field {
            wire: _,
            ident,
            // In the lines.
            setter: _,
            clearer: _,
            constant: _,
            fixed,
            ty: inner,
            presence: there,
            access: direction,
            checks,
            default,
            deprecated,
            docs,
            example,
            origin: _,
        } = old;
        let name = format!("the member {}", code(&new.wire));
        let mut lines = Some(self.lines_of(old, new));
        let mut say = |pair: &mut Self, effect, what: String, fate: &str| {
            let lines = lines.take().unwrap_or_default();
            pair.say_at(effect, what, &lines, (Some(&old.origin), Some(&new.origin))).kin(
                "members",
                fate,
                code(&new.wire),
            );
        };
        let types = (ty(self.old.0, inner), ty(self.new.0, &new.ty));
        if types.0 != types.1 {
            say(
                self,
                Effect::WireOnly,
                format!("{name} {}", was_is(&own_ty(self.old.0, inner), &types.1)),
                "are of another type",
            );
        }
        if *there != new.presence {
            let what = format!("{name} {}", was_is(presence(*there), presence(new.presence)));
            say(self, Effect::WireOnly, what, &format!("are {} now", presence(new.presence)));
        }
        if *ident != new.ident {
            let what = format!("{name} {}", was_is(ident.as_str(), new.ident.as_str()));
            say(self, Effect::Breaking, what, "are called another way");
        }
        if *direction != new.access {
            let what = format!("{name} {}", was_is(access(*direction), access(new.access)));
            say(self, Effect::WireOnly, what, &format!("are {} now", access(new.access)));
        }
        if *fixed != new.fixed {
            let shown = |field: &Field| field.fixed.as_ref().map(written).unwrap_or_default();
            let what = format!("the one value of {name} {}", was_is(&shown(old), &shown(new)));
            say(self, Effect::WireOnly, what, "have another value");
        }
        if let Some((effect, what)) = self.bounds(&name, checks, &new.checks) {
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
        // What is said of the member elsewhere, for example by the schema that takes its place in a list.
        self.own.extend(lines.unwrap_or_default());
    }
}

fn is_required(field: &Field) -> bool {
    matches!(field.presence, Presence::Required | Presence::Nullable)
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::Nullable => "required and nullable",
        Presence::OptionalNullable => "optional and nullable",
    }
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Both => "sent and answered",
        Access::ReadOnly => "answered only",
        Access::WriteOnly => "sent only",
    }
}
