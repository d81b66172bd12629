//! Reading parameters, bounds and `where` clauses.

use super::attrs::compact;
use super::cursor::{Cursor, Read};
use super::lexer::Kind;
use super::parse::value;
use super::sheet::{PathId, Sheet};
use super::syntax::{Generics, Param, ParamKind};

impl<'t> Cursor<'_, 't> {
    /// `for<'a, 'b>`
    pub(super) fn lifetimes(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if self.eat(&["for"]) {
            out.push("for");
            self.params(out, false)?;
            out.push(" ");
        }
        Ok(())
    }

    /// Bounds between `+`; there may be none. The paths of traits are added to `traits`.
    pub(super) fn bounds(&mut self, out: &mut Sheet<'t>, mut traits: Option<&mut Vec<PathId>>) -> Read<()> {
        let mut between = "";
        while let Some(token) = self.ahead(0) {
            let begins = match token.kind {
                Kind::Lifetime => true,
                Kind::Word => token.text != "where",
                Kind::Symbol => matches!(token.text, "?" | ":"),
                Kind::Open => token.text == "(",
                Kind::Literal | Kind::Close | Kind::Unread => false,
            };
            if !begins {
                break;
            }
            out.push(between);
            between = " + ";
            self.bound(out, traits.as_deref_mut())?;
            if !self.eat(&["+"]) {
                break;
            }
        }
        Ok(())
    }

    /// A bound.
    pub(super) fn bound(&mut self, out: &mut Sheet<'t>, traits: Option<&mut Vec<PathId>>) -> Read<()> {
        if let Some(lifetime) = self.take(Kind::Lifetime) {
            out.push(lifetime);
            return Ok(());
        }
        if self.sees(&["use", "<"]) {
            let start = self.at;
            self.until(&[">"]);
            self.at += 1;
            out.push(&compact(self.tokens.get(start..self.at).unwrap_or_default()));
            return Ok(());
        }
        if let Some(inside) = self.group("(") {
            let mut inside = Cursor::new(inside);
            let lifetime = inside.ahead(0).is_some_and(|token| token.kind == Kind::Lifetime);
            out.push(if lifetime { "" } else { "(" });
            inside.bound(out, traits)?;
            out.push(if lifetime { "" } else { ")" });
            return Ok(());
        }
        let maybe = self.eat(&["?"]);
        self.lifetimes(out)?;
        out.push(if maybe { "?" } else { "" });
        let path = self.path(out, None)?;
        if let (Some(traits), Some(path)) = (traits, path) {
            traits.push(path);
        }
        Ok(())
    }

    /// Parameters between angle brackets, if there are any, written with their `defaults` or without.
    pub(super) fn params(&mut self, out: &mut Sheet<'t>, defaults: bool) -> Read<Vec<Param<'t>>> {
        let mut params = Vec::new();
        if !self.eat(&["<"]) {
            return Ok(params);
        }
        let mut between = "<";
        while !self.eat(&[">"]) {
            self.attributes();
            out.push(between);
            between = ", ";
            params.push(self.param(out, defaults)?);
            if !self.sees(&[">"]) {
                self.expect(",")?;
            }
        }
        if between == ", " {
            out.push(">");
        }
        Ok(params)
    }

    fn param(&mut self, out: &mut Sheet<'t>, defaults: bool) -> Read<Param<'t>> {
        let start = out.mark();
        if let Some(name) = self.take(Kind::Lifetime) {
            out.push(name);
            let mut between = ": ";
            let bounds = out.mark();
            if self.eat(&[":"]) {
                while let Some(bound) = self.take(Kind::Lifetime) {
                    out.push(between);
                    out.push(bound);
                    between = " + ";
                    self.eat(&["+"]);
                }
            }
            return Ok(Param {
                kind: ParamKind::Lifetime,
                name,
                declared: out.since(start),
                bounds: out.since(bounds),
            });
        }
        let constant = self.eat(&["const"]);
        let name = self.name()?;
        out.push(if constant { "const " } else { "" });
        out.push(name);
        let mut bounds = out.since(out.mark());
        if constant {
            self.expect(":")?;
            out.push(": ");
            self.ty(out)?;
        } else if self.eat(&[":"]) {
            let colon = out.mark();
            out.push(": ");
            let mark = out.mark();
            self.bounds(out, None)?;
            bounds = out.since(mark);
            if bounds.is_empty() {
                out.rewind(colon);
            }
        }
        let declared = out.since(start);
        if self.eat(&["="]) {
            let mark = out.mark();
            out.push(" = ");
            if constant {
                value(self.until(&[",", ">"]), out);
            } else {
                self.ty(out)?;
            }
            if !defaults {
                out.rewind(mark);
            }
        }
        let kind = if constant { ParamKind::Const } else { ParamKind::Type };
        Ok(Param { kind, name, declared, bounds })
    }

    /// The names of the parameters that may come next between angle brackets, which stand for themselves from the first one
    /// on; those of lifetimes are left out.
    pub(super) fn declared(&self) -> Vec<&'t str> {
        let mut ahead = self.clone();
        let mut names = Vec::new();
        if !ahead.eat(&["<"]) {
            return names;
        }
        let mut depth = 1;
        let mut begins = true;
        while let (Some(token), true) = (ahead.ahead(0), depth > 0) {
            if begins {
                ahead.attributes();
                ahead.eat(&["const"]);
                names.extend(ahead.take(Kind::Word));
                begins = false;
                continue;
            }
            if ahead.eat(&["-", ">"]) {
                continue;
            }
            match (token.kind, token.text) {
                (Kind::Symbol, "<") => depth += 1,
                (Kind::Symbol, ">") => depth -= 1,
                (Kind::Symbol, ",") => begins = depth == 1,
                _ => {}
            }
            ahead.skip();
        }
        names
    }

    /// Writes the `where` clause that may come next.
    pub(super) fn conditions(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if !self.eat(&["where"]) {
            return Ok(());
        }
        let mut between = " where ";
        while !self.is_end() && !self.stops(&["{", ";", "="]) {
            out.push(between);
            between = ", ";
            self.condition(out)?;
            if !self.eat(&[","]) {
                break;
            }
        }
        Ok(())
    }

    /// The same for an item, which keeps it.
    pub(super) fn conditions_of(&mut self, generics: &mut Generics<'t>, out: &mut Sheet<'t>) -> Read<()> {
        let start = out.mark();
        self.conditions(out)?;
        if start != out.mark() {
            generics.conditions = out.since(start);
        }
        Ok(())
    }

    fn condition(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if let Some(lifetime) = self.take(Kind::Lifetime) {
            out.push(lifetime);
        } else {
            // The lifetimes of a function type come after its own `for`, which is as rare as it is long.
            self.lifetimes(out)?;
            self.ty(out)?;
        }
        self.expect(":")?;
        out.push(": ");
        self.bounds(out, None)
    }
}

/// The parameters that types may be named after.
pub(super) fn named_params<'t>(generics: &Generics<'t>) -> impl Iterator<Item = &'t str> {
    generics.params.iter().filter(|param| param.kind != ParamKind::Lifetime).map(|param| param.name)
}
