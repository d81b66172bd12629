//! Reading traits, impls and functions.

use super::cursor::{Cursor, Read};
use super::fields::length;
use super::items::named;
use super::lexer::{Kind, Token};
use super::sheet::{Draft, Sheet};
use super::syntax::{Generics, Head, ImplBlock, ImplOf, Inside, ItemKind, Member, NamedKind, Rank, TraitRef};

/// Whose items are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A trait: all of them are public, and have a body or none.
    Trait,
    /// A type: the public ones can be seen.
    Type,
}

impl<'t> Inside<'t> {
    /// Adds what these tokens hold.
    pub(super) fn read(&mut self, tokens: &[Token<'t>], owner: Owner, out: &mut Sheet<'t>) -> Read<()> {
        let mut cursor = Cursor::new(tokens);
        cursor.inner_attributes();
        while !cursor.is_end() {
            cursor.associated(self, owner, out)?;
        }
        Ok(())
    }
}

/// Reads the types among the items of an impl of a trait; nothing else of it can be seen.
fn types<'t>(tokens: &[Token<'t>], out: &mut Sheet<'t>) -> Read<Vec<Draft>> {
    let mut cursor = Cursor::new(tokens);
    let mut types = Vec::new();
    while !cursor.is_end() {
        if cursor.eat(&["type"]) {
            types.extend(cursor.binding(out)?);
        } else {
            cursor.skip();
        }
    }
    Ok(types)
}

