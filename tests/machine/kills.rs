//! `kill -9` at random moments. `SERVICES88_TEST_KILLS` says how many rounds to play; each prints
//! its number, from which its moment follows.

use crate::load::{
    Found, Save, administrator, assert_all_kept, assert_logs_in, assert_sound, save_all,
};
use crate::seeds::Random;
use crate::support::{PASSWORD, Soap, TestServer, services88};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const CALLERS: usize = 4;

fn rounds() -> u64 {
    let rounds = std::env::var("SERVICES88_TEST_KILLS").ok();
    rounds.map_or(6, |rounds| rounds.parse().unwrap())
}

/// Half of the rounds end at a random time, the others with whoever gets a certain answer, before
/// anything else happens: nothing that is left to do after an answer would be done.
#[test]
fn kill_9_loses_no_acknowledged_user_and_leaves_no_half_one() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("services88.db");
    let mut server = TestServer::on(folder.path(), &[]);
    let caller = administrator(&server);
    for license in ["user", "web"] {
        server.command(&["license", "set", license, "100000"], "");
    }
    let mut all: Vec<Save> = Vec::new();
    let mut found = Found::default();
    let mut slowest = Duration::ZERO;
    for round in 0..rounds() {
        let mut random = Random(round);
        let moment = Duration::from_millis(random.below(500));
        let last = match round % 2 {
            0 => usize::MAX,
            _ => 1 + usize::try_from(random.below(30)).unwrap(),
        };
        println!("round {round}: after {moment:?} or answer {last}");
        let connections = (0..CALLERS).map(|_| server.connect()).collect();
        let victim = Mutex::new(server);
        let saves = save_all(
            connections,
            &caller,
            |_, count| {
                if count >= last {
                    victim.lock().unwrap().kill();
                }
                false
            },
            || {
                if last == usize::MAX {
                    std::thread::sleep(moment);
                    victim.lock().unwrap().kill();
                }
            },
        );
        victim.into_inner().unwrap().wait();
        let started = Instant::now();
        server = TestServer::on(folder.path(), &[]);
        slowest = slowest.max(started.elapsed());
        assert_sound(&database);
        assert_logs_in(&server, &saves);
        let now = assert_all_kept(&server, &caller, &saves);
        assert!(last == usize::MAX || now.acknowledged + CALLERS >= last);
        found.acknowledged += now.acknowledged;
        found.unacknowledged += now.unacknowledged;
        found.absent += now.absent;
        all.extend(saves);
    }
    assert_eq!(all.iter().find_map(Save::declined), None);
    assert_all_kept(&server, &caller, &all);
    println!("{} rounds, {found:?}, back within {slowest:?}", rounds());
    assert!(slowest < Duration::from_secs(10), "{slowest:?}");
}

/// A first start, and how long it takes until the server is ready.
fn first_start() -> Duration {
    let started = Instant::now();
    drop(TestServer::start());
    started.elapsed()
}

#[test]
fn kill_9_during_the_first_start_leaves_nothing_that_stands_in_the_way() {
    let whole = u64::try_from(first_start().as_millis()).unwrap();
    let mut made = 0;
    for round in 0..rounds() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("services88.db");
        let mut first = services88(&["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .env("SERVICES88_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(Random(round).below(whole)));
        first.kill().unwrap();
        first.wait().unwrap();
        made += u32::from(database.exists());
        let server = TestServer::on(folder.path(), &[]);
        assert!(server.log_in(Soap::V11, "admin", PASSWORD).is_some());
        assert_sound(&database);
    }
    println!("{} first starts, {made} had made the database", rounds());
}
