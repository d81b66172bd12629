//! Points in time as the server writes them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::argument::{Argument, ArgumentValue};
use super::check::Validate;

const NANOS_PER_MILLI: i128 = 1_000_000;

/// A point in time, kept as the text that was sent.
///
/// Servers write times in several forms, so the text is the value: it goes back as it came, and two timestamps are
/// equal if their texts are. [`unix_millis`](Self::unix_millis) reads the text. A number is read as its digits.
///
/// Features `jiff02`, `chrono04` and `time03` convert from and to `jiff::Timestamp`, `chrono::DateTime` and
/// `time::OffsetDateTime`: `TryFrom<&Timestamp>` reads every form that `unix_millis` reads, `From` writes UTC with
/// milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// The text as it was sent.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down; `None` if the text is in none of these forms:
    ///
    /// - RFC 3339, `2024-01-15T10:00:00.123456+05:30`, with any number of fraction digits;
    /// - `Wed Jan 06 18:40:40 +0000 2021`, as older APIs write it;
    /// - milliseconds since 1970 as digits, `1705312800000`.
    #[inline]
    #[must_use]
    pub fn unix_millis(&self) -> Option<i64> {
        i64::try_from(self.unix_nanos()?.div_euclid(NANOS_PER_MILLI)).ok()
    }

    /// The same in nanoseconds; further fraction digits are cut.
    #[inline]
    pub(super) fn unix_nanos(&self) -> Option<i128> {
        let text = self.0.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(|millis: i64| i128::from(millis) * NANOS_PER_MILLI);
        }
        rfc_3339(text).or_else(|| legacy(text))
    }

    /// The same as the standard library's type; `None` also where that cannot hold it.
    #[inline]
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let millis = self.unix_millis()?;
        let distance = Duration::from_millis(millis.unsigned_abs());
        if millis < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
    }

    /// The point in time so many milliseconds after 1970-01-01T00:00:00Z, as `2024-01-15T10:00:00.000Z` (RFC 3339).
    /// A year outside of 0000 to 9999 is written too, but RFC 3339 has none and [`unix_millis`](Self::unix_millis) does
    /// not read it.
    #[inline]
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Self {
        const DAY: i64 = 86_400_000;
        let (days, time) = (millis.div_euclid(DAY), millis.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        let (seconds, fraction) = (time / 1000, time % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:03}Z");
        Self(text.into())
    }
}

#[cfg(any(feature = "jiff02", feature = "time03"))]
impl Timestamp {
    /// The point in time so many nanoseconds after 1970-01-01T00:00:00Z, with milliseconds, rounded down.
    #[inline]
    pub(super) fn from_unix_nanos(nanos: i128) -> Self {
        let millis = nanos.div_euclid(NANOS_PER_MILLI);
        Self::from_unix_millis(i64::try_from(millis).unwrap_or(if millis < 0 { i64::MIN } else { i64::MAX }))
    }
}

/// In UTC with milliseconds, rounded down.
impl From<SystemTime> for Timestamp {
    #[inline]
    fn from(time: SystemTime) -> Self {
        let millis = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                let nanos = before.duration().as_nanos();
                i64::try_from(nanos.div_ceil(1_000_000)).map_or(i64::MIN, |millis| -millis)
            }
        };
        Self::from_unix_millis(millis)
    }
}

impl From<&str> for Timestamp {
    #[inline]
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Timestamp {
    #[inline]
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&String> for Timestamp {
    #[inline]
    fn from(text: &String) -> Self {
        Self(text.as_str().into())
    }
}

impl From<&Self> for Timestamp {
    #[inline]
    fn from(timestamp: &Self) -> Self {
        timestamp.clone()
    }
}

impl AsRef<str> for Timestamp {
    #[inline]
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Timestamp {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::text::deserialize(deserializer).map(Self::from)
    }
}

impl Argument for Timestamp {
    #[inline]
    fn value(&self) -> ArgumentValue<'_> {
        ArgumentValue::text(&self.0)
    }
}

impl Validate for Timestamp {}

/// RFC 3339 section 5.6, with a space for the `T` (its note), and an offset without colon (ISO 8601 basic).
#[inline]
fn rfc_3339(text: &str) -> Option<i128> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut parts = date.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let offset = if zone.eq_ignore_ascii_case("z") { 0 } else { offset_minutes(zone)? };
    let (clock, nanos) = match time.split_once('.') {
        Some((clock, fraction)) => (clock, fraction_nanos(fraction)?),
        None => (time, 0),
    };
    Some(in_nanos(seconds(year, month, day, clock)? - offset * 60) + i128::from(nanos))
}

/// `Wed Jan 06 18:40:40 +0000 2021`.
#[inline]
fn legacy(text: &str) -> Option<i128> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_ascii_whitespace();
    let _weekday = words.next()?;
    let name = words.next()?;
    let month = MONTHS.iter().zip(1..).find(|(known, _)| **known == name)?.1;
    let day = digits(words.next()?, 2)?;
    let clock = words.next()?;
    let offset = offset_minutes(words.next()?)?;
    let year = digits(words.next()?, 4)?;
    if words.next().is_some() {
        return None;
    }
    Some(in_nanos(seconds(year, month, day, clock)? - offset * 60))
}

#[inline]
fn digits(text: &str, count: usize) -> Option<i64> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// `+05:30` or `-0530`.
#[inline]
fn offset_minutes(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_at_checked(2)?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes.strip_prefix(':').unwrap_or(minutes), 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[inline]
fn in_nanos(seconds: i64) -> i128 {
    i128::from(seconds) * 1000 * NANOS_PER_MILLI
}

#[inline]
fn fraction_nanos(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{text:0<9.9}").parse().ok()
}

/// Seconds since 1970 of a date and `hh:mm:ss`; second 60 is a leap second (RFC 3339 section 5.7).
#[inline]
fn seconds(year: i64, month: i64, day: i64, clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let (hour, minute, second) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_from_civil(year, month, day);
    // Going there and back tells whether there is such a day.
    if civil_from_days(days) != (year, month, day) {
        return None;
    }
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, by counting years from March in eras of 400 years
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
#[inline]
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
#[inline]
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
