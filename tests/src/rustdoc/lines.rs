//! Items of an `api.txt`.

use std::collections::BTreeSet;

use super::reduce::header;

/// Reads the lines of an `api.txt`, in which each trait of an item has a line of its own. `is_set` tells the conditions that hold, such as `feature=x` or
/// `target_family=wasm`: lines under other conditions do not count.
pub fn items_from_api_txt(text: &str, is_set: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let lines: Vec<_> = text.lines().filter_map(|line| split(line, is_set)).collect();
    let holders: BTreeSet<&str> = lines
        .iter()
        .filter(|(_, what)| ["struct", "enum", "union", "trait", "unsafe trait"].iter().any(|kind| is(what, kind)))
        .map(|(path, _)| *path)
        .collect();
    lines.iter().filter_map(|(path, what)| item(path, what, &holders)).map(|item| item.replace("r#", "")).collect()
}

/// Whether a condition holds here, where `features` are set.
pub fn holds_here(condition: &str, features: &[&str]) -> bool {
    match condition.split_once('=') {
        Some(("feature", feature)) => features.contains(&feature),
        Some(("target_family", family)) => family == std::env::consts::FAMILY,
        Some(("target_os", system)) => system == std::env::consts::OS,
        Some(("target_arch", machine)) => machine == std::env::consts::ARCH,
        _ => condition == std::env::consts::FAMILY,
    }
}

/// The path and what stands behind it, without conditions; `None` if one of them is not met.
fn split<'l>(line: &'l str, is_set: &dyn Fn(&str) -> bool) -> Option<(&'l str, &'l str)> {
    let (path, mut what) = line.split_once(": ")?;
    while let Some((rest, condition)) = what.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")) {
        // A slice or an array at the end of a signature looks the same from afar.
        if !is_condition(condition) {
            break;
        }
        if !holds(condition, is_set) {
            return None;
        }
        what = rest;
    }
    Some((path, what))
}

fn is_condition(text: &str) -> bool {
    ["not(", "all(", "any("].iter().any(|start| text.starts_with(start))
        || matches!(text, "unix" | "windows")
        || text.split_once('=').is_some_and(|(key, _)| key.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

fn holds(condition: &str, is_set: &dyn Fn(&str) -> bool) -> bool {
    let Some((name, parts)) = condition.strip_suffix(')').and_then(|rest| rest.split_once('(')) else {
        return is_set(condition);
    };
    let mut depth = 0;
    let parts: Vec<_> = parts
        .split(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ',' && depth == 0
        })
        .map(|part| holds(part.trim(), is_set))
        .collect();
    match name {
        "not" => parts.iter().all(|part| !part),
        "any" => parts.contains(&true),
        _ => !parts.contains(&false),
    }
}

fn is(what: &str, kind: &str) -> bool {
    what.strip_prefix(kind).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn item(path: &str, what: &str, holders: &BTreeSet<&str>) -> Option<String> {
    if is(what, "impl") || is(what, "unsafe impl") {
        let full = if what.contains(" for ") { what.to_owned() } else { format!("{what} for {path}") };
        return Some(header(&full));
    }
    if what.starts_with("derive(") {
        return None;
    }
    if path.contains('.') {
        return Some(format!("field {path}"));
    }
    let held = path.rsplit_once("::").is_some_and(|(holder, _)| holders.contains(holder));
    for kind in ["mod", "struct", "enum", "union", "use", "variant", "static"] {
        if is(what, kind) {
            return Some(format!("{kind} {path}"));
        }
    }
    if is(what, "macro") {
        return Some(format!("macro {}", path.trim_end_matches('!')));
    }
    if is(what, "trait") || is(what, "unsafe trait") {
        return Some(format!("trait {path}"));
    }
    let what = what.strip_prefix("required ").or_else(|| what.strip_prefix("provided ")).unwrap_or(what);
    let kind = if is(what, "type") {
        if held { "assoc type" } else { "type" }
    } else if is(what, "const")
        && !is(what, "const fn")
        && !what.starts_with("const async")
        && !what.starts_with("const unsafe")
    {
        if held { "assoc const" } else { "const" }
    } else if held {
        "method"
    } else {
        "fn"
    };
    Some(format!("{kind} {path}"))
}
