//! Reading structs, unions and enums.

use super::attrs::{Attrs, compact};
use super::cursor::{Cursor, Read};
use super::items::named;
use super::lexer::Token;
use super::sheet::{Draft, Sheet};
use super::syntax::{ItemKind, Member, NamedKind, Rank};

impl<'c, 't> Cursor<'c, 't> {
    /// A struct or a union.
    pub(super) fn structure(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        let word = self.name()?;
        let start = out.mark();
        let (name, mut generics) = self.named(out, true)?;
        let params = out.since(start);
        self.conditions_of(&mut generics, out)?;
        let mut members = Vec::new();
        let mut tuple = Draft::default();
        let mut rest = "";
        if let Some(inside) = self.group("(") {
            let start = out.mark();
            unnamed(inside, false, out)?;
            tuple = out.since(start);
            self.conditions_of(&mut generics, out)?;
            self.expect(";")?;
        } else if let Some(inside) = self.group("{") {
            if !fields(inside, &mut members, out)? {
                rest = " { .. }";
            }
        } else {
            self.expect(";")?;
            rest = ";";
        }
        let start = out.mark();
        out.push(word);
        out.repeat(params);
        out.repeat(tuple);
        out.push(rest);
        out.repeat(generics.conditions);
        Ok(named(name, out.since(start), members, NamedKind::Type(generics)))
    }

    /// An enum.
    pub(super) fn enumeration(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        self.expect("enum")?;
        let start = out.mark();
        out.push("enum");
        let (name, mut generics) = self.named(out, true)?;
        self.conditions_of(&mut generics, out)?;
        let what = out.since(start);
        let (mut members, mut names) = (Vec::new(), Vec::new());
        Cursor::new(self.group("{").ok_or("an enum has no variants")?).list(|inside| {
            names.push(inside.variant(&mut members, out)?);
            Ok(())
        })?;
        Ok(named(name, what, members, NamedKind::Enum(generics, names)))
    }

    /// A variant with its lines; its name.
    fn variant(&mut self, members: &mut Vec<Member<'t>>, out: &mut Sheet<'t>) -> Read<&'t str> {
        let attrs = self.attrs(out)?;
        self.visibility();
        let name = self.name()?;
        let before = members.len();
        let start = out.mark();
        let draft = if let Some(inside) = self.group("(") {
            out.push(name);
            out.push(": variant");
            unnamed(inside, true, out)?;
            out.since(start)
        } else if let Some(inside) = self.group("{") {
            variant_fields(inside, (name, &attrs), members, out)?;
            let start = out.mark();
            out.push(name);
            out.push(": variant { .. }");
            out.since(start)
        } else {
            out.push(name);
            out.push(": variant");
            if let Some(value) = self.value() {
                out.push(" = ");
                out.push(&compact(value));
            }
            out.since(start)
        };
        self.value();
        if attrs.hidden || attrs.absent {
            members.truncate(before);
        } else {
            members.push(Member { rank: Rank::Variant, name: length(name), draft, attrs });
        }
        Ok(name)
    }

    /// Writes a field with its type; its name.
    fn field(&mut self, out: &mut Sheet<'t>) -> Read<&'t str> {
        let name = self.name()?;
        self.expect(":")?;
        out.push(name);
        out.push(": ");
        self.ty(out)?;
        Ok(name)
    }

    /// The number behind a variant, if it has one.
    fn value(&mut self) -> Option<&'c [Token<'t>]> {
        self.eat(&["="]).then(|| self.until(&[","]))
    }
}

/// Writes the fields of a tuple; `all` for variants, whose fields need no `pub`.
fn unnamed<'t>(tokens: &[Token<'t>], all: bool, out: &mut Sheet<'t>) -> Read<()> {
    out.push("(");
    Cursor::new(tokens).written(out, |cursor, out| {
        let attrs = cursor.attrs(out)?;
        let public = cursor.visibility();
        let start = out.mark();
        cursor.ty(out)?;
        if !all && (!public || attrs.hidden) {
            out.rewind(start);
            out.push("_");
        }
        Ok(())
    })?;
    out.push(")");
    Ok(())
}

/// Adds the lines of the fields between the braces of a struct. True if callers see all of them.
fn fields<'t>(tokens: &[Token<'t>], members: &mut Vec<Member<'t>>, out: &mut Sheet<'t>) -> Read<bool> {
    let mut all = true;
    Cursor::new(tokens).list(|cursor| {
        let attrs = cursor.attrs(out)?;
        let public = cursor.visibility() && !attrs.hidden;
        let start = out.mark();
        let name = cursor.field(out)?;
        if public && !attrs.absent {
            members.push(Member { rank: Rank::Field, name: length(name), draft: out.since(start), attrs });
        } else {
            out.rewind(start);
        }
        all &= public;
        Ok(())
    })?;
    Ok(all)
}

/// Adds the lines of the fields between the braces of a variant.
fn variant_fields<'t>(
    tokens: &[Token<'t>],
    (variant, of_variant): (&'t str, &Attrs<'t>),
    members: &mut Vec<Member<'t>>,
    out: &mut Sheet<'t>,
) -> Read<()> {
    Cursor::new(tokens).list(|cursor| {
        let mut attrs = cursor.attrs(out)?;
        cursor.visibility();
        let start = out.mark();
        out.push(variant);
        out.push(".");
        let name = cursor.field(out)?;
        if !attrs.hidden && !attrs.absent {
            attrs.conditions = of_variant.conditions.and(&attrs.conditions);
            let name = length(variant) + 1 + length(name);
            members.push(Member { rank: Rank::Variant, name, draft: out.since(start), attrs });
        }
        Ok(())
    })
}

/// The length of a name.
pub(super) fn length(name: &str) -> u32 {
    u32::try_from(name.len()).unwrap_or(u32::MAX)
}
