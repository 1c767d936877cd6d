//! Copies of a database: the backup of one in use, and the way back.

use super::super::lists::Lists;
use super::super::{StoreError, Tx, secrets};
use super::connection::{self, Access};
use super::folder::{InUse, left_beside};
use super::migrate;
use crate::draft::Draft;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ffi};
use std::io::ErrorKind;
use std::path::Path;

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Size of the file.
    pub bytes: u64,
    /// Migrations that were applied to it.
    pub version: usize,
    /// Users, retired ones included.
    pub users: i32,
    /// Whether there are secrets in it that only the keys of the installation open.
    pub has_secrets: bool,
}

/// Copies a database that may be in use to a file of its own: all that was committed before the
/// call, and no part of any later transaction or else all of it. Writers do not wait for it. The
/// copy is checked as a whole before the file gets its name.
///
/// # Errors
/// There is no sound database of this release or an earlier one; the copy cannot be written; or
/// there is a file of that name, which stays unless it is to be replaced.
pub fn back_up(database: &Path, target: &Path, replace: bool) -> Result<Copied, StoreError> {
    if !replace {
        refuse_existing(target)?;
    }
    copy(database, target, replace)
}

/// Puts a copy to where a database is looked for. It is checked as a whole before, whichever way
/// it was made.
///
/// # Errors
/// The copy is damaged, or of a later release, or no database of ours; there is a database already,
/// or something left of one; somebody uses the folder.
pub fn restore(copied: &Path, database: &Path) -> Result<Copied, StoreError> {
    let _alone = InUse::alone(database)?;
    refuse_existing(database)?;
    if let Some(path) = left_beside(database) {
        return Err(StoreError::Orphan { path });
    }
    copy(copied, database, false)
}

fn refuse_existing(path: &Path) -> Result<(), StoreError> {
    match path.symlink_metadata() {
        Ok(_) => Err(StoreError::Exists {
            path: path.to_owned(),
        }),
        Err(_) => Ok(()),
    }
}

fn copy(from: &Path, to: &Path, replace: bool) -> Result<Copied, StoreError> {
    migrate::identify(from)?;
    let failed = |source| StoreError::NotWritten {
        path: to.to_owned(),
        source,
    };
    let draft = Draft::of(to).map_err(failed)?;
    let mut copy = connection::open(draft.path(), Access::ReadWrite)?;
    // What becomes of a draft after a crash is of no interest.
    copy.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")?;
    all_pages(&connection::open(from, Access::ReadWrite)?, &mut copy)?;
    // One plain file, which can also be read where nothing can be written.
    copy.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))?;
    check(&copy, from)?;
    let copied = Copied {
        version: migrate::version(&copy)?,
        users: copy.query_row("SELECT count(*) FROM associate", [], |row| row.get(0))?,
        // Earlier releases have not all the tables.
        has_secrets: secrets::any(&Tx::embedded(&copy, &Lists::default())).unwrap_or(true),
        bytes: draft.path().metadata().map_err(failed)?.len(),
    };
    drop(copy);
    draft
        .publish(replace)
        .map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists {
                path: to.to_owned(),
            },
            _ => failed(source),
        })?;
    Ok(copied)
}

/// Copies in one step, which is one snapshot: with several, each commit in between would begin
/// the copy anew.
fn all_pages(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => {
            let busy = ffi::Error::new(ffi::SQLITE_BUSY);
            Err(rusqlite::Error::SqliteFailure(busy, None).into())
        }
    }
}

/// Looks at all of a copy, which takes longer than a start may.
fn check(copy: &Connection, from: &Path) -> Result<(), StoreError> {
    for pragma in ["integrity_check(1)", "foreign_key_check"] {
        let mut statement = copy.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = statement.query([])?;
        if let Some(row) = rows.next()? {
            let finding: String = row.get(0)?;
            if finding != "ok" {
                return Err(StoreError::Damaged {
                    path: from.to_owned(),
                    finding,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Store, params};
    use super::*;
    use std::fs;

    fn fresh(folder: &Path) -> Store {
        Store::open(&folder.join("services88.db")).unwrap()
    }

    fn add_group(store: &Store, name: &'static str) {
        let insert = "INSERT INTO usergroup (name) VALUES (?1)";
        store
            .write(move |tx| Ok(tx.execute(insert, params![name])?))
            .unwrap();
    }

    fn groups(store: &Store) -> i32 {
        let count = "SELECT count(*) FROM usergroup";
        let count = store.read(|tx| Ok(tx.one(count, &[], |row| row.get(0))?));
        count.unwrap()
    }

    #[test]
    fn a_copy_has_what_was_committed_before_and_goes_where_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = fresh(folder.path());
        add_group(&store, "kept");
        let target = folder.path().join("copy");
        let database = folder.path().join("services88.db");
        let copied = back_up(&database, &target, false).unwrap();
        assert_eq!(copied.bytes, fs::metadata(&target).unwrap().len());
        assert!(copied.version > 11 && copied.users == 0 && !copied.has_secrets);
        add_group(&store, "too late");
        let error = back_up(&database, &target, false).unwrap_err();
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");

        let other = tempfile::tempdir().unwrap();
        let place = other.path().join("services88.db");
        let before = fs::read(&target).unwrap();
        restore(&target, &place).unwrap();
        assert_eq!(groups(&fresh(other.path())), 4);
        assert!(before == fs::read(&target).unwrap());
        back_up(&database, &target, true).unwrap();
        let error = restore(&target, &place).unwrap_err();
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");
        fs::remove_file(&place).unwrap();
        restore(&target, &place).unwrap();
        assert_eq!(groups(&fresh(other.path())), 5);
        let files = fs::read_dir(other.path()).unwrap().count();
        assert_eq!(files, 1, "no draft and no log is left");
    }

    #[test]
    fn what_is_no_sound_database_of_ours_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("services88.db");
        let target = folder.path().join("copy");
        for content in [
            &b""[..],
            b"not a database, but long enough to be taken for one",
        ] {
            fs::write(&path, content).unwrap();
            assert!(back_up(&path, &target, false).is_err());
        }
        fs::remove_file(&path).unwrap();
        let error = back_up(&path, &target, false).unwrap_err();
        assert!(matches!(error, StoreError::NotRead { .. }), "{error}");
        drop(fresh(folder.path()));
        // An index that does not fit its table is found by the whole check only.
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE a (x); CREATE INDEX a_x ON a (x); INSERT INTO a VALUES (1);
                 PRAGMA writable_schema=ON;
                 UPDATE sqlite_schema SET sql = 'CREATE INDEX a_x ON a (x + 1)' WHERE name = 'a_x';",
            )
            .unwrap();
        drop(connection);
        assert!(migrate::inspect(&path).is_ok());
        let error = back_up(&path, &target, false).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_database_that_is_used_is_not_put_under_its_users() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("services88.db");
        let store = fresh(folder.path());
        let target = folder.path().join("copy");
        back_up(&path, &target, false).unwrap();
        // A file without its name is written to in vain.
        fs::rename(&path, folder.path().join("elsewhere")).unwrap();
        let insert = "INSERT INTO usergroup (name) VALUES ('lost')";
        let lost = store.write(move |tx| Ok(tx.execute(insert, &[])?));
        assert!(lost.is_err());
        let error = restore(&target, &path).unwrap_err();
        assert!(matches!(error, StoreError::InUse { .. }), "{error}");
        fs::rename(folder.path().join("elsewhere"), &path).unwrap();
        add_group(&store, "back in place");
        assert_eq!(groups(&store), 4);
    }
}
