//! How much work a database does, so that tests can tell whether it grows with the rows there are.

use rusqlite::{Connection, Statement, StatementStatus};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Steps of SQLite's virtual machine by file. They do not depend on the machine or its load.
static STEPS: Mutex<BTreeMap<String, i64>> = Mutex::new(BTreeMap::new());

/// Adds what a statement has done since it was last asked.
pub fn note(connection: &Connection, statement: &Statement<'_>) {
    let steps = statement.reset_status(StatementStatus::VmStep);
    if let Some(path) = connection.path() {
        let mut all = STEPS.lock().unwrap_or_else(PoisonError::into_inner);
        *all.entry(path.to_owned()).or_default() += i64::from(steps);
    }
}

/// The steps so far in a file.
pub fn steps(path: &Path) -> i64 {
    let all = STEPS.lock().unwrap_or_else(PoisonError::into_inner);
    let path = path.to_str().unwrap_or_default();
    all.get(path).copied().unwrap_or_default()
}
