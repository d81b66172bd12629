//! Types, bounds and signatures as one line of Rust, every path as a caller would write it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::items::named_params;
use super::paths::{Paths, Target};
use super::syntax::{
    Argument, Arguments, Bound, Condition, Function, Generics, Input, Param, Path, Signature, Type, Value,
};
use super::tree::{EntryId, ModuleId};

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

/// Paths of more names are looked up each time.
const NAMES: usize = 4;

/// What paths were found to mean, for those who print one part of a crate: the same few stand in most signatures.
#[derive(Default)]
pub(super) struct Memo<'t>(RefCell<HashMap<Question<'t>, Rc<Found<'t>>>>);

/// Where a path stands, and its names.
type Question<'t> = (ModuleId, [&'t str; NAMES]);

/// What a path leads to.
pub(super) struct Found<'t> {
    /// What it is.
    pub(super) target: Target<'t>,
    /// How many of its names lead there.
    taken: usize,
    /// How it is written.
    text: String,
}

impl Found<'_> {
    /// The item of the crate, if it is one.
    pub(super) fn entry(&self) -> Option<EntryId> {
        match self.target {
            Target::Entry(id) => Some(id),
            _ => None,
        }
    }
}

/// Prints what stands in one module.
#[derive(Clone)]
pub(super) struct Printer<'p, 't> {
    paths: &'p Paths<'p, 't>,
    memo: &'p Memo<'t>,
    module: ModuleId,
    /// Names of generic parameters, which hide those of the module; `Self` is always one.
    params: Vec<&'t str>,
    /// What `Self` is printed as, where it is not left as it is.
    self_: Option<String>,
}

impl<'p, 't> Printer<'p, 't> {
    /// A printer for items of `module`.
    pub(super) fn new(paths: &'p Paths<'p, 't>, memo: &'p Memo<'t>, module: ModuleId) -> Self {
        Self { paths, memo, module, params: Vec::new(), self_: None }
    }

    /// A printer for items of another module.
    pub(super) fn elsewhere(&self, module: ModuleId) -> Self {
        Self::new(self.paths, self.memo, module)
    }

    /// The same with a type for `Self`, for the head of an impl.
    pub(super) fn with_self(&self, ty: &str) -> Self {
        Self { self_: Some(ty.to_owned()), ..self.clone() }
    }

    /// The same inside an item with these parameters.
    pub(super) fn within(&self, generics: &Generics<'t>) -> Self {
        let mut inside = self.clone();
        inside.params.extend(named_params(generics));
        inside
    }

