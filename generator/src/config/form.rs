//! What is said about a file that does not have the form of a configuration.

use crate::diag::{Code, Diagnostics, FileId, Origin, nearest};

/// Reports why the text cannot be read, with the nearest key that could be meant.
pub(super) fn report(error: &toml::de::Error, text: &str, file: FileId, diags: &mut Diagnostics) {
    let message = error.message().lines().next().unwrap_or("the configuration cannot be read");
    let unknown = Unknown::of(message);
    let said = unknown
        .as_ref()
        .map_or_else(|| message.to_owned(), |unknown| format!("there is no {} `{}`", unknown.what, unknown.key));
    let diagnostic = diags.add(Code::ConfigInvalid, &Origin::root(file), said);
    if let Some(span) = error.span() {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        diagnostic.at(line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    }
    if let Some(unknown) = unknown {
        let near = nearest(unknown.key, unknown.expected.iter().copied());
        diagnostic.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("here stand: {}", unknown.expected.join(", ")),
        });
    }
}

/// A key or a value that is not one of those that can stand there.
struct Unknown<'m> {
    what: &'static str,
    key: &'m str,
    expected: Vec<&'m str>,
}

impl<'m> Unknown<'m> {
    /// Reads it off the message of serde, which has no other form.
    fn of(message: &'m str) -> Option<Self> {
        let forms = [("unknown field `", "key"), ("unknown variant `", "value")];
        let (what, rest) = forms.into_iter().find_map(|(start, what)| Some((what, message.strip_prefix(start)?)))?;
        let (key, rest) = rest.split_once('`')?;
        let expected: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        (!expected.is_empty()).then_some(Self { what, key, expected })
    }
}
