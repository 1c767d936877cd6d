//! Faults of a cluster: two nodes at one PostgreSQL, of which one is killed, paused or out of
//! reach while callers save, read and log in. What was acknowledged is there once, what was not at
//! most once, and the rest goes on. Needs PostgreSQL's programs.
//!
//! `SERVICES88_TEST_ROUNDS` says how often each fault is played; each round prints its number, from
//! which its moments follow.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod engine;
mod failover;
mod load;
mod network;
mod nodes;
mod oracle;
mod outages;
mod proxy;
mod starts;
mod wire;

// Shared with the other tests, which use more of them.
#[allow(dead_code)]
#[path = "../it/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../it/support.rs"]
mod support;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often a fault is played.
fn rounds(usual: u64) -> u64 {
    let rounds = std::env::var("SERVICES88_TEST_ROUNDS").ok();
    rounds.map_or(usual, |rounds| rounds.parse().unwrap())
}

/// A time in a round, from a number of milliseconds to another.
fn moment(round: u64, from: u64, to: u64) -> std::time::Duration {
    // SplitMix64.
    let mut z = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    std::time::Duration::from_millis(from + (z ^ (z >> 31)) % (to - from))
}

static ALONE: Mutex<()> = Mutex::new(());

/// One test at a time: each measures how long things take.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
