//! JSONPath (RFC 9535) through `jsonpath-rust`, the only file that names it. Without the feature `overlay` nothing can be
//! asked.

use serde_json::Value;

use crate::source::Path;

#[cfg(feature = "overlay")]
pub(super) use self::with::{Query, SUPPORTED};
#[cfg(not(feature = "overlay"))]
pub(super) use self::without::{Query, SUPPORTED};

#[cfg(feature = "overlay")]
mod with {
    use jsonpath_rust::parser::errors::JsonPathError;
    use jsonpath_rust::parser::model::JpQuery;
    use jsonpath_rust::parser::parse_json_path;
    use jsonpath_rust::query::js_path_process;

    use super::{Path, Value, steps};

    /// Whether overlays can be applied.
    pub(in super::super) const SUPPORTED: bool = true;

    /// A JSONPath that was read.
    pub(in super::super) struct Query {
        text: String,
        query: JpQuery,
    }

    impl Query {
        /// Reads a JSONPath, or says in words why it is none.
        pub(in super::super) fn parse(text: &str) -> Result<Self, String> {
            let query = parse_json_path(text).map_err(|error| match error {
                JsonPathError::PestError(error) => error.variant.message().into_owned(),
                other => other.to_string(),
            })?;
            Ok(Self { text: text.to_owned(), query })
        }

        /// The text it was read from.
        pub(in super::super) fn text(&self) -> &str {
            &self.text
        }

        /// The nodes it selects.
        pub(in super::super) fn select(&self, tree: &Value) -> Vec<Path> {
            // It fails only where the result would be no node of the tree, which a query that was parsed has none of.
            let found = js_path_process(&self.query, tree).unwrap_or_default();
            found.into_iter().filter_map(|node| steps(&node.path())).collect()
        }
    }
}

#[cfg(not(feature = "overlay"))]
mod without {
    use super::{Path, Value};

    /// Whether overlays can be applied.
    pub(in super::super) const SUPPORTED: bool = false;

    /// Nothing: no query can be made.
    pub(in super::super) enum Query {}

    impl Query {
        pub(in super::super) fn parse(_text: &str) -> Result<Self, String> {
            Err("this build reads none".to_owned())
        }

        pub(in super::super) fn text(&self) -> &str {
            match *self {}
        }

        pub(in super::super) fn select(&self, _tree: &Value) -> Vec<Path> {
            match *self {}
        }
    }
}

/// The steps of a normalized path, such as `$['paths'][0]` (RFC 9535, section 2.7).
#[cfg(feature = "overlay")]
fn steps(normalized: &str) -> Option<Path> {
    let mut rest = normalized.strip_prefix('$')?;
    let mut path = Path::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix('[')?;
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (name, behind) = name(quoted)?;
            path.push(crate::source::Step::Member(name));
            rest = behind.strip_prefix(']')?;
        } else {
            let (index, behind) = rest.split_once(']')?;
            path.push(crate::source::Step::Element(index.parse().ok()?));
            rest = behind;
        }
    }
    Some(path)
}

/// The name up to the next quote, and what stands behind that.
#[cfg(feature = "overlay")]
fn name(quoted: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '\'' => return Some((name, rest.as_str())),
            '\\' => name.push(match rest.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = rest.as_str().get(..4)?;
                    rest.nth(3)?;
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                other => other,
            }),
            other => name.push(other),
        }
    }
}

#[cfg(all(test, feature = "overlay"))]
mod tests {
    use serde_json::json;

    use super::{Query, steps};
    use crate::source::Step;

    #[test]
    fn every_name_survives_the_way_through_a_normalized_path() {
        let names = ["a", "a'b", "a\"b", "a\\b", "\t\n\u{1}\u{8}\u{c}", "/pets/{id}", "~ [0]", "\u{1f600}", ""];
        let tree: serde_json::Map<String, serde_json::Value> =
            names.iter().map(|name| ((*name).to_owned(), json!([1, 2]))).collect();
        let tree = serde_json::Value::Object(tree);
        let found = Query::parse("$.*[1]").map(|query| query.select(&tree)).unwrap_or_default();
        let mut found: Vec<String> = found
            .into_iter()
            .filter_map(|path| match path.as_slice() {
                [Step::Member(name), Step::Element(1)] => Some(name.clone()),
                _ => None,
            })
            .collect();
        found.sort();
        let mut names = names.to_vec();
        names.sort_unstable();
        assert_eq!(found, names);
        assert_eq!(steps("$"), Some(Vec::new()));
        assert_eq!(steps("$['a"), None);
    }
}
