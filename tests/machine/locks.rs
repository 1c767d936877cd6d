//! Other programs at the same database: one that keeps it locked, a second server, and one that
//! takes it away.

use crate::answer::{element, text};
use crate::load::{Save, administrator, assert_all_kept, assert_sound, busy, save, save_all};
use crate::support::{Caller, PASSWORD, PRINCIPAL, Soap, TestServer, eventually, services88};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a lock of another program is waited for, and what a busy machine may take beyond that.
const BUSY: Duration = Duration::from_secs(5);
const BEYOND: Duration = Duration::from_secs(15);

fn database(server: &TestServer) -> PathBuf {
    server.data().join("services88.db")
}

/// Another program's connection that has locked the database.
fn lock(path: &Path, how: &str) -> Connection {
    let other = Connection::open(path).unwrap();
    eventually("the other program gets its lock", || {
        other.execute_batch(how).is_ok()
    });
    other
}

#[test]
fn calls_that_wait_for_another_program_are_answered_in_time() {
    let mut server = TestServer::start();
    let caller = administrator(&server);
    let other = lock(&database(&server), "BEGIN EXCLUSIVE");
    let locked = Instant::now();
    let connections = (0..8).map(|_| server.connect()).collect();
    let mut saves = save_all(
        connections,
        &caller,
        |_, _| true,
        || {
            // Meanwhile one can read.
            let started = Instant::now();
            let groups = server.user(Soap::V12, &caller, "GetAllUserGroups", "");
            assert!(groups.exception.is_none());
            assert_eq!(server.get("/healthz", &[]).status, 200);
            assert!(started.elapsed() < BUSY);
            let arguments = text("UserName", "admin") + &text("Password", PASSWORD);
            let operation = "AuthenticateUsernamePassword";
            let anybody = Caller::Anonymous;
            let refused = server.call(Soap::V12, PRINCIPAL, &anybody, operation, &arguments);
            let said = busy(Soap::V12, &refused);
            assert!(said.contains("locked"), "{said}");
            let form = format!(r#"{{"UserName":"admin","Password":"{PASSWORD}"}}"#);
            let json = ["Content-Type: application/json"];
            let refused = server.request("POST", "/api/v1/Session", &json, form.as_bytes());
            assert_eq!(refused.status, 503);
            assert_eq!(refused.field("retry-after"), Some("1"));
            assert!(refused.body.contains("SoDbAccessException"));
        },
    );
    let took = locked.elapsed();
    assert!(took > BUSY / 2 && took < 2 * BUSY + BEYOND, "{took:?}");
    for save in &saves {
        let (class, said) = save.declined().unwrap();
        assert_eq!(class, "busy");
        assert!(said.contains("locked"), "{said}");
    }
    drop(other);
    saves.push(save(&mut server.connect(), &caller));
    let found = assert_all_kept(&server, &caller, &saves);
    assert_eq!((found.acknowledged, found.absent), (1, 8));
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    assert_sound(&database(&server));
}

/// A lock for less than the time that is waited costs nothing but that.
#[test]
fn a_short_lock_is_waited_for() {
    let server = TestServer::start();
    let caller = administrator(&server);
    let other = lock(&database(&server), "BEGIN IMMEDIATE");
    let connections = (0..4).map(|_| server.connect()).collect();
    let saves = save_all(
        connections,
        &caller,
        |_, _| true,
        || {
            std::thread::sleep(Duration::from_millis(700));
            drop(other);
        },
    );
    assert_eq!(assert_all_kept(&server, &caller, &saves).acknowledged, 4);
}

/// When far more is to be stored than can be, some are told so at once, others wait for their turn,
/// and whoever reads notices nothing.
#[test]
fn more_than_can_be_stored_is_refused_at_once() {
    const CALLERS: usize = 340;
    // The queue of the store, and the change that waits for the lock.
    const TAKEN: usize = 256 + 1;
    let mut server = TestServer::start();
    let caller = administrator(&server);
    save(&mut server.connect(), &caller);
    let before = memory(&server);
    let other = lock(&database(&server), "BEGIN IMMEDIATE");
    let connections = (0..CALLERS).map(|_| server.connect()).collect();
    let refused = AtomicUsize::new(0);
    let mut saves = save_all(
        connections,
        &caller,
        |save, _| {
            refused.fetch_add(usize::from(save.busy().is_some()), Ordering::Relaxed);
            true
        },
        || {
            eventually("most of the others are refused", || {
                refused.load(Ordering::Relaxed) >= (CALLERS - TAKEN) / 2
            });
            let started = Instant::now();
            let groups = server.user(Soap::V12, &caller, "GetAllUserGroups", "");
            assert!(groups.exception.is_none());
            assert_eq!(server.get("/healthz", &[]).status, 200);
            assert!(started.elapsed() < BUSY);
            let more = memory(&server).saturating_sub(before);
            println!("{more} KiB more with {CALLERS} callers");
            assert!(more < 100 * 1024, "{more} KiB");
            drop(other);
        },
    );
    let (busy, stored): (Vec<_>, Vec<_>) = saves.iter().partition(|it| it.busy().is_some());
    assert!(busy.len() <= CALLERS - TAKEN, "{}", busy.len());
    assert!(stored.iter().all(|save| save.acknowledged().is_some()));
    for save in busy {
        let took = save.answered.unwrap() - save.sent;
        assert!(took < BUSY, "{took:?}");
        assert!(save.busy().unwrap().contains("more to store"));
    }
    saves.push(save(&mut server.connect(), &caller));
    let found = assert_all_kept(&server, &caller, &saves);
    assert_eq!(found.absent, refused.into_inner());
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    assert_sound(&database(&server));
}

/// KiB of memory that the server has for itself.
fn memory(server: &TestServer) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

/// Not even readers get at a database that somebody has for oneself alone.
const ALONE: &str = "PRAGMA busy_timeout=0; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; \
    PRAGMA user_version; COMMIT; BEGIN EXCLUSIVE";

fn run(data: &Path, command: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = services88(command)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_start_at_a_locked_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
    let other = lock(&database(&server), ALONE);
    let data = folder.path();
    std::thread::scope(|scope| {
        for command in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["user", "list"],
            &["backup", "/tmp/no-such-folder/copy.db"],
        ] {
            scope.spawn(move || {
                let (code, said) = run(data, command);
                assert_eq!(code, Some(1), "{command:?}: {said}");
                assert!(said.contains("locked"), "{command:?}: {said}");
            });
        }
    });
    drop(other);
    // A lock that lets others read is none to a server that has nothing to write yet.
    let other = lock(&database(&server), "BEGIN IMMEDIATE");
    let server = TestServer::on(folder.path(), &[]);
    drop(other);
    assert!(server.log_in(Soap::V12, "admin", PASSWORD).is_some());
}

