//! How often a server sent what this version of the client does not know, over the life of a client.

use std::sync::atomic::{AtomicU64, Ordering};

use super::drift::DriftKind;

/// Counts of the drift that was seen, kept by a client over its whole life.
#[derive(Debug, Default)]
pub struct DriftCounters {
    unknown_values: AtomicU64,
    unknown_arms: AtomicU64,
    ignored_fields: AtomicU64,
    missing_required: AtomicU64,
}

impl DriftCounters {
    /// Counts one deviation.
    pub(crate) fn record(&self, kind: DriftKind) {
        self.of(kind).fetch_add(1, Ordering::Relaxed);
    }

    /// How many deviations of this kind were counted so far.
    #[must_use]
    pub fn get(&self, kind: DriftKind) -> u64 {
        self.of(kind).load(Ordering::Relaxed)
    }

    fn of(&self, kind: DriftKind) -> &AtomicU64 {
        match kind {
            DriftKind::UnknownValue => &self.unknown_values,
            DriftKind::UnknownArm => &self.unknown_arms,
            DriftKind::IgnoredField => &self.ignored_fields,
            DriftKind::MissingRequired => &self.missing_required,
        }
    }
}
