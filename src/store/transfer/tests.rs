//! Copies from file to file; and to a server and back, where the tests have one.

use super::super::embedded::copy::back_up;
use super::super::installation::{self, FirstUser, INTERNAL, Identity};
use super::super::{Store, fold, params, testing};
use super::*;
use crate::model::DateTime;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

const USERS: usize = 23;

/// A row at least for each table that a fresh installation leaves empty.
const ROWS: &str = "
    INSERT INTO associate_extra_field (associate_id, kind, key, value, position) VALUES
        (2, 'extra', 'b', 'Ünï \"x\"', 1), (2, 'extra', 'a', NULL, 0), (2, 'custom', '', '', 0),
        (1, 'custom', 'É', '\u{1f600}\t\\N', 3);
    INSERT INTO associatehistory (associateId, name) VALUES (90, 'Gone');
    INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (2, 2);
    INSERT INTO category_membership (category_id, user_id) SELECT 1, 1;
    INSERT INTO password_rules (id, flags) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET flags = 1;
    INSERT INTO password_reset (associate_id, token_hash, expires) VALUES (1, 'h', '2030-01-01T00:00:00');
    INSERT INTO directory_group (credentialType, name, display_name) VALUES ('t', 'g', 'G');
    INSERT INTO directory_user (credentialType, value, display_value) VALUES ('t', 'v', 'V');
    INSERT INTO directory_membership (group_id, user_id) VALUES (1, 1);
    INSERT INTO login (user_id, session_key) VALUES (1, 'k');
    INSERT INTO service_auth (associate_id, password) VALUES (1, 'S1.0a1b2c3d.x');
    INSERT INTO external_token (key, access_token) VALUES ('k', 'S1.ffffffff.x'), ('é', ''), ('Z', NULL);
    INSERT INTO app_token (name, token_hash, created) VALUES ('a', 'h', '2020-01-01T00:00:00');
    INSERT INTO accessgateway_registration (id, client_id, client_secret, redirect_uri, registered, updated)
        VALUES (1, 'c', 'S1.0a1b2c3d.y', 'u', 'r', 'u');
    INSERT INTO accessgateway_redirect_uri (registration_id, redirect_uri, registered) VALUES (1, 'u', 'r');
    INSERT INTO portal (uid, name) VALUES ('u', 'P');
    INSERT INTO agency (portal_id, contact_id, name, key_hash) VALUES (1, 1, 'A', 'h');
    INSERT INTO portal_registration (portal_id, agency_id, associate_id, uid, email, request_hash, expires)
        VALUES (1, 1, 2, 'u', 'e', 'h', '2030-01-01T00:00:00');
    INSERT INTO common_key (id, sealed) VALUES (1, 'S1.0a1b2c3d.z');
    UPDATE associate SET deleted = 1 WHERE associate_id = 3;
    DELETE FROM associate WHERE associate_id = 23;
    DELETE FROM role WHERE Role_id = 9;";

struct Source {
    folder: TempDir,
}

impl Source {
    /// An installation in a file.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Self { folder };
        let store = Store::open(&source.file()).unwrap();
        store.write(|tx| Ok(fill(tx)?)).unwrap();
        store.close();
        source.run(ROWS);
        source
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("services88.db")
    }

    fn place(&self) -> Place {
        Place::File(self.file())
    }

    fn run(&self, sql: &str) {
        let file = Connection::open(self.file()).unwrap();
        file.execute_batch(&format!("PRAGMA foreign_keys=ON; {sql}"))
            .unwrap();
    }
}

fn fill(tx: &Tx<'_>) -> Result<(), StoreError> {
    let created = DateTime::default();
    let identity = Identity {
        name: "Source".into(),
        serial_number: "1234567890".into(),
        database_tag: "0123456789abcdef0123456789abcdef".into(),
        created,
    };
    installation::set_up(tx, &identity)?;
    for number in 0..USERS {
        let user = FirstUser {
            name: &format!("User {number} Ø"),
            first_name: "Some",
            last_name: "Body",
            email: "some@example.com",
            tooltip: "",
            associate_type: INTERNAL,
            contact_id: 1,
            role_id: 1,
            group_id: 1,
            other_groups: &[3],
            licenses: &["user", "web"],
            password_hash: Some("$argon2id$x"),
        };
        installation::add_user(tx, &user, created)?;
    }
    tx.execute(
        "INSERT INTO ej_category (name, fullname) VALUES (?1, ?1)",
        params![&fold("Top")],
    )?;
    Ok(())
}

