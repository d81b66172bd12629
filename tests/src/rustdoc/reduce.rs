//! Headers of impls, reduced to what both roads can tell.

/// Reduces `impl<T: Bound> path::Trait<'a, path::Arg, Assoc = X> for path::Type<T> where …` to `impl Trait<Arg> for
/// Type<T>`.
pub(super) fn header(text: &str) -> String {
    let mut tokens = tokens(text);
    tokens.retain(|token| !token.starts_with('\'') && token != "unsafe" && token != "dyn");
    if let Some(position) = tokens.iter().position(|token| token == "where") {
        tokens.truncate(position);
    }
    let mut at = 0;
    if tokens.first().is_some_and(|token| token == "impl") {
        at = 1;
        if tokens.get(at).is_some_and(|token| token == "<") {
            let mut depth = 0;
            for (index, token) in tokens.iter().enumerate().skip(at) {
                depth += i32::from(token == "<") - i32::from(token == ">");
                if depth == 0 {
                    at = index + 1;
                    break;
                }
            }
        }
    }
    let mut out = String::from("impl ");
    while let Some(token) = tokens.get(at) {
        if token == "for" {
            out.push_str(" for ");
            at += 1;
        } else {
            let (part, next) = part(&tokens, at);
            out.push_str(&part);
            at = next;
        }
    }
    out
}

/// Identifiers (with `r#`), lifetimes, `->`, `::` and single characters.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut token = first.to_string();
        if first.is_alphanumeric() || matches!(first, '_' | '\'') {
            while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || *next == '_') {
                token.push(next);
            }
        } else if let Some(next) =
            chars.next_if(|next| (first == ':' && *next == ':') || (first == '-' && *next == '>'))
        {
            token.push(next);
        }
        out.push(token);
    }
    out
}

/// One token, one path with its arguments, or one list between brackets; and the index behind it.
fn part(tokens: &[String], mut at: usize) -> (String, usize) {
    let name = |at: usize| tokens.get(at).filter(|token| token.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    let Some(mut last) = name(at) else {
        return match tokens[at].as_str() {
            open @ ("<" | "(" | "[") => list(tokens, at, open),
            // The bound that a lifetime left behind.
            "+" if tokens.get(at + 1).is_none_or(|next| matches!(next.as_str(), ">" | "," | ")")) => {
                (String::new(), at + 1)
            }
            "::" => (String::new(), at + 1),
            other => (other.to_owned(), at + 1),
        };
    };
    at += 1;
    while tokens.get(at).is_some_and(|token| token == "::") {
        let Some(next) = name(at + 1) else { break };
        last = next;
        at += 2;
    }
    let mut out = last.clone();
    if tokens.get(at).is_some_and(|token| token == "<") {
        let (arguments, next) = list(tokens, at, "<");
        out.push_str(&arguments);
        at = next;
    } else if matches!(last.as_str(), "mut" | "const" | "as") {
        out.push(' ');
    }
    (out, at)
}

fn list(tokens: &[String], start: usize, open: &str) -> (String, usize) {
    let close = match open {
        "<" => ">",
        "(" => ")",
        _ => "]",
    };
    let mut elements = vec![String::new()];
    let mut at = start + 1;
    while let Some(token) = tokens.get(at).filter(|token| *token != close) {
        if token == "," {
            elements.push(String::new());
            at += 1;
        } else {
            let (part, next) = part(tokens, at);
            if let Some(element) = elements.last_mut() {
                element.push_str(&part);
            }
            at = next;
        }
    }
    elements.retain(|element| !element.is_empty() && (open != "<" || !element.contains('=')));
    let text = if open == "<" && elements.is_empty() {
        String::new()
    } else {
        format!("{open}{}{close}", elements.join(", "))
    };
    (text, at + 1)
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn only_names_stay() {
        for (text, reduced) in [
            ("impl<'a, T: a::B<C>> a::From<&'a str> for b::c::D<'a, T>", "impl From<&str> for D<T>"),
            ("unsafe impl !Send for (a::B, [C; 4])", "impl !Send for (B, [C;4])"),
            ("impl Iterator<Item = Option<a::B>> for C where D: E", "impl Iterator for C"),
            ("impl From<Box<dyn a::B + Send + 'static>> for C<'_>", "impl From<Box<B+Send>> for C"),
            ("impl T for fn(&'a str) -> &mut u8", "impl T for fn(&str)->&mut u8"),
        ] {
            assert_eq!(header(text), reduced);
        }
    }
}
