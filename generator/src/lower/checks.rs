//! Bounds of a schema, and the patterns that can be checked without a regular-expression engine.

use crate::diag::{Code, Origin};
use crate::document::{Additional, Bound as NodeBound, SchemaNode};
use crate::ir::{Bound, Bounds, Checks, Pattern, Run};

use super::Lower;
use super::literal::literal;
use super::schema::Class;

/// The characters of `\d`, `\w` and `\s` in ECMA 262.
const DIGITS: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

impl Lower<'_> {
    /// The bounds of a value. Those of the items of a list stand in `each`.
    pub(super) fn checks(&mut self, node: &SchemaNode) -> Checks {
        let map = node.properties.is_empty() && node.items.is_none();
        let values = match &node.additional {
            Additional::Schema(values) if map => Some(values),
            _ => None,
        };
        let each = node.items.as_ref().or(values).map(|values| self.value_checks(values));
        // The type of a tuple says how many values it has.
        let tuple = !node.prefix_items.is_empty() && matches!(self.class_of_list(node), Class::Tuple(_));
        let each = each.filter(|_| node.prefix_items.is_empty());
        let count = Bounds { least: node.min_items.filter(|least| *least > 0), most: node.max_items };
        let members = Bounds { least: node.min_properties.filter(|least| *least > 0), most: node.max_properties };
        Checks {
            minimum: node.minimum.as_ref().map(bound),
            maximum: node.maximum.as_ref().map(bound),
            multiple_of: node.multiple_of.as_ref().map(ToString::to_string),
            length: Bounds { least: node.min_length.filter(|least| *least > 0), most: node.max_length },
            items: if tuple { Bounds::default() } else { count },
            unique_items: node.unique_items && !tuple,
            pattern: node.pattern.as_ref().map(|source| Pattern { source: source.clone(), runs: runs(source) }),
            members: if map { members } else { Bounds::default() },
            each: each.filter(|each| !each.is_empty()).map(Box::new),
            values: self.listed(node),
            format: self.documented_format(node),
            names: if map { self.names(node) } else { None },
            skipped: false,
        }
    }

    /// What `propertyNames` says about the names of members. They are checked by nobody here.
    pub(super) fn names(&mut self, node: &SchemaNode) -> Option<Box<Checks>> {
        let at = node.property_names.as_ref()?;
        let names = self.peek(at)?;
        let combined = !names.all_of.is_empty() || !names.any_of.is_empty() || !names.one_of.is_empty();
        if combined || names.never || names.not.is_some() {
            self.diagnostics
                .add(
                    Code::UnsupportedKeyword,
                    at,
                    "`propertyNames` is not supported here: names are not checked against it",
                )
                .on_key()
                .help("bounds, a pattern, a format and a list of values are documented");
        }
        let checks = Checks {
            length: Bounds { least: names.min_length.filter(|least| *least > 0), most: names.max_length },
            pattern: names.pattern.as_ref().map(|source| Pattern { source: source.clone(), runs: None }),
            values: names.enum_values.iter().flatten().map(literal).collect(),
            format: names.format.clone().filter(|format| !format.is_empty()),
            ..Checks::default()
        };
        (!checks.is_empty()).then(|| Box::new(checks))
    }

    /// The bounds of the values of a list or a map. A named type brings its own.
    pub(super) fn value_checks(&mut self, values: &Origin) -> Checks {
        match self.peek(values) {
            Some(node) if self.table.get(&node.origin).is_none() => self.checks(&node),
            _ => Checks::default(),
        }
    }
}

fn bound(bound: &NodeBound) -> Bound {
    Bound { value: bound.value.to_string(), exclusive: bound.exclusive }
}

