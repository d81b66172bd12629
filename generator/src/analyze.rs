//! Facts over the finished model: cycles, directions, derives. Nothing here changes the model.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Access, Api, Checks, Elem, Extra, Paging, Payload, Prim, Shape, TypeId, TypeRef};

/// What `emit` asks for.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// By type: the directions it travels in.
    pub usage: Vec<Usage>,
    /// Fields and arms whose value must be boxed, because they close a cycle.
    pub boxed: BTreeSet<(TypeId, usize)>,
    /// By type: whether it has a total order and a hash.
    pub ordered: Vec<bool>,
    /// By type: whether a request body holds bounds somewhere in it.
    pub validated: Vec<bool>,
    /// Answers that continue on another page.
    pub pages: BTreeMap<TypeId, Paging>,
    /// Answers with a result and problems, and the index of the field with the problems.
    pub envelopes: BTreeMap<TypeId, usize>,
    /// Whether anything is sent or answered as a text of base64.
    pub encoded: bool,
}

/// The directions a type travels in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// It is part of a request.
    pub request: bool,
    /// It is part of an answer.
    pub response: bool,
}

/// Reads the facts off a model.
#[must_use]
pub fn analyze(api: &Api) -> Facts {
    let usage = usage(api);
    Facts {
        boxed: boxed(api),
        ordered: api.types.iter().map(|ty| ordered(&ty.shape)).collect(),
        validated: validated(api, &usage),
        pages: pages(api),
        envelopes: envelopes(api),
        encoded: references(api).into_iter().any(is_encoded),
        usage,
    }
}

fn usage(api: &Api) -> Vec<Usage> {
    if api.types_only {
        // Nobody knows what for: they can be made as well as read.
        return vec![Usage { request: true, response: true }; api.types.len()];
    }
    let mut requests = Vec::new();
    let mut responses = Vec::new();
    for operation in &api.operations {
        for param in &operation.params {
            named(&param.ty, &mut requests);
        }
        for media in operation.body.iter().flat_map(|body| &body.media) {
            media.payload.ty().into_iter().for_each(|ty| named(ty, &mut requests));
        }
        for answer in &operation.answers {
            for media in &answer.media {
                media.payload.ty().into_iter().for_each(|ty| named(ty, &mut responses));
            }
            for header in &answer.headers {
                named(&header.ty, &mut responses);
            }
        }
        if let Some(stream) = &operation.stream {
            named(&stream.item, &mut responses);
        }
    }
    for hook in &api.hooks {
        named(&hook.ty, &mut responses);
    }
    let requests = closure(api, requests, Access::ReadOnly);
    let responses = closure(api, responses, Access::WriteOnly);
    requests.into_iter().zip(responses).map(|(request, response)| Usage { request, response }).collect()
}

/// Every reference to a type that the model holds.
fn references(api: &Api) -> Vec<&TypeRef> {
    let mut all = Vec::new();
    for ty in &api.types {
        match &ty.shape {
            Shape::Struct(object) => {
                all.extend(object.fields.iter().map(|field| &field.ty));
                if let Extra::Keep(elem, _) = &object.extra {
                    all.push(&elem.ty);
                }
            }
            Shape::Union(union) => all.extend(union.arms.iter().map(|arm| &arm.ty)),
            Shape::Newtype(newtype) => all.push(&newtype.inner),
            Shape::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        let media = operation.answers.iter().flat_map(|answer| &answer.media);
        let media = media.chain(operation.body.iter().flat_map(|body| &body.media)).map(|media| &media.payload);
        let payloads = media.chain(operation.forms.iter().map(|form| &form.payload));
        all.extend(payloads.filter_map(|payload| payload.ty()));
        all.extend(operation.params.iter().map(|param| &param.ty));
        all.extend(operation.answers.iter().flat_map(|answer| &answer.headers).map(|header| &header.ty));
        all.extend(operation.stream.iter().map(|stream| &stream.item));
    }
    all.extend(api.hooks.iter().map(|hook| &hook.ty));
    all
}

fn is_encoded(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(prim) => prim.is_base64(),
        TypeRef::List(elem) | TypeRef::Map(elem) => is_encoded(&elem.ty),
        TypeRef::Tuple(elems) => elems.iter().any(|elem| is_encoded(&elem.ty)),
        TypeRef::Named(_) | TypeRef::Json | TypeRef::Bytes | TypeRef::Upload | TypeRef::External(_) => false,
    }
}

