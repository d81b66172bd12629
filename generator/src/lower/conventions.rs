//! What an API does alike in every operation: pages, as the configuration describes them.

use crate::config::Table;
use crate::ir::{
    Api, Elem, Field, Literal, Operation, Paging, Param, Payload, Prim, Shape, Step, Stream, Struct, Switch,
    SwitchPlace, TypeId, TypeRef,
};

use super::Lower;

impl Lower<'_> {
    /// Fills what the configuration says about all operations and types.
    pub(super) fn conventions(&mut self, api: &mut Api) {
        let pagings: Vec<Option<Paging>> = api.operations.iter().map(|operation| self.paging(api, operation)).collect();
        for (operation, paging) in api.operations.iter_mut().zip(pagings) {
            operation.paging = paging;
        }
        let told_apart: Vec<bool> = api
            .operations
            .iter()
            .map(|operation| operation.stream.as_ref().is_some_and(|stream| has(api, &stream.item, &stream.event_id)))
            .collect();
        for (operation, told_apart) in api.operations.iter_mut().zip(told_apart) {
            if let Some(stream) = operation.stream.as_mut().filter(|_| !told_apart) {
                stream.event_id.clear();
            }
        }
        let switches: Vec<Option<Switch>> = api.operations.iter().map(|operation| switch(api, operation)).collect();
        for (operation, switch) in api.operations.iter_mut().zip(switches) {
            if let Some(stream) = &mut operation.stream {
                stream.switch = switch;
            }
        }
        self.mark_rules(api);
        self.accessors(api);
    }

    /// Says which rules of the configuration found something.
    fn mark_rules(&self, api: &Api) {
        let config = self.config;
        let envelope = config.envelope();
        let answers: Vec<&Struct> = api
            .operations
            .iter()
            .filter_map(answer)
            .filter_map(|id| match &api.ty(id).shape {
                Shape::Struct(object) => Some(object),
                _ => None,
            })
            .collect();
        let members = [
            ("data", &envelope.data),
            ("errors", &envelope.errors),
            ("includes", &envelope.includes),
            ("meta", &envelope.meta),
        ];
        for (key, member) in members {
            let named = |object: &&Struct| object.fields.iter().any(|field| Some(&field.wire) == member.as_ref());
            if answers.iter().any(named) {
                config.mark(Table::Envelope, key);
            }
        }
        if api.operations.iter().any(|operation| operation.paging.is_some()) {
            for key in ["parameter", "items", "next"] {
                config.mark(Table::Paging, key);
            }
        }
        if api
            .operations
            .iter()
            .any(|operation| operation.paging.as_ref().is_some_and(|paging| paging.previous.is_some()))
        {
            config.mark(Table::Paging, "previous");
        }
        if api.operations.iter().any(|operation| operation.paging.as_ref().is_some_and(|paging| paging.size.is_some()))
        {
            config.mark(Table::Paging, "size");
        }
        let streams: Vec<&Stream> = api.operations.iter().filter_map(|operation| operation.stream.as_ref()).collect();
        let found = [
            ("marker", !streams.is_empty()),
            ("framing", !streams.is_empty()),
            ("backfill", streams.iter().any(|stream| stream.backfill.is_some())),
            ("replay", streams.iter().any(|stream| !stream.replay.is_empty())),
            ("event_id", streams.iter().any(|stream| !stream.event_id.is_empty())),
        ];
        for (key, _) in found.into_iter().filter(|(_, found)| *found) {
            config.mark(Table::Stream, key);
        }
    }

    fn paging(&self, api: &Api, operation: &Operation) -> Option<Paging> {
        let rules = self.config.paging();
        let token = operation.params.iter().position(|param| rules.parameter.contains(&param.wire))?;
        let size = rules.size.iter().find_map(|name| operation.params.iter().position(|param| param.wire == *name));
        let size = size.and_then(|index| Some((index, page_size(&operation.params[index])?)));
        let answer = answer(operation)?;
        let (items, item) = first(api, answer, &rules.items)?;
        let TypeRef::List(item) = item.ty else { return None };
        let (next, _) = first(api, answer, &rules.next)?;
        let previous = first(api, answer, &rules.previous).map(|(steps, _)| steps);
        Some(Paging { token, size, items, item: *item, next, previous })
    }
}

/// The flag by which APIs let callers choose between an answer and a stream of its parts.
const SWITCH: &str = "stream";

