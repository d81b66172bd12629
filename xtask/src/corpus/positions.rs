//! The places of a model where a type stands: what a share of reduced types is a share of.

use spec2crate::ir::{Api, Payload, Shape, TypeRef};

/// The number of types that are named in the model, with those inside of lists, maps and tuples.
pub(super) fn count(api: &Api) -> usize {
    let types = api.types.iter().map(|ty| match &ty.shape {
        Shape::Struct(object) => object.fields.iter().map(|field| of(&field.ty)).sum(),
        Shape::Union(union) => union.arms.iter().map(|arm| of(&arm.ty)).sum(),
        Shape::Newtype(newtype) => of(&newtype.inner),
        Shape::Enum(_) => 1,
    });
    let operations = api.operations.iter().map(|operation| {
        let params: usize = operation.params.iter().map(|param| of(&param.ty)).sum();
        let body = operation.body.iter().flat_map(|body| &body.media);
        let answers = operation.answers.iter().flat_map(|answer| &answer.media);
        let headers: usize =
            operation.answers.iter().flat_map(|answer| &answer.headers).map(|header| of(&header.ty)).sum();
        let media: usize = body.chain(answers).map(|media| payload(&media.payload)).sum();
        params + media + headers
    });
    types.sum::<usize>() + operations.sum::<usize>()
}

fn payload(payload: &Payload) -> usize {
    match payload {
        Payload::Json(ty) | Payload::Sequence(_, ty) => of(ty),
        _ => 1,
    }
}

fn of(ty: &TypeRef) -> usize {
    match ty {
        TypeRef::List(elem) | TypeRef::Map(elem) => 1 + of(&elem.ty),
        TypeRef::Tuple(elems) => 1 + elems.iter().map(|elem| of(&elem.ty)).sum::<usize>(),
        _ => 1,
    }
}
