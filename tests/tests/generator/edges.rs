//! What the sources may use and hold: modules in one direction, no I/O in the library, no provider in the generator,
//! files that one sitting can read.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::documents::{files_below, read};

/// Parts of the standard library that do what only `sync`, and the command line over it, may do.
const OUTSIDE: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// Macros that print.
const PRINTING: &[&str] = &["dbg", "eprint", "eprintln", "print", "println"];

/// Macros and methods that end a run instead of reporting what is wrong.
const ENDING: &[&str] = &["panic", "todo", "unimplemented"];

/// Providers whose names must not stand in the generator: what it does for one API it does for all.
const PROVIDERS: &[&str] = &[
    "adyen",
    "anthropic",
    "asana",
    "binance",
    "discord",
    "dropbox",
    "figma",
    "github",
    "gitlab",
    "hetzner",
    "intercom",
    "mastodon",
    "openai",
    "paypal",
    "shopify",
    "slack",
    "spotify",
    "stripe",
    "telegram",
    "tweet",
    "tweets",
    "twilio",
    "twitter",
    "zendesk",
];

/// The folders of our sources with the most lines of code that a file may have: neither empty nor comment, and outside
/// its tests. Tests are read one by one, so their files may be longer.
const LONGEST: &[(&str, usize)] = &[
    ("generator/src", 450),
    ("templates/runtime/src", 450),
    ("xtask/src", 450),
    ("tests/src", 450),
    ("generator/tests", 600),
    ("templates/runtime/tests", 600),
    ("tests/tests", 600),
];

