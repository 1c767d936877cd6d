//! How often something may be done: so many times at once, and as many again within an hour.
//!
//! What is remembered is bounded: beyond the limit, those who have used least of their allowance
//! are forgotten first. Nodes of one database tell each other what is used.

use crate::session::news::{Alias, News, Topic};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys remembered.
const KEYS: usize = 20_000;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An allowance for each key.
pub struct Allowances {
    topic: Topic,
    news: Arc<News>,
    book: Arc<Book>,
}

/// What is written down of them.
struct Book {
    hourly: u32,
    spent: Mutex<HashMap<Alias, Spent>>,
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
            // What was heard late is older than what happened here meanwhile.
            at: self.at.max(now),
        }
    }
}

impl Allowances {
    /// The same allowance for everybody.
    pub fn new(hourly: u32, topic: Topic, news: &Arc<News>) -> Self {
        let book = Arc::new(Book::new(hourly));
        let told = Arc::clone(&book);
        let hear = move |key, times, at| told.hear(key, times, at);
        news.follow(topic, Box::new(hear));
        Self {
            topic,
            news: Arc::clone(news),
            book,
        }
    }

    /// Uses up one time of a key's allowance; where nothing is left of it, the time until there is.
    pub fn take(&self, key: &str) -> Result<(), Duration> {
        let key = self.news.alias(self.topic, key);
        self.book.take(key, Instant::now())?;
        self.news.tell(self.topic, key, 1);
        Ok(())
    }
}

impl Book {
    fn new(hourly: u32) -> Self {
        Self {
            hourly,
            spent: Mutex::default(),
        }
    }

    fn take(&self, key: Alias, now: Instant) -> Result<(), Duration> {
        self.change(key, now, |spent, hourly| {
            let missing = spent.times + 1.0 - hourly;
            if missing > 0.0 {
                return Err(HOUR.mul_f64(missing / hourly));
            }
            spent.times += 1.0;
            Ok(())
        })
    }

    /// Notes what was taken on another node. Two nodes may have given the last of it at the same
    /// time; what was given beyond the allowance has to come back as well.
    fn hear(&self, key: Alias, times: u32, at: Instant) {
        let Ok(()) = self.change::<Infallible>(key, at, |spent, hourly| {
            spent.times = (spent.times + f64::from(times)).min(2.0 * hourly);
            Ok(())
        });
    }

    /// Changes what a key has spent, unless that is refused.
    fn change<E>(
        &self,
        key: Alias,
        now: Instant,
        change: impl FnOnce(&mut Spent, f64) -> Result<(), E>,
    ) -> Result<(), E> {
        let hourly = f64::from(self.hourly);
        let mut all = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = Spent {
            times: 0.0,
            at: now,
        };
        let mut spent = all.get(&key).unwrap_or(&nothing).later(now, hourly);
        change(&mut spent, hourly)?;
        if all.len() >= KEYS && !all.contains_key(&key) {
            make_room(&mut all, now, hourly);
        }
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
        let book = Book::new(3);
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_secs(minutes * 60);
        for _ in 0..3 {
            assert_eq!(book.take(Alias(1), start), Ok(()));
        }
        let wait = book.take(Alias(1), start).expect_err("used up");
        assert_eq!(wait.as_secs(), 20 * 60);
        assert_eq!(book.take(Alias(2), start), Ok(()));
        assert!(book.take(Alias(1), at(19)).is_err());
        assert_eq!(book.take(Alias(1), at(21)), Ok(()));
        assert!(book.take(Alias(1), at(21)).is_err());
        for _ in 0..3 {
            assert_eq!(book.take(Alias(1), at(600)), Ok(()));
        }
        assert!(book.take(Alias(1), at(600)).is_err());
    }

    #[test]
    fn what_others_take_counts_from_when_it_was_taken() {
        let book = Book::new(3);
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_secs(minutes * 60);
        book.hear(Alias(1), 2, at(10));
        book.hear(Alias(1), 1, at(0));
        assert!(book.take(Alias(1), at(20)).is_err());
        assert_eq!(book.take(Alias(1), at(31)), Ok(()));
        book.hear(Alias(1), 1000, at(31));
        assert!(book.take(Alias(1), at(31 + 79)).is_err());
        assert_eq!(book.take(Alias(1), at(31 + 81)), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_keeps_those_who_used_most() {
        let book = Book::new(2);
        let now = Instant::now();
        for key in [0, 0] {
            assert_eq!(book.take(Alias(key), now), Ok(()));
        }
        for key in 1..30_000 {
            assert_eq!(book.take(Alias(key), now), Ok(()));
        }
        assert!(book.spent.lock().expect("free").len() <= KEYS);
        assert!(book.take(Alias(0), now).is_err());
    }
}
