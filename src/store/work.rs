//! What a database does for a statement, so that tests can tell whether it grows with the rows
//! there are: how many steps it takes, and whether it goes through a whole table that grows with
//! the users.

use rusqlite::{Connection, Statement, StatementStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The tables that have rows for every user or more.
const GROWING: &[&str] = &[
    "associate",
    "associate_extra_field",
    "associatehistory",
    "category_membership",
    "contact",
    "credentials",
    "ejuser",
    "external_token",
    "licenseassoclink",
    "login",
    "password_reset",
    "person",
    "portal_registration",
    "service_auth",
    "usergrouplink",
    "userrolelink",
];

/// Files of this folder whose statements go through whole tables on purpose: the tests, and what
/// runs once for a database that is new, or whose secrets are sealed anew.
const WHOLE: &[&str] = &["installation.rs", "secrets.rs", "tests.rs"];

/// Statements that may do so: one that reads the end of an index only, and the list of all users
/// on the command line.
const MEANT: &[&str] = &[
    "SELECT coalesce(max(associate_id), 0) + 1 FROM associate",
    "SELECT associate.associate_id, associate.name, coalesce(role.name, ''), associate.deleted\n",
];

/// What has been done in a file.
#[derive(Clone, Copy, Default)]
struct Work {
    /// Steps of SQLite's virtual machine. They do not depend on the machine or its load.
    steps: i64,
    statements: i64,
}

static WORK: Mutex<BTreeMap<String, Work>> = Mutex::new(BTreeMap::new());
/// Statements that have been looked at.
static GOOD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Adds what a statement has done since it was last asked. Panics when one of the store's own
/// goes through a whole table that grows.
#[track_caller]
pub fn note(connection: &Connection, statement: &Statement<'_>, sql: &str) {
    let steps = statement.reset_status(StatementStatus::VmStep);
    if let Some(path) = connection.path() {
        let mut all = lock(&WORK);
        let work = all.entry(path.to_owned()).or_default();
        work.steps += i64::from(steps);
        work.statements += 1;
    }
    let (folder, file) = Location::caller()
        .file()
        .rsplit_once('/')
        .unwrap_or_default();
    let meant = WHOLE.contains(&file) || MEANT.iter().any(|meant| sql.starts_with(meant));
    if folder.ends_with("store") && !meant && !lock(&GOOD).contains(sql) {
        let scanned = scanned(connection, sql).expect("a plan");
        assert!(scanned.is_empty(), "{file} goes through {scanned:?}: {sql}");
        lock(&GOOD).insert(sql.to_owned());
    }
}

/// The growing tables that a statement goes through from one end, with all its triggers: by a
/// loop that does not begin with a search, or by counting.
fn scanned(connection: &Connection, sql: &str) -> rusqlite::Result<BTreeSet<String>> {
    let mut tables = connection.prepare("SELECT rootpage, tbl_name FROM sqlite_schema")?;
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tables: BTreeMap<i64, String> = tables.collect::<Result<_, _>>()?;
    let mut program = connection.prepare(&format!("EXPLAIN {sql}"))?;
    let mut steps = program.raw_query();
    let (mut cursors, mut at_an_end) = (BTreeMap::new(), BTreeSet::new());
    let mut found = BTreeSet::new();
    while let Some(step) = steps.next()? {
        let (code, cursor): (String, i64) = (step.get("opcode")?, step.get("p1")?);
        match &*code {
            // Each trigger is a program of its own.
            "Init" => {
                cursors.clear();
                at_an_end.clear();
            }
            "OpenRead" | "OpenWrite" | "ReopenIdx" => {
                let table = tables.get(&step.get("p2")?);
                cursors.insert(cursor, table.cloned().unwrap_or_default());
            }
            "Rewind" | "Last" => {
                at_an_end.insert(cursor);
            }
            "Next" | "Prev" if !at_an_end.contains(&cursor) => {}
            "Next" | "Prev" | "Count" => found.extend(cursors.get(&cursor).cloned()),
            _ => {}
        }
    }
    found.retain(|table| GROWING.contains(&&**table));
    Ok(found)
}

/// The steps so far in a file.
pub fn steps(path: &Path) -> i64 {
    of(path).steps
}

/// The statements so far in a file.
pub fn statements(path: &Path) -> i64 {
    of(path).statements
}

fn of(path: &Path) -> Work {
    let path = path.to_str().unwrap_or_default();
    lock(&WORK).get(path).copied().unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_through_a_table_is_seen_whatever_the_table_is_called_there() {
        let database = Connection::open_in_memory().expect("database");
        let schema = "CREATE TABLE person (person_id INTEGER PRIMARY KEY, email TEXT, name TEXT);
             CREATE INDEX person_email_ix ON person (email);
             CREATE TABLE role (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TRIGGER role_removed AFTER DELETE ON role WHEN OLD.id > 9 BEGIN
                 UPDATE person SET name = '' WHERE name = OLD.name;
             END;";
        database.execute_batch(schema).expect("schema");
        for sql in [
            "SELECT * FROM person p WHERE p.name = ?1",
            "SELECT count(*) FROM person",
            "SELECT max(name) FROM person",
            "SELECT email FROM person ORDER BY email DESC",
            "SELECT r.id FROM role r LEFT JOIN person p ON p.name = r.name",
            "UPDATE person SET name = ?1",
            "DELETE FROM role WHERE id = ?1",
        ] {
            assert_eq!(scanned(&database, sql).expect("plan").len(), 1, "{sql}");
        }
        for sql in [
            "SELECT * FROM person p WHERE p.email = ?1",
            "SELECT * FROM person WHERE person_id IN (SELECT value FROM json_each(?1))",
            "SELECT r.id FROM role r LEFT JOIN person p ON p.email = r.name",
            "SELECT count(*) FROM role",
            "DELETE FROM person WHERE person_id = ?1",
        ] {
            assert_eq!(scanned(&database, sql), Ok(BTreeSet::new()), "{sql}");
        }
    }
}
