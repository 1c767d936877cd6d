//! Where a request ends: what two programs could read differently is refused, and nothing behind
//! it is answered.

use crate::faults::is_role;
use crate::support::{Soap, USER};
use crate::victim::Victim;

const GET_HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
/// A request that nobody sends in good faith.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

fn post(fields: &str, body: &str) -> String {
    format!("POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n{fields}\r\n\r\n{body}")
}

/// That a request is answered by one of these, and the one behind it is not.
#[track_caller]
fn ends_with(victim: &Victim, request: &str, wanted: &[&[u16]]) {
    let found = victim.at_once(|| victim.statuses(format!("{request}{GET_HEALTH}")));
    assert!(wanted.contains(&&*found), "{found:?}: {request:?}");
}

#[test]
fn doubtful_requests_are_refused_and_nothing_behind_them_is_answered() {
    let victim = Victim::start();
    for head in [
        "GET /healthz HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a b\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a/\"<\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a@b\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a:b\r\n",
        "GET /healthz HTTP/1.1\r\nHost:\r\n",
        "GET /healthz HTTP/1.1\nHost: a\n",
        "GET /healthz HTTP/1.1\r\nHost: a\n",
        "GET /healthz HTTP/1.1\rHost: a\r\n",
        "GET /healthz HTTP/1.1\r\nHost : a\r\n",
        "GET /healthz HTTP/1.1\r\n Host: a\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n\tContent-Length: 4\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\u{7f}\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n: x\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0: x\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX(): x\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX\u{e9}: x\r\n",
        "GET /healthz\r\n",
        "GET /health z HTTP/1.1\r\nHost: a\r\n",
        "GET  /healthz HTTP/1.1\r\nHost: a\r\n",
        "GET\t/healthz HTTP/1.1\r\nHost: a\r\n",
        "GET /healthz HTTP/1.1 \r\nHost: a\r\n",
        "GET /healthz http/1.1\r\nHost: a\r\n",
        "GET /healthz HTTP/1.2\r\nHost: a\r\n",
        "GET /healthz HTTP/2.0\r\nHost: a\r\n",
        "GET /healthz HTTP/11\r\nHost: a\r\n",
        "GET /healthz\0 HTTP/1.1\r\nHost: a\r\n",
        "G\0T /healthz HTTP/1.1\r\nHost: a\r\n",
        "G(T /healthz HTTP/1.1\r\nHost: a\r\n",
        "CONNECT localhost:80 HTTP/1.1\r\nHost: a\r\n",
        "GET ftp://a/healthz HTTP/1.1\r\nHost: a\r\n",
        "GET healthz HTTP/1.1\r\nHost: a\r\n",
        // The start of TLS, of a proxy's own protocol, and of nothing at all.
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n",
        "\0\0\0\0\r\n",
        "<x/>\r\n",
    ] {
        ends_with(&victim, &format!("{head}\r\n"), &[&[400]]);
    }
    // The start of HTTP/2, which is not for us at all.
    ends_with(&victim, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[&[]]);
    for (request, status) in [
        (post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 501),
        (post("Expect: miracles\r\nContent-Length: 0", ""), 417),
        (format!("{}{GET_HEALTH}", "\r\n".repeat(101)), 400),
    ] {
        ends_with(&victim, &request, &[&[status]]);
    }
    victim.survived(8);
}

