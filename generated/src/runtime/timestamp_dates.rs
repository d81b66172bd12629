//! Timestamps as the types of the date crates, each behind a feature of its own.

use std::error::Error as StdError;
use std::fmt;

use super::timestamp::Timestamp;

/// The text of a [`Timestamp`] is in none of the forms that are read, or names a time that the other type cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(Timestamp);

impl TimestampError {
    /// The timestamp that could not be converted.
    #[must_use]
    pub fn timestamp(&self) -> &Timestamp {
        &self.0
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no time in a known form, or out of range", self.0.as_str())
    }
}

impl StdError for TimestampError {}

fn wrong(timestamp: &Timestamp) -> TimestampError {
    TimestampError(timestamp.clone())
}

/// With all fraction digits that nanoseconds have; further ones are cut.
#[cfg(feature = "jiff02")]
impl TryFrom<&Timestamp> for jiff::Timestamp {
    type Error = TimestampError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
        let nanos = timestamp.unix_nanos().ok_or_else(|| wrong(timestamp))?;
        Self::from_nanosecond(nanos).map_err(|_| wrong(timestamp))
    }
}

/// In UTC with milliseconds, rounded down.
#[cfg(feature = "jiff02")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(time: jiff::Timestamp) -> Self {
        Self::from_unix_nanos(time.as_nanosecond())
    }
}

/// With all fraction digits that nanoseconds have; further ones are cut.
#[cfg(feature = "chrono04")]
impl TryFrom<&Timestamp> for chrono::DateTime<chrono::Utc> {
    type Error = TimestampError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
        const SECOND: i128 = 1_000_000_000;
        let nanos = timestamp.unix_nanos().ok_or_else(|| wrong(timestamp))?;
        let seconds = i64::try_from(nanos.div_euclid(SECOND)).ok();
        let fraction = u32::try_from(nanos.rem_euclid(SECOND)).ok();
        let time = seconds.zip(fraction).and_then(|(seconds, fraction)| Self::from_timestamp(seconds, fraction));
        time.ok_or_else(|| wrong(timestamp))
    }
}

/// In UTC with milliseconds, rounded down.
#[cfg(feature = "chrono04")]
impl<Z: chrono::TimeZone> From<chrono::DateTime<Z>> for Timestamp {
    fn from(time: chrono::DateTime<Z>) -> Self {
        Self::from_unix_millis(time.timestamp_millis())
    }
}

/// With all fraction digits that nanoseconds have, in UTC; further ones are cut.
#[cfg(feature = "time03")]
impl TryFrom<&Timestamp> for time::OffsetDateTime {
    type Error = TimestampError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
        let nanos = timestamp.unix_nanos().ok_or_else(|| wrong(timestamp))?;
        Self::from_unix_timestamp_nanos(nanos).map_err(|_| wrong(timestamp))
    }
}

/// In UTC with milliseconds, rounded down.
#[cfg(feature = "time03")]
impl From<time::OffsetDateTime> for Timestamp {
    fn from(time: time::OffsetDateTime) -> Self {
        Self::from_unix_nanos(time.unix_timestamp_nanos())
    }
}
