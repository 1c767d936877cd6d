//! What a server's database holds, so that what changes nothing can be shown to.

use crate::support::TestServer;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::BTreeSet;

/// Every row of every table, as text.
#[derive(PartialEq)]
pub struct Content(BTreeSet<String>);

impl TestServer {
    /// All that is stored.
    pub fn content(&self) -> Content {
        self.rows(|_, _| true, |_| true)
    }

    /// The same without what a log-in leaves behind: its ticket, and when the user was last seen.
    /// A test that logs callers in while it looks uses this.
    pub fn content_without_log_ins(&self) -> Content {
        self.rows(
            |table, column| table != "sqlite_sequence" && column != "lastlogin",
            |row| !row.starts_with("credentials ") || !row.contains("Text(\"Ticket\")"),
        )
    }

    fn rows(&self, is_kept: fn(&str, &str) -> bool, is_shown: fn(&str) -> bool) -> Content {
        let database = Connection::open(self.data().join("services88.db")).unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut tables = database.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let mut rows = BTreeSet::new();
        for table in tables.map(Result::unwrap) {
            let sql = format!("SELECT * FROM {table}");
            let mut statement = database.prepare(&sql).unwrap();
            let columns = statement.column_names().enumerate();
            let columns: Vec<_> = columns
                .filter(|(_, column)| is_kept(&table, column))
                .map(|(index, _)| index)
                .collect();
            let mut found = statement.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let values = columns.iter().map(|index| row.get_unwrap(*index));
                let line = format!("{table} {:?}", values.collect::<Vec<Value>>());
                rows.extend(is_shown(&line).then_some(line));
            }
        }
        Content(rows)
    }
}

impl Content {
    /// Fails with the rows in which two contents differ.
    #[track_caller]
    pub fn assert_same(&self, other: &Self, what: &str) {
        let differing: Vec<_> = self.0.symmetric_difference(&other.0).collect();
        assert!(differing.is_empty(), "{what}: {differing:#?}");
    }
}
