//! Reading items.

use super::attrs::{Attrs, compact};
use super::lexer::{Kind, Token};
use super::parse::{Cursor, Read};
use super::sheet::{Draft, Sheet};
use super::syntax::{
    Content, Generics, Head, ImplBlock, ImplOf, Imported, Inside, Item, ItemKind, Member, Named, NamedKind, ParamKind,
    Rank, TraitRef,
};

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

impl<'c, 't> Cursor<'c, 't> {
    fn inner_attributes(&mut self) {
        while self.sees(&["#", "!", "["]) {
            self.eat(&["#", "!"]);
            self.skip();
        }
    }

    fn attrs(&mut self, out: &mut Sheet<'t>) -> Read<Attrs<'t>> {
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
                Ok(ItemKind::Use(true, vec![(vec![name], Some(given))]))
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
    fn macro_name(&mut self) -> Read<&'t str> {
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
    fn is_function(&self) -> bool {
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
    fn invocation(&mut self) -> Read<Vec<Token<'t>>> {
        let braces = self.sees(&["{"]);
        let inside = ["{", "(", "["].iter().find_map(|open| self.group(open)).ok_or("a macro is given nothing")?;
        if !braces {
            self.expect(";")?;
        }
        Ok(inside.to_vec())
    }

    /// A body or a semicolon. True if it is a body.
    fn body(&mut self) -> Read<bool> {
        if self.group("{").is_some() {
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
            out.push((path.clone(), None));
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
        let mut full = path.clone();
        if name != "self" || path.is_empty() {
            full.push(name);
        }
        let given = if self.eat(&["as"]) { Some(self.name()?) } else { full.last().copied() };
        out.push((full, given));
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
    fn named(&mut self, out: &mut Sheet<'t>, defaults: bool) -> Read<(&'t str, Generics<'t>)> {
        let name = self.name()?;
        out.enter(self.declared());
        Ok((name, Generics { params: self.params(out, defaults)?, conditions: Draft::default() }))
    }

    /// A struct or a union.
    fn structure(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
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

    fn enumeration(&mut self, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
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

    fn trait_(&mut self, unsafety: bool, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
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

    fn block(&mut self, unsafety: bool, out: &mut Sheet<'t>) -> Read<ItemKind<'t>> {
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
            path = self.path(out, Some(&mut arguments))?;
            out.replace_self(false);
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
                ImplOf::Own(inside)
            }
        };
        Ok(ItemKind::Impl(Box::new(ImplBlock { unsafety, generics, ty, head, of })))
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
    fn signature(&mut self, out: &mut Sheet<'t>, begin: impl FnOnce(&mut Sheet<'t>, &'t str)) -> Read<&'t str> {
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

fn named<'t>(name: &'t str, what: Draft, members: Vec<Member<'t>>, kind: NamedKind<'t>) -> ItemKind<'t> {
    ItemKind::Named(name, Box::new(Named { what, members, kind }))
}

/// The length of a name.
fn length(name: &str) -> u32 {
    u32::try_from(name.len()).unwrap_or(u32::MAX)
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

/// The parameters that types may be named after.
pub(super) fn named_params<'t>(generics: &Generics<'t>) -> impl Iterator<Item = &'t str> {
    generics.params.iter().filter(|param| param.kind != ParamKind::Lifetime).map(|param| param.name)
}
