//! What can only be decided when all types are known: the methods of objects, members with one value, and objects that
//! would never end.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Code;
use crate::ir::{
    Access, Api, Checks, Elem, EnumValue, Extra, Field, Literal, Presence, Prim, Shape, Struct, Test, TypeId, TypeRef,
};
use crate::names::{Methods, Scope, Values};

use super::Lower;
use super::reserved::{OF_OBJECTS, OF_VALUES, joined};

impl Lower<'_> {
    /// Names the methods that set members. Accessors have their names from the configuration, so setters give way.
    pub(super) fn setters(&mut self, api: &mut Api) {
        let reserved = joined(&[OF_VALUES, OF_OBJECTS]);
        for ty in &mut api.types {
            let accessors: BTreeSet<String> =
                ty.accessors.iter().map(|accessor| accessor.name.bare().to_owned()).collect();
            let Shape::Struct(object) = &mut ty.shape else { continue };
            let mut scope: Scope<Methods> = Scope::new(&[]);
            for accessor in &accessors {
                // What is pinned stays; the others move.
                let _ = scope.pin(accessor);
            }
            let mut claims = Vec::new();
            for field in &object.fields {
                let name = field.ident.bare();
                let taken = reserved.contains(&name) || accessors.contains(name);
                let own = if taken { None } else { scope.pin(name).ok() };
                let set = format!("set {name}");
                let setter = own.unwrap_or_else(|| scope.claim(&set, &[format!("{set} member")], "", &field.wire));
                let clear = format!("clear {name}");
                let unique = format!("clear {}", field.wire);
                claims.push((setter, scope.claim(&clear, &[format!("{clear} member")], "", &unique)));
            }
            let names = scope.resolve().0;
            for (field, (setter, clearer)) in object.fields.iter_mut().zip(claims) {
                field.setter = names[setter.0].clone();
                field.clearer = names[clearer.0].clone();
            }
        }
    }

    /// An object that a discriminator selects must hold the member that does, or what is sent back would not say what it
    /// is. Where its schema forgets to declare the member, it is added.
    pub(super) fn add_tags(&mut self, api: &mut Api) {
        let mut missing: BTreeSet<(TypeId, String)> = BTreeSet::new();
        for ty in &api.types {
            let Shape::Union(union) = &ty.shape else { continue };
            for arm in &union.arms {
                let (TypeRef::Named(id), Test::Tag { key, .. }) = (&arm.ty, &arm.test) else { continue };
                let Shape::Struct(object) = &api.ty(*id).shape else { continue };
                if !matches!(object.extra, Extra::Keep(..)) && object.fields.iter().all(|field| field.wire != *key) {
                    missing.insert((*id, key.clone()));
                }
            }
        }
        for (id, key) in missing {
            let origin = api.ty(id).origin.clone();
            let Shape::Struct(object) = &mut api.types[id.0].shape else { continue };
            let mut scope: Scope<Values> = Scope::new(&["extra"]);
            for field in &object.fields {
                // What is named already stays.
                let _ = scope.pin(field.ident.bare());
            }
            let claim = scope.claim(&key, &[format!("{key} tag")], "member", &key);
            let (names, _) = scope.resolve();
            let ident = names[claim.0].clone();
            let at = object.fields.partition_point(|field| field.wire < key);
            for argument in &mut object.arguments {
                if *argument >= at {
                    *argument += 1;
                }
            }
            let field = Field {
                wire: key,
                setter: ident.method(),
                clearer: ident.method(),
                fixed: None,
                ident,
                ty: TypeRef::Prim(Prim::String),
                presence: Presence::Optional,
                access: Access::Both,
                checks: Checks::default(),
                default: None,
                constant: None,
                deprecated: false,
                docs: "Says which of the alternatives of a discriminated schema the object is.".to_owned(),
                example: None,
                origin,
            };
            object.fields.insert(at, field);
        }
    }

    /// A member that selects the arm of a union has one value, where one value selects the arm and the object stands
    /// nowhere else: then callers are not asked for it.
    pub(super) fn fix_tags(&mut self, api: &mut Api) {
        let mut tags: BTreeMap<TypeId, Option<(String, String)>> = BTreeMap::new();
        for ty in &api.types {
            let Shape::Union(union) = &ty.shape else { continue };
            for arm in &union.arms {
                let TypeRef::Named(id) = arm.ty else { continue };
                let tag = match &arm.test {
                    Test::Tag { key, values } => match values.as_slice() {
                        [only] => Some((key.clone(), only.clone())),
                        _ => None,
                    },
                    _ => None,
                };
                let known = tags.entry(id).or_insert_with(|| tag.clone());
                if *known != tag {
                    *known = None;
                }
            }
        }
        for id in elsewhere(api) {
            tags.remove(&id);
        }
        let texts: Vec<Option<Vec<String>>> = api.types.iter().map(|ty| texts(&ty.shape)).collect();
        for (id, tag) in tags {
            let Some((key, value)) = tag else { continue };
            let Shape::Struct(object) = &mut api.types[id.0].shape else { continue };
            let text = |ty: &TypeRef| match ty {
                TypeRef::Prim(prim) => *prim == Prim::String,
                TypeRef::Named(id) => texts[id.0].as_ref().is_some_and(|only| only.is_empty() || only.contains(&value)),
                _ => false,
            };
            let field = object.fields.iter().position(|field| field.wire == key);
            let settable = |index: &usize| {
                let field = &object.fields[*index];
                let given = match field.presence {
                    Presence::Required => object.arguments.contains(index),
                    Presence::Optional => field.access != Access::ReadOnly,
                    Presence::Nullable | Presence::OptionalNullable => false,
                };
                given && text(&field.ty)
            };
            if let Some(index) = field.filter(settable) {
                object.arguments.retain(|argument| *argument != index);
                object.fields[index].fixed = Some(Literal::Text(value));
            }
        }
    }

    /// An object that requires itself has no end, so no value of it can be written down. Its way back to itself becomes
    /// optional.
    pub(super) fn end_cycles(&mut self, api: &mut Api) {
        let endless = endless(api);
        let mut loose: Vec<(usize, usize)> = Vec::new();
        for &from in &endless {
            for (index, to) in required(&api.types[from].shape) {
                if reaches(api, &endless, to, from) {
                    loose.push((from, index));
                }
            }
        }
        for (from, index) in loose {
            let Shape::Struct(object) = &mut api.types[from].shape else { continue };
            let field = &mut object.fields[index];
            field.presence = Presence::Optional;
            let message =
                format!("`{}` is required, and requires its own object: it is generated as optional", field.wire);
            self.diagnostics
                .add(Code::Reduced, &field.origin, message)
                .help("no value can satisfy it; take it from `required`, or allow null");
            object.arguments.retain(|argument| *argument != index);
        }
    }
}

