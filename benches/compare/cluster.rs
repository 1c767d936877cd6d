//! Nodes over a PostgreSQL on the same machine, beside pgbench running the same statements there.

use crate::calls;
use crate::engine::Engine;
use crate::exchange::note;
use crate::load::{Sample, Traffic};
use crate::messages::{Message, Numbers};
use crate::process::{self, Folder, Server};
use crate::results::{Results, What};
use crate::saving::CALLERS;
use crate::script;
use std::cell::Cell;
use std::thread;
use std::time::Duration;

pub const ONE: &str = "one node";
pub const ONE_OF_TWO: &str = "one node, another one idle";
pub const TWO: &str = "two nodes";
pub const PGBENCH: &str = "pgbench";
pub const NO_TURN: &str = "pgbench, without the turn to write";
pub const SAVE: &str = "SaveUser, filled, by 64 callers";
pub const GET: &str = "GetUser by 64 callers";

/// Connections of pgbench, of which those count that are best.
const CONNECTIONS: [usize; 3] = [2, 8, 64];
/// Numbers that a run may use at most.
const RUN: u32 = 100_000;

pub struct Cluster {
    engine: Engine,
    first: Server,
    folder: Folder,
    save: calls::Call,
    get: calls::Call,
    /// What pgbench runs.
    saving: String,
    saving_without_turn: String,
    getting: String,
    /// The last number that was used.
    last: Cell<u32>,
}

impl Cluster {
    /// Starts everything; says why there is nothing to be measured.
    pub fn new() -> Result<Self, String> {
        let engine = Engine::start()?;
        let folder = Folder::new();
        let first = Server::node(folder.path(), &engine.address);
        let ticket = process::ticket_of_node(folder.path(), &engine.address);
        let save = calls::saving(&ticket)
            .into_iter()
            .find(|it| it.name == calls::SAVE_FILLED);
        let save = save.expect("the filled call");
        let mut client = first.client();
        let mut message = save.message();
        let numbers = Numbers::row();
        let mut run = |message: &mut Message, expected| {
            message.renumber(&numbers);
            client.expect(message, expected);
        };
        // The first calls prepare the statements.
        for _ in 0..20 {
            run(&mut message, save.expected);
        }
        for (table, key, id) in script::FIRST_IDS {
            engine.run(&format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{key}'), {id})"
            ));
        }
        let saved = [(); 2].map(|()| engine.record(|| run(&mut message, save.expected)));
        let get = calls::reading(&ticket, &[i64::from(script::FIRST_ID_OF_USERS) + 1])
            .into_iter()
            .find(|it| it.name == "GetUser");
        let get = get.expect("the call");
        let mut message = get.message();
        run(&mut message, get.expected);
        let got = engine.record(|| run(&mut message, get.expected));
        let saving = script::of(&saved[0], &saved[1], [21, 22]);
        Ok(Self {
            saving_without_turn: saving
                .lines()
                .filter(|line| !line.contains("services88_turn"))
                .map(|line| format!("{line}\n"))
                .collect(),
            saving,
            getting: script::as_they_are(&got),
            engine,
            first,
            folder,
            save,
            get,
            last: Cell::new(100),
        })
    }

    pub fn round(&self, time: Duration, results: &mut Results) {
        let [save, get] = [&self.save, &self.get];
        for (script, side, work) in [
            (&self.saving, PGBENCH, SAVE),
            (&self.getting, PGBENCH, GET),
            (&self.saving_without_turn, NO_TURN, SAVE),
        ] {
            let paces = CONNECTIONS.map(|it| self.engine.pace(script, it, time));
            let best = paces.into_iter().max_by(f64::total_cmp);
            results.add(side, work, What::Rate, best.unwrap_or_default());
        }
        note(results, ONE, SAVE, &self.on(&[&self.first], save, time));
        note(results, ONE, GET, &self.on(&[&self.first], get, time));
        let other = self.folder.copy_of_keys();
        let other = Server::node(other.path(), &self.engine.address);
        note(
            results,
            ONE_OF_TWO,
            GET,
            &self.on(&[&self.first], get, time),
        );
        let both = [&self.first, &other];
        // Its statements are not prepared yet.
        self.on(&[&other], save, time / 4);
        self.on(&[&other], get, time / 4);
        note(results, TWO, SAVE, &self.on(&both, save, time));
        note(results, TWO, GET, &self.on(&both, get, time));
    }

    /// Sends a call to nodes, from as many callers in all.
    fn on(&self, nodes: &[&Server], call: &calls::Call, time: Duration) -> Sample {
        let samples: Vec<Sample> = thread::scope(|scope| {
            let running: Vec<_> = nodes
                .iter()
                .map(|server| {
                    let last = self.last.get();
                    self.last.set(last + RUN);
                    let (message, expected) = (call.message(), call.expected);
                    let connections = CALLERS / nodes.len();
                    scope.spawn(move || {
                        let traffic = Traffic {
                            server,
                            message: &message,
                            numbers: &Numbers::row_after(last),
                            expected,
                            connections,
                        };
                        traffic.run(time)
                    })
                })
                .collect();
            let samples = running.into_iter().map(|it| it.join().expect("answers"));
            samples.collect()
        });
        let rate = samples.iter().map(|it| it.rate).sum();
        let cpu: f64 = samples.iter().map(|it| it.cpu).sum();
        Sample {
            rate,
            cpu: cpu / f64::from(u32::try_from(nodes.len()).unwrap_or(1)),
        }
    }
}
