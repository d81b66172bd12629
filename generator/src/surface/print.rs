//! Types, bounds and signatures as one line of Rust, every path as a caller would write it.

use syn::{
    AngleBracketedGenericArguments, BoundLifetimes, Expr, FnArg, GenericArgument, GenericParam, Generics, Pat, Path,
    PathArguments, PointerMutability, QSelf, ReceiverKind, ReturnType, Signature, Type, TypeParamBound, WherePredicate,
};

use super::attrs::compact;
use super::paths::{Paths, Target};
use super::tree::ModuleId;

/// What everybody knows by its name alone, with the module of `std` it lives in. The first part is the prelude.
const WELL_KNOWN: &[(&str, &str)] = &[
    ("Option", "option"),
    ("Result", "result"),
    ("String", "string"),
    ("ToString", "string"),
    ("Vec", "vec"),
    ("Box", "boxed"),
    ("Send", "marker"),
    ("Sync", "marker"),
    ("Sized", "marker"),
    ("Copy", "marker"),
    ("Unpin", "marker"),
    ("Drop", "ops"),
    ("Fn", "ops"),
    ("FnMut", "ops"),
    ("FnOnce", "ops"),
    ("AsyncFn", "ops"),
    ("AsyncFnMut", "ops"),
    ("AsyncFnOnce", "ops"),
    ("Clone", "clone"),
    ("PartialEq", "cmp"),
    ("Eq", "cmp"),
    ("PartialOrd", "cmp"),
    ("Ord", "cmp"),
    ("AsRef", "convert"),
    ("AsMut", "convert"),
    ("From", "convert"),
    ("Into", "convert"),
    ("TryFrom", "convert"),
    ("TryInto", "convert"),
    ("Default", "default"),
    ("ToOwned", "borrow"),
    ("Iterator", "iter"),
    ("Extend", "iter"),
    ("IntoIterator", "iter"),
    ("FromIterator", "iter"),
    ("DoubleEndedIterator", "iter"),
    ("ExactSizeIterator", "iter"),
    ("Future", "future"),
    ("IntoFuture", "future"),
    ("Debug", "fmt"),
    ("Display", "fmt"),
    ("Hash", "hash"),
    ("FromStr", "str"),
    ("Arc", "sync"),
    ("Cow", "borrow"),
    ("Pin", "pin"),
    ("Duration", "time"),
    ("SystemTime", "time"),
    ("BTreeMap", "collections"),
    ("HashMap", "collections"),
    ("Deref", "ops"),
];

/// Prints what stands in one module.
#[derive(Clone)]
pub(super) struct Printer<'p> {
    paths: &'p Paths<'p>,
    module: ModuleId,
    /// Names of generic parameters, which hide those of the module.
    params: Vec<String>,
    /// What `Self` is printed as, where it is not left as it is.
    self_: Option<String>,
}

impl<'p> Printer<'p> {
    /// A printer for items of `module`.
    pub(super) fn new(paths: &'p Paths<'p>, module: ModuleId) -> Self {
        Self { paths, module, params: vec!["Self".to_owned()], self_: None }
    }

    /// The same with a type for `Self`, for the head of an impl.
    pub(super) fn with_self(&self, ty: &str) -> Self {
        Self { self_: Some(ty.to_owned()), ..self.clone() }
    }

