//! What a transaction offers, with no type of an engine in sight.
//!
//! Statements are written once, in what SQLite and PostgreSQL share; the little that SQLite alone
//! says its own way is brought into PostgreSQL's words by [`super::postgres`].

use super::StoreError;
use super::embedded::{self, Embedded};
use super::error::EngineError;
use super::lists::Lists;
use super::postgres::{self, Session};
use super::value::{Column, Param, Value};
use std::cell::Cell;

/// A transaction under way.
pub struct Tx<'a> {
    pub(super) connection: Connection<'a>,
    pub(super) lists: &'a Lists,
    /// The state of the lists, and how many changes had been made when it was read.
    pub(super) list_state: Cell<Option<(i64, u64)>>,
}

/// Where a transaction is under way.
#[derive(Clone, Copy)]
pub(super) enum Connection<'a> {
    Embedded(&'a Embedded),
    Server(&'a Session),
}

/// A row of a result.
pub struct Row<'a> {
    row: Kind<'a>,
}

enum Kind<'a> {
    Embedded(&'a rusqlite::Row<'a>),
    Server(&'a tokio_postgres::Row),
}

impl<'a> Tx<'a> {
    pub(super) fn embedded(connection: &'a Embedded, lists: &'a Lists) -> Self {
        Self::new(Connection::Embedded(connection), lists)
    }

    pub(super) fn server(session: &'a Session, lists: &'a Lists) -> Self {
        Self::new(Connection::Server(session), lists)
    }

    fn new(connection: Connection<'a>, lists: &'a Lists) -> Self {
        Self {
            connection,
            lists,
            list_state: Cell::new(None),
        }
    }

    /// Runs a statement and says how many rows it touched.
    #[cfg_attr(test, track_caller)]
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<usize, StoreError> {
        match self.connection {
            Connection::Embedded(connection) => embedded::execute(connection, sql, params),
            Connection::Server(session) => session.execute(sql, params),
        }
    }

    /// Runs a statement that adds one row, and gives the number that it got. Where the number is
    /// the key that is wanted, this costs less than `RETURNING`, for which SQLite makes a table of
    /// its own.
    #[cfg_attr(test, track_caller)]
    pub fn insert(&self, sql: &str, params: &[Param<'_>]) -> Result<i32, StoreError> {
        let key = match self.connection {
            Connection::Embedded(connection) => {
                embedded::execute(connection, sql, params)?;
                connection.last_insert_rowid()
            }
            Connection::Server(session) => session.insert(sql, params)?,
        };
        i32::try_from(key).map_err(|_| StoreError::Column {
            column: 0,
            reason: "a key out of range".to_owned(),
        })
    }

    /// All rows of a query, mapped.
    #[cfg_attr(test, track_caller)]
    pub fn query<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self.connection {
            Connection::Embedded(connection) => embedded::query(connection, sql, params, map),
            Connection::Server(session) => mapped(&session.query(sql, params)?, map),
        }
    }

    /// All rows of a query that is put together for one caller, mapped: it is not kept prepared,
    /// where it would take the place of one that comes again.
    pub fn query_once<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self.connection {
            Connection::Embedded(connection) => embedded::query_once(connection, sql, params, map),
            Connection::Server(session) => mapped(&session.query_once(sql, params)?, map),
        }
    }

    /// The first row of a query, mapped, if there is one.
    #[cfg_attr(test, track_caller)]
    pub fn optional<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.connection {
            Connection::Embedded(connection) => embedded::first(connection, sql, params, map),
            Connection::Server(session) => {
                let rows = session.query(sql, params)?;
                rows.first().map(|row| map(&Row::server(row))).transpose()
            }
        }
    }

    /// The first row of a query that always has one (`count`, `RETURNING`), mapped.
    #[cfg_attr(test, track_caller)]
    pub fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.optional(sql, params, map)?
            .ok_or(StoreError::Engine(EngineError::NoRow))
    }

    /// How many rows have been changed so far. It never gets less.
    pub(super) fn changes(&self) -> u64 {
        match self.connection {
            Connection::Embedded(connection) => connection.total_changes(),
            Connection::Server(session) => session.changes(),
        }
    }

    /// How many migrations have been applied.
    pub(super) fn schema_version(&self) -> Result<i32, StoreError> {
        let sql = match self.connection {
            Connection::Embedded(_) => "PRAGMA user_version",
            Connection::Server(_) => postgres::VERSION,
        };
        self.one(sql, &[], |row| row.get(0))
    }

    /// Whether there is a table of this name, in small letters, where ours are.
    pub(super) fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        let sql = match self.connection {
            Connection::Embedded(_) => {
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1"
            }
            Connection::Server(_) => postgres::HAS_TABLE,
        };
        let found = self.query_once(sql, &[Param::Text(name)], |row| row.get::<i64>(0))?;
        Ok(found.first().is_some_and(|count| *count > 0))
    }

    /// What the engine is called.
    pub(super) fn engine(&self) -> &'static str {
        match self.connection {
            Connection::Embedded(_) => "SQLite",
            Connection::Server(_) => "PostgreSQL",
        }
    }
}

fn mapped<T>(
    rows: &[tokio_postgres::Row],
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| map(&Row::server(row))).collect()
}

impl<'a> Row<'a> {
    pub(super) fn embedded(row: &'a rusqlite::Row<'a>) -> Self {
        Self {
            row: Kind::Embedded(row),
        }
    }

    pub(super) fn server(row: &'a tokio_postgres::Row) -> Self {
        Self {
            row: Kind::Server(row),
        }
    }
}

impl Row<'_> {
    /// The value of a column, counted from 0.
    pub fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        let value = self.value(column)?;
        T::from_value(value).ok_or_else(|| StoreError::Column {
            column,
            // The type only: the value may be a secret, and this is logged.
            reason: format!("unexpected {}", value.kind()),
        })
    }

    /// The same as it is.
    pub(super) fn value(&self, column: usize) -> Result<Value<'_>, StoreError> {
        match self.row {
            Kind::Embedded(row) => embedded::value(row, column),
            Kind::Server(row) => postgres::value(row, column),
        }
    }
}