impl<'t> Cursor<'_, 't> {
    /// A trait behind `unsafe` and `auto`.
    pub(super) fn trait_(&mut self, unsafety: bool, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        self.eat(&["trait"]);
        let start = out.mark();
        out.push(if unsafety { "unsafe trait" } else { "trait" });
        let (name, _) = self.named(out, true)?;
        self.colon_bounds(out)?;
        self.conditions(out)?;
        let what = out.since(start);
        let mut inside = Inside::default();
        inside.read(self.group("{").ok_or("a trait has no items")?, Owner::Trait, out)?;
        Ok(named(name, what, inside.members, NamedKind::Bound))
    }

    /// `: A + B`, unless there are no bounds.
    fn colon_bounds(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if self.eat(&[":"]) {
            let colon = out.mark();
            out.push(": ");
            let start = out.mark();
            self.bounds(out, None)?;
            if start == out.mark() {
                out.rewind(colon);
            }
        }
        Ok(())
    }

    /// An impl behind `unsafe`.
    pub(super) fn block(&mut self, unsafety: bool, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        self.expect("impl")?;
        out.enter(self.declared());
        let mut generics = Generics { params: self.params(out, false)?, conditions: Draft::default() };
        let negative = self.eat(&["!"]);
        // A path is the type or the trait.
        let start = out.mark();
        let mut arguments = Vec::new();
        let is_path = self.ahead(0).is_some_and(|token| match token.kind {
            Kind::Word => !matches!(token.text, "dyn" | "impl" | "for" | "unsafe" | "extern" | "fn"),
            _ => token.is(":"),
        });
        let mut path = None;
        let mut head = if is_path {
            out.replace_self(true);
            let read = self.path(out, Some(&mut arguments));
            out.replace_self(false);
            path = read?;
            path.map_or(Head::None, Head::Path)
        } else {
            self.ty(out)?
        };
        let mut ty = out.since(start);
        let mut trait_ = None;
        if self.eat(&["for"]) {
            if !is_path {
                return Err("an impl is of no trait".to_owned());
            }
            trait_ = Some(TraitRef { negative, path, draft: ty, arguments, bindings: Vec::new() });
            let start = out.mark();
            head = self.ty(out)?;
            ty = out.since(start);
        }
        self.conditions_of(&mut generics, out)?;
        let body = self.group("{").ok_or("an impl has no braces")?;
        let of = match trait_ {
            Some(mut trait_) => {
                trait_.bindings = types(body, out)?;
                ImplOf::Trait(Box::new(trait_))
            }
            None => {
                let mut inside = Inside::default();
                inside.read(body, Owner::Type, out)?;
                ImplOf::Own(Box::new(inside))
            }
        };
        Ok(ItemKind::Impl(ImplBlock { unsafety, generics, ty, head, of }))
    }

    /// An item of a trait or impl.
    fn associated(&mut self, inside: &mut Inside<'t>, owner: Owner, out: &mut Sheet<'t>) -> Read<()> {
        let around = out.scope();
        let attrs = self.attrs(out)?;
        let public = self.visibility() || owner == Owner::Trait;
        self.eat(&["default"]);
        let start = out.mark();
        // The line of an item of a trait begins with what is only known at the end.
        let begin = |out: &mut Sheet<'t>, name: &'t str| {
            if owner == Owner::Type {
                out.push(name);
                out.push(": ");
            }
        };
        let (rank, name, provided) = if self.is_function() {
            let name = self.signature(out, begin)?;
            (Rank::Function, name, self.body()?)
        } else if self.eat(&["const"]) {
            let name = self.name()?;
            self.expect(":")?;
            begin(out, name);
            out.push("const ");
            self.ty(out)?;
            let valued = self.sees(&["="]);
            self.until(&[";"]);
            self.expect(";")?;
            (Rank::Const, name, valued)
        } else if self.eat(&["type"]) {
            let name = self.name()?;
            begin(out, name);
            (Rank::Type, name, self.associated_type(owner, out)?)
        } else {
            let name = self.macro_name()?;
            let tokens = self.invocation()?;
            if owner == Owner::Type {
                inside.macros.push((name, tokens));
            } else if !attrs.hidden && !attrs.absent {
                out.push(name);
                out.push("!: not expanded");
                inside.members.push(Member {
                    rank: Rank::Item,
                    name: length(name) + 1,
                    draft: out.since(start),
                    attrs,
                });
            }
            return Ok(());
        };
        out.leave(around);
        let mut draft = out.since(start);
        if owner == Owner::Trait {
            let start = out.mark();
            out.push(name);
            out.push(if provided { ": provided " } else { ": required " });
            out.repeat(draft);
            draft = out.since(start);
        }
        // A type of a type is nothing without a value.
        let there = owner == Owner::Trait || rank != Rank::Type || provided;
        if public && there && !attrs.hidden && !attrs.absent {
            inside.members.push(Member { rank, name: length(name), draft, attrs });
        } else {
            out.rewind(start);
        }
        Ok(())
    }

    /// An associated type behind its name. True if it has a value.
    fn associated_type(&mut self, owner: Owner, out: &mut Sheet<'t>) -> Read<bool> {
        out.push("type");
        let start = out.mark();
        out.enter(self.declared());
        self.params(out, false)?;
        self.colon_bounds(out)?;
        self.conditions(out)?;
        if owner == Owner::Type {
            out.rewind(start);
        }
        let valued = self.eat(&["="]);
        if valued {
            out.push(" = ");
            self.ty(out)?;
        }
        let start = out.mark();
        self.conditions(out)?;
        if owner == Owner::Type {
            out.rewind(start);
        }
        self.expect(";")?;
        Ok(valued)
    }

    /// An associated type of an impl of a trait, as `Name = Type`.
    fn binding(&mut self, out: &mut Sheet<'t>) -> Read<Option<Draft>> {
        let around = out.scope();
        let start = out.mark();
        out.push(self.name()?);
        out.enter(self.declared());
        self.params(out, false)?;
        let behind = out.mark();
        self.conditions(out)?;
        out.rewind(behind);
        let valued = self.eat(&["="]);
        if valued {
            out.push(" = ");
            self.ty(out)?;
        }
        let draft = out.since(start);
        let behind = out.mark();
        self.conditions(out)?;
        out.rewind(behind);
        self.expect(";")?;
        out.leave(around);
        Ok(valued.then_some(draft))
    }

    /// A function up to its body, without its name: `async fn(&self, id: T) -> U`. `begin` writes what stands before it.
    pub(super) fn signature(
        &mut self,
        out: &mut Sheet<'t>,
        begin: impl FnOnce(&mut Sheet<'t>, &'t str),
    ) -> Read<&'t str> {
        let mut words = Vec::new();
        for (word, written) in [("const", "const "), ("async", "async "), ("unsafe", "unsafe ")] {
            if self.eat(&[word]) {
                words.push(written);
            }
        }
        self.eat(&["safe"]);
        let mut ahead = self.clone();
        ahead.until(&["fn"]);
        ahead.expect("fn")?;
        let name = ahead.name()?;
        begin(out, name);
        words.into_iter().for_each(|word| out.push(word));
        self.abi(out);
        self.expect("fn")?;
        out.push("fn");
        self.named(out, false)?;
        out.push("(");
        let mut inputs = Cursor::new(self.group("(").ok_or("a function has no arguments")?);
        inputs.written(out, Self::input)?;
        out.push(")");
        self.output(out)?;
        self.conditions(out)?;
        Ok(name)
    }

    fn input(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        self.attributes();
        let mut ahead = self.clone();
        if ahead.eat(&["&"]) {
            let lifetime = ahead.take(Kind::Lifetime);
            let mutable = ahead.eat(&["mut"]);
            if ahead.eat(&["self"]) {
                *self = ahead;
                out.push("&");
                if let Some(lifetime) = lifetime {
                    out.push(lifetime);
                    out.push(" ");
                }
                out.push(if mutable { "mut self" } else { "self" });
                return Ok(());
            }
        }
        let mut ahead = self.clone();
        ahead.eat(&["mut"]);
        if ahead.eat(&["self"]) {
            *self = ahead;
            out.push("self");
            if self.eat(&[":"]) {
                out.push(": ");
                self.ty(out)?;
            }
            return Ok(());
        }
        let mut ahead = self.clone();
        ahead.eat(&["ref"]);
        ahead.eat(&["mut"]);
        let name = ahead.take(Kind::Word).filter(|name| *name != "_" && ahead.is_named(0));
        // A pattern that is no name ends with the first colon that is no part of a path.
        while !self.is_end() && !self.is_named(0) {
            self.eat(&[":", ":"]);
            self.skip();
        }
        self.expect(":")?;
        out.push(name.unwrap_or("_"));
        out.push(": ");
        self.ty(out).map(drop)
    }
}
