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
        let needs: Vec<Vec<(usize, usize)>> = api.types.iter().map(|ty| required(&ty.shape)).collect();
        let circles = circles(&needs);
        let mut loose: Vec<(usize, usize)> = Vec::new();
        for (&from, circle) in &circles {
            let own = needs[from].iter().filter(|(_, to)| circles.get(to) == Some(circle));
            loose.extend(own.map(|(index, _)| (from, *index)));
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

/// For each type that no value can end, because it must hold one of its own: the circle that it is in. Types of one circle lead
/// to one another, and to those of another circle in one direction at most.
fn circles(needs: &[Vec<(usize, usize)>]) -> BTreeMap<usize, usize> {
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (from, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|(_, to)| holders[*to].push(from));
    }
    // Kosaraju's algorithm: in the order in which walks leave them, and then against the arrows.
    let mut left = Vec::with_capacity(needs.len());
    let mut seen = vec![false; needs.len()];
    for start in 0..needs.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.last_mut() {
            match needs[*at].get(*next) {
                Some((_, to)) => {
                    *next += 1;
                    if !std::mem::replace(&mut seen[*to], true) {
                        way.push((*to, 0));
                    }
                }
                None => {
                    left.push(*at);
                    way.pop();
                }
            }
        }
    }
    let mut circle = vec![None; needs.len()];
    let mut sizes = Vec::new();
    for start in left.into_iter().rev() {
        let mut open = vec![start];
        let mut size = 0;
        while let Some(at) = open.pop() {
            if circle[at].is_none() {
                circle[at] = Some(sizes.len());
                size += 1;
                open.extend(&holders[at]);
            }
        }
        sizes.push(size);
    }
    let is_one = |index: usize, circle: usize| sizes[circle] > 1 || needs[index].iter().any(|(_, to)| *to == index);
    let found = circle.into_iter().enumerate();
    found
        .filter_map(|(index, circle)| Some((index, circle?)).filter(|(index, circle)| is_one(*index, *circle)))
        .collect()
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
