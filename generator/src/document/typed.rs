//! From a checked node to the types of `openapiv3`; the only file that names them.
//!
//! `openapiv3` types single nodes here, after the shape check and with their children replaced by references, so its answer
//! is about one node only. Numbers, enumerations, defaults and examples are not given to it: it would round them.

use openapiv3::{AdditionalProperties, AnySchema, ReferenceOr, SchemaData};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::schema_node::Additional;
use crate::diag::{Code, Diagnostics, FileId, Origin};

pub(super) use openapiv3::{Info, Operation, Server, Tag};

/// The parts of a schema that `openapiv3` types, with the places of its children.
pub(super) struct Schema {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) nullable: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) deprecated: bool,
    pub(super) format: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) unique_items: bool,
    pub(super) required: Vec<String>,
    pub(super) properties: Vec<(String, Origin)>,
    pub(super) additional: Additional,
    pub(super) items: Option<Origin>,
    pub(super) all_of: Vec<Origin>,
    pub(super) one_of: Vec<Origin>,
    pub(super) any_of: Vec<Origin>,
    pub(super) not: Option<Origin>,
}

/// Types a cut schema node.
pub(super) fn schema(cut: Map<String, Value>, origin: &Origin, diags: &mut Diagnostics) -> Option<Schema> {
    let cut = Value::Object(cut);
    let data = accept(SchemaData::deserialize(&cut), "schema", origin, diags)?;
    let any = accept(AnySchema::deserialize(&cut), "schema", origin, diags)?;
    let file = origin.file;
    let places = |list: &[ReferenceOr<openapiv3::Schema>]| list.iter().filter_map(|child| place(child, file)).collect();
    Some(Schema {
        title: data.title,
        description: data.description,
        nullable: data.nullable,
        read_only: data.read_only,
        write_only: data.write_only,
        deprecated: data.deprecated,
        format: any.format,
        pattern: any.pattern,
        unique_items: any.unique_items.unwrap_or_default(),
        required: any.required,
        properties: any
            .properties
            .iter()
            .filter_map(|(name, child)| Some((name.clone(), place(child, file)?)))
            .collect(),
        additional: match any.additional_properties {
            None => Additional::Absent,
            Some(AdditionalProperties::Any(true)) => Additional::Allowed,
            Some(AdditionalProperties::Any(false)) => Additional::Denied,
            Some(AdditionalProperties::Schema(child)) => {
                place(&child, file).map_or(Additional::Allowed, Additional::Schema)
            }
        },
        items: any.items.as_ref().and_then(|child| place(child, file)),
        all_of: places(&any.all_of),
        one_of: places(&any.one_of),
        any_of: places(&any.any_of),
        not: any.not.as_ref().and_then(|child| place(child, file)),
    })
}

/// Types any other cut node.
pub(super) fn node<T: DeserializeOwned>(
    cut: Map<String, Value>,
    what: &str,
    origin: &Origin,
    diags: &mut Diagnostics,
) -> Option<T> {
    accept(T::deserialize(Value::Object(cut)), what, origin, diags)
}

/// The node that stands for a child which was cut out.
pub(super) fn stand_in(origin: &Origin) -> Value {
    Value::Object(Map::from_iter([("$ref".to_owned(), Value::String(origin.pointer.clone()))]))
}

/// Where a child stood that was cut out.
pub(super) fn place<T>(child: &ReferenceOr<T>, file: FileId) -> Option<Origin> {
    match child {
        ReferenceOr::Reference { reference } => Some(Origin { file, pointer: reference.clone() }),
        ReferenceOr::Item(_) => None,
    }
}

fn accept<T>(result: Result<T, serde_json::Error>, what: &str, origin: &Origin, diags: &mut Diagnostics) -> Option<T> {
    match result {
        Ok(typed) => Some(typed),
        Err(error) => {
            diags.add(Code::NodeRejected, origin, format!("this is no {what}: {error}")).help("it is left out");
            None
        }
    }
}
