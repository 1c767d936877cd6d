//! What the store promises: snapshots, one writer, durable commits.

use super::writer::QUEUE;
use super::{Store, StoreError, Tx, params, testing};
use crate::fault::{Exception, Fault, Kind, Protocol};
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

struct Fresh {
    dir: tempfile::TempDir,
    store: Store,
}

fn fresh() -> Fresh {
    let dir = tempfile::tempdir().unwrap();
    let store = testing::open(&dir.path().join("services88.db"));
    Fresh { dir, store }
}

/// For what is only true of a file.
fn fresh_file() -> Fresh {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("services88.db")).unwrap();
    Fresh { dir, store }
}

impl Fresh {
    fn path(&self) -> PathBuf {
        self.dir.path().join("services88.db")
    }
}

fn add_group(store: &Store, name: &str) -> Result<i32, Fault> {
    let name = name.to_owned();
    store.write(move |tx| {
        Ok(tx.one(
            "INSERT INTO usergroup (name) VALUES (?1) RETURNING UserGroup_id",
            params![&name],
            |row| row.get(0),
        )?)
    })
}

fn groups(store: &Store) -> i64 {
    store
        .read(|tx| Ok(tx.one("SELECT count(*) FROM usergroup", &[], |row| row.get(0))?))
        .unwrap()
}

/// Keeps the writer busy until the returned sender is used or dropped.
fn occupy(store: &Store) -> std::sync::mpsc::Sender<()> {
    let (release, wait) = channel();
    let (started, running) = channel();
    let store = store.clone();
    thread::spawn(move || {
        store.write(move |_| {
            started.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        })
    });
    running.recv().unwrap();
    release
}

