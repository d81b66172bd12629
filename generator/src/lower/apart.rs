//! How an alternative is told from the others where no discriminator says it.
//!
//! What can be proved comes first: a member that each alternative demands with values of its own, members that no other
//! alternative has, the kind of JSON value. Objects that none of this tells apart are compared by how many of a value's
//! members they know.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{JsonKind, Test};

use super::look::{Kind, Look};

/// The tests of alternatives, as far as a discriminator has not given them one.
pub(super) fn tests(looks: &[&Look], given: &[Option<Test>]) -> Vec<Test> {
    let open: Vec<usize> = (0..looks.len()).filter(|index| given[*index].is_none()).collect();
    let objects: Vec<usize> = open.iter().copied().filter(|index| is_object(looks[*index])).collect();
    let tags = implied_tag(looks, &objects, given);
    let rest: Vec<usize> = objects.iter().copied().filter(|index| !tags.contains_key(index)).collect();
    let proved = in_proved_order(looks, &rest);
    let lists = looks.iter().filter(|look| look.kind == Kind::List).count();
    let test = |index: usize| {
        if let Some(test) = given[index].clone().or_else(|| tags.get(&index).cloned()) {
            return test;
        }
        let look = looks[index];
        match look.kind {
            _ if rest.contains(&index) && !proved => Test::Members {
                required: look.required.clone(),
                known: look.known.iter().flatten().cloned().collect(),
                tags: shared_tags(looks, &rest, index),
                open: look.open || look.known.is_none(),
            },
            Kind::Object | Kind::Union | Kind::Map if look.required.iter().any(|keys| !keys.is_empty()) => {
                Test::HasKeys(look.required.clone())
            }
            Kind::Bool => Test::JsonKind(JsonKind::Bool),
            Kind::Integer => Test::JsonKind(JsonKind::Integer),
            Kind::Number => Test::JsonKind(JsonKind::Number),
            Kind::Text | Kind::ListedText => Test::JsonKind(JsonKind::String),
            // Of several lists the first that can be read is taken.
            Kind::List if lists == 1 => Test::JsonKind(JsonKind::Array),
            Kind::List | Kind::Map | Kind::Object | Kind::Union | Kind::Any => Test::Try,
        }
    };
    (0..looks.len()).map(test).collect()
}

/// The members with listed values of an alternative for which another one lists values as well.
fn shared_tags(looks: &[&Look], objects: &[usize], index: usize) -> Vec<(String, Vec<String>)> {
    let own = looks[index].listed.iter().filter(|(member, values)| {
        let others = objects.iter().filter(|other| **other != index);
        let mut others = others.filter_map(|other| looks[*other].listed.get(*member));
        others.any(|others| others != *values)
    });
    own.map(|(member, values)| (member.clone(), values.clone())).collect()
}

/// An object with members of its own. Of a union of other kinds as well, nothing is known.
fn is_object(look: &Look) -> bool {
    match look.kind {
        Kind::Object => true,
        Kind::Union => look.known.is_some() || look.required.iter().any(|keys| !keys.is_empty()),
        _ => false,
    }
}

/// The member that tells the most objects apart: each of them demands it, with values that no other allows.
fn implied_tag(looks: &[&Look], objects: &[usize], given: &[Option<Test>]) -> BTreeMap<usize, Test> {
    let mut best: Option<(Vec<usize>, &String)> = None;
    let members: BTreeSet<&String> = objects.iter().flat_map(|index| looks[*index].tags.keys()).collect();
    for member in members {
        let holders: Vec<usize> =
            objects.iter().copied().filter(|index| looks[*index].tags.contains_key(member)).collect();
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        let taken = given.iter().flatten().filter_map(|test| match test {
            Test::Tag { key, values } if key == member => Some(values),
            _ => None,
        });
        seen.extend(taken.clone().flatten());
        let values: Vec<&String> = holders.iter().flat_map(|index| &looks[*index].tags[member]).collect();
        let apart = values.into_iter().all(|value| seen.insert(value));
        let several = holders.len() + taken.count() > 1;
        if apart && several && best.as_ref().is_none_or(|(most, _)| holders.len() > most.len()) {
            best = Some((holders, member));
        }
    }
    let Some((holders, member)) = best else { return BTreeMap::new() };
    let test = |index: usize| Test::Tag { key: member.clone(), values: looks[index].tags[member].clone() };
    holders.into_iter().map(|index| (index, test(index))).collect()
}

/// True when no object that is tested later is taken for an earlier one: it does not have all members that the earlier
/// one demands, or need not have them and would lose nothing, because the earlier one keeps all members.
fn in_proved_order(looks: &[&Look], objects: &[usize]) -> bool {
    let mut order: Vec<&Look> = Vec::new();
    for index in objects {
        let look = looks[*index];
        let before = order.iter().position(|other| extends(&look.required, &other.required));
        order.insert(before.unwrap_or(order.len()), look);
    }
    order.iter().enumerate().all(|(place, first)| {
        order[place + 1..].iter().all(|later| {
            first.required.iter().all(|keys| {
                let foreign = later.known.as_ref().is_some_and(|known| keys.iter().any(|key| !known.contains(key)));
                let demanded = later.required.iter().any(|other| keys.iter().all(|key| other.contains(key)));
                foreign || (first.open && !demanded)
            })
        })
    })
}

/// True when every object that has all members of one of the first lists has those of one of the second, and more.
pub(super) fn extends(first: &[Vec<String>], second: &[Vec<String>]) -> bool {
    let within = |more: &Vec<String>| {
        second.iter().any(|less| less.len() < more.len() && less.iter().all(|key| more.contains(key)))
    };
    first.iter().all(within)
}
