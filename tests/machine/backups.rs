//! `services88 backup` while everybody saves, and `services88 restore`.

use crate::answer::{element, text};
use crate::disk::Disk;
use crate::load::{
    Save, administrator, assert_all_kept, assert_logs_in, assert_sound, save, save_all,
};
use crate::support::{Caller, PASSWORD, Soap, TestServer, services88};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Runs a command, which gives its exit code, what it printed and what it complained of.
fn run(command: &str, file: &Path, data: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let done = services88(&[command])
        .arg(file)
        .arg("--data")
        .arg(data)
        .args(more)
        .output()
        .unwrap();
    let [out, err] = [done.stdout, done.stderr].map(|it| String::from_utf8(it).unwrap());
    (done.status.code(), out, err)
}

#[track_caller]
fn succeeds(command: &str, file: &Path, data: &Path, more: &[&str]) -> String {
    let (code, out, err) = run(command, file, data, more);
    assert_eq!((code, &*err), (Some(0), ""), "{command}");
    out
}

#[track_caller]
fn fails(command: &str, file: &Path, data: &Path, expected: &str) {
    let (code, out, err) = run(command, file, data, &[]);
    assert_eq!((code, &*out), (Some(1), ""), "{command}");
    assert!(
        err.starts_with("services88: ") && err.contains(expected),
        "{err}"
    );
}

/// Names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_under_load_has_all_that_was_acknowledged_before() {
    const CALLERS: usize = 4;
    const BACKUPS: usize = 3;
    let server = TestServer::start();
    let caller = administrator(&server);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    for backup in 0..BACKUPS {
        let done = AtomicBool::new(false);
        let connections = (0..CALLERS).map(|_| server.connect()).collect();
        let mut times = None;
        let saves = save_all(
            connections,
            &caller,
            |_, _| done.load(Ordering::Relaxed),
            || {
                std::thread::sleep(std::time::Duration::from_millis(300));
                let started = Instant::now();
                let more = ["--replace"];
                let said = succeeds("backup", &file, server.data(), &more[..backup.min(1)]);
                times = Some((started, Instant::now()));
                assert!(said.starts_with(&format!("{}\t", file.display())), "{said}");
                done.store(true, Ordering::Relaxed);
            },
        );
        let (started, ended) = times.unwrap();
        assert_eq!(names(folder.path()), ["copy.db"]);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_sound(&file);

        let other = tempfile::tempdir().unwrap();
        succeeds("restore", &file, other.path(), &[]);
        let restored = TestServer::on(other.path(), &[]);
        // Tickets, too, are what they were.
        let (before, during): (Vec<Save>, Vec<Save>) = saves
            .into_iter()
            .partition(|save| save.answered.is_some_and(|answered| answered < started));
        let count = before.len();
        let found = assert_all_kept(&restored, &caller, &before);
        assert_eq!(found.acknowledged, count);
        assert_logs_in(&restored, &before);
        assert!(restored.log_in(Soap::V12, "admin", PASSWORD).is_some());
        // Of the others each is there as a whole or not at all.
        let there = during.iter().filter(|save| {
            let name = text("UserName", &save.user.name());
            let user = restored.user(Soap::V12, &caller, "GetUserFromName", &name);
            let user = user.result();
            if !user.nil {
                save.user.assert_kept(&user);
            }
            !user.nil
        });
        println!(
            "{count} saves before, {} of {} during a backup of {:?}",
            there.count(),
            during.len(),
            ended - started
        );
        let after = save(&mut restored.connect(), &caller);
        assert_eq!(after.declined(), None);
    }
}