#[test]
fn two_servers_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let servers = [(); 2].map(|()| TestServer::on(folder.path(), &[]));
    let caller = administrator(&servers[0]);
    let saves: Vec<_> = std::thread::scope(|scope| {
        let started = servers.each_ref().map(|server| {
            let connections = (0..2).map(|_| server.connect()).collect();
            let caller = &caller;
            scope.spawn(move || save_all(connections, caller, |_, count| count >= 8, || {}))
        });
        let done = started.map(|it| it.join().unwrap());
        done.into_iter().flatten().collect()
    });
    for server in &servers {
        let found = assert_all_kept(server, &caller, &saves);
        assert_eq!(found.acknowledged, saves.len());
    }
    let mut ids: Vec<_> = saves.iter().filter_map(Save::acknowledged).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), saves.len());

    // What ends a session at one ends it at the other.
    servers[0].add_user("kari", "Correct-Horse-9");
    let ticket = servers[1].log_in(Soap::V12, "kari", "Correct-Horse-9");
    let kari = Caller::Ticket(ticket.unwrap());
    let is_let_in = |server: &TestServer| {
        let answer = server.user(Soap::V12, &kari, "GetAllUserGroups", "");
        answer.exception.is_none()
    };
    assert!(servers.iter().all(is_let_in));
    let user = text("UserName", "kari");
    let user = servers[0].user(Soap::V12, &caller, "GetUserFromName", &user);
    let id = user.result().text_at("AssociateId").to_owned();
    let change = text("AssociateId", &id) + &text("Password", "Correct-Horse-10");
    let done = servers[0].user(Soap::V12, &caller, "SetPassword", &change);
    assert!(done.exception.is_none(), "{}", element("id", &id));
    assert!(!is_let_in(&servers[0]));
    eventually("the other server notices", || !is_let_in(&servers[1]));
}

/// What is written to a file that has lost its name is lost with the program.
#[test]
fn saves_are_declined_while_the_database_is_gone() {
    let server = TestServer::start();
    let caller = administrator(&server);
    let first = save(&mut server.connect(), &caller);
    let away = server.data().join("elsewhere.db");
    std::fs::rename(database(&server), &away).unwrap();
    let gone = save(&mut server.connect(), &caller);
    assert_eq!(gone.declined().unwrap().0, "SoDbAccessException");
    assert!(server.log().contains("was removed or replaced"));
    std::fs::copy(&away, database(&server)).unwrap();
    let replaced = save(&mut server.connect(), &caller);
    assert!(replaced.declined().is_some());
    std::fs::rename(&away, database(&server)).unwrap();
    let last = save(&mut server.connect(), &caller);
    let found = assert_all_kept(&server, &caller, &[first, gone, replaced, last]);
    assert_eq!((found.acknowledged, found.absent), (2, 2));
}
