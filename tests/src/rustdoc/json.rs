//! Items of rustdoc's JSON (format 57; the fields read here have been stable since format 45).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reduce::header;

/// Reads the public items of a crate.
///
/// # Errors
///
/// Says what is missing where the JSON is not of the expected form.
pub fn items_from_rustdoc_json(json: &Value) -> Result<BTreeSet<String>, String> {
    let mut doc = Doc { json, routes: BTreeMap::new(), uses: BTreeSet::new() };
    let root = json.get("root").and_then(Value::as_u64).ok_or("no root")?;
    doc.module(root, "", &mut Vec::new());
    let mut items: BTreeSet<String> = doc.uses.iter().map(|path| format!("use {path}")).collect();
    for (id, routes) in &doc.routes {
        let Some(path) = doc.main(*id, routes) else { continue };
        items.extend(routes.iter().filter(|route| *route != path).map(|route| format!("use {route}")));
        doc.item(*id, path, &mut items);
    }
    let index = json.get("index").and_then(Value::as_object).ok_or("no index")?;
    for item in index.values() {
        if let Some(found) = item.pointer("/inner/impl") {
            doc.block(found, &mut items);
        }
    }
    Ok(items)
}

struct Doc<'d> {
    json: &'d Value,
    routes: BTreeMap<u64, BTreeSet<String>>,
    uses: BTreeSet<String>,
}

