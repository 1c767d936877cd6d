//! What the rounds have given.

use std::collections::BTreeMap;

/// What of a call was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// In a second: requests, users, or megabytes.
    Rate,
    /// Seconds of the server's processors for 1,000 requests.
    Cpu,
    /// Milliseconds that one took.
    Time,
    /// KiB.
    Memory,
}

/// The measurements of all rounds, by whose they are and of what.
#[derive(Default)]
pub struct Results {
    rounds: BTreeMap<(String, String, What), Vec<f64>>,
}

impl Results {
    pub fn add(&mut self, side: &str, work: &str, what: What, value: f64) {
        let key = (side.to_owned(), work.to_owned(), what);
        self.rounds.entry(key).or_default().push(value);
    }

    fn values(&self, side: &str, work: &str, what: What) -> &[f64] {
        let key = (side.to_owned(), work.to_owned(), what);
        self.rounds.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The median of the rounds.
    pub fn median(&self, side: &str, work: &str, what: What) -> Option<f64> {
        median(self.values(side, work, what).to_vec())
    }

    /// The lowest of the rounds: what is left when nobody disturbs.
    pub fn least(&self, side: &str, work: &str, what: What) -> Option<f64> {
        let values = self.values(side, work, what).iter().copied();
        values.min_by(f64::total_cmp)
    }

    /// How many times of the other it is: the median of the ratios of each round.
    pub fn ratio(&self, one: (&str, &str), other: (&str, &str), what: What) -> Option<f64> {
        let ones = self.values(one.0, one.1, what).iter();
        let others = self.values(other.0, other.1, what);
        median(ones.zip(others).map(|(one, other)| one / other).collect())
    }

    /// The same of the lowest of each.
    pub fn ratio_of_least(
        &self,
        one: (&str, &str),
        other: (&str, &str),
        what: What,
    ) -> Option<f64> {
        Some(self.least(one.0, one.1, what)? / self.least(other.0, other.1, what)?)
    }
}

pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}
