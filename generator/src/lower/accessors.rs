//! Methods that join members: the first of several that is set, and objects found in an answer's includes.

use crate::config::Table;
use crate::diag::Code;
use crate::ir::{Accessor, AccessorKind, Api, Prim, Shape, TypeId, TypeRef};
use crate::names::{Methods, Scope};

use super::Lower;
use super::conventions::step;
use super::reserved::{OF_OBJECTS, OF_VALUES};

/// An accessor before it is named: its type, its entry of the configuration, its name and what it does.
type Found = (TypeId, (Table, String), String, AccessorKind);

impl Lower<'_> {
    /// Adds the accessors of the configuration to the types they belong to.
    pub(super) fn accessors(&mut self, api: &mut Api) {
        let mut found: Vec<Found> = Vec::new();
        for index in 0..api.types.len() {
            let ty = &api.types[index];
            let Shape::Struct(object) = &ty.shape else { continue };
            let Some(owner) = self.document.component(&ty.origin) else { continue };
            for (name, members) in self.config.coalesce(&owner) {
                let fields: Vec<usize> = members
                    .iter()
                    .filter_map(|wire| object.fields.iter().position(|field| field.wire == *wire))
                    .collect();
                let same = fields.windows(2).all(|pair| object.fields[pair[0]].ty == object.fields[pair[1]].ty);
                if fields.len() != members.len() || fields.is_empty() || !same {
                    let at = self.config.origin(Table::Coalesce, &format!("{owner}.{name}"));
                    self.diagnostics
                        .add(Code::BadCoalesce, &at, format!("`{owner}.{name}` needs members of one type"))
                        .help(
                            "name members of the schema that have the same type, or write the accessor by hand in ext/",
                        );
                    continue;
                }
                let key = (Table::Coalesce, format!("{owner}.{name}"));
                found.push((TypeId(index), key, name.to_owned(), AccessorKind::Coalesce { fields }));
            }
        }
        let Some(member) = self.config.envelope().includes.clone() else {
            return self.attach(api, found);
        };
        for index in 0..api.types.len() {
            let id = TypeId(index);
            let Some((includes, elem)) = step(api, id, &member) else { continue };
            let TypeRef::Named(inside) = elem.ty else { continue };
            for (wire, rule) in self.config.includes() {
                let Some((list, elem)) = step(api, inside, wire) else { continue };
                let TypeRef::List(item) = elem.ty else { continue };
                let TypeRef::Named(item) = item.ty else { continue };
                let Some((key, elem)) = step(api, item, &rule.key) else { continue };
                self.config.mark(Table::Includes, wire);
                if !is_text(api, &elem.ty) {
                    let at = self.config.origin(Table::Includes, wire).child("key");
                    self.diagnostics
                        .add(Code::BadCoalesce, &at, format!("`{}` of `{wire}` is no text to look for", rule.key))
                        .help("name a member that is a text, or write the accessor by hand in ext/");
                    continue;
                }
                let kind = AccessorKind::Include { includes: includes.clone(), list, key };
                let key = (Table::Includes, wire.to_owned());
                found.push((id, key, rule.accessor.clone(), kind));
            }
        }
        self.attach(api, found);
    }

    fn attach(&mut self, api: &mut Api, found: Vec<Found>) {
        for (id, (table, key), name, kind) in found {
            let mut scope: Scope<Methods> = Scope::new(&[]);
            let named = |accessor: &Accessor| accessor.name.bare() == name;
            let fault = if OF_VALUES.contains(&name.as_str()) || OF_OBJECTS.contains(&name.as_str()) {
                Some(format!("`{name}` is a method that every type has"))
            } else if api.ty(id).accessors.iter().any(named) {
                Some(format!("`{}` would have two accessors `{name}`", api.ty(id).name))
            } else if scope.pin(&name).is_err() {
                Some(format!("`{name}` is no name for an accessor"))
            } else {
                None
            };
            if let Some(fault) = fault {
                let at = self.config.origin(table, &key);
                self.diagnostics.add(Code::BadRename, &at, fault).on_key().help("give it another name");
                continue;
            }
            let (names, _) = scope.resolve();
            let accessors = &mut api.types[id.0].accessors;
            accessors.extend(names.into_iter().map(|name| Accessor { name, kind: kind.clone() }));
            accessors.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
}

fn is_text(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Prim(prim) => prim.is_text(),
        TypeRef::Named(id) => match &api.ty(*id).shape {
            Shape::Enum(values) => values.scalar == Prim::String,
            Shape::Newtype(newtype) => newtype.inner == TypeRef::Prim(Prim::String),
            Shape::Struct(_) | Shape::Union(_) => false,
        },
        _ => false,
    }
}
