//! `macro_rules!` of the crate itself, expanded as the compiler does, so that the items a table stands for are known
//! without repeating here what the table gives.

use std::collections::BTreeMap;
use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};

/// A `macro_rules!` macro.
#[derive(Debug, Default)]
pub(super) struct Macro {
    rules: Vec<(Vec<Pattern>, Vec<TokenTree>)>,
}

#[derive(Debug)]
enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    Fragment(String, String),
    Repeat { inner: Vec<Pattern>, separator: Option<TokenTree>, count: char },
}

#[derive(Clone, Debug)]
enum Binding {
    One(Vec<TokenTree>),
    Many(Rc<Vec<Bindings>>),
}

type Bindings = BTreeMap<String, Binding>;

impl Macro {
    /// Reads the rules between the braces of a definition. What is no rule is left out.
    pub(super) fn read(definition: TokenStream) -> Self {
        let tokens: Vec<_> = definition.into_iter().collect();
        let mut rules = Vec::new();
        for rule in tokens.split(|token| is_punct(token, ';')) {
            if let [TokenTree::Group(pattern), .., TokenTree::Group(body)] = rule {
                rules.push((patterns(pattern.stream()), body.stream().into_iter().collect()));
            }
        }
        Self { rules }
    }

    /// What an invocation stands for, or `None` if no rule matches it.
    pub(super) fn expand(&self, invocation: TokenStream) -> Option<TokenStream> {
        let input: Vec<_> = invocation.into_iter().collect();
        self.rules.iter().find_map(|(pattern, body)| {
            let mut bindings = Bindings::new();
            let end = matched(pattern, &input, 0, &mut bindings)?;
            (end == input.len()).then(|| transcribe(body, &[&bindings]).into_iter().collect())
        })
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// The repetition after `$( … )`: an optional separator, then `*`, `+` or `?`. Gives the number of tokens it takes.
fn repetition(tokens: &[TokenTree]) -> Option<(Option<TokenTree>, char, usize)> {
    let count = |token: &TokenTree| match token {
        TokenTree::Punct(punct) if matches!(punct.as_char(), '*' | '+' | '?') => Some(punct.as_char()),
        _ => None,
    };
    match tokens {
        [first, ..] if count(first).is_some() => Some((None, count(first)?, 1)),
        [separator, second, ..] => Some((Some(separator.clone()), count(second)?, 2)),
        _ => None,
    }
}

fn patterns(stream: TokenStream) -> Vec<Pattern> {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        if is_punct(token, '$') {
            match &tokens[at..] {
                [TokenTree::Ident(name), colon, TokenTree::Ident(kind), ..] if is_punct(colon, ':') => {
                    out.push(Pattern::Fragment(name.to_string(), kind.to_string()));
                    at += 3;
                    continue;
                }
                [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Parenthesis => {
                    if let Some((separator, count, length)) = repetition(rest) {
                        out.push(Pattern::Repeat { inner: patterns(group.stream()), separator, count });
                        at += 1 + length;
                        continue;
                    }
                }
                _ => {}
            }
        }
        out.push(match token {
            TokenTree::Group(group) => Pattern::Group(group.delimiter(), patterns(group.stream())),
            token => Pattern::Token(token.clone()),
        });
    }
    out
}

/// Matches all of `patterns` from `at` on and gives the index behind. Repetitions take as much as they can, which is
/// all that `macro_rules!` allows too.
fn matched(patterns: &[Pattern], input: &[TokenTree], mut at: usize, bindings: &mut Bindings) -> Option<usize> {
    for pattern in patterns {
        match pattern {
            Pattern::Token(wanted) => {
                let found = input.get(at)?;
                if !equal(found, wanted) {
                    return None;
                }
                at += 1;
            }
            Pattern::Group(delimiter, inner) => {
                let TokenTree::Group(group) = input.get(at)? else { return None };
                let content: Vec<_> = group.stream().into_iter().collect();
                if group.delimiter() != *delimiter || matched(inner, &content, 0, bindings)? != content.len() {
                    return None;
                }
                at += 1;
            }
            Pattern::Fragment(name, kind) => {
                let end = at + fragment(kind, &input[at..])?;
                bindings.insert(name.clone(), Binding::One(input[at..end].to_vec()));
                at = end;
            }
            Pattern::Repeat { inner, separator, count } => {
                let mut rounds: Vec<Bindings> = Vec::new();
                loop {
                    let mut start = at;
                    if let (Some(separator), false) = (separator, rounds.is_empty()) {
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
                    rounds.push(round);
                    if *count == '?' {
                        break;
                    }
                }
                if *count == '+' && rounds.is_empty() {
                    return None;
                }
                let rounds = Rc::new(rounds);
                for name in names(inner) {
                    bindings.insert(name, Binding::Many(Rc::clone(&rounds)));
                }
            }
        }
    }
    Some(at)
}

/// Whether two tokens outside of groups are the same.
fn equal(found: &TokenTree, wanted: &TokenTree) -> bool {
    match (found, wanted) {
        (TokenTree::Punct(found), TokenTree::Punct(wanted)) => found.as_char() == wanted.as_char(),
        (TokenTree::Ident(found), TokenTree::Ident(wanted)) => found == wanted,
        (TokenTree::Literal(found), TokenTree::Literal(wanted)) => found.to_string() == wanted.to_string(),
        _ => false,
    }
}

fn names(patterns: &[Pattern]) -> Vec<String> {
    patterns
        .iter()
        .flat_map(|pattern| match pattern {
            Pattern::Fragment(name, _) => vec![name.clone()],
            Pattern::Group(_, inner) | Pattern::Repeat { inner, .. } => names(inner),
            Pattern::Token(_) => Vec::new(),
        })
        .collect()
}

/// How many tokens a fragment of this kind takes from the start of `input`.
fn fragment(kind: &str, input: &[TokenTree]) -> Option<usize> {
    let lifetime = |input: &[TokenTree]| input.first().is_some_and(|token| is_punct(token, '\''));
    match kind {
        "ident" => matches!(input, [TokenTree::Ident(_), ..]).then_some(1),
        "lifetime" => lifetime(input).then_some(2),
        "tt" if lifetime(input) => Some(2),
        "tt" => input.first().map(|_| 1),
        "literal" => match input {
            [TokenTree::Literal(_), ..] => Some(1),
            [minus, TokenTree::Literal(_), ..] if is_punct(minus, '-') => Some(2),
            [TokenTree::Ident(word), ..] if word == "true" || word == "false" => Some(1),
            _ => None,
        },
        "block" => matches!(input, [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace).then_some(1),
        "vis" => taken::<syn::Visibility>(input),
        "ty" => taken::<syn::Type>(input),
        "path" => taken::<syn::Path>(input),
        "expr" | "expr_2021" => taken::<syn::Expr>(input),
        "item" => taken::<syn::Item>(input),
        "meta" => taken::<syn::Meta>(input),
        "stmt" => taken::<syn::Stmt>(input),
        "pat" | "pat_param" => taken_by(|input: ParseStream<'_>| syn::Pat::parse_multi(input).map(drop), input),
        _ => None,
    }
}

fn taken<T: Parse>(input: &[TokenTree]) -> Option<usize> {
    taken_by(|input: ParseStream<'_>| input.parse::<T>().map(drop), input)
}

fn taken_by(parse: impl Fn(ParseStream<'_>) -> syn::Result<()>, input: &[TokenTree]) -> Option<usize> {
    let rest = |input: ParseStream<'_>| {
        parse(input)?;
        Ok(input.parse::<TokenStream>()?.into_iter().count())
    };
    let rest = rest.parse2(input.iter().cloned().collect()).ok()?;
    input.len().checked_sub(rest)
}

/// The body with its fragments filled in. Later bindings hide earlier ones.
fn transcribe(body: &[TokenTree], bindings: &[&Bindings]) -> Vec<TokenTree> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = body.get(at) {
        at += 1;
        if is_punct(token, '$') {
            match &body[at..] {
                [TokenTree::Ident(name), ..] if name == "crate" => {
                    out.push(Ident::new("crate", Span::call_site()).into());
                    at += 1;
                    continue;
                }
                [TokenTree::Ident(name), ..] => {
                    if let Some(Binding::One(tokens)) = lookup(bindings, &name.to_string()) {
                        out.extend(tokens.iter().cloned());
                        at += 1;
                        continue;
                    }
                }
                [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Parenthesis => {
                    if let Some((separator, _, length)) = repetition(rest) {
                        let inner: Vec<_> = group.stream().into_iter().collect();
                        repeat(&inner, separator.as_ref(), bindings, &mut out);
                        at += 1 + length;
                        continue;
                    }
                }
                _ => {}
            }
        }
        out.push(match token {
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                Group::new(group.delimiter(), transcribe(&inner, bindings).into_iter().collect()).into()
            }
            token => token.clone(),
        });
    }
    out
}

fn lookup<'b>(bindings: &[&'b Bindings], name: &str) -> Option<&'b Binding> {
    bindings.iter().rev().find_map(|bindings| bindings.get(name))
}

/// The body once for each round of the repeated fragments it uses.
fn repeat(body: &[TokenTree], separator: Option<&TokenTree>, bindings: &[&Bindings], out: &mut Vec<TokenTree>) {
    let mut used = Vec::new();
    variables(body, &mut used);
    let mut repeated: Vec<&Rc<Vec<Bindings>>> = Vec::new();
    for name in used {
        if let Some(Binding::Many(rounds)) = lookup(bindings, &name)
            && !repeated.iter().any(|known| Rc::ptr_eq(known, rounds))
        {
            repeated.push(rounds);
        }
    }
    for round in 0..repeated.iter().map(|rounds| rounds.len()).max().unwrap_or_default() {
        if round > 0 {
            out.extend(separator.cloned());
        }
        let own = repeated.iter().filter_map(|rounds| rounds.get(round));
        out.extend(transcribe(body, &bindings.iter().copied().chain(own).collect::<Vec<_>>()));
    }
}

fn variables(body: &[TokenTree], out: &mut Vec<String>) {
    for (index, token) in body.iter().enumerate() {
        match (token, body.get(index + 1)) {
            (dollar, Some(TokenTree::Ident(name))) if is_punct(dollar, '$') => out.push(name.to_string()),
            (TokenTree::Group(group), _) => variables(&group.stream().into_iter().collect::<Vec<_>>(), out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(definition: &str, invocation: &str) -> Option<String> {
        let definition = definition.parse().expect("the definition is Rust");
        let expansion = Macro::read(definition).expand(invocation.parse().expect("the invocation is Rust"))?;
        // How tokens are spaced is up to the printer.
        Some(expansion.to_string().replace(' ', ""))
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
