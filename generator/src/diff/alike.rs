//! Which types are the same under another name.
//!
//! A type that stands where another one stood, and looks much like it, is that one; so is one that looks exactly like one that
//! is gone. Names say the least: what is generated of a schema inside of another one is named after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::edit_distance;
use crate::ir::{Api, Checks, Elem, Extra, Operation, Shape, TypeDef, TypeId, TypeRef};

/// The types of both sides that belong together, by their indexes.
pub(super) fn types(old: &Api, new: &Api, operations: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let names: BTreeMap<&str, usize> = new.types.iter().enumerate().map(|(at, def)| (def.name.as_str(), at)).collect();
    let same = old.types.iter().enumerate().filter_map(|(at, def)| Some((at, *names.get(def.name.as_str())?)));
    let mut matching = Matching { old, new, pairs: same.collect(), taken: BTreeSet::new() };
    matching.taken = matching.pairs.values().copied().collect();
    while matching.pairs.len() < old.types.len() && (matching.by_use(operations) || matching.by_look()) {}
    matching.pairs.into_iter().collect()
}

struct Matching<'a> {
    old: &'a Api,
    new: &'a Api,
    pairs: BTreeMap<usize, usize>,
    taken: BTreeSet<usize>,
}

impl Matching<'_> {
    fn is_open(&self, old: usize, new: usize) -> bool {
        !self.pairs.contains_key(&old) && !self.taken.contains(&new)
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.pairs.insert(old, new);
        self.taken.insert(new);
    }

    /// Pairs what stands in the same places of what is paired already, the most frequent first.
    fn by_use(&mut self, operations: &[(usize, usize)]) -> bool {
        let mut uses = Uses::default();
        for (before, after) in operations {
            uses.operation(&self.old.operations[*before], &self.new.operations[*after]);
        }
        for (before, after) in &self.pairs {
            uses.shape(&self.old.types[*before].shape, &self.new.types[*after].shape);
        }
        let mut found: Vec<((usize, usize), usize)> =
            uses.0.into_iter().filter(|((old, new), _)| self.is_open(*old, *new)).collect();
        found.sort_by_key(|(pair, count)| (std::cmp::Reverse(*count), *pair));
        let before = self.pairs.len();
        for ((old, new), _) in found {
            if self.is_open(old, new) && resembles(&self.old.types[old], &self.new.types[new]) {
                self.pair(old, new);
            }
        }
        self.pairs.len() > before
    }

    /// Pairs what is alike in everything but the name; of several, those whose names are the nearest.
    fn by_look(&mut self) -> bool {
        let mut looks: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        let old_name = |id: TypeId| match self.pairs.get(&id.0) {
            Some(new) => self.new.types[*new].name.to_string(),
            None => "?".to_owned(),
        };
        let new_name = |id: TypeId| match self.taken.contains(&id.0) {
            true => self.new.ty(id).name.to_string(),
            false => "?".to_owned(),
        };
        for (at, def) in self.old.types.iter().enumerate().filter(|(at, _)| !self.pairs.contains_key(at)) {
            if let Some(look) = look(def, &old_name) {
                looks.entry(look).or_default().0.push(at);
            }
        }
        for (at, def) in self.new.types.iter().enumerate().filter(|(at, _)| !self.taken.contains(at)) {
            if let Some(look) = look(def, &new_name) {
                looks.entry(look).or_default().1.push(at);
            }
        }
        let mut found = Vec::new();
        for (gone, come) in looks.values() {
            for before in gone {
                for after in come {
                    let (old, new) = (self.old.types[*before].name.as_str(), self.new.types[*after].name.as_str());
                    let distance = edit_distance(old, new);
                    if (gone.len() == 1 && come.len() == 1) || distance * 2 <= old.len().max(new.len()) {
                        found.push((distance, *before, *after));
                    }
                }
            }
        }
        found.sort_unstable();
        let before = self.pairs.len();
        for (_, old, new) in found {
            if self.is_open(old, new) {
                self.pair(old, new);
            }
        }
        self.pairs.len() > before
    }
}

/// How often a type stands where another one stood.
#[derive(Default)]
struct Uses(BTreeMap<(usize, usize), usize>);

impl Uses {
    fn operation(&mut self, old: &Operation, new: &Operation) {
        for param in &old.params {
            let same = new.params.iter().find(|other| other.wire == param.wire && other.place == param.place);
            if let Some(other) = same {
                self.ty(&param.ty, &other.ty);
            }
        }
        let bodies = (old.body.iter().flat_map(|body| &body.media), new.body.iter().flat_map(|body| &body.media));
        let media = bodies.0.zip(bodies.1);
        let answers = old.answers.iter().flat_map(|answer| {
            let same = new.answers.iter().find(|other| other.status == answer.status);
            same.into_iter().flat_map(|other| answer.media.iter().zip(&other.media))
        });
        for (before, after) in media.chain(answers) {
            if let (Some(before), Some(after)) = (before.payload.ty(), after.payload.ty()) {
                self.ty(before, after);
            }
        }
        if let (Some(before), Some(after)) = (&old.stream, &new.stream) {
            self.ty(&before.item, &after.item);
        }
    }

