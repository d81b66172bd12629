//! Printing what has the same shape once.
//!
//! Most of the items of a crate differ in nothing but names and texts: thousands of setters, conversions and fields. To
//! read such tokens as Rust and to lay them out costs ten times what it costs to look at them. So an item is first
//! written in one line with a placeholder for each name and text that its layout cannot depend on. The first item of a
//! shape is laid out with the placeholders in it, and the names of all of them are put into that. Where a line becomes too
//! long then, the same is tried with longer placeholders, which break it. Functions and lists are printed piece by piece.
//!
//! # Why this gives what prettyplease gives
//!
//! It breaks a line only where the rest does not fit. A placeholder is not longer than what it stands for, so whatever
//! does not fit with placeholders does not fit with names either; and while no line is longer than [`WIDTH`], whatever did
//! fit still does. A line that stays too long, and the members of a struct on one line, which have a limit of their own,
//! have placeholders as long as their names. Of names it asks more than their length in three cases, in which they are no
//! placeholders: keywords, what stands in attributes, and macros. Names of at most four letters are laid out in another
//! way at the start of a chain of calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proc_macro2::TokenStream;
use rustc_hash::FxHashMap;

use super::shape::{LENGTH, Layout, MOST, Shape};
use super::split::{self, Split};

/// The longest line of prettyplease, in bytes.
const WIDTH: usize = 89;

/// Fewer pieces than this are printed in one go.
const FEW: usize = 3;

/// After so many attempts every placeholder gets the length of its name.
const ATTEMPTS: usize = 8;

/// The layouts of the shapes that were printed so far, for several threads. Who finds one first makes no difference.
#[derive(Debug, Default)]
pub struct Shapes(Mutex<Known>);

/// Layouts by shape; `None` for those that have to be printed as they are.
type Known = FxHashMap<String, Option<Arc<Layout>>>;

/// What stands around tokens when they are printed, and how many lines of it come out before and after theirs.
#[derive(Clone, Copy, Debug)]
struct Shell {
    before: &'static str,
    after: &'static str,
    lines: (usize, usize),
}

/// Items stand alone.
const ITEM: Shell = Shell { before: "", after: "", lines: (0, 0) };

/// A field of a struct.
const FIELD: Shell = Shell { before: "struct Shell { ", after: "} ", lines: (1, 1) };

/// A variant of an enum.
const VARIANT: Shell = Shell { before: "enum Shell { ", after: "} ", lines: (1, 1) };

/// What is inside of an impl.
const METHOD: Shell = Shell { before: "impl Shell { ", after: "} ", lines: (1, 1) };

/// The head of a method, with a line in its body.
const HEAD: Shell = Shell { before: "impl Shell { ", after: "{ start () ; } } ", lines: (1, 3) };

/// A statement of a method, which is not the last one.
const STATEMENT: Shell = Shell { before: "impl Shell { fn body () { ", after: "start () ; } } ", lines: (2, 3) };

/// The last statement of a method, which need not end in a semicolon.
const LAST: Shell = Shell { before: "impl Shell { fn body () { start () ; ", after: "} } ", lines: (3, 2) };

/// All statements of a function.
const STATEMENTS: Shell = Shell { before: "fn body () { ", after: "} ", lines: (1, 1) };

/// A statement of a function, which is not the last one.
const STATEMENT_OF_FUNCTION: Shell = Shell { before: "fn body () { ", after: "start () ; } ", lines: (1, 2) };

/// The last statement of a function, which need not end in a semicolon.
const LAST_OF_FUNCTION: Shell = Shell { before: "fn body () { start () ; ", after: "} ", lines: (2, 1) };

/// A text that fits on no line.
macro_rules! long {
    () => {
        "\"..........................................................................................\""
    };
}

/// The head of a list, which would not fit on a line.
const LIST: Shell = Shell { before: "", after: concat!("[", long!(), " , ", long!(), "] ; "), lines: (0, 3) };

/// An element of a list that does not fit on a line, which is not the last one.
const ELEMENT: Shell =
    Shell { before: "static A : & [B ] = & [", after: concat!(", ", long!(), "] ; "), lines: (1, 2) };

/// The last element of such a list: the comma behind it may stand one byte farther.
const LAST_ELEMENT: Shell =
    Shell { before: concat!("static A : & [B ] = & [", long!(), ", "), after: "] ; ", lines: (2, 1) };

