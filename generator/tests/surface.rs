//! The list of public items, on a crate with one of everything and on texts that go wrong.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use spec2crate::surface::api;

fn fixture() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/surface_crate");
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("the fixture is there") {
            let entry = entry.expect("the fixture can be listed");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(entry.path()).expect("the fixture can be read");
                files.push((path.to_str().expect("the fixture has plain names").replace('\\', "/"), text));
            }
        }
    }
    files
}

fn list(files: &[(&str, &str)]) -> String {
    api(files.iter().copied()).expect("the files are Rust")
}

#[test]
fn one_of_everything() {
    let files = fixture();
    let forwards = api(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let backwards = api(files.iter().rev().map(|(path, text)| (path.as_str(), text.as_str())));
    assert_eq!(forwards, backwards, "the order of the files does not matter");
    assert_snapshot!(forwards.expect("the fixture is Rust"));
}

#[test]
fn an_item_of_a_hidden_module_counts_where_it_is_shown() {
    let lib = "#[doc(hidden)] pub mod wire { pub struct Hidden; pub struct Shown; }
               pub use wire::Shown;
               pub fn take(_: wire::Hidden, shown: Shown) {}";
    assert_eq!(list(&[("src/lib.rs", lib)]), "Shown: struct;\ntake: fn(_: wire::Hidden, shown: Shown)\n");
}

#[test]
fn names_of_the_root_win_over_well_known_ones() {
    let lib = "pub struct Result; pub fn a() -> std::result::Result<Result, std::fmt::Error> { loop {} }
               pub mod b { pub fn c() -> Result<(), ()> { loop {} } }";
    assert_eq!(
        list(&[("src/lib.rs", lib)]),
        "Result: struct;\na: fn() -> std::result::Result<Result, std::fmt::Error>\nb: mod\n\
         b::c: fn() -> std::result::Result<(), ()>\n"
    );
}

#[test]
fn a_macro_that_cannot_be_expanded_has_a_line() {
    let lib = "macro_rules! table { ($name:ident) => { pub struct $name; }; } table!(One); table!(One, Two);";
    assert_eq!(list(&[("src/lib.rs", lib)]), "One: struct;\ntable!: not expanded\n");
}

#[test]
fn a_macro_may_define_another() {
    let lib = "macro_rules! outer {
                   ($inner:ident) => { macro_rules! $inner { ($name:ident) => { pub struct $name; }; } };
               }
               outer!(inner); inner!(One); elsewhere!(Two);";
    assert_eq!(list(&[("src/lib.rs", lib)]), "One: struct;\n");
}

#[test]
fn parameters_hide_items_before_they_are_declared() {
    let lib = "pub mod m { pub struct B; pub struct C; pub fn f<A: Into<B>, B>(a: A, b: B) -> C { C } }";
    assert_eq!(
        list(&[("src/lib.rs", lib)]),
        "m: mod\nm::B: struct;\nm::C: struct;\nm::f: fn<A: Into<B>, B>(a: A, b: B) -> m::C\n"
    );
}

#[test]
fn the_type_of_an_impl_stands_for_itself_in_the_head_only() {
    let lib = "pub struct A; pub trait B<T> { type C; } impl B<Self> for A { type C = Self; }
               impl A { pub fn new() -> Self { Self } }";
    assert_eq!(
        list(&[("src/lib.rs", lib)]),
        "A: struct;\nA::new: fn() -> Self\nA: impl B<A, C = Self>\nB: trait<T>\nB::C: required type\n"
    );
}

#[test]
fn a_body_begins_behind_the_conditions() {
    let lib = "pub fn f<T>(t: T) where T: Copy + 'static, { { let _ = \"}\"; } }
               pub fn g<'a, 'b>(a: &'a str, b: &'b str) where 'a: 'b { }
               pub const fn h() -> [u8; { 1 + 1 }] { [0; 2] }";
    assert_eq!(
        list(&[("src/lib.rs", lib)]),
        "f: fn<T>(t: T) where T: Copy + 'static\n\
         g: fn<'a, 'b>(a: &'a str, b: &'b str) where 'a: 'b\n\
         h: const fn() -> [u8; { 1 + 1 }]\n"
    );
}

#[test]
fn modules_are_found_where_rust_looks_for_them() {
    let files = [
        ("src/lib.rs", "pub mod a; pub mod inline { pub mod b; } #[path = \"odd/c.rs\"] pub mod c; pub mod r#type;"),
        ("src/a/mod.rs", "pub mod d;"),
        ("src/a/d.rs", "pub fn f() {}"),
        ("src/inline/b.rs", "pub mod e;"),
        ("src/inline/b/e.rs", ""),
        ("src/odd/c.rs", "pub mod g;"),
        ("src/odd/g.rs", ""),
        ("src/type.rs", ""),
        ("src/unused.rs", "no Rust at all"),
    ];
    let lines = list(&files);
    let paths: Vec<_> = lines.lines().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    assert_eq!(paths, ["a", "a::d", "a::d::f", "c", "c::g", "inline", "inline::b", "inline::b::e", "r#type"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let unreadable = |files: &[(&str, &str)]| api(files.iter().copied()).expect_err("something is wrong").to_string();
    let broken = unreadable(&[("src/lib.rs", "mod a;"), ("src/a.rs", "pub struct;")]);
    assert!(broken.starts_with("src/a.rs: "), "{broken}");
    assert_eq!(unreadable(&[("src/lib.rs", "mod a;")]), "src/a.rs: a module is declared, but its file is not there");
    unreadable(&[("src/lib.rs", "#[path = \"lib.rs\"] mod a;")]);
}

#[test]
fn a_line_of_a_string_may_look_like_a_comment() {
    let lib = "pub const TEXT: &str = \"\n// not a comment\";\npub fn f() {}\n";
    assert_eq!(list(&[("src/lib.rs", lib)]), "TEXT: const &str\nf: fn()\n");
}
