//! A database file with users in it, for the tests of this floor.

use super::news::News;
use super::{Sessions, password};
use crate::clock::Clock;
use crate::config::SessionSettings;
use crate::fault::Fault;
use crate::store::{Store, Tx, params, passwords, testing};
use crate::vault::Vault;
use std::sync::LazyLock;

/// A password is hashed once for all tests: it is slow on purpose.
pub const PASSWORD: &str = "open sesame";
/// All nodes have the same keys.
static VAULT: LazyLock<Vault> = LazyLock::new(Vault::throwaway);
static HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).expect("hash"));

pub struct Fixture {
    pub store: Store,
    pub clock: Clock,
    pub sessions: Sessions,
    pub folder: tempfile::TempDir,
}

impl Fixture {
    /// Users: 501 `ann` (administrator), 502 `bob` and 503 `Carl` (both with the e-mail address
    /// `team@example.com`), 504 `gone` (retired), 505 `soon` (waiting), 506 `none` (no role),
    /// 507 `open` (without password), 508 `bare` (without the licence `web`). All others have
    /// [`PASSWORD`].
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = testing::open(&folder.path().join("test.db"));
        store
            .write(|tx| {
                for (id, name, user_name, email, role) in [
                    (501, "ann", "ann@corp.example", "ann@example.com", 1),
                    (502, "bob", "", "team@example.com", 9),
                    (503, "Carl", "", "team@example.com", 9),
                    (504, "gone", "", "gone@example.com", 9),
                    (505, "soon", "", "", 9),
                    (506, "none", "", "", 0),
                    (507, "open", "", "", 9),
                    (508, "bare", "", "", 9),
                ] {
                    user(tx, id, name, user_name, email, role)?;
                }
                tx.execute("UPDATE associate SET deleted = 1 WHERE name = 'gone'", &[])?;
                tx.execute(
                    "UPDATE associate SET waiting_for_approval = 1 WHERE name = 'soon'",
                    &[],
                )?;
                Ok(())
            })
            .expect("users");
        let clock = Clock::default();
        let sessions = sessions(&store, &clock);
        Self {
            store,
            clock,
            sessions,
            folder,
        }
    }

    /// What a process that starts now would have.
    pub fn restarted(&self) -> Sessions {
        sessions(&self.store, &self.clock)
    }

    /// What another node of the same database has, or another process that uses the same file.
    pub fn elsewhere(&self) -> (Store, Sessions) {
        let store = testing::open(&self.folder.path().join("test.db"));
        let sessions = sessions(&store, &self.clock);
        (store, sessions)
    }

    pub fn execute(&self, sql: &'static str) {
        self.store
            .write(move |tx| Ok(tx.execute(sql, &[])?))
            .expect(sql);
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.store
            .read(|tx| Ok(tx.one(sql, &[], |row| row.get(0))?))
            .expect(sql)
    }
}

fn sessions(store: &Store, clock: &Clock) -> Sessions {
    let news = News::new(store, &VAULT).expect("news");
    let settings = SessionSettings::default();
    let sessions = Sessions::new(store.clone(), clock.clone(), settings, &news);
    news.start().expect("threads");
    sessions.expect("sessions")
}

fn user(
    tx: &Tx<'_>,
    id: i32,
    name: &str,
    user_name: &str,
    email: &str,
    role: i32,
) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO person (person_id, contact_id, firstname, lastname, email)
         VALUES (?1, 1, ?2, 'Example', ?3)",
        params![id, name, email],
    )?;
    tx.execute(
        "INSERT INTO associate (associate_id, name, name_key, userName, userName_key, person_id,
             group_idx)
         VALUES (?1, ?2, lower(?2), ?3, lower(?3), ?1, 1)",
        params![id, name, user_name],
    )?;
    if role != 0 {
        tx.execute(
            "INSERT INTO userrolelink (associate_id, role_id) VALUES (?1, ?2)",
            params![id, role],
        )?;
    }
    tx.execute(
        "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
         SELECT ModuleLicense_id, ?1 FROM modulelicense
         WHERE moduleName = 'user' OR moduleName = 'web' AND ?2 <> 'bare'",
        params![id, name],
    )?;
    if name != "open" {
        let now = crate::model::DateTime::from_unix_seconds(0);
        passwords::set(tx, id, &HASH, now)?;
    }
    Ok(())
}
