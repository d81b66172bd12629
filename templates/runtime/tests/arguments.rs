//! From values to the text of parameters, and the checks before.

use std::collections::BTreeMap;

use client_runtime::runtime::wire::{
    Argument, ArgumentValue, Check, Checker, Param, Pattern, Run, Validate, append, list, percent_encode, structure,
    validate,
};
use client_runtime::runtime::{Patch, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

fn text(param: &Param, value: impl Argument) -> String {
    let mut out = String::new();
    append(&mut out, param, &value.value());
    out
}

fn colors() -> Vec<&'static str> {
    vec!["blue", "black", "brown"]
}

fn rgb() -> BTreeMap<String, i64> {
    [("B", 150), ("G", 200), ("R", 100)].map(|(name, value)| (name.to_owned(), value)).into()
}

/// The table of OpenAPI 3.1.1, "Style Examples", with members in the order of their names.
#[test]
fn every_style() {
    let path = |label: bool, explode: bool| {
        let param = if label { Param::path("color").label() } else { Param::path("color").matrix() };
        if explode { param.exploded() } else { param }
    };
    let table: [(Param, [&str; 4]); 15] = [
        (path(false, false), [";color", ";color=blue", ";color=blue,black,brown", ";color=B,150,G,200,R,100"]),
        (path(false, true), [";color", ";color=blue", ";color=blue;color=black;color=brown", ";B=150;G=200;R=100"]),
        (path(true, false), [".", ".blue", ".blue,black,brown", ".B,150,G,200,R,100"]),
        (path(true, true), [".", ".blue", ".blue.black.brown", ".B=150.G=200.R=100"]),
        (Param::path("color"), ["", "blue", "blue,black,brown", "B,150,G,200,R,100"]),
        (Param::path("color").exploded(), ["", "blue", "blue,black,brown", "B=150,G=200,R=100"]),
        (Param::header("color"), ["", "blue", "blue,black,brown", "B,150,G,200,R,100"]),
        (Param::query("color").csv(), ["color=", "color=blue", "color=blue,black,brown", "color=B,150,G,200,R,100"]),
        (Param::query("color"), ["color=", "color=blue", "color=blue&color=black&color=brown", "B=150&G=200&R=100"]),
        (
            Param::query("color").spaces(),
            ["color=", "color=blue", "color=blue%20black%20brown", "color=B%20150%20G%20200%20R%20100"],
        ),
        (
            Param::query("color").pipes(),
            ["color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=B%7C150%7CG%7C200%7CR%7C100"],
        ),
        (
            Param::query("color").deep_object(),
            [
                "color=",
                "color=blue",
                "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
                "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100",
            ],
        ),
        (
            Param::cookie("color"),
            ["color=", "color=blue", "color=blue; color=black; color=brown", "B=150; G=200; R=100"],
        ),
        (
            Param::query("color").json(),
            [
                "color=%22%22",
                "color=%22blue%22",
                "color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D",
                "color=%7B%22B%22%3A150%2C%22G%22%3A200%2C%22R%22%3A100%7D",
            ],
        ),
        (
            Param::querystring("color"),
            ["", "blue", "%5B%22blue%22%2C%22black%22%2C%22brown%22%5D", "B=150&G=200&R=100"],
        ),
    ];
    for (param, expected) in table {
        let found = [text(&param, ""), text(&param, "blue"), text(&param, colors()), text(&param, rgb())];
        assert_eq!(found, expected, "{param:?}");
    }
}

#[test]
fn what_is_unset_is_not_sent() {
    let param = Param::query("a");
    for unset in [None::<bool>.value(), Vec::<i64>::new().value(), Patch::<i64>::Clear.value(), Value::Null.value()] {
        let mut out = "b=1".to_owned();
        append(&mut out, &param, &unset);
        assert_eq!(out, "b=1");
        assert!(unset.is_unset());
    }
    assert_eq!(text(&param, vec![Some("x"), None, Some("y")]), "a=x&a=y");
    assert_eq!(text(&param, Patch::Set(true)), "a=true");
}