/// All that is in a file but what belongs to the file itself.
fn content(path: &Path) -> BTreeMap<String, Vec<String>> {
    let file = Connection::open(path).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = file.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells = (0..columns).map(|at| row.get_ref(at).map(|it| format!("{it:?}")));
            cells.collect::<rusqlite::Result<Vec<_>>>()
        });
        let mut rows: Vec<_> = rows.unwrap().map(|row| row.unwrap().join("|")).collect();
        rows.sort();
        rows
    };
    let mut content = BTreeMap::new();
    let mut tables = file
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'list_state'")
        .unwrap();
    let names = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for name in names.map(Result::unwrap) {
        content.insert(name.clone(), texts(&format!("SELECT * FROM {name}")));
    }
    let schema = "SELECT type, name, sql FROM sqlite_schema";
    content.insert("sqlite_schema".into(), texts(schema));
    content
}

fn copy(from: &Place, to: &Place) -> Result<Transferred, TransferError> {
    transfer(from, to, false, &mut |_| {})
}

#[track_caller]
fn assert_refused(result: Result<Transferred, TransferError>, expected: &str) {
    let error = result.expect_err("a refusal");
    let error = crate::fault::chain(&error);
    assert!(error.contains(expected), "{error}");
}

/// Copies so many batches at most; whether that was all.
fn copy_batches(from: &Place, to: &Place, most: usize, again: bool) -> bool {
    let mut transfer = Transfer::begin(from, to, false, 5).unwrap();
    assert_eq!(transfer.again, again);
    (0..most).any(|_| !transfer.copy_batch(&mut |_| {}).unwrap())
}

#[test]
fn a_copied_file_holds_the_same_and_counts_on() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let target = folder.path().join("services88.db");
    let mut steps = Vec::new();
    let copied = transfer(
        &source.place(),
        &Place::File(target.clone()),
        false,
        &mut |it| steps.push((it.step, it.done, it.total)),
    );
    let copied = copied.unwrap();
    assert!(copied.is_same);
    let keys: Vec<_> = copied.keys.iter().map(|it| &**it).collect();
    assert_eq!(keys, ["0a1b2c3d", "ffffffff"]);
    for table in &copied.tables {
        assert!(table.source.rows > 0, "{} is not tested", table.table);
    }
    let total: u64 = copied.tables.iter().map(|it| it.source.rows).sum();
    assert!(steps.iter().all(|it| it.1 <= total && it.2 == total));
    let steps: Vec<_> = steps.into_iter().map(|it| it.0).collect();
    assert!(matches!(steps[0], Step::Begin { again: false, .. }));
    assert!(steps.contains(&Step::Copy) && steps.contains(&Step::Compare));
    assert_eq!(content(&source.file()), content(&target));
    // The highest user was deleted.
    let store = Store::open(&target).unwrap();
    let insert = "INSERT INTO associate (name, name_key) VALUES ('New', 'new')";
    let id = store.write(|tx| Ok(tx.insert(insert, &[])?)).unwrap();
    assert_eq!(id, 24);
    assert_eq!(std::fs::read_dir(source.folder.path()).unwrap().count(), 1);
}

#[test]
fn to_a_server_and_back_everything_is_the_same() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let target = folder.path().join("services88.db");
    let Some(server) = testing::server(&target) else {
        return;
    };
    let there = Place::Server(Box::new(server.clone()));
    // Broken off on both ways, and gone on with.
    assert!(!copy_batches(&source.place(), &there, 9, false));
    let refused = Store::connect(&server).err().unwrap();
    assert!(
        matches!(refused, StoreError::HalfCopied { .. }),
        "{refused}"
    );
    assert!(!copy_batches(&source.place(), &there, 9, true));
    assert!(copy(&source.place(), &there).unwrap().is_same);
    assert_refused(
        copy(&source.place(), &there),
        "holds an installation already",
    );

    let store = Store::connect(&server).unwrap();
    let in_use = |tx: &Tx<'_>| {
        let sql = "SELECT inUse FROM modulelicense WHERE moduleName = 'web'";
        tx.one(sql, &[], |row| row.get::<i32>(0))
    };
    let before = store.read(|tx| Ok(in_use(tx)?)).unwrap();
    let user_count = i32::try_from(USERS).unwrap();
    assert_eq!(before, user_count - 2);
    let back = Place::File(target.clone());
    assert!(!copy_batches(&there, &back, 9, false));
    assert!(copy(&there, &back).unwrap().is_same);
    assert_eq!(content(&source.file()), content(&target));
    // Triggers and numbers work again.
    let unlink = "DELETE FROM licenseassoclink WHERE assocId = 1";
    let insert = "INSERT INTO associate (name, name_key) VALUES ('New', 'new')";
    let (id, after) = store
        .write(move |tx| {
            tx.execute(unlink, &[])?;
            Ok((tx.insert(insert, &[])?, in_use(tx)?))
        })
        .unwrap();
    assert_eq!((id, after), (24, before - 1));
}

