//! Defaults: whether each is a value that its schema allows, and the constants of those that are scalars.

use crate::diag::{Code, Origin};
use crate::ir::{Api, Checks, Field, Literal, Param, Presence, Prim, Shape, TypeRef};
use crate::names::{ConstName, Constants, Scope};

use super::Lower;

/// How a default relates to the type of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// A scalar of that type.
    Scalar,
    /// Of that type, or nothing is known against it.
    Other,
    /// No value of that type, for a reason.
    Wrong(&'static str),
}

impl Lower<'_> {
    /// Looks at every default, and names the constants.
    pub(super) fn defaults(&mut self, api: &mut Api) {
        for index in 0..api.types.len() {
            let Shape::Struct(object) = &api.types[index].shape else { continue };
            let fits: Vec<Option<Fit>> = object.fields.iter().map(|field| of_field(api, field)).collect();
            let places: Vec<(&str, &Origin)> =
                object.fields.iter().map(|field| (field.ident.bare(), &field.origin)).collect();
            let names = self.constants_of(&places, &fits);
            if let Shape::Struct(object) = &mut api.types[index].shape {
                object.fields.iter_mut().zip(names).for_each(|(field, name)| field.constant = name);
            }
        }
        for index in 0..api.operations.len() {
            let params = &api.operations[index].params;
            let fits: Vec<Option<Fit>> = params.iter().map(|param| of_param(api, param)).collect();
            let places: Vec<(&str, &Origin)> = params.iter().map(|param| (param.ident.bare(), &param.origin)).collect();
            let names = self.constants_of(&places, &fits);
            api.operations[index].params.iter_mut().zip(names).for_each(|(param, name)| param.constant = name);
        }
    }

    /// The names of the constants of one owner. What does not fit is reported and gets none.
    fn constants_of(&mut self, places: &[(&str, &Origin)], fits: &[Option<Fit>]) -> Vec<Option<ConstName>> {
        let mut scope: Scope<Constants> = Scope::new(&[]);
        let mut claims = Vec::new();
        for ((ident, origin), fit) in places.iter().zip(fits) {
            claims.push(
                (*fit == Some(Fit::Scalar))
                    .then(|| scope.claim(&format!("default {ident}"), &[format!("default {ident} value")], "", ident)),
            );
            if let Some(Fit::Wrong(why)) = fit {
                let at = self.default_of(origin);
                self.diagnostics
                    .add(Code::Default, &at, format!("the default of `{ident}` {why}"))
                    .help("correct the default, or the schema; until then there is no constant for it");
            }
        }
        let (names, _) = scope.resolve();
        claims.into_iter().map(|claim| claim.map(|claim| names[claim.0].clone())).collect()
    }

    /// Where the default of a member or a parameter stands: beside its reference, or in its schema.
    fn default_of(&mut self, at: &Origin) -> Origin {
        let schema = at.child("schema");
        let written = if self.document.value(&schema).is_some() { schema } else { at.clone() };
        let target = self.resolve(&written).map(|target| target.origin.clone());
        let mut places = [Some(&written), target.as_ref()].into_iter().flatten().map(|place| place.child("default"));
        places.find(|place| self.document.value(place).is_some()).unwrap_or_else(|| at.clone())
    }
}

fn of_field(api: &Api, field: &Field) -> Option<Fit> {
    let default = field.default.as_ref()?;
    let nullable = matches!(field.presence, Presence::Nullable | Presence::OptionalNullable);
    if *default == Literal::Null {
        return Some(if nullable { Fit::Other } else { Fit::Wrong("is null, which its schema does not allow") });
    }
    Some(fit(api, &field.ty, &field.checks, default))
}

fn of_param(api: &Api, param: &Param) -> Option<Fit> {
    // Nothing can be sent for null but to leave the parameter out.
    let default = param.default.as_ref().filter(|default| **default != Literal::Null)?;
    Some(fit(api, &param.ty, &param.checks, default))
}

