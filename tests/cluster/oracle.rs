//! What has to be so after each fault, asked of the database itself and of all nodes.

use crate::load::{Calls, Wish};
use crate::support::{Caller, Database};
use crate::wire::{Said, get_user};
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;

/// So many are read from each node.
const SOME: usize = 30;

/// How many users are there of those that were asked for.
#[derive(Clone, Copy, Default)]
pub struct Kept {
    acknowledged: usize,
    /// Stored although nobody was told.
    untold: usize,
    absent: usize,
}

impl fmt::Display for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            acknowledged,
            untold,
            absent,
        } = self;
        write!(
            out,
            "{acknowledged} acknowledged, {untold} untold, {absent} absent"
        )
    }
}

/// That what was acknowledged is there once and can be read at each node, that the rest is there at
/// most once, that nothing is half there, and that licences are counted right.
#[track_caller]
pub fn assert_once(
    calls: &Calls,
    database: &Database,
    nodes: &[SocketAddr],
    caller: &Caller,
) -> Kept {
    let mut kept = Kept::default();
    let there = |sql: &str| {
        let mut there: HashMap<String, Vec<String>> = HashMap::new();
        for row in database.rows(sql) {
            let [name, id] = [0, 1].map(|at| row[at].clone().unwrap());
            there.entry(name).or_default().push(id);
        }
        there
    };
    let users = there("SELECT name, associate_id FROM associate WHERE name LIKE 'c%'");
    let persons = there("SELECT lastname, person_id FROM person WHERE lastname LIKE 'c%'");
    for call in &calls.0 {
        let name = match &call.wish {
            Wish::Save(name) => name,
            Wish::Get(name) => {
                let is_right = !call.said.is_done() || call.said.done() == Some(name);
                assert!(is_right, "{call:?}");
                continue;
            }
            Wish::LogIn => continue,
        };
        let [user, person] = [&users, &persons].map(|it| it.get(name).map_or(&[][..], |it| it));
        assert_eq!(user.len(), person.len(), "{call:?}");
        match call.said.done() {
            Some(id) => {
                assert_eq!(user, [id], "{call:?}");
                kept.acknowledged += 1;
            }
            None => {
                assert!(user.len() < 2, "{call:?}");
                kept.untold += user.len();
                kept.absent += 1 - user.len();
                assert!(is_honest(&call.said, user.len()), "{call:?}: {user:?}");
            }
        }
    }
    let acknowledged: Vec<_> = { &calls.0 }
        .iter()
        .filter(|it| it.is_save() && it.said.is_done())
        .collect();
    // The first and the last ones: reading many takes long.
    let some = acknowledged
        .iter()
        .take(SOME)
        .chain(acknowledged.iter().rev().take(SOME));
    for call in some {
        let Wish::Save(name) = &call.wish else {
            continue;
        };
        for node in nodes {
            let read = get_user(*node, caller, call.said.done().unwrap());
            assert_eq!(read, Said::Done(name.clone()), "{call:?}");
        }
    }
    for half in HALVES {
        assert_eq!(database.rows(half), [] as [Vec<_>; 0], "{half}");
    }
    kept
}

/// Whether an answer is one that is meant for faults, and does not deny what was stored.
fn is_honest(said: &Said, stored: usize) -> bool {
    match said {
        Said::Declined(class, message) => {
            let unknown = message.contains("not known whether");
            class.ends_with("SoDbAccessException") && (unknown || stored == 0)
        }
        Said::Busy(_) => stored == 0,
        Said::Nothing => true,
        Said::Done(_) | Said::Silence | Said::Strange(_) => false,
    }
}

/// Rows that are half of something, and licences that are counted wrong.
const HALVES: [&str; 5] = [
    "SELECT associate_id FROM associate
     WHERE associate_id NOT IN (SELECT associate_id FROM userrolelink)",
    "SELECT associate_id FROM associate WHERE person_id NOT IN (SELECT person_id FROM person)",
    "SELECT person_id FROM person WHERE lastname LIKE 'c%'
     AND person_id NOT IN (SELECT person_id FROM associate)",
    "SELECT name FROM associate WHERE name LIKE 'c%' AND 2 <> (
         SELECT count(*) FROM licenseassoclink WHERE assocId = associate_id)",
    "SELECT moduleName FROM modulelicense WHERE inUse <> (
         SELECT count(*) FROM licenseassoclink
         JOIN associate ON associate_id = assocId
         WHERE moduleLicenseId = ModuleLicense_id AND licenseNumber > 0 AND deleted = 0)",
];