#[test]
fn a_copy_that_is_broken_off_goes_on_and_is_no_database_meanwhile() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let (from, path) = (source.place(), folder.path().join("services88.db"));
    let to = Place::File(path.clone());
    let mut times = 0;
    while !copy_batches(&from, &to, 7, times > 0) {
        times += 1;
        let refused = Store::open(&path).err().unwrap();
        assert!(
            matches!(refused, StoreError::HalfCopied { .. }),
            "{refused}"
        );
    }
    assert!(times > 30, "{times}");
    let refused = back_up(&path, &folder.path().join("backup"), false).unwrap_err();
    assert!(
        matches!(refused, StoreError::HalfCopied { .. }),
        "{refused}"
    );
    let other = tempfile::tempdir().unwrap();
    let other = Place::File(other.path().join("services88.db"));
    assert_refused(copy(&to, &other), "holds a part of a copy only");

    assert!(copy(&from, &to).unwrap().is_same);
    assert_eq!(content(&source.file()), content(&path));
    assert!(Store::open(&path).unwrap().healthy());
}

#[test]
fn what_has_changed_meanwhile_is_noticed() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let (from, path) = (source.place(), folder.path().join("services88.db"));
    let to = Place::File(path.clone());
    copy_batches(&from, &to, 30, false);
    // Rows that were copied are others now, as many as before.
    source.run("UPDATE contact SET name = 'Other' WHERE contact_id = 1");
    let copied = copy(&from, &to).unwrap();
    let different: Vec<_> = copied
        .tables
        .iter()
        .filter(|it| it.source != it.target)
        .map(|it| (&*it.table, it.source.rows == it.target.rows))
        .collect();
    assert_eq!(
        (different, copied.is_same),
        (vec![("contact", true)], false)
    );
    assert!(Store::open(&path).is_err());
    source.run("INSERT INTO portal (uid, name) VALUES ('v', 'V')");
    assert_refused(copy(&from, &to), "portal had 1 rows, and has 2");
    let another = Source::new();
    another.run("UPDATE installation SET database_tag = 'another'");
    assert_refused(copy(&another.place(), &to), "of another installation");

    let copied = transfer(&another.place(), &to, true, &mut |_| {}).unwrap();
    assert!(copied.is_same);
    assert_eq!(content(&another.file()), content(&path));
    let restarted = transfer(&from, &to, true, &mut |_| {});
    assert_refused(restarted, "holds an installation already");
    assert_eq!(content(&another.file()), content(&path));
}

#[test]
fn what_is_not_to_be_copied_or_overwritten_is_left_alone() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("services88.db");
    let (from, to) = (source.place(), Place::File(path.clone()));
    let nowhere = Place::File(folder.path().join("none.db"));
    assert_refused(copy(&nowhere, &to), "cannot be read");
    assert!(!path.exists());
    let fresh = tempfile::tempdir().unwrap();
    let fresh = fresh.path().join("services88.db");
    std::fs::create_dir_all(fresh.parent().unwrap()).unwrap();
    let used = Store::open(&fresh).unwrap();
    assert_refused(
        copy(&Place::File(fresh.clone()), &to),
        "has not been set up",
    );
    assert_refused(copy(&from, &Place::File(fresh.clone())), "is in use");
    used.close();
    drop(used);
    source.run("PRAGMA user_version=3");
    assert_refused(copy(&from, &to), "has version 3");
    source.run(&format!(
        "PRAGMA user_version={}",
        Schema::known().unwrap().version
    ));
    std::fs::write(&path, "something else").unwrap();
    assert_refused(copy(&from, &to), "is not a database of services88");
    assert_eq!(std::fs::read(&path).unwrap(), b"something else");
    assert_refused(copy(&from, &from), "is in use");
    // One that is there, with nothing in it.
    assert!(copy(&from, &Place::File(fresh.clone())).unwrap().is_same);
    assert_eq!(content(&source.file()), content(&fresh));
}

#[test]
fn rows_that_do_not_fit_are_named() {
    let (source, folder) = (Source::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("services88.db");
    let (from, to) = (source.place(), Place::File(path.clone()));
    source.run("UPDATE person SET title = x'00ff' WHERE person_id = 4");
    assert_refused(copy(&from, &to), "the row 4 of table person");
    source.run("UPDATE person SET title = 'a' || char(0) WHERE person_id = 4");
    assert!(transfer(&from, &to, true, &mut |_| {}).unwrap().is_same);
    if let Some(server) = testing::server(&path) {
        let there = Place::Server(Box::new(server));
        source.run("UPDATE associate_extra_field SET key = 'b' || char(0) WHERE key = 'b'");
        assert_refused(copy(&from, &there), "the row 4 of table person");
        source.run("UPDATE person SET title = 'x' WHERE person_id = 4");
        let again = || transfer(&from, &there, true, &mut |_| {});
        let expected = "the row 2, \"extra\", \"b\\0\" of table associate_extra_field";
        assert_refused(again(), expected);
        source.run("UPDATE associate_extra_field SET key = 'b' WHERE position = 1");
        source.run("UPDATE person SET rank = 3000000000 WHERE person_id = 20");
        assert_refused(again(), "the row 20 of table person");
        source.run("UPDATE person SET rank = 1 WHERE person_id = 20");
        assert!(again().unwrap().is_same);
    }
}