fn fit(api: &Api, ty: &TypeRef, checks: &Checks, default: &Literal) -> Fit {
    const KIND: Fit = Fit::Wrong("is of another type than its schema");
    match ty {
        TypeRef::Prim(prim) => scalar(*prim, checks, default),
        TypeRef::Named(id) => match &api.ty(*id).shape {
            Shape::Enum(values) if values.values.iter().any(|value| value.wire == *default) => Fit::Scalar,
            Shape::Enum(values) => match scalar(values.scalar, &Checks::default(), default) {
                Fit::Wrong(why) => Fit::Wrong(why),
                _ => Fit::Wrong("is none of the listed values"),
            },
            Shape::Newtype(newtype) => match newtype.inner {
                // A newtype of a newtype has no constant form, and a newtype of itself no end.
                TypeRef::Named(_) => Fit::Other,
                _ => fit(api, &newtype.inner, &newtype.checks, default),
            },
            Shape::Struct(_) => match default {
                Literal::Object(_) => Fit::Other,
                _ => KIND,
            },
            Shape::Union(_) => Fit::Other,
        },
        TypeRef::List(elem) => match default {
            Literal::List(values) => {
                let each = checks.each.as_deref().cloned().unwrap_or_default();
                let wrong =
                    values.iter().filter(|value| !(elem.nullable && **value == Literal::Null)).find_map(|value| {
                        match fit(api, &elem.ty, &each, value) {
                            Fit::Wrong(why) => Some(why),
                            _ => None,
                        }
                    });
                wrong.map_or(Fit::Other, |_| Fit::Wrong("holds a value that its schema does not allow"))
            }
            _ => KIND,
        },
        TypeRef::Map(_) => match default {
            Literal::Object(_) => Fit::Other,
            _ => KIND,
        },
        TypeRef::Tuple(_) | TypeRef::Json | TypeRef::Bytes | TypeRef::Upload | TypeRef::External(_) => Fit::Other,
    }
}

fn scalar(prim: Prim, checks: &Checks, default: &Literal) -> Fit {
    let kind = match (prim, default) {
        (Prim::Bool, Literal::Bool(_)) | (Prim::F32 | Prim::F64, Literal::Int(_) | Literal::Float(_)) => true,
        (prim, Literal::Text(_)) if prim.is_text() => true,
        (Prim::I32, Literal::Int(value)) => i32::try_from(*value).is_ok(),
        (Prim::I64, Literal::Int(value)) => i64::try_from(*value).is_ok(),
        (Prim::U32, Literal::Int(value)) => u32::try_from(*value).is_ok(),
        (Prim::U64, Literal::Int(value)) => u64::try_from(*value).is_ok(),
        // `1.0` is an integer in JSON Schema.
        (Prim::I32 | Prim::I64 | Prim::U32 | Prim::U64, Literal::Float(text)) => {
            return match text.parse::<f64>() {
                Ok(value) if value.fract() == 0.0 => Fit::Other,
                _ => Fit::Wrong("is of another type than its schema"),
            };
        }
        _ => false,
    };
    if !kind {
        return Fit::Wrong("is of another type than its schema");
    }
    let number = match default {
        Literal::Int(value) => Some(*value as f64),
        Literal::Float(text) => text.parse().ok(),
        _ => None,
    };
    let length = match default {
        Literal::Text(text) => Some(text.chars().count() as u64),
        _ => None,
    };
    let bound = |bound: &Option<crate::ir::Bound>, outside: fn(f64, f64) -> bool| {
        let bound = bound.as_ref().and_then(|bound| Some((bound.value.parse::<f64>().ok()?, bound.exclusive)));
        match (number, bound) {
            (Some(value), Some((bound, exclusive))) => outside(value, bound) || (exclusive && value == bound),
            _ => false,
        }
    };
    let short = length.zip(checks.length.least).is_some_and(|(length, least)| length < least);
    let long = length.zip(checks.length.most).is_some_and(|(length, most)| length > most);
    if bound(&checks.minimum, |value, least| value < least)
        || bound(&checks.maximum, |value, most| value > most)
        || short
        || long
    {
        return Fit::Wrong("is outside of its bounds");
    }
    Fit::Scalar
}
