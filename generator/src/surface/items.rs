//! Reading items.

use super::attrs::Attrs;
use super::cursor::{Cursor, Read};
use super::lexer::{Kind, Token};
use super::sheet::{Draft, Sheet};
use super::syntax::{Content, Generics, Given, Imported, Item, ItemKind, Member, Named, NamedKind};

/// The words that may stand between `pub` and `fn`.
const BEFORE_FN: [&str; 5] = ["const", "async", "unsafe", "extern", "safe"];

/// Reads a file or a module: its own attributes and its items.
pub(super) fn file<'t>(tokens: &[Token<'t>]) -> Read<Content<'t>> {
    let mut content = Content::default();
    items(tokens, &mut content)?;
    content.sheet.trim();
    Ok(content)
}

/// Adds items, and the attributes around them, to others of the same module.
pub(super) fn items<'t>(tokens: &[Token<'t>], content: &mut Content<'t>) -> Read<()> {
    let mut cursor = Cursor::new(tokens);
    while cursor.eat(&["#", "!"]) {
        content.attrs.add(cursor.group("[").ok_or("an attribute has no brackets")?, &mut content.sheet);
    }
    while !cursor.is_end() {
        let item = cursor.item(&mut content.sheet)?;
        content.items.push(item);
    }
    Ok(())
}

/// Reads the items among the statements of a block.
fn statements<'t>(tokens: &[Token<'t>]) -> Content<'t> {
    let mut cursor = Cursor::new(tokens);
    cursor.inner_attributes();
    let mut content = Content::default();
    while !cursor.is_end() {
        let mut ahead = cursor.clone();
        match ahead.item(&mut content.sheet) {
            Ok(item) => {
                content.items.push(item);
                cursor = ahead;
            }
            Err(_) => {
                cursor.until(&[";"]);
                cursor.skip();
            }
        }
    }
    content
}

