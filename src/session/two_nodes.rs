//! What one node does, as another node of the same database sees it; or, with a file, another
//! process, which may be a few seconds behind.

use super::application;
use super::cache::LAG;
use super::sessions::Sessions;
use super::testing::{Fixture, PASSWORD};
use super::{password, set_password};
use crate::config::Mode;
use crate::fault::Exception;
use crate::store::testing;
use std::net::{IpAddr, Ipv4Addr};
use std::thread::sleep;
use std::time::{Duration, Instant};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// An address without failures.
const THERE: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);
/// Within which nodes hear of each other.
const SOON: Duration = Duration::from_secs(1);
/// Seconds for which another process may believe what was in a file.
const BELIEVED: i64 = 5;

/// Another process has to look at the file again.
fn let_pass(fixture: &Fixture) {
    if !fixture.store.is_shared() {
        fixture.clock.advance(BELIEVED);
    }
}

fn is_good(sessions: &Sessions, ticket: &str) -> bool {
    match sessions.authenticate(ticket) {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.exception(), Some(Exception::Session));
            false
        }
    }
}

fn fail(sessions: &Sessions, name: &str, times: usize) {
    for _ in 0..times {
        let answer = sessions.log_in(name, Some("wrong"), HERE);
        assert!(answer.expect("an answer").is_none());
    }
}

#[test]
fn a_session_that_ends_here_has_ended_there() {
    let fixture = Fixture::new();
    let (_, there) = fixture.elsewhere();
    let here = &fixture.sessions;
    for end in 0..5 {
        let ticket = here.issue_ticket(502).expect("ticket");
        assert!(is_good(&there, &ticket) && is_good(here, &ticket), "{end}");
        let now = fixture.clock.now();
        match end {
            0 => {
                let caller = here.authenticate(&ticket).expect("caller");
                here.end(&caller).expect("ended");
            }
            1 => {
                let set = move |tx: &super::Tx<'_>| set_password(tx, 502, "hash", None, now);
                fixture.store.write(set).expect("set");
            }
            2 => fixture.execute("UPDATE associate SET deleted = 1 WHERE associate_id = 502"),
            3 => fixture.execute("DELETE FROM licenseassoclink WHERE assocId = 502"),
            _ => fixture.execute("DELETE FROM userrolelink WHERE associate_id = 502"),
        }
        let_pass(&fixture);
        assert!(!is_good(&there, &ticket), "{end}");
        match end {
            2 => fixture.execute("UPDATE associate SET deleted = 0 WHERE associate_id = 502"),
            3 => fixture.execute(
                "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
                 SELECT ModuleLicense_id, 502 FROM modulelicense
                 WHERE moduleName = 'user' OR moduleName = 'web'",
            ),
            _ => {}
        }
    }
}

#[test]
fn a_right_that_is_taken_or_given_here_is_taken_or_given_there() {
    let fixture = Fixture::new();
    let (_, there) = fixture.elsewhere();
    let ticket = fixture.sessions.issue_ticket(502).expect("ticket");
    let caller = || there.authenticate(&ticket).expect("caller");
    assert!(!caller().has_any_right(&["admin-all"]));
    fixture.execute("UPDATE userrolelink SET role_id = 1 WHERE associate_id = 502");
    let_pass(&fixture);
    assert!(caller().has_any_right(&["admin-all"]));
    let role = "SELECT count(*) FROM userrolelink WHERE associate_id = 502 AND role_id = 1";
    assert_eq!(fixture.count(role), 1);
    fixture.execute("UPDATE userrolelink SET role_id = 9 WHERE associate_id = 502");
    let_pass(&fixture);
    assert!(!caller().has_any_right(&["admin-all"]));

    // Rights of a role.
    fixture.execute(
        "INSERT INTO functionrightrolelink (roleId, functionRightId)
         SELECT 9, FunctionRight_id FROM functionright WHERE name = 'admin-all'",
    );
    let_pass(&fixture);
    assert!(caller().has_any_right(&["admin-all"]));
    fixture.execute("DELETE FROM functionrightrolelink WHERE roleId = 9");
    let_pass(&fixture);
    assert!(!caller().has_any_right(&["admin-all"]));
    fixture.execute("UPDATE functionrightrolelink SET roleId = 9 WHERE roleId = 1");
    let_pass(&fixture);
    assert!(caller().has_any_right(&["admin-all"]));
}

