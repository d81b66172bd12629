//! Paths that callers write another way now.

use std::collections::BTreeMap;

use super::lines::is_word;

/// What is called another way on the new side, by its path in the crate: `types::Pet` or `pets::Pets::list`.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(BTreeMap<String, String>);

/// More segments than these has no path that is renamed.
const DEEPEST: usize = 3;

impl Renames {
    /// Notes a path, if it is another one.
    pub(super) fn note(&mut self, old: String, new: String) {
        if old != new {
            self.0.insert(old, new);
        }
    }

    /// A text about the old side, with its paths as they are on the new one.
    pub(super) fn apply(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let end = path_end(rest);
            self.path(&rest[..end], &mut out);
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }

    /// One path; the longest beginning that is renamed counts.
    fn path(&self, path: &str, out: &mut String) {
        let (root, inner) = match path.strip_prefix("crate::") {
            Some(inner) => ("crate::", inner),
            None => ("", path),
        };
        let ends = inner.match_indices("::").map(|(at, _)| at).chain([inner.len()]).take(DEEPEST);
        let found = ends.filter_map(|end| Some((self.0.get(&inner[..end])?, &inner[end..]))).last();
        match found {
            Some((new, behind)) => out.extend([root, new, behind]),
            None => out.push_str(path),
        }
    }
}

/// Where the path ends that a text begins with.
fn path_end(text: &str) -> usize {
    let mut end = 0;
    loop {
        end += text[end..].find(|letter| !is_word(letter)).unwrap_or(text.len() - end);
        match text[end..].strip_prefix("::") {
            Some(behind) if behind.starts_with(is_word) => end += 2,
            _ => return end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Renames;

    #[test]
    fn paths_are_replaced_as_a_whole() {
        let mut renames = Renames::default();
        for (old, new) in
            [("types::Pet", "types::Animal"), ("pets", "animals"), ("pets::Pets::list", "animals::Animals::all")]
        {
            renames.note(old.to_owned(), new.to_owned());
        }
        for (old, new) in [
            ("types::Pet.name: Option<String>", "types::Animal.name: Option<String>"),
            ("types::Pet::new: fn(a: types::Pet) -> Self", "types::Animal::new: fn(a: types::Animal) -> Self"),
            ("types::Pets: my::types::Pet", "types::Pets: my::types::Pet"),
            ("crate::types::Pet", "crate::types::Animal"),
            ("pets::Pets::list: fn()", "animals::Animals::all: fn()"),
            ("pets::Pets::list::deeper", "animals::Animals::all::deeper"),
            ("pets::List: struct(_)", "animals::List: struct(_)"),
            ("Client::pets: fn(&self)", "Client::pets: fn(&self)"),
            ("", ""),
        ] {
            assert_eq!(renames.apply(old), new);
        }
    }
}
