//! How fast SQLite alone makes the rows of a user durable: the real schema with its indexes, in
//! write-ahead mode with `synchronous=FULL`, prepared statements, no server around.

use crate::calls;
use crate::messages::Numbers;
use crate::process::{self, Folder, Server};
use crate::rows::{Snapshot, Write};
use rusqlite::{Connection, OpenFlags};
use std::time::{Duration, Instant};

/// A database, and what one more user writes to it.
pub struct Ceiling {
    folder: Folder,
    writes: Vec<Write>,
}

impl Ceiling {
    /// Saves three users by the program, and looks at what that leaves in the database.
    pub fn learn() -> Self {
        let folder = Folder::new();
        let server = Server::services88(folder.path());
        let save = calls::save(&process::ticket(folder.path()));
        let (mut message, numbers) = (save.message(), Numbers::row());
        let mut client = server.client();
        let states = [(); 3].map(|()| {
            message.renumber(&numbers);
            client.expect(&message, save.expected);
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
            let file = process::database(folder.path());
            let database = Connection::open_with_flags(file, flags);
            Snapshot::of(&database.expect("the database"))
        });
        drop(server);
        Self {
            writes: Snapshot::writes(&states),
            folder,
        }
    }

    /// Rows that a user adds, and rows that it changes.
    pub fn rows(&self) -> (usize, usize) {
        let added = self.writes.iter().filter(|write| write.is_insert()).count();
        (added, self.writes.len() - added)
    }

    /// Commits users for a while in a fresh copy of the database, so many at a time, and gives
    /// the users stored in a second and the median time of a commit.
    pub fn run(&self, per_commit: usize, time: Duration) -> (f64, Duration) {
        let copy = self.folder.copy();
        let database = Connection::open(process::database(copy.path())).expect("the database");
        database.set_prepared_statement_cache_capacity(100);
        database
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            )
            .expect("settings");
        let mut commits = Vec::new();
        let mut user = 0;
        let start = Instant::now();
        while start.elapsed() < time {
            let begun = Instant::now();
            execute(&database, "BEGIN IMMEDIATE");
            for _ in 0..per_commit {
                user += 1;
                for write in &self.writes {
                    write.execute(&database, user);
                }
            }
            execute(&database, "COMMIT");
            commits.push(begun.elapsed());
        }
        let rate = user as f64 / start.elapsed().as_secs_f64();
        commits.sort_unstable();
        (rate, commits[commits.len() / 2])
    }
}

fn execute(database: &Connection, sql: &str) {
    let mut statement = database.prepare_cached(sql).expect("a statement");
    statement.execute([]).expect(sql);
}
