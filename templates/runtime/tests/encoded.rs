//! Bytes that are sent as base64: every form of them that is read, the one that is written, and texts that are neither.

use std::collections::BTreeSet;

use client_runtime::runtime::wire::{Argument, ArgumentValue};
use client_runtime::runtime::{Base64, Base64Error, Base64Url};
use proptest::prelude::*;

/// The vectors of RFC 4648 section 10.
const VECTORS: &[(&str, &str)] = &[
    ("", ""),
    ("f", "Zg=="),
    ("fo", "Zm8="),
    ("foo", "Zm9v"),
    ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
];

#[test]
fn the_vectors_of_the_standard() {
    for (bytes, text) in VECTORS {
        assert_eq!(Base64::encode(bytes).as_str(), *text);
        assert_eq!(Base64::from_encoded(*text).decode(), Ok(bytes.as_bytes().to_vec()), "{text}");
        let bare = text.trim_end_matches('=');
        assert_eq!(Base64Url::encode(bytes).as_str(), bare);
        assert_eq!(Base64Url::from_encoded(bare).decode(), Ok(bytes.as_bytes().to_vec()), "{bare}");
    }
}

#[test]
fn the_alphabets_differ_in_two_characters() {
    let bytes = [0xfb, 0xef, 0xff];
    assert_eq!(Base64::from(&bytes).as_str(), "++//");
    assert_eq!(Base64Url::from(bytes).as_str(), "--__");
}

#[test]
fn what_servers_make_of_it_is_read() {
    let meant = Ok(vec![0xfb, 0xef, 0xff, 0x01]);
    for text in ["++//AQ==", "++//AQ", "--__AQ==", "--__AQ", "+-/_AQ", "++//\r\nAQ==\r\n", " ++ //\tAQ= =", "++//AR=="]
    {
        assert_eq!(Base64::from_encoded(text).decode(), meant, "{text:?}");
        assert_eq!(Base64Url::from_encoded(text).decode(), meant, "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_told_without_the_text() {
    let fault =
        |text: &str| Base64::from_encoded(text).decode().err().map(|fault| (fault.position(), fault.to_string()));
    let at = |place: usize| Some((Some(place), format!("the text is no base64: its byte {place} cannot stand there")));
    assert_eq!(fault("se!cret="), at(2));
    assert_eq!(fault("Zm9v\r\nYmF*"), at(9));
    assert_eq!(fault("Zm9vYg==Zm9v"), at(6));
    assert_eq!(fault("Zm9vé"), at(4));
    assert_eq!(fault("Zm9vY"), Some((None, "the text is no base64: its length is wrong".to_owned())));
    let error: Result<Vec<u8>, Base64Error> = (&Base64Url::from_encoded("?")).try_into();
    assert_eq!(error.map_err(|error| error.position()), Err(Some(0)));
}

#[test]
fn a_wrong_text_is_kept() {
    let json = r#""data:image/png;base64,iVBORw""#;
    let value: Base64 = serde_json::from_str(json).expect("any text is one");
    assert_eq!(serde_json::to_string(&value).expect("it is a text"), json);
    assert!(value.decode().is_err());
    assert!(serde_json::from_str::<Base64>("7").is_err(), "only texts are");
}

#[test]
fn a_long_text_is_not_shown() {
    assert_eq!(format!("{:?}", Base64::from(b"foobar")), r#"Base64("Zm9vYmFy")"#);
    let long = Base64Url::from(vec![0; 30_000]);
    assert_eq!(format!("{long:?}"), format!("Base64Url({:?}… 40000 bytes)", "A".repeat(32)));
    assert_eq!(long.to_string().len(), 40_000);
    assert_eq!(
        format!("{:?}", Base64::from_encoded("ü".repeat(33))),
        format!("Base64({:?}… 66 bytes)", "ü".repeat(32))
    );
}

#[test]
fn it_is_an_argument_and_a_key() {
    let value = Base64::from(b"foo".as_slice());
    assert_eq!(value.value(), ArgumentValue::text("Zm9v"));
    let set: BTreeSet<Base64> = [&value, &value, &Base64::default()].into_iter().map(Base64::from).collect();
    assert_eq!(set.len(), 2);
    assert_eq!(String::from(value), "Zm9v");
}

proptest! {
    #[test]
    fn bytes_come_back(bytes: Vec<u8>) {
        let (padded, for_urls) = (Base64::from(&bytes), Base64Url::from(&bytes));
        prop_assert_eq!(padded.decode(), Ok(bytes.clone()));
        prop_assert_eq!(for_urls.decode(), Ok(bytes.clone()));
        // Either reads what the other writes.
        prop_assert_eq!(Base64::from_encoded(for_urls).decode(), Ok(bytes.clone()));
        prop_assert_eq!(Base64Url::from_encoded(padded).decode(), Ok(bytes));
    }

    #[test]
    fn lines_and_missing_padding_change_nothing(bytes: Vec<u8>, width in 1usize..80, padded: bool) {
        let text = Base64::from(&bytes).to_string();
        let text = if padded { text.as_str() } else { text.trim_end_matches('=') };
        let lines: Vec<&str> = text.as_bytes().chunks(width).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        prop_assert_eq!(Base64::from_encoded(lines.join("\r\n")).decode(), Ok(bytes));
    }

    #[test]
    fn every_text_comes_back(text: String) {
        let json = serde_json::to_string(&text).expect("a text is JSON");
        let value: Base64 = serde_json::from_str(&json).expect("any text is one");
        prop_assert_eq!(value.as_str(), text.as_str());
        prop_assert_eq!(serde_json::to_string(&value).expect("it is a text"), json);
        if let Err(fault) = value.decode() {
            prop_assert!(fault.position().is_none_or(|at| at < text.len()));
        }
    }
}
