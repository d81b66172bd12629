//! Reading items.

use super::attrs::{Attrs, compact};
use super::lexer::{Kind, Token};
use super::parse::{Cursor, Read};
use super::syntax::{
    Associated, AssociatedKind, AssociatedType, Field, Fields, Generics, ImplBlock, Input, Item, ItemKind, Named,
    Param, Signature, Trait, Type, Variant,
};

/// The words that may stand between `pub` and `fn`.
const BEFORE_FN: [&str; 5] = ["const", "async", "unsafe", "extern", "safe"];

/// Reads a file: its own attributes and its items.
pub(super) fn file<'t>(tokens: &[Token<'t>]) -> Read<(Attrs<'t>, Vec<Item<'t>>)> {
    let mut cursor = Cursor::new(tokens);
    let mut attrs = Attrs::default();
    while cursor.eat(&["#", "!"]) {
        attrs.add(cursor.group("[").ok_or("an attribute has no brackets")?);
    }
    let mut items = Vec::new();
    while !cursor.is_end() {
        items.push(cursor.item()?);
    }
    Ok((attrs, items))
}

/// Reads the items of a trait or impl.
pub(super) fn associated<'t>(tokens: &[Token<'t>]) -> Read<Vec<Associated<'t>>> {
    let mut cursor = Cursor::new(tokens);
    cursor.inner_attributes();
    let mut items = Vec::new();
    while !cursor.is_end() {
        items.push(cursor.associated()?);
    }
    Ok(items)
}

/// Reads the items among the statements of a block.
fn statements<'t>(tokens: &[Token<'t>]) -> Vec<Item<'t>> {
    let mut cursor = Cursor::new(tokens);
    cursor.inner_attributes();
    let mut items = Vec::new();
    while !cursor.is_end() {
        let mut ahead = cursor.clone();
        match ahead.item() {
            Ok(item) => {
                items.push(item);
                cursor = ahead;
            }
            Err(_) => {
                cursor.until(&[";"]);
                cursor.skip();
            }
        }
    }
    items
}

/// Reads the types among the items of an impl of a trait; nothing else of it can be seen.
fn types<'t>(tokens: &[Token<'t>]) -> Read<Vec<Associated<'t>>> {
    let mut cursor = Cursor::new(tokens);
    let mut items = Vec::new();
    while !cursor.is_end() {
        if cursor.sees(&["type"]) {
            items.push(cursor.associated()?);
        } else {
            cursor.skip();
        }
    }
    Ok(items)
}

