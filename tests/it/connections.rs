//! Framing, limits of size and time, and what happens to connections.

use crate::support::{Response, TestServer, USER, eventually, head};
use std::io::Write;
use std::time::{Duration, Instant};

const GET_HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// Sends bytes and gives the statuses of all answers until the connection is closed.
fn statuses(server: &TestServer, bytes: &str) -> Vec<u16> {
    let mut connection = server.connect();
    connection.send(bytes.as_bytes());
    connection.finish();
    std::iter::from_fn(|| connection.try_response("GET"))
        .map(|response| response.status)
        .collect()
}

fn post(fields: &str, body: &str) -> String {
    format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n{fields}\r\n\r\n{body}")
}

#[test]
fn doubtful_requests_are_refused_and_nothing_behind_them_is_answered() {
    let server = TestServer::start();
    for request in [
        "GET /healthz HTTP/1.1\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a/\"<\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\nHost: a\n\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX\r\n\r\n".to_owned(),
        "GET /healthz\r\n\r\n".to_owned(),
        "CONNECT localhost:80 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        "GET ftp://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        post("Content-Length: 5\r\nContent-Length: 5", "<x/>\n"),
        post("Content-Length: 5, 5", "<x/>\n"),
        post("Content-Length: +5", "<x/>\n"),
        post(
            "Content-Length: 0\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        post(
            "Transfer-Encoding: chunked\r\nContent-Length: 0",
            "0\r\n\r\n",
        ),
        post("Transfer-Encoding: gzip", ""),
        post("Transfer-Encoding: chunked, gzip", ""),
        post("Transfer-Encoding: chunked", "0\n\r\n"),
        post("Transfer-Encoding: chunked", "+4\r\n<x/>\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked", "4\r\n<x/>x\r\n0\r\n\r\n"),
        post(
            "Transfer-Encoding: chunked",
            "0000000004\r\n<x/>\r\n0\r\n\r\n",
        ),
    ] {
        let found = statuses(&server, &format!("{request}{GET_HEALTH}"));
        assert_eq!(found, [400], "{request:?}");
    }
    let coded = post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n");
    assert_eq!(statuses(&server, &format!("{coded}{GET_HEALTH}")), [501]);
    let expecting = post("Expect: miracles\r\nContent-Length: 0", "");
    assert_eq!(statuses(&server, &expecting), [417]);
}

#[test]
fn too_large_a_head_is_refused() {
    let server = TestServer::start();
    let many: String = (0..101).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X: {}\r\n", "x".repeat(40_000));
    for fields in [many, long] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        assert_eq!(statuses(&server, &request), [431]);
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = TestServer::start();
    let missing = "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n";
    let get_last = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let all = format!("{GET_HEALTH}{missing}\r\n{GET_HEALTH}{get_last}{GET_HEALTH}");
    assert_eq!(statuses(&server, &all), [200, 404, 200, 200]);
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
    let statuses = statuses(&server, &format!("{fits}{GET_HEALTH}"));
    assert_eq!(statuses.len(), 2);
    assert_ne!(statuses[0], 413);
    assert_eq!(statuses[1], 200);
}

#[test]
fn chunks_are_a_body_like_any_other() {
    let server = TestServer::start();
    let whole = post("Content-Length: 4", "<x/>");
    let chunked = post(
        "Transfer-Encoding: Chunked",
        "1;a=b\r\n<\r\n3\r\nx/>\r\n0\r\nTrailer: 1\r\n\r\n",
    );
    let found = statuses(&server, &format!("{whole}{chunked}{GET_HEALTH}"));
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[2], 200);
}

#[test]
fn slow_clients_are_let_go() {
    let server = TestServer::with(&[
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
    let mut silent = server.connect();
    let mut half_a_head = server.connect();
    half_a_head.send(b"GET /healthz HTTP/1.1\r\nHo");
    let mut idle = server.connect();
    idle.send(GET_HEALTH.as_bytes());
    assert_eq!(idle.response().status, 200);
    let mut no_body = server.connect();
    no_body.send(post("Content-Length: 100", "<x").as_bytes());
    let mut dripping = server.connect();
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
    let mut dripping = server.connect();
    dripping.send(post("Content-Length: 100000", "").as_bytes());
    while started.elapsed() < Duration::from_millis(1200) {
        dripping.send(&[b' '; 400]);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(dripping.response().status, 408);
    assert_eq!(server.get("/healthz", &[]).status, 200);
}

#[test]
fn a_drip_of_single_bytes_is_let_go_while_it_drips() {
    let server = TestServer::with(&[("limits.head_seconds", "0.6")]);
    let started = Instant::now();
    let mut connection = server.connect();
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
fn connections_over_the_limit_wait() {
    let server = TestServer::with(&[("limits.connections", "1"), ("limits.idle_seconds", "0.5")]);
    let mut first = server.connect();
    first.send(GET_HEALTH.as_bytes());
    assert_eq!(first.response().status, 200);
    let started = Instant::now();
    assert_eq!(server.get("/healthz", &[]).status, 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    const REQUESTS: usize = 100;
    let server = TestServer::with(&[("limits.write_seconds", "0.5")]);
    let request = format!("GET {USER}?wsdl HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut connection = server.connect();
    connection.send(request.repeat(REQUESTS).as_bytes());
    // Blank lines between requests mean nothing, and can be sent for as long as there is somebody.
    eventually("the connection is closed", || {
        (&connection.stream).write_all(b"\r\n").is_err()
    });
    let answers = std::iter::from_fn(|| connection.try_response("GET")).count();
    assert!(answers < REQUESTS, "{answers}");
    assert_eq!(server.get("/healthz", &[]).status, 200);
}
