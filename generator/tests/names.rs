//! Names for whatever a document calls its things: distinct, valid, and independent of what came first.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use quote::ToTokens;
use spec2crate::names::{Clash, Kind, Methods, Modules, Scope, TypeName, Types, ValueName, Values, Variants, kebab};

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
    assert_eq!(variants(&["ab", "Ab", "AB"]), ["AbLowercase", "Ab", "AbUppercase"]);
    assert_eq!(of(&["1", "n1"]), ["n1", "n1_lowercase"]);
    // The plain name stays with the value that has no symbol.
    assert_eq!(variants(&["created_at", "-created_at"]), ["CreatedAt", "MinusCreatedAt"]);
    assert_eq!(variants(&["a-b", "a_b"]), ["AMinusB", "AUnderscoreB"]);
    assert_eq!(variants(&["-1a"]), ["Minus1a"]);
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
    // What looks like such a word, but is the end of one and the start of another.
    assert_eq!(of(&["SSOAuthToken", "HTTPserver"]), ["sso_auth_token", "htt_pserver"]);
    // Letters that may not stand in an identifier.
    assert_eq!(of(&["a_1ⓐ"]), ["a_1_u24d0"]);
    // A sentence is called by its start, and two of the same start by more of it.
    assert_eq!(variants(&["The order has been paid for in full already."]), ["TheOrderHasBeenPaidFor"]);
    assert_eq!(
        variants(&["The order has been paid for in full already.", "The order has been paid for by somebody else."]),
        ["TheOrderHasBeenPaidForInFullAlready", "TheOrderHasBeenPaidForBySomebodyElse"]
    );
}

/// One name of a text in an empty namespace.
fn alone<K: Kind>(wire: &str) -> String
where
    K::Name: ToString,
{
    names::<K>(&[], &[wire.to_owned()]).remove(0)
}

#[test]
fn a_claim_stands_for_its_name() {
    let mut scope: Scope<Values> = Scope::new(&[]);
    let claims = [
        scope.claim("id", &[], "member", "/0"),
        scope.pin("type").expect("it is an identifier"),
        scope.claim_short("user name", "member", "/2"),
    ];
    let (names, clashes) = scope.resolve();
    assert_eq!(claims.map(|claim| names[claim.0].as_str()), ["id", "r#type", "user_name"]);
    assert_eq!(clashes, []);
}

#[test]
fn collisions_name_all_parties_with_what_they_got() {
    let mut scope: Scope<Types> = Scope::new(&[]);
    let of = |text: &str| [text.to_owned()];
    let message = scope.claim("status", &of("direct message status"), "model", "/a");
    let order = scope.claim("Status", &of("order status"), "model", "/b");
    scope.claim("user", &of("user of an order"), "model", "/c");
    let (names, clashes) = scope.resolve();
    let names: Vec<&str> = names.iter().map(TypeName::as_str).collect();
    assert_eq!(names, ["DirectMessageStatus", "OrderStatus", "User"], "who collides with nobody keeps the short name");
    let parties = vec![(message, names[0].to_owned()), (order, names[1].to_owned())];
    assert_eq!(clashes, [Clash { wanted: "Status".to_owned(), parties, pinned: false }]);

    // What the longer names collide with again is part of the same collision.
    let mut scope: Scope<Types> = Scope::new(&[]);
    let first = scope.claim("a", &of("b c"), "model", "/a");
    let second = scope.claim("A", &of("b c"), "model", "/b");
    let (names, clashes) = scope.resolve();
    assert_ne!(names[first.0], names[second.0]);
    assert_eq!(clashes.iter().map(|clash| clash.wanted.as_str()).collect::<Vec<_>>(), ["A"]);
}

#[test]
fn longer_texts_are_asked_for_where_names_collide() {
    let mut scope: Scope<Values> = Scope::new(&[]);
    let query = scope.claim_short("id", "argument", "/0");
    let other = scope.claim_short("name", "argument", "/1");
    let header = scope.claim_short("ID", "argument", "/2");
    let asked = RefCell::new(Vec::new());
    let (names, _) = scope.resolve_with(|claim| {
        asked.borrow_mut().push(claim);
        vec![format!("{} id", if claim == query { "query" } else { "header" }), "never needed".to_owned()]
    });
    assert_eq!([query, other, header].map(|claim| names[claim.0].as_str()), ["query_id", "name", "header_id"]);
    assert_eq!(asked.into_inner(), [query, header]);
}

#[test]
fn a_pinned_name_that_two_have_is_a_fault_of_the_configuration() {
    let pinned = |texts: &[&str]| {
        let mut scope: Scope<Types> = Scope::new(&[]);
        scope.claim("user", &[], "model", "/user");
        texts.iter().for_each(|text| drop(scope.pin(text)));
        scope.resolve().1.iter().map(|clash| (clash.parties.len(), clash.pinned)).collect::<Vec<_>>()
    };
    assert_eq!(pinned(&["User"]), [(2, false)], "the other one makes room");
    assert_eq!(pinned(&["Account", "Account"]), [(2, true)]);
    assert_eq!(pinned(&["User", "User"]), [(3, true)]);
    assert_eq!(pinned(&["Account", "Person"]), []);
}

