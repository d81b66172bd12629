//! `macro_rules!` of the crate itself, expanded as the compiler does, so that the items a table stands for are known
//! without repeating here what the table gives.

use std::collections::BTreeMap;
use std::rc::Rc;

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};

use super::blank::blank;
use super::cursor::Cursor;
use super::lexer::{Kind, Token, link};
use super::sheet::Sheet;

/// A `macro_rules!` macro.
#[derive(Debug, Default)]
pub(super) struct Macro<'t> {
    rules: Vec<(Vec<Pattern<'t>>, Vec<Token<'t>>)>,
}

#[derive(Debug)]
enum Pattern<'t> {
    Token(Token<'t>),
    /// The opening bracket and what is inside.
    Group(&'t str, Vec<Pattern<'t>>),
    /// The name of a fragment, if the rule uses it, and its kind.
    Fragment(Option<&'t str>, &'t str),
    Repeat {
        inner: Vec<Pattern<'t>>,
        /// The names of the fragments in it, as far as the rule uses them.
        names: Vec<&'t str>,
        separator: Option<Token<'t>>,
        count: &'t str,
    },
}

#[derive(Clone, Debug)]
enum Binding<'i, 't> {
    One(&'i [Token<'t>]),
    Many(Rc<Vec<Bindings<'i, 't>>>),
}

type Bindings<'i, 't> = BTreeMap<&'t str, Binding<'i, 't>>;

impl<'t> Macro<'t> {
    /// Reads the rules between the braces of a definition. What is no rule is left out.
    pub(super) fn read(definition: &[Token<'t>]) -> Self {
        let mut rules = Vec::new();
        let mut cursor = Cursor::new(definition);
        while !cursor.is_end() {
            let mut rule = Cursor::new(cursor.until(&[";"]));
            cursor.eat(&[";"]);
            let pattern = any_group(&mut rule);
            rule.eat(&["=", ">"]);
            if let (Some(pattern), Some(body)) = (pattern, any_group(&mut rule)) {
                let mut body = blank(body);
                if link(&mut body).is_ok() {
                    rules.push((patterns(pattern, &body), body));
                }
            }
        }
        Self { rules }
    }

    /// What an invocation stands for, or `None` if no rule matches it.
    pub(super) fn expand(&self, input: &[Token<'t>]) -> Option<Vec<Token<'t>>> {
        self.rules.iter().find_map(|(pattern, body)| {
            let mut bindings = Bindings::new();
            let end = matched(pattern, input, 0, &mut bindings)?;
            if end != input.len() {
                return None;
            }
            let mut out = Vec::new();
            transcribe(body, &[&bindings], &mut out);
            link(&mut out).ok().map(|()| out)
        })
    }
}

/// What is between brackets of any kind, if they come next.
fn any_group<'c, 't>(cursor: &mut Cursor<'c, 't>) -> Option<&'c [Token<'t>]> {
    ["(", "[", "{"].iter().find_map(|open| cursor.group(open))
}

/// The repetition after `$( … )`: an optional separator, then `*`, `+` or `?`. Gives the number of tokens it takes.
fn repetition<'t>(tokens: &[Token<'t>]) -> Option<(Option<Token<'t>>, &'t str, usize)> {
    let count =
        |token: &Token<'t>| (token.kind == Kind::Symbol && matches!(token.text, "*" | "+" | "?")).then_some(token.text);
    match tokens {
        [first, ..] if count(first).is_some() => Some((None, count(first)?, 1)),
        [separator, second, ..] => Some((Some(*separator), count(second)?, 2)),
        _ => None,
    }
}

/// What is inside of the bracket that opens at `at`.
fn inside<'c, 't>(tokens: &'c [Token<'t>], at: usize) -> &'c [Token<'t>] {
    tokens.get(at).and_then(|open| tokens.get(at + 1..at + open.reach())).unwrap_or_default()
}

/// What the tokens of a rule stand for that expands to `body`.
fn patterns<'t>(tokens: &[Token<'t>], body: &[Token<'t>]) -> Vec<Pattern<'t>> {
    let used = |name: &Token<'_>| body.windows(2).any(|pair| pair[0].is("$") && pair[1].text == name.text);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += token.width();
        if token.is("$") {
            match &tokens[at..] {
                [name, colon, kind, ..] if name.kind == Kind::Word && colon.is(":") && kind.kind == Kind::Word => {
                    out.push(Pattern::Fragment(used(name).then_some(name.text), kind.text));
                    at += 3;
                    continue;
                }
                [open, ..] if open.is("(") => {
                    if let Some((separator, count, length)) = repetition(&tokens[at + open.width()..]) {
                        let inner = patterns(inside(tokens, at), body);
                        let names = names(&inner);
                        out.push(Pattern::Repeat { inner, names, separator, count });
                        at += open.width() + length;
                        continue;
                    }
                }
                _ => {}
            }
        }
        out.push(match token.kind {
            Kind::Open => Pattern::Group(token.text, patterns(inside(tokens, at - token.width()), body)),
            _ => Pattern::Token(*token),
        });
    }
    out
}

