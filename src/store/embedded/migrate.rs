//! From nothing, or a file of an earlier release, to the tables of this release.

use super::super::error::EngineError;
use super::super::lists::Lists;
use super::super::schema::MIGRATIONS;
use super::super::transfer::refuse_half;
use super::super::{StoreError, Tx};
use super::connection::{self, Access};
use super::folder::left_beside;
use crate::draft::Draft;
use rusqlite::{Connection, ffi};
use std::io::ErrorKind;
use std::path::Path;

/// Marks a file as ours ("S88D").
const APPLICATION_ID: i64 = 0x5338_3844;

/// Files up to this many pages (64 MiB) are checked as a whole at start; larger ones would keep
/// the operator waiting, and damage in them shows when it is met.
const CHECKED_PAGES: i64 = 16 * 1024;

/// Makes a database where there is none. It gets its name with all its tables and on disk, so
/// that no crash leaves anything else there than a whole database; when another process comes
/// first, its file stays.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    // It belongs to a database that was here, and would spoil the new one.
    if let Some(path) = left_beside(path) {
        return Err(StoreError::Orphan { path });
    }
    let failed = |source| StoreError::NotWritten {
        path: path.to_owned(),
        source,
    };
    let draft = Draft::of(path).map_err(failed)?;
    let mut connection = connection::open(draft.path(), Access::ReadWrite)?;
    connection.execute_batch("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;")?;
    migrate(&mut connection)?;
    connection.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
    drop(connection);
    match draft.publish(false) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Refuses what is no sound database of ours, or one that is still being copied, without changing
/// it.
pub(super) fn inspect(path: &Path) -> Result<(), StoreError> {
    inspect_half(path)?;
    look(path, |connection| is_whole(path, connection))
}

/// The same, but takes half a copy for sound.
pub(super) fn inspect_half(path: &Path) -> Result<(), StoreError> {
    let result = look(path, |connection| {
        is_ours(path, connection)?;
        is_sound(path, connection)
    });
    result.map_err(|error| match error {
        StoreError::Corrupt(error) => StoreError::Damaged {
            path: path.to_owned(),
            finding: error.to_string(),
        },
        error => error,
    })
}

/// Refuses what is no database of ours, sound or not, without changing it.
pub(super) fn identify(path: &Path) -> Result<(), StoreError> {
    look(path, |connection| {
        is_ours(path, connection)?;
        is_whole(path, connection)
    })
}

fn look(
    path: &Path,
    examine: impl Fn(&Connection) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let file = path.metadata().map_err(|source| StoreError::NotRead {
        path: path.to_owned(),
        source,
    })?;
    if !file.is_file() {
        return Err(StoreError::NoFile {
            path: path.to_owned(),
        });
    }
    if file.len() == 0 {
        return Err(StoreError::Empty {
            path: path.to_owned(),
        });
    }
    match connection::open(path, Access::ReadOnly).and_then(|it| examine(&it)) {
        // A crash has left a journal that only a writer can undo.
        Err(StoreError::Unreachable(error))
            if error
                .sqlite_code()
                .is_some_and(|code| code & 0xff == ffi::SQLITE_READONLY) =>
        {
            examine(&connection::open(path, Access::ReadWrite)?)
        }
        done => done,
    }
}

fn is_ours(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let foreign = || StoreError::Foreign {
        path: path.to_owned(),
    };
    let application = match number(connection, "PRAGMA application_id") {
        Err(StoreError::Corrupt(error)) if is_no_database(&error) => return Err(foreign()),
        done => done?,
    };
    if application != APPLICATION_ID {
        return Err(foreign());
    }
    let found = version(connection)?;
    if found > MIGRATIONS.len() {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: MIGRATIONS.len(),
        });
    }
    Ok(())
}

/// Refuses what a copy was begun into, and not finished.
fn is_whole(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let lists = Lists::default();
    refuse_half(
        &Tx::embedded(connection, &lists),
        &path.display().to_string(),
    )
}

fn is_sound(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    if number(connection, "PRAGMA page_count")? <= CHECKED_PAGES {
        let finding: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if finding != "ok" {
            return Err(StoreError::Damaged {
                path: path.to_owned(),
                finding,
            });
        }
    }
    Ok(())
}

/// Applies what is missing, each step in a transaction of its own. Another process may be doing
/// the same: whoever comes second finds nothing to do.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    while version(connection)? < MIGRATIONS.len() {
        let step =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        if let Some((done, sql)) = MIGRATIONS.iter().enumerate().nth(version(&step)?) {
            step.execute_batch(sql.embedded)?;
            step.execute_batch(&format!(
                "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={};",
                done + 1
            ))?;
        }
        step.commit()?;
    }
    Ok(())
}

