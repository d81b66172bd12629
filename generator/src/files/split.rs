//! Long things in pieces that are alike: the statements of a function, and the elements of a list.
//!
//! Two tables of seven and of eight lines have nothing in common as a whole, but all of their lines have. So each line is
//! printed as it would be among others.

use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Tokens in pieces.
pub(super) struct Split {
    /// What stands before the pieces.
    pub(super) head: Vec<TokenTree>,
    /// The pieces, semicolons included, commas not.
    pub(super) pieces: Vec<Vec<TokenTree>>,
}

/// Takes a function apart; gives back tokens that are none.
pub(super) fn function(tokens: TokenStream) -> Result<Split, Vec<TokenTree>> {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let declared = tokens.iter().any(|token| is_word(token, "fn"));
    match tokens.pop() {
        Some(TokenTree::Group(body)) if declared && body.delimiter() == Delimiter::Brace => {
            let inside = body.stream();
            // The stream has one owner then, and need not be copied.
            drop(body);
            Ok(Split { head: tokens, pieces: statements(inside) })
        }
        last => {
            tokens.extend(last);
            Err(tokens)
        }
    }
}

/// Takes a constant or static apart whose value is a reference to a list; gives back tokens that are none. The head ends
/// before the list, and a semicolon follows it.
pub(super) fn list(tokens: TokenStream) -> Result<Split, Vec<TokenTree>> {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_list = match tokens.as_slice() {
        [.., equals, and, TokenTree::Group(list), semicolon] => {
            is_sign(equals, '=')
                && is_sign(and, '&')
                && is_sign(semicolon, ';')
                && list.delimiter() == Delimiter::Bracket
                && tokens.iter().any(|token| is_word(token, "const") || is_word(token, "static"))
        }
        _ => false,
    };
    if !is_list {
        return Err(tokens);
    }
    tokens.pop();
    let inside = match tokens.pop() {
        Some(TokenTree::Group(list)) => list.stream(),
        other => return Err(tokens.into_iter().chain(other).collect()),
    };
    Ok(Split { head: tokens, pieces: elements(inside) })
}

/// Whether an element of a list gets a line of its own where the list does not fit on one: numbers stand several on a line.
pub(super) fn stands_alone(element: &[TokenTree]) -> bool {
    match element {
        [TokenTree::Literal(literal)] => literal.to_string().starts_with('"'),
        tokens => tokens.iter().any(|token| matches!(token, TokenTree::Group(_))),
    }
}

/// The statements of a body. Where one cannot be told from the next, both are one piece.
pub(super) fn statements(body: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut all, mut statement) = (Vec::new(), Vec::new());
    let mut tokens = body.into_iter().peekable();
    let mut block = false;
    while let Some(token) = tokens.next() {
        if statement.is_empty() {
            block = ["if", "for", "while", "match"].into_iter().any(|word| is_word(&token, word));
        }
        let ends = is_sign(&token, ';') || (block && ends_block(&token, &mut tokens));
        statement.push(token);
        if ends {
            all.push(std::mem::take(&mut statement));
        }
    }
    if !statement.is_empty() {
        all.push(statement);
    }
    all
}

/// Whether nothing that follows belongs to the block.
fn ends_block(token: &TokenTree, rest: &mut Peekable<impl Iterator<Item = TokenTree>>) -> bool {
    let brace = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    brace && !rest.peek().is_some_and(|next| is_word(next, "else") || matches!(next, TokenTree::Punct(_)))
}

fn elements(list: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut all, mut element) = (Vec::new(), Vec::new());
    for token in list {
        if is_sign(&token, ',') {
            all.push(std::mem::take(&mut element));
        } else {
            element.push(token);
        }
    }
    if !element.is_empty() {
        all.push(element);
    }
    all
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
