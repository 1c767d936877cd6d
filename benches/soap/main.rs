//! What a SOAP call costs, beside what it cannot cost less than, measured in the same run.
//!
//! `cargo bench --bench soap`; a number as argument sets the rounds, of which the medians are
//! printed.

// A measurement that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

mod codec;
mod exchange;
mod rounds;

fn main() {
    let rounds = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(9);
    codec::run(rounds);
    exchange::run(rounds);
}