impl<'t> Cursor<'_, 't> {
    /// Passes over attributes of what is around.
    pub(super) fn inner_attributes(&mut self) {
        while self.sees(&["#", "!", "["]) {
            self.eat(&["#", "!"]);
            self.skip();
        }
    }

    /// The attributes that come next.
    pub(super) fn attrs(&mut self, out: &mut Sheet<'t>) -> Read<Attrs<'t>> {
        let mut attrs = Attrs::default();
        while self.eat(&["#"]) {
            attrs.add(self.group("[").ok_or("an attribute has no brackets")?, out);
        }
        Ok(attrs)
    }

    /// Whether what follows is `pub`, without a restriction.
    pub(super) fn visibility(&mut self) -> bool {
        if !self.eat(&["pub"]) {
            return false;
        }
        let restricted = self.sees(&["("])
            && match self.ahead(1).map(|token| token.text) {
                Some("in") => true,
                Some("crate" | "self" | "super") => self.ahead(2).is_some_and(|token| token.is(")")),
                _ => false,
            };
        if restricted {
            self.skip();
        }
        !restricted
    }

    /// An item with its attributes.
    pub(super) fn item(&mut self, out: &mut Sheet<'t>) -> Read<Item<'t>> {
        let around = out.scope();
        let item = self.item_inside(out);
        out.leave(around);
        item
    }

    fn item_inside(&mut self, out: &mut Sheet<'t>) -> Read<Item<'t>> {
        let attrs = self.attrs(out)?;
        let public = self.visibility();
        let kind = self.kind(out)?;
        Ok(Item { attrs, public, kind })
    }

    fn kind(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        if self.is_function() {
            let start = out.mark();
            let name = self.signature(out, |_, _| {})?;
            let what = out.since(start);
            self.body()?;
            return Ok(named(name, what, Vec::new(), NamedKind::Value));
        }
        let Some(token) = self.ahead(0) else { return Err("an item ends behind its attributes".to_owned()) };
        match token.text {
            "use" => self.import(),
            "mod" => self.module(),
            "struct" => self.structure(out),
            "enum" => self.enumeration(out),
            "union" if self.ahead(1).is_some_and(|token| token.kind == Kind::Word) => self.structure(out),
            "const" | "static" => self.constant(out),
            "type" => self.alias(out),
            "impl" => self.block(false, out),
            "trait" => self.trait_(false, out),
            "auto" if self.eat(&["auto", "trait"]) => self.trait_(false, out),
            "unsafe" => {
                self.skip();
                match self.ahead(0).map(|token| token.text) {
                    Some("impl") => self.block(true, out),
                    Some("trait") => self.trait_(true, out),
                    Some("auto") => {
                        self.skip();
                        self.trait_(true, out)
                    }
                    Some("mod") => self.module(),
                    _ => self.foreign(out),
                }
            }
            "extern" if self.eat(&["extern", "crate"]) => {
                let name = self.name()?;
                let given = if self.eat(&["as"]) { self.name()? } else { name };
                self.expect(";")?;
                Ok(ItemKind::Use(true, vec![(Box::new([name]), Some(given))]))
            }
            "extern" => self.foreign(out),
            "macro_rules" if self.eat(&["macro_rules", "!"]) => {
                let name = self.name()?;
                self.invocation().map(|tokens| ItemKind::Rules(name, tokens))
            }
            _ => {
                let name = self.macro_name().map_err(|_| format!("no item begins with {}", self.found()))?;
                let tokens = self.invocation()?;
                Ok(ItemKind::Invocation(name, tokens))
            }
        }
    }

    /// The last name of the path of a macro, with the `!` behind it.
    pub(super) fn macro_name(&mut self) -> Read<&'t str> {
        let mut ahead = self.clone();
        ahead.eat(&[":", ":"]);
        let mut name = ahead.name()?;
        while ahead.eat(&[":", ":"]) {
            name = ahead.name()?;
        }
        ahead.expect("!")?;
        *self = ahead;
        Ok(name)
    }

    /// Whether a function is next.
    pub(super) fn is_function(&self) -> bool {
        let mut count = 0;
        while let Some(token) = self.ahead(count) {
            if token.is("fn") {
                return true;
            }
            // The text of `extern "C"`.
            let abi = count > 0 && token.kind == Kind::Literal;
            let qualifier = token.kind == Kind::Word && BEFORE_FN.contains(&token.text);
            if !(abi || qualifier) {
                return false;
            }
            count += 1;
        }
        false
    }

    /// What a macro is given, with the semicolon that may follow.
    pub(super) fn invocation(&mut self) -> Read<Given<'t>> {
        let braces = self.ahead(0).is_some_and(|token| token.text.starts_with('{'));
        let given = match self.take(Kind::Unread) {
            Some(text) => Given::Text(text.get(1..text.len() - 1).unwrap_or_default()),
            None => {
                let inside = ["{", "(", "["].iter().find_map(|open| self.group(open));
                Given::Tokens(inside.ok_or("a macro is given nothing")?.to_vec())
            }
        };
        if !braces {
            self.expect(";")?;
        }
        Ok(given)
    }

    /// A body or a semicolon. True if it is a body.
    pub(super) fn body(&mut self) -> Read<bool> {
        if self.take(Kind::Unread).is_some() || self.group("{").is_some() {
            return Ok(true);
        }
        self.expect(";").map(|()| false)
    }

    fn foreign(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        if !self.abi(out) {
            return Err(format!("no item begins with {}", self.found()));
        }
        self.group("{").ok_or("a block of foreign items has no braces")?;
        Ok(ItemKind::Other)
    }

    fn import(&mut self) -> Read<ItemKind<'t>> {
        self.expect("use")?;
        let leading = self.eat(&[":", ":"]);
        let mut imports = Vec::new();
        self.tree(&mut Vec::new(), &mut imports)?;
        self.expect(";")?;
        Ok(ItemKind::Use(leading, imports))
    }

    /// The paths and names of a `use` tree.
    fn tree(&mut self, path: &mut Vec<&'t str>, out: &mut Vec<Imported<'t>>) -> Read<()> {
        if self.eat(&["*"]) {
            out.push((path.as_slice().into(), None));
            return Ok(());
        }
        if let Some(inside) = self.group("{") {
            Cursor::new(inside).list(|inside| inside.tree(path, out))?;
            return Ok(());
        }
        let name = self.name()?;
        if self.eat(&[":", ":"]) {
            path.push(name);
            self.tree(path, out)?;
            path.pop();
            return Ok(());
        }
        let own: &[_] = if name == "self" && !path.is_empty() { &[] } else { &[name] };
        let full = [path.as_slice(), own].concat();
        let given = if self.eat(&["as"]) { Some(self.name()?) } else { full.last().copied() };
        out.push((full.into(), given));
        Ok(())
    }

    fn module(&mut self) -> Read<ItemKind<'t>> {
        self.expect("mod")?;
        let name = self.name()?;
        if self.eat(&[";"]) {
            return Ok(ItemKind::Module(name, None));
        }
        let content = file(self.group("{").ok_or("a module has no braces")?)?;
        Ok(ItemKind::Module(name, Some(content)))
    }

    /// A name with its parameters, which are written; they stand for themselves from now on.
    pub(super) fn named(&mut self, out: &mut Sheet<'t>, defaults: bool) -> Read<(&'t str, Generics<'t>)> {
        let name = self.name()?;
        out.enter(self.declared());
        Ok((name, Generics { params: self.params(out, defaults)?, conditions: Draft::default() }))
    }

    fn constant(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        let is_static = self.sees(&["static"]);
        self.skip();
        let mutable = self.eat(&["mut"]);
        let name = self.name()?;
        self.expect(":")?;
        let start = out.mark();
        out.push(if is_static { "static " } else { "const " });
        out.push(if is_static && mutable { "mut " } else { "" });
        self.ty(out)?;
        let what = out.since(start);
        if name == "_" {
            let inside = if self.eat(&["="]) { self.group("{") } else { None };
            self.until(&[";"]);
            self.expect(";")?;
            return Ok(ItemKind::Block(inside.map(statements).unwrap_or_default()));
        }
        self.until(&[";"]);
        self.expect(";")?;
        Ok(named(name, what, Vec::new(), NamedKind::Value))
    }

    fn alias(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
        self.expect("type")?;
        let start = out.mark();
        out.push("type");
        let (name, mut generics) = self.named(out, true)?;
        let params = out.since(start);
        if self.eat(&[":"]) {
            self.bounds(out, None)?;
        }
        self.conditions_of(&mut generics, out)?;
        if !self.eat(&["="]) {
            return Err(format!("the type `{name}` has no value"));
        }
        let start = out.mark();
        self.ty(out)?;
        let ty = out.since(start);
        self.conditions_of(&mut generics, out)?;
        self.expect(";")?;
        let start = out.mark();
        out.repeat(params);
        out.push(" = ");
        out.repeat(ty);
        out.repeat(generics.conditions);
        Ok(named(name, out.since(start), Vec::new(), NamedKind::Bound))
    }
}

/// An item with a name.
pub(super) fn named<'t>(name: &'t str, what: Draft, members: Vec<Member<'t>>, kind: NamedKind<'t>) -> ItemKind<'t> {
    ItemKind::Named(name, Box::new(Named { what, members, kind }))
}
