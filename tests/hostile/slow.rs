//! Clients that take their time. Each is let go when its limit is over, and keeps nobody waiting
//! until then.

use crate::support::{Connection, USER, eventually};
use crate::victim::Victim;
use std::io::Write;
use std::time::{Duration, Instant};

const GET_HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

fn post(fields: &str, body: &str) -> String {
    format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n{fields}\r\n\r\n{body}")
}

#[test]
fn slow_clients_are_let_go() {
    let victim = Victim::with(&[
        ("limits.head_seconds", "0.5"),
        ("limits.idle_seconds", "0.7"),
        ("limits.body_grace_seconds", "0.4"),
        ("limits.body_seconds", "1"),
    ]);
    let lasts = |least: u64, started: Instant| {
        let lasted = started.elapsed();
        assert!(lasted >= Duration::from_millis(least), "{lasted:?}");
        assert!(lasted < Duration::from_secs(6), "{lasted:?}");
    };

    let started = Instant::now();
    let mut silent = victim.connect();
    let mut half_a_head = victim.connect();
    half_a_head.send(b"GET /healthz HTTP/1.1\r\nHo");
    let mut idle = victim.connect();
    idle.send(GET_HEALTH.as_bytes());
    assert_eq!(idle.response().status, 200);
    let mut no_body = victim.connect();
    no_body.send(post("Content-Length: 100", "<x").as_bytes());
    let mut dripping = victim.connect();
    dripping.send(post("Content-Length: 100000", "").as_bytes());

    assert_eq!(no_body.response().status, 408);
    lasts(400, started);
    assert!(silent.is_closed());
    assert!(half_a_head.is_closed());
    lasts(500, started);
    assert!(idle.is_closed());
    lasts(700, started);
    // Fast enough for the rate, too slow in all.
    let started = Instant::now();
    let mut dripping = victim.connect();
    dripping.send(post("Content-Length: 100000", "").as_bytes());
    while started.elapsed() < Duration::from_millis(1200) {
        dripping.send(&[b' '; 400]);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(dripping.response().status, 408);
    assert_eq!(victim.get("/healthz", &[]).status, 200);
}

#[test]
fn a_drip_of_single_bytes_is_let_go_while_it_drips() {
    let victim = Victim::with(&[("limits.head_seconds", "0.6")]);
    let started = Instant::now();
    let mut connection = victim.connect();
    for byte in GET_HEALTH.bytes().cycle() {
        connection.send(&[b'a', byte.max(b'a')]);
        std::thread::sleep(Duration::from_millis(50));
        if started.elapsed() > Duration::from_millis(1500) {
            break;
        }
    }
    assert!(connection.is_closed());
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    const REQUESTS: usize = 100;
    let victim = Victim::with(&[("limits.write_seconds", "0.5")]);
    let request = format!("GET {USER}?wsdl HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut connection = victim.connect();
    connection.send(request.repeat(REQUESTS).as_bytes());
    // Blank lines between requests mean nothing, and can be sent for as long as there is somebody.
    eventually("the connection is closed", || {
        (&connection.stream).write_all(b"\r\n").is_err()
    });
    let answers = std::iter::from_fn(|| connection.try_response("GET")).count();
    assert!(answers < REQUESTS, "{answers}");
    assert_eq!(victim.get("/healthz", &[]).status, 200);
}

/// The status of the last answer before the connection is closed, if there is one.
fn end(connection: &mut Connection) -> Option<u16> {
    let statuses = std::iter::from_fn(|| connection.try_response("POST"));
    statuses.map(|response| response.status).last()
}

/// Fifty of each kind, all at a time, which send a bit every now and then.
#[test]
fn slow_heads_bodies_chunks_and_trailers() {
    const EACH: usize = 50;
    let victim = Victim::with(&[
        ("limits.head_seconds", "1"),
        ("limits.idle_seconds", "1"),
        ("limits.body_grace_seconds", "0.5"),
        ("limits.body_seconds", "1"),
    ]);
    let chunked = post("Transfer-Encoding: chunked", "");
    let kinds = [
        ("", &["G"][..], &[None][..]),
        ("", &["\r\n"], &[None]),
        // Half an empty line is half a head to the HTTP library.
        ("", &["\r", "\n"], &[None, Some(400)]),
        (GET_HEALTH, &["\r", "\n"], &[Some(200), Some(400)]),
        (GET_HEALTH, &["\r\n"], &[Some(200)]),
        (GET_HEALTH, &["G"], &[Some(200)]),
        (
            "GET /healthz HTTP/1.1\r\nHost: a\r\n",
            &["X", ":", " ", "1", "\r", "\n"],
            &[None],
        ),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", &["x"], &[None]),
        (&post("Content-Length: 100000", ""), &[" "], &[Some(408)]),
        (&chunked, &["1", "\r", "\n", " ", "\r", "\n"], &[Some(408)]),
        (&format!("{chunked}1;"), &["x"], &[Some(408)]),
        (
            &format!("{chunked}0\r\n"),
            &["T", ":", " ", "1", "\r", "\n"],
            &[Some(408)],
        ),
        (&format!("{chunked}0\r\nT:"), &["x"], &[Some(408)]),
    ];
    let mut all = Vec::new();
    for (start, bits, wanted) in &kinds {
        for _ in 0..EACH {
            let mut connection = victim.connect();
            connection.send(start.as_bytes());
            all.push((connection, bits, wanted, start));
        }
    }
    victim.tried(all.len());
    let start = Instant::now();
    for step in 0.. {
        for (connection, bits, ..) in &mut all {
            connection.send(bits[step % bits.len()].as_bytes());
        }
        if step == 10 {
            victim.honest();
        }
        if step > 10 && start.elapsed() > Duration::from_millis(1500) {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    let over = Instant::now();
    for (connection, bits, wanted, start) in &mut all {
        let found = end(connection);
        assert!(
            wanted.contains(&found),
            "{bits:?} after {start:?}: {found:?}"
        );
    }
    let late = over.elapsed();
    assert!(late < Duration::from_secs(15), "{late:?}");
    victim.survived(32);
}