/// Matches all of `patterns` from `at` on and gives the index behind. Repetitions take as much as they can, which is
/// all that `macro_rules!` allows too.
fn matched<'i, 't>(
    patterns: &[Pattern<'t>],
    input: &'i [Token<'t>],
    mut at: usize,
    bindings: &mut Bindings<'i, 't>,
) -> Option<usize> {
    for pattern in patterns {
        match pattern {
            Pattern::Token(wanted) => {
                if !equal(input.get(at)?, wanted) {
                    return None;
                }
                at += 1;
            }
            Pattern::Group(open, inner) => {
                let found = input.get(at).filter(|found| found.is(open))?;
                let content = inside(input, at);
                if matched(inner, content, 0, bindings)? != content.len() {
                    return None;
                }
                at += found.width();
            }
            Pattern::Fragment(name, kind) => {
                let end = at + fragment(kind, input.get(at..)?)?;
                let found = input.get(at..end)?;
                name.iter().for_each(|name| drop(bindings.insert(name, Binding::One(found))));
                at = end;
            }
            Pattern::Repeat { inner, names, separator, count } => {
                let mut rounds: Vec<Bindings<'i, 't>> = Vec::new();
                let mut is_first = true;
                loop {
                    let mut start = at;
                    if let (Some(separator), false) = (separator, is_first) {
                        match input.get(start) {
                            Some(found) if equal(found, separator) => start += 1,
                            _ => break,
                        }
                    }
                    let mut round = Bindings::new();
                    match matched(inner, input, start, &mut round) {
                        Some(end) if end > at => at = end,
                        _ => break,
                    }
                    is_first = false;
                    if !names.is_empty() {
                        rounds.push(round);
                    }
                    if *count == "?" {
                        break;
                    }
                }
                if *count == "+" && is_first {
                    return None;
                }
                let rounds = Rc::new(rounds);
                for name in names {
                    bindings.insert(name, Binding::Many(Rc::clone(&rounds)));
                }
            }
        }
    }
    Some(at)
}

/// Whether two tokens outside of groups are the same.
fn equal(found: &Token<'_>, wanted: &Token<'_>) -> bool {
    found.kind == wanted.kind && found.text == wanted.text && found.kind != Kind::Open
}

fn names<'t>(patterns: &[Pattern<'t>]) -> Vec<&'t str> {
    patterns
        .iter()
        .flat_map(|pattern| match pattern {
            Pattern::Fragment(name, _) => name.iter().copied().collect(),
            Pattern::Group(_, inner) => names(inner),
            Pattern::Repeat { names, .. } => names.clone(),
            Pattern::Token(_) => Vec::new(),
        })
        .collect()
}

/// How many tokens a fragment of this kind takes from the start of `input`.
fn fragment(kind: &str, input: &[Token<'_>]) -> Option<usize> {
    let first = input.first();
    let one = |fits: bool| fits.then_some(1);
    match kind {
        "ident" => one(first?.kind == Kind::Word),
        "lifetime" => one(first?.kind == Kind::Lifetime),
        "tt" => first.map(Token::width),
        "literal" => match input {
            [token, ..] if token.kind == Kind::Literal => Some(1),
            [minus, token, ..] if minus.is("-") && token.kind == Kind::Literal => Some(2),
            [word, ..] => one(word.is("true") || word.is("false")),
            [] => None,
        },
        "block" => first.filter(|token| token.is("{")).map(Token::width),
        "vis" => {
            let mut cursor = Cursor::new(input);
            cursor.visibility();
            Some(cursor.at())
        }
        "ty" => taken(input, |cursor, sheet| cursor.ty(sheet).is_ok()),
        "path" => taken(input, |cursor, sheet| cursor.path(sheet, None).is_ok()),
        "item" => taken(input, |cursor, sheet| cursor.item(sheet).is_ok()),
        "meta" => taken(input, |cursor, sheet| {
            let path = cursor.path(sheet, None).is_ok();
            if cursor.eat(&["="]) {
                cursor.until(&[","]);
            } else {
                any_group(cursor);
            }
            path
        }),
        "expr" | "expr_2021" => parsed::<syn::Expr>(input),
        "stmt" => parsed::<syn::Stmt>(input),
        "pat" | "pat_param" => parsed_by(|input: ParseStream<'_>| syn::Pat::parse_multi(input).map(drop), input),
        _ => None,
    }
}

/// What is read is of no interest here, only how far it reaches.
fn taken<'c, 't>(input: &'c [Token<'t>], read: impl Fn(&mut Cursor<'c, 't>, &mut Sheet<'t>) -> bool) -> Option<usize> {
    let mut cursor = Cursor::new(input);
    read(&mut cursor, &mut Sheet::default()).then(|| cursor.at())
}

fn parsed<T: Parse>(input: &[Token<'_>]) -> Option<usize> {
    parsed_by(|input: ParseStream<'_>| input.parse::<T>().map(drop), input)
}

/// What is no type and no item is rare enough to be read by a parser of all of Rust.
fn parsed_by(parse: impl Fn(ParseStream<'_>) -> syn::Result<()>, input: &[Token<'_>]) -> Option<usize> {
    let rest = |input: ParseStream<'_>| {
        parse(input)?;
        Ok(trees(input.parse::<TokenStream>()?))
    };
    let text: Vec<String> =
        input.iter().map(|token| format!("{}{}", token.text, if token.joint { "" } else { " " })).collect();
    let all = text.concat().parse::<TokenStream>().ok()?;
    let (count, left) = (trees(all.clone()), rest.parse2(all).ok()?);
    // From a number of trees to a number of tokens.
    let mut at = 0;
    for _ in left..count {
        at += input.get(at)?.width();
    }
    Some(at)
}

/// The number of trees, where a lifetime is one.
fn trees(tokens: TokenStream) -> usize {
    let quotes =
        |tree: &proc_macro2::TokenTree| matches!(tree, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == '\'');
    tokens.into_iter().filter(|tree| !quotes(tree)).count()
}

/// Adds the body with its fragments filled in. Later bindings hide earlier ones.
fn transcribe<'t>(body: &[Token<'t>], bindings: &[&Bindings<'_, 't>], out: &mut Vec<Token<'t>>) {
    let mut at = 0;
    while let Some(token) = body.get(at) {
        at += 1;
        if token.is("$") {
            match &body[at..] {
                [name, ..] if name.is("crate") => {
                    out.push(*name);
                    at += 1;
                    continue;
                }
                [name, ..] if name.kind == Kind::Word => {
                    if let Some(Binding::One(tokens)) = lookup(bindings, name.text) {
                        out.extend_from_slice(tokens);
                        at += 1;
                        continue;
                    }
                }
                [open, ..] if open.is("(") => {
                    if let Some((separator, _, length)) = repetition(&body[at + open.width()..]) {
                        repeat(inside(body, at), separator, bindings, out);
                        at += open.width() + length;
                        continue;
                    }
                }
                _ => {}
            }
        }
        out.push(*token);
    }
}

fn lookup<'b, 'i, 't>(bindings: &[&'b Bindings<'i, 't>], name: &str) -> Option<&'b Binding<'i, 't>> {
    bindings.iter().rev().find_map(|bindings| bindings.get(name))
}