/// Every type that is reached from `roots`, without going through fields of the other direction.
fn closure(api: &Api, roots: Vec<TypeId>, barred: Access) -> Vec<bool> {
    let mut seen = vec![false; api.types.len()];
    let mut queue = roots;
    while let Some(id) = queue.pop() {
        if std::mem::replace(&mut seen[id.0], true) {
            continue;
        }
        match &api.ty(id).shape {
            Shape::Struct(object) => {
                for field in &object.fields {
                    if field.access != barred {
                        named(&field.ty, &mut queue);
                    }
                }
                if let Extra::Keep(elem, _) = &object.extra {
                    named(&elem.ty, &mut queue);
                }
            }
            Shape::Union(union) => union.arms.iter().for_each(|arm| named(&arm.ty, &mut queue)),
            Shape::Newtype(newtype) => named(&newtype.inner, &mut queue),
            Shape::Enum(_) => {}
        }
    }
    seen
}

/// Adds the named types of a reference, at any depth.
fn named(ty: &TypeRef, out: &mut Vec<TypeId>) {
    match ty {
        TypeRef::Named(id) => out.push(*id),
        TypeRef::List(elem) | TypeRef::Map(elem) => named(&elem.ty, out),
        TypeRef::Tuple(elems) => elems.iter().for_each(|Elem { ty, .. }| named(ty, out)),
        TypeRef::Prim(_) | TypeRef::Json | TypeRef::Bytes | TypeRef::Upload | TypeRef::External(_) => {}
    }
}

/// The types a value of this reference holds in place, without a list or a map between.
fn inline(ty: &TypeRef, out: &mut Vec<TypeId>) {
    match ty {
        TypeRef::Named(id) => out.push(*id),
        TypeRef::Tuple(elems) => elems.iter().for_each(|Elem { ty, .. }| inline(ty, out)),
        TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::Prim(_)
        | TypeRef::Json
        | TypeRef::Bytes
        | TypeRef::Upload
        | TypeRef::External(_) => {}
    }
}

/// Every place (field or arm) of a type with the types it holds in place.
fn places(shape: &Shape) -> Vec<(usize, Vec<TypeId>)> {
    let refs: Vec<&TypeRef> = match shape {
        Shape::Struct(object) => object.fields.iter().map(|field| &field.ty).collect(),
        Shape::Union(union) => union.arms.iter().map(|arm| &arm.ty).collect(),
        Shape::Newtype(newtype) => vec![&newtype.inner],
        Shape::Enum(_) => Vec::new(),
    };
    refs.into_iter()
        .enumerate()
        .map(|(index, ty)| {
            let mut held = Vec::new();
            inline(ty, &mut held);
            (index, held)
        })
        .filter(|(_, held)| !held.is_empty())
        .collect()
}

/// A place is boxed when it leads back to its own type: both ends lie in one strongly connected component. Boxing all
/// of a cycle's places rather than one of them keeps the answer independent of where the search began.
fn boxed(api: &Api) -> BTreeSet<(TypeId, usize)> {
    let places: Vec<Vec<(usize, Vec<TypeId>)>> = api.types.iter().map(|ty| places(&ty.shape)).collect();
    let edges: Vec<Vec<usize>> =
        places.iter().map(|places| places.iter().flat_map(|(_, held)| held.iter().map(|id| id.0)).collect()).collect();
    let component = components(&edges);
    let mut boxed = BTreeSet::new();
    for (from, places) in places.iter().enumerate() {
        for (index, held) in places {
            if held.iter().any(|to| component[to.0] == component[from]) {
                boxed.insert((TypeId(from), *index));
            }
        }
    }
    boxed
}

