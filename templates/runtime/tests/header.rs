//! Headers of answers as typed values.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use client_runtime::runtime::{Headers, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
    list.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

#[derive(Debug, PartialEq, Deserialize)]
struct Cache {
    name: String,
    age: Option<u32>,
}

#[test]
fn every_style_of_a_header_is_read() {
    let map = headers(&[
        ("x-count", " 7 "),
        ("x-ratio", "-1.5e3"),
        ("x-last", "true"),
        ("x-at", "2026-11-21T10:00:00Z"),
        ("x-tags", "a, b,c"),
        ("x-ids", "1"),
        ("x-ids", "2, 3"),
        ("x-none", ""),
        ("x-cache", "name,edge,age,7"),
        ("x-edge", "name=edge,age=7"),
        ("x-json", "{\"name\": \"edge\"}"),
    ]);
    let headers = Headers::new(&map);
    assert_eq!(headers.simple::<u32>("X-Count"), Ok(Some(7)));
    assert_eq!(headers.simple::<i64>("x-count"), Ok(Some(7)));
    assert_eq!(headers.simple::<f64>("x-ratio"), Ok(Some(-1500.0)));
    assert_eq!(headers.simple::<bool>("x-last"), Ok(Some(true)));
    let at = headers.simple::<Timestamp>("x-at").unwrap().unwrap();
    assert_eq!(at.to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(headers.simple::<Vec<String>>("x-tags"), Ok(Some(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()])));
    assert_eq!(headers.simple::<Vec<u64>>("x-ids"), Ok(Some(vec![1, 2, 3])));
    assert_eq!(headers.simple::<Vec<u64>>("x-none"), Ok(Some(Vec::new())));
    assert_eq!(headers.simple::<String>("x-none"), Ok(Some(String::new())));
    let cache = || Some(Cache { name: "edge".to_owned(), age: Some(7) });
    assert_eq!(headers.simple::<Cache>("x-cache"), Ok(cache()));
    assert_eq!(headers.exploded::<Cache>("x-edge"), Ok(cache()));
    let map = BTreeMap::from([("age".to_owned(), "7".to_owned()), ("name".to_owned(), "edge".to_owned())]);
    assert_eq!(headers.exploded::<BTreeMap<String, String>>("x-edge"), Ok(Some(map)));
    assert_eq!(headers.json::<Cache>("x-json"), Ok(Some(Cache { name: "edge".to_owned(), age: None })));
    assert_eq!(headers.simple::<String>("x-missing"), Ok(None));
}

#[test]
fn a_malformed_header_is_an_error_that_names_it_and_not_its_value() {
    let map = headers(&[("x-count", "secret"), ("x-big", "4294967296"), ("x-cache", "name"), ("x-edge", "name")]);
    let headers = Headers::new(&map);
    let error = headers.simple::<u32>("x-count").unwrap_err();
    assert_eq!(error.name(), "x-count");
    assert_eq!(error.to_string(), "the header `x-count` cannot be read: it is not a whole number of this range");
    assert!(headers.simple::<bool>("x-count").is_err());
    let big = headers.simple::<u32>("x-big").unwrap_err().to_string();
    assert!(!big.contains("4294967296"), "{big}");
    assert!(headers.simple::<Cache>("x-cache").unwrap_err().to_string().contains("no value"));
    assert!(headers.exploded::<Cache>("x-edge").unwrap_err().to_string().contains("no `=`"));
    assert!(headers.json::<Cache>("x-count").is_err());
    let bytes: HeaderMap =
        [(HeaderName::from_static("x-a"), HeaderValue::from_bytes(&[0xff]).unwrap())].into_iter().collect();
    assert!(Headers::new(&bytes).simple::<String>("x-a").unwrap_err().to_string().ends_with("it is not UTF-8"));
}
