//! Objects: members, presence, `allOf`.

use std::collections::BTreeMap;

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::document::{Additional, SchemaNode};
use crate::ir::{Access, Bounds, Elem, Extra, Field, Presence, Shape, Struct, TypeRef};
use crate::names::{Scope, ValueName, Values};

use super::Lower;
use super::literal::literal;

/// The members of an object, gathered over `allOf`.
#[derive(Default)]
struct Members {
    properties: BTreeMap<String, Origin>,
    required: Vec<String>,
    additional: Additional,
    count: Bounds,
}

impl Lower<'_> {
    /// The struct of an object schema.
    pub(super) fn object(&mut self, node: &SchemaNode) -> Shape {
        let mut members = Members::default();
        self.gather(node, &mut members, &mut vec![node.origin.clone()]);
        let owner = self.type_wire(node);
        let mut scope: Scope<Values> = Scope::new(&["extra"]);
        for (wire, origin) in &members.properties {
            if self.pin(&mut scope, Table::RenameFields, &format!("{owner}.{wire}"), "a field", origin) {
                continue;
            }
            scope.claim(wire, &[], "member", wire);
        }
        let (names, clashes) = scope.resolve();
        let properties: Vec<(&String, &Origin)> = members.properties.iter().collect();
        for clash in &clashes {
            self.clash(clash, Table::RenameFields, |claim| {
                properties.get(claim.0).map(|(wire, origin)| (format!("{owner}.{wire}"), (*origin).clone()))
            });
        }
        let fields: Vec<Field> = members
            .properties
            .iter()
            .zip(names)
            .map(|((wire, origin), ident)| {
                let required = members.required.contains(wire);
                self.field(wire, ident, origin, required)
            })
            .collect();
        for missing in members.required.iter().filter(|name| !members.properties.contains_key(*name)) {
            self.diagnostics
                .warn(
                    Code::UndeclaredRequired,
                    &node.origin,
                    format!("`required` names `{missing}`, which is not declared"),
                )
                .help("declare the member in `properties`, or take it from `required`");
        }
        let arguments = members
            .required
            .iter()
            .filter_map(|wire| fields.iter().position(|field| field.wire == *wire))
            .filter(|index| fields[*index].access != Access::ReadOnly)
            .collect();
        let extra = self.extra(&members, &fields);
        let extra_checks = match &members.additional {
            Additional::Schema(values) => self.value_checks(values),
            _ => crate::ir::Checks::default(),
        };
        Shape::Struct(Struct { fields, arguments, extra, extra_checks, members: members.count })
    }

    /// The name a schema goes by in the configuration: the component's, or the pointer.
    pub(super) fn type_wire(&self, node: &SchemaNode) -> String {
        match self.document.component(&node.origin) {
            Some(name) => name.into_owned(),
            None => self.document.reference_to(&node.origin),
        }
    }

    fn gather(&mut self, node: &SchemaNode, members: &mut Members, way: &mut Vec<Origin>) {
        for member in &node.all_of {
            let Some(resolved) = self.resolve(member) else { continue };
            if way.contains(&resolved.origin) {
                self.diagnostics
                    .warn(Code::SelfInclusion, member, "a schema includes itself by `allOf`")
                    .help("the inclusion is left out; take the reference out, or name the schema that is meant");
                continue;
            }
            let Some(part) = self.schema(&resolved.origin) else { continue };
            way.push(resolved.origin.clone());
            self.gather(&part, members, way);
            way.pop();
        }
        if !node.all_of.is_empty() && !self.arms(node).is_empty() {
            self.reduced(
                &node.origin,
                "alternatives beside `allOf` are left out: only the common members are generated",
            );
        } else if !node.properties.is_empty() && !self.arms(node).is_empty() {
            self.reduced(
                &node.origin,
                "alternatives beside `properties` are left out: only the common members are generated",
            );
        }
        for (wire, origin) in &node.properties {
            if let Some(before) = members.properties.insert(wire.clone(), origin.clone()) {
                self.agree(wire, &before, origin);
            }
        }
        for name in &node.required {
            if !members.required.contains(name) {
                members.required.push(name.clone());
            }
        }
        match (&members.additional, &node.additional) {
            (_, Additional::Absent) => {}
            (Additional::Schema(_), Additional::Allowed) => {}
            (_, other) => members.additional = other.clone(),
        }
        members.count.least = members.count.least.max(node.min_properties.filter(|least| *least > 0));
        members.count.most = match (members.count.most, node.max_properties) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// Two parts of `allOf` that declare one member must mean the same type; the later one is generated.
    fn agree(&mut self, wire: &str, before: &Origin, after: &Origin) {
        let (Some(a), Some(b)) = (self.peek(before), self.peek(after)) else { return };
        if !a.types.is_empty() && !b.types.is_empty() && a.types != b.types {
            self.diagnostics
                .warn(
                    Code::Conflict,
                    after,
                    format!("`{wire}` is declared with another type by another part of `allOf`"),
                )
                .related(before.clone(), "the other declaration");
        }
    }

    /// A member; its methods get their names when all accessors are known.
    fn field(&mut self, wire: &str, ident: ValueName, origin: &Origin, required: bool) -> Field {
        let resolved = self.resolve(origin);
        let Elem { ty, nullable } = self.elem(origin);
        let siblings = resolved.as_ref().map(|resolved| resolved.siblings.clone()).unwrap_or_default();
        let node = resolved.as_ref().and_then(|resolved| self.schema(&resolved.origin));
        let named = matches!(ty, TypeRef::Named(_));
        let presence = match (required, nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        };
        let read_only = siblings.read_only.or(node.as_ref().map(|node| node.read_only)).unwrap_or(false);
        let write_only = siblings.write_only.or(node.as_ref().map(|node| node.write_only)).unwrap_or(false);
        let access = match (read_only, write_only) {
            (true, false) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            _ => Access::Both,
        };
        let checks = match &node {
            // A named type brings its own bounds.
            Some(node) if !named => self.checks(node),
            _ => crate::ir::Checks::default(),
        };
        let default = siblings.default.as_ref().or(node.as_ref().and_then(|node| node.default.as_ref())).map(literal);
        let example = siblings.example.as_ref().or(node.as_ref().and_then(|node| node.examples.first())).map(literal);
        let deprecated = siblings.deprecated.or(node.as_ref().map(|node| node.deprecated)).unwrap_or(false);
        let docs = siblings
            .description
            .or_else(|| node.as_ref().and_then(|node| node.description.clone()))
            .or_else(|| node.and_then(|node| node.title.clone()))
            .unwrap_or_default();
        Field {
            wire: wire.to_owned(),
            setter: ident.method(),
            clearer: ident.method(),
            fixed: None,
            ident,
            ty,
            presence,
            access,
            checks,
            default,
            deprecated,
            docs,
            example,
            origin: origin.clone(),
        }
    }

    fn extra(&mut self, members: &Members, fields: &[Field]) -> Extra {
        let name = |values: Elem| {
            let mut scope: Scope<Values> = Scope::new(&[]);
            for field in fields {
                // The names are taken already; claiming them again keeps `extra` from being one of them.
                let _ = scope.pin(field.ident.bare());
            }
            let claim = scope.claim("extra", &["extra members".to_owned()], "", "");
            let (names, _) = scope.resolve();
            Extra::Keep(Box::new(values), names[claim.0].clone())
        };
        match &members.additional {
            Additional::Absent => Extra::Ignore,
            Additional::Denied => Extra::Ignore,
            Additional::Allowed => name(Elem { ty: TypeRef::Json, nullable: false }),
            Additional::Schema(values) => {
                let elem = self.elem(values);
                name(elem)
            }
        }
    }
}
