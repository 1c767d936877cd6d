//! Interleaved rounds, so that a noisy machine is noisy for everybody.

use std::time::{Duration, Instant};

/// Something to be measured: a name, and a closure that does a fixed amount of work.
pub struct Subject<'a> {
    pub name: &'static str,
    pub work: Box<dyn FnMut() + 'a>,
}

impl<'a> Subject<'a> {
    pub fn new(name: &'static str, work: impl FnMut() + 'a) -> Self {
        Self {
            name,
            work: Box::new(work),
        }
    }
}

/// The median time of each subject, in the order given. One more round goes before, unmeasured.
pub fn medians(rounds: usize, subjects: &mut [Subject<'_>]) -> Vec<Duration> {
    let mut times = vec![Vec::new(); subjects.len()];
    for round in 0..=rounds {
        for (subject, times) in subjects.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (subject.work)();
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        })
        .collect()
}
