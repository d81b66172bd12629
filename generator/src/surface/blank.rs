//! Empties the bodies of functions before anything is parsed: they are most of a crate and none of its surface.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The same items with empty function bodies, at any depth of modules, impls and macro definitions.
pub(super) fn blank(tokens: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    // Inside a signature: how many angle brackets are open. A brace outside of them is the body.
    let mut signature: Option<i32> = None;
    let mut before: Option<char> = None;
    while let Some(token) = tokens.next() {
        let last = match &token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
        let token = match (token, &mut signature) {
            (TokenTree::Ident(ident), None) if ident == "fn" => {
                if matches!(tokens.peek(), Some(TokenTree::Ident(_)))
                    || matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '$')
                {
                    signature = Some(0);
                }
                ident.into()
            }
            (TokenTree::Punct(punct), Some(depth)) => {
                match punct.as_char() {
                    '<' => *depth += 1,
                    '>' if before != Some('-') => *depth -= 1,
                    ';' if *depth <= 0 => signature = None,
                    _ => {}
                }
                punct.into()
            }
            (TokenTree::Group(group), Some(depth)) if *depth <= 0 && group.delimiter() == Delimiter::Brace => {
                signature = None;
                Group::new(Delimiter::Brace, TokenStream::new()).into()
            }
            (TokenTree::Group(group), None)
                if group.delimiter() == Delimiter::Brace
                    || (group.delimiter() == Delimiter::Parenthesis && before == Some('$')) =>
            {
                Group::new(group.delimiter(), blank(group.stream())).into()
            }
            (other, _) => other,
        };
        before = last;
        out.push(token);
    }
    out.into_iter().collect()
}
