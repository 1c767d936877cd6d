//! Users saved durably, beside the pace of SQLite alone on the same disk.

use crate::calls;
use crate::ceiling::Ceiling;
use crate::exchange::{Measured, OURS, measured, note};
use crate::load::Traffic;
use crate::messages::Numbers;
use crate::process::{self, Folder, Server};
use crate::results::{Results, What, median};
use std::time::{Duration, Instant};

pub const SQLITE: &str = "SQLite";
/// Users in a commit of SQLite alone.
pub const PER_COMMIT: [usize; 4] = [1, 16, 64, 256];
/// Callers that save at the same time, and how that is called.
pub const CALLERS: usize = 64;
pub const BY_CALLERS: &str = "saved by 64 callers";
pub const BY_ONE: &str = "saved by a lone caller";

pub struct Saving {
    ceiling: Ceiling,
    /// An installation that nobody uses, to be copied.
    template: Folder,
    calls: Vec<Measured>,
    bare: Server,
}

/// The name of SQLite's measurements.
pub fn per_commit(users: usize) -> String {
    format!("{users} in a commit")
}

impl Saving {
    pub fn new() -> Self {
        let template = Folder::new();
        let server = Server::services88(template.path());
        let ticket = process::ticket(template.path());
        drop(server);
        let tried = template.copy();
        let server = Server::services88(tried.path());
        Self {
            ceiling: Ceiling::learn(),
            calls: measured(calls::saving(&ticket), &server, &Numbers::row()),
            bare: Server::bare(),
            template,
        }
    }

    pub fn calls(&self) -> &[Measured] {
        &self.calls
    }

    /// Rows that a user adds, and rows that it changes.
    pub fn rows(&self) -> (usize, usize) {
        self.ceiling.rows()
    }

    pub fn round(&self, time: Duration, results: &mut Results) {
        for users in PER_COMMIT {
            let (rate, commit) = self.ceiling.run(users, time);
            results.add(SQLITE, &per_commit(users), What::Rate, rate);
            results.add(SQLITE, &per_commit(users), What::Time, milliseconds(commit));
        }
        // Everybody begins with an empty database.
        let folder = self.template.copy();
        let server = Server::services88(folder.path());
        let save = self
            .calls
            .iter()
            .find(|it| it.call.name == calls::SAVE_FILLED);
        let save = save.expect("the filled call");
        let numbers = Numbers::row();
        let message = save.call.message();
        let traffic = Traffic {
            server: &server,
            message: &message,
            numbers: &numbers,
            expected: save.call.expected,
            connections: CALLERS,
        };
        note(results, OURS, BY_CALLERS, &traffic.run(time));
        results.add(OURS, BY_ONE, What::Time, lone(&traffic, time));
        drop(server);
        for call in &self.calls {
            let folder = self.template.copy();
            let server = Server::services88(folder.path());
            call.beside_bare(&self.bare, &server, time, results);
        }
    }
}

/// The median time that a caller waits who is the only one, in milliseconds.
fn lone(traffic: &Traffic<'_>, time: Duration) -> f64 {
    let mut message = traffic.message.clone();
    let mut client = traffic.server.client();
    let mut times = Vec::new();
    let end = Instant::now() + time;
    while Instant::now() < end {
        message.renumber(traffic.numbers);
        let start = Instant::now();
        client.expect(&message, traffic.expected);
        times.push(milliseconds(start.elapsed()));
    }
    median(times).expect("a user")
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