/// A body with another request in it, for a front that reads the one header field while we read
/// the other.
#[test]
fn no_request_is_smuggled_in_a_body() {
    let victim = Victim::start();
    let chunked = format!("0\r\n\r\n{SMUGGLED}");
    let in_a_chunk = format!("{:x}\r\n{SMUGGLED}\r\n0\r\n\r\n", SMUGGLED.len());
    for length in [0, 4, 5, SMUGGLED.len(), chunked.len(), in_a_chunk.len()] {
        for fields in [
            "Content-Length: LENGTH\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding: identity\r\nContent-Length: LENGTH",
            "Transfer-Encoding: chunked, identity\r\nContent-Length: LENGTH",
            "Transfer-Encoding: identity, chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding: xchunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding: \"chunked\"\r\nContent-Length: LENGTH",
            "Transfer-Encoding: chunked;q=1\r\nContent-Length: LENGTH",
            "Transfer-Encoding: ch\u{212a}nked\r\nContent-Length: LENGTH",
            "Transfer-Encoding:\u{b}chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding:\tchunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding : chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding\t: chunked\r\nContent-Length: LENGTH",
            " Transfer-Encoding: chunked\r\nContent-Length: LENGTH",
            "X: x\nTransfer-Encoding: chunked\r\nContent-Length: LENGTH",
            "X: x\rTransfer-Encoding: chunked\r\nContent-Length: LENGTH",
            "X: x\r\n\tTransfer-Encoding: chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding:\r\n chunked\r\nContent-Length: LENGTH",
            "Transfer-Encoding:\r\nContent-Length: LENGTH",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: LENGTH",
            "Transfer-Encoding: chunked\r\nTransfer-encoding: chunked",
            "Content-Length: LENGTH\r\nContent-Length: 0",
            "Content-Length: 0\r\nContent-Length: LENGTH",
            "Content-Length: LENGTH\r\nContent-Length: LENGTH",
            "Content-Length: LENGTH, LENGTH",
            "Content-Length: 0, LENGTH",
            "Content-Length: +LENGTH",
            "Content-Length: -LENGTH",
            "Content-Length: 0xLENGTH",
            "Content-Length: LENGTH.0",
            "Content-Length: LENGTHe0",
            "Content-Length: LENGTH\0",
            "Content-Length: \"LENGTH\"",
            "Content-Length: 18446744073709551616",
            "Content-Length : LENGTH",
            "Content-Length\r\n : LENGTH",
            "Content-Length:\r\n LENGTH",
        ] {
            for body in [&chunked, &in_a_chunk] {
                let fields = fields.replace("LENGTH", &length.to_string());
                ends_with(&victim, &post(&fields, body), &[&[400]]);
            }
        }
    }
    // Read as one, whatever is in it.
    for whole in [
        post(&format!("Content-Length: {}", SMUGGLED.len()), SMUGGLED),
        post("Transfer-Encoding: chunked", &in_a_chunk),
    ] {
        ends_with(&victim, &whole, &[&[500, 200]]);
    }
    // The body of a request that wants none is left unread, with the connection closed.
    for method in ["GET", "OPTIONS", "DELETE", "PUT"] {
        for path in ["/healthz", USER, "/missing"] {
            let fields = format!("Host: a\r\nContent-Length: {}", SMUGGLED.len());
            let request = format!("{method} {path} HTTP/1.1\r\n{fields}\r\n\r\n{SMUGGLED}");
            let found = victim.at_once(|| victim.statuses(format!("{request}{GET_HEALTH}")));
            assert_eq!(found.len(), 1, "{request:?}: {found:?}");
        }
    }
    // HTTP/1.0 has no chunks.
    let old = post("Transfer-Encoding: chunked", &chunked).replace("HTTP/1.1", "HTTP/1.0");
    ends_with(&victim, &old, &[&[400]]);
    // A field that only looks like the one that counts.
    for other in [
        "Content_Length",
        "Content-Lenght",
        "X-Content-Length",
        "Transfer_Encoding",
    ] {
        let request = post(&format!("{other}: {}", SMUGGLED.len()), GET_HEALTH);
        ends_with(&victim, &request, &[&[500, 200, 200]]);
    }
    assert!(!victim.log().contains("smuggled"));
    victim.survived(8);
}

