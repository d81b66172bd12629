//! Methods that join members: the first of several that is set, and objects found in an answer's includes.

use crate::config::Table;
use crate::diag::Code;
use crate::ir::{Accessor, AccessorKind, Api, Shape, TypeId, TypeRef};
use crate::names::{Methods, Scope};

use super::Lower;
use super::conventions::step;

impl Lower<'_> {
    /// Adds the accessors of the configuration to the types they belong to.
    pub(super) fn accessors(&mut self, api: &mut Api) {
        let mut found: Vec<(TypeId, String, AccessorKind)> = Vec::new();
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
                        .error(Code::BadCoalesce, &at, format!("`{owner}.{name}` needs members of one type"))
                        .help(
                            "name members of the schema that have the same type, or write the accessor by hand in ext/",
                        );
                    continue;
                }
                found.push((TypeId(index), name.to_owned(), AccessorKind::Coalesce { fields }));
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
                let Some((key, _)) = step(api, item, &rule.key) else { continue };
                self.config.mark(Table::Includes, wire);
                let kind = AccessorKind::Include { includes: includes.clone(), list, key };
                found.push((id, rule.accessor.clone(), kind));
            }
        }
        self.attach(api, found);
    }

    fn attach(&mut self, api: &mut Api, found: Vec<(TypeId, String, AccessorKind)>) {
        for (id, name, kind) in found {
            let mut scope: Scope<Methods> = Scope::new(&[]);
            if scope.pin(&name).is_err() {
                self.diagnostics.error(
                    Code::BadRename,
                    &api.ty(id).origin,
                    format!("`{name}` is no name for an accessor"),
                );
                continue;
            }
            let (names, _) = scope.resolve();
            let accessors = &mut api.types[id.0].accessors;
            accessors.extend(names.into_iter().map(|name| Accessor { name, kind: kind.clone() }));
            accessors.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
}