pub(super) fn version(connection: &Connection) -> Result<usize, StoreError> {
    let found = number(connection, "PRAGMA user_version")?;
    // A negative number is none of ours, and later than all.
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

fn number(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn is_no_database(error: &EngineError) -> bool {
    error.sqlite_code() == Some(ffi::SQLITE_NOTADB)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Store, callers, service_users, users};
    use super::*;
    use std::fs;

    /// Opens what is at a path, which is to fail and to leave the file as it is.
    fn refusal(path: &Path) -> StoreError {
        let before = fs::read(path).unwrap();
        let error = Store::open(path).err().expect("a refusal");
        assert!(before == fs::read(path).unwrap(), "the file was changed");
        error
    }

    #[test]
    fn a_database_is_made_where_there_is_none_and_stays_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        for _ in 0..2 {
            let store = Store::open(&path).unwrap();
            let counts = store
                .read(|tx| {
                    Ok(tx.one(
                        "SELECT (SELECT count(*) FROM role), (SELECT count(*) FROM functionright)",
                        &[],
                        |row| Ok((row.get::<i32>(0)?, row.get::<i32>(1)?)),
                    )?)
                })
                .unwrap();
            assert_eq!(counts, (16, 69));
        }
    }

    /// A database of an earlier version with this in it, as this version opens it.
    fn upgraded(version: usize, content: &str) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        fs::write(&path, "").unwrap();
        let mut connection = connection::open_writer(&path).unwrap();
        let step = connection.transaction().unwrap();
        for sql in &MIGRATIONS[..version] {
            step.execute_batch(sql.embedded).unwrap();
        }
        step.execute_batch(content).unwrap();
        step.execute_batch(&format!(
            "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={version};"
        ))
        .unwrap();
        step.commit().unwrap();
        drop(connection);
        let store = Store::open(&path).unwrap();
        (dir, store)
    }

    #[test]
    fn users_of_an_earlier_version_are_found_and_counted() {
        let (_dir, store) = upgraded(
            2,
            "INSERT INTO ejuser (id, username) VALUES (5, 'Nick'), (6, ''), (7, NULL);
             INSERT INTO associate (associate_id, name, userName, ejuserId, deleted)
                 VALUES (5, 'Ann', 'Ann@Corp', 5, 0), (6, 'Bob', NULL, 6, 1), (7, 'Cy', '', 7, 0);
             INSERT INTO licenseassoclink (moduleLicenseId, assocId, licenseNumber)
                 VALUES (3, 5, 1), (3, 6, 1), (3, 7, 0);",
        );
        let (by_name, by_user_name, nick_is_taken, in_use) = store
            .read(|tx| {
                let in_use = "SELECT inUse FROM modulelicense WHERE ModuleLicense_id = 3";
                Ok((
                    users::id_of_name(tx, "ANN")?,
                    users::id_of_name(tx, "ann@corp")?,
                    service_users::nick_name_taken(tx, "nick", 6)?,
                    tx.one(in_use, &[], |row| row.get::<i32>(0))?,
                ))
            })
            .unwrap();
        assert_eq!((by_name, by_user_name), (Some(5), Some(5)));
        assert_eq!((nick_is_taken, in_use), (true, 1));
    }

    #[test]
    fn who_could_log_in_before_licences_were_asked_for_still_can() {
        // Ann has one licence that counts for nothing; Cy is retired, and Di has no password.
        let (_dir, store) = upgraded(
            6,
            "UPDATE modulelicense SET licenseNumber = 1 WHERE moduleName = 'web';
             INSERT INTO associate (associate_id, name, name_key, type, deleted)
                 VALUES (5, 'Ann', 'ann', 0, 0), (6, 'Bob', 'bob', 0, 0), (7, 'Cy', 'cy', 0, 1),
                        (8, 'Di', 'di', 0, 0), (9, 'Ex', 'ex', 4, 0), (10, 'Sys', 'sys', 13, 0);
             INSERT INTO userrolelink (associate_id, role_id) SELECT associate_id, 1 FROM associate;
             INSERT INTO credentials (associateId, credentialType, searchName, isActive)
                 VALUES (5, 'CRM5/PASSWORD', 'ann', 1), (6, 'ActiveDirectory', 'S-1', 1),
                        (7, 'CRM5/PASSWORD', 'cy', 1), (8, 'imap', 'USER:di', 0),
                        (9, 'CRM5/PASSWORD', 'ex', 1), (10, 'Ticket', 'x', 2);
             INSERT INTO licenseassoclink (moduleLicenseId, assocId, licenseNumber)
                 VALUES (4, 5, 0);",
        );
        let can = |id| {
            let found = store.read(|tx| Ok(callers::find(tx, id)?));
            found.unwrap().is_some()
        };
        let all: Vec<i32> = (5..=10).filter(|id| can(*id)).collect();
        assert_eq!(all, [5, 6, 10]);
        let in_use = "SELECT inUse FROM modulelicense WHERE moduleName = 'web'";
        let in_use = store.read(|tx| Ok(tx.one(in_use, &[], |row| row.get::<i32>(0))?));
        assert_eq!(in_use.unwrap(), 2, "more than there are");
    }

    #[test]
    fn reference_data_is_consistent() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("services88.db")).unwrap();
        let (broken, strange, plans) = store
            .read(|tx| {
                let count = |sql| tx.one(sql, &[], |row| row.get::<i32>(0));
                Ok((
                    count("SELECT count(*) FROM pragma_foreign_key_check")?,
                    count(
                        "SELECT count(*) FROM dataright \
                         WHERE CRUD NOT IN ('', 'R', 'CR', 'CRU', 'CRUD')",
                    )?,
                    count("SELECT count(*) FROM modulelicense WHERE extraFlags = 1")?,
                ))
            })
            .unwrap();
        assert_eq!((broken, strange, plans), (0, 0, 4));
    }

    #[test]
    fn files_that_are_not_ours_are_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("empty", ""),
            ("short", "hello"),
            ("long", &*"not a database ".repeat(900)),
        ] {
            let path = dir.path().join(name);
            fs::write(&path, content).unwrap();
            let error = refusal(&path);
            let expected = match error {
                StoreError::Empty { .. } => content.is_empty(),
                StoreError::Foreign { .. } => !content.is_empty(),
                _ => false,
            };
            assert!(expected, "{name}: {error}");
        }
        let path = dir.path().join("other.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE note (text TEXT)")
            .unwrap();
        assert!(matches!(refusal(&path), StoreError::Foreign { .. }));
        let error = Store::open(dir.path()).err().unwrap();
        assert!(matches!(error, StoreError::NoFile { .. }), "{error}");
    }

    #[test]
    fn what_is_left_of_a_database_is_not_taken_for_a_new_ones() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        let log = dir.path().join("services88.db-wal");
        fs::write(&log, "changes that are not in the file yet").unwrap();
        let error = Store::open(&path).err().unwrap();
        assert!(matches!(error, StoreError::Orphan { .. }), "{error}");
        assert!(!path.exists() && log.exists());
        // What is left empty holds nothing.
        fs::write(&log, "").unwrap();
        assert!(Store::open(&path).unwrap().healthy());
    }

    #[test]
    fn a_database_of_a_later_release_is_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        drop(Store::open(&path).unwrap());
        Connection::open(&path)
            .unwrap()
            .execute_batch(&format!("PRAGMA user_version={}", MIGRATIONS.len() + 1))
            .unwrap();
        let error = refusal(&path);
        assert!(
            matches!(error, StoreError::Newer { found, .. } if found == MIGRATIONS.len() + 1),
            "{error}"
        );
    }

    #[test]
    fn a_damaged_database_is_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        drop(Store::open(&path).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        for byte in &mut bytes[4096 * 3..4096 * 6] {
            *byte = 0xa5;
        }
        fs::write(&path, bytes).unwrap();
        let error = refusal(&path);
        assert!(
            matches!(error, StoreError::Damaged { .. } | StoreError::Corrupt(_)),
            "{error}"
        );
    }

    #[test]
    fn a_crash_that_left_a_journal_is_undone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("services88.db");
        drop(Store::open(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        // As a copy is that has not been used yet. So small a cache makes SQLite write pages
        // before the commit.
        connection
            .query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))
            .unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys=OFF; PRAGMA cache_size=1; BEGIN IMMEDIATE; DELETE FROM functionright;")
            .unwrap();
        let crashed = tempfile::tempdir().unwrap();
        for name in ["services88.db", "services88.db-journal"] {
            fs::copy(dir.path().join(name), crashed.path().join(name)).unwrap();
        }
        let store = Store::open(&crashed.path().join("services88.db")).unwrap();
        let rights = "SELECT count(*) FROM functionright";
        let rights = store.read(|tx| Ok(tx.one(rights, &[], |row| row.get::<i32>(0))?));
        assert_eq!(rights.unwrap(), 69);
    }

    #[test]
    fn a_failing_step_leaves_the_version_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE role (name TEXT)")
            .unwrap();
        assert!(migrate(&mut connection).is_err());
        assert_eq!(version(&connection).unwrap(), 0);
        let tables = number(&connection, "SELECT count(*) FROM sqlite_schema").unwrap();
        assert_eq!(tables, 1);
    }
}
