//! Objects: members, presence, `allOf`.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Table;
use crate::diag::{Code, Origin};
use crate::document::{Additional, SchemaNode};
use crate::ir::{Access, Bounds, Elem, Extra, Field, Presence, Shape, Struct, TypeRef};
use crate::names::{Scope, ValueName, Values};

use super::Lower;
use super::compose::Choice;
use super::literal::literal;

/// The members of an object, gathered over `allOf`.
struct Members {
    /// The schema that all of it belongs to.
    owner: Origin,
    properties: BTreeMap<String, Origin>,
    required: Vec<String>,
    additional: Additional,
    /// The values of members whose names have a pattern.
    patterns: Vec<Origin>,
    count: Bounds,
}

impl Members {
    fn of(owner: &Origin) -> Self {
        Self {
            owner: owner.clone(),
            properties: BTreeMap::new(),
            required: Vec::new(),
            additional: Additional::Absent,
            patterns: Vec::new(),
            count: Bounds::default(),
        }
    }
}

impl Lower<'_> {
    /// The part of a schema that says that a member must be there.
    fn demanding(&mut self, node: &SchemaNode, member: &str, way: &mut Vec<Origin>) -> Option<Origin> {
        if way.contains(&node.origin) {
            return None;
        }
        way.push(node.origin.clone());
        let part = node.all_of.iter().find_map(|part| {
            let part = self.peek(part)?;
            self.demanding(&part, member, way)
        });
        part.or_else(|| node.required.iter().any(|name| name == member).then(|| node.origin.clone()))
    }
}