fn ids(list: Option<&Value>) -> Vec<u64> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl<'d> Doc<'d> {
    fn get(&self, id: u64) -> Option<&'d Value> {
        self.json.get("index")?.get(id.to_string())
    }

    /// The kind of an item and its content.
    fn inner(&self, id: u64) -> Option<(&'d str, &'d Value)> {
        let (kind, inner) = self.get(id)?.get("inner")?.as_object()?.iter().next()?;
        Some((kind.as_str(), inner))
    }

    /// The path to write, among all that lead to an item.
    fn main<'r>(&self, id: u64, routes: &'r BTreeSet<String>) -> Option<&'r String> {
        let own = self.get(id).map(|item| text(item, "name")).unwrap_or_default();
        routes.iter().min_by_key(|route| {
            let names: Vec<_> = route.split("::").collect();
            (names.last() != Some(&own), names.len(), names)
        })
    }

    fn is_local(&self, id: u64) -> bool {
        let path = self.json.get("paths").and_then(|paths| paths.get(id.to_string()));
        path.or(self.get(id)).and_then(|item| item.get("crate_id")).and_then(Value::as_u64) == Some(0)
    }

    /// Notes the paths of everything in a module that is reached at `prefix`.
    fn module(&mut self, id: u64, prefix: &str, open: &mut Vec<u64>) {
        let Some(("module", module)) = self.inner(id) else { return };
        if open.contains(&id) {
            return;
        }
        open.push(id);
        let at = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") };
        let items = ids(module.get("items"));
        let own: BTreeSet<&str> = items
            .iter()
            .filter_map(|id| match self.inner(*id)? {
                ("use", used) => (used.get("is_glob") != Some(&Value::Bool(true))).then(|| text(used, "name")),
                _ => Some(text(self.get(*id)?, "name")),
            })
            .collect();
        for item in items {
            match self.inner(item) {
                Some(("use", used)) if used.get("is_glob") == Some(&Value::Bool(true)) => {
                    match used.get("id").and_then(Value::as_u64) {
                        Some(target) if self.get(target).is_some() => {
                            let mut inside = Doc { json: self.json, routes: BTreeMap::new(), uses: BTreeSet::new() };
                            inside.module(target, prefix, &mut open.clone());
                            let hidden = |path: &String| {
                                let rest = path.strip_prefix(prefix).unwrap_or(path).trim_start_matches("::");
                                own.contains(rest.split("::").next().unwrap_or_default())
                            };
                            for (id, routes) in inside.routes {
                                self.routes
                                    .entry(id)
                                    .or_default()
                                    .extend(routes.into_iter().filter(|path| !hidden(path)));
                            }
                            self.uses.extend(inside.uses.into_iter().filter(|path| !hidden(path)));
                        }
                        _ => {
                            self.uses.insert(at("*"));
                        }
                    }
                }
                Some(("use", used)) => {
                    let path = at(text(used, "name"));
                    match used.get("id").and_then(Value::as_u64) {
                        Some(target) if matches!(self.inner(target), Some((kind, _)) if kind != "variant") => {
                            self.reach(target, path, open);
                        }
                        // An item of this crate that is hidden is not in the index.
                        Some(target) if self.is_local(target) && self.get(target).is_none() => {}
                        _ => {
                            self.uses.insert(path);
                        }
                    }
                }
                Some(_) => {
                    let path = at(self.get(item).map(|item| text(item, "name")).unwrap_or_default());
                    self.reach(item, path, open);
                }
                None => {}
            }
        }
        open.pop();
    }

    fn reach(&mut self, id: u64, path: String, open: &mut Vec<u64>) {
        self.module(id, &path, open);
        self.routes.entry(id).or_default().insert(path);
    }

    fn item(&self, id: u64, path: &str, items: &mut BTreeSet<String>) {
        let Some((kind, inner)) = self.inner(id) else { return };
        let kind = match kind {
            "module" => "mod",
            "function" => "fn",
            "type_alias" => "type",
            "constant" => "const",
            other => other,
        };
        items.insert(format!("{kind} {path}"));
        let fields = match kind {
            "struct" => inner.pointer("/kind/plain/fields"),
            "union" => inner.get("fields"),
            _ => None,
        };
        self.fields(fields, path, items);
        if kind == "enum" {
            for variant in ids(inner.get("variants")) {
                let Some(name) = self.get(variant).map(|variant| text(variant, "name")) else { continue };
                let path = format!("{path}::{name}");
                items.insert(format!("variant {path}"));
                let fields = self.get(variant).and_then(|item| item.pointer("/inner/variant/kind/struct/fields"));
                self.fields(fields, &path, items);
            }
        }
        if kind == "trait" {
            self.members(&ids(inner.get("items")), path, items);
        }
    }

    fn fields(&self, fields: Option<&Value>, path: &str, items: &mut BTreeSet<String>) {
        for field in ids(fields) {
            if let Some(field) = self.get(field) {
                items.insert(format!("field {path}.{}", text(field, "name")));
            }
        }
    }

    fn members(&self, members: &[u64], path: &str, items: &mut BTreeSet<String>) {
        for id in members {
            let (Some(item), Some((kind, _))) = (self.get(*id), self.inner(*id)) else { continue };
            let kind = match kind {
                "function" => "method",
                "assoc_type" => "assoc type",
                _ => "assoc const",
            };
            items.insert(format!("{kind} {path}::{}", text(item, "name")));
        }
    }

    fn block(&self, found: &Value, items: &mut BTreeSet<String>) {
        let set = |name: &str| found.get(name).is_some_and(|value| !value.is_null() && *value != Value::Bool(false));
        if set("is_synthetic") || set("blanket_impl") {
            return;
        }
        let Some(of) = found.get("for") else { return };
        match found.get("trait").filter(|of| !of.is_null()) {
            None => {
                let Some(id) = of.pointer("/resolved_path/id").and_then(Value::as_u64) else { return };
                if let Some(path) = self.routes.get(&id).and_then(|routes| self.main(id, routes)) {
                    self.members(&ids(found.get("items")), path, items);
                }
            }
            Some(trait_) => {
                let name = path(trait_);
                // A marker that `derive(PartialEq)` leaves behind.
                if name == "StructuralPartialEq" || !self.is_public(trait_.get("id")) {
                    return;
                }
                let not = if set("is_negative") { "!" } else { "" };
                let arguments = trait_.pointer("/args/angle_bracketed/args").and_then(Value::as_array);
                let types = arguments.into_iter().flatten().filter_map(|argument| argument.get("type"));
                if types.chain([of]).all(|ty| self.is_nameable(ty)) {
                    items.insert(header(&format!("impl {not}{name} for {}", ty(of))));
                }
            }
        }
    }

    fn is_public(&self, id: Option<&Value>) -> bool {
        id.and_then(Value::as_u64).is_none_or(|id| !self.is_local(id) || self.routes.contains_key(&id))
    }

    /// Whether callers can name what a type begins with.
    fn is_nameable(&self, ty: &Value) -> bool {
        match ty.pointer("/borrowed_ref/type") {
            Some(inner) => self.is_nameable(inner),
            None => self.is_public(ty.pointer("/resolved_path/id")),
        }
    }
}