#[test]
fn each_module_uses_only_those_above_it() {
    let order = modules_of_the_generator();
    let exported = exports_of_the_generator();
    assert!(order.len() >= 10 && order[0] == "diag", "the modules of lib.rs: {order:?}");
    let mut uses = BTreeMap::new();
    let mut faults = Vec::new();
    for path in generator_sources() {
        let module = module_path(&path);
        let Some(own) = module.first() else { continue };
        let own_place = place(&order, own);
        for used in used_modules(&read(&path), module.len()) {
            // An item of the root stands for the module that it comes from.
            let used = exported.get(&used).cloned().unwrap_or(used);
            uses.entry(own.clone()).or_insert_with(BTreeSet::new).insert(used.clone());
            if used != *own && place(&order, &used) >= own_place {
                faults.push(format!("{path}: `{own}` uses `crate::{used}`, which stands below it in lib.rs"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The reading of the sources sees something.
    assert!(uses["emit"].contains("ir") && uses["lower"].contains("document"), "{uses:?}");
}

#[test]
fn the_library_does_no_input_or_output() {
    let mut faults = Vec::new();
    for path in generator_sources() {
        let module = module_path(&path);
        let is_sync = module.first().is_some_and(|module| module == "sync" || module == "cli")
            || path.contains("/bin/")
            || path.ends_with("/main.rs");
        let found = outside(&read(&path));
        if is_sync {
            continue;
        }
        // Threads of its own are no way out, and one file starts them.
        let threads = path.ends_with("files/apart.rs");
        let found = found.into_iter().filter(|used| !(threads && used == "std::thread"));
        faults.extend(found.map(|used| format!("{path}: {used}")));
    }
    assert!(faults.is_empty(), "only `sync` and `cli` read and write:\n{}", faults.join("\n"));
    assert!(!outside(&read("generator/src/sync/write.rs")).is_empty(), "the test sees what `sync` does");
}

#[test]
fn nothing_in_the_generator_ends_the_run() {
    let mut faults = Vec::new();
    for path in generator_sources().into_iter().chain(files_below("templates/runtime/src", ".rs")) {
        faults.extend(ends_run(&read(&path)).into_iter().map(|found| format!("{path}: {found}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let seen =
        ends_run("fn a() { b.unwrap(); todo!(); quote! { panic!() } } #[cfg(test)] mod tests { fn c() { panic!() } }");
    assert_eq!(seen, ["unwrap", "todo!"]);
}

#[test]
fn the_generator_knows_no_provider() {
    let mut faults = Vec::new();
    let files = ["generator/src", "generator/tests", "generator/Cargo.toml", "templates"];
    for path in files.iter().flat_map(|place| match place.ends_with(".toml") {
        true => vec![(*place).to_owned()],
        false => files_below(place, ""),
    }) {
        // The one that names real documents names their files.
        if path.ends_with("front_corpus.rs") {
            continue;
        }
        for (index, line) in read(&path).lines().enumerate() {
            let words = line.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
            let named: Vec<String> = words.filter(|word| PROVIDERS.contains(&word.as_str())).collect();
            if !named.is_empty() || line.contains("X API") || line.contains("x.com") || line.contains("x-twitter") {
                faults.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut long = Vec::new();
    for (folder, longest) in LONGEST {
        for path in files_below(folder, ".rs") {
            let lines = lines_of_code(&read(&path));
            if lines > *longest {
                long.push(format!("{path}: {lines} lines of code, at most {longest}"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert_eq!(
        lines_of_code("//! a\n\nuse b; // c\n/// d\nfn e() {}\n#[cfg(test)]\nmod tests {\n    fn f() {}\n}\n"),
        2
    );
}

#[test]
fn nothing_speaks_of_how_the_project_is_made() {
    // Words that belong to the making of the project and not to the project.
    let words = ["design.md", "facts.md", "CONTRACT", "shared/seeds", "/work/"];
    let mut faults = Vec::new();
    for folder in ["generator/src", "generator/tests", "templates", "xtask/src", "tests/src", "tests/fixtures", "spec"]
    {
        for path in files_below(folder, "") {
            let text = read(&path);
            faults.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{path}: {word}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The modules of lib.rs in their order.
fn modules_of_the_generator() -> Vec<String> {
    let file = syn::parse_file(&read("generator/src/lib.rs")).expect("lib.rs is Rust");
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

/// The items that lib.rs re-exports, with the modules they come from.
fn exports_of_the_generator() -> BTreeMap<String, String> {
    let file = syn::parse_file(&read("generator/src/lib.rs")).expect("lib.rs is Rust");
    let mut exports = BTreeMap::new();
    for item in file.items {
        if let syn::Item::Use(item) = item
            && let syn::UseTree::Path(path) = item.tree
        {
            let names: Vec<String> = match *path.tree {
                syn::UseTree::Name(name) => vec![name.ident.to_string()],
                syn::UseTree::Group(group) => group
                    .items
                    .iter()
                    .filter_map(|tree| match tree {
                        syn::UseTree::Name(name) => Some(name.ident.to_string()),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            exports.extend(names.into_iter().map(|name| (name, path.ident.to_string())));
        }
    }
    exports
}

fn place(order: &[String], module: &str) -> usize {
    order.iter().position(|known| known == module).unwrap_or(order.len())
}

fn generator_sources() -> Vec<String> {
    let sources = files_below("generator/src", ".rs");
    assert!(sources.len() > 60, "the sources are found");
    sources
}

/// The path of a file's module: `["source", "yaml"]` for `source/yaml.rs`, and nothing for lib.rs.
fn module_path(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("generator/src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

/// The modules of the crate's root that a source names, by `crate::` or by as many `super::` as lead there.
fn used_modules(source: &str, depth: usize) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    walk(&tokens(source), depth, &mut |tokens, depth| {
        let path = idents(tokens, depth);
        used.extend(path);
    });
    used
}

/// The first names behind `crate::` or `super::…` at the beginning of these tokens.
fn idents(tokens: &[TokenTree], depth: usize) -> Vec<String> {
    let mut rest = tokens;
    let mut supers = 0;
    while let [TokenTree::Ident(word), TokenTree::Punct(a), TokenTree::Punct(b), others @ ..] = rest
        && (word == "super" || word == "crate")
        && a.as_char() == ':'
        && b.as_char() == ':'
    {
        supers += if word == "crate" { depth } else { 1 };
        rest = others;
    }
    // Only what leads to the root is of interest.
    if supers == 0 || supers != depth {
        return Vec::new();
    }
    match rest {
        [TokenTree::Ident(module), ..] => vec![module.to_string()],
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let firsts = inner.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
            firsts.filter_map(|part| part.first().map(ToString::to_string)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a source uses of the parts of the standard library that touch the world, and the macros that print.
fn outside(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&without_tests(tokens(source)), 0, &mut |tokens, _| match tokens {
        [TokenTree::Ident(std), TokenTree::Punct(a), TokenTree::Punct(_), rest @ ..]
            if std == "std" && a.as_char() == ':' =>
        {
            let used: Vec<String> = match rest {
                [TokenTree::Ident(part), ..] => vec![part.to_string()],
                [TokenTree::Group(group), ..] => group.stream().into_iter().map(|token| token.to_string()).collect(),
                _ => Vec::new(),
            };
            found.extend(
                used.into_iter().filter(|part| OUTSIDE.contains(&part.as_str())).map(|part| format!("std::{part}")),
            );
        }
        [TokenTree::Ident(name), TokenTree::Punct(bang), ..]
            if bang.as_char() == '!' && PRINTING.contains(&name.to_string().as_str()) =>
        {
            found.push(format!("{name}!"));
        }
        _ => {}
    });
    found
}

/// What ends the run in a source, outside its tests.
fn ends_run(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&without_tests(tokens(source)), 0, &mut |tokens, _| match tokens {
        [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments), ..]
            if dot.as_char() == '.' && method == "unwrap" && arguments.delimiter() == Delimiter::Parenthesis =>
        {
            found.push("unwrap".to_owned());
        }
        [TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Group(_), ..]
            if bang.as_char() == '!' && ENDING.contains(&name.to_string().as_str()) =>
        {
            found.push(format!("{name}!"));
        }
        _ => {}
    });
    found
}

fn tokens(source: &str) -> Vec<TokenTree> {
    let stream: TokenStream = source.parse().expect("a source is Rust");
    stream.into_iter().collect()
}

/// Shows every place in the tokens, with the depth of the module it stands in. What is quoted is not code of the
/// generator but of the client.
fn walk(tokens: &[TokenTree], depth: usize, look: &mut dyn FnMut(&[TokenTree], usize)) {
    for index in 0..tokens.len() {
        look(&tokens[index..], depth);
        if let TokenTree::Group(group) = &tokens[index] {
            if index >= 2
                && matches!(&tokens[index - 2], TokenTree::Ident(word) if word == "quote" || word == "parse_quote")
            {
                continue;
            }
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_module = index >= 2
                && group.delimiter() == Delimiter::Brace
                && matches!(&tokens[index - 2], TokenTree::Ident(word) if word == "mod");
            walk(&inner, depth + usize::from(is_module), look);
        }
    }
}

/// The tokens without the modules behind `#[cfg(test)]`.
fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let attribute = matches!(
            rest,
            [TokenTree::Punct(hash), TokenTree::Group(group), ..]
                if hash.as_char() == '#' && group.stream().to_string().replace(' ', "") == "cfg(test)"
        );
        if attribute {
            let end = rest.iter().position(|token| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(end) => end.as_char() == ';',
                _ => false,
            });
            rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
        } else {
            kept.push(first.clone());
            rest = others;
        }
    }
    kept
}

fn lines_of_code(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code = code.lines().map(str::trim_start);
    code.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}