/// The strongly connected component of every node (Tarjan's algorithm on an explicit stack, because a document decides
/// how deep it goes). Nodes of one component share a number.
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; edges.len()];
    let mut low = vec![UNSEEN; edges.len()];
    let mut component = vec![UNSEEN; edges.len()];
    let mut open = Vec::new();
    let mut next = 0;
    for root in 0..edges.len() {
        if order[root] != UNSEEN {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                order[node] = next;
                low[node] = next;
                next += 1;
                open.push(node);
            }
            if let Some(&to) = edges[node].get(edge) {
                path.push((node, edge + 1));
                if order[to] == UNSEEN {
                    path.push((to, 0));
                } else if component[to] == UNSEEN {
                    low[node] = low[node].min(order[to]);
                }
                continue;
            }
            if low[node] == order[node] {
                while let Some(member) = open.pop() {
                    component[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    component
}

fn ordered(shape: &Shape) -> bool {
    match shape {
        Shape::Enum(values) => !matches!(values.scalar, Prim::F32 | Prim::F64),
        Shape::Newtype(newtype) => {
            matches!(newtype.inner, TypeRef::Prim(prim) if !matches!(prim, Prim::F32 | Prim::F64 | Prim::Timestamp))
        }
        Shape::Struct(_) | Shape::Union(_) => false,
    }
}

fn validated(api: &Api, usage: &[Usage]) -> Vec<bool> {
    let active = |checks: &Checks| !checks.skipped && !checks.is_documentation();
    let mut validated: Vec<bool> = api
        .types
        .iter()
        .map(|ty| match &ty.shape {
            Shape::Struct(object) => {
                object.members.least.is_some()
                    || object.members.most.is_some()
                    || object.fields.iter().any(|field| active(&field.checks))
                    || active(&object.extra_checks)
            }
            Shape::Newtype(newtype) => active(&newtype.checks),
            Shape::Enum(_) | Shape::Union(_) => false,
        })
        .collect();
    let below: Vec<Vec<TypeId>> = api
        .types
        .iter()
        .map(|ty| {
            let mut below = Vec::new();
            match &ty.shape {
                Shape::Struct(object) => {
                    object.fields.iter().for_each(|field| named(&field.ty, &mut below));
                    if let Extra::Keep(elem, _) = &object.extra {
                        named(&elem.ty, &mut below);
                    }
                }
                Shape::Union(union) => union.arms.iter().for_each(|arm| named(&arm.ty, &mut below)),
                Shape::Newtype(newtype) => named(&newtype.inner, &mut below),
                Shape::Enum(_) => {}
            }
            below
        })
        .collect();
    let mut above = vec![Vec::new(); api.types.len()];
    for (from, below) in below.iter().enumerate() {
        below.iter().for_each(|to| above[to.0].push(from));
    }
    let mut queue: Vec<usize> = (0..validated.len()).filter(|index| validated[*index]).collect();
    while let Some(index) = queue.pop() {
        for &from in &above[index] {
            if !std::mem::replace(&mut validated[from], true) {
                queue.push(from);
            }
        }
    }
    validated.iter().zip(usage).map(|(validated, usage)| *validated && usage.request).collect()
}

fn pages(api: &Api) -> BTreeMap<TypeId, Paging> {
    api.operations
        .iter()
        .filter_map(|operation| operation.paging.clone())
        .filter_map(|paging| Some((paging.items.first()?.of, paging)))
        .collect()
}

fn envelopes(api: &Api) -> BTreeMap<TypeId, usize> {
    let Some(envelope) = &api.envelope else { return BTreeMap::new() };
    let mut envelopes = BTreeMap::new();
    for answer in api.operations.iter().flat_map(|operation| operation.successes()) {
        for media in &answer.media {
            let Payload::Json(TypeRef::Named(id)) = media.payload else { continue };
            let Shape::Struct(object) = &api.ty(id).shape else { continue };
            let errors = object
                .fields
                .iter()
                .position(|field| field.wire == envelope.errors && matches!(field.ty, TypeRef::List(_)));
            if let Some(errors) = errors
                && object.fields.iter().any(|field| field.wire == envelope.data)
            {
                envelopes.insert(id, errors);
            }
        }
    }
    envelopes
}