/// Adds the body once for each round of the repeated fragments it uses.
fn repeat<'t>(
    body: &[Token<'t>],
    separator: Option<Token<'t>>,
    bindings: &[&Bindings<'_, 't>],
    out: &mut Vec<Token<'t>>,
) {
    let used = body.windows(2).filter(|pair| pair[0].is("$") && pair[1].kind == Kind::Word);
    let mut repeated = Vec::new();
    for pair in used {
        if let Some(Binding::Many(rounds)) = lookup(bindings, pair[1].text)
            && !repeated.iter().any(|known| Rc::ptr_eq(known, rounds))
        {
            repeated.push(Rc::clone(rounds));
        }
    }
    for round in 0..repeated.iter().map(|rounds| rounds.len()).max().unwrap_or_default() {
        if round > 0 {
            out.extend(separator);
        }
        let own = repeated.iter().filter_map(|rounds| rounds.get(round));
        transcribe(body, &bindings.iter().copied().chain(own).collect::<Vec<_>>(), out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex_whole as lex;
    use super::*;

    fn expand(definition: &str, invocation: &str) -> Option<String> {
        let definition = lex(definition).expect("the definition is Rust");
        let expansion = Macro::read(&definition).expand(&lex(invocation).expect("the invocation is Rust"))?;
        Some(expansion.iter().map(|token| token.text).collect())
    }

    #[test]
    fn the_first_rule_that_matches_is_taken() {
        let rules = "($name:ident { $($field:ident: $wire:literal),* $(,)? }) => { closed $name $([$field $wire])* };
                     ($name:ident { $($field:ident: $wire:literal,)* ..deny }) => { denied $name };
                     ($name:ident { $($field:ident: $wire:literal,)* ..$extra:ident }) => { open $name $extra };";
        assert_eq!(expand(rules, "A { b: \"c\", d: \"e\", }").as_deref(), Some("closedA[b\"c\"][d\"e\"]"));
        assert_eq!(expand(rules, "A { b: \"c\", ..deny }").as_deref(), Some("deniedA"));
        assert_eq!(expand(rules, "A { ..rest }").as_deref(), Some("openArest"));
        assert_eq!(expand(rules, "A [ ]"), None);
    }

    #[test]
    fn repetitions_nest_and_see_what_is_bound_outside() {
        let rules =
            "($outer:ident; $($(#[$meta:meta])* $name:ident($($ty:ty),*))*) => { $($outer::$name<$($ty;)*>)* };";
        let expansion = expand(rules, "x; #[doc = \"a\"] #[b] f(Vec<u8>, &'a str) g()");
        assert_eq!(expansion.as_deref(), Some("x::f<Vec<u8>;&'astr;>x::g<>"));
    }

    #[test]
    fn the_macros_own_crate_is_the_crate() {
        assert_eq!(expand("() => { $crate::a };", "").as_deref(), Some("crate::a"));
    }
}
