//! From an empty database, or one of an earlier release, to the tables of this release.

use super::super::error::EngineError;
use super::super::schema::MIGRATIONS;
use super::super::{Param, Row, StoreError, params};
use super::dialect;
use super::server::Server;
use super::session::Session;
use super::writing;

/// How many migrations have been applied.
pub const VERSION: &str = "SELECT version FROM services88_schema";

/// Whether there is a table where new ones go.
pub const HAS_TABLE: &str = "SELECT count(*) FROM information_schema.tables
    WHERE table_schema = current_schema() AND CAST(table_name AS text) = CAST(?1 AS text)";

/// Waits until no other node is doing the same, for as long as that may take with many users; ends
/// with the transaction. The number is "S88D".
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '10min';
    SELECT pg_advisory_xact_lock(1396193348); SET LOCAL lock_timeout = '5s';";

/// Applies what is missing, each step in a transaction of its own. Nodes that start together do it
/// one after the other: whoever comes second finds nothing to do.
pub fn migrate(session: &Session, server: &Server) -> Result<(), StoreError> {
    migrate_to(MIGRATIONS.len(), session, server)
}

fn migrate_to(version: usize, session: &Session, server: &Server) -> Result<(), StoreError> {
    is_usable(session, server)?;
    session.without_haste(|| {
        loop {
            session.batch(BEGIN)?;
            let is_made = step(version, session, server).inspect_err(|_| {
                let _ = session.batch("ROLLBACK");
                session.ended();
            })?;
            session.batch("COMMIT")?;
            if !is_made {
                return Ok(());
            }
        }
    })
}

/// How many migrations have been applied to a database; 0 where there is none of ours.
pub fn version(session: &Session) -> Result<usize, StoreError> {
    let found = match exists(session, "services88_schema")? {
        true => number(session, VERSION, &[])?,
        false => 0,
    };
    // A negative number is none of ours, and later than all.
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

/// Makes a step; false when there is none left before a version.
fn step(version: usize, session: &Session, server: &Server) -> Result<bool, StoreError> {
    let done = self::version(session)?;
    // Tables of one of these names that are not ours would be filled with what is ours.
    if done == 0 && (exists(session, "associate")? || exists(session, "role")?) {
        return Err(StoreError::ForeignDatabase {
            database: server.to_string(),
        });
    }
    if done > MIGRATIONS.len() {
        return Err(StoreError::NewerDatabase {
            database: server.to_string(),
            found: done,
            known: MIGRATIONS.len(),
        });
    }
    let Some(migration) = MIGRATIONS.get(done).filter(|_| done < version) else {
        return Ok(false);
    };
    if done > 0 {
        // Nodes of an earlier release may be at work. What they write has to wait for the step.
        session.batch(writing::TURN)?;
    } else {
        session.batch(
            "CREATE TABLE services88_schema (
                 id      INTEGER PRIMARY KEY CHECK (id = 1),
                 version INTEGER NOT NULL
             );
             INSERT INTO services88_schema (id, version) VALUES (1, 0);
             CREATE TABLE services88_turn (id INTEGER PRIMARY KEY CHECK (id = 1));
             INSERT INTO services88_turn (id) VALUES (1);",
        )?;
    }
    session.batch(&dialect::defined(
        migration.server.unwrap_or(migration.embedded),
    ))?;
    // The last of several, which are all made before anybody writes.
    if done + 1 == version {
        count_on(session)?;
    }
    session.batch(&format!(
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
    session.batch(&all)
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
    Ok(number(session, HAS_TABLE, params![table])? > 0)
}

fn number(session: &Session, sql: &str, params: &[Param<'_>]) -> Result<i64, StoreError> {
    let rows = session.query_once(sql, params)?;
    let found = rows.first().map(|row| Row::server(row).get(0));
    found.unwrap_or(Err(StoreError::Engine(EngineError::NoRow)))
}

#[cfg(test)]
mod tests {
    use super::super::super::lists::Lists;
    use super::super::super::{Readers, Store, testing};
    use super::super::{self as postgres, Writing};
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    /// A store at a database that an earlier release has made, which uses it as it is.
    fn of_release_before(server: &Server) -> Store {
        let session = server.connect().unwrap();
        migrate_to(MIGRATIONS.len() - 1, &session, server).unwrap();
        let (server, lists) = (Arc::new(server.clone()), Arc::new(Lists::default()));
        let writing = Writing::new(Arc::clone(&server), session, Arc::clone(&lists));
        let readers = postgres::Readers::new(server, lists).unwrap();
        Store::new(Box::new(writing), Readers::Server(readers), None).unwrap()
    }

    fn add(store: &Store, name: String) -> i32 {
        let sql = "INSERT INTO usergroup (name) VALUES (?1)";
        let add = store.write(move |tx| Ok(tx.insert(sql, params![&name])?));
        add.unwrap()
    }

    fn groups(store: &Store) -> i32 {
        let sql = "SELECT count(*) FROM usergroup";
        let count = store.read(|tx| Ok(tx.one(sql, &[], |row| row.get(0))?));
        count.unwrap()
    }

    #[test]
    fn a_node_goes_on_while_a_later_release_changes_the_tables() {
        let dir = tempfile::tempdir().unwrap();
        // Only with a server.
        let Some(server) = testing::empty_server(dir.path()) else {
            return;
        };
        let older = of_release_before(&server);
        let before = groups(&older);
        let over = AtomicBool::new(false);
        let (added, newer) = thread::scope(|scope| {
            let older = &older;
            let over = &over;
            let adding = [0, 1].map(|thread| {
                scope.spawn(move || {
                    let mut added = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        added.push(add(older, format!("{thread} {}", added.len())));
                        assert!(groups(older) > before);
                    }
                    added
                })
            });
            let end = Instant::now() + Duration::from_secs(20);
            while groups(older) < before + 20 {
                assert!(
                    Instant::now() < end
                        && !adding.iter().any(thread::ScopedJoinHandle::is_finished)
                );
            }
            let newer = Store::connect(&server).unwrap();
            let version = newer.read(|tx| Ok(tx.schema_version()?)).unwrap();
            assert_eq!(usize::try_from(version).unwrap(), MIGRATIONS.len());
            // Both write for a while.
            let mut added: Vec<_> = (0..20).map(|n| add(&newer, format!("newer {n}"))).collect();
            over.store(true, Ordering::Relaxed);
            for adding in adding {
                added.extend(adding.join().unwrap());
            }
            (added, newer)
        });
        let all = before + i32::try_from(added.len()).unwrap();
        assert_eq!((groups(&older), groups(&newer)), (all, all));
    }

    #[test]
    fn what_an_earlier_release_does_not_know_it_leaves_alone() {
        let dir = tempfile::tempdir().unwrap();
        let Some(server) = testing::server(dir.path()) else {
            return;
        };
        let session = server.connect().unwrap();
        let later = "UPDATE services88_schema SET version = version + 1";
        session.batch(later).unwrap();
        let refused = Store::connect(&server).err().unwrap().to_string();
        assert!(refused.contains("no later one than"), "{refused}");
    }
}
