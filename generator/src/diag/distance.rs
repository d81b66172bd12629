//! The edit distance behind "did you mean".

/// How many characters have to be added, removed, replaced or swapped with their neighbour to turn one text into the other.
#[must_use]
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, character) in left.chars().enumerate() {
        let mut line = Vec::with_capacity(right.len() + 1);
        line.push(row + 1);
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(character != *other);
            let mut least = replaced.min(above[column + 1] + 1).min(line[column] + 1);
            let swapped = column > 0 && previous == Some(*other) && right.get(column - 1) == Some(&character);
            if swapped && let Some(cost) = before.get(column - 1) {
                least = least.min(cost + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
        previous = Some(character);
    }
    above.last().copied().unwrap_or_default()
}

/// The candidate nearest to a name, if it is near enough to be what was meant. Of equally near ones the first in
/// alphabetical order.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let limit = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (edit_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit && *distance < length)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("propreties", "properties"), 1);
        assert_eq!(edit_distance("same", "same"), 0);
    }

    #[test]
    fn only_what_is_near_is_offered() {
        assert_eq!(nearest("discription", ["title", "description"]), Some("description"));
        assert_eq!(nearest("foo", ["title", "description"]), None);
        assert_eq!(nearest("getUsre", ["getUser", "getUses"]), Some("getUser"));
        assert_eq!(nearest("x", ["y"]), None);
    }
}
