//! Short ways to write down a model by hand.

use std::collections::BTreeMap;

use spec2crate::diag::{FileId, Origin};
use spec2crate::ir::*;
use spec2crate::names::{self, Kind, Scope};

/// The name of a kind, as it stands.
fn name<K: Kind>(text: &str) -> K::Name {
    let mut scope: Scope<K> = Scope::new(&[]);
    scope.pin(text).expect("an identifier");
    scope.resolve().0.pop().expect("one name was claimed")
}

pub(crate) fn type_name(text: &str) -> names::TypeName {
    name::<names::Types>(text)
}

pub(crate) fn value_name(text: &str) -> names::ValueName {
    name::<names::Values>(text)
}

pub(crate) fn variant_name(text: &str) -> names::VariantName {
    name::<names::Variants>(text)
}

pub(crate) fn method_name(text: &str) -> names::MethodName {
    name::<names::Methods>(text)
}

pub(crate) fn mod_name(text: &str) -> names::ModName {
    name::<names::Modules>(text)
}

pub(crate) fn origin() -> Origin {
    Origin::root(FileId(0))
}

pub(crate) fn text(value: &str) -> Literal {
    Literal::Text(value.to_owned())
}

pub(crate) fn object<const N: usize>(members: [(&str, Literal); N]) -> Literal {
    Literal::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>())
}

pub(crate) fn prim(prim: Prim) -> TypeRef {
    TypeRef::Prim(prim)
}

pub(crate) fn elem(ty: TypeRef) -> Elem {
    Elem { ty, nullable: false }
}

pub(crate) fn list(ty: TypeRef) -> TypeRef {
    TypeRef::List(Box::new(elem(ty)))
}

pub(crate) fn map(ty: TypeRef) -> TypeRef {
    TypeRef::Map(Box::new(elem(ty)))
}

pub(crate) fn type_def(name: &str, home: &str, shape: Shape) -> TypeDef {
    TypeDef {
        name: type_name(name),
        home: mod_name(home),
        origin: origin(),
        docs: String::new(),
        deprecated: false,
        shape,
        accessors: Vec::new(),
        derives: Vec::new(),
    }
}

pub(crate) fn field(wire: &str, ident: &str, ty: TypeRef, presence: Presence) -> Field {
    Field {
        wire: wire.to_owned(),
        ident: value_name(ident),
        setter: method_name(ident),
        clearer: method_name(&format!("clear_{ident}")),
        fixed: None,
        ty,
        presence,
        access: Access::Both,
        checks: Checks::default(),
        default: None,
        constant: None,
        deprecated: false,
        docs: String::new(),
        example: None,
        origin: origin(),
    }
}

/// A member named as it is written.
pub(crate) fn member(name: &str, ty: TypeRef, presence: Presence) -> Field {
    field(name, name, ty, presence)
}

/// A struct; its required members are the arguments of `new`, in their order.
pub(crate) fn record(fields: Vec<Field>) -> Struct {
    let required = |field: &Field| {
        matches!(field.presence, Presence::Required | Presence::Nullable) && field.access != Access::ReadOnly
    };
    let arguments = (0..fields.len()).filter(|index| required(&fields[*index])).collect();
    Struct { fields, arguments, extra: Extra::Ignore, ..Struct::default() }
}

pub(crate) fn values(scalar: Prim, values: &[(Literal, &str)]) -> Shape {
    Shape::Enum(Enum {
        scalar,
        values: values
            .iter()
            .map(|(wire, name)| EnumValue {
                wire: wire.clone(),
                name: variant_name(name),
                docs: String::new(),
                deprecated: false,
            })
            .collect(),
        open: true,
        fallback: 0,
        unrecognized: variant_name("Unrecognized"),
    })
}

pub(crate) fn newtype(inner: TypeRef, checks: Checks, example: Option<Literal>) -> Shape {
    Shape::Newtype(Newtype { inner, checks, example })
}

pub(crate) fn arm(name: &str, ty: TypeRef, test: Test) -> Arm {
    Arm { name: variant_name(name), ty, test, docs: String::new() }
}

pub(crate) fn param(wire: &str, ident: &str, place: Place, ty: TypeRef) -> Param {
    let required = place == Place::Path;
    let style = if matches!(place, Place::Path | Place::Header) { Style::Simple } else { Style::Form };
    Param {
        wire: wire.to_owned(),
        ident: value_name(ident),
        place,
        style,
        explode: style == Style::Form,
        allow_reserved: false,
        required,
        ty,
        checks: Checks::default(),
        default: None,
        constant: None,
        deprecated: false,
        docs: String::new(),
        example: None,
        origin: origin(),
    }
}

pub(crate) fn media(media_type: &str, payload: Payload) -> Media {
    Media { media_type: media_type.to_owned(), payload, encoding: Vec::new() }
}

pub(crate) fn json(ty: TypeRef) -> Media {
    media("application/json", Payload::Json(ty))
}

pub(crate) fn body(required: bool, media: Media) -> Body {
    Body {
        required,
        media: vec![media],
        name: None,
        variants: Vec::new(),
        ident: value_name("body"),
        docs: String::new(),
        example: None,
    }
}

pub(crate) fn answer(status: Status, variants: &[&str], media: Vec<Media>) -> Answer {
    Answer {
        status,
        docs: String::new(),
        headers: Vec::new(),
        media,
        variants: variants.iter().map(|name| variant_name(name)).collect(),
    }
}

pub(crate) fn operation(group: usize, name: &str, builder: &str, method: &str, path: &str) -> Operation {
    Operation {
        id: name.to_owned(),
        group: GroupId(group),
        name: method_name(name),
        builder: type_name(builder),
        error: type_name(&format!("{builder}Error")),
        headers: None,
        home: mod_name(name),
        method: method.to_owned(),
        path: path.to_owned(),
        params: Vec::new(),
        body: None,
        answers: Vec::new(),
        forms: Vec::new(),
        auth: Vec::new(),
        paging: None,
        stream: None,
        summary: String::new(),
        docs: String::new(),
        link: None,
        deprecated: false,
        server: None,
        origin: origin(),
    }
}
