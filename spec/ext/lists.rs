//! Lists that X sends under two names, joined.

/// The elements of `first`, then those of `second` that are `same` as none in `first`.
pub(super) fn joined<'a, T>(first: &'a [T], second: &'a [T], same: impl Fn(&T, &T) -> bool) -> Vec<&'a T> {
    let others = second.iter().filter(|other| !first.iter().any(|element| same(element, other)));
    first.iter().chain(others).collect()
}
