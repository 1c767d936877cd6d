//! Framing, limits, and what happens to connections. What is sent in bad faith is tried in
//! `tests/hostile`.

use crate::answer::envelope;
use crate::faults::VERSIONS;
use crate::support::{Response, TestServer, USER, eventually, head};
use std::cell::RefCell;
use std::time::{Duration, Instant};

const GET_HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

fn post(fields: &str, body: &str) -> String {
    format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n{fields}\r\n\r\n{body}")
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = TestServer::start();
    let missing = "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n";
    let get_last = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let all = format!("{GET_HEALTH}{missing}\r\n{GET_HEALTH}{get_last}{GET_HEALTH}");
    assert_eq!(server.statuses(all), [200, 404, 200, 200]);
}

#[test]
fn old_http_gets_whole_answers() {
    let server = TestServer::start();
    let mut connection = server.connect();
    connection.send(b"GET /healthz HTTP/1.0\r\n\r\n");
    let response = connection.response();
    assert_eq!((&*response.version, response.status), ("HTTP/1.0", 200));
    assert_eq!(response.field("content-length"), Some("2"));
    assert_eq!(response.field("transfer-encoding"), None);
    assert!(connection.is_closed());

    let mut connection = server.connect();
    for _ in 0..2 {
        connection.send(b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let response = connection.response();
        assert_eq!(response.field("connection"), Some("keep-alive"));
    }
}

#[test]
fn a_connection_that_is_to_close_says_so() {
    let server = TestServer::start();
    let mut connection = server.connect();
    connection.send(head("GET", "/healthz", &[], 0).as_bytes());
    assert_eq!(connection.response().field("connection"), Some("close"));
    assert!(connection.is_closed());
}

#[test]
fn a_body_is_awaited_after_100_continue() {
    let server = TestServer::start();
    let mut connection = server.connect();
    connection.send(post("Expect: 100-continue\r\nContent-Length: 4", "").as_bytes());
    assert_eq!(connection.response().status, 100);
    connection.send(b"<x/>");
    assert_ne!(connection.response().status, 100);
    // A body that is not wanted is not asked for.
    let mut connection = server.connect();
    connection.send(post("Expect: 100-continue\r\nContent-Length: 99999999", "").as_bytes());
    assert_eq!(connection.response().status, 413);
}

#[test]
fn too_large_a_body_is_refused_and_the_client_sees_it() {
    let server = TestServer::with(&[("limits.body_bytes", "2048")]);
    let is_413 = |response: &Response| {
        assert_eq!(response.status, 413);
        assert_eq!(response.field("connection"), Some("close"));
    };
    let mut connection = server.connect();
    connection.send(post("Content-Length: 3000000", "").as_bytes());
    for _ in 0..3000 {
        connection.send(&[b' '; 1000]);
    }
    is_413(&connection.response());

    let mut connection = server.connect();
    connection.send(post("Transfer-Encoding: chunked", "").as_bytes());
    for _ in 0..300 {
        connection.send(b"3E8\r\n");
        connection.send(&[b' '; 1000]);
        connection.send(b"\r\n");
    }
    is_413(&connection.response());

    let fits = post("Content-Length: 2048", &" ".repeat(2048));
    let statuses = server.statuses(format!("{fits}{GET_HEALTH}"));
    assert_eq!(statuses.len(), 2);
    assert_ne!(statuses[0], 413);
    assert_eq!(statuses[1], 200);
}

/// Bodies that have come in part count like others; what is left of the room goes on.
#[test]
fn bodies_have_room_for_so_many_bytes_together() {
    let server = TestServer::with(&[
        ("limits.body_bytes", "65536"),
        ("limits.bodies_bytes", "131072"),
        // What comes in part stays that long, however slow the machine is.
        ("limits.body_grace_seconds", "60"),
    ]);
    let large = " ".repeat(60_000);
    let in_part = RefCell::default();
    let send_in_part = |connections: &mut Vec<_>| {
        let mut connection = server.connect();
        connection.send(post("Content-Length: 60001", &large).as_bytes());
        connections.push(connection);
    };
    let post_large = |path, media| {
        let media = format!("Content-Type: {media}");
        server.request("POST", path, &[&media], large.as_bytes())
    };
    // Nobody tells when those bytes have been read, and what is posted may take the room of some.
    eventually("there is no room", || {
        send_in_part(&mut in_part.borrow_mut());
        (0..3).all(|_| post_large(USER, "text/xml").status == 503)
    });
    for soap in VERSIONS {
        let refused = post_large(USER, soap.content_type());
        assert_eq!(refused.field("retry-after"), Some("1"));
        assert_eq!(refused.field("connection"), Some("close"));
        let envelope = envelope(soap, &refused);
        assert!(envelope.at("Body").find("Fault").is_some());
    }
    let refused = post_large("/api/v1/Agents/User/GetUser", "application/json");
    assert_eq!(
        (refused.status, refused.field("retry-after")),
        (503, Some("1"))
    );
    assert!(refused.body.contains("SoDbAccessException"));
    assert_eq!(server.get("/healthz", &[]).status, 200);
    assert_ne!(server.post(USER, "text/xml", "<x/>").status, 503);
    drop(in_part);
    eventually("there is room again", || {
        post_large(USER, "text/xml").status != 503
    });
}

#[test]
fn chunks_are_a_body_like_any_other() {
    let server = TestServer::start();
    let whole = post("Content-Length: 4", "<x/>");
    let chunked = post(
        "Transfer-Encoding: Chunked",
        "1;a=b\r\n<\r\n3\r\nx/>\r\n0\r\nTrailer: 1\r\n\r\n",
    );
    let found = server.statuses(format!("{whole}{chunked}{GET_HEALTH}"));
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[2], 200);
}

#[test]
fn connections_over_the_limit_wait() {
    let server = TestServer::with(&[("limits.connections", "1"), ("limits.idle_seconds", "0.5")]);
    let mut first = server.connect();
    first.send(GET_HEALTH.as_bytes());
    assert_eq!(first.response().status, 200);
    let started = Instant::now();
    assert_eq!(server.get("/healthz", &[]).status, 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
}
