//! Faults of the machine: the program is killed or told to stop under load, its disk is full or
//! fails, its database is locked, damaged or gone. What was acknowledged is kept, and whoever asks
//! or looks after it is told what is wrong. Here are backups, too.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod backups;
mod disk;
mod full_disk;
mod kills;
mod load;
mod locks;
mod seeds;
mod start;
mod stops;

// Shared with the other tests, which use more of them.
#[allow(dead_code)]
#[path = "../it/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../it/faults.rs"]
mod faults;
#[allow(dead_code)]
#[path = "../it/full_user.rs"]
mod full_user;
#[allow(dead_code)]
#[path = "../it/support.rs"]
mod support;
