//! A database on a server that another one is copied into, or that is copied into another one.

use super::super::lists::Lists;
use super::super::transfer::{Rows, Schema, Side, Table};
use super::super::{StoreError, Tx};
use super::dialect;
use super::migrate;
use super::server::Server;
use super::session::Session;
use super::{readers, writing};
use std::sync::Arc;
use tokio_postgres::types::Type;

/// Whatever is long in coming, nothing else waits for it.
const SET_UP: &str = "SET idle_in_transaction_session_timeout = 0";

/// Others of our program with the same database.
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'services88'
      AND pid <> pg_backend_pid()";

/// A database, seen as it is until it is prepared.
struct Database {
    server: Server,
    place: String,
    session: Session,
    lists: Arc<Lists>,
    is_in_use: bool,
}

/// Opens a database to copy from, or into. Nothing is made or changed.
pub fn side(server: &Server) -> Result<Box<dyn Side>, StoreError> {
    let session = server.connect()?;
    session.wait_for_ever();
    session.batch(SET_UP)?;
    let lists = Arc::default();
    // Not every server tells.
    let others = Tx::server(&session, &lists).query_once(OTHERS, &[], |row| row.get::<i64>(0));
    session.ended();
    Ok(Box::new(Database {
        place: server.to_string(),
        server: server.clone(),
        is_in_use: others.is_ok_and(|it| it.first().is_some_and(|it| *it > 0)),
        session,
        lists,
    }))
}

impl Side for Database {
    fn tx(&self) -> Tx<'_> {
        Tx::server(&self.session, &self.lists)
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn is_in_use(&self) -> bool {
        self.is_in_use
    }

    fn version(&self) -> Result<usize, StoreError> {
        migrate::version(&self.session)
    }

    fn prepare(&mut self) -> Result<(), StoreError> {
        migrate::migrate(&self.session, &self.server)
    }

    fn begin_reading(&self) -> Result<(), StoreError> {
        self.session.batch(readers::BEGIN)?;
        // The state is that of the first look at it.
        self.version().map(drop)
    }

    fn begin_writing(&self) -> Result<(), StoreError> {
        writing::begin(&self.session)
    }

    fn commit(&self) -> Result<(), StoreError> {
        if self.session.is_stuck() {
            return Err(StoreError::Lost);
        }
        self.session.batch("COMMIT")
    }

    fn undo(&self) {
        if self.session.batch("ROLLBACK").is_ok() {
            self.session.ended();
        }
    }

    fn insert(&self, table: &Table, rows: &Rows, count: usize) -> Result<(), StoreError> {
        let (name, columns) = (&table.name, table.names());
        let copy = format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)");
        let types = table.columns.iter().map(|column| match column.is_text {
            true => Type::TEXT,
            false => Type::INT4,
        });
        let types: Vec<_> = types.collect();
        let rows = (0..count).map(|index| rows.row(index));
        self.session.copy_in(&copy, &types, rows)
    }

    fn clear(&self, schema: &Schema) -> Result<(), StoreError> {
        let names: Vec<_> = schema.tables.iter().map(|it| &*it.name).collect();
        self.session
            .batch(&format!("TRUNCATE TABLE {}", names.join(", ")))
    }

    fn set_triggers(&self, schema: &Schema, on: bool) -> Result<(), StoreError> {
        let what = if on { "ENABLE" } else { "DISABLE" };
        let all = schema.tables.iter().map(|table| {
            let name = &table.name;
            format!("ALTER TABLE {name} {what} TRIGGER USER;")
        });
        self.session.batch(&all.collect::<String>())
    }

    fn highest(&self, table: &Table) -> Result<i64, StoreError> {
        let Some((name, key)) = numbered(table) else {
            return Ok(0);
        };
        let number = |sql: &str| {
            let rows = self.tx().query_once(sql, &[], |row| row.get::<i64>(0))?;
            Ok::<_, StoreError>(rows.first().copied().unwrap_or_default())
        };
        let sequence = format!("SELECT pg_get_serial_sequence('{name}', '{key}')");
        let sequence = self
            .tx()
            .query_once(&sequence, &[], |row| row.get::<String>(0))?;
        let sequence = sequence.first().map_or("", String::as_str);
        let last = format!(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {sequence}"
        );
        let there = format!("SELECT CAST(coalesce(max({key}), 0) AS bigint) FROM {name}");
        Ok(number(&last)?.max(number(&there)?))
    }

    fn count_after(&self, table: &Table, highest: i64) -> Result<(), StoreError> {
        let Some((name, key)) = numbered(table) else {
            return Ok(());
        };
        let (last, is_called) = (highest.max(1), highest > 0);
        self.session.batch(&format!(
            "SELECT setval(pg_get_serial_sequence('{name}', '{key}'), {last}, {is_called})"
        ))
    }

    /// Until the server has looked at the tables by itself, it would take them for empty.
    fn settle(&self, schema: &Schema) -> Result<(), StoreError> {
        let all = schema
            .tables
            .iter()
            .map(|it| format!("ANALYZE {};", it.name));
        self.session.batch(&all.collect::<String>())
    }
}

/// The table and the column with its numbers, as the server knows them.
fn numbered(table: &Table) -> Option<(&'static str, &'static str)> {
    let name = table.name.to_lowercase();
    dialect::keys().find(|(table, _)| *table == name)
}
