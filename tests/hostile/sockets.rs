//! Connections by the thousand, and such as end in the middle.

use crate::faults::is_role;
use crate::support::{Connection, Soap, USER};
use crate::victim::Victim;
use std::path::PathBuf;
use std::time::Duration;

const GET_HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// As many connections as are tried at a time, where the system lets this process have them.
fn thousands() -> usize {
    const WANTED: usize = 2_000;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    // Some are left for the other tests.
    soft.map_or(WANTED, |soft: usize| WANTED.min(soft / 2))
}

/// Waits until the server has as many sockets as it had.
fn are_closed(victim: &Victim, before: Option<usize>) {
    if before.is_some() {
        crate::support::eventually("the connections are closed", || sockets(victim) <= before);
    }
}

/// How many sockets the server has, where the system tells.
fn sockets(victim: &Victim) -> Option<usize> {
    let folder = std::fs::read_dir(format!("/proc/{}/fd", victim.pid())).ok()?;
    let is_socket = |file: &PathBuf| file.to_string_lossy().starts_with("socket:");
    let files = folder.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    Some(files.filter(is_socket).count())
}

/// Opens connections and sends the same on each.
fn open(victim: &Victim, count: usize, start: &str) -> Vec<Connection> {
    // Several at a time: on a busy machine most of the time goes into waiting.
    const HANDS: usize = 8;
    let some = || {
        let opened = (0..count / HANDS).map(|_| {
            let mut connection = victim.connect();
            connection.send(start.as_bytes());
            connection
        });
        opened.collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|_| scope.spawn(some)).collect();
        let opened = hands.into_iter().flat_map(|hand| hand.join().unwrap());
        opened.collect()
    })
}

#[test]
fn thousands_of_idle_connections_keep_nobody_out() {
    let victim = Victim::start();
    let before = sockets(&victim);
    let count = thousands();
    for start in [
        "",
        GET_HEALTH,
        &format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n\x1f"
        ),
    ] {
        victim.tried(count);
        let connections = open(&victim, count, start);
        victim.honest();
        drop(connections);
        victim.honest();
        are_closed(&victim, before);
    }
    victim.survived(128);
}

/// Those that wait have given back what they took for their last request, so that others take that.
#[test]
fn idle_connections_take_next_to_nothing() {
    /// KiB in use for each.
    const EACH: usize = 10;
    let Some(before) = Victim::start().memory() else {
        println!("NOT TESTED: this system does not tell how much memory a process has");
        return;
    };
    for start in ["", GET_HEALTH] {
        let victim = Victim::start();
        let count = thousands() / 8;
        let mut all = Vec::new();
        for _ in 0..8 {
            for mut connection in open(&victim, count, start) {
                if !start.is_empty() {
                    connection.response();
                }
                all.push(connection);
            }
            // Longer than until they rest.
            std::thread::sleep(Duration::from_millis(1_300));
        }
        let more = victim.memory().unwrap_or_default().saturating_sub(before);
        println!("{} KiB each", more / all.len());
        assert!(more < EACH * all.len(), "{more} KiB for {}", all.len());
    }
}

/// Connections over the limit wait for a place, and get one when the idle ones are let go.
#[test]
fn more_connections_than_there_are_places() {
    let victim = Victim::with(&[
        ("limits.connections", "50"),
        ("limits.idle_seconds", "0.5"),
        ("limits.head_seconds", "0.5"),
    ]);
    victim.tried(200);
    let connections: Vec<_> = (0..200).map(|_| victim.connect()).collect();
    victim.honest();
    drop(connections);
    victim.survived(8);
}

#[test]
fn a_side_that_is_closed_early() {
    let victim = Victim::start();
    let before = sockets(&victim);
    let envelope = victim.good(Soap::V11);
    let request = format!(
        "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{envelope}",
        envelope.len()
    );
    // The whole of it is answered, whoever is still sending.
    victim.at_once(|| {
        let mut connection = victim.connect();
        connection.send(request.as_bytes());
        connection.finish();
        is_role(Soap::V11, &connection.response());
        assert!(connection.is_closed());
    });
    let whole = request.len();
    let body = whole - envelope.len();
    for at in [
        0,
        1,
        4,
        20,
        body - 3,
        body - 1,
        body,
        body + 1,
        whole / 2,
        whole - 1,
    ] {
        let found = victim.at_once(|| victim.statuses(&request[..at]));
        let wanted: &[u16] = if at < body { &[] } else { &[400] };
        assert!(found == wanted || found.is_empty(), "{at}: {found:?}");
    }
    are_closed(&victim, before);
    victim.survived(8);
}

/// Ends a connection by a reset: the system sends one when a socket is closed with bytes unread.
fn reset(victim: &Victim, connection: Connection) {
    let mut waiting = [0];
    connection.stream.peek(&mut waiting).unwrap();
    drop(connection);
    victim.tried(1);
}

#[test]
fn resets_in_the_middle() {
    let victim = Victim::start();
    let before = sockets(&victim);
    let envelope = victim.good(Soap::V11);
    let request = format!(
        "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{envelope}",
        envelope.len()
    );
    for at in (0..=request.len()).step_by(13) {
        let mut connection = victim.connect();
        connection.send(GET_HEALTH.as_bytes());
        connection.send(&request.as_bytes()[..at]);
        reset(&victim, connection);
    }
    victim.honest();
    // While a long answer is on its way.
    for _ in 0..15 {
        let mut connection = victim.connect();
        let wsdl = format!("GET {USER}?wsdl HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.send(wsdl.repeat(20).as_bytes());
        reset(&victim, connection);
    }
    // Before anything, and as many as come.
    victim.tried(500);
    for _ in 0..500 {
        drop(victim.connect());
    }
    std::thread::sleep(Duration::from_millis(50));
    are_closed(&victim, before);
    victim.survived(64);
}