#[test]
fn secrets_of_a_restored_database_open_with_the_keys_of_before() {
    let server = TestServer::start();
    let admin = administrator(&server);
    let password = element("ServiceAuth", &text("Password", "Mail-Secret-4711"));
    let saved = server.user(Soap::V12, &admin, "SaveServiceAuth", &password);
    let id = text("ServiceAuthId", saved.result().text_at("ServiceAuthId"));
    let secret = |server: &TestServer| {
        let found = server.user(Soap::V12, &admin, "GetServiceAuth", &id);
        found.result().text_at("Password").to_owned()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    let said = succeeds("backup", &file, server.data(), &[]);
    assert!(
        said.contains("services88.key, which are not in it"),
        "{said}"
    );
    let bytes = fs::read(&file).unwrap();
    let hidden = b"Mail-Secret-4711";
    assert!(!bytes.windows(hidden.len()).any(|window| window == hidden));

    let other = tempfile::tempdir().unwrap();
    let said = succeeds("restore", &file, other.path(), &[]);
    assert!(said.contains("put them into "), "{said}");
    let started = services88(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(other.path())
        .output()
        .unwrap();
    assert_eq!(started.status.code(), Some(1));
    let said = String::from_utf8(started.stderr).unwrap();
    assert!(said.contains("services88.key is missing"), "{said}");
    // A key that never sealed them leaves them as they are.
    let keys = other.path().join("services88.key");
    fs::write(&keys, "0f".repeat(32)).unwrap();
    let mut foreign = TestServer::on(other.path(), &[]);
    assert!(foreign.log().contains("a secret stays as it is"));
    let arguments = element("ServiceAuth", &text("Server", "x.example"));
    let refused = foreign.call(
        Soap::V12,
        crate::support::USER,
        &admin,
        "GetServiceAuth",
        &id,
    );
    assert!(!refused.body.contains("Mail-Secret"), "{arguments}");
    foreign.signal("TERM");
    assert_eq!(foreign.wait().code(), Some(0));
    fs::copy(server.data().join("services88.key"), &keys).unwrap();
    assert_eq!(
        secret(&TestServer::on(other.path(), &[])),
        "Mail-Secret-4711"
    );
}

#[test]
fn nothing_is_overwritten_or_put_under_somebody() {
    let mut server = TestServer::start();
    let data = server.data().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    fs::write(&file, "precious").unwrap();
    fails("backup", &file, &data, "copy.db is there already");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    succeeds("backup", &file, &data, &["--replace"]);
    fails(
        "backup",
        &folder.path().join("no/copy.db"),
        &data,
        "copy.db cannot be written",
    );
    fails("backup", folder.path(), &data, "is there already");

    fails("restore", &file, &data, "is in use");
    let empty = tempfile::tempdir().unwrap();
    for (what, expected) in [("nowhere", "cannot be read"), ("", "is not a file")] {
        fails("restore", &folder.path().join(what), empty.path(), expected);
        assert!(names(empty.path()).is_empty());
    }
    let broken = folder.path().join("broken.db");
    let bytes = fs::read(&file).unwrap();
    fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    fails("restore", &broken, empty.path(), "damaged");
    assert!(names(empty.path()).is_empty());

    // Also when the database was taken away from the server that uses it.
    let away = empty.path().join("away.db");
    fs::rename(data.join("services88.db"), &away).unwrap();
    fails("restore", &file, &data, "is in use");
    server.kill();
    server.wait();
    fails("restore", &file, &data, "services88.db-wal is left of");
    fs::remove_file(data.join("services88.db-wal")).unwrap();
    succeeds("restore", &file, &data, &[]);
    fails("restore", &file, &data, "services88.db is there already");
    assert_sound(&data.join("services88.db"));
    let missing = tempfile::tempdir().unwrap();
    fails(
        "backup",
        &away.with_file_name("x.db"),
        missing.path(),
        "cannot be read",
    );
    assert!(
        names(missing.path()).is_empty(),
        "no database is made to be backed up"
    );
}

#[test]
fn a_backup_without_room_leaves_nothing() {
    let Some(disk) = Disk::new(4) else { return };
    let server = disk.server();
    let caller: Caller = administrator(&server);
    disk.fill();
    let mut command = disk.services88(&["backup"]);
    let done = command.arg(disk.inside("copy.db")).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("no backup was made"), "{said}");
    let left = names(&disk.folder());
    assert!(left.iter().all(|name| !name.contains("copy")), "{left:?}");
    disk.make_room();
    assert_eq!(save(&mut server.connect(), &caller).declined(), None);
}