/// The only texts that a type has values for; none of them listed means any text, and nothing that it is no text.
fn texts(shape: &Shape) -> Option<Vec<String>> {
    let text = |value: &EnumValue| match &value.wire {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    };
    match shape {
        Shape::Enum(values) if values.scalar == Prim::String => {
            Some(if values.open { Vec::new() } else { values.values.iter().filter_map(text).collect() })
        }
        Shape::Newtype(newtype) => (newtype.inner == TypeRef::Prim(Prim::String)).then(Vec::new),
        Shape::Struct(_) | Shape::Union(_) | Shape::Enum(_) => None,
    }
}

/// The types that stand anywhere but as an arm of a union.
fn elsewhere(api: &Api) -> BTreeSet<TypeId> {
    let mut open: Vec<&TypeRef> = Vec::new();
    for ty in &api.types {
        match &ty.shape {
            Shape::Struct(object) => {
                open.extend(object.fields.iter().map(|field| &field.ty));
                if let Extra::Keep(elem, _) = &object.extra {
                    open.push(&elem.ty);
                }
            }
            Shape::Newtype(newtype) => open.push(&newtype.inner),
            Shape::Union(_) | Shape::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        open.extend(operation.params.iter().map(|param| &param.ty));
        let sent = operation.body.iter().flat_map(|body| &body.media);
        open.extend(sent.filter_map(|media| media.payload.ty()));
    }
    let mut found = BTreeSet::new();
    while let Some(ty) = open.pop() {
        match ty {
            TypeRef::Named(id) => {
                found.insert(*id);
            }
            TypeRef::List(elem) | TypeRef::Map(elem) => open.push(&elem.ty),
            TypeRef::Tuple(elems) => open.extend(elems.iter().map(|Elem { ty, .. }| ty)),
            TypeRef::Prim(_) | TypeRef::Json | TypeRef::Bytes | TypeRef::Upload | TypeRef::External(_) => {}
        }
    }
    found
}

/// The types without a value that ends, by index: every one requires another of them.
fn endless(api: &Api) -> BTreeSet<usize> {
    let mut endless: BTreeSet<usize> = (0..api.types.len()).collect();
    loop {
        let before = endless.len();
        let ends = |index: &usize| required(&api.types[*index].shape).iter().all(|(_, to)| !endless.contains(to));
        let ended: Vec<usize> = endless.iter().copied().filter(ends).collect();
        ended.iter().for_each(|index| {
            endless.remove(index);
        });
        if endless.len() == before {
            return endless;
        }
    }
}

/// The types that a value of this one must hold, each with the member that does.
fn required(shape: &Shape) -> Vec<(usize, usize)> {
    let of = |object: &Struct| {
        let required = object.fields.iter().enumerate().filter(|(_, field)| field.presence == Presence::Required);
        required
            .filter_map(|(index, field)| match field.ty {
                TypeRef::Named(id) => Some((index, id.0)),
                _ => None,
            })
            .collect()
    };
    match shape {
        Shape::Struct(object) => of(object),
        Shape::Newtype(newtype) => match newtype.inner {
            TypeRef::Named(id) => vec![(0, id.0)],
            _ => Vec::new(),
        },
        // A union can hold a value that none of its arms knows.
        Shape::Enum(_) | Shape::Union(_) => Vec::new(),
    }
}

/// Whether what `from` must hold leads to `to`.
fn reaches(api: &Api, endless: &BTreeSet<usize>, from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if endless.contains(&at) && seen.insert(at) {
            open.extend(required(&api.types[at].shape).into_iter().map(|(_, next)| next));
        }
    }
    false
}