    /// The same inside an item with these parameters.
    pub(super) fn within(&self, generics: &Generics) -> Self {
        let mut inside = self.clone();
        inside.params.extend(generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(param.ident.to_string()),
            GenericParam::Const(param) => Some(param.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        }));
        inside
    }

    /// What a path means here; `None` for what begins with a generic parameter. See [`Paths::resolve`].
    pub(super) fn resolve(&self, path: &Path) -> Option<(Target, usize)> {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_none() && names.first().is_some_and(|first| self.params.contains(first)) {
            return None;
        }
        let found = self.paths.resolve(self.module, &names, path.leading_colon.is_some());
        let best = found.iter().find(|(target, _)| matches!(target, Target::Entry(id) if self.paths.is_type(*id)));
        best.or(found.first()).cloned()
    }

    /// A path with its arguments. `bindings` are added to the last arguments, as in `Iterator<Item = T>`.
    pub(super) fn path(&self, path: &Path, bindings: &[String]) -> String {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let (mut text, taken) = match self.resolve(path) {
            Some((target, taken)) => (self.target(&target), taken),
            None => match (&self.self_, names.first()) {
                (Some(ty), Some(name)) if name == "Self" => (ty.clone(), 1),
                (_, name) => (name.cloned().unwrap_or_default(), 1),
            },
        };
        for (index, segment) in path.segments.iter().enumerate() {
            if index >= taken {
                text.push_str("::");
                text.push_str(&names[index]);
            }
            let last = index + 1 == path.segments.len();
            text.push_str(&self.arguments(&segment.arguments, if last { bindings } else { &[] }));
        }
        text
    }

    /// The written form of what a path leads to.
    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Root => "crate".to_owned(),
            Target::Entry(id) => self.paths.name(*id).join("::"),
            Target::Variant(id, name) => format!("{}::{name}", self.paths.name(*id).join("::")),
            Target::External(path) => self.external(path),
        }
    }

    fn external(&self, path: &[String]) -> String {
        let known = |name: &str, module: Option<&str>| {
            WELL_KNOWN
                .iter()
                .find(|(known, home)| *known == name && module.is_none_or(|module| module == *home))
                .map(|(_, home)| *home)
        };
        let names: Vec<_> = path.iter().map(String::as_str).collect();
        match names.as_slice() {
            [name] => match known(name, None) {
                Some(home) if self.paths.at_root(name) => format!("std::{home}::{name}"),
                _ => (*name).to_owned(),
            },
            ["std" | "core" | "alloc", module, name]
                if known(name, Some(module)).is_some() && !self.paths.at_root(name) =>
            {
                (*name).to_owned()
            }
            ["core" | "alloc", rest @ ..] => format!("std::{}", rest.join("::")),
            _ => path.join("::"),
        }
    }

    fn arguments(&self, arguments: &PathArguments, bindings: &[String]) -> String {
        match arguments {
            PathArguments::None if bindings.is_empty() => String::new(),
            PathArguments::None => format!("<{}>", bindings.join(", ")),
            PathArguments::AngleBracketed(arguments) => self.angle(arguments, bindings),
            PathArguments::Parenthesized(arguments) => {
                let inputs: Vec<_> = arguments.inputs.iter().map(|input| self.ty(&input.ty)).collect();
                format!("({}){}", inputs.join(", "), self.output(&arguments.output))
            }
        }
    }

    fn angle(&self, arguments: &AngleBracketedGenericArguments, bindings: &[String]) -> String {
        let mut parts: Vec<_> = arguments
            .args
            .iter()
            .map(|argument| match argument {
                GenericArgument::Type(ty) => self.ty(ty),
                GenericArgument::Const(value) => self.expr(value),
                GenericArgument::AssocType(assoc) => {
                    let generics = assoc.generics.as_ref().map(|generics| self.angle(generics, &[]));
                    format!("{}{} = {}", assoc.ident, generics.unwrap_or_default(), self.ty(&assoc.ty))
                }
                GenericArgument::Constraint(constraint) => {
                    format!("{}: {}", constraint.ident, self.bounds(&constraint.bounds))
                }
                other => compact(other),
            })
            .collect();
        parts.extend_from_slice(bindings);
        if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
    }

    fn expr(&self, value: &Expr) -> String {
        match value {
            Expr::Path(path) if path.qself.is_none() => self.path(&path.path, &[]),
            other => compact(other),
        }
    }

    /// A type.
    pub(super) fn ty(&self, ty: &Type) -> String {
        match ty {
            Type::Array(array) => format!("[{}; {}]", self.ty(&array.elem), self.expr(&array.len)),
            Type::FnPtr(function) => {
                let inputs: Vec<_> = function.inputs.iter().map(|input| self.ty(&input.ty)).collect();
                let inputs = inputs.join(", ");
                let lifetimes = self.lifetimes(function.lifetimes.as_ref());
                let unsafety = if function.unsafety.is_some() { "unsafe " } else { "" };
                let abi = function.abi.as_ref().map(|abi| format!("{} ", compact(abi))).unwrap_or_default();
                format!("{lifetimes}{unsafety}{abi}fn({inputs}){}", self.output(&function.output))
            }
            Type::Group(group) => self.ty(&group.elem),
            Type::ImplTrait(bounds) => format!("impl {}", self.bounds(&bounds.bounds)),
            Type::Infer(_) => "_".to_owned(),
            Type::Never(_) => "!".to_owned(),
            Type::Paren(paren) => format!("({})", self.ty(&paren.elem)),
            Type::Path(path) => match &path.qself {
                Some(qself) => self.qualified(qself, &path.path),
                None => self.path(&path.path, &[]),
            },
            Type::Ptr(pointer) => {
                let kind = if matches!(pointer.mutability, PointerMutability::Mut(_)) { "mut" } else { "const" };
                format!("*{kind} {}", self.ty(&pointer.elem))
            }
            Type::Reference(reference) => {
                let lifetime = reference.lifetime.as_ref().map(|lifetime| format!("{lifetime} ")).unwrap_or_default();
                let mutability = if reference.mutability.is_some() { "mut " } else { "" };
                format!("&{lifetime}{mutability}{}", self.ty(&reference.elem))
            }
            Type::Slice(slice) => format!("[{}]", self.ty(&slice.elem)),
            Type::TraitObject(object) => format!("dyn {}", self.bounds(&object.bounds)),
            Type::Tuple(tuple) => {
                let elems: Vec<_> = tuple.elems.iter().map(|elem| self.ty(elem)).collect();
                match elems.as_slice() {
                    [only] => format!("({only},)"),
                    elems => format!("({})", elems.join(", ")),
                }
            }
            other => compact(other),
        }
    }

    /// `<T as Trait>::Name`.
    fn qualified(&self, qself: &QSelf, path: &Path) -> String {
        let mut head = path.clone();
        let rest: Vec<_> = path.segments.iter().skip(qself.position).map(|segment| segment.ident.to_string()).collect();
        head.segments = path.segments.iter().take(qself.position).cloned().collect();
        let ty = self.ty(&qself.ty);
        let trait_ = if head.segments.is_empty() { String::new() } else { format!(" as {}", self.path(&head, &[])) };
        format!("<{ty}{trait_}>::{}", rest.join("::"))
    }

    /// Bounds, joined by ` + `.
    pub(super) fn bounds<'b>(&self, bounds: impl IntoIterator<Item = &'b TypeParamBound>) -> String {
        let bounds: Vec<_> = bounds
            .into_iter()
            .map(|bound| match bound {
                TypeParamBound::Trait(bound) => {
                    let maybe = if bound.maybe.is_some() { "?" } else { "" };
                    let text =
                        format!("{}{maybe}{}", self.lifetimes(bound.lifetimes.as_ref()), self.path(&bound.path, &[]));
                    if bound.paren_token.is_some() { format!("({text})") } else { text }
                }
                other => compact(other),
            })
            .collect();
        bounds.join(" + ")
    }

    fn lifetimes(&self, lifetimes: Option<&BoundLifetimes>) -> String {
        let Some(lifetimes) = lifetimes else { return String::new() };
        let names: Vec<_> = lifetimes.lifetimes.iter().map(|param| self.param(param, false)).collect();
        format!("for<{}> ", names.join(", "))
    }

    fn output(&self, output: &ReturnType) -> String {
        match output {
            ReturnType::Type(_, ty) => format!(" -> {}", self.ty(ty)),
            ReturnType::Default => String::new(),
        }
    }

    fn param(&self, param: &GenericParam, defaults: bool) -> String {
        match param {
            GenericParam::Lifetime(param) => {
                let bounds: Vec<_> = param.bounds.iter().map(ToString::to_string).collect();
                let bounds = if bounds.is_empty() { String::new() } else { format!(": {}", bounds.join(" + ")) };
                format!("{}{bounds}", param.lifetime)
            }
            GenericParam::Type(param) => {
                let bounds =
                    if param.bounds.is_empty() { String::new() } else { format!(": {}", self.bounds(&param.bounds)) };
                let default = match &param.default {
                    Some((_, ty)) if defaults => format!(" = {}", self.ty(ty)),
                    _ => String::new(),
                };
                format!("{}{bounds}{default}", param.ident)
            }
            GenericParam::Const(param) => {
                let default = match &param.default {
                    Some((_, value)) if defaults => format!(" = {}", self.expr(value)),
                    _ => String::new(),
                };
                format!("const {}: {}{default}", param.ident, self.ty(&param.ty))
            }
        }
    }

    /// Parameters between angle brackets, empty without any.
    pub(super) fn generics(&self, generics: &Generics, defaults: bool) -> String {
        let params: Vec<_> = generics.params.iter().map(|param| self.param(param, defaults)).collect();
        if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) }
    }

    /// A `where` clause with a space before it, empty without one.
    pub(super) fn conditions(&self, generics: &Generics) -> String {
        let Some(clause) = &generics.where_clause else { return String::new() };
        let predicates: Vec<_> = clause
            .predicates
            .iter()
            .map(|predicate| match predicate {
                WherePredicate::Type(predicate) => format!(
                    "{}{}: {}",
                    self.lifetimes(predicate.lifetimes.as_ref()),
                    self.ty(&predicate.bounded_ty),
                    self.bounds(&predicate.bounds)
                ),
                other => compact(other),
            })
            .collect();
        if predicates.is_empty() { String::new() } else { format!(" where {}", predicates.join(", ")) }
    }

    /// A function without its name: `async fn(&self, id: T) -> U`.
    pub(super) fn signature(&self, signature: &Signature) -> String {
        let inside = self.within(&signature.generics);
        let mut text = String::new();
        for (there, word) in [
            (signature.constness.is_some(), "const "),
            (signature.asyncness.is_some(), "async "),
            (compact(&signature.safety) == "unsafe", "unsafe "),
        ] {
            if there {
                text.push_str(word);
            }
        }
        if let Some(abi) = &signature.abi {
            text.push_str(&format!("{} ", compact(abi)));
        }
        let inputs: Vec<_> = signature.inputs.iter().map(|input| inside.input(input)).collect();
        let generics = inside.generics(&signature.generics, false);
        let output = inside.output(&signature.output);
        text.push_str(&format!("fn{generics}({}){output}", inputs.join(", ")));
        text.push_str(&inside.conditions(&signature.generics));
        text
    }

    fn input(&self, input: &FnArg) -> String {
        match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, lifetime, mutability) => {
                    let lifetime = lifetime.as_ref().map(|lifetime| format!("{lifetime} ")).unwrap_or_default();
                    format!("&{lifetime}{}self", if mutability.is_some() { "mut " } else { "" })
                }
                ReceiverKind::Typed(_, ty) => format!("self: {}", self.ty(ty)),
                _ => "self".to_owned(),
            },
            FnArg::Typed(argument) => {
                let name = match &*argument.pat {
                    Pat::Ident(name) => name.ident.to_string(),
                    _ => "_".to_owned(),
                };
                format!("{name}: {}", self.ty(&argument.ty))
            }
        }
    }
}
