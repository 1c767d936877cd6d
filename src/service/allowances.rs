//! How often something may be done: so many times at once, and as many again within an hour.
//!
//! What is remembered is bounded: beyond the limit, those who have used least of their allowance
//! are forgotten first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys remembered.
const KEYS: usize = 20_000;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An allowance for each key.
pub struct Allowances<K> {
    hourly: u32,
    spent: Mutex<HashMap<K, Spent>>,
}

/// What has been used up and has not come back yet, as of a moment.
#[derive(Clone, Copy)]
struct Spent {
    times: f64,
    at: Instant,
}

impl Spent {
    fn later(self, now: Instant, hourly: f64) -> Self {
        let back =
            now.saturating_duration_since(self.at).as_secs_f64() * hourly / HOUR.as_secs_f64();
        Self {
            times: (self.times - back).max(0.0),
            at: now,
        }
    }
}

impl<K: Copy + Eq + Hash> Allowances<K> {
    /// The same allowance for everybody.
    pub fn new(hourly: u32) -> Self {
        Self {
            hourly,
            spent: Mutex::default(),
        }
    }

    /// Uses up one time of a key's allowance; where nothing is left of it, the time until there is.
    pub fn take(&self, key: K) -> Result<(), Duration> {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        let hourly = f64::from(self.hourly);
        let mut all = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = Spent {
            times: 0.0,
            at: now,
        };
        let mut spent = all.get(&key).unwrap_or(&nothing).later(now, hourly);
        let missing = spent.times + 1.0 - hourly;
        if missing > 0.0 {
            return Err(HOUR.mul_f64(missing / hourly));
        }
        if all.len() >= KEYS && !all.contains_key(&key) {
            make_room(&mut all, now, hourly);
        }
        spent.times += 1.0;
        all.insert(key, spent);
        Ok(())
    }
}

fn make_room<K>(all: &mut HashMap<K, Spent>, now: Instant, hourly: f64) {
    let of = |spent: &Spent| spent.later(now, hourly).times;
    let least = all.values().map(of).fold(f64::INFINITY, f64::min);
    all.retain(|_, spent| of(spent) > least);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_used_up_and_comes_back() {
        let allowances = Allowances::new(3);
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_secs(minutes * 60);
        for _ in 0..3 {
            assert_eq!(allowances.take_at('a', start), Ok(()));
        }
        let wait = allowances.take_at('a', start).expect_err("used up");
        assert_eq!(wait.as_secs(), 20 * 60);
        assert_eq!(allowances.take_at('b', start), Ok(()));
        assert!(allowances.take_at('a', at(19)).is_err());
        assert_eq!(allowances.take_at('a', at(21)), Ok(()));
        assert!(allowances.take_at('a', at(21)).is_err());
        for _ in 0..3 {
            assert_eq!(allowances.take_at('a', at(600)), Ok(()));
        }
        assert!(allowances.take_at('a', at(600)).is_err());
    }

    #[test]
    fn memory_is_bounded_and_keeps_those_who_used_most() {
        let allowances = Allowances::new(2);
        let now = Instant::now();
        for key in [0, 0] {
            assert_eq!(allowances.take_at(key, now), Ok(()));
        }
        for key in 1..30_000 {
            assert_eq!(allowances.take_at(key, now), Ok(()));
        }
        assert!(allowances.spent.lock().expect("free").len() <= KEYS);
        assert!(allowances.take_at(0, now).is_err());
    }
}