    fn shape(&mut self, old: &Shape, new: &Shape) {
        match (old, new) {
            (Shape::Struct(old), Shape::Struct(new)) => {
                for field in &old.fields {
                    if let Some(other) = new.fields.iter().find(|other| other.wire == field.wire) {
                        self.ty(&field.ty, &other.ty);
                    }
                }
                if let (Extra::Keep(old, _), Extra::Keep(new, _)) = (&old.extra, &new.extra) {
                    self.ty(&old.ty, &new.ty);
                }
            }
            (Shape::Union(old), Shape::Union(new)) => {
                for (at, arm) in old.arms.iter().enumerate() {
                    let same = new.arms.iter().find(|other| other.name == arm.name || other.test == arm.test);
                    let beside = new.arms.get(at).filter(|_| old.arms.len() == new.arms.len());
                    if let Some(other) = same.or(beside) {
                        self.ty(&arm.ty, &other.ty);
                    }
                }
            }
            (Shape::Newtype(old), Shape::Newtype(new)) => self.ty(&old.inner, &new.inner),
            _ => {}
        }
    }

    fn ty(&mut self, old: &TypeRef, new: &TypeRef) {
        match (old, new) {
            (TypeRef::Named(old), TypeRef::Named(new)) => *self.0.entry((old.0, new.0)).or_default() += 1,
            (TypeRef::List(old), TypeRef::List(new)) | (TypeRef::Map(old), TypeRef::Map(new)) => {
                self.ty(&old.ty, &new.ty);
            }
            (TypeRef::Tuple(old), TypeRef::Tuple(new)) => {
                for (old, new) in old.iter().zip(new) {
                    self.ty(&old.ty, &new.ty);
                }
            }
            _ => {}
        }
    }
}

/// Whether two types have at least half of what they are made of in common.
fn resembles(old: &TypeDef, new: &TypeDef) -> bool {
    let half = |common: usize, old: usize, new: usize| common * 2 >= old.max(new) && (common > 0 || old + new == 0);
    match (&old.shape, &new.shape) {
        (Shape::Struct(old), Shape::Struct(new)) => {
            let known = |wire: &str| new.fields.iter().any(|field| field.wire == wire);
            let common = old.fields.iter().filter(|field| known(&field.wire)).count();
            half(common, old.fields.len(), new.fields.len())
        }
        (Shape::Enum(old), Shape::Enum(new)) => {
            let common = old.values.iter().filter(|value| new.values.iter().any(|other| other.wire == value.wire));
            old.scalar == new.scalar && half(common.count(), old.values.len(), new.values.len())
        }
        (Shape::Union(old), Shape::Union(new)) => {
            let same = |arm: &&crate::ir::Arm| {
                new.arms.iter().any(|other| other.name == arm.name || (other.test == arm.test && tells(&arm.test)))
            };
            half(old.arms.iter().filter(same).count(), old.arms.len(), new.arms.len())
        }
        (Shape::Newtype(old), Shape::Newtype(new)) => {
            std::mem::discriminant(&old.inner) == std::mem::discriminant(&new.inner)
                && match (&old.inner, &new.inner) {
                    (TypeRef::Prim(old), TypeRef::Prim(new)) => old == new,
                    _ => true,
                }
        }
        _ => false,
    }
}

/// Whether a test belongs to one alternative alone.
fn tells(test: &crate::ir::Test) -> bool {
    !matches!(test, crate::ir::Test::Try)
}

/// What a type is made of, in a word that is the same only for what is the same; nothing where that says too little.
fn look(def: &TypeDef, name: &dyn Fn(TypeId) -> String) -> Option<String> {
    match &def.shape {
        Shape::Struct(of) if of.fields.is_empty() => None,
        Shape::Struct(of) => {
            let fields: Vec<String> = of
                .fields
                .iter()
                .map(|field| format!("{:?} {} {:?}", field.wire, spelled(&field.ty, name), field.presence))
                .collect();
            Some(format!("struct {}", fields.join(", ")))
        }
        Shape::Enum(of) => {
            let mut values: Vec<String> = of.values.iter().map(|value| format!("{:?}", value.wire)).collect();
            values.sort();
            Some(format!("enum {:?} {}", of.scalar, values.join(", ")))
        }
        Shape::Union(of) => {
            let arms: Vec<String> =
                of.arms.iter().map(|arm| format!("{} {:?}", spelled(&arm.ty, name), arm.test)).collect();
            Some(format!("union {}", arms.join(", ")))
        }
        // A number, or a text without bounds, is like any other.
        Shape::Newtype(of) if def.docs.is_empty() && of.checks == Checks::default() => None,
        Shape::Newtype(of) => Some(format!("newtype {} {:?} {:?}", spelled(&of.inner, name), of.checks, def.docs)),
    }
}

fn spelled(ty: &TypeRef, name: &dyn Fn(TypeId) -> String) -> String {
    let elem = |elem: &Elem| format!("{}{}", spelled(&elem.ty, name), if elem.nullable { "?" } else { "" });
    match ty {
        TypeRef::Named(id) => name(*id),
        TypeRef::List(of) => format!("[{}]", elem(of)),
        TypeRef::Map(of) => format!("{{{}}}", elem(of)),
        TypeRef::Tuple(of) => format!("({})", of.iter().map(elem).collect::<Vec<_>>().join(", ")),
        TypeRef::Prim(prim) => format!("{prim:?}"),
        TypeRef::External(path) => path.clone(),
        TypeRef::Json | TypeRef::Bytes | TypeRef::Upload => format!("{ty:?}"),
    }
}
