//! Whether a database of many users answers as fast as one of few.
//!
//! `cargo bench --bench scale -- USERS… [--rounds N]` makes a database of each size (once: they
//! stay in `target/tmp`), starts the program on each, and asks all of them in turn for users taken
//! at random from all there are. Without arguments the sizes are a thousand and a million. The
//! medians are printed, and how fast each size is beside the first.

// A measurement that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

mod people;
mod random;
#[path = "../soap/rounds.rs"]
mod rounds;
mod server;

use random::Random;
use rounds::{Subject, medians};
use server::Running;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SIZES: [u32; 2] = [1_000, 1_000_000];
/// Users in one GetUserInfoList.
const LISTED: usize = 100;
/// Calls to a server that has just been started.
const FIRST_CALLS: usize = 100;

/// A call: its name, how many of it make a round, and the arguments of one.
struct Call {
    operation: &'static str,
    repeated: usize,
    arguments: fn(&mut Random) -> String,
}

const CALLS: [Call; 3] = [
    Call {
        operation: "GetUser",
        repeated: 300,
        arguments: |random| format!("<UserId>{}</UserId>", people::id(random.user())),
    },
    Call {
        operation: "GetUserFromName",
        repeated: 300,
        arguments: |random| format!("<UserName>{}</UserName>", people::name(random.user())),
    },
    Call {
        operation: "GetUserInfoList",
        repeated: 60,
        arguments: |random| {
            let ids: String = (0..LISTED)
                .map(|_| format!("<a:int>{}</a:int>", people::id(random.user())))
                .collect();
            let arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
            format!("<UserInfoIds xmlns:a=\"{arrays}\">{ids}</UserInfoIds>")
        },
    },
];

/// What is measured of one size.
struct Size {
    users: u32,
    data: PathBuf,
    ticket: String,
}

impl Size {
    fn of(users: u32) -> Self {
        let data = made(users);
        let ticket = server::ticket(&data);
        Self {
            users,
            data,
            ticket,
        }
    }

    fn start(&self) -> Running {
        Running::start(&self.data, &self.ticket)
    }
}

fn main() {
    let (sizes, rounds) = arguments();
    let sizes: Vec<_> = sizes.into_iter().map(Size::of).collect();
    for size in &sizes {
        let bytes = std::fs::metadata(people::file(&size.data)).map_or(0, |file| file.len());
        println!("{:>9} users: {:.1} MB", size.users, bytes as f64 / 1e6);
    }
    start_up(&sizes, rounds.min(5));
    answers(&sizes, rounds);
}

fn arguments() -> (Vec<u32>, usize) {
    let (mut sizes, mut rounds) = (Vec::new(), 15);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            let number = arguments.next().and_then(|number| number.parse().ok());
            rounds = number.expect("a number of rounds");
        } else if let Ok(users) = argument.parse() {
            sizes.push(users);
        }
    }
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    (sizes, rounds)
}

/// The folder of a database with this many users, made unless it is there.
fn made(users: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let data = folder.join(format!("scale-{users}"));
    if !data.is_dir() {
        let unfinished = folder.join(format!("scale-{users}-unfinished"));
        // What an earlier run may have left behind.
        let _ = std::fs::remove_dir_all(&unfinished);
        std::fs::create_dir_all(&unfinished).expect("a folder");
        let start = Instant::now();
        people::make(&unfinished, users);
        std::fs::rename(&unfinished, &data).expect("renamed");
        println!(
            "{users:>9} users: made in {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    data
}

/// From the start of the program to its first answer, and its first calls. Its own caches are
/// empty then; the operating system may have the file in memory.
fn start_up(sizes: &[Size], rounds: usize) {
    println!("\nStart, medians of {rounds} rounds");
    let first = RefCell::new(vec![Vec::new(); sizes.len()]);
    let mut random = Random::new();
    let subjects = sizes.iter().enumerate().map(|(index, size)| {
        let (first, call) = (&first, &CALLS[0]);
        let mut random = random.among(size.users);
        Subject::new("start", move || {
            let mut server = size.start();
            server.call(call.operation, &(call.arguments)(&mut random));
            let start = Instant::now();
            for _ in 0..FIRST_CALLS {
                server.call(call.operation, &(call.arguments)(&mut random));
            }
            first.borrow_mut()[index].push(start.elapsed());
        })
    });
    let mut subjects: Vec<_> = subjects.collect();
    let whole = medians(rounds, &mut subjects);
    for (index, size) in sizes.iter().enumerate() {
        let calls = &mut first.borrow_mut()[index];
        calls.sort_unstable();
        let calls = calls[calls.len() / 2];
        println!(
            "{:>9} users: first answer after {:.1} ms, then {FIRST_CALLS} times {} in {:.1} ms",
            size.users,
            (whole[index] - calls).as_secs_f64() * 1e3,
            CALLS[0].operation,
            calls.as_secs_f64() * 1e3,
        );
    }
}

fn answers(sizes: &[Size], rounds: usize) {
    println!("\nCalls over loopback, one after the other, medians of {rounds} rounds");
    println!(
        "{:<16} {:>9} {:>12} {:>8}",
        "call", "users", "us/call", "speed"
    );
    let mut random = Random::new();
    let servers: Vec<_> = sizes
        .iter()
        .map(|size| RefCell::new(size.start()))
        .collect();
    for call in &CALLS {
        let subjects = sizes.iter().zip(&servers).map(|(size, server)| {
            let mut random = random.among(size.users);
            Subject::new(call.operation, move || {
                for _ in 0..call.repeated {
                    let answer = server
                        .borrow_mut()
                        .call(call.operation, &(call.arguments)(&mut random));
                    assert!(answer > 1_000, "{}", call.operation);
                }
            })
        });
        let mut subjects: Vec<_> = subjects.collect();
        let times = medians(rounds, &mut subjects);
        let each = |time: Duration| time.as_secs_f64() * 1e6 / call.repeated as f64;
        for ((size, time), subject) in sizes.iter().zip(&times).zip(&subjects) {
            println!(
                "{:<16} {:>9} {:>12.1} {:>8.2}",
                subject.name,
                size.users,
                each(*time),
                each(times[0]) / each(*time)
            );
        }
    }
}