#[test]
fn chunks_that_are_none() {
    let victim = Victim::start();
    let huge = "1;".to_owned() + &"x".repeat(20_000);
    let trailers = |count: usize| "T: 1\r\n".repeat(count);
    for chunks in [
        "4\r\n<x/>\r\n0\r\n".to_owned() + "\n",
        "0\n\r\n".to_owned(),
        "4\n<x/>\n0\n\n".to_owned(),
        "+4\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "-4\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        " 4\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "0x4\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4g\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4 4\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4,\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4\0\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "\u{ff14}\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        ";x\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4\r\n<x/>x\r\n0\r\n\r\n".to_owned(),
        "4\r\n<x/>\n0\r\n\r\n".to_owned(),
        "4\r\n<x/>\r0\r\n\r\n".to_owned(),
        "4\r\n<x/>0\r\n\r\n".to_owned(),
        "3\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4\r<x/>\r\n0\r\n\r\n".to_owned(),
        "4\r\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "0000000004\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "ffffffffffffffff\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "10000000000000004\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4;a\nb\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4;a\rb\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        "4;a\0b\r\n<x/>\r\n0\r\n\r\n".to_owned(),
        format!("{huge}\r\n<\r\n0\r\n\r\n"),
        "0\r\nT: 1\n\r\n".to_owned(),
        "0\r\nT: 1\0\r\n\r\n".to_owned(),
        "0\r\nT\r\n\r\n".to_owned(),
        "0\r\nT : 1\r\n\r\n".to_owned(),
        "0\r\n: 1\r\n\r\n".to_owned(),
        format!("0\r\n{}\r\n", trailers(101)),
        format!("0\r\nT: {}\r\n\r\n", "x".repeat(40_000)),
    ] {
        let request = post("Transfer-Encoding: chunked", &chunks);
        let found = victim.at_once(|| victim.statuses(format!("{request}\r\n\r\n{SMUGGLED}")));
        assert!(found == [400] || found.is_empty(), "{found:?}: {request:?}");
    }
    for unended in [
        String::new(),
        "4".to_owned(),
        "4\r\n<x".to_owned(),
        "4\r\n<x/>".to_owned(),
        "4\r\n<x/>\r\n".to_owned(),
        "4\r\n<x/>\r\n0".to_owned(),
        "4\r\n<x/>\r\n0\r\nT: 1\r\n".to_owned(),
    ] {
        let request = post("Transfer-Encoding: chunked", &unended);
        let found = victim.at_once(|| victim.statuses(&request));
        assert!(found == [400] || found.is_empty(), "{found:?}: {request:?}");
    }
    // More than a message may have, said at once or bit by bit.
    for chunks in [
        "7fffffff\r\n<x/>".to_owned(),
        format!("400000\r\n{}\r\n1\r\n", " ".repeat(4 << 20)),
    ] {
        let request = post("Transfer-Encoding: chunked", &chunks);
        let found = victim.at_once(|| {
            let mut connection = victim.connect();
            connection.send(request.as_bytes());
            connection.send(b" \r\n0\r\n\r\n");
            connection.finish();
            connection
                .try_response("POST")
                .map(|response| response.status)
        });
        assert!([Some(413), Some(400)].contains(&found), "{found:?}");
    }
    assert!(!victim.log().contains("smuggled"));
    // What HTTP allows: extensions, trailers which mean nothing, and a chunk for each byte.
    let good = victim.good(Soap::V11);
    let bytes: String = good
        .chars()
        .map(|c| format!("01;a=\"b;c\" ;d\r\n{c}\r\n"))
        .take(1)
        .collect();
    let rest: String = good
        .chars()
        .skip(1)
        .map(|c| format!("1\r\n{c}\r\n"))
        .collect();
    let trailer = "0;e\r\nContent-Length: 4\r\nTransfer-Encoding: x\r\nSOAPAction: \"x\"\r\n\r\n";
    let mut connection = victim.connect();
    connection.send(post("Transfer-Encoding: chunked", &(bytes + &rest + trailer)).as_bytes());
    is_role(Soap::V11, &connection.response());
    victim.survived(16);
}
