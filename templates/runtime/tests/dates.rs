//! Timestamps from and to the types of the date crates.
#![cfg(all(feature = "chrono04", feature = "jiff02", feature = "time03"))]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use chrono::{DateTime, FixedOffset, Utc};
use client_runtime::runtime::{Timestamp, TimestampError};
use time::{OffsetDateTime, UtcOffset};

/// Every form that is read, and its nanoseconds since 1970.
const FORMS: &[(&str, i128)] = &[
    ("2023-11-07T05:31:56Z", 1_699_335_116_000_000_000),
    ("2024-01-15T10:00:00.000Z", 1_705_312_800_000_000_000),
    ("2024-01-15T10:00:00.123456789Z", 1_705_312_800_123_456_789),
    ("2024-01-15T10:00:00.1234567899+00:00", 1_705_312_800_123_456_789),
    ("2024-01-15T12:00:00.5+02:00", 1_705_312_800_500_000_000),
    ("Wed Jan 06 18:40:40 +0000 2021", 1_609_958_440_000_000_000),
    ("1705312800000", 1_705_312_800_000_000_000),
    ("1969-12-31T23:59:59.999999999Z", -1),
    ("-1", -1_000_000),
];

#[test]
fn every_form_is_read_by_every_crate() {
    for (text, nanos) in FORMS {
        let timestamp = Timestamp::from(*text);
        assert_eq!(jiff::Timestamp::try_from(&timestamp).unwrap().as_nanosecond(), *nanos, "{text}");
        assert_eq!(OffsetDateTime::try_from(&timestamp).unwrap().unix_timestamp_nanos(), *nanos, "{text}");
        let date = DateTime::<Utc>::try_from(&timestamp).unwrap();
        let seconds = i128::from(date.timestamp()) * 1_000_000_000;
        assert_eq!(seconds + i128::from(date.timestamp_subsec_nanos()), *nanos, "{text}");
        assert_eq!(timestamp.unix_millis().map(i128::from), Some(nanos.div_euclid(1_000_000)), "{text}");
    }
}

#[test]
fn what_is_no_time_or_out_of_range_is_an_error_that_shows_it() {
    for text in ["", "soon", "2024-02-30T00:00:00Z", "9223372036854775807", "-9223372036854775808"] {
        let timestamp = Timestamp::from(text);
        let errors: [TimestampError; 3] = [
            jiff::Timestamp::try_from(&timestamp).unwrap_err(),
            DateTime::<Utc>::try_from(&timestamp).unwrap_err(),
            OffsetDateTime::try_from(&timestamp).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.timestamp(), &timestamp);
            assert_eq!(error.to_string(), format!("{text:?} is no time in a known form, or out of range"));
        }
    }
}

#[test]
fn back_in_utc_with_milliseconds_rounded_down() {
    for (nanos, expected) in [
        (1_705_312_800_123_999_999, "2024-01-15T10:00:00.123Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ] {
        let jiff = jiff::Timestamp::from_nanosecond(nanos).unwrap();
        assert_eq!(Timestamp::from(jiff).as_str(), expected);
        let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
        assert_eq!(Timestamp::from(time.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap())).as_str(), expected);
        let chrono = DateTime::from_timestamp_nanos(i64::try_from(nanos).unwrap());
        assert_eq!(Timestamp::from(chrono).as_str(), expected);
        assert_eq!(Timestamp::from(chrono.with_timezone(&FixedOffset::west_opt(3600).unwrap())).as_str(), expected);
    }
}
