//! The syntax of items as far as callers can see it: no bodies, and of values only what a line can show.
//!
//! All names are slices of the text. What is rare, such as the length of an array, is kept as it will be printed.

use super::attrs::Attrs;
use super::lexer::Token;

/// A path with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Path<'t> {
    /// True for `::path`.
    pub(super) leading: bool,
    pub(super) segments: Vec<Segment<'t>>,
}

/// A name of a path.
#[derive(Clone, Debug)]
pub(super) struct Segment<'t> {
    pub(super) name: &'t str,
    pub(super) arguments: Arguments<'t>,
}

/// What stands behind a name.
#[derive(Clone, Debug)]
pub(super) enum Arguments<'t> {
    None,
    /// `<A, B>`
    Angle(Vec<Argument<'t>>),
    /// `(A) -> B`
    Round(Vec<Type<'t>>, Option<Box<Type<'t>>>),
}

/// One of the arguments between angle brackets.
#[derive(Clone, Debug)]
pub(super) enum Argument<'t> {
    Type(Type<'t>),
    /// A lifetime, a literal or a block.
    Other(String),
    /// `Name = T`, with the parameters of the name.
    Equals(&'t str, Vec<Argument<'t>>, Type<'t>),
    /// `Name: Bound`
    Bound(&'t str, Vec<Bound<'t>>),
}

/// A type.
#[derive(Clone, Debug)]
pub(super) enum Type<'t> {
    Array(Box<Type<'t>>, Value<'t>),
    Function(Function<'t>),
    Impl(Vec<Bound<'t>>),
    Dyn(Vec<Bound<'t>>),
    Infer,
    Never,
    Paren(Box<Type<'t>>),
    Path(Path<'t>),
    /// `<T as Trait>::Name`: the type, the path, and how many of its names are before the `>`.
    Qualified(Box<Type<'t>>, Path<'t>, usize),
    /// True if it is `*mut T`.
    Pointer(bool, Box<Type<'t>>),
    /// The lifetime, and true if it is `&mut T`.
    Reference(Option<&'t str>, bool, Box<Type<'t>>),
    Slice(Box<Type<'t>>),
    Tuple(Vec<Type<'t>>),
    /// The invocation of a macro.
    Other(String),
}

/// The type of a function.
#[derive(Clone, Debug)]
pub(super) struct Function<'t> {
    pub(super) lifetimes: Vec<Param<'t>>,
    pub(super) unsafety: bool,
    /// `extern "C"`
    pub(super) abi: Option<String>,
    pub(super) inputs: Vec<Type<'t>>,
    pub(super) output: Option<Box<Type<'t>>>,
}

/// A value where a type needs one.
#[derive(Clone, Debug)]
pub(super) enum Value<'t> {
    Path(Path<'t>),
    Other(String),
}

/// A bound.
#[derive(Clone, Debug)]
pub(super) enum Bound<'t> {
    Trait(TraitBound<'t>),
    /// A lifetime or `use<..>`.
    Other(String),
}

/// A trait as a bound.
#[derive(Clone, Debug)]
pub(super) struct TraitBound<'t> {
    pub(super) paren: bool,
    /// True for `?Sized`.
    pub(super) maybe: bool,
    pub(super) lifetimes: Vec<Param<'t>>,
    pub(super) path: Path<'t>,
}

/// A parameter between angle brackets.
#[derive(Clone, Debug)]
pub(super) enum Param<'t> {
    Lifetime(&'t str, Vec<&'t str>),
    Type(&'t str, Vec<Bound<'t>>, Option<Type<'t>>),
    Const(&'t str, Type<'t>, Option<Value<'t>>),
}

impl<'t> Param<'t> {
    /// Its name.
    pub(super) fn name(&self) -> &'t str {
        match self {
            Self::Lifetime(name, ..) | Self::Type(name, ..) | Self::Const(name, ..) => name,
        }
    }

    /// Whether it is a lifetime.
    pub(super) fn is_lifetime(&self) -> bool {
        matches!(self, Self::Lifetime(..))
    }
}

/// The parameters of an item, and what it demands of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Generics<'t> {
    pub(super) params: Vec<Param<'t>>,
    pub(super) conditions: Vec<Condition<'t>>,
}

/// A part of a `where` clause.
#[derive(Clone, Debug)]
pub(super) enum Condition<'t> {
    /// The lifetimes of `for<..>`, the type and its bounds.
    Type(Vec<Param<'t>>, Type<'t>, Vec<Bound<'t>>),
    /// One of a lifetime.
    Other(String),
}

/// A function without its body.
#[derive(Clone, Debug)]
pub(super) struct Signature<'t> {
    pub(super) constness: bool,
    pub(super) asyncness: bool,
    pub(super) unsafety: bool,
    /// `extern "C"`
    pub(super) abi: Option<String>,
    pub(super) name: &'t str,
    pub(super) generics: Generics<'t>,
    pub(super) inputs: Vec<Input<'t>>,
    pub(super) output: Option<Type<'t>>,
}

/// An argument.
#[derive(Clone, Debug)]
pub(super) enum Input<'t> {
    /// `self`
    Value,
    /// `&self`: the lifetime, and true if it is `&mut self`.
    Reference(Option<&'t str>, bool),
    /// `self: T`
    Self_(Type<'t>),
    /// Its name, where its pattern is one, and its type.
    Named(Option<&'t str>, Type<'t>),
}

/// A field of a struct or variant.
#[derive(Clone, Debug)]
pub(super) struct Field<'t> {
    pub(super) attrs: Attrs<'t>,
    pub(super) public: bool,
    /// Absent in a tuple.
    pub(super) name: Option<&'t str>,
    pub(super) ty: Type<'t>,
}

/// The fields of a struct or variant.
#[derive(Clone, Debug)]
pub(super) enum Fields<'t> {
    Unit,
    Unnamed(Vec<Field<'t>>),
    Named(Vec<Field<'t>>),
}

impl<'t> Fields<'t> {
    /// All of them.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Field<'t>> {
        match self {
            Self::Unit => [].iter(),
            Self::Unnamed(fields) | Self::Named(fields) => fields.iter(),
        }
    }
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub(super) struct Variant<'t> {
    pub(super) attrs: Attrs<'t>,
    pub(super) name: &'t str,
    pub(super) fields: Fields<'t>,
    /// Its number.
    pub(super) value: Option<String>,
}

/// An item of a trait or impl.
#[derive(Clone, Debug)]
pub(super) struct Associated<'t> {
    pub(super) attrs: Attrs<'t>,
    pub(super) public: bool,
    pub(super) kind: AssociatedKind<'t>,
}

/// The kinds of items of a trait or impl.
#[derive(Clone, Debug)]
pub(super) enum AssociatedKind<'t> {
    /// Its name, its type, and whether it has a value.
    Const(&'t str, Type<'t>, bool),
    /// Its signature, and whether it has a body.
    Function(Box<Signature<'t>>, bool),
    Type(Box<AssociatedType<'t>>),
    /// The name of a macro and what it is given.
    Macro(&'t str, Vec<Token<'t>>),
}

/// An associated type.
#[derive(Clone, Debug)]
pub(super) struct AssociatedType<'t> {
    pub(super) name: &'t str,
    pub(super) generics: Generics<'t>,
    pub(super) bounds: Vec<Bound<'t>>,
    /// What it is, or is by default.
    pub(super) ty: Option<Type<'t>>,
}

/// An item.
#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    pub(super) attrs: Attrs<'t>,
    pub(super) public: bool,
    pub(super) kind: ItemKind<'t>,
}

/// The kinds of items.
#[derive(Clone, Debug)]
pub(super) enum ItemKind<'t> {
    /// A name and what it stands for.
    Named(&'t str, Named<'t>),
    /// A name, and the items of a module that is no file of its own.
    Module(&'t str, Option<Vec<Item<'t>>>),
    /// True for `::path`, and each path with the name it gets.
    Use(bool, Vec<(Vec<&'t str>, Option<&'t str>)>),
    Impl(Box<ImplBlock<'t>>),
    /// The name of a `macro_rules!` macro and its rules.
    Rules(&'t str, Vec<Token<'t>>),
    /// The name of a macro and what it is given.
    Invocation(&'t str, Vec<Token<'t>>),
    /// `const _: T = { .. }` with items in it.
    Block(Vec<Item<'t>>),
    /// What callers do not see.
    Other,
}

/// What a name can stand for, modules and macros aside.
#[derive(Clone, Debug)]
pub(super) enum Named<'t> {
    Const(Type<'t>),
    /// True for `static mut`.
    Static(bool, Type<'t>),
    Function(Box<Signature<'t>>),
    Struct(Generics<'t>, Fields<'t>),
    Union(Generics<'t>, Fields<'t>),
    Enum(Generics<'t>, Vec<Variant<'t>>),
    Trait(Box<Trait<'t>>),
    Alias(Generics<'t>, Type<'t>),
}

/// A trait.
#[derive(Clone, Debug)]
pub(super) struct Trait<'t> {
    pub(super) unsafety: bool,
    pub(super) generics: Generics<'t>,
    pub(super) bounds: Vec<Bound<'t>>,
    pub(super) items: Vec<Associated<'t>>,
}

/// An impl. One of a trait has only its types.
#[derive(Clone, Debug)]
pub(super) struct ImplBlock<'t> {
    pub(super) unsafety: bool,
    pub(super) generics: Generics<'t>,
    /// True for `impl !Trait for Type`, and the trait.
    pub(super) trait_: Option<(bool, Path<'t>)>,
    pub(super) ty: Type<'t>,
    pub(super) items: Vec<Associated<'t>>,
}