/// The flag that makes an operation stream that can also answer at once.
fn switch(api: &Api, operation: &Operation) -> Option<Switch> {
    operation.stream.as_ref().filter(|stream| stream.accept.is_some())?;
    let is_flag = |ty: &TypeRef| *ty == TypeRef::Prim(Prim::Bool);
    let is_default = |default: Option<&Literal>| default == Some(&Literal::Bool(true));
    let param = operation.params.iter().position(|param| param.wire == SWITCH && is_flag(&param.ty) && !param.required);
    if let Some(index) = param {
        let is_default = is_default(operation.params[index].default.as_ref());
        return Some(Switch { place: SwitchPlace::Param(index), is_default });
    }
    let member = |ty: &TypeRef| match ty {
        TypeRef::Named(id) => match &api.ty(*id).shape {
            Shape::Struct(object) => object.fields.iter().find(|field| field.wire == SWITCH && is_flag(&field.ty)),
            _ => None,
        },
        _ => None,
    };
    let mut flags = Vec::new();
    for media in &operation.body.as_ref()?.media {
        let Payload::Json(ty) = &media.payload else { return None };
        match ty {
            TypeRef::Named(id) => match &api.ty(*id).shape {
                Shape::Union(union) => flags.extend(union.arms.iter().map(|arm| member(&arm.ty))),
                _ => flags.push(member(ty)),
            },
            _ => flags.push(None),
        }
    }
    let flags: Vec<&Field> = flags.into_iter().collect::<Option<_>>()?;
    let first = flags.first()?;
    Some(Switch { place: SwitchPlace::Member(SWITCH.to_owned()), is_default: is_default(first.default.as_ref()) })
}

/// The most items of a page for which the parameter is not set: its default, or else the greatest value it can have.
fn page_size(param: &Param) -> Option<u64> {
    match (&param.default, &param.checks.maximum) {
        (Some(Literal::Int(default)), _) => u64::try_from(*default).ok(),
        (_, Some(maximum)) => maximum.value.parse().ok(),
        _ => None,
    }
}

/// The type of the one JSON answer of an operation.
fn answer(operation: &Operation) -> Option<TypeId> {
    operation.successes().flat_map(|answer| &answer.media).find_map(|media| match media.payload {
        Payload::Json(TypeRef::Named(id)) => Some(id),
        _ => None,
    })
}

/// Follows the first of several dotted paths that exists.
fn first(api: &Api, from: TypeId, paths: &[String]) -> Option<(Vec<Step>, Elem)> {
    paths.iter().find_map(|path| walk(api, from, path))
}

/// Follows the members of a dotted path from a type.
fn walk(api: &Api, from: TypeId, path: &str) -> Option<(Vec<Step>, Elem)> {
    let mut steps = Vec::new();
    let mut at = Elem { ty: TypeRef::Named(from), nullable: false };
    for wire in path.split('.') {
        let TypeRef::Named(of) = at.ty else { return None };
        let (step, elem) = step(api, of, wire)?;
        steps.push(step);
        at = elem;
    }
    Some((steps, at))
}

/// Whether a value of this type can have the members of a path: one of its alternatives does, or it may be anything.
fn has(api: &Api, ty: &TypeRef, path: &[String]) -> bool {
    // Each step takes one member off the path or goes from a type to what it is made of, which may come back to itself.
    let mut open = vec![(ty, path)];
    let mut seen: Vec<(TypeId, usize)> = Vec::new();
    while let Some((ty, path)) = open.pop() {
        let Some((first, rest)) = path.split_first() else { return true };
        match ty {
            TypeRef::Json | TypeRef::External(_) => return true,
            TypeRef::Map(elem) => open.push((&elem.ty, rest)),
            TypeRef::Named(id) if !seen.contains(&(*id, path.len())) => {
                seen.push((*id, path.len()));
                match &api.ty(*id).shape {
                    Shape::Struct(object) => {
                        let field = object.fields.iter().find(|field| field.wire == *first);
                        open.extend(field.map(|field| (&field.ty, rest)));
                    }
                    Shape::Union(union) => open.extend(union.arms.iter().map(|arm| (&arm.ty, path))),
                    Shape::Newtype(newtype) => open.push((&newtype.inner, path)),
                    Shape::Enum(_) => {}
                }
            }
            _ => {}
        }
    }
    false
}

/// The member `wire` of a struct.
pub(super) fn step(api: &Api, of: TypeId, wire: &str) -> Option<(Step, Elem)> {
    let Shape::Struct(object) = &api.ty(of).shape else { return None };
    let field = object.fields.iter().position(|field| field.wire == wire)?;
    Some((Step { of, field }, Elem { ty: object.fields[field].ty.clone(), nullable: false }))
}