impl Lower<'_> {
    /// The struct of an object schema, with the members of `any`, of which any may hold.
    pub(super) fn object(&mut self, node: &SchemaNode, any: &[Choice]) -> Shape {
        let mut members = Members::of(&node.origin);
        let mut way = vec![node.origin.clone()];
        self.gather(node, &mut members, &mut way);
        self.gather_any(any, &mut members, &mut way);
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
                self.field(&owner, wire, ident, origin, required)
            })
            .collect();
        for missing in members.required.iter().filter(|name| !members.properties.contains_key(*name)) {
            let at = self.demanding(node, missing, &mut Vec::new()).unwrap_or_else(|| node.origin.clone());
            self.diagnostics
                .add(Code::UndeclaredRequired, &at, format!("`required` names `{missing}`, which is not declared"))
                .help("declare the member in `properties`, or take it from `required`");
        }
        // What only the configuration requires comes last, in the order of the names.
        let adapted = fields.iter().enumerate().filter(|(_, field)| {
            let is_required = matches!(field.presence, Presence::Required | Presence::Nullable);
            is_required && !members.required.contains(&field.wire)
        });
        let adapted = adapted.map(|(index, _)| index);
        let arguments = members
            .required
            .iter()
            .filter_map(|wire| fields.iter().position(|field| field.wire == *wire))
            .chain(adapted)
            .filter(|index| {
                let field = &fields[*index];
                field.access != Access::ReadOnly && matches!(field.presence, Presence::Required | Presence::Nullable)
            })
            .collect();
        let extra = self.extra(&members, &fields);
        let mut extra_checks = match &members.additional {
            Additional::Schema(values) => self.value_checks(values),
            _ => crate::ir::Checks::default(),
        };
        if matches!(extra, Extra::Keep(..)) {
            extra_checks.names = self.names(node);
        }
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
        // One alternative is no choice, but one more part.
        let mut parts = node.all_of.clone();
        for listed in [&node.one_of, &node.any_of] {
            if let [only] = self.speaking(listed).as_slice()
                && self.resolve(only).is_some_and(|only| !way.contains(&only.origin))
            {
                parts.push(only.clone());
            }
        }
        for member in &parts {
            let Some(resolved) = self.resolve(member) else { continue };
            if way.contains(&resolved.origin) {
                self.diagnostics
                    .add(Code::SelfInclusion, member, "a schema includes itself by `allOf`")
                    .help("the inclusion is left out; take the reference out, or name the schema that is meant");
                continue;
            }
            let Some(part) = self.schema(&resolved.origin) else { continue };
            way.push(resolved.origin.clone());
            self.gather(&part, members, way);
            way.pop();
        }
        for (wire, origin) in &node.properties {
            let declared = match members.properties.get(wire).cloned() {
                Some(before) => self.meet(&members.owner.clone(), wire, &before, origin),
                None => origin.clone(),
            };
            members.properties.insert(wire.clone(), declared);
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
        members.patterns.extend(node.pattern_properties.iter().map(|(_, values)| values.clone()));
        members.count.least = members.count.least.max(node.min_properties.filter(|least| *least > 0));
        members.count.most = match (members.count.most, node.max_properties) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// Adds the members of alternatives of which any may hold: each is there where one of them has it.
    fn gather_any(&mut self, choices: &[Choice], members: &mut Members, way: &mut Vec<Origin>) {
        for choice in choices {
            let mut arms = Vec::new();
            for arm in &choice.arms {
                let Some(node) = self.peek(arm) else { continue };
                if way.contains(&node.origin) {
                    continue;
                }
                way.push(node.origin.clone());
                let mut own = Members::of(&members.owner);
                self.gather(&node, &mut own, way);
                let mut inner = self.choices(&node);
                inner.retain(|choice| choice.arms.len() > 1);
                self.gather_any(&inner, &mut own, way);
                way.pop();
                arms.push(own);
            }
            self.join(arms, members);
        }
    }

    fn join(&mut self, arms: Vec<Members>, members: &mut Members) {
        let Some(first) = arms.first() else { return };
        let always: Vec<String> =
            first.required.iter().filter(|name| arms.iter().all(|arm| arm.required.contains(name))).cloned().collect();
        members.required.extend(always.into_iter().filter(|name| !members.required.contains(name)).collect::<Vec<_>>());
        let names: BTreeSet<&String> = arms.iter().flat_map(|arm| arm.properties.keys()).collect();
        let mut joined = Vec::new();
        for name in names {
            // What the common part declares holds for every alternative.
            if !members.properties.contains_key(name) {
                let declared: Vec<Origin> = arms.iter().filter_map(|arm| arm.properties.get(name)).cloned().collect();
                joined.push((name.clone(), self.either(&members.owner.clone(), name, declared)));
            }
        }
        members.properties.extend(joined);
        for arm in arms {
            if matches!(members.additional, Additional::Absent | Additional::Denied)
                && matches!(arm.additional, Additional::Allowed | Additional::Schema(_))
            {
                members.additional = arm.additional;
            }
        }
    }

    /// The schema of a member that several alternatives declare: the one they share, or any of theirs.
    fn either(&mut self, owner: &Origin, wire: &str, declared: Vec<Origin>) -> Origin {
        let first = declared[0].clone();
        let mut kinds: Vec<TypeRef> = Vec::new();
        let mut others: Vec<Origin> = Vec::new();
        let mut nullable = None;
        for origin in &declared {
            let elem = self.elem(origin);
            if elem.nullable {
                nullable.get_or_insert_with(|| origin.clone());
            }
            if !kinds.contains(&elem.ty) {
                kinds.push(elem.ty);
                others.push(origin.clone());
            }
        }
        if others.len() == 1 {
            // What one of them allows may come.
            return nullable.unwrap_or(first);
        }
        let Some(node) = self.peek(&first) else { return first };
        self.any_of(owner, wire, &node, others, nullable.is_some())
    }

    /// A member; its methods get their names when all accessors are known.
    fn field(&mut self, owner: &str, wire: &str, ident: ValueName, origin: &Origin, required: bool) -> Field {
        let resolved = self.resolve(origin);
        let Elem { ty, nullable } = self.elem(origin);
        let siblings = resolved.as_ref().map(|resolved| resolved.siblings.clone()).unwrap_or_default();
        let node = resolved.as_ref().and_then(|resolved| self.schema(&resolved.origin));
        let named = matches!(ty, TypeRef::Named(_));
        let presence = match self.adapted(owner, wire, origin, required, nullable) {
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
            constant: None,
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
        let patterns: Vec<Elem> = members.patterns.iter().map(|values| self.elem(values)).collect();
        match &members.additional {
            Additional::Absent | Additional::Denied if patterns.is_empty() => Extra::Ignore,
            Additional::Denied => {
                let elem = self.shared(&members.patterns[0], patterns);
                name(elem)
            }
            Additional::Absent | Additional::Allowed if patterns.iter().any(|elem| elem.ty != TypeRef::Json) => {
                let what = "members of any type beside `patternProperties` make all of them any JSON value";
                self.reduced(&members.patterns[0], what);
                name(Elem { ty: TypeRef::Json, nullable: false })
            }
            Additional::Absent | Additional::Allowed => name(Elem { ty: TypeRef::Json, nullable: false }),
            Additional::Schema(values) => {
                let mut all = patterns;
                all.push(self.elem(values));
                let elem = self.shared(values, all);
                name(elem)
            }
        }
    }
}