impl Shapes {
    /// No shapes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Prints an item. Tokens that are no Rust are a bug of the emitter; they stay in one line, so that the compiler shows
    /// them.
    #[must_use]
    pub fn print(&self, tokens: TokenStream) -> String {
        match split::list(tokens) {
            Ok(list) => self.list(list),
            Err(tokens) => self.whole(&Shape::of(tokens), ITEM),
        }
    }

    /// Prints a method, a constant or a type of an impl, as it stands there.
    #[must_use]
    pub fn method(&self, tokens: TokenStream) -> String {
        let split = match split::function(tokens) {
            Ok(split) => split,
            Err(tokens) => return self.whole(&Shape::of(tokens), METHOD),
        };
        let (head, pieces) = shapes(split);
        let printed = if pieces.len() < FEW { None } else { self.pieces(&pieces, STATEMENT, LAST) };
        match printed.and_then(|body| Some(self.one(&head, HEAD)? + &body)) {
            Some(text) => text + "    }\n",
            None => self.whole(&Shape::around(head, "{ ", pieces, "", "} "), METHOD),
        }
    }

    /// Prints a field of a struct, as it stands there.
    #[must_use]
    pub fn field(&self, tokens: TokenStream) -> String {
        self.whole(&Shape::of(tokens), FIELD)
    }

    /// Prints a variant of an enum, as it stands there.
    #[must_use]
    pub fn variant(&self, tokens: TokenStream) -> String {
        self.whole(&Shape::of(tokens), VARIANT)
    }

    /// Prints the statements of a function, as they stand in one that is no method.
    #[must_use]
    pub fn statements(&self, tokens: TokenStream) -> String {
        let pieces: Vec<Shape> = split::statements(tokens).into_iter().map(Shape::of).collect();
        let printed =
            if pieces.len() < FEW { None } else { self.pieces(&pieces, STATEMENT_OF_FUNCTION, LAST_OF_FUNCTION) };
        printed.unwrap_or_else(|| self.whole(&Shape::around(Shape::default(), "", pieces, "", ""), STATEMENTS))
    }

    fn list(&self, split: Split) -> String {
        let apart = split.pieces.len() >= FEW && split.pieces.iter().all(|element| split::stands_alone(element));
        let (head, pieces) = shapes(split);
        // The tokens of an element are not much longer than what is printed of it.
        let length: usize = pieces.iter().map(Shape::least).sum();
        let printed = if apart && length > WIDTH { self.pieces(&pieces, ELEMENT, LAST_ELEMENT) } else { None };
        match printed.and_then(|elements| Some(self.one(&head, LIST)? + &elements)) {
            Some(text) => text + "];\n",
            None => self.whole(&Shape::around(head, "[", pieces, ", ", "] ; "), ITEM),
        }
    }

    /// Prints pieces one after the other; `None` if one of them is no Rust by itself.
    fn pieces(&self, pieces: &[Shape], shell: Shell, of_last: Shell) -> Option<String> {
        let (last, others) = pieces.split_last()?;
        let others: Option<String> = others.iter().map(|piece| self.one(piece, shell)).collect();
        Some(others? + &self.one(last, of_last)?)
    }

    fn whole(&self, shape: &Shape, shell: Shell) -> String {
        self.one(shape, shell).unwrap_or_else(|| format!("{}\n", shape.line()))
    }

    /// What is printed of tokens in a shell, without the shell; `None` if they are no Rust.
    fn one(&self, shape: &Shape, shell: Shell) -> Option<String> {
        if !shape.marked && shape.names.len() <= MOST {
            return self.fitting(shape, shell);
        }
        let printed = laid_out(&format!("{}{}{}", shell.before, shape.line(), shell.after))?;
        Some(shell.take_off(&printed).to_owned())
    }

    /// The layout of the shape with the names in it: with the shortest placeholders, unless lines become too long, else
    /// with longer ones.
    fn fitting(&self, shape: &Shape, shell: Shell) -> Option<String> {
        let mut lengths = vec![LENGTH; shape.names.len()];
        for attempt in 1.. {
            let mut text = String::with_capacity(shell.before.len() + 2 * shape.text.len() + shell.after.len());
            text.push_str(shell.before);
            shape.write(&mut text, &lengths);
            text.push_str(shell.after);
            let layout = self.layout(text)?;
            let mut grown = false;
            let filled =
                layout.fill(&shape.names, |line, numbers| grown |= grow(line, numbers, &shape.names, &mut lengths));
            if !grown {
                return Some(shell.take_off(&filled).to_owned());
            }
            if attempt == ATTEMPTS {
                lengths = shape.names.iter().map(String::len).collect();
            }
        }
        None
    }

