//! Empties the bodies of functions, the values of constants and, but for their types, the impls of traits in what a macro
//! stands for: it is written out for each table of a crate, and they are none of its surface.

use super::lexer::{Kind, Token};

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
///
/// What is left has to be linked again.
pub(super) fn blank<'t>(tokens: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut out = Vec::new();
    blank_into(tokens, &mut out);
    out
}

fn blank_into<'t>(tokens: &[Token<'t>], out: &mut Vec<Token<'t>>) {
    let mut state = State::Outside;
    let mut before: Option<&str> = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let inside = tokens.get(at + 1..at + token.reach()).unwrap_or_default();
        let close = tokens.get(at + token.reach());
        let next = tokens.get(at + token.width());
        at += token.width();
        let symbol = (token.kind == Kind::Symbol).then_some(token.text);
        // A bracket, what is kept of its inside, and the closing one.
        let mut group = |inside: &dyn Fn(&mut Vec<Token<'t>>)| {
            out.push(*token);
            inside(out);
            out.extend(close);
        };
        match (state, token.kind) {
            (State::Outside, Kind::Word) => {
                let named = match next {
                    Some(next) if next.kind == Kind::Word => !["_", "fn", "unsafe", "async"].contains(&next.text),
                    Some(next) => next.is("$"),
                    None => false,
                };
                if token.text == "impl" {
                    state = State::Head(0, false);
                } else if token.text == "fn" && named {
                    state = State::Signature(0);
                // Not the `const` of a generic parameter or a pointer.
                } else if matches!(token.text, "const" | "static") && named && !matches!(before, Some("<" | "," | "*"))
                {
                    state = State::Type(0);
                }
                out.push(*token);
            }
            (State::Outside, Kind::Open) if token.text == "{" || (token.text == "(" && before == Some("$")) => {
                group(&|out| blank_into(inside, out));
            }
            (State::Signature(depth), Kind::Open) if depth <= 0 && token.text == "{" => {
                state = State::Outside;
                group(&|_| {});
            }
            (State::Signature(depth) | State::Type(depth) | State::Head(depth, _), Kind::Symbol) => {
                let depth = match token.text {
                    "<" => depth + 1,
                    ">" if before != Some("-") => depth - 1,
                    _ => depth,
                };
                state = match (state, token.text) {
                    (_, ";") if depth <= 0 => State::Outside,
                    (State::Type(_), "=") if depth <= 0 => State::Value,
                    (State::Type(_), _) => State::Type(depth),
                    (State::Head(_, of_trait), _) => State::Head(depth, of_trait),
                    _ => State::Signature(depth),
                };
                out.push(*token);
            }
            (State::Value, Kind::Symbol) if token.text == ";" => {
                state = State::Outside;
                out.extend([Token::new(Kind::Literal, "0"), *token]);
            }
            (State::Value, _) => {}
            (State::Head(depth, _), Kind::Word) if depth <= 0 && token.text == "for" => {
                // `for<'a>` begins a bound.
                if !next.is_some_and(|next| next.is("<")) {
                    state = State::Head(depth, true);
                }
                out.push(*token);
            }
            (State::Head(depth, of_trait), Kind::Open) if depth <= 0 && token.text == "{" => {
                state = State::Outside;
                group(&|out| if of_trait { types(inside, out) } else { blank_into(inside, out) });
            }
            (_, Kind::Open) => group(&|out| out.extend(inside)),
            _ => out.push(*token),
        }
        before = symbol;
    }
}

/// Keeps the associated types among the items of an impl.
fn types<'t>(body: &[Token<'t>], out: &mut Vec<Token<'t>>) {
    let mut at = 0;
    let mut kept = false;
    while let Some(token) = body.get(at) {
        let end = at + token.width();
        kept |= token.is("type");
        if kept {
            out.extend(body.get(at..end).unwrap_or_default());
        }
        kept &= !token.is(";");
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex_whole as lex;
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
            let texts = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.text.to_owned()).collect::<Vec<_>>();
            let blanked = blank(&lex(text).expect("the text is Rust"));
            assert_eq!(texts(&blanked), texts(&lex(expected).expect("the expectation is Rust")));
        }
    }
}
