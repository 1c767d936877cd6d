//! Calls that store nothing, beside a server that does nothing but HTTP with as many bytes.

use crate::bare;
use crate::calls::{self, Call};
use crate::load::{Sample, Traffic};
use crate::messages::{Message, Numbers};
use crate::process::{self, Folder, Server};
use crate::results::{Results, What};
use rusqlite::Connection;
use std::time::Duration;

/// Whose measurements are whose.
pub const OURS: &str = "services88";
pub const BARE: &str = "bare hyper";
pub const SCAN: &str = "hyper and a scan";

/// Connections, where nothing else is said.
pub const CONNECTIONS: usize = 32;
/// Users that there are.
const USERS: u32 = 100;

pub struct Exchange {
    installation: Installation,
    bare: Server,
    calls: Vec<Measured>,
}

/// A call, and how long its answer is.
pub struct Measured {
    pub call: Call,
    pub answer: usize,
}

impl Exchange {
    pub fn new() -> Self {
        let installation = Installation::new();
        let calls = calls::reading(&installation.ticket, &installation.users);
        Self {
            calls: measured(calls, &installation.server, &Numbers::row()),
            installation,
            bare: Server::bare(),
        }
    }

    pub fn calls(&self) -> &[Measured] {
        &self.calls
    }

    pub fn round(&self, time: Duration, results: &mut Results) {
        for measured in &self.calls {
            measured.beside_bare(&self.bare, &self.installation.server, time, results);
        }
    }
}

/// The program with some users in its database.
pub struct Installation {
    pub server: Server,
    pub ticket: String,
    /// Their ids.
    pub users: Vec<i64>,
    _folder: Folder,
}

impl Installation {
    pub fn new() -> Self {
        let folder = Folder::new();
        let server = Server::services88(folder.path());
        let ticket = process::ticket(folder.path());
        let mut client = server.client();
        let register = calls::register(&ticket);
        client.expect(&register.message(), register.expected);
        let save = calls::save(&ticket);
        let (mut message, numbers) = (save.message(), Numbers::row());
        for _ in 0..USERS {
            message.renumber(&numbers);
            client.expect(&message, save.expected);
        }
        let database = Connection::open(process::database(folder.path()));
        let database = database.expect("the database");
        let mut query = database
            .prepare("SELECT associate_id FROM associate ORDER BY associate_id DESC LIMIT ?")
            .expect("a query");
        let users = query.query_map([USERS], |row| row.get(0)).expect("users");
        let users = users.map(|id| id.expect("an id")).collect();
        drop(query);
        Self {
            users,
            server,
            ticket,
            _folder: folder,
        }
    }
}

/// Asks for the answer to each call once.
pub fn measured(calls: Vec<Call>, server: &Server, numbers: &Numbers) -> Vec<Measured> {
    let mut client = server.client();
    let with_answer = calls.into_iter().map(|call| {
        let mut message = call.message();
        message.renumber(numbers);
        let answer = client.expect(&message, call.expected);
        Measured { call, answer }
    });
    with_answer.collect()
}

impl Measured {
    /// Measures the call with the limits before it.
    pub fn beside_bare(&self, bare: &Server, ours: &Server, time: Duration, results: &mut Results) {
        let numbers = Numbers::row();
        let mut measure = |side: &str, server: &Server, message: &Message, expected: &str| {
            let traffic = Traffic {
                server,
                message,
                numbers: &numbers,
                expected,
                connections: CONNECTIONS,
            };
            note(results, side, self.call.name, &traffic.run(time));
        };
        measure(BARE, bare, &self.call.at(&bare::path(self.answer)), "");
        if self.call.is_scanned {
            measure(
                SCAN,
                bare,
                &self.call.at(&bare::path_of_scan(self.answer)),
                "",
            );
        }
        measure(OURS, ours, &self.call.message(), self.call.expected);
    }
}

pub fn note(results: &mut Results, side: &str, work: &str, sample: &Sample) {
    results.add(side, work, What::Rate, sample.rate);
    results.add(side, work, What::Cpu, sample.cpu);
}