    fn layout(&self, text: String) -> Option<Arc<Layout>> {
        if let Some(known) = self.known().get(&text) {
            return known.clone();
        }
        let layout = laid_out(&text).and_then(|text| Layout::read(&text)).map(Arc::new);
        self.known().insert(text, layout.clone());
        layout
    }

    /// A thread that failed leaves the layouts whole.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shapes(split: Split) -> (Shape, Vec<Shape>) {
    (Shape::of(split.head), split.pieces.into_iter().map(Shape::of).collect())
}

/// Lengthens the placeholders of a line, given with its names, if their lengths could matter to its layout. Gives whether
/// they did.
///
/// A line that is too long by its names becomes too long by its placeholders: by those of the longest names first, and by
/// one byte only, so that other names give the same placeholders.
fn grow(line: &str, numbers: &[usize], names: &[String], lengths: &mut [usize]) -> bool {
    let room = |lengths: &[usize], number: usize| names[number].len() - lengths[number];
    let all: usize = numbers.iter().map(|number| room(lengths, *number)).sum();
    let limited = line.contains("{ ");
    if all == 0 || (line.len() <= WIDTH && !limited) {
        return false;
    }
    let with_placeholders = line.len() - all;
    let mut wanted = if limited || with_placeholders > WIDTH { all } else { WIDTH + 1 - with_placeholders };
    let mut longest = numbers.to_vec();
    longest.sort_by_key(|number| std::cmp::Reverse(room(lengths, *number)));
    for number in longest {
        let more = room(lengths, number).min(wanted);
        lengths[number] += more;
        wanted -= more;
    }
    true
}

impl Shell {
    /// What is printed inside of the shell.
    fn take_off<'t>(&self, printed: &'t str) -> &'t str {
        let (before, after) = self.lines;
        let lines = |count: usize| printed.match_indices('\n').map(|(at, _)| at + 1).nth(count - 1);
        let start = if before == 0 { 0 } else { lines(before).unwrap_or_default() };
        // The text ends with a line break.
        let end = printed.rmatch_indices('\n').map(|(at, _)| at + 1).nth(after).unwrap_or(start);
        printed.get(start..end).unwrap_or_default()
    }
}

/// Items as prettyplease prints them; `None` for what is no Rust.
fn laid_out(text: &str) -> Option<String> {
    syn::parse_str(text).ok().map(|file| prettyplease::unparse(&file))
}

#[cfg(test)]
mod tests {
    use quote::{format_ident, quote};

    use super::super::shape::MARK;
    use super::*;

    /// What prettyplease prints of the same tokens.
    fn plainly(tokens: &TokenStream) -> String {
        prettyplease::unparse(&syn::parse2(tokens.clone()).expect("the tokens are Rust"))
    }