#[test]
fn every_scalar() {
    let param = Param::path("a");
    assert_eq!(text(&param, true), "true");
    assert_eq!(text(&param, i64::MIN), "-9223372036854775808");
    assert_eq!(text(&param, u64::MAX), "18446744073709551615");
    assert_eq!([text(&param, 0.1_f32), text(&param, 0.1), text(&param, 2.0)], ["0.1", "0.1", "2"]);
    assert_eq!(text(&param, Timestamp::from("2024-01-15T10:00:00Z")), "2024-01-15T10%3A00%3A00Z");
    assert_eq!(text(&param, Box::new("a b/c?d")), "a%20b%2Fc%3Fd");
    assert_eq!(list::<String>(["a", "b"]), ["a", "b"]);
}

#[test]
fn characters_that_stay() {
    let every: String = (0x20_u8..0x7F).map(char::from).collect();
    let mut out = String::new();
    percent_encode(&mut out, &every);
    let stayed: String =
        out.split('%').enumerate().map(|(index, part)| &part[if index == 0 { 0 } else { 2 }..]).collect();
    assert_eq!(stayed, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    let reserved = ":/?#[]@!$&'()*+,;=";
    assert_eq!(text(&Param::query("a").allow_reserved(), reserved), "a=:/?%23%5B%5D@!$%26'()*+,;=");
    assert_eq!(text(&Param::header("a"), "a, b/ü"), "a, b/ü");
    assert_eq!(text(&Param::query("page[size]"), 5_i64), "page%5Bsize%5D=5");
}

#[test]
fn nested_values() {
    let value = structure(&json!({"a": {"b": [1, {"c": null, "d": "x y"}]}, "e": null})).expect("it is JSON");
    assert_eq!(
        text(&Param::query("q").deep_object(), &value),
        "q%5Ba%5D%5Bb%5D%5B0%5D=1&q%5Ba%5D%5Bb%5D%5B1%5D%5Bd%5D=x%20y"
    );
    assert_eq!(text(&Param::path("q"), &value).matches("%7B").count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_server_reads_what_was_meant(values in prop::collection::vec(".{1,8}", 1..5), name in "[a-z.\\[\\]é ]{1,6}") {
        let name: &'static str = Box::leak(name.into_boxed_str());
        let query = text(&Param::query(name), values.clone());
        let url = url::Url::parse(&format!("https://host/?{query}")).expect("a URL");
        // Nothing was changed on the way, so everything that needs to be encoded is.
        prop_assert_eq!(url.query(), Some(query.as_str()));
        let read: Vec<String> = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into()).collect();
        prop_assert_eq!(&read, &values);

        let commas = text(&Param::query(name).csv(), values.clone());
        let (_, joined) = commas.split_once('=').expect("a pair");
        let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8().expect("UTF-8").into_owned();
        prop_assert_eq!(joined.split(',').map(decode).collect::<Vec<_>>(), values);
    }

    #[test]
    fn a_path_stays_a_path(value in ".{1,12}") {
        let segment = text(&Param::path("id"), value.as_str());
        prop_assume!(segment != "." && segment != "..");
        let url = url::Url::parse(&format!("https://host/a/{segment}/b")).expect("a URL");
        let path = format!("/a/{segment}/b");
        prop_assert_eq!(url.path(), path.as_str());
        let uri = http::Uri::try_from(path.as_str()).expect("a URI");
        prop_assert_eq!(uri.path(), path.as_str());
    }
}

fn fault(check: Check, value: impl Argument) -> Option<String> {
    check.violation("p", &value.value()).map(|violation| {
        assert!(violation.parameter.starts_with('p'));
        violation.message
    })
}

#[test]
fn bounds_of_numbers() {
    let between = Check::new().min(1).max(100);
    assert_eq!(fault(between, 0_i64).as_deref(), Some("`p` must be at least 1, it is 0"));
    assert_eq!(fault(between, 101_u8).as_deref(), Some("`p` must be at most 100, it is 101"));
    assert_eq!(fault(between, 100.5).as_deref(), Some("`p` must be at most 100, it is 100.5"));
    assert!(fault(between, f64::NAN).is_some());
    assert_eq!([fault(between, 1_i64), fault(between, 100_i64), fault(between, None::<i64>)], [None, None, None]);
    let inside = Check::new().exclusive_min(0).exclusive_max_float(1.5);
    assert_eq!(fault(inside, 0_i64).as_deref(), Some("`p` must be more than 0, it is 0"));
    assert_eq!(fault(inside, 1.5).as_deref(), Some("`p` must be less than 1.5, it is 1.5"));
    assert_eq!(fault(inside, 1.4), None);
    assert_eq!(fault(Check::new().max(i128::from(i64::MAX)), i64::MAX), None);
    assert!(fault(Check::new().max(i128::from(i64::MAX)), i64::MAX as u64 + 1).is_some());
    assert!(
        fault(Check::new().multiple_of(5), 7_i64).is_some() && fault(Check::new().multiple_of(5), -10_i64).is_none()
    );
    let cents = Check::new().multiple_of_float(0.01).min_float(-1.0);
    assert!(fault(cents, 19.99).is_none() && fault(cents, 0.005).is_some() && fault(cents, 3_i64).is_none());
}

#[test]
fn lengths_are_characters_and_texts_are_never_shown() {
    let check = Check::new().min_length(2).max_length(4);
    assert_eq!(fault(check, "äöü😀"), None);
    assert_eq!(fault(check, "ä").as_deref(), Some("`p` must have at least 2 characters, it has 1"));
    assert_eq!(fault(check, "secret").as_deref(), Some("`p` must have at most 4 characters, it has 6"));
    assert_eq!(fault(check, vec!["ok", "secret"]).as_deref(), Some("`p[1]` must have at most 4 characters, it has 6"));
    static DIGITS: Pattern = Pattern::new("^[0-9]{1,19}$", &[Run::of(&[('0', '9')], 1, 19)]);
    let message = fault(Check::new().pattern(&DIGITS), "secret");
    assert_eq!(message.as_deref(), Some("`p` must match ^[0-9]{1,19}$, and does not (6 characters)"));
}

#[test]
fn bounds_of_lists() {
    let check = Check::new().min_items(2).max_items(3).unique_items();
    assert_eq!(fault(check, vec![1_i64]).as_deref(), Some("`p` must have at least 2 items, it has 1"));
    assert_eq!(fault(check, vec![1_i64; 4]).as_deref(), Some("`p` must have at most 3 items, it has 4"));
    assert_eq!(
        fault(check, vec!["a", "b", "a"]).as_deref(),
        Some("`p` must not have equal items, items 0 and 2 are equal")
    );
    // An empty list is not sent, so it breaks no bound.
    assert_eq!(fault(check, Vec::<i64>::new()), None);
}

struct Filter {
    keyword: Option<String>,
    limits: Vec<i64>,
}

impl Validate for Filter {
    fn validate(&self, at: &mut Checker<'_>) {
        at.text("keyword", self.keyword.as_deref(), &Check::new().min_length(1));
        at.items("limits", self.limits.as_slice(), &Check::new().max_items(2));
        at.value("limits", &self.limits, &Check::new().max(9));
    }
}

struct Rule {
    tag: String,
    filters: Vec<Filter>,
    by_name: BTreeMap<String, Filter>,
    weight: Option<f64>,
}

impl Validate for Rule {
    fn validate(&self, at: &mut Checker<'_>) {
        at.text("tag", self.tag.as_str(), &Check::new().max_length(3));
        at.nested("filters", &self.filters);
        at.nested("by_name", &self.by_name);
        at.number("weight", &self.weight, &Check::new().max(1));
    }
}

#[test]
fn violations_in_bodies_have_a_path() {
    let filter = |keyword: &str, limits: &[i64]| Filter { keyword: Some(keyword.to_owned()), limits: limits.to_vec() };
    let rule = |tag: &str, filters, by_name| Rule { tag: tag.to_owned(), filters, by_name, weight: Some(1.0) };
    let path = |rule: &Rule| validate(rule).map(|violation| violation.parameter);
    assert_eq!(path(&rule("abc", vec![filter("x", &[1, 2])], BTreeMap::new())), None);
    assert_eq!(path(&rule("abcd", vec![filter("", &[])], BTreeMap::new())).as_deref(), Some("tag"));
    assert_eq!(
        path(&rule("a", vec![filter("x", &[]), filter("", &[])], BTreeMap::new())).as_deref(),
        Some("filters[1].keyword")
    );
    assert_eq!(path(&rule("a", vec![filter("x", &[1, 1, 1])], BTreeMap::new())).as_deref(), Some("filters[0].limits"));
    let named = BTreeMap::from([("first".to_owned(), filter("x", &[1, 10]))]);
    assert_eq!(path(&rule("a", vec![], named)).as_deref(), Some("by_name.first.limits[1]"));
    let heavy = Rule { weight: Some(1.5), ..rule("a", vec![], BTreeMap::new()) };
    assert_eq!(validate(&heavy).map(|v| v.message).as_deref(), Some("`weight` must be at most 1, it is 1.5"));
    assert_eq!(validate(&Some(Box::new(heavy))).map(|v| v.parameter).as_deref(), Some("weight"));
}

#[test]
fn patterns() {
    static ANY: usize = usize::MAX;
    static PAIR: Pattern = Pattern::new(
        "^[0-9]{1,19}-[0-9]{1,19}$",
        &[Run::of(&[('0', '9')], 1, 19), Run::of(&[('-', '-')], 1, 1), Run::of(&[('0', '9')], 1, 19)],
    );
    static NAME: Pattern = Pattern::new(
        "^[A-Za-z_]?[^_]*$",
        &[Run::of(&[('A', 'Z'), ('a', 'z'), ('_', '_')], 0, 1), Run::not(&[('_', '_')], 0, ANY)],
    );
    // Runs that overlap: greedy matching without a way back would fail.
    static OVERLAP: Pattern = Pattern::new(
        "^[a-z]{1,3}[a-b]{2}[b]*$",
        &[Run::of(&[('a', 'z')], 1, 3), Run::of(&[('a', 'b')], 2, 2), Run::of(&[('b', 'b')], 0, ANY)],
    );
    for (pattern, text, expected) in [
        (&PAIR, "12-34", true),
        (&PAIR, "-34", false),
        (&PAIR, "12-", false),
        (&PAIR, "12-34 ", false),
        (&PAIR, "12345678901234567890-1", false),
        (&NAME, "", true),
        (&NAME, "_é", true),
        (&NAME, "__", false),
        (&OVERLAP, "aab", true),
        (&OVERLAP, "zabbbbb", true),
        (&OVERLAP, "aa", false),
        (&OVERLAP, "abca", false),
        (&OVERLAP, "bbbbbbbbb", true),
    ] {
        assert_eq!(pattern.is_match(text), expected, "{pattern} {text:?}");
    }
    assert!(NAME.is_match(&"x".repeat(1_000_000)));
}

#[test]
fn json_of_values() {
    let value = ArgumentValue::Object(vec![
        ("a".into(), ArgumentValue::Integer(i128::MAX)),
        ("b".into(), ArgumentValue::List(vec![ArgumentValue::Boolean(true), ArgumentValue::Unset])),
    ]);
    assert_eq!(value.to_json(), json!({"a": i128::MAX.to_string(), "b": [true, null]}));
}

#[test]
fn equal_items_of_long_lists_are_found_in_time() {
    let check = Check::new().unique_items();
    let mut texts: Vec<String> = (0..200_000).map(|index| index.to_string()).collect();
    assert_eq!(check.violation("ids", &texts.value()), None);
    texts.push("7".to_owned());
    let violation = check.violation("ids", &texts.value()).map(|violation| violation.message);
    assert_eq!(violation.as_deref(), Some("`ids` must not have equal items, items 7 and 200000 are equal"));
    assert_eq!(check.violation("n", &vec![f64::NAN, f64::NAN].value()), None);
    assert!(check.violation("n", &vec![0.5, 0.5].value()).is_some());
    // An integer is not the text of its digits.
    let mixed = json!([1, "1", null]);
    assert_eq!(check.violation("m", &mixed.value()), None);

    /// The elements of a body know equality alone.
    struct Body(Vec<usize>);
    impl Validate for Body {
        fn validate(&self, at: &mut Checker<'_>) {
            at.items("ids", self.0.as_slice(), &Check::new().unique_items());
        }
    }
    let equal_at = |index: usize| {
        let mut items: Vec<usize> = (0..100_000).collect();
        items[index] = 0;
        validate(&Body(items)).is_some()
    };
    assert!(equal_at(999));
    assert!(!equal_at(1000), "the server decides about the rest");
}