#[test]
fn what_is_reserved_gets_the_suffix() {
    let mut scope: Scope<Values> = Scope::new(&["type", "send"]);
    for wire in ["send", "type", "sender"] {
        scope.claim(wire, &[], "argument", wire);
    }
    let names = scope.resolve().0;
    let names: Vec<&str> = names.iter().map(ValueName::as_str).collect();
    assert_eq!(names, ["send_argument", "type_argument", "sender"]);
}

#[test]
fn files_and_methods_are_named_after_what_they_hold() {
    for (wire, module, file) in [
        ("User", "user", "user.rs"),
        ("Type", "r#type", "type.rs"),
        ("Mod", "mod_", "mod_.rs"),
        // Files that Windows does not have.
        ("Con", "con_", "con_.rs"),
        ("Größe", "grosse", "grosse.rs"),
    ] {
        let mut scope: Scope<Types> = Scope::new(&[]);
        scope.claim(wire, &[], "model", wire);
        let (names, _) = scope.resolve();
        let found = names[0].module();
        assert_eq!((found.as_str(), found.file().as_str()), (module, file));
    }
    let mut scope: Scope<Values> = Scope::new(&[]);
    scope.claim("type", &[], "member", "/");
    let name = scope.resolve().0.remove(0);
    assert_eq!((name.method().as_str(), name.method().bare()), ("r#type", "type"));
    assert_eq!(name.to_token_stream().to_string(), "r#type");
}

#[test]
fn packages_are_words_with_dashes() {
    for (text, name) in [
        ("Swagger Petstore - OpenAPI 3.0", "swagger-petstore-open-api-3-0"),
        ("Größen & Maße", "grossen-masse"),
        ("  ", ""),
    ] {
        assert_eq!(kebab(text), name);
    }
}

#[test]
fn a_sentence_has_more_than_eight_words() {
    assert_eq!(alone::<Variants>("one two three four five six seven eight"), "OneTwoThreeFourFiveSixSevenEight");
    assert_eq!(alone::<Variants>("one two three four five six seven eight nine"), "OneTwoThreeFourFiveSix");
    // Types are joined of many words on purpose.
    assert_eq!(alone::<Types>("one two three four five six seven eight nine"), "OneTwoThreeFourFiveSixSevenEightNine");
}

#[test]
fn symbols_are_words() {
    for (wire, name) in [
        ("+", "Plus"),
        ("-", "Minus"),
        ("=", "Equal"),
        ("!", "Not"),
        ("<", "Less"),
        (">", "Greater"),
        ("*", "Star"),
        ("/", "Slash"),
        ("\\", "Backslash"),
        ("%", "Percent"),
        ("&", "And"),
        ("|", "Or"),
        ("~", "Tilde"),
        ("^", "Caret"),
        ("#", "Hash"),
        ("@", "At"),
        ("$", "Dollar"),
        ("?", "Question"),
        (".", "Dot"),
        (",", "Comma"),
        (":", "Colon"),
        (";", "Semicolon"),
        ("'", "Quote"),
        ("\"", "DoubleQuote"),
        ("`", "Backtick"),
        ("(", "OpenParen"),
        (")", "CloseParen"),
        ("[", "OpenBracket"),
        ("]", "CloseBracket"),
        ("{", "OpenBrace"),
        ("}", "CloseBrace"),
        ("_", "Underscore"),
        (" ", "Space"),
        ("§", "U00a7"),
        ("\u{7}", "U0007"),
    ] {
        assert_eq!(alone::<Variants>(wire), name);
    }
    // A digit that would come first has its symbol before it; one behind needs none.
    assert_eq!(alone::<Variants>("-1"), "Minus1");
    assert_eq!(alone::<Variants>("1-"), "N1");
    assert_eq!(alone::<Variants>("§1"), "N1");
}

#[test]
fn long_names_are_cut_and_stay_apart() {
    let long = |count: usize| "a".repeat(count);
    assert_eq!(alone::<Values>(&long(96)), long(96));
    let cut = alone::<Values>(&long(97));
    let (start, print) = cut.split_at(79);
    assert_eq!(start, long(79));
    assert_eq!(print.len(), 18, "{print}");
    assert!(print.starts_with("_x") && print[2..].chars().all(|c| c.is_ascii_hexdigit()), "{print}");
    assert_ne!(cut, alone::<Values>(&long(98)));
    // It is the same in every version, because it is part of a name that callers write.
    assert_eq!(print, "_xe3cadd6384e3832c");
}
