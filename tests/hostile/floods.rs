//! More of everything than there is room for.

use crate::support::USER;
use crate::victim::Victim;

const MEGABYTE: usize = 1024 * 1024;

#[test]
fn heads_with_too_much_in_them() {
    let victim = Victim::start();
    let get = |fields: &str| format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    let fields = |count: usize| {
        (0..count)
            .map(|n| format!("X-{n}: 1\r\n"))
            .collect::<String>()
    };
    for (request, wanted) in [
        (get(&fields(99)), 200),
        (get(&fields(100)), 431),
        (get(&fields(100_000)), 431),
        (get(&"X: 1\r\n".repeat(101)), 431),
        (get(&"Host: a\r\n".repeat(99)), 400),
        (get(&format!("X: {}\r\n", "x".repeat(30_000))), 200),
        (get(&format!("X: {}\r\n", "x".repeat(40_000))), 431),
        (get(&format!("X: {}\r\n", "x".repeat(4 * MEGABYTE))), 431),
        (get(&format!("{}: x\r\n", "x".repeat(4 * MEGABYTE))), 431),
        (get(&"x".repeat(4 * MEGABYTE)), 431),
        (get(&format!("X:{}x\r\n", " ".repeat(MEGABYTE))), 431),
        // Folded.
        (get("X: a\r\n b\r\n"), 400),
        (get(&format!("X: a\r\n{}", " b\r\n".repeat(100_000))), 400),
        // Small, but many in one field.
        (
            get(&format!(
                "X-Forwarded-For: {}1.2.3.4\r\n",
                "1.2.3.4,".repeat(3_000)
            )),
            200,
        ),
        (
            get(&format!("Connection: {}x\r\n", "x,".repeat(10_000))),
            200,
        ),
        (get(&format!("Cookie: {}\r\n", "a=b;".repeat(7_000))), 200),
        (
            get(&format!(
                "Accept-Encoding: {}\r\n",
                "gzip;q=0.1,".repeat(2_500)
            )),
            200,
        ),
        (
            format!(
                "{} /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                "G".repeat(MEGABYTE)
            ),
            431,
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(20_000)),
            404,
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(MEGABYTE)),
            431,
        ),
        (
            format!(
                "GET {USER}?{} HTTP/1.1\r\nHost: a\r\n\r\n",
                "wsdl&".repeat(5_000)
            ),
            200,
        ),
        (
            format!(
                "GET {}healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                "/".repeat(20_000)
            ),
            404,
        ),
        (
            format!(
                "GET {}{USER} HTTP/1.1\r\nHost: a\r\n\r\n",
                "/..".repeat(6_000)
            ),
            404,
        ),
        (
            format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", "%2e".repeat(6_000)),
            400,
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "a".repeat(20_000)),
            400,
        ),
    ] {
        let start: String = request.chars().take(60).collect();
        let found = victim.at_once(|| victim.statuses(&request));
        assert_eq!(found, [wanted], "{start} … {}", request.len());
    }
    for media in [
        format!("text/xml;{}", "a=b;".repeat(5_000)),
        format!("text/xml; charset=\"{}", "\\".repeat(20_000)),
        format!("application/soap+xml; {}action=\"x\"", ";".repeat(20_000)),
        format!("text/xml; charset={}", "x".repeat(20_000)),
    ] {
        let content_type = format!("Content-Type: {media}");
        let response = victim.at_once(|| victim.request("POST", USER, &[&content_type], b"<x/>"));
        assert!(
            [400, 415, 500].contains(&response.status),
            "{}",
            response.status
        );
        assert!(response.body.len() < 1000, "{}", response.body);
    }
    victim.survived(16);
}

/// Streams that go on for as long as anybody reads them.
#[test]
fn what_never_ends_is_cut_off() {
    const SENT: usize = MEGABYTE;
    let victim = Victim::with(&[("limits.body_bytes", "65536")]);
    let get = "GET /healthz HTTP/1.1\r\nHost: a\r\n";
    let post = format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n");
    let chunked = format!("{post}Transfer-Encoding: chunked\r\n\r\n");
    for (start, piece, wanted) in [
        ("", "\r\n", &[400][..]),
        ("", "G", &[431]),
        ("GET /", "x", &[431, 414]),
        (get, "X: 1\r\n", &[431]),
        (get, "X", &[431]),
        (&format!("{get}X: "), "x", &[431]),
        (&format!("{chunked}1;"), "x", &[400]),
        (&chunked, "1;xxxxxxxxxxxxxxx\r\n \r\n", &[400]),
        (&chunked, "000000", &[400]),
        (&chunked, "10\r\n                \r\n", &[413]),
        (&chunked, "1000\r\n", &[413]),
        (&format!("{chunked}0\r\n"), "T: 1\r\n", &[400]),
        (&format!("{chunked}0\r\nT: "), "x", &[400]),
        (
            &format!("{post}Content-Length: 4194305\r\n\r\n"),
            " ",
            &[413],
        ),
        (
            &format!("{post}Content-Length: 99999999999999\r\n\r\n"),
            " ",
            &[413],
        ),
    ] {
        let many = piece.repeat(65_536 / piece.len());
        let status = victim.at_once(|| {
            let mut connection = victim.connect();
            connection.send(start.as_bytes());
            for _ in 0..SENT / many.len() {
                connection.send(many.as_bytes());
            }
            connection
                .try_response("POST")
                .map(|response| response.status)
        });
        assert!(
            status.is_some_and(|it| wanted.contains(&it)),
            "{piece:?} after {start:?}: {status:?}"
        );
    }
    victim.survived(16);
}

#[test]
fn many_requests_at_once_on_one_connection() {
    let victim = Victim::start();
    let count = 5_000;
    let get = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let found = victim.at_once(|| {
        let mut connection = victim.connect();
        let mut sender = connection.stream.try_clone().unwrap();
        let sending = std::thread::spawn(move || {
            std::io::Write::write_all(&mut sender, get.repeat(count).as_bytes())
        });
        let answers = (0..count)
            .filter(|_| connection.response().status == 200)
            .count();
        sending.join().unwrap().unwrap();
        answers
    });
    assert_eq!(found, count);
    victim.survived(8);
}
