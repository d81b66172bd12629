//! Empties the bodies of functions, the values of constants and, but for their types, the impls of traits before
//! anything is parsed: they are most of a crate and none of its surface.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

/// Where the walk is among the tokens of an item.
#[derive(Clone, Copy)]
enum State {
    /// Between items, or in one that is kept whole.
    Outside,
    /// In the signature of a function; so many angle brackets are open. A brace outside of them is the body.
    Signature(i32),
    /// In the type of a constant; so many angle brackets are open. An equals sign outside of them begins the value.
    Type(i32),
    /// In the value of a constant, which ends with a semicolon.
    Value,
    /// In the head of an impl; so many angle brackets are open, and `true` once it is known to be of a trait.
    Head(i32, bool),
}

/// The same items with empty function bodies, `0` for the values of constants and only the types in impls of traits, at
/// any depth of modules, impls and macro definitions. Constants without a name are kept, because their blocks hold items.
pub(super) fn blank(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut state = State::Outside;
    let mut before: Option<char> = None;
    while let Some(token) = tokens.next() {
        let symbol = match &token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
        let kept = match (state, token) {
            (State::Outside, TokenTree::Ident(ident)) => {
                let named = match tokens.peek() {
                    Some(TokenTree::Ident(name)) => name != "_" && name != "fn" && name != "unsafe" && name != "async",
                    Some(TokenTree::Punct(punct)) => punct.as_char() == '$',
                    _ => false,
                };
                if ident == "impl" {
                    state = State::Head(0, false);
                } else if ident == "fn" && named {
                    state = State::Signature(0);
                // Not the `const` of a generic parameter or a pointer, nor the `static` of a lifetime.
                } else if (ident == "const" || ident == "static")
                    && named
                    && !matches!(before, Some('<' | ',' | '*' | '\''))
                {
                    state = State::Type(0);
                }
                Some(ident.into())
            }
            (State::Outside, TokenTree::Group(group))
                if group.delimiter() == Delimiter::Brace
                    || (group.delimiter() == Delimiter::Parenthesis && before == Some('$')) =>
            {
                Some(Group::new(group.delimiter(), blank(group.stream())).into())
            }
            (State::Signature(depth), TokenTree::Group(group))
                if depth <= 0 && group.delimiter() == Delimiter::Brace =>
            {
                state = State::Outside;
                Some(Group::new(Delimiter::Brace, TokenStream::new()).into())
            }
            (State::Signature(depth) | State::Type(depth) | State::Head(depth, _), TokenTree::Punct(punct)) => {
                let depth = match punct.as_char() {
                    '<' => depth + 1,
                    '>' if before != Some('-') => depth - 1,
                    _ => depth,
                };
                state = match (state, punct.as_char()) {
                    (_, ';') if depth <= 0 => State::Outside,
                    (State::Type(_), '=') if depth <= 0 => State::Value,
                    (State::Type(_), _) => State::Type(depth),
                    (State::Head(_, of_trait), _) => State::Head(depth, of_trait),
                    _ => State::Signature(depth),
                };
                Some(punct.into())
            }
            (State::Value, TokenTree::Punct(punct)) if punct.as_char() == ';' => {
                state = State::Outside;
                out.push(Literal::u8_unsuffixed(0).into());
                Some(punct.into())
            }
            (State::Value, _) => None,
            (State::Head(depth, _), TokenTree::Ident(ident)) if depth <= 0 && ident == "for" => {
                // `for<'a>` begins a bound.
                let bound = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
                if !bound {
                    state = State::Head(depth, true);
                }
                Some(ident.into())
            }
            (State::Head(depth, of_trait), TokenTree::Group(group))
                if depth <= 0 && group.delimiter() == Delimiter::Brace =>
            {
                state = State::Outside;
                let body = if of_trait { types(group.stream()) } else { blank(group.stream()) };
                Some(Group::new(Delimiter::Brace, body).into())
            }
            (_, other) => Some(other),
        };
        before = symbol;
        out.extend(kept);
    }
    out.into_iter().collect()
}

/// The associated types among the items of an impl.
fn types(body: TokenStream) -> TokenStream {
    let mut inside = false;
    let kept = body.into_iter().filter(|token| {
        inside |= matches!(token, TokenTree::Ident(ident) if ident == "type");
        let kept = inside;
        inside &= !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        kept
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_and_values_go_and_everything_else_stays() {
        for (text, expected) in [
            ("const A: B<{ 1 }, C = D> = { 2 }; fn a() {}", "const A: B<{ 1 }, C = D> = 0; fn a() {}"),
            ("pub static mut A: &'static [u8] = b\"x\";", "pub static mut A: &'static [u8] = 0;"),
            (
                "trait A { const B: C; fn d(&self) -> E<{ 1 }>; fn f() { 1 } }",
                "trait A { const B: C; fn d(&self) -> E<{ 1 }>; fn f() {} }",
            ),
            ("const _: () = { impl A { fn c() { 1 } } };", "const _: () = { impl A { fn c() {} } };"),
            (
                "impl<T> A<T> for B<T> where for<'a> T: C<'a> { fn c() {} type D = E<F>; const G: H = 1; }",
                "impl<T> A<T> for B<T> where for<'a> T: C<'a> { type D = E<F>; }",
            ),
            (
                "impl<T> A<T> where for<'a> T: Fn() -> B { fn c() { 1 } }",
                "impl<T> A<T> where for<'a> T: Fn() -> B { fn c() {} }",
            ),
            (
                "struct A<const B: usize = 2> { c: fn() -> *const D, e: &'static F }",
                "struct A<const B: usize = 2> { c: fn() -> *const D, e: &'static F }",
            ),
            ("const unsafe fn a<T>() -> impl B where T: C, { d() }", "const unsafe fn a<T>() -> impl B where T: C, {}"),
            (
                "macro_rules! a { ($b:ident) => { $(fn $b() { c } const $b: D = e;)* }; }",
                "macro_rules! a { ($b:ident) => { $(fn $b() {} const $b: D = 0;)* }; }",
            ),
        ] {
            let blanked = blank(text.parse().expect("the text is Rust")).to_string();
            let expected: TokenStream = expected.parse().expect("the expectation is Rust");
            assert_eq!(blanked.replace(' ', ""), expected.to_string().replace(' ', ""));
        }
    }
}
