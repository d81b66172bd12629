//! Names for whatever a document calls its things: distinct, valid, and independent of what came first.

use std::collections::BTreeSet;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use spec2crate::names::{Kind, Methods, Modules, Scope, Types, Values, Variants};

const WORDS: &[&str] = &[
    "id", "Id", "ID", "user", "User", "user_id", "userId", "user-id", "type", "self", "Self", "crate", "async", "new",
];

/// A wire string: words as documents have them, keywords, symbols, other scripts, and anything else.
fn wire() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(WORDS).prop_map(str::to_owned),
        3 => "[a-zA-Z0-9_. -]{0,8}",
        2 => "[-+*/<>=!.@$#%&|~^?,:;'\"`(){}\\[\\]\\\\ _]{0,4}",
        1 => "\\PC{0,6}",
        1 => "[a-z]{90,120}",
        1 => any::<String>(),
    ]
}

/// Wire strings that differ, as the members of an object do.
fn wires(size: impl Into<SizeRange>) -> impl Strategy<Value = Vec<String>> {
    vec(wire(), size).prop_map(|wires| wires.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn names<K: Kind>(reserved: &[&'static str], wires: &[String]) -> Vec<String>
where
    K::Name: ToString,
{
    let mut scope: Scope<K> = Scope::new(reserved);
    for wire in wires {
        scope.claim(wire, &[], "member", wire);
    }
    scope.resolve().0.iter().map(K::Name::to_string).collect()
}

fn check<K: Kind>(reserved: &[&'static str], wires: &[String], starts_upper: bool) -> Result<(), TestCaseError>
where
    K::Name: ToString,
{
    let found = names::<K>(reserved, wires);
    prop_assert_eq!(found.len(), wires.len());
    let distinct: BTreeSet<&String> = found.iter().collect();
    prop_assert_eq!(distinct.len(), found.len(), "{:?} of {:?}", found, wires);
    for (name, wire) in found.iter().zip(wires) {
        prop_assert!(syn::parse_str::<syn::Ident>(name).is_ok(), "`{}` of {:?} is no identifier", name, wire);
        prop_assert!(!reserved.contains(&name.trim_start_matches("r#")), "`{}` of {:?} is taken", name, wire);
        prop_assert!(name.chars().count() <= 100, "`{}` is long", name);
        let first = name.trim_start_matches("r#").chars().next().unwrap_or('_');
        if first.is_ascii() {
            prop_assert_eq!(first.is_ascii_uppercase(), starts_upper && first != '_', "`{}` of {:?}", name, wire);
        }
    }
    Ok(())
}

/// The same cases in every run; what they find is written down as an example below.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(2), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn names_are_distinct_and_valid(wires in wires(0..12_usize)) {
        check::<Types>(&["Self", "Option", "String"], &wires, true)?;
        check::<Variants>(&["Self", "Unrecognized"], &wires, true)?;
        check::<Values>(&["extra", "send"], &wires, false)?;
        check::<Methods>(&["new", "clone"], &wires, false)?;
        check::<Modules>(&["mod", "runtime"], &wires, false)?;
    }

    #[test]
    fn names_do_not_depend_on_the_order(wires in wires(0..12_usize), seed in any::<u64>()) {
        let before = names::<Values>(&["extra"], &wires);
        let mut order: Vec<usize> = (0..wires.len()).collect();
        order.sort_by_key(|index| (*index as u64).wrapping_mul(seed | 1).rotate_left(17));
        let shuffled: Vec<String> = order.iter().map(|index| wires[*index].clone()).collect();
        let after = names::<Values>(&["extra"], &shuffled);
        let expected: Vec<String> = order.iter().map(|index| before[*index].clone()).collect();
        prop_assert_eq!(after, expected);
    }

    #[test]
    fn a_name_changes_only_if_it_collides(wires in wires(1..12_usize)) {
        let together = names::<Variants>(&[], &wires);
        let alone: Vec<String> = wires.iter().map(|wire| names::<Variants>(&[], std::slice::from_ref(wire)).remove(0)).collect();
        for (index, name) in alone.iter().enumerate() {
            let wanted_by_another = alone.iter().enumerate().any(|(other, wanted)| other != index && wanted == name);
            // Where nothing else wants the name and nothing was moved, it is the plain one.
            let moved = together.iter().zip(&alone).any(|(now, plain)| now != plain);
            if !wanted_by_another && !moved {
                prop_assert_eq!(&together[index], name);
            }
        }
        let distinct: BTreeSet<&String> = alone.iter().collect();
        if distinct.len() == alone.len() {
            prop_assert_eq!(together, alone);
        }
    }

    #[test]
    fn pinned_names_stay(wires in wires(0..10_usize), pinned in "[a-z][a-z0-9_]{0,8}[a-z0-9]") {
        let mut scope: Scope<Values> = Scope::new(&[]);
        for wire in &wires {
            scope.claim(wire, &[], "member", wire);
        }
        let claim = scope.pin(&pinned).map_err(|text| TestCaseError::fail(format!("`{text}` is an identifier")))?;
        let (names, _) = scope.resolve();
        let bare = names[claim.0].bare();
        prop_assert_eq!(bare, pinned.as_str());
        let others = names.iter().enumerate().filter(|(index, _)| *index != claim.0);
        for (_, name) in others {
            prop_assert_ne!(name.bare(), bare, "nobody else gets a pinned name");
        }
    }

    #[test]
    fn what_is_no_identifier_cannot_be_pinned(text in "\\PC{0,12}") {
        let mut scope: Scope<Types> = Scope::new(&[]);
        let is_name = syn::parse_str::<syn::Ident>(&text).is_ok() || syn::parse_str::<syn::Ident>(&format!("r#{text}")).is_ok();
        let pinned = scope.pin(&text);
        if let Ok(claim) = pinned {
            let (names, _) = scope.resolve();
            prop_assert_eq!(names[claim.0].bare(), text.as_str(), "a name of the configuration is used as it is");
        } else {
            prop_assert!(!is_name || matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_"), "`{}` is an identifier", text);
        }
    }
}

#[test]
fn names_that_cannot_be_pinned() {
    for text in ["", " ", "_", "a b", "a-b", "1st", "crate", "Self", "r#type"] {
        let mut scope: Scope<Values> = Scope::new(&[]);
        assert_eq!(scope.pin(text), Err(text.to_owned()));
    }
    let mut scope: Scope<Values> = Scope::new(&[]);
    assert!(scope.pin("type").is_ok(), "a keyword becomes a raw identifier");
    assert_eq!(scope.resolve().0[0].as_str(), "r#type");
}

/// Reads better than a property: what common spellings become.
#[test]
fn common_names() {
    let of = |wires: &[&str]| names::<Values>(&[], &wires.iter().map(|wire| (*wire).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        of(&["userId", "created-at", "HTTPStatus", "2fa", "type", "self"]),
        ["user_id", "created_at", "http_status", "n2fa", "r#type", "self_"]
    );
    let variants =
        |wires: &[&str]| names::<Variants>(&[], &wires.iter().map(|wire| (*wire).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        variants(&["", "+1", "-1", "*", "<=", "a", "A"]),
        ["Empty", "Plus1", "Minus1", "Star", "LessEqual", "ALowercase", "A"]
    );
    // The plain name stays with the value that has no symbol.
    assert_eq!(variants(&["name", "-name"]), ["Name", "MinusName"]);
    assert_eq!(of(&["id", "@id", "$id"]), ["id", "at_id", "dollar_id"]);
    // Words whose own capitals are none of a word's start.
    assert_eq!(
        of(&["OAuth2UserToken", "orgOAuth", "reserved_IPv6", "userIDs", "URLsOfPets", "iOS_version"]),
        ["oauth2_user_token", "org_oauth", "reserved_ipv6", "user_ids", "urls_of_pets", "ios_version"]
    );
    assert_eq!(
        variants(&["OAuth2", "IPv4", "iOS", "externalIDs", "APIs"]),
        ["OAuth2", "Ipv4", "Ios", "ExternalIds", "Apis"]
    );
    // A sentence is called by its start, and two of the same start by more of it.
    assert_eq!(variants(&["The order has been paid for in full already."]), ["TheOrderHasBeenPaidFor"]);
    assert_eq!(
        variants(&["The order has been paid for in full already.", "The order has been paid for by somebody else."]),
        ["TheOrderHasBeenPaidForInFullAlready", "TheOrderHasBeenPaidForBySomebodyElse"]
    );
}