    /// What a path means here; `None` for what begins with a generic parameter. See [`Paths::resolve`].
    pub(super) fn resolve(&self, path: &Path<'t>) -> Option<Rc<Found<'t>>> {
        let first = path.segments.first().map_or("", |segment| segment.name);
        if !path.leading && (first == "Self" || self.params.contains(&first)) {
            return None;
        }
        if path.leading || path.segments.len() > NAMES {
            let names: Vec<_> = path.segments.iter().map(|segment| segment.name).collect();
            return Some(Rc::new(self.found(&names, path.leading)));
        }
        let mut names = [""; NAMES];
        for (name, segment) in names.iter_mut().zip(&path.segments) {
            *name = segment.name;
        }
        if let Some(known) = self.memo.0.borrow().get(&(self.module, names)) {
            return Some(Rc::clone(known));
        }
        let found = Rc::new(self.found(&names[..path.segments.len()], false));
        self.memo.0.borrow_mut().insert((self.module, names), Rc::clone(&found));
        Some(found)
    }

    fn found(&self, names: &[&'t str], external: bool) -> Found<'t> {
        let mut found = self.paths.resolve(self.module, names, external);
        let is_type = |target: &Target<'_>| matches!(target, Target::Entry(id) if self.paths.is_type(*id));
        let best = found.iter().position(|(target, _)| is_type(target)).unwrap_or_default();
        let (target, taken) = found.swap_remove(best);
        Found { text: self.target(&target), target, taken }
    }

    /// A path with its arguments. `bindings` are added to the last arguments, as in `Iterator<Item = T>`.
    pub(super) fn path(&self, path: &Path<'t>, bindings: &[String]) -> String {
        let first = path.segments.first().map_or("", |segment| segment.name);
        let (mut text, taken) = match self.resolve(path) {
            Some(found) => (found.text.clone(), found.taken),
            None => match &self.self_ {
                Some(ty) if first == "Self" => (ty.clone(), 1),
                _ => (first.to_owned(), 1),
            },
        };
        for (index, segment) in path.segments.iter().enumerate() {
            if index >= taken {
                text.push_str("::");
                text.push_str(segment.name);
            }
            let last = index + 1 == path.segments.len();
            text.push_str(&self.arguments(&segment.arguments, if last { bindings } else { &[] }));
        }
        text
    }

    /// The written form of what a path leads to.
    pub(super) fn target(&self, target: &Target<'t>) -> String {
        match target {
            Target::Root => "crate".to_owned(),
            Target::Entry(id) => self.paths.name(*id).join("::"),
            Target::Variant(id, name) => format!("{}::{name}", self.paths.name(*id).join("::")),
            Target::External(path) => self.external(path),
        }
    }

    fn external(&self, path: &[&'t str]) -> String {
        let known = |name: &str, module: Option<&str>| {
            WELL_KNOWN
                .iter()
                .find(|(known, home)| *known == name && module.is_none_or(|module| module == *home))
                .map(|(_, home)| *home)
        };
        match path {
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

    fn arguments(&self, arguments: &Arguments<'t>, bindings: &[String]) -> String {
        match arguments {
            Arguments::None if bindings.is_empty() => String::new(),
            Arguments::None => format!("<{}>", bindings.join(", ")),
            Arguments::Angle(arguments) => self.angle(arguments, bindings),
            Arguments::Round(inputs, output) => {
                format!("({}){}", self.types(inputs), self.output(output.as_deref()))
            }
        }
    }

    fn angle(&self, arguments: &[Argument<'t>], bindings: &[String]) -> String {
        let mut parts: Vec<_> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Type(ty) => self.ty(ty),
                Argument::Other(text) => text.clone(),
                Argument::Equals(name, generics, ty) => {
                    format!("{name}{} = {}", self.angle(generics, &[]), self.ty(ty))
                }
                Argument::Bound(name, bounds) => format!("{name}: {}", self.bounds(bounds)),
            })
            .collect();
        parts.extend_from_slice(bindings);
        if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
    }

    fn value(&self, value: &Value<'t>) -> String {
        match value {
            Value::Path(path) => self.path(path, &[]),
            Value::Other(text) => text.clone(),
        }
    }

    /// Types between commas.
    fn types(&self, types: &[Type<'t>]) -> String {
        types.iter().map(|ty| self.ty(ty)).collect::<Vec<_>>().join(", ")
    }

    /// A type.
    pub(super) fn ty(&self, ty: &Type<'t>) -> String {
        match ty {
            Type::Array(element, length) => format!("[{}; {}]", self.ty(element), self.value(length)),
            Type::Function(function) => self.function(function),
            Type::Impl(bounds) => format!("impl {}", self.bounds(bounds)),
            Type::Infer => "_".to_owned(),
            Type::Never => "!".to_owned(),
            Type::Paren(inside) => format!("({})", self.ty(inside)),
            Type::Path(path) => self.path(path, &[]),
            Type::Qualified(ty, path, position) => self.qualified(ty, path, *position),
            Type::Pointer(mutable, pointee) => {
                format!("*{} {}", if *mutable { "mut" } else { "const" }, self.ty(pointee))
            }
            Type::Reference(lifetime, mutable, referent) => {
                format!("&{}{}{}", spaced(*lifetime), if *mutable { "mut " } else { "" }, self.ty(referent))
            }
            Type::Slice(element) => format!("[{}]", self.ty(element)),
            Type::Dyn(bounds) => format!("dyn {}", self.bounds(bounds)),
            Type::Tuple(types) => match types.as_slice() {
                [only] => format!("({},)", self.ty(only)),
                types => format!("({})", self.types(types)),
            },
            Type::Other(text) => text.clone(),
        }
    }

    fn function(&self, function: &Function<'t>) -> String {
        let lifetimes = self.lifetimes(&function.lifetimes);
        let unsafety = if function.unsafety { "unsafe " } else { "" };
        let abi = spaced(function.abi.as_deref());
        let output = self.output(function.output.as_deref());
        format!("{lifetimes}{unsafety}{abi}fn({}){output}", self.types(&function.inputs))
    }

    /// `<T as Trait>::Name`.
    fn qualified(&self, ty: &Type<'t>, path: &Path<'t>, position: usize) -> String {
        let (head, rest) = path.segments.split_at(position.min(path.segments.len()));
        let rest: Vec<_> = rest.iter().map(|segment| segment.name).collect();
        let ty = self.ty(ty);
        let trait_ = if head.is_empty() {
            String::new()
        } else {
            format!(" as {}", self.path(&Path { leading: path.leading, segments: head.to_vec() }, &[]))
        };
        format!("<{ty}{trait_}>::{}", rest.join("::"))
    }

    /// Bounds, joined by ` + `.
    pub(super) fn bounds(&self, bounds: &[Bound<'t>]) -> String {
        let bounds: Vec<_> = bounds
            .iter()
            .map(|bound| match bound {
                Bound::Trait(bound) => {
                    let maybe = if bound.maybe { "?" } else { "" };
                    let text = format!("{}{maybe}{}", self.lifetimes(&bound.lifetimes), self.path(&bound.path, &[]));
                    if bound.paren { format!("({text})") } else { text }
                }
                Bound::Other(text) => text.clone(),
            })
            .collect();
        bounds.join(" + ")
    }

    fn lifetimes(&self, lifetimes: &[Param<'t>]) -> String {
        if lifetimes.is_empty() {
            return String::new();
        }
        let names: Vec<_> = lifetimes.iter().map(|param| self.param(param, false)).collect();
        format!("for<{}> ", names.join(", "))
    }

    fn output(&self, output: Option<&Type<'t>>) -> String {
        output.map(|ty| format!(" -> {}", self.ty(ty))).unwrap_or_default()
    }

    fn param(&self, param: &Param<'t>, defaults: bool) -> String {
        match param {
            Param::Lifetime(name, bounds) if bounds.is_empty() => (*name).to_owned(),
            Param::Lifetime(name, bounds) => format!("{name}: {}", bounds.join(" + ")),
            Param::Type(name, bounds, default) => {
                let bounds = if bounds.is_empty() { String::new() } else { format!(": {}", self.bounds(bounds)) };
                let default = match default {
                    Some(ty) if defaults => format!(" = {}", self.ty(ty)),
                    _ => String::new(),
                };
                format!("{name}{bounds}{default}")
            }
            Param::Const(name, ty, default) => {
                let default = match default {
                    Some(value) if defaults => format!(" = {}", self.value(value)),
                    _ => String::new(),
                };
                format!("const {name}: {}{default}", self.ty(ty))
            }
        }
    }

    /// Parameters between angle brackets, empty without any.
    pub(super) fn generics(&self, generics: &Generics<'t>, defaults: bool) -> String {
        let params: Vec<_> = generics.params.iter().map(|param| self.param(param, defaults)).collect();
        if params.is_empty() { String::new() } else { format!("<{}>", params.join(", ")) }
    }

    /// A `where` clause with a space before it, empty without one.
    pub(super) fn conditions(&self, generics: &Generics<'t>) -> String {
        let conditions: Vec<_> = generics
            .conditions
            .iter()
            .map(|condition| match condition {
                Condition::Type(lifetimes, ty, bounds) => {
                    format!("{}{}: {}", self.lifetimes(lifetimes), self.ty(ty), self.bounds(bounds))
                }
                Condition::Other(text) => text.clone(),
            })
            .collect();
        if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(", ")) }
    }

    /// A function without its name: `async fn(&self, id: T) -> U`.
    pub(super) fn signature(&self, signature: &Signature<'t>) -> String {
        let inside = self.within(&signature.generics);
        let mut text = String::new();
        for (there, word) in
            [(signature.constness, "const "), (signature.asyncness, "async "), (signature.unsafety, "unsafe ")]
        {
            if there {
                text.push_str(word);
            }
        }
        text.push_str(&spaced(signature.abi.as_deref()));
        let inputs: Vec<_> = signature.inputs.iter().map(|input| inside.input(input)).collect();
        let generics = inside.generics(&signature.generics, false);
        let output = inside.output(signature.output.as_ref());
        text.push_str(&format!("fn{generics}({}){output}", inputs.join(", ")));
        text.push_str(&inside.conditions(&signature.generics));
        text
    }

    fn input(&self, input: &Input<'t>) -> String {
        match input {
            Input::Value => "self".to_owned(),
            Input::Reference(lifetime, mutable) => {
                format!("&{}{}self", spaced(*lifetime), if *mutable { "mut " } else { "" })
            }
            Input::Self_(ty) => format!("self: {}", self.ty(ty)),
            Input::Named(name, ty) => format!("{}: {}", name.unwrap_or("_"), self.ty(ty)),
        }
    }
}

/// A word that may be there, with the space behind it.
fn spaced(word: Option<&str>) -> String {
    word.map(|word| format!("{word} ")).unwrap_or_default()
}
