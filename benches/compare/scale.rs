//! Whether a database of many users answers as fast as one of few, and how long it takes to open.

use crate::calls::{self, Call};
use crate::envelopes;
use crate::exchange::{CONNECTIONS, note};
use crate::load::Traffic;
use crate::messages::Numbers;
use crate::people;
use crate::process::{self, Server};
use crate::results::{Results, What};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub const START: &str = "start to first answer";
pub const FIRST_CALLS: &str = "the first 100 GetUser after it";
const FIRST: usize = 100;
/// Keys in a list of them.
const LISTED: usize = 100;
/// Starts in a round.
const STARTS: usize = 3;

pub struct Scale {
    sizes: Vec<Size>,
}

/// A database of so many users.
struct Size {
    users: u32,
    data: PathBuf,
    ticket: String,
    /// Runs from the first round to the last.
    server: Server,
}

/// How a size is called.
pub fn name(users: u32) -> String {
    format!("{users} users")
}

impl Scale {
    /// Makes the databases, unless they are there: they stay in `target/tmp`.
    pub fn new(sizes: &[u32]) -> Self {
        let sizes = sizes.iter().map(|users| {
            let data = made(*users);
            Size {
                users: *users,
                ticket: process::ticket(&data),
                server: Server::services88(&data),
                data,
            }
        });
        Self {
            sizes: sizes.collect(),
        }
    }

    pub fn round(&self, time: Duration, results: &mut Results) {
        for _ in 0..STARTS {
            for size in &self.sizes {
                size.start(results);
            }
        }
        for index in 0..CALLS.len() {
            for size in self.sizes.iter().filter(|size| size.users > 0) {
                size.call(index, time, results);
            }
        }
    }
}

/// Names of the calls that are made to all sizes.
pub const CALLS: [&str; 3] = ["GetUser", "GetUserFromName", "GetUserInfoList of 100"];

impl Size {
    /// The calls, in the order of [`CALLS`], and where their numbers come from. They are of users
    /// taken at random from all there are.
    fn calls(&self) -> [(Call, Numbers); 3] {
        let keys = Numbers::random(people::FIRST, self.users.max(1));
        let names = Numbers::random(1, self.users.max(1));
        let list = "<arr:int>{number}</arr:int>".repeat(LISTED);
        let call = |operation, empty, filled: &str| {
            let envelope = envelopes::client(operation, &self.ticket);
            assert!(envelope.contains(empty), "{operation}");
            Call::soap("", operation, envelope.replace(empty, filled))
        };
        [
            (
                call("GetUser", ">0</UserId>", ">{number}</UserId>"),
                keys.clone(),
            ),
            (
                call(
                    "GetUserFromName",
                    "></UserName>",
                    ">user{number}</UserName>",
                ),
                names,
            ),
            (call("GetUserInfoList", "<arr:int>0</arr:int>", &list), keys),
        ]
    }

    /// From the start of the program to its first answer, and to some more. Its own caches are
    /// empty then; the operating system may have the file in memory.
    fn start(&self, results: &mut Results) {
        let first = calls::small(&self.ticket);
        let [(get_user, numbers), ..] = self.calls();
        let mut message = get_user.message();
        let start = Instant::now();
        let server = Server::services88(&self.data);
        let mut client = server.client();
        client.expect(&first.message(), first.expected);
        let answered = Instant::now();
        let name = name(self.users);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        results.add(&name, START, What::Time, milliseconds(answered - start));
        if self.users > 0 {
            for _ in 0..FIRST {
                message.renumber(&numbers);
                client.expect(&message, get_user.expected);
            }
            let taken = milliseconds(answered.elapsed());
            results.add(&name, FIRST_CALLS, What::Time, taken);
        }
    }

    fn call(&self, index: usize, time: Duration, results: &mut Results) {
        let (call, numbers) = &self.calls()[index];
        let mut message = call.message();
        message.renumber(numbers);
        let traffic = Traffic {
            server: &self.server,
            message: &message,
            numbers,
            expected: call.expected,
            connections: CONNECTIONS,
        };
        note(results, &name(self.users), CALLS[index], &traffic.run(time));
    }
}

/// The folder of a database with this many users, made unless it is there.
fn made(users: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let data = folder.join(format!("people-{users}"));
    if !data.is_dir() {
        let unfinished = folder.join(format!("people-{users}-unfinished"));
        // What an earlier run may have left behind.
        let _ = std::fs::remove_dir_all(&unfinished);
        std::fs::create_dir_all(&unfinished).expect("a folder");
        people::make(&unfinished, users);
        std::fs::rename(&unfinished, &data).expect("renamed");
    }
    data
}
