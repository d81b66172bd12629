//! From a position in a JSON text to the path of the value that stands there.

use super::drift;

/// Where a value is: its path, such as `$.data[3].created_at`, and the index of its first byte.
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) start: usize,
}

enum Level {
    Object { start: usize, key: Option<String> },
    Array { start: usize, index: usize },
}

/// Finds the innermost value around the byte in the given line and column, both counted from 1 as serde_json does.
/// The text need not be valid: what precedes the position was read without complaint.
pub(crate) fn locate(text: &[u8], line: usize, column: usize) -> Place {
    let target = offset(text, line, column);
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    // The start of the value that is about to be read or was just read.
    let mut start = 0;
    while at < text.len() && at <= target {
        match text[at] {
            b'{' | b'[' => {
                start = at;
                if at == target {
                    break;
                }
                levels.push(if text[at] == b'{' {
                    Level::Object { start: at, key: None }
                } else {
                    Level::Array { start: at, index: 0 }
                });
            }
            b'}' | b']' => {
                if let Some(Level::Object { start: opened, .. } | Level::Array { start: opened, .. }) = levels.pop() {
                    start = opened;
                }
            }
            b',' => match levels.last_mut() {
                Some(Level::Object { key, .. }) => *key = None,
                Some(Level::Array { index, .. }) => *index += 1,
                None => {}
            },
            b'"' => {
                let end = string_end(text, at);
                if let Some(Level::Object { key: key @ None, .. }) = levels.last_mut() {
                    *key = Some(unescape(&text[at..end.min(text.len())]));
                } else {
                    start = at;
                }
                at = end;
                continue;
            }
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                start = at;
                while at < text.len() && !matches!(text[at], b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
                    at += 1;
                }
                continue;
            }
        }
        at += 1;
    }
    Place { path: path(&levels), start }
}

fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match memchr::memchr(b'\n', &text[start..]) {
            Some(length) => start += length + 1,
            None => break,
        }
    }
    start + column.saturating_sub(1)
}

/// The index after the closing quote of the string that opens at `at`.
fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn unescape(quoted: &[u8]) -> String {
    serde_json::from_slice(quoted).unwrap_or_else(|_| String::from_utf8_lossy(quoted).into_owned())
}

fn path(levels: &[Level]) -> String {
    let mut path = String::from("$");
    for level in levels {
        match level {
            Level::Object { key: Some(key), .. } => {
                drift::push_name(&mut path, key);
            }
            Level::Object { key: None, .. } => {}
            Level::Array { index, .. } => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
