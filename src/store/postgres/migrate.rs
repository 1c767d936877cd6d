//! From an empty database, or one of an earlier release, to the tables of this release.

use super::super::StoreError;
use super::super::schema::MIGRATIONS;
use super::dialect;
use super::server::Server;
use super::session::Session;

/// How many migrations have been applied.
pub const VERSION: &str = "SELECT version FROM services88_schema";

/// Waits until no other node is doing the same, for as long as that may take with many users; ends
/// with the transaction. The number is "S88D".
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '10min';
    SELECT pg_advisory_xact_lock(1396193348); SET LOCAL lock_timeout = '5s';";

/// Applies what is missing, each step in a transaction of its own. Nodes that start together do it
/// one after the other: whoever comes second finds nothing to do.
pub fn migrate(session: &Session, server: &Server) -> Result<(), StoreError> {
    is_usable(session, server)?;
    loop {
        session.long_batch(BEGIN)?;
        let done = step(session, server);
        if done.is_err() {
            let _ = session.long_batch("ROLLBACK");
            session.ended();
        }
        if !done? {
            session.long_batch("COMMIT")?;
            return Ok(());
        }
        session.long_batch("COMMIT")?;
    }
}

/// Makes a step; false when there is none left.
fn step(session: &Session, server: &Server) -> Result<bool, StoreError> {
    let found = match exists(session, "services88_schema")? {
        true => number(session, VERSION)?,
        // Tables of one of these names that are not ours would be filled with what is ours.
        false if exists(session, "associate")? || exists(session, "role")? => {
            return Err(StoreError::ForeignDatabase {
                database: server.to_string(),
            });
        }
        false => 0,
    };
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    if done > MIGRATIONS.len() {
        return Err(StoreError::NewerDatabase {
            database: server.to_string(),
            found: done,
            known: MIGRATIONS.len(),
        });
    }
    let Some(migration) = MIGRATIONS.get(done) else {
        return Ok(false);
    };
    if done == 0 {
        session.long_batch(
            "CREATE TABLE services88_schema (
                 id      INTEGER PRIMARY KEY CHECK (id = 1),
                 version INTEGER NOT NULL
             );
             INSERT INTO services88_schema (id, version) VALUES (1, 0);
             CREATE TABLE services88_turn (id INTEGER PRIMARY KEY CHECK (id = 1));
             INSERT INTO services88_turn (id) VALUES (1);",
        )?;
    }
    session.long_batch(&dialect::defined(
        migration.server.unwrap_or(migration.embedded),
    ))?;
    // The last of several, which are all made before anybody writes.
    if done + 1 == MIGRATIONS.len() {
        count_on(session)?;
    }
    session.long_batch(&format!(
        "UPDATE services88_schema SET version = {}",
        done + 1
    ))?;
    Ok(true)
}

/// Has the engine give numbers after those that were given in a statement.
pub fn count_on(session: &Session) -> Result<(), StoreError> {
    let mut all = String::new();
    for (table, key) in dialect::keys() {
        all += &format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{key}'), greatest(
                 (SELECT coalesce(max({key}), 0) + 1 FROM {table}),
                 nextval(pg_get_serial_sequence('{table}', '{key}'))), false);"
        );
    }
    session.long_batch(&all)
}

/// Refuses a database that cannot hold every text.
fn is_usable(session: &Session, server: &Server) -> Result<(), StoreError> {
    let rows = session.query_once("SELECT current_setting('server_encoding')", &[])?;
    let encoding: Option<String> = rows.first().map(|row| row.try_get(0)).transpose()?;
    match encoding.as_deref() {
        Some("UTF8") => Ok(()),
        other => Err(StoreError::Encoding {
            database: server.to_string(),
            found: other.unwrap_or_default().to_owned(),
        }),
    }
}

/// Whether there is a table where new ones go.
fn exists(session: &Session, table: &str) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT count(*)::int FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_name = '{table}'"
    );
    Ok(number(session, &sql)? > 0)
}

fn number(session: &Session, sql: &str) -> Result<i32, StoreError> {
    let rows = session.query_once(sql, &[])?;
    let found = rows.first().map(|row| row.try_get(0)).transpose()?;
    Ok(found.unwrap_or(-1))
}
