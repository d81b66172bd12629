//! Reading types, bounds and parameters: each is written to a sheet as it is read.

use super::attrs::compact;
use super::lexer::{Kind, Token};
use super::sheet::{PathId, Sheet};
use super::syntax::{Generics, Head, Param, ParamKind};

/// What was read, or why it is no Rust.
pub(super) type Read<T> = Result<T, String>;

/// A place among tokens.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'c, 't> {
    tokens: &'c [Token<'t>],
    at: usize,
}

impl<'c, 't> Cursor<'c, 't> {
    /// The start of some tokens.
    pub(super) fn new(tokens: &'c [Token<'t>]) -> Self {
        Self { tokens, at: 0 }
    }

    /// How many tokens are behind it.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The token after so many others.
    pub(super) fn ahead(&self, count: usize) -> Option<&'c Token<'t>> {
        self.tokens.get(self.at + count)
    }

    /// True behind the last token.
    pub(super) fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Whether these are the next tokens.
    pub(super) fn sees(&self, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(index, text)| self.ahead(index).is_some_and(|token| token.is(text)))
    }

    /// Passes over these tokens if they are the next ones.
    pub(super) fn eat(&mut self, texts: &[&str]) -> bool {
        let found = self.sees(texts);
        if found {
            self.at += texts.len();
        }
        found
    }

    /// Passes over a token that has to be there.
    pub(super) fn expect(&mut self, text: &str) -> Read<()> {
        if self.eat(&[text]) { Ok(()) } else { Err(format!("expected `{text}`, found {}", self.found())) }
    }

    /// The next token in words.
    pub(super) fn found(&self) -> String {
        self.ahead(0).map_or_else(|| "the end".to_owned(), |token| format!("`{}`", token.text))
    }

    /// Takes a token of a kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<&'t str> {
        let token = self.ahead(0).filter(|token| token.kind == kind)?;
        self.at += 1;
        Some(token.text)
    }

    /// Takes a name.
    pub(super) fn name(&mut self) -> Read<&'t str> {
        self.take(Kind::Word).ok_or_else(|| format!("expected a name, found {}", self.found()))
    }

    /// Takes what is between brackets, if they are the next tokens.
    pub(super) fn group(&mut self, open: &str) -> Option<&'c [Token<'t>]> {
        let token = self.ahead(0).filter(|token| token.kind == Kind::Open && token.text == open)?;
        let inside = self.tokens.get(self.at + 1..self.at + token.reach)?;
        self.at += token.width();
        Some(inside)
    }

    /// Passes over one token with what is inside of it.
    pub(super) fn skip(&mut self) {
        self.at += self.ahead(0).map_or(1, Token::width);
    }

    /// Takes everything before the first of these symbols.
    pub(super) fn until(&mut self, symbols: &[&str]) -> &'c [Token<'t>] {
        let start = self.at;
        while self.ahead(0).is_some_and(|token| !symbols.iter().any(|symbol| token.is(symbol))) {
            self.skip();
        }
        self.tokens.get(start..self.at).unwrap_or_default()
    }

    /// Reads what commas separate, to the end.
    pub(super) fn list(&mut self, mut read: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        while !self.is_end() {
            read(self)?;
            if !self.is_end() {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    /// The same, each behind a comma of the sheet but the first.
    pub(super) fn written(
        &mut self,
        out: &mut Sheet<'t>,
        mut read: impl FnMut(&mut Self, &mut Sheet<'t>) -> Read<()>,
    ) -> Read<()> {
        let mut between = "";
        self.list(|inside| {
            out.push(between);
            between = ", ";
            read(inside, out)
        })
    }

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
                Ok(Head::Dyn(traits))
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
                return Ok(if word == "dyn" { Head::Dyn(traits) } else { Head::None });
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
            return Ok(Head::Dyn(traits));
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

    /// Whether a colon that is no part of a path comes after so many tokens.
    pub(super) fn is_named(&self, count: usize) -> bool {
        let colon = |at: usize| self.ahead(at).is_some_and(|token| token.is(":"));
        colon(count) && !colon(count + 1)
    }

    /// Passes over attributes.
    pub(super) fn attributes(&mut self) {
        while self.sees(&["#", "["]) {
            self.at += 1;
            self.skip();
        }
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

    /// `for<'a, 'b>`
    fn lifetimes(&mut self, out: &mut Sheet<'t>) -> Read<()> {
        if self.eat(&["for"]) {
            out.push("for");
            self.params(out, false)?;
            out.push(" ");
        }
        Ok(())
    }

    /// A path with its arguments, as it stands in types. What the types between the last angle brackets name is added to
    /// `heads`.
    pub(super) fn path(&mut self, out: &mut Sheet<'t>, heads: Option<&mut Vec<Head>>) -> Read<Option<PathId>> {
        // Few paths have more names.
        let mut first = [""; 4];
        let mut count = 0;
        let mut more = Vec::new();
        let mut add = |name: &'t str, count: &mut usize| {
            match first.get_mut(*count) {
                Some(place) if more.is_empty() => *place = name,
                _ => {
                    if more.is_empty() {
                        more.extend_from_slice(&first);
                    }
                    more.push(name);
                }
            }
            *count += 1;
        };
        if self.eat(&[":", ":"]) {
            add("", &mut count);
        }
        add(self.name()?, &mut count);
        while !self.sees_arguments() && self.sees_name() {
            self.at += 2;
            add(self.name()?, &mut count);
        }
        let names = if more.is_empty() { first.get(..count).unwrap_or_default() } else { more.as_slice() };
        let path = out.path(names);
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
            Kind::Close => false,
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

    /// Bounds between `+`; there may be none. The paths of traits are added to `traits`.
    pub(super) fn bounds(&mut self, out: &mut Sheet<'t>, mut traits: Option<&mut Vec<PathId>>) -> Read<()> {
        let mut between = "";
        while let Some(token) = self.ahead(0) {
            let begins = match token.kind {
                Kind::Lifetime => true,
                Kind::Word => token.text != "where",
                Kind::Symbol => matches!(token.text, "?" | ":"),
                Kind::Open => token.text == "(",
                Kind::Literal | Kind::Close => false,
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

    fn bound(&mut self, out: &mut Sheet<'t>, traits: Option<&mut Vec<PathId>>) -> Read<()> {
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
        while self.ahead(0).is_some_and(|token| !["{", ";", "="].iter().any(|end| token.is(end))) {
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
        if self.ahead(0).is_some_and(|token| token.kind == Kind::Lifetime) {
            out.push(&compact(self.until(&[",", "{", ";", "="])));
            return Ok(());
        }
        // The lifetimes of a function type come after its own `for`, which is as rare as it is long.
        self.lifetimes(out)?;
        self.ty(out)?;
        self.expect(":")?;
        out.push(": ");
        self.bounds(out, None)
    }
}

/// A value of which nothing but a path is looked into.
fn value<'t>(tokens: &[Token<'t>], out: &mut Sheet<'t>) {
    let mut cursor = Cursor::new(tokens);
    let mark = out.mark();
    if cursor.path(out, None).is_err() || !cursor.is_end() {
        out.rewind(mark);
        out.push(&compact(tokens));
    }
}