fn path(path: &Value) -> String {
    let name = text(path, "path").rsplit("::").next().unwrap_or_default();
    let args = path.get("args");
    if let Some(arguments) = args.and_then(|args| args.pointer("/angle_bracketed/args")) {
        let arguments: Vec<_> = arguments.as_array().into_iter().flatten().filter_map(argument).collect();
        return if arguments.is_empty() { name.to_owned() } else { format!("{name}<{}>", arguments.join(", ")) };
    }
    match args.and_then(|args| args.get("parenthesized")) {
        Some(function) => format!("{name}{}", signature(function)),
        None => name.to_owned(),
    }
}

fn argument(argument: &Value) -> Option<String> {
    argument.get("type").map(ty).or_else(|| Some(argument.pointer("/const/expr")?.as_str()?.to_owned()))
}

fn signature(function: &Value) -> String {
    let inputs = function.get("inputs").and_then(Value::as_array);
    let inputs: Vec<_> = inputs
        .into_iter()
        .flatten()
        .map(|input| ty(input.as_array().and_then(|pair| pair.get(1)).unwrap_or(input)))
        .collect();
    let output = function.get("output").filter(|output| !output.is_null()).map(|output| format!(" -> {}", ty(output)));
    format!("({}){}", inputs.join(", "), output.unwrap_or_default())
}

fn ty(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else { return String::new() };
    let list = |value: Option<&Value>, separator: &str, print: &dyn Fn(&Value) -> String| {
        let parts: Vec<_> = value.and_then(Value::as_array).into_iter().flatten().map(print).collect();
        parts.join(separator)
    };
    let mutable = |inner: &Value| inner.get("is_mutable") == Some(&Value::Bool(true));
    let held = |inner: &Value| inner.get("type").map(ty).unwrap_or_default();
    match kind.as_str() {
        "resolved_path" => path(inner),
        "generic" => inner.as_str().unwrap_or_default().to_owned(),
        "primitive" => match inner.as_str() {
            Some("never") => "!".to_owned(),
            name => name.unwrap_or_default().to_owned(),
        },
        "borrowed_ref" => format!("&{}{}", if mutable(inner) { "mut " } else { "" }, held(inner)),
        "raw_pointer" => format!("*{} {}", if mutable(inner) { "mut" } else { "const" }, held(inner)),
        "tuple" => format!("({})", list(Some(inner), ", ", &ty)),
        "slice" => format!("[{}]", ty(inner)),
        "array" => format!("[{}; {}]", held(inner), text(inner, "len")),
        "dyn_trait" => list(inner.get("traits"), " + ", &|bound| bound.get("trait").map(path).unwrap_or_default()),
        "function_pointer" => format!("fn{}", inner.get("sig").map(signature).unwrap_or_default()),
        "qualified_path" => {
            let self_ = inner.get("self_type").map(ty).unwrap_or_default();
            let name = text(inner, "name");
            match inner.get("trait").filter(|of| !of.is_null() && !text(of, "path").is_empty()) {
                Some(of) => format!("<{self_} as {}>::{name}", path(of)),
                None => format!("{self_}::{name}"),
            }
        }
        other => other.to_owned(),
    }
}
