//! YAML through `serde_yaml`, the only file that names it.

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::marks;
use super::tree::{Dialect, Fault, Reader, SyntaxError};

const TOO_DEEP: &str = "the text nests too deep";

/// From how many open brackets on the nesting is looked at before the text is read.
const SUSPICIOUS: usize = 1000;

/// Reads a whole text, which may hold one YAML document.
pub(super) fn tree(text: &str) -> Result<(Value, Vec<Fault>), SyntaxError> {
    // The time that `serde_yaml` takes grows with the square of the depth of mappings in braces, and it reads the whole
    // text before it says that it is too deep.
    if open_brackets(text) > SUSPICIOUS
        && let Some(position) = marks::too_deep(text)
    {
        return Err(SyntaxError { message: TOO_DEEP.to_owned(), position: Some(position), too_deep: true });
    }
    let reader = Reader::new(Dialect::Yaml);
    match reader.node().deserialize(serde_yaml::Deserializer::from_str(text)) {
        Ok(tree) => Ok((tree, reader.into_faults())),
        Err(error) => Err(syntax_error(&error)),
    }
}

fn syntax_error(error: &serde_yaml::Error) -> SyntaxError {
    let position = error.location().map(|location| (location.line().max(1), location.column().max(1)));
    let said = error.to_string();
    let message = said.split_once(" at line ").map_or(said.as_str(), |(message, _)| message);
    let too_deep = message.contains("recursion limit exceeded");
    let message = if too_deep {
        TOO_DEEP.to_owned()
    } else if message.contains("more than one document") {
        "the text holds more than one YAML document".to_owned()
    } else {
        format!("this is not valid YAML: {message}")
    };
    SyntaxError { message, position, too_deep }
}

/// The most brackets and braces that are open at one place, quotes and comments not considered.
fn open_brackets(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => continue,
        }
        most = most.max(open);
    }
    most
}
