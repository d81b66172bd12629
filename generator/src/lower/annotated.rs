//! Enums whose values are described one by one: alternatives of which each allows a single value ("Annotated
//! Enumerations", OpenAPI 3.1 and 3.2, Schema Object).

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::document::SchemaNode;
use crate::ir::Prim;

use super::Lower;
use super::scalars::{scalar_of, text_of};

/// What the document says of one value.
pub(super) struct Annotation {
    /// What the value is called where its own text is a number, which makes no name.
    pub(super) title: Option<String>,
    /// Its description, or else its title.
    pub(super) docs: String,
    pub(super) deprecated: bool,
}

impl Lower<'_> {
    /// The values of a schema that are alternatives with one value each, texts or integers: several, or one that has a title
    /// or a description.
    pub(super) fn described_values(&mut self, node: &SchemaNode) -> Option<(Prim, Vec<Value>)> {
        let arms = self.values_as_arms(node)?;
        let values: Vec<Value> = arms.iter().flat_map(|arm| arm.enum_values.iter().flatten()).cloned().collect();
        let mut listed = SchemaNode::clone(node);
        listed.enum_values = Some(values.clone());
        Some((scalar_of(&listed)?, values))
    }

    /// What is said of the values, by their texts.
    pub(super) fn annotations(&mut self, node: &SchemaNode) -> BTreeMap<String, Annotation> {
        let mut found = BTreeMap::new();
        for arm in self.values_as_arms(node).into_iter().flatten() {
            for value in arm.enum_values.iter().flatten() {
                let title = arm.title.clone().filter(|title| !title.trim().is_empty());
                let docs = arm.description.clone().or_else(|| title.clone()).unwrap_or_default();
                let title = title.filter(|_| !value.is_string());
                found.entry(text_of(value)).or_insert(Annotation { title, docs, deprecated: arm.deprecated });
            }
        }
        found
    }

    fn values_as_arms(&mut self, node: &SchemaNode) -> Option<Vec<Rc<SchemaNode>>> {
        let plain = node.all_of.is_empty()
            && node.properties.is_empty()
            && node.enum_values.is_none()
            && node.discriminator.is_none()
            && (node.one_of.is_empty() || node.any_of.is_empty());
        if !plain {
            return None;
        }
        let arms = self.arms(node);
        let mut found = Vec::new();
        for arm in arms {
            let arm = self.peek(&arm).filter(|arm| self.document.component(&arm.origin).is_none())?;
            let single = matches!(arm.enum_values.as_deref(), Some([value]) if !value.is_null());
            if !single || !arm.all_of.is_empty() || !arm.one_of.is_empty() || !arm.any_of.is_empty() {
                return None;
            }
            found.push(arm);
        }
        let annotated = found.iter().any(|arm| arm.title.is_some() || arm.description.is_some());
        (annotated || found.len() > 1).then_some(found)
    }
}