impl<'t> Cursor<'_, 't> {
    fn inner_attributes(&mut self) {
        while self.sees(&["#", "!", "["]) {
            self.eat(&["#", "!"]);
            self.skip();
        }
    }

    fn attrs(&mut self) -> Read<Attrs<'t>> {
        let mut attrs = Attrs::default();
        while self.eat(&["#"]) {
            attrs.add(self.group("[").ok_or("an attribute has no brackets")?);
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
    pub(super) fn item(&mut self) -> Read<Item<'t>> {
        let attrs = self.attrs()?;
        let public = self.visibility();
        let kind = self.kind()?;
        Ok(Item { attrs, public, kind })
    }

    fn kind(&mut self) -> Read<ItemKind<'t>> {
        if self.is_function() {
            let signature = self.signature()?;
            self.body()?;
            return Ok(ItemKind::Named(signature.name, Named::Function(Box::new(signature))));
        }
        let Some(token) = self.ahead(0) else { return Err("an item ends behind its attributes".to_owned()) };
        match token.text {
            "use" => self.import(),
            "mod" => self.module(),
            "struct" => self.structure(),
            "enum" => self.enumeration(),
            "union" if self.ahead(1).is_some_and(|token| token.kind == Kind::Word) => {
                self.skip();
                let (name, mut generics) = self.named()?;
                self.conditions(&mut generics)?;
                let fields = self.group("{").ok_or("a union has no fields")?;
                Ok(ItemKind::Named(name, Named::Union(generics, Fields::Named(fields_of(fields, true)?))))
            }
            "const" | "static" => self.constant(),
            "type" => {
                self.skip();
                let ty = self.associated_type()?;
                let Some(aliased) = ty.ty else { return Err(format!("the type `{}` has no value", ty.name)) };
                Ok(ItemKind::Named(ty.name, Named::Alias(ty.generics, aliased)))
            }
            "impl" => self.block(false),
            "trait" => self.trait_(false),
            "auto" if self.eat(&["auto", "trait"]) => self.trait_(false),
            "unsafe" => {
                self.skip();
                match self.ahead(0).map(|token| token.text) {
                    Some("impl") => self.block(true),
                    Some("trait") => self.trait_(true),
                    Some("auto") => {
                        self.skip();
                        self.trait_(true)
                    }
                    Some("mod") => self.module(),
                    _ => self.foreign(),
                }
            }
            "extern" if self.eat(&["extern", "crate"]) => {
                let name = self.name()?;
                let given = if self.eat(&["as"]) { self.name()? } else { name };
                self.expect(";")?;
                Ok(ItemKind::Use(true, vec![(vec![name], Some(given))]))
            }
            "extern" => self.foreign(),
            "macro_rules" if self.eat(&["macro_rules", "!"]) => {
                let name = self.name()?;
                self.invocation().map(|tokens| ItemKind::Rules(name, tokens))
            }
            _ => {
                let path = self.path().map_err(|_| format!("no item begins with {}", self.found()))?;
                let Some(last) = path.segments.last() else { return Err("expected a macro".to_owned()) };
                self.expect("!")?;
                let tokens = self.invocation()?;
                Ok(ItemKind::Invocation(last.name, tokens))
            }
        }
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
            if !(abi || token.kind == Kind::Word && BEFORE_FN.contains(&token.text)) {
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

    fn foreign(&mut self) -> Read<ItemKind<'t>> {
        if self.abi().is_none() {
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
    fn tree(&mut self, path: &mut Vec<&'t str>, out: &mut Vec<(Vec<&'t str>, Option<&'t str>)>) -> Read<()> {
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
        let (_, items) = file(self.group("{").ok_or("a module has no braces")?)?;
        Ok(ItemKind::Module(name, Some(items)))
    }

    /// A name with its parameters.
    fn named(&mut self) -> Read<(&'t str, Generics<'t>)> {
        let name = self.name()?;
        Ok((name, Generics { params: self.params()?, conditions: Vec::new() }))
    }

    fn structure(&mut self) -> Read<ItemKind<'t>> {
        self.expect("struct")?;
        let (name, mut generics) = self.named()?;
        self.conditions(&mut generics)?;
        let fields = if let Some(inside) = self.group("(") {
            let fields = Fields::Unnamed(fields_of(inside, false)?);
            self.conditions(&mut generics)?;
            self.expect(";")?;
            fields
        } else if let Some(inside) = self.group("{") {
            Fields::Named(fields_of(inside, true)?)
        } else {
            self.expect(";")?;
            Fields::Unit
        };
        Ok(ItemKind::Named(name, Named::Struct(generics, fields)))
    }

    fn enumeration(&mut self) -> Read<ItemKind<'t>> {
        self.expect("enum")?;
        let (name, mut generics) = self.named()?;
        self.conditions(&mut generics)?;
        let mut inside = Cursor::new(self.group("{").ok_or("an enum has no variants")?);
        let variants = inside.list(|inside| {
            let attrs = inside.attrs()?;
            inside.visibility();
            let name = inside.name()?;
            let fields = if let Some(fields) = inside.group("(") {
                Fields::Unnamed(fields_of(fields, false)?)
            } else if let Some(fields) = inside.group("{") {
                Fields::Named(fields_of(fields, true)?)
            } else {
                Fields::Unit
            };
            let value = inside.eat(&["="]).then(|| compact(inside.until(&[","])));
            Ok(Variant { attrs, name, fields, value })
        })?;
        Ok(ItemKind::Named(name, Named::Enum(generics, variants)))
    }

    fn constant(&mut self) -> Read<ItemKind<'t>> {
        let is_static = self.sees(&["static"]);
        self.skip();
        let mutable = self.eat(&["mut"]);
        let name = self.name()?;
        self.expect(":")?;
        let ty = self.ty()?;
        if name == "_" {
            let inside = if self.eat(&["="]) { self.group("{") } else { None };
            self.until(&[";"]);
            self.expect(";")?;
            return Ok(ItemKind::Block(inside.map(statements).unwrap_or_default()));
        }
        self.until(&[";"]);
        self.expect(";")?;
        let named = if is_static { Named::Static(mutable, ty) } else { Named::Const(ty) };
        Ok(ItemKind::Named(name, named))
    }

    fn trait_(&mut self, unsafety: bool) -> Read<ItemKind<'t>> {
        self.eat(&["trait"]);
        let (name, mut generics) = self.named()?;
        let bounds = if self.eat(&[":"]) { self.bounds()? } else { Vec::new() };
        self.conditions(&mut generics)?;
        let items = associated(self.group("{").ok_or("a trait has no items")?)?;
        Ok(ItemKind::Named(name, Named::Trait(Box::new(Trait { unsafety, generics, bounds, items }))))
    }

    fn block(&mut self, unsafety: bool) -> Read<ItemKind<'t>> {
        self.expect("impl")?;
        let mut generics = Generics { params: self.params()?, conditions: Vec::new() };
        let negative = self.eat(&["!"]);
        let mut ty = self.ty()?;
        let mut trait_ = None;
        if self.eat(&["for"]) {
            let Type::Path(path) = ty else { return Err("an impl is of no trait".to_owned()) };
            trait_ = Some((negative, path));
            ty = self.ty()?;
        }
        self.conditions(&mut generics)?;
        let inside = self.group("{").ok_or("an impl has no braces")?;
        let items = if trait_.is_some() { types(inside)? } else { associated(inside)? };
        Ok(ItemKind::Impl(Box::new(ImplBlock { unsafety, generics, trait_, ty, items })))
    }

    fn associated(&mut self) -> Read<Associated<'t>> {
        let attrs = self.attrs()?;
        let public = self.visibility();
        self.eat(&["default"]);
        let kind = if self.is_function() {
            let signature = Box::new(self.signature()?);
            AssociatedKind::Function(signature, self.body()?)
        } else if self.eat(&["const"]) {
            let name = self.name()?;
            self.expect(":")?;
            let ty = self.ty()?;
            let valued = self.sees(&["="]);
            self.until(&[";"]);
            self.expect(";")?;
            AssociatedKind::Const(name, ty, valued)
        } else if self.eat(&["type"]) {
            AssociatedKind::Type(Box::new(self.associated_type()?))
        } else {
            let path = self.path()?;
            let Some(last) = path.segments.last() else { return Err("expected a macro".to_owned()) };
            self.expect("!")?;
            AssociatedKind::Macro(last.name, self.invocation()?)
        };
        Ok(Associated { attrs, public, kind })
    }

    fn associated_type(&mut self) -> Read<AssociatedType<'t>> {
        let (name, mut generics) = self.named()?;
        let bounds = if self.eat(&[":"]) { self.bounds()? } else { Vec::new() };
        self.conditions(&mut generics)?;
        let ty = if self.eat(&["="]) { Some(self.ty()?) } else { None };
        self.conditions(&mut generics)?;
        self.expect(";")?;
        Ok(AssociatedType { name, generics, bounds, ty })
    }

    fn signature(&mut self) -> Read<Signature<'t>> {
        let constness = self.eat(&["const"]);
        let asyncness = self.eat(&["async"]);
        let unsafety = self.eat(&["unsafe"]);
        self.eat(&["safe"]);
        let abi = self.abi();
        self.expect("fn")?;
        let (name, mut generics) = self.named()?;
        let inputs = Cursor::new(self.group("(").ok_or("a function has no arguments")?).list(Self::input)?;
        let output = self.output()?;
        self.conditions(&mut generics)?;
        Ok(Signature { constness, asyncness, unsafety, abi, name, generics, inputs, output })
    }

    fn input(&mut self) -> Read<Input<'t>> {
        self.attributes();
        let mut ahead = self.clone();
        if ahead.eat(&["&"]) {
            let lifetime = ahead.take(Kind::Lifetime);
            let mutable = ahead.eat(&["mut"]);
            if ahead.eat(&["self"]) {
                *self = ahead;
                return Ok(Input::Reference(lifetime, mutable));
            }
        }
        let mut ahead = self.clone();
        ahead.eat(&["mut"]);
        if ahead.eat(&["self"]) {
            *self = ahead;
            return if self.eat(&[":"]) { self.ty().map(Input::Self_) } else { Ok(Input::Value) };
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
        Ok(Input::Named(name, self.ty()?))
    }
}

/// The fields between the brackets of a struct or variant.
fn fields_of<'t>(tokens: &[Token<'t>], named: bool) -> Read<Vec<Field<'t>>> {
    Cursor::new(tokens).list(|cursor| {
        let attrs = cursor.attrs()?;
        let public = cursor.visibility();
        let name = if named { Some(cursor.name()?) } else { None };
        if named {
            cursor.expect(":")?;
        }
        Ok(Field { attrs, public, name, ty: cursor.ty()? })
    })
}

/// The parameters that types may be named after.
pub(super) fn named_params<'t>(generics: &Generics<'t>) -> impl Iterator<Item = &'t str> {
    generics.params.iter().filter(|param| !param.is_lifetime()).map(Param::name)
}
