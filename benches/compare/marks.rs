//! What is aimed at, and whether it is reached.

use crate::calls::{CHANGE_CLIENT, CHANGE_FILLED, CHANGE_PRINTED, REGISTER, SAVE_CLIENT, SMALL};
use crate::cluster;
use crate::codec::{self, TEXTS};
use crate::exchange::{BARE, OURS};
use crate::memory;
use crate::peers;
use crate::results::{Results, What};
use crate::saving::{self, BY_CALLERS, BY_ONE, CALLERS, SQLITE};
use crate::scale;

/// A value that is wanted to be as high, or as low, as some other.
pub enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

pub struct Mark {
    pub work: String,
    pub against: String,
    pub aim: Aim,
    pub unit: &'static str,
    pub measured: Option<f64>,
}

impl Mark {
    pub fn is_met(&self) -> Option<bool> {
        self.measured.map(|measured| match self.aim {
            Aim::AtLeast(aim) => measured >= aim,
            Aim::AtMost(aim) => measured <= aim,
        })
    }
}

/// Above this many times, or below; the unit is how many times it is.
fn mark(work: &str, against: &str, aim: Aim, measured: Option<f64>) -> Mark {
    Mark {
        work: work.to_owned(),
        against: against.to_owned(),
        aim,
        unit: "×",
        measured,
    }
}

/// All of them, measured or not.
pub fn marks(results: &Results) -> Vec<Mark> {
    use Aim::{AtLeast, AtMost};
    let mut marks = Vec::new();
    let bare_rate = |work| results.ratio((OURS, work), (BARE, work), What::Rate);
    for work in [SMALL, REGISTER] {
        let cpu = results.ratio_of_least((OURS, work), (BARE, work), What::Cpu);
        let (requests, seconds) = ("bare hyper, requests/s", "bare hyper, CPU of a request");
        marks.push(mark(work, requests, AtLeast(0.85), bare_rate(work)));
        marks.push(mark(work, seconds, AtMost(1.25), cpu));
    }
    for work in [CHANGE_PRINTED, CHANGE_FILLED] {
        let against = "bare hyper, requests/s";
        marks.push(mark(work, against, AtLeast(0.4), bare_rate(work)));
    }
    for text in TEXTS {
        let rate = |one, other| results.ratio((one, text), (other, text), What::Rate);
        let read = format!("SaveUser {text}, bytes into typed carriers");
        let measured = rate(codec::READ, codec::SCAN);
        marks.push(mark(
            &read,
            "quick-xml's events and attributes, MB/s",
            AtLeast(0.8),
            measured,
        ));
        let write = format!("SaveUser {text}, typed carriers to bytes");
        let measured = rate(codec::WRITE, codec::READ_BACK);
        marks.push(mark(
            &write,
            "reading the same bytes, MB/s",
            AtLeast(2.0),
            measured,
        ));
    }
    for (ours, peers, aim) in [(REGISTER, REGISTER, 2.0), (CHANGE_CLIENT, SAVE_CLIENT, 3.0)] {
        let measured = results.ratio((peers::OURS, ours), ("gsoap", peers), What::Rate);
        marks.push(mark(ours, "gSOAP, requests/s", AtLeast(aim), measured));
    }
    let per_commit = saving::per_commit(CALLERS);
    let measured = results.ratio((OURS, BY_CALLERS), (SQLITE, &per_commit), What::Rate);
    let against = "SQLite alone, 64 users a commit, users/s";
    marks.push(mark(
        "SaveUser, durable, 64 callers",
        against,
        AtLeast(0.7),
        measured,
    ));
    let alone = saving::per_commit(1);
    let measured = results.ratio((OURS, BY_ONE), (SQLITE, &alone), What::Time);
    let against = "SQLite alone, one commit of the same rows, time";
    marks.push(mark(
        "SaveUser, durable, a lone caller",
        against,
        AtMost(1.5),
        measured,
    ));
    let (none, few, many) = (scale::name(0), scale::name(1_000), scale::name(1_000_000));
    for call in scale::CALLS {
        let measured = results.ratio((&many, call), (&few, call), What::Rate);
        let work = format!("{call}, 1,000,000 users");
        marks.push(mark(
            &work,
            "1,000 users, requests/s",
            AtLeast(0.9),
            measured,
        ));
    }
    let start = scale::START;
    let measured = results.ratio((&many, start), (&none, start), What::Time);
    let work = "start to first answer, 1,000,000 users";
    marks.push(mark(work, "an empty database, time", AtMost(2.0), measured));
    for work in [cluster::SAVE, cluster::GET] {
        for nodes in [cluster::ONE, cluster::TWO] {
            let measured = results.ratio((nodes, work), (cluster::PGBENCH, work), What::Rate);
            let against = "pgbench with the same statements, a second";
            let work = format!("{work}, {nodes} over PostgreSQL");
            marks.push(mark(&work, against, AtLeast(0.6), measured));
        }
    }
    let measured = results.ratio(
        (cluster::ONE_OF_TWO, cluster::GET),
        (cluster::ONE, cluster::GET),
        What::Rate,
    );
    let work = format!("{}, another node idle", cluster::GET);
    let against = "no other node, requests/s";
    marks.push(mark(&work, against, AtLeast(0.95), measured));
    memory_marks(results, &mut marks);
    marks
}

fn memory_marks(results: &Results, marks: &mut Vec<Mark>) {
    let resident = |when| results.median(memory::RESIDENT, when, What::Memory);
    let mut mark = |work: &str, aim, unit, measured| {
        marks.push(Mark {
            work: format!("memory {work}"),
            against: String::new(),
            aim: Aim::AtMost(aim),
            unit,
            measured,
        });
    };
    let mib = resident(memory::LOADED).map(|kib| kib / 1024.0);
    mark(memory::LOADED, 32.0, " MiB", mib);
    for connection in [memory::UNUSED, memory::KEPT] {
        mark(connection, 10.0, " KiB", resident(connection));
    }
}
