//! Reading types and paths: each is written to a sheet as it is read.

use super::attrs::compact;
use super::cursor::{Cursor, Read};
use super::lexer::{Kind, Token};
use super::sheet::{PathId, Sheet};
use super::syntax::Head;

impl<'t> Cursor<'_, 't> {
    /// A type.
    pub(super) fn ty(&mut self, out: &mut Sheet<'t>) -> Read<Head> {
        let Some(token) = self.ahead(0) else { return Err("expected a type, found the end".to_owned()) };
        match (token.kind, token.text) {
            (Kind::Open, "(") => self.tuple(out),
            (Kind::Open, "[") => {
                let mut inside = Cursor::new(self.group("[").unwrap_or_default());
                out.push("[");
                inside.ty(out)?;
                if inside.eat(&[";"]) {
                    out.push("; ");
                    value(&inside.tokens[inside.at..], out);
                } else if !inside.is_end() {
                    inside.expect("]")?;
                }
                out.push("]");
                Ok(Head::None)
            }
            (Kind::Symbol, "&") => {
                self.at += 1;
                out.push("&");
                if let Some(lifetime) = self.take(Kind::Lifetime) {
                    out.push(lifetime);
                    out.push(" ");
                }
                if self.eat(&["mut"]) {
                    out.push("mut ");
                }
                self.single(out)
            }
            (Kind::Symbol, "*") => {
                self.at += 1;
                if self.eat(&["mut"]) {
                    out.push("*mut ");
                } else {
                    self.expect("const")?;
                    out.push("*const ");
                }
                self.single(out).map(|_| Head::None)
            }
            (Kind::Symbol, "!") | (Kind::Word, "_") => {
                self.at += 1;
                out.push(token.text);
                Ok(Head::None)
            }
            (Kind::Symbol, "<") => self.qualified(out).map(|()| Head::None),
            (Kind::Word, "impl") => {
                self.at += 1;
                out.push("impl ");
                self.bounds(out, None).map(|()| Head::None)
            }
            (Kind::Word, "dyn") => {
                self.at += 1;
                out.push("dyn ");
                let mut traits = Vec::new();
                self.bounds(out, Some(&mut traits))?;
                Ok(Head::Dyn(traits.into()))
            }
            (Kind::Word, "for" | "unsafe" | "extern" | "fn") => self.function(out),
            _ => {
                let (start, mark) = (self.at, out.mark());
                let path = self.path(out, None)?;
                if self.eat(&["!"]) {
                    self.skip();
                    out.rewind(mark);
                    out.push(&compact(&self.tokens[start..self.at]));
                    return Ok(Head::None);
                }
                Ok(path.map_or(Head::None, Head::Path))
            }
        }
    }

    /// A type whose bounds, if it has any, are not followed by others.
    fn single(&mut self, out: &mut Sheet<'t>) -> Read<Head> {
        for (word, written) in [("dyn", "dyn "), ("impl", "impl ")] {
            if self.eat(&[word]) {
                out.push(written);
                let mut traits = Vec::new();
                self.bound(out, Some(&mut traits))?;
                return Ok(if word == "dyn" { Head::Dyn(traits.into()) } else { Head::None });
            }
        }
        self.ty(out)
    }

    /// A tuple, or a type in parentheses.
    fn tuple(&mut self, out: &mut Sheet<'t>) -> Read<Head> {
        let mut inside = Cursor::new(self.group("(").unwrap_or_default());
        out.push("(");
        let (mut count, mut only) = (0, Head::None);
        inside.written(out, |inside, out| {
            count += 1;
            only = inside.ty(out)?;
            Ok(())
        })?;
        let comma = inside.tokens.last().is_some_and(|token| token.is(","));
        if count != 1 || comma {
            only = Head::None;
        }
        out.push(if count == 1 && comma { ",)" } else { ")" });
        Ok(only)
    }

    /// `<T as Trait>::Name`
    fn qualified(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        self.expect("<")?;
        out.push("<");
        self.ty(out)?;
        if self.eat(&["as"]) {
            out.push(" as ");
            self.path(out, None)?;
        }
        self.expect(">")?;
        out.push(">");
        while self.eat(&[":", ":"]) {
            out.push("::");
            out.push(self.name()?);
            // What is given to an associated type is not written.
            let mark = out.mark();
            self.arguments(out, None)?;
            out.rewind(mark);
        }
        Ok(())
    }

    fn function(&mut self, out: &mut Sheet<'t>) -> Read<Head> {
        let (before, mark) = (self.clone(), out.mark());
        self.lifetimes(out)?;
        if !self.sees(&["unsafe"]) && !self.sees(&["extern"]) && !self.sees(&["fn"]) {
            // A trait without `dyn`, which only old editions have.
            *self = before;
            out.rewind(mark);
            out.push("dyn ");
            let mut traits = Vec::new();
            self.bound(out, Some(&mut traits))?;
            return Ok(Head::Dyn(traits.into()));
        }
        if self.eat(&["unsafe"]) {
            out.push("unsafe ");
        }
        self.abi(out);
        self.expect("fn")?;
        out.push("fn(");
        let mut inside = Cursor::new(self.group("(").ok_or("a function type has no arguments")?);
        inside.written(out, |inside, out| {
            inside.attributes();
            if inside.ahead(0).is_some_and(|token| token.kind == Kind::Word) && inside.is_named(1) {
                inside.at += 2;
            }
            inside.ty(out).map(drop)
        })?;
        out.push(")");
        self.output(out).map(|()| Head::None)
    }

    /// `extern "C"`. True if it is there.
    pub(super) fn abi(&mut self, out: &mut Sheet<'t>) -> bool {
        let start = self.at;
        if !self.eat(&["extern"]) {
            return false;
        }
        self.take(Kind::Literal);
        out.push(&compact(&self.tokens[start..self.at]));
        out.push(" ");
        true
    }

    /// `-> T`
    pub(super) fn output(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if self.eat(&["-", ">"]) {
            out.push(" -> ");
            self.ty(out)?;
        }
        Ok(())
    }

    /// A path with its arguments, as it stands in types. What the types between the last angle brackets name is added to
    /// `heads`.
    pub(super) fn path(&mut self, out: &mut Sheet<'t>, heads: Option<&mut Vec<Head>>) -> Read<Option<PathId>> {
        let mut names = out.spare();
        if self.eat(&[":", ":"]) {
            names.push("");
        }
        names.push(self.name()?);
        while !self.sees_arguments() && self.sees_name() {
            self.at += 2;
            names.push(self.name()?);
        }
        let path = out.path(&names);
        out.take_back(names);
        self.arguments(out, heads)?;
        // A name behind arguments is that of something associated.
        while self.sees_name() {
            self.at += 2;
            out.push("::");
            out.push(self.name()?);
            self.arguments(out, None)?;
        }
        Ok(path)
    }

    /// Whether a path goes on with another name.
    fn sees_name(&self) -> bool {
        self.sees(&[":", ":"]) && self.ahead(2).is_some_and(|token| token.kind == Kind::Word)
    }

    /// Whether the arguments of a path come next.
    fn sees_arguments(&self) -> bool {
        self.sees(&["<"]) || self.sees(&["("]) || self.sees(&[":", ":", "<"])
    }

    /// The arguments behind a name, if there are any.
    fn arguments(&mut self, out: &mut Sheet<'t>, heads: Option<&mut Vec<Head>>) -> Read<()> {
        if self.sees(&[":", ":", "<"]) {
            self.at += 2;
        }
        if self.sees(&["<"]) {
            return self.angle(out, heads);
        }
        let Some(inside) = self.group("(") else { return Ok(()) };
        out.push("(");
        Cursor::new(inside).written(out, |inside, out| inside.ty(out).map(drop))?;
        out.push(")");
        if self.eat(&["-", ">"]) {
            out.push(" -> ");
            self.single(out)?;
        }
        Ok(())
    }

    fn angle(&mut self, out: &mut Sheet<'t>, mut heads: Option<&mut Vec<Head>>) -> Read<()> {
        self.expect("<")?;
        let mut between = "<";
        while !self.eat(&[">"]) {
            out.push(between);
            between = ", ";
            let head = self.argument(out)?;
            if let (Some(heads), Head::Path(_) | Head::Dyn(_)) = (heads.as_deref_mut(), &head) {
                heads.push(head);
            }
            if !self.sees(&[">"]) {
                self.expect(",")?;
            }
        }
        if between == ", " {
            out.push(">");
        }
        Ok(())
    }

    fn argument(&mut self, out: &mut Sheet<'t>) -> Read<Head> {
        let Some(token) = self.ahead(0) else { return Err("angle brackets are not closed".to_owned()) };
        let start = self.clone();
        let constant = match token.kind {
            Kind::Lifetime | Kind::Literal => true,
            Kind::Symbol => token.text == "-",
            Kind::Open => token.text == "{",
            Kind::Word => matches!(token.text, "true" | "false"),
            Kind::Close | Kind::Unread => false,
        };
        if constant {
            if token.is("-") {
                self.at += 1;
            }
            self.skip();
            match self.tokens.get(start.at..self.at).unwrap_or_default() {
                [only] => out.push(only.text),
                tokens => out.push(&compact(tokens)),
            }
            return Ok(Head::None);
        }
        if token.kind == Kind::Word && self.is_named(1) {
            self.at += 2;
            out.push(token.text);
            out.push(": ");
            return self.bounds(out, None).map(|()| Head::None);
        }
        let mark = out.mark();
        let head = self.ty(out)?;
        if !self.sees(&["="]) {
            return Ok(head);
        }
        // It was the name of an associated type, which is written as it is.
        *self = start;
        out.rewind(mark);
        out.push(self.name().map_err(|_| "only a name can equal a type here")?);
        self.arguments(out, None)?;
        self.expect("=")?;
        out.push(" = ");
        self.ty(out).map(|_| Head::None)
    }
}

/// A value of which nothing but a path is looked into.
pub(super) fn value<'t>(tokens: &[Token<'t>], out: &mut Sheet<'t>) {
    let mut cursor = Cursor::new(tokens);
    let mark = out.mark();
    if cursor.path(out, None).is_err() || !cursor.is_end() {
        out.rewind(mark);
        out.push(&compact(tokens));
    }
}
