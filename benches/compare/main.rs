//! How fast SQLite alone makes the rows of saved users durable: `cargo bench --bench compare`.

// A measurement that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

mod ceiling;
mod client;
mod messages;
mod process;
mod rows;

use ceiling::Ceiling;
use std::time::Duration;

fn main() {
    let ceiling = Ceiling::learn();
    let (added, changed) = ceiling.rows();
    println!("A saved user adds {added} rows and changes {changed}");
    for round in 1..=3 {
        for per_commit in [1, 16, 64, 256] {
            let (rate, commit) = ceiling.run(per_commit, Duration::from_secs(1));
            println!(
                "round {round}: {per_commit:>4} users a commit: {rate:>8.0} users/s, {:>8.0} us a commit",
                commit.as_secs_f64() * 1e6
            );
        }
    }
}