#[test]
fn writes_that_arrive_together_share_a_commit() {
    let fresh = fresh();
    let busy = occupy(&fresh.store);
    let before = fresh.store.commits();
    let writers: Vec<_> = (0..50)
        .map(|n| {
            let store = fresh.store.clone();
            thread::spawn(move || add_group(&store, &format!("group {n}")))
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    drop(busy);
    let mut ids: Vec<_> = writers
        .into_iter()
        .map(|writer| writer.join().unwrap().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 50);
    assert_eq!(groups(&fresh.store), 53);
    let commits = fresh.store.commits() - before;
    assert!(commits <= 5, "{commits} commits for 51 writes");
}

#[test]
fn what_was_submitted_is_made_whether_it_is_awaited_or_not() {
    let fresh = fresh();
    let add = |name: &'static str| {
        let store = &fresh.store;
        store.write_later(move |tx| {
            tx.execute("INSERT INTO usergroup (name) VALUES (?1)", params![name])?;
            Ok(name)
        })
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.build().unwrap();
    // Nobody else writes.
    assert_eq!(runtime.block_on(add("alone")).unwrap(), "alone");
    let busy = occupy(&fresh.store);
    drop(add("unawaited"));
    let awaited = add("awaited");
    assert_eq!(groups(&fresh.store), 4);
    drop(busy);
    assert_eq!(runtime.block_on(awaited).unwrap(), "awaited");
    assert_eq!(groups(&fresh.store), 6);
    fresh.store.close();
    let fault = runtime.block_on(add("late")).unwrap_err();
    assert!(matches!(store_error(&fault), Some(StoreError::Closed)));
}

/// The writing thread is the last that knows of the store then.
#[test]
fn a_change_may_hold_the_last_handle() {
    let Fresh { dir, store } = fresh_file();
    let busy = occupy(&store);
    let last = store.clone();
    drop(store.write_later(move |tx| {
        let _held = &last;
        Ok(tx.execute("INSERT INTO usergroup (name) VALUES ('last')", &[])?)
    }));
    drop((store, busy));
    let path = dir.path().join("services88.db");
    let end = Instant::now() + Duration::from_secs(20);
    while fs::read_dir(dir.path()).unwrap().count() > 1 && Instant::now() < end {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(groups(&Store::open(&path).unwrap()), 4);
}

/// More than may wait is refused at once; what was taken is kept.
#[test]
fn a_full_queue_refuses_at_once_and_keeps_what_it_took() {
    let fresh = fresh();
    let busy = occupy(&fresh.store);
    let refused = AtomicUsize::new(0);
    let kept = thread::scope(|scope| {
        let writers: Vec<_> = (0..QUEUE + 20)
            .map(|n| {
                let (store, refused) = (&fresh.store, &refused);
                scope.spawn(move || {
                    let start = Instant::now();
                    let result = add_group(store, &format!("group {n}"));
                    if let Err(fault) = &result {
                        assert_eq!(fault.kind(), &Kind::Protocol(Protocol::Busy));
                        assert!(start.elapsed() < Duration::from_secs(5));
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                    result.is_ok()
                })
            })
            .collect();
        let end = Instant::now() + Duration::from_secs(20);
        while refused.load(Ordering::Relaxed) < 20 && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(groups(&fresh.store), 3);
        drop(busy);
        let results = writers.into_iter().map(|writer| writer.join().unwrap());
        results.filter(|kept| *kept).count()
    });
    assert_eq!((kept, refused.into_inner()), (QUEUE, 20));
    assert_eq!(groups(&fresh.store), 3 + i64::try_from(QUEUE).unwrap());
    add_group(&fresh.store, "room again").unwrap();
}

#[test]
fn a_change_that_fails_or_panics_takes_no_other_with_it() {
    let fresh = fresh();
    let busy = occupy(&fresh.store);
    let writers: Vec<_> = (0..30)
        .map(|n| {
            let store = fresh.store.clone();
            thread::spawn(move || {
                let work = move |tx: &Tx<'_>| {
                    let name = format!("group {n}");
                    tx.execute("INSERT INTO usergroup (name) VALUES (?1)", params![&name])?;
                    match n % 3 {
                        0 => Ok(n),
                        1 => Err(Fault::service(Exception::Validation, "no")),
                        _ => panic!("on purpose"),
                    }
                };
                match n % 2 {
                    0 => store.write_repeatable(work),
                    _ => store.write(work),
                }
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    drop(busy);
    for (n, writer) in writers.into_iter().enumerate() {
        match (n % 3, writer.join().unwrap()) {
            (0, Ok(_)) => {}
            (1, Err(fault)) => assert_eq!(fault.exception(), Some(Exception::Validation)),
            (_, Err(fault)) => assert_eq!(fault.kind(), &Kind::Protocol(Protocol::Internal)),
            (_, Ok(_)) => panic!("write {n} was kept"),
        }
    }
    assert_eq!(groups(&fresh.store), 3 + 10);
}

#[test]
fn a_taken_value_is_a_duplicate() {
    let fresh = fresh();
    add_group(&fresh.store, "Twice").unwrap();
    let fault = add_group(&fresh.store, "TWICE").unwrap_err();
    assert_eq!(fault.exception(), Some(Exception::Duplicate));
}

#[test]
fn a_read_waits_for_no_writer_and_sees_what_was_committed() {
    let fresh = fresh();
    let (release, wait) = channel::<()>();
    let (inserted, ready) = channel();
    let store = fresh.store.clone();
    let writer = thread::spawn(move || {
        store.write(move |tx| {
            tx.execute("INSERT INTO usergroup (name) VALUES ('slow')", &[])?;
            inserted.send(()).unwrap();
            let _ = wait.recv();
            Ok(())
        })
    });
    ready.recv().unwrap();
    let start = Instant::now();
    assert_eq!(groups(&fresh.store), 3);
    assert!(start.elapsed() < Duration::from_secs(1));
    drop(release);
    writer.join().unwrap().unwrap();
    assert_eq!(groups(&fresh.store), 4);
}

#[test]
fn a_read_sees_one_state_throughout() {
    let fresh = fresh();
    let store = fresh.store.clone();
    let counts = fresh
        .store
        .read(|tx| {
            let count = || {
                tx.one("SELECT count(*) FROM usergroup", &[], |row| {
                    row.get::<i64>(0)
                })
            };
            let first = count()?;
            add_group(&store, "meanwhile")?;
            Ok((first, count()?))
        })
        .unwrap();
    assert_eq!(counts, (3, 3));
    assert_eq!(groups(&fresh.store), 4);
}

#[test]
fn a_read_changes_nothing_and_may_panic() {
    let fresh = fresh();
    let fault = fresh
        .store
        .read(|tx| Ok(tx.execute("DELETE FROM usergroup", &[])?))
        .unwrap_err();
    assert_eq!(fault.exception(), Some(Exception::DbAccess));
    let fault = fresh
        .store
        .read::<()>(|_| panic!("on purpose"))
        .unwrap_err();
    assert!(fault.cause().unwrap().to_string().contains("on purpose"));
    assert_eq!(groups(&fresh.store), 3);
}

#[test]
fn an_unexpected_value_is_reported_by_its_type_only() {
    let fresh = fresh();
    let fault = fresh
        .store
        .read(|tx| Ok(tx.one("SELECT 'secret', 1", &[], |row| row.get::<i32>(0))?))
        .unwrap_err();
    let shown = format!("{} {fault:?}", store_error(&fault).unwrap());
    assert!(shown.contains("column 0: unexpected Text"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn a_write_inside_a_write_is_refused() {
    let fresh = fresh();
    let store = fresh.store.clone();
    let fault = fresh
        .store
        .write(move |_| add_group(&store, "inner"))
        .unwrap_err();
    assert_eq!(fault.kind(), &Kind::Protocol(Protocol::Internal));
    add_group(&fresh.store, "outer").unwrap();
}

#[test]
fn a_full_disk_fails_what_is_under_way_and_nothing_after() {
    let fresh = fresh_file();
    let limit = |pages: &'static str| {
        fresh
            .store
            .write(move |tx| Ok(tx.one(pages, &[], |_| Ok(()))?))
    };
    limit("PRAGMA max_page_count=1").unwrap();
    let fault = fresh
        .store
        .write(|tx| {
            let name = "x".repeat(100_000);
            Ok(tx.execute("INSERT INTO usergroup (name) VALUES (?1)", params![&name])?)
        })
        .unwrap_err();
    assert_eq!(fault.exception(), Some(Exception::DbAccess));
    assert!(matches!(store_error(&fault), Some(StoreError::Full(_))));
    assert_eq!(groups(&fresh.store), 3);
    limit("PRAGMA max_page_count=1000000").unwrap();
    add_group(&fresh.store, "room again").unwrap();
}

#[test]
fn a_foreign_lock_fails_all_that_wait_and_nothing_after() {
    let fresh = fresh_file();
    fresh
        .store
        .write(|tx| Ok(tx.one("PRAGMA busy_timeout=500", &[], |_| Ok(()))?))
        .unwrap();
    let other = rusqlite::Connection::open(fresh.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    // More than a commit on a quick disk takes.
    let many = 64;
    let gate = Arc::new(Barrier::new(many));
    let writers: Vec<_> = (0..many)
        .map(|n| {
            let (store, gate) = (fresh.store.clone(), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                add_group(&store, &format!("locked {n}"))
            })
        })
        .collect();
    assert_eq!(groups(&fresh.store), 3);
    for writer in writers {
        let fault = writer.join().unwrap().unwrap_err();
        let Some(StoreError::NotCommitted(reason)) = store_error(&fault) else {
            panic!("{fault:?}");
        };
        assert!(matches!(**reason, StoreError::Busy(_)));
    }
    // Together, not one after the other.
    assert!(start.elapsed() < Duration::from_millis(1500));
    other.execute_batch("ROLLBACK").unwrap();
    add_group(&fresh.store, "free again").unwrap();
    assert_eq!(groups(&fresh.store), 4);
}

#[test]
fn two_stores_share_a_file() {
    let one = fresh();
    let two = testing::open(&one.path());
    let threads: Vec<_> = [one.store.clone(), two.clone()]
        .into_iter()
        .enumerate()
        .map(|(n, store)| {
            thread::spawn(move || {
                for m in 0..20 {
                    add_group(&store, &format!("{n}/{m}")).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!((groups(&one.store), groups(&two)), (43, 43));
}

#[test]
fn many_open_a_new_file_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("services88.db");
    let gate = Arc::new(Barrier::new(4));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (path, gate) = (path.clone(), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                groups(&testing::open(&path))
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 3);
    }
}

#[test]
fn closing_finishes_the_queue_and_leaves_one_file() {
    let fresh = fresh_file();
    let busy = occupy(&fresh.store);
    let store = fresh.store.clone();
    let queued = thread::spawn(move || add_group(&store, "queued"));
    thread::sleep(Duration::from_millis(100));
    let store = fresh.store.clone();
    let closing = thread::spawn(move || store.close());
    thread::sleep(Duration::from_millis(100));
    drop(busy);
    closing.join().unwrap();
    queued.join().unwrap().unwrap();
    assert!(!fresh.store.healthy());
    let fault = add_group(&fresh.store, "late").unwrap_err();
    assert!(matches!(store_error(&fault), Some(StoreError::Closed)));
    assert!(fresh.store.read(|_| Ok(())).is_err());
    let files: Vec<_> = fs::read_dir(fresh.dir.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(files, ["services88.db"]);
    let again = Store::open(&fresh.path()).unwrap();
    assert!(again.healthy());
    assert_eq!(groups(&again), 4);
}

#[test]
fn what_was_acknowledged_is_in_the_files_at_once() {
    let fresh = fresh_file();
    add_group(&fresh.store, "kept").unwrap();
    // What a crash would leave: the files as they are now, nothing closed.
    let copy = tempfile::tempdir().unwrap();
    for name in ["services88.db", "services88.db-wal"] {
        fs::copy(fresh.dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let store = Store::open(&copy.path().join("services88.db")).unwrap();
    assert_eq!(groups(&store), 4);
}

fn store_error(fault: &Fault) -> Option<&StoreError> {
    fault.source()?.downcast_ref()
}
