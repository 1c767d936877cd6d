//! The time, in a form that tests can move.

use crate::model::DateTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The wall clock of an installation. Clones share what [`advance`](Self::advance) adds.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Seconds since 1970-01-01, UTC.
    pub fn unix_seconds(&self) -> i64 {
        DateTime::now().unix_seconds() + self.ahead.load(Ordering::Relaxed)
    }

    /// Now, to the second.
    pub fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(self.unix_seconds())
    }

    /// Moves this clock and its clones by a number of seconds, for tests.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}
