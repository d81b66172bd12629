//! The types of a client while they are made: reserved by origin, defined later, named last.

use std::collections::BTreeMap;

use crate::config::Table;
use crate::diag::Origin;
use crate::ir::{Checks, Newtype, Shape, TypeDef, TypeId, TypeRef};
use crate::names::{ModName, Modules, Scope, TypeName, Types};

use super::Lower;
use super::label::Label;

/// Names that the prelude, derives and every file's own imports use: a type of such a name would shadow them.
const RESERVED_TYPES: &[&str] = &[
    "AsRef",
    "Box",
    "BTreeMap",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "Patch",
    "Timestamp",
    "Unrecognized",
];

/// The types met so far.
#[derive(Debug)]
pub(super) struct Drafts {
    drafts: Vec<Draft>,
    by_origin: BTreeMap<Origin, TypeId>,
    scope: Scope<Types>,
    /// Reserved and not yet defined, first in, first out.
    pending: std::collections::VecDeque<TypeId>,
}

/// A type without its name.
#[derive(Debug)]
struct Draft {
    origin: Origin,
    label: Label,
    docs: String,
    deprecated: bool,
    shape: Option<Shape>,
    /// True for a newtype around a scalar, which is printed with all the others.
    scalar: bool,
}

impl Drafts {
    pub(super) fn new() -> Self {
        Self {
            drafts: Vec::new(),
            by_origin: BTreeMap::new(),
            scope: Scope::new(RESERVED_TYPES),
            pending: std::collections::VecDeque::new(),
        }
    }

    /// The type that stands for the schema at `origin`, if it has one.
    pub(super) fn get(&self, origin: &Origin) -> Option<TypeId> {
        self.by_origin.get(origin).copied()
    }

    /// The next type to define.
    pub(super) fn next(&mut self) -> Option<(TypeId, Origin)> {
        let id = self.pending.pop_front()?;
        Some((id, self.drafts[id.0].origin.clone()))
    }

    /// Defines a reserved type.
    pub(super) fn set(&mut self, id: TypeId, docs: String, deprecated: bool, shape: Shape) {
        let draft = &mut self.drafts[id.0];
        draft.docs = docs;
        draft.deprecated = deprecated;
        draft.shape = Some(shape);
    }
}

impl Lower<'_> {
    /// Reserves the type for the schema at `origin`, which must not be a reference.
    pub(super) fn reserve(&mut self, origin: &Origin, scalar: bool) -> TypeId {
        if let Some(id) = self.table.get(origin) {
            return id;
        }
        let label = self.label(origin);
        let id = TypeId(self.table.drafts.len());
        let own = label.component.then(|| label.words());
        let given = own
            .into_iter()
            .chain([self.document.reference_to(origin)])
            .find_map(|key| self.renamed(Table::RenameTypes, &key).map(|name| (key, name)));
        let claimed = given.and_then(|(key, name)| match self.table.scope.pin(name) {
            Ok(claim) => Some(claim),
            Err(_) => {
                self.bad_name(Table::RenameTypes, &key, name, "a type", origin);
                None
            }
        });
        if claimed.is_none() {
            self.table.scope.claim_short(&label.short(), "type", &self.document.reference_to(origin));
        }
        self.table.by_origin.insert(origin.clone(), id);
        self.table.drafts.push(Draft {
            origin: origin.clone(),
            label,
            docs: String::new(),
            deprecated: false,
            shape: None,
            scalar,
        });
        self.table.pending.push_back(id);
        id
    }

    /// Gives every type its name and its file.
    pub(super) fn finish_types(&mut self) -> Vec<TypeDef> {
        let table = std::mem::replace(&mut self.table, Drafts::new());
        let (names, clashes) = table.scope.resolve_with(|claim| table.drafts[claim.0].label.longer(self.document));
        let given = self.config.keys(Table::RenameTypes);
        for clash in &clashes {
            self.clash(clash, Table::RenameTypes, |claim| {
                let draft = &table.drafts[claim.0];
                let pointer = draft.origin.to_string();
                let by_name = draft.label.component && !given.contains(&pointer.as_str());
                Some((if by_name { draft.label.words() } else { pointer }, draft.origin.clone()))
            });
        }
        let homes = homes(&table.drafts, &names);
        let keys = |draft: &Draft| {
            let own = draft.label.component.then(|| draft.label.words());
            own.into_iter().chain([self.document.reference_to(&draft.origin)]).collect::<Vec<_>>()
        };
        let keys: Vec<Vec<String>> = table.drafts.iter().map(keys).collect();
        let derives: Vec<Vec<String>> =
            table.drafts.iter().zip(keys).map(|(draft, keys)| self.derives(&keys, &draft.origin)).collect();
        table
            .drafts
            .into_iter()
            .zip(names)
            .zip(homes)
            .zip(derives)
            .map(|(((draft, name), home), derives)| TypeDef {
                name,
                home,
                origin: draft.origin,
                docs: draft.docs,
                deprecated: draft.deprecated,
                shape: draft.shape.unwrap_or_else(any),
                accessors: Vec::new(),
                derives,
            })
            .collect()
    }
}

/// A type that could not be read: any JSON value.
pub(super) fn any() -> Shape {
    Shape::Newtype(Newtype { inner: TypeRef::Json, checks: Checks::default(), example: None })
}

/// The file of every type: that of its owner's own name, or the one for scalars.
fn homes(drafts: &[Draft], names: &[TypeName]) -> Vec<ModName> {
    let mut owners: BTreeMap<&str, String> = BTreeMap::new();
    for draft in drafts {
        owners.entry(&draft.label.owner).or_insert_with(|| draft.label.owner.clone());
    }
    for (draft, name) in drafts.iter().zip(names) {
        if draft.label.component {
            owners.insert(&draft.label.owner, name.bare().to_owned());
        }
    }
    let mut scope: Scope<Modules> = Scope::new(&["scalars", "types"]);
    for (owner, wire) in &owners {
        scope.claim(wire, &[], "types", owner);
    }
    let modules: BTreeMap<&str, ModName> = owners.keys().copied().zip(scope.resolve().0).collect();
    let mut own: Scope<Modules> = Scope::new(&[]);
    own.claim("scalars", &[], "", "");
    let (scalars, _) = own.resolve();
    drafts
        .iter()
        .map(|draft| if draft.scalar { &scalars[0] } else { &modules[draft.label.owner.as_str()] }.clone())
        .collect()
}
