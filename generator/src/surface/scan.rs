//! How far the parts of a text reach: words, literals, comments, and brackets with everything in them.

/// The length of an identifier at the start of a text, which is one in UTF-8.
pub(super) fn word(bytes: &[u8]) -> usize {
    let ascii = bytes.iter().position(|byte| !WORDS[usize::from(*byte)]).unwrap_or(bytes.len());
    match (bytes.first(), bytes.get(ascii)) {
        (Some(first), _) if first.is_ascii_digit() => 0,
        (_, Some(byte)) if !byte.is_ascii() => {
            let text = str::from_utf8(bytes).unwrap_or_default();
            if !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                return 0;
            }
            text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
        }
        _ => ascii,
    }
}

/// The bytes that mean anything in what is passed over: brackets, and what may hide some.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut at = 0;
    while at < 9 {
        stops[b"()[]{}\"'/"[at] as usize] = true;
        at += 1;
    }
    stops
};

/// The bytes of words in ASCII.
const WORDS: [bool; 256] = {
    let mut words = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        words[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    words
};

/// The length of what stands before the quotation mark of a literal, such as `b` and `br#`; none if this is no literal.
pub(super) fn prefix(bytes: &[u8]) -> Option<usize> {
    let letters = match bytes {
        [b'b' | b'c', b'r', ..] => 2,
        [b'r' | b'b' | b'c', ..] => 1,
        _ => return None,
    };
    let raw = bytes[letters - 1] == b'r';
    let marks = if raw { bytes[letters..].iter().take_while(|byte| **byte == b'#').count() } else { 0 };
    match bytes.get(letters + marks) {
        Some(b'"') => Some(letters + marks),
        Some(b'\'') if bytes[0] == b'b' && letters == 1 => Some(1),
        _ => None,
    }
}

/// The index behind a closing quotation mark.
pub(super) fn closing(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// The length of a number, its suffix included. `1..2` are two of them.
pub(super) fn number(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let part = byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || (*byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && !bytes[..at].contains(&b'.'))
            || (matches!(byte, b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E') && !bytes.starts_with(b"0x"));
        if !part {
            break;
        }
        at += 1;
    }
    at
}

/// The length of a pair of brackets with everything in it. Brackets of another kind are not looked at.
pub(super) fn group(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let open = *bytes.first()?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    };
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(plain) = bytes.get(at..)?.iter().position(|byte| STOPS[usize::from(*byte)]) {
        at += plain + 1;
        let byte = &bytes[at - 1];
        let rest = bytes.get(at..).unwrap_or_default();
        match byte {
            b'/' if rest.first() == Some(&b'/') => at += text.get(at..)?.find('\n').unwrap_or(rest.len()),
            b'/' if rest.first() == Some(&b'*') => at += block_comment(text.get(at - 1..)?)? - 1,
            b'"' => {
                // The marks of a raw text, and the letter before them.
                let before = bytes.get(..at - 1)?;
                let marks = before.iter().rev().take_while(|byte| **byte == b'#').count();
                let raw = before.get(..before.len() - marks).is_some_and(|before| before.ends_with(b"r"));
                at += if raw {
                    let close = format!("\"{}", "#".repeat(marks));
                    text.get(at..)?.find(&close)? + close.len()
                } else {
                    closing(rest, b'"')?
                };
            }
            b'\'' => {
                let name = word(rest);
                let lifetime = name > 0 && rest.get(name) != Some(&b'\'');
                at += if lifetime { name } else { closing(rest, b'\'')? };
            }
            byte if *byte == open => depth += 1,
            byte if *byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The length of a comment between `/*` and `*/`, which may hold others.
pub(super) fn block_comment(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