#[test]
fn a_password_or_token_that_is_shown_each_time_is_refused_there_at_once() {
    let fixture = Fixture::new();
    let (store, there) = fixture.elsewhere();
    let here = &fixture.sessions;
    let by_password = |sessions: &Sessions, word: &str| {
        let answer = sessions.authenticate_password("ann", word, HERE);
        answer.expect("an answer").is_some()
    };
    let ticket = here.issue_ticket(501).expect("ticket");
    let caller = here.authenticate(&ticket).expect("caller");
    let token = here.issue_access_token(&caller, None, None).expect("token");
    let by_token = |sessions: &Sessions| {
        let answer = sessions.authenticate_access_token(&token, None);
        answer.expect("an answer").is_some()
    };
    assert!(by_password(here, PASSWORD) && by_password(&there, PASSWORD));
    assert!(by_token(here) && by_token(&there));
    let (hash, now) = (
        password::hash("another").expect("hash"),
        fixture.clock.now(),
    );
    let set = store.write(move |tx| set_password(tx, 501, &hash, None, now));
    set.expect("set");
    assert!(!by_password(here, PASSWORD) && !by_password(&there, PASSWORD));
    assert!(!by_token(here) && !by_token(&there));
    assert!(by_password(here, "another"));
}

#[test]
fn an_application_that_is_revoked_here_is_refused_there_at_once() {
    let fixture = Fixture::new();
    let (store, _) = fixture.elsewhere();
    let token = application::add(&fixture.store, &fixture.clock, "Portal").expect("token");
    let is_good = || application::check(&store, Mode::Online, "User", Some(&token)).is_ok();
    assert!(is_good());
    assert!(application::revoke(&fixture.store, &fixture.clock, "Portal").expect("revoked"));
    assert!(!is_good());
}

#[test]
fn a_ticket_that_is_used_here_does_not_end_there() {
    let fixture = Fixture::new();
    if !fixture.store.is_shared() {
        return;
    }
    let (_, there) = fixture.elsewhere();
    let (here, clock) = (fixture.sessions, &fixture.clock);
    let ticket = here.issue_ticket(501).expect("ticket");
    clock.advance(LAG - 60);
    assert!(is_good(&here, &ticket), "too early to be written");
    // A node that stops has written all that it knows.
    drop(here);
    clock.advance(6 * 3600 - 30);
    assert!(
        is_good(&there, &ticket),
        "it was used less than six hours ago"
    );
    clock.advance(6 * 3600);
    assert!(!is_good(&there, &ticket));
}

#[test]
fn failed_log_ins_here_slow_down_there_until_one_succeeds() {
    let fixture = Fixture::new();
    let (_, there) = fixture.elsewhere();
    let is_shared = fixture.store.is_shared();
    let failures = |sessions: &Sessions| sessions.throttle.failures("ann");
    fail(&fixture.sessions, "ANN", 4);
    fail(&there, "ann", 4);
    sleep(SOON);
    for sessions in [&fixture.sessions, &there] {
        assert_eq!(failures(sessions), if is_shared { 8 } else { 4 });
        assert_eq!(sessions.throttle.failures("bob"), 0);
    }
    let late = fixture.restarted();
    sleep(SOON);
    assert_eq!(failures(&late), if is_shared { 8 } else { 0 });
    let started = Instant::now();
    drop(late.throttle.enter("ann", THERE));
    drop(late.throttle.enter("ann", THERE));
    assert_eq!(started.elapsed() >= SOON, is_shared);
    let shown = "SELECT count(*) FROM news WHERE length(about) <> 32 OR about LIKE '%ann%'";
    assert_eq!(fixture.count(shown), 0, "no name is stored");

    let success = there.log_in("ann", Some(PASSWORD), HERE);
    assert!(success.expect("an answer").is_some());
    sleep(SOON);
    assert_eq!((failures(&there), failures(&late)), (0, 0));
    assert_eq!(failures(&fixture.sessions), if is_shared { 0 } else { 4 });
}

#[test]
fn what_cannot_be_told_is_told_later_and_nobody_waits_for_it() {
    let fixture = Fixture::new();
    if !fixture.store.is_shared() {
        return;
    }
    let (_, there) = fixture.elsewhere();
    let run = |sql: &str| {
        let sql: &'static str = Box::leak(sql.into());
        fixture.execute(sql);
    };
    let [broken, mended] = testing::failing("news");
    run(&broken);
    let started = Instant::now();
    fail(&fixture.sessions, "bob", 5);
    assert!(started.elapsed() < 3 * SOON, "nobody waits");
    sleep(SOON);
    assert_eq!(there.throttle.failures("bob"), 0);
    run(&mended);
    sleep(2 * SOON);
    assert_eq!(there.throttle.failures("bob"), 5);
    let told = "SELECT CAST(sum(amount) AS INTEGER) FROM news WHERE topic = 'account'";
    assert_eq!(fixture.count(told), 5, "once");
}

#[test]
fn nothing_is_told_of_log_ins_that_succeed_and_nothing_at_all_in_a_file() {
    let fixture = Fixture::new();
    let success = fixture.sessions.log_in("ann", Some(PASSWORD), HERE);
    assert!(success.expect("an answer").is_some());
    if !fixture.store.is_shared() {
        fail(&fixture.sessions, "bob", 2);
    }
    sleep(SOON);
    assert_eq!(fixture.count("SELECT count(*) FROM news"), 0);
}
