//! The wire form of generated types: the two tables, unions, scalars and drift.
//!
//! The macros are visible inside of a crate only, so this test contains the runtime instead of depending on it.

#![allow(unreachable_pub, reason = "what the tables make is public, the types of a test are not")]

#[path = "../src/runtime/mod.rs"]
#[allow(dead_code, unused_imports, reason = "a test uses a part of the runtime only")]
pub mod runtime;

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use runtime::wire::{self, Argument, ArgumentValue, watch};
use runtime::{DriftKind, Patch, Timestamp, Unrecognized};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, Default, PartialEq)]
struct Event {
    id: String,
    count: i64,
    kind: Option<Kind>,
    note: Option<String>,
    tags: Vec<String>,
    parts: Vec<Event>,
    scores: BTreeMap<String, f64>,
    title: Patch<String>,
    parent: Option<Box<Event>>,
    r#type: Option<String>,
}
wire::object! {
    Event {
        count: "count" default,
        id: "id" required,
        kind: "kind" optional,
        note: "note" nullable,
        parent: "parent" optional,
        parts: "parts" list,
        scores: "scores" map,
        tags: "tags" list,
        title: "title" patch,
        r#type: "@type" optional,
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Open {
    id: Option<String>,
    extra: BTreeMap<String, Value>,
}
wire::object! { Open { id: "id" optional, ..extra } }

#[derive(Clone, Debug, Default, PartialEq)]
struct Closed {
    field: Option<String>,
    map: Option<String>,
}
wire::object! { Closed { field: "field" optional, map: "map" optional, ..deny } }

#[derive(Clone, Debug, Default, PartialEq)]
struct Field {}
wire::object! { Field {} }

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Small,
    TooLarge,
    Unrecognized(Unrecognized),
}
wire::string_enum! {
    Kind {
        Small = "small",
        TooLarge = "too_large",
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Event(Event),
    Open(Open),
    Names(Vec<String>),
    Number(f64),
    Unrecognized(Value),
}

impl Serialize for Shape {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Event(arm) => arm.serialize(serializer),
            Self::Open(arm) => arm.serialize(serializer),
            Self::Names(arm) => arm.serialize(serializer),
            Self::Number(arm) => arm.serialize(serializer),
            Self::Unrecognized(arm) => arm.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = wire::union::read(deserializer)?;
        if wire::union::tag(&value, "@type", &["event"]) {
            return wire::union::arm(value).map(Self::Event);
        }
        if wire::union::has_keys(&value, &["data"]) {
            return wire::union::arm(value).map(Self::Open);
        }
        if wire::union::is(&value, wire::union::Kind::Array)
            && let Some(arm) = wire::union::try_arm(&value)
        {
            return Ok(Self::Names(arm));
        }
        if wire::union::is(&value, wire::union::Kind::Number) {
            return wire::union::arm(value).map(Self::Number);
        }
        if let Some(arm) = wire::union::try_arm(&value) {
            return Ok(Self::Event(arm));
        }
        wire::union::unrecognized("Shape", value).map(Self::Unrecognized)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::text::deserialize(deserializer).map(Self)
    }
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    // Text, reader and tree have to agree.
    let value = serde_json::from_str(text).map_err(|error| error.to_string());
    let from_reader = serde_json::from_reader::<_, T>(text.as_bytes());
    assert_eq!(value.is_ok(), from_reader.is_ok());
    assert_eq!(value.is_ok(), serde_json::from_str::<Value>(text).and_then(serde_json::from_value::<T>).is_ok());
    value
}

fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

#[test]
fn what_is_absent_or_null() {
    for text in [
        r#"{"id":"1"}"#,
        r#"{"id":"1","count":null,"kind":null,"note":null,"tags":null,"parts":null,"scores":null,"parent":null}"#,
        r#"{"id":"1","tags":[],"parts":[],"scores":{}}"#,
    ] {
        let event: Event = read(text).expect("all of it is optional");
        assert_eq!(event, Event { id: "1".into(), ..Event::default() });
        assert_eq!(write(&event), r#"{"count":0,"id":"1","note":null}"#);
    }
}

#[test]
fn a_patch_tells_absent_from_null() {
    let title = |text| read::<Event>(text).map(|event| event.title);
    assert_eq!(title(r#"{"id":""}"#), Ok(Patch::Keep));
    assert_eq!(title(r#"{"id":"","title":null}"#), Ok(Patch::Clear));
    assert_eq!(title(r#"{"id":"","title":"x"}"#), Ok(Patch::Set("x".to_owned())));
    let event = |title| write(&Event { title, ..Event::default() });
    assert_eq!(event(Patch::Keep), r#"{"count":0,"id":"","note":null}"#);
    assert_eq!(event(Patch::Clear), r#"{"count":0,"id":"","note":null,"title":null}"#);
    assert_eq!(event("x".to_owned().into()), r#"{"count":0,"id":"","note":null,"title":"x"}"#);
}

#[test]
fn what_is_wrong() {
    let wrong = |text| read::<Event>(text).expect_err(text);
    assert!(wrong("{}").starts_with("missing field `id`"), "{}", wrong("{}"));
    assert!(wrong(r#"{"id":null}"#).contains("invalid type: null"));
    assert!(wrong(r#"["1"]"#).contains("expected an object (Event)"));
    assert!(wrong(r#"{"id":"1","tags":{}}"#).contains("expected an array or null"));
    assert!(wrong(r#"{"id":"1","kind":1}"#).contains("expected a string (Kind)"));
    assert!(read::<Closed>(r#"{"name":1}"#).expect_err("denied").contains("unknown field `name`"));
    assert!(wrong(r#"{"id":"1","parts":[{"id":"2"},{"id":3}]}"#).contains("invalid type: integer"));
}

#[test]
fn the_last_of_two_members_counts() {
    let event: Event = read(r#"{"id":"1","tags":["a"],"id":"2","tags":["b","c"]}"#).expect("twice is fine");
    assert_eq!((event.id.as_str(), event.tags.len()), ("2", 2));
}

#[test]
fn extra_members_are_kept() {
    let text = r#"{"id":"1","a":[1,null],"b":{"c":true}}"#;
    let mut open: Open = read(text).expect("anything goes");
    assert_eq!(open.extra.len(), 2);
    assert_eq!(write(&open), text);
    open.extra.insert("id".to_owned(), json!("twice"));
    assert_eq!(write(&open), text);
    assert_eq!(write(&read::<Field>(r#"{"a":1}"#).expect("ignored")), "{}");
}

#[test]
fn enums_are_open() {
    assert_eq!(Kind::ALL, [Kind::Small, Kind::TooLarge]);
    assert_eq!(read::<Kind>(r#""too_large""#), Ok(Kind::TooLarge));
    assert_eq!(read::<Kind>(r#""too\u005flarge""#), Ok(Kind::TooLarge));
    let medium: Kind = read(r#""medium""#).expect("unknown values are fine");
    assert_eq!((medium.is_known(), medium.as_str()), (false, "medium"));
    assert_eq!(write(&medium), r#""medium""#);
    assert_eq!(medium, Kind::from("medium"));
    assert_eq!(Kind::from("small".to_owned()), Kind::Small);
    assert_eq!(Kind::from(&Kind::Small), Kind::Small);
    assert_eq!(Kind::from("medium".to_owned()), medium);
    assert_eq!(format!("{medium:>8}|{}", Kind::Small), "  medium|small");
    assert_eq!(Kind::Small.value(), ArgumentValue::text("small"));
    assert!(!Kind::default().is_known());
    let map: BTreeMap<Kind, u8> = read(r#"{"small":1,"medium":2}"#).expect("enums can be keys");
    assert_eq!(write(&map), r#"{"small":1,"medium":2}"#);
}

#[test]
fn unions_choose_in_order() {
    let shape = |text| read::<Shape>(text).expect("a union reads anything");
    assert!(matches!(shape(r#"{"@type":"event","id":"1"}"#), Shape::Event(event) if event.id == "1"));
    assert!(matches!(shape(r#"{"@type":"other","data":1}"#), Shape::Open(_)));
    assert!(matches!(shape(r#"["a"]"#), Shape::Names(names) if names == ["a"]));
    assert!(matches!(shape("1.5"), Shape::Number(_)));
    assert!(matches!(shape(r#"{"id":"1"}"#), Shape::Event(_)));
    for text in ["[1]", r#"{"a":1}"#, "null", r#""text""#] {
        let unrecognized = shape(text);
        assert!(matches!(unrecognized, Shape::Unrecognized(_)));
        assert_eq!(write(&unrecognized), text);
    }
    assert!(read::<Shape>(r#"{"@type":"event"}"#).expect_err("the tag decides").contains("missing field `id`"));
}

#[test]
fn ids_read_numbers() {
    assert_eq!(read::<Id>(r#""007""#), Ok(Id("007".to_owned())));
    assert_eq!(read::<Id>("18446744073709551615"), Ok(Id("18446744073709551615".to_owned())));
    assert_eq!(read::<Id>("-5"), Ok(Id("-5".to_owned())));
    assert!(read::<Id>("1.5").is_err() && read::<Id>("true").is_err() && read::<Id>("null").is_err());
}

#[test]
fn drift_is_reported_with_its_path() {
    let text = r#"{"id":"1","count":null,"new":1,"parts":[{"id":"2"},{"id":"3","count":0,"kind":"huge","@new":{}}],
        "scores":{"a.b":1}}"#;
    let watched = watch("getEvent", || read_plain::<Event>(text));
    assert!(watched.result.is_ok());
    assert_eq!(watched.path, "$");
    let found: Vec<_> = watched.found.iter().map(|drift| (drift.kind, drift.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (DriftKind::MissingRequired, "$.count"),
            (DriftKind::IgnoredField, "$.new"),
            (DriftKind::MissingRequired, "$.parts[0].count"),
            (DriftKind::UnknownValue, "$.parts[1].kind"),
            (DriftKind::IgnoredField, "$.parts[1]['@new']"),
        ]
    );
    assert_eq!(watched.found[3].value.as_deref(), Some("huge"));
    assert_eq!(watched.found[3].to_string(), r#"getEvent: unknown value at $.parts[1].kind: "huge""#);
}

#[test]
fn a_failure_has_its_path() {
    let path = |text| watch("", || read_plain::<Event>(text)).path;
    assert_eq!(path(r#"{"id":"1","parts":[{"id":"2"},{"id":"3","scores":{"x y":"z"}}]}"#), "$.parts[1].scores['x y']");
    assert_eq!(path(r#"{"id":"1","parts":[{"id":"2"},{}]}"#), "$.parts[1]");
    assert_eq!(path(r#"{"id":"1","parent":{"id":1}}"#), "$.parent.id");
}

#[test]
fn an_arm_that_was_tried_leaves_no_trace() {
    let watched = watch("", || read_plain::<Vec<Shape>>(r#"[{"new":1,"count":"x"}]"#));
    assert!(watched.result.is_ok());
    let found: Vec<_> = watched.found.iter().map(|drift| (drift.kind, drift.value.as_deref())).collect();
    assert_eq!(found, [(DriftKind::UnknownArm, Some("Shape"))]);
    // Outside of a scope nothing is recorded, and nothing of the scope is left.
    let again = watch("", || read_plain::<Kind>(r#""small""#));
    assert!(again.found.is_empty());
}

fn read_plain<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn timestamps_in_all_their_forms() {
    let millis = |text: &str| Timestamp::from(text).unix_millis();
    assert_eq!(millis("2023-11-07T05:31:56Z"), Some(1_699_335_116_000));
    assert_eq!(millis("2024-01-15T10:00:00.000Z"), Some(1_705_312_800_000));
    assert_eq!(millis("2024-01-15t15:30:00.1239+05:30"), Some(1_705_312_800_123));
    assert_eq!(millis("2024-01-15 09:00:00.5-0100"), Some(1_705_312_800_500));
    assert_eq!(millis("Wed Jan 06 18:40:40 +0000 2021"), Some(1_609_958_440_000));
    assert_eq!(millis("1705312800000"), Some(1_705_312_800_000));
    assert_eq!(millis("-1"), Some(-1));
    assert_eq!(millis("1969-12-31T23:59:59.999Z"), Some(-1));
    assert_eq!(millis("2024-02-29T00:00:00Z"), Some(1_709_164_800_000));
    assert_eq!(millis("2016-12-31T23:59:60Z"), Some(1_483_228_800_000));
    for wrong in [
        "",
        "-",
        "now",
        "2024-01-15",
        "2024-01-15T10:00:00",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-01-15T24:00:00Z",
        "2024-01-15T10:00Z",
        "2024-01-15T10:00:00.Z",
        "2024-01-15T10:00:00+5:30",
        "24-01-15T10:00:00Z",
        "2024-01-15T10:00:00Zz",
        "99999999999999999999",
        "Wed Foo 06 18:40:40 +0000 2021",
    ] {
        assert_eq!(millis(wrong), None, "{wrong}");
    }
    assert_eq!(read::<Timestamp>("1705312800000"), Ok(Timestamp::from("1705312800000")));
    assert_eq!(write(&Timestamp::from("as sent")), r#""as sent""#);
    assert_eq!(Timestamp::from(UNIX_EPOCH).as_str(), "1970-01-01T00:00:00.000Z");
    assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_nanos(1)).as_str(), "1969-12-31T23:59:59.999Z");
    assert_eq!(HashSet::from([Timestamp::from("a"), Timestamp::from("a")]).len(), 1);
}

/// Compares with every text form of the same moment.
fn agrees(time: SystemTime) {
    let timestamp = Timestamp::from(time);
    let back = timestamp.to_system_time().expect("it was one");
    assert!(time.duration_since(back).is_ok_and(|lost| lost < Duration::from_millis(1)), "{timestamp}");
}

fn event() -> impl Strategy<Value = Event> {
    let text = || ".{0,6}";
    let leaf = (text(), any::<i64>(), prop::option::of("small|too_large|[a-z]{1,9}"), prop::option::of(text()))
        .prop_map(|(id, count, kind, note)| Event { id, count, kind: kind.map(Kind::from), note, ..Event::default() });
    leaf.prop_recursive(3, 20, 4, move |inner| {
        (
            inner.clone(),
            prop::collection::vec(inner.clone(), 0..3),
            prop::collection::btree_map(text(), (-99_999..99_999).prop_map(|eighths| f64::from(eighths) / 8.0), 0..3),
            prop_oneof![Just(Patch::Keep), Just(Patch::Clear), text().prop_map(Patch::Set)],
            prop::option::of(inner.prop_map(Box::new)),
            prop::collection::vec(text(), 0..3),
        )
            .prop_map(|(event, parts, scores, title, parent, tags)| Event {
                parts,
                scores,
                title,
                parent,
                tags,
                ..event
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn objects_round_trip(event in event()) {
        let text = write(&event);
        prop_assert_eq!(read::<Event>(&text), Ok(event.clone()));
        let value = serde_json::to_value(&event).expect("it was written before");
        prop_assert_eq!(write(&value), write(&serde_json::from_str::<Value>(&text).expect("JSON")));
        let watched = watch("", || read_plain::<Event>(&text));
        prop_assert_eq!(watched.result.ok(), Some(event));
    }

    #[test]
    fn timestamps_round_trip(millis in -62_135_596_800_000i64..253_402_300_799_999, nanos in 0u64..1_000_000) {
        let timestamp = Timestamp::from_unix_millis(millis);
        prop_assert_eq!(timestamp.unix_millis(), Some(millis));
        prop_assert_eq!(timestamp.as_str().len(), 24);
        let time = UNIX_EPOCH + Duration::from_millis(millis.unsigned_abs()) + Duration::from_nanos(nanos);
        agrees(time);
    }

    #[test]
    fn no_text_is_too_much_for_a_timestamp(text in ".{0,40}", numbers in "[-0-9TZ:. +]{0,30}") {
        let _ = Timestamp::from(text).unix_millis();
        let _ = Timestamp::from(numbers).unix_millis();
    }
}

macro_rules! wide {
    ($name:ident $($field:ident)*) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        struct $name { $($field: Option<u8>,)* last: String }
        wire::object! { $name { $($field: "wide" optional,)* last: "last" required } }
    };
}
wide! { Wide
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7
    d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5
    h6 h7 h8 h9 i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 j0 j1 j2 j3 j4 j5 j6 j7 j8 j9 k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 l0 l1 l2 l3
    l4 l5 l6 l7 l8 l9 m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 o0 o1 o2 o3 o4 o5 o6 o7 o8 o9 p0 p1
    p2 p3 p4 p5 p6 p7 p8 p9 q0 q1 q2 q3 q4 q5 q6 q7 q8 q9 r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 s0 s1 s2 s3 s4 s5 s6 s7 s8 s9
    t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 v0 v1 v2 v3 v4 v5 v6 v7 v8 v9 w0 w1 w2 w3 w4 w5 w6 w7
    w8 w9 x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 y0 y1 y2 y3 y4 y5 y6 y7 y8 y9 z0 z1 z2 z3 z4 z5 z6 z7 z8 z9
}

#[test]
fn more_fields_than_one_mask_holds() {
    assert_eq!(read::<Wide>(r#"{"last":"x"}"#).map(|wide| wide.last), Ok("x".to_owned()));
    assert!(read::<Wide>(r#"{"wide":1}"#).expect_err("the last one is required").contains("missing field `last`"));
}

/// Names of the same length that begin and end alike have the same place in the table, and so may others.
#[derive(Clone, Debug, Default, PartialEq)]
struct Alike {
    a_1_z: Option<i64>,
    a_2_z: Option<i64>,
    a_3_z: Option<i64>,
    long: Option<i64>,
    longer: Option<i64>,
    one: Option<i64>,
    nothing: Option<i64>,
}
wire::object! {
    Alike {
        nothing: "" optional,
        one: "a" optional,
        a_1_z: "a_1_z" optional,
        a_2_z: "a_2_z" optional,
        a_3_z: "a_3_z" optional,
        long: "a_name_of_20_bytes_z" optional,
        longer: "a_name_of_more_than_24_bytes" optional,
    }
}

#[test]
fn names_that_are_alike_are_told_apart() {
    let all = r#"{"":0,"a":1,"a_1_z":2,"a_2_z":3,"a_3_z":4,"a_name_of_20_bytes_z":5,"a_name_of_more_than_24_bytes":6}"#;
    let alike = read::<Alike>(all).expect("all of them are known");
    assert_eq!(write(&alike), all);
    let mut backwards: Vec<&str> = all.trim_matches(['{', '}']).split(',').collect();
    backwards.reverse();
    assert_eq!(read::<Alike>(&format!("{{{}}}", backwards.join(","))), Ok(alike));
    for other in
        ["a_4_z", "b", "z", "aa", "a_name_of_21_bytes_z", "a_name_of_20_bytes_y", "a_name_of_less_than_24_bytes"]
    {
        let watched = watch("op", || read::<Alike>(&format!("{{\"{other}\":1}}")));
        assert_eq!(watched.result, Ok(Alike::default()), "{other}");
        // Once for each way in which a text is read here.
        assert!(!watched.found.is_empty(), "{other}");
        assert!(
            watched.found.iter().all(|drift| drift.kind == DriftKind::IgnoredField),
            "{other}: {:?}",
            watched.found
        );
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Blank {
    Empty,
    Underscore,
    Unrecognized(Unrecognized),
}
wire::string_enum! {
    Blank {
        Empty = "",
        Underscore = "_",
    }
}

/// The default of an enum is none of its values, not even where one of them is the empty text.
#[test]
fn the_default_of_an_enum_is_unknown() {
    assert!(!Kind::default().is_known() && Kind::default().as_str().is_empty());
    assert!(!Blank::default().is_known());
    assert_eq!(Blank::default().as_str(), "__");
    assert_eq!([Blank::from(""), Blank::from("_")], [Blank::Empty, Blank::Underscore]);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}
wire::closed_enum! {
    Side {
        Left = "left",
        Right = "right",
    }
}

#[test]
fn a_closed_enum_has_no_room_for_other_values() {
    assert_eq!(read::<Side>(r#""left""#), Ok(Side::Left));
    assert!(read::<Side>(r#""up""#).expect_err("it is not listed").starts_with("`up` is no value of `Side`"));
    assert_eq!(serde_json::to_value(Side::Right).ok(), Some(json!("right")));
    assert_eq!(Side::ALL, [Side::Left, Side::Right]);
    assert_eq!(("left".parse(), Side::try_from("right")), (Ok(Side::Left), Ok(Side::Right)));
    assert_eq!("up".parse::<Side>().map_err(|error| error.as_str().to_owned()), Err("up".to_owned()));
}
