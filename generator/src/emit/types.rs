//! The folder `types`: a file per schema with the types that stand inside it, and one flat namespace over all of them.

use std::collections::BTreeMap;

use crate::files::{FileSet, Taken, each};
use crate::ir::{Shape, TypeId};
use crate::names::ModName;

use super::scope::{Context, File};
use super::{enums, newtypes, structs, unions};

/// Prints every file of `types/`.
pub(super) fn emit(cx: Context<'_>, files: &mut FileSet) -> Result<(), Taken> {
    let mut homes: BTreeMap<&ModName, Vec<TypeId>> = BTreeMap::new();
    for (index, ty) in cx.api.types.iter().enumerate() {
        homes.entry(&ty.home).or_default().push(TypeId(index));
    }
    for (home, ids) in &mut homes {
        // The schema the file is named after comes first, then what stands inside it.
        ids.sort_by_cached_key(|id| {
            let name = &cx.ty(*id).name;
            (name.module() != **home, name)
        });
    }
    let all: Vec<(&ModName, &[TypeId])> = homes.iter().map(|(home, ids)| (*home, ids.as_slice())).collect();
    let texts = each(&all, |(home, ids)| file(cx, home, ids));
    for ((home, _), text) in all.iter().zip(texts) {
        files.insert(format!("src/types/{}", home.file()), text)?;
    }
    files.insert("src/types/mod.rs", modules(cx, &homes))
}

fn file(cx: Context<'_>, home: &ModName, ids: &[TypeId]) -> String {
    let mut file = File::new(cx, Some(home));
    for id in ids {
        let ty = cx.ty(*id);
        match &ty.shape {
            Shape::Struct(object) => structs::emit(&mut file, *id, ty, object),
            Shape::Enum(values) => enums::emit(&mut file, *id, ty, values),
            Shape::Union(union) => unions::emit(&mut file, *id, ty, union),
            Shape::Newtype(newtype) => newtypes::emit(&mut file, *id, ty, newtype),
        }
    }
    file.finish()
}

fn modules(cx: Context<'_>, homes: &BTreeMap<&ModName, Vec<TypeId>>) -> String {
    let mut file = File::new(cx, None);
    file.about(vec!["The types of the API: what requests carry and what answers hold.".to_owned()]);
    let mut mods = String::new();
    let mut uses = String::new();
    for (home, ids) in homes {
        mods.push_str(&format!("#[rustfmt::skip]\nmod {home};\n"));
        let mut names: Vec<&str> = ids.iter().map(|id| cx.ty(*id).name.as_str()).collect();
        names.sort_unstable();
        // Without `self`, a module that is called like a crate would be ambiguous.
        uses.push_str(&match names.as_slice() {
            [name] => format!("pub use self::{home}::{name};\n"),
            names => format!("pub use self::{home}::{{{}}};\n", names.join(", ")),
        });
    }
    file.source.text(mods);
    file.source.text(uses);
    file.finish()
}