    /// Constructs of every kind with names and texts of every length: each has to look as if there were no shapes.
    #[test]
    fn every_length_is_printed_as_without_shapes() {
        let shapes = Shapes::new();
        for length in (1..120).step_by(4) {
            for other in [1, 4, 5, 9, 40] {
                let (name, ty) = (format_ident!("a{}", "b".repeat(length)), format_ident!("C{}", "d".repeat(other)));
                let (short, text) = (format_ident!("{}", "e".repeat(other)), "f ".repeat(length));
                for tokens in [
                    quote! { struct Shell { #[deprecated] pub #name: Option<Vec<#ty>> } },
                    quote! { impl Shell { pub fn #name(mut self, value: impl Into<#ty>) -> Self { self.#name = Some(value.into()); self } } },
                    quote! { static OPERATION: Operation = Operation::new(#text, "GET", #text).params(&[Param::new(#text).#name()]).#short(); },
                    quote! { impl From<#ty> for #name { fn from(#short: #ty) -> Self { Self::#name(#short.#name().iter().map(|#short| #ty { #name, #short: 1 }).collect()) } } },
                    quote! { fn #short(#name: #ty, #short: &str) -> Result<#ty, #name> { match #name { #ty::#name(#short) if #short => #text, #ty::B => { return Err(#name); } _ => -1 } } },
                    quote! { fn f() { if #name(#short) && #short.#name(#text) { matches!(#short, #ty::#name(_)) } else { #name!(#short, #text) } } },
                    quote! { #[expect(clippy::#name, reason = #text)] pub enum #ty { #name(Box<#ty>), #short } },
                    quote! { impl<'de> serde::Deserialize<'de> for #ty where #name: #ty { const A: &'static [(&str, #ty)] = &[(#text, #ty::#name), (#text, #short)]; } },
                ] {
                    // The second time the shape is known.
                    for _ in 0..2 {
                        assert_eq!(shapes.print(tokens.clone()), plainly(&tokens));
                    }
                }
            }
        }
    }

    /// Lists and functions come in pieces: each has to look as if it came whole.
    #[test]
    fn pieces_are_printed_as_in_one() {
        let shapes = Shapes::new();
        for length in 1..100 {
            let (name, text) = (format_ident!("a{}", "b".repeat(length)), "c ".repeat(length / 2));
            let call = quote! { Param::new(#text).check(Check::new().#name(10)) };
            for list in [
                quote! { const PARAMS: &[Param] = &[#call, #call, #call]; },
                quote! { pub(crate) static #name: &'static [&str] = &[#text, "d", #text, "e"]; },
                quote! { const A: &[(&str, B)] = &[(#text, B::#name), (#text, B::c), ("d", B::#name { a: #text })]; },
                quote! { const A: &[u16] = &[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415]; },
                quote! { const A: &[&[B]] = &[&[#call], &[#call, B::new(#text)], &[]]; },
            ] {
                assert_eq!(shapes.print(list.clone()), plainly(&list));
            }
            for method in [
                quote! { fn #name(&self, at: &mut At) -> A { at.text(#text, &self.#name); at.#name(#text); self.#name = #text; A { #name, a } } },
                quote! { pub async fn a(self) -> Result<#name, Error> { let #name = self.a(#text)?; if #name.is(#text) { return Err(#name); } else if let Some(a) = b { c(); } for a in #name { b(a, #text); } match #name { A::B => c(#text), _ => { d(); } } Ok(#name) } },
                quote! { #[inline] fn a() { let a = #text; abc!(); macros!(#name, #text); a.b().c().#name().d(#text) } },
                quote! { fn a() { let Some(a) = #name(#text) else { return #text; }; b(a); #name { a: 1, ..Default::default() } } },
            ] {
                let printed = plainly(&quote! { impl Shell { #method } });
                let wanted = printed.strip_prefix("impl Shell {\n").and_then(|text| text.strip_suffix("}\n"));
                assert_eq!(Some(shapes.method(method).as_str()), wanted);
            }
            let statements = quote! { let #name = client.a(#text).await?; println!("{:?}", #name); let Some(b) = #name else { return Ok(()); }; b.#name(#text) };
            let printed = plainly(&quote! { fn body() { #statements } });
            let wanted = printed.strip_prefix("fn body() {\n").and_then(|text| text.strip_suffix("}\n"));
            assert_eq!(Some(shapes.statements(statements).as_str()), wanted);
        }
        assert_eq!(shapes.statements(TokenStream::new()), "");
    }

    #[test]
    fn names_of_one_shape_are_laid_out_once() {
        let shapes = Shapes::new();
        for name in ["created_at", "updated_at", "deleted_at"] {
            let (name, text) = (format_ident!("{name}"), format!("the {name}"));
            let printed = shapes.print(quote! { const #name: &str = #text; });
            assert_eq!(printed, format!("const {name}: &str = \"{text}\";\n"));
        }
        assert_eq!(shapes.known().len(), 1);
    }

    #[test]
    fn what_looks_like_a_placeholder_is_kept() {
        let shapes = Shapes::new();
        let text = format!("{MARK}00 and {MARK}");
        assert_eq!(shapes.print(quote! { const A: &str = #text; }), format!("const A: &str = \"{text}\";\n"));
        let name = format_ident!("a{}00", MARK);
        assert_eq!(shapes.print(quote! { static #name: u8 = 0; }), format!("static {name}: u8 = 0;\n"));
    }

    #[test]
    fn what_is_no_rust_is_printed_for_the_compiler() {
        let printed = Shapes::new().print(quote! { fn created_at { "a b c d" } });
        assert_eq!(printed.split_whitespace().collect::<Vec<_>>().join(" "), "fn created_at { \"a b c d\" }");
    }
}
