//! What a server's database holds, so that what changes nothing can be shown to.

use crate::support::TestServer;
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
            |row| !row.starts_with("credentials ") || !row.contains("Some(\"Ticket\")"),
        )
    }

    fn rows(&self, is_kept: fn(&str, &str) -> bool, is_shown: fn(&str) -> bool) -> Content {
        let database = self.database();
        let mut tables = database.tables();
        for (table, columns) in &mut tables {
            columns.retain(|column| is_kept(table, column));
        }
        // What nodes tell each other is nobody's content.
        tables.retain(|(table, columns)| table != "news" && !columns.is_empty());
        let queries = tables.iter();
        let queries: Vec<_> = queries
            .map(|(table, columns)| format!("SELECT {} FROM {table}", columns.join(", ")))
            .collect();
        let mut rows = BTreeSet::new();
        for ((table, _), found) in tables.iter().zip(database.rows_of_each(&queries)) {
            for values in found {
                let line = format!("{table} {values:?}");
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
