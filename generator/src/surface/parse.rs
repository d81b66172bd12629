//! Reading types, bounds and parameters.

use super::attrs::compact;
use super::lexer::{Kind, Token};
use super::syntax::{
    Argument, Arguments, Bound, Condition, Function, Generics, Param, Path, Segment, TraitBound, Type, Value,
};

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
    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        // Most lists have one element.
        let mut list = Vec::with_capacity(usize::from(!self.is_end()));
        while !self.is_end() {
            list.push(read(self)?);
            if !self.is_end() {
                self.expect(",")?;
            }
        }
        Ok(list)
    }

    /// A type.
    pub(super) fn ty(&mut self) -> Read<Type<'t>> {
        let Some(token) = self.ahead(0) else { return Err("expected a type, found the end".to_owned()) };
        match (token.kind, token.text) {
            (Kind::Open, "(") => {
                let mut inside = Cursor::new(self.group("(").unwrap_or_default());
                let mut types = inside.list(Self::ty)?;
                let comma = inside.tokens.last().is_some_and(|token| token.is(","));
                match types.pop() {
                    Some(only) if types.is_empty() && !comma => Ok(Type::Paren(Box::new(only))),
                    last => {
                        types.extend(last);
                        Ok(Type::Tuple(types))
                    }
                }
            }
            (Kind::Open, "[") => {
                let mut inside = Cursor::new(self.group("[").unwrap_or_default());
                let element = Box::new(inside.ty()?);
                if inside.eat(&[";"]) {
                    return Ok(Type::Array(element, value(&inside.tokens[inside.at..])));
                }
                if inside.is_end() {
                    Ok(Type::Slice(element))
                } else {
                    inside.expect("]").map(|()| Type::Slice(element))
                }
            }
            (Kind::Symbol, "&") => {
                self.at += 1;
                let lifetime = self.take(Kind::Lifetime);
                let mutable = self.eat(&["mut"]);
                Ok(Type::Reference(lifetime, mutable, Box::new(self.single()?)))
            }
            (Kind::Symbol, "*") => {
                self.at += 1;
                let mutable = self.eat(&["mut"]);
                if !mutable {
                    self.expect("const")?;
                }
                Ok(Type::Pointer(mutable, Box::new(self.single()?)))
            }
            (Kind::Symbol, "!") => {
                self.at += 1;
                Ok(Type::Never)
            }
            (Kind::Symbol, "<") => self.qualified(),
            (Kind::Word, "_") => {
                self.at += 1;
                Ok(Type::Infer)
            }
            (Kind::Word, "impl") => {
                self.at += 1;
                self.bounds().map(Type::Impl)
            }
            (Kind::Word, "dyn") => {
                self.at += 1;
                self.bounds().map(Type::Dyn)
            }
            (Kind::Word, "for" | "unsafe" | "extern" | "fn") => self.function(),
            _ => {
                let start = self.at;
                let path = self.path()?;
                if self.eat(&["!"]) {
                    self.skip();
                    return Ok(Type::Other(compact(&self.tokens[start..self.at])));
                }
                Ok(Type::Path(path))
            }
        }
    }

    /// A type whose bounds, if it has any, are not followed by others.
    fn single(&mut self) -> Read<Type<'t>> {
        for (word, of) in [("dyn", Type::Dyn as fn(_) -> _), ("impl", Type::Impl)] {
            if self.eat(&[word]) {
                return Ok(of(vec![self.bound()?]));
            }
        }
        self.ty()
    }

    fn qualified(&mut self) -> Read<Type<'t>> {
        self.expect("<")?;
        let ty = Box::new(self.ty()?);
        let mut path = Path { leading: false, segments: Vec::new() };
        if self.eat(&["as"]) {
            path = self.path()?;
        }
        self.expect(">")?;
        let position = path.segments.len();
        while self.eat(&[":", ":"]) {
            path.segments.push(self.segment()?);
        }
        Ok(Type::Qualified(ty, path, position))
    }

    fn function(&mut self) -> Read<Type<'t>> {
        let lifetimes = self.lifetimes()?;
        if !self.sees(&["unsafe"]) && !self.sees(&["extern"]) && !self.sees(&["fn"]) {
            // A trait without `dyn`, which only old editions have.
            let path = self.path()?;
            return Ok(Type::Dyn(vec![Bound::Trait(TraitBound { paren: false, maybe: false, lifetimes, path })]));
        }
        let unsafety = self.eat(&["unsafe"]);
        let abi = self.abi();
        self.expect("fn")?;
        let mut inside = Cursor::new(self.group("(").ok_or("a function type has no arguments")?);
        let inputs = inside.list(|inside| {
            inside.attributes();
            if inside.ahead(0).is_some_and(|token| token.kind == Kind::Word) && inside.is_named(1) {
                inside.at += 2;
            }
            inside.ty()
        })?;
        let output = self.output()?.map(Box::new);
        Ok(Type::Function(Function { lifetimes, unsafety, abi, inputs, output }))
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

    /// `extern "C"`
    pub(super) fn abi(&mut self) -> Option<String> {
        let start = self.at;
        if !self.eat(&["extern"]) {
            return None;
        }
        self.take(Kind::Literal);
        Some(compact(&self.tokens[start..self.at]))
    }

    /// `-> T`
    pub(super) fn output(&mut self) -> Read<Option<Type<'t>>> {
        if self.eat(&["-", ">"]) { self.ty().map(Some) } else { Ok(None) }
    }

    /// `for<'a, 'b>`
    fn lifetimes(&mut self) -> Read<Vec<Param<'t>>> {
        if self.eat(&["for"]) { self.params() } else { Ok(Vec::new()) }
    }

    /// A path with its arguments, as it stands in types.
    pub(super) fn path(&mut self) -> Read<Path<'t>> {
        let leading = self.eat(&[":", ":"]);
        let mut segments = vec![self.segment()?];
        while self.sees(&[":", ":"]) && self.ahead(2).is_some_and(|token| token.kind == Kind::Word) {
            self.at += 2;
            segments.push(self.segment()?);
        }
        Ok(Path { leading, segments })
    }

    fn segment(&mut self) -> Read<Segment<'t>> {
        let name = self.name()?;
        if self.sees(&[":", ":", "<"]) {
            self.at += 2;
        }
        let arguments = if self.sees(&["<"]) {
            Arguments::Angle(self.arguments()?)
        } else if let Some(inside) = self.group("(") {
            let inputs = Cursor::new(inside).list(Self::ty)?;
            let output = if self.eat(&["-", ">"]) { Some(Box::new(self.single()?)) } else { None };
            Arguments::Round(inputs, output)
        } else {
            Arguments::None
        };
        Ok(Segment { name, arguments })
    }

    fn arguments(&mut self) -> Read<Vec<Argument<'t>>> {
        self.expect("<")?;
        // Most have one.
        let mut arguments = Vec::with_capacity(1);
        while !self.eat(&[">"]) {
            arguments.push(self.argument()?);
            if !self.sees(&[">"]) {
                self.expect(",")?;
            }
        }
        Ok(arguments)
    }

    fn argument(&mut self) -> Read<Argument<'t>> {
        let Some(token) = self.ahead(0) else { return Err("angle brackets are not closed".to_owned()) };
        let start = self.at;
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
            return Ok(Argument::Other(compact(&self.tokens[start..self.at])));
        }
        if token.kind == Kind::Word && self.is_named(1) {
            self.at += 2;
            return self.bounds().map(|bounds| Argument::Bound(token.text, bounds));
        }
        let ty = self.ty()?;
        if !self.sees(&["="]) {
            return Ok(Argument::Type(ty));
        }
        self.at += 1;
        let Type::Path(path) = ty else { return Err("only a name can equal a type here".to_owned()) };
        let Some(segment) = path.segments.into_iter().next() else { return Err("expected a name".to_owned()) };
        let generics = match segment.arguments {
            Arguments::Angle(arguments) => arguments,
            _ => Vec::new(),
        };
        Ok(Argument::Equals(segment.name, generics, self.ty()?))
    }

    /// Bounds between `+`; there may be none.
    pub(super) fn bounds(&mut self) -> Read<Vec<Bound<'t>>> {
        let mut bounds = Vec::new();
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
            bounds.reserve_exact(1);
            bounds.push(self.bound()?);
            if !self.eat(&["+"]) {
                break;
            }
        }
        Ok(bounds)
    }

    fn bound(&mut self) -> Read<Bound<'t>> {
        if let Some(lifetime) = self.take(Kind::Lifetime) {
            return Ok(Bound::Other(lifetime.to_owned()));
        }
        if self.sees(&["use", "<"]) {
            let start = self.at;
            self.until(&[">"]);
            self.at += 1;
            return Ok(Bound::Other(compact(&self.tokens[start..self.at])));
        }
        if let Some(inside) = self.group("(") {
            let mut inside = Cursor::new(inside);
            return Ok(match inside.bound()? {
                Bound::Trait(bound) => Bound::Trait(TraitBound { paren: true, ..bound }),
                other => other,
            });
        }
        let maybe = self.eat(&["?"]);
        let lifetimes = self.lifetimes()?;
        Ok(Bound::Trait(TraitBound { paren: false, maybe, lifetimes, path: self.path()? }))
    }

    /// Parameters between angle brackets, if there are any.
    pub(super) fn params(&mut self) -> Read<Vec<Param<'t>>> {
        let mut params = Vec::new();
        if !self.eat(&["<"]) {
            return Ok(params);
        }
        while !self.eat(&[">"]) {
            self.attributes();
            params.push(self.param()?);
            if !self.sees(&[">"]) {
                self.expect(",")?;
            }
        }
        Ok(params)
    }

    fn param(&mut self) -> Read<Param<'t>> {
        if let Some(lifetime) = self.take(Kind::Lifetime) {
            let mut bounds = Vec::new();
            if self.eat(&[":"]) {
                while let Some(bound) = self.take(Kind::Lifetime) {
                    bounds.push(bound);
                    self.eat(&["+"]);
                }
            }
            return Ok(Param::Lifetime(lifetime, bounds));
        }
        if self.eat(&["const"]) {
            let name = self.name()?;
            self.expect(":")?;
            let ty = self.ty()?;
            let default = if self.eat(&["="]) { Some(value(self.until(&[",", ">"]))) } else { None };
            return Ok(Param::Const(name, ty, default));
        }
        let name = self.name()?;
        let bounds = if self.eat(&[":"]) { self.bounds()? } else { Vec::new() };
        let default = if self.eat(&["="]) { Some(self.ty()?) } else { None };
        Ok(Param::Type(name, bounds, default))
    }

    /// Adds the `where` clause that may come next.
    pub(super) fn conditions(&mut self, generics: &mut Generics<'t>) -> Read<()> {
        if !self.eat(&["where"]) {
            return Ok(());
        }
        while self.ahead(0).is_some_and(|token| !["{", ";", "="].iter().any(|end| token.is(end))) {
            generics.conditions.push(self.condition()?);
            if !self.eat(&[","]) {
                break;
            }
        }
        Ok(())
    }

    fn condition(&mut self) -> Read<Condition<'t>> {
        if self.ahead(0).is_some_and(|token| token.kind == Kind::Lifetime) {
            return Ok(Condition::Other(compact(self.until(&[",", "{", ";", "="]))));
        }
        // The lifetimes of a function type come after its own `for`, which is as rare as it is long.
        let lifetimes = self.lifetimes()?;
        let ty = self.ty()?;
        self.expect(":")?;
        Ok(Condition::Type(lifetimes, ty, self.bounds()?))
    }
}

/// A value of which nothing but a path is looked into.
fn value<'t>(tokens: &[Token<'t>]) -> Value<'t> {
    let mut cursor = Cursor::new(tokens);
    match cursor.path() {
        Ok(path) if cursor.is_end() => Value::Path(path),
        _ => Value::Other(compact(tokens)),
    }
}