/// The runs of an anchored expression made of character classes with counts, such as `^[0-9]{1,19}$`. Anything else
/// has none. Each run takes as much as it can, so a class that shares characters with the one after it would need
/// backtracking; such an expression has none either.
pub(super) fn runs(source: &str) -> Option<Vec<Run>> {
    let mut rest = source.strip_prefix('^')?.strip_suffix('$')?.chars().peekable();
    let mut runs: Vec<Run> = Vec::new();
    while let Some(c) = rest.next() {
        let ranges = match c {
            '[' => class(&mut rest)?,
            '\\' => escaped(rest.next()?)?,
            '.' | '(' | ')' | '|' | '*' | '+' | '?' | '{' | '^' | '$' => return None,
            c => vec![(c, c)],
        };
        let (least, most) = count(&mut rest)?;
        if let Some(before) = runs.last()
            && (before.most != Some(before.least))
            && before.ranges.iter().any(|a| ranges.iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
        {
            return None;
        }
        runs.push(Run { ranges, least, most });
    }
    Some(runs)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn class(rest: &mut Chars<'_>) -> Option<Vec<(char, char)>> {
    let mut ranges = Vec::new();
    if rest.peek() == Some(&'^') {
        return None;
    }
    loop {
        let first = match rest.next()? {
            ']' => break,
            '\\' => {
                let escape = escaped(rest.next()?)?;
                match escape.as_slice() {
                    [(from, to)] if from == to => *from,
                    _ => {
                        ranges.extend(escape);
                        continue;
                    }
                }
            }
            '[' => return None,
            c => c,
        };
        if rest.peek() == Some(&'-') {
            rest.next();
            match rest.next()? {
                ']' => {
                    ranges.extend([(first, first), ('-', '-')]);
                    break;
                }
                '\\' => return None,
                last if last < first => return None,
                last => ranges.push((first, last)),
            }
        } else {
            ranges.push((first, first));
        }
    }
    ranges.sort_unstable();
    ranges.dedup();
    (!ranges.is_empty()).then_some(ranges)
}

fn escaped(c: char) -> Option<Vec<(char, char)>> {
    match c {
        'd' => Some(DIGITS.to_vec()),
        'w' => Some(WORD.to_vec()),
        c if c.is_ascii_punctuation() => Some(vec![(c, c)]),
        _ => None,
    }
}

fn count(rest: &mut Chars<'_>) -> Option<(u32, Option<u32>)> {
    let counted = match rest.peek() {
        Some('*') => (0, None),
        Some('+') => (1, None),
        Some('?') => (0, Some(1)),
        Some('{') => {
            rest.next();
            let inner: String = rest.by_ref().take_while(|c| *c != '}').collect();
            let (least, most) = match inner.split_once(',') {
                None => (inner.as_str(), Some(inner.as_str())),
                Some((least, "")) => (least, None),
                Some((least, most)) => (least, Some(most)),
            };
            let most = most.map(str::parse).transpose().ok()?;
            let counted = (least.parse().ok()?, most);
            return (!matches!(rest.peek(), Some('?' | '+'))).then_some(counted);
        }
        _ => return Some((1, Some(1))),
    };
    rest.next();
    (!matches!(rest.peek(), Some('?' | '+'))).then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::runs;

    fn show(source: &str) -> Option<Vec<(String, u32, Option<u32>)>> {
        Some(
            runs(source)?
                .into_iter()
                .map(|run| (run.ranges.iter().map(|(a, b)| format!("{a}{b}")).collect(), run.least, run.most))
                .collect(),
        )
    }

    #[test]
    fn anchored_classes_with_counts_become_runs() {
        assert_eq!(show("^[0-9]{1,19}$"), Some(vec![("09".to_owned(), 1, Some(19))]));
        assert_eq!(show("^[A-Za-z0-9_]{1,15}$"), Some(vec![("09AZ__az".to_owned(), 1, Some(15))]));
        assert_eq!(
            show(r"^\d+_[a-z-]*$"),
            Some(vec![("09".to_owned(), 1, None), ("__".to_owned(), 1, Some(1)), ("--az".to_owned(), 0, None)])
        );
        assert_eq!(show("^[A-Z]{2}$"), Some(vec![("AZ".to_owned(), 2, Some(2))]));
    }

    #[test]
    fn what_would_need_backtracking_has_none() {
        for source in ["[0-9]+", "^(a|b)$", "^[0-9]+[0-9]$", "^a.*b$", "^[^a]$", "^a+?b$", "^[0-9]{1,2"] {
            assert_eq!(runs(source), None, "{source}");
        }
    }
}
