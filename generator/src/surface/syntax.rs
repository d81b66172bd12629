//! Items as far as callers can see them: no bodies, and everything that is printed as a draft of the module's sheet.

use super::attrs::Attrs;
use super::cursor::Read;
use super::lexer::{Token, lex_whole};
use super::sheet::{Draft, PathId, Sheet};

/// What a type names, through references: the item that an impl for it belongs to.
#[derive(Debug)]
pub(super) enum Head {
    /// Nothing that has to be looked up.
    None,
    /// A path.
    Path(PathId),
    /// One of the bounds of `dyn`.
    Dyn(Box<[PathId]>),
}

/// The kinds of generic parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParamKind {
    Lifetime,
    Type,
    Const,
}

/// A parameter between angle brackets.
#[derive(Debug)]
pub(super) struct Param<'t> {
    pub(super) kind: ParamKind,
    pub(super) name: &'t str,
    /// All of it but the default.
    pub(super) declared: Draft,
    /// What stands behind the colon; the type of a constant.
    pub(super) bounds: Draft,
}

/// The parameters of an item, and what it demands of them.
#[derive(Debug, Default)]
pub(super) struct Generics<'t> {
    pub(super) params: Vec<Param<'t>>,
    /// The `where` clause with a space before it.
    pub(super) conditions: Draft,
}

/// The place of a line behind its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The item itself.
    Item,
    /// A field.
    Field,
    /// A variant, with its fields.
    Variant,
    /// An associated constant.
    Const,
    /// An associated type.
    Type,
    /// A method or an associated function.
    Function,
    /// A trait impl.
    Impl,
}

/// What has a line of its own in an item or impl.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) rank: Rank,
    /// The length of its name, with which the draft begins.
    pub(super) name: u32,
    /// Its line, without the path of the item.
    pub(super) draft: Draft,
    pub(super) attrs: Attrs<'t>,
}

/// What a name can stand for, modules and macros aside.
#[derive(Debug)]
pub(super) struct Named<'t> {
    /// The item in a few words.
    pub(super) what: Draft,
    /// What callers see of its inside.
    pub(super) members: Vec<Member<'t>>,
    pub(super) kind: NamedKind<'t>,
}

/// The kinds of such items.
#[derive(Debug)]
pub(super) enum NamedKind<'t> {
    /// A type of its own, which traits can be derived for.
    Type(Generics<'t>),
    /// The same, with the names of its variants.
    Enum(Generics<'t>, Vec<&'t str>),
    /// A trait or an alias.
    Bound,
    /// A function, a constant or a static.
    Value,
}

impl<'t> Named<'t> {
    /// The parameters of a type of its own.
    pub(super) fn generics(&self) -> Option<&Generics<'t>> {
        match &self.kind {
            NamedKind::Type(generics) | NamedKind::Enum(generics, _) => Some(generics),
            NamedKind::Bound | NamedKind::Value => None,
        }
    }
}

/// An impl.
#[derive(Debug)]
pub(super) struct ImplBlock<'t> {
    pub(super) unsafety: bool,
    pub(super) generics: Generics<'t>,
    /// The type it is for.
    pub(super) ty: Draft,
    pub(super) head: Head,
    pub(super) of: ImplOf<'t>,
}

/// What an impl gives to its type.
#[derive(Debug)]
pub(super) enum ImplOf<'t> {
    Trait(Box<TraitRef>),
    Own(Box<Inside<'t>>),
}

/// The items of a trait or of a type.
#[derive(Debug, Default)]
pub(super) struct Inside<'t> {
    /// What callers see of it.
    pub(super) members: Vec<Member<'t>>,
    /// Its macros that are still to be expanded: the name of each and what it is given.
    pub(super) macros: Vec<(&'t str, Given<'t>)>,
}

/// The trait of an impl.
#[derive(Debug)]
pub(super) struct TraitRef {
    /// True for `impl !Trait for Type`.
    pub(super) negative: bool,
    pub(super) path: Option<PathId>,
    /// The path with its arguments.
    pub(super) draft: Draft,
    /// What the types between its angle brackets name.
    pub(super) arguments: Vec<Head>,
    /// The associated types, as `Name = Type`.
    pub(super) bindings: Vec<Draft>,
}

/// What a macro is given.
#[derive(Debug)]
pub(super) enum Given<'t> {
    /// As it stands in a file.
    Text(&'t str),
    /// In what another macro stands for.
    Tokens(Vec<Token<'t>>),
}

impl<'t> Given<'t> {
    /// What it is, read only now where it stands in a file.
    pub(super) fn tokens(self) -> Read<Vec<Token<'t>>> {
        match self {
            Self::Text(text) => lex_whole(text),
            Self::Tokens(tokens) => Ok(tokens),
        }
    }
}

/// An item.
#[derive(Debug)]
pub(super) struct Item<'t> {
    pub(super) attrs: Attrs<'t>,
    pub(super) public: bool,
    pub(super) kind: ItemKind<'t>,
}

/// What a `use` declaration brings: each path with the name it gets, none for a glob.
pub(super) type Imported<'t> = (Box<[&'t str]>, Option<&'t str>);

/// The kinds of items.
#[derive(Debug)]
pub(super) enum ItemKind<'t> {
    /// A name and what it stands for.
    Named(&'t str, Box<Named<'t>>),
    /// A name, and the content of a module that is no file of its own.
    Module(&'t str, Option<Content<'t>>),
    /// True for `::path`, and what is imported.
    Use(bool, Vec<Imported<'t>>),
    Impl(ImplBlock<'t>),
    /// The name of a `macro_rules!` macro and its rules.
    Rules(&'t str, Given<'t>),
    /// The name of a macro and what it is given.
    Invocation(&'t str, Given<'t>),
    /// `const _: T = { .. }` with items in it.
    Block(Content<'t>),
    /// What callers do not see.
    Other,
}

/// What a file, a module or a block holds.
#[derive(Debug, Default)]
pub(super) struct Content<'t> {
    /// The attributes inside of it.
    pub(super) attrs: Attrs<'t>,
    pub(super) items: Vec<Item<'t>>,
    /// What the drafts of the items are pieces of.
    pub(super) sheet: Sheet<'t>,
}
