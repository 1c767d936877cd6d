//! What is in the way when the program starts: it says so, ends, and leaves everything as it was.

use crate::load::assert_sound;
use crate::support::{TestServer, services88};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A database that has seen a server, in a folder of its own with its keys.
fn data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    server.add_user("kari", "Correct-Horse-9");
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    folder
}

/// Names and contents of all that is in a folder. Folders in it have none. What SQLite needs for a
/// look, an index of the log and an empty log, does not count.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_for_looking = |path: &Path| {
        let name = path.to_str().unwrap();
        let empty = path.metadata().is_ok_and(|file| file.len() == 0);
        name.ends_with(".db-shm") || name.ends_with(".db-wal") && empty
    };
    paths
        .filter(|path| !is_for_looking(path))
        .map(|path| {
            let bytes = fs::read(&path).unwrap_or_default();
            (path, bytes)
        })
        .collect()
}

/// Starts a server, and other commands, which are to refuse; gives what the server says.
#[track_caller]
fn refused(folder: &Path, what: &str) -> String {
    let before = content(folder);
    let mut said = String::new();
    for command in [
        &["user", "list"][..],
        &["backup", "/tmp/no-such-folder/copy"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let done = services88(command)
            .arg("--data")
            .arg(folder)
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(1), "{what}: {command:?}");
        assert!(done.stdout.is_empty(), "{what}: {command:?}");
        said = String::from_utf8(done.stderr).unwrap();
        assert!(said.starts_with("services88: "), "{what}: {said}");
        assert!(!said.contains("panic"), "{what}: {said}");
        assert!(
            before == content(folder),
            "{what}: {command:?} left something"
        );
    }
    said
}

#[test]
fn whatever_is_no_sound_database_is_named_and_left_alone() {
    let data = data();
    let database = data.path().join("services88.db");
    let good = fs::read(&database).unwrap();
    let page = 4096;
    let middle = good.len() / page / 2 * page;
    let overwritten = |range: std::ops::Range<usize>| {
        let mut bytes = good.clone();
        bytes[range].fill(0xa5);
        bytes
    };
    let damaged = "restore a backup";
    let foreign = "not a database of services88";
    let cases = [
        ("nothing in it", Vec::new(), "is empty"),
        ("cut in its header", good[..50].to_vec(), foreign),
        ("cut after its header", good[..100].to_vec(), damaged),
        (
            "cut in the middle",
            good[..good.len() / 2 + 7].to_vec(),
            damaged,
        ),
        (
            "without its last page",
            good[..good.len() - page].to_vec(),
            damaged,
        ),
        ("a wrong header", overwritten(0..100), foreign),
        ("a wrong first page", overwritten(100..page), damaged),
        (
            "a wrong page in the middle",
            overwritten(middle..middle + page),
            damaged,
        ),
        (
            "zeros from the middle on",
            [&good[..middle], &vec![0; good.len() - middle]].concat(),
            damaged,
        ),
        ("zeros", vec![0; good.len()], foreign),
        ("a page of text", b"not a database\n".repeat(600), foreign),
    ];
    for (what, bytes, expected) in cases {
        fs::write(&database, bytes).unwrap();
        let said = refused(data.path(), what);
        assert!(said.contains("services88.db"), "{what}: {said}");
        assert!(said.contains(expected), "{what}: {said}");
    }

    fs::write(&database, &good).unwrap();
    let later = rusqlite::Connection::open(&database).unwrap();
    later.execute_batch("PRAGMA user_version=999").unwrap();
    drop(later);
    let said = refused(data.path(), "a later version");
    assert!(said.contains("has version 999"), "{said}");

    fs::remove_file(&database).unwrap();
    fs::create_dir(&database).unwrap();
    let said = refused(data.path(), "a folder");
    assert!(said.contains("is not a file"), "{said}");
    fs::remove_dir(&database).unwrap();

    let log = data.path().join("services88.db-wal");
    fs::write(&log, &good[..page]).unwrap();
    let said = refused(data.path(), "a log without its database");
    assert!(said.contains("services88.db-wal is left of"), "{said}");
    fs::remove_file(&log).unwrap();

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", &database).unwrap();
        let said = refused(data.path(), "a link to nothing");
        assert!(said.contains("cannot be read"), "{said}");
        fs::remove_file(&database).unwrap();
    }

    fs::write(&database, &good).unwrap();
    drop(TestServer::on(data.path(), &[]));
    assert_sound(&database);
}

/// Which keys fit, the database knows by their secrets; see `tests/it/secrets.rs`, too.
#[test]
fn wrong_keys_are_named_and_left_alone() {
    let data = data();
    let keys = data.path().join("services88.key");
    let good = fs::read(&keys).unwrap();
    for (what, bytes) in [
        ("nothing in it", &b""[..]),
        ("no key", b"secret-4711"),
        ("half a key", &good[..good.len() - 20]),
        ("no text", b"\xff\xfe\x00"),
    ] {
        fs::write(&keys, bytes).unwrap();
        let said = services88(&["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .output()
            .unwrap();
        assert_eq!(said.status.code(), Some(1), "{what}");
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(
            said.contains("services88.key") && !said.contains("4711"),
            "{what}: {said}"
        );
        assert_eq!(fs::read(&keys).unwrap(), bytes, "{what}");
    }
    fs::write(&keys, &good).unwrap();
    drop(TestServer::on(data.path(), &[]));
}
