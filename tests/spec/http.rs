//! HTTP: RFC 9110 and RFC 9112, as far as they bind a server that has SOAP behind it.

use crate::peer::peer;
use crate::support::{Response, Soap, USER, head};

/// Sends bytes as they are; gives the statuses of all answers until the connection closes.
fn statuses(bytes: &[u8]) -> Vec<u16> {
    peer().statuses(bytes)
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// A POST with these header fields, and behind it a request that must not be answered.
fn smuggle(fields: &str, body: &str) -> Vec<u16> {
    let post =
        format!("POST {USER} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{fields}\r\n\r\n");
    statuses(format!("{post}{body}{HEALTH}").as_bytes())
}

/// RFC 9112, 3.2: one Host in HTTP/1.1, no more and no less.
#[test]
fn rfc9112_3_2_one_host() {
    for fields in ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n"] {
        let request = format!("GET /healthz HTTP/1.1\r\n{fields}\r\n");
        assert_eq!(statuses(request.as_bytes()), [400], "{fields:?}");
    }
    assert_eq!(statuses(b"GET /healthz HTTP/1.0\r\n\r\n"), [200]);
}

/// RFC 9112, 3.2.2: the absolute form of a target is taken.
#[test]
fn rfc9112_3_2_2_the_absolute_form_is_taken() {
    let request = "GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(statuses(request.as_bytes()), [200]);
}

/// RFC 9112, 6.1 and 6.3: a length and chunks together are refused, and nothing behind is read.
#[test]
fn rfc9112_6_3_length_and_chunks() {
    let body = "0\r\n\r\n";
    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
    ] {
        assert_eq!(smuggle(fields, body), [400], "{fields}");
    }
}

/// RFC 9112, 6.3: lengths that differ, or are none, are refused.
#[test]
fn rfc9112_6_3_doubtful_lengths() {
    for fields in [
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4, 5",
        "Content-Length: +4",
        "Content-Length: -4",
        "Content-Length: 0x4",
        "Content-Length: 4 4",
        "Content-Length: 99999999999999999999",
    ] {
        assert_eq!(smuggle(fields, "<x/>"), [400], "{fields}");
    }
}

/// RFC 9112, 6.1: a coding that is not known, or does not end in chunks, is refused.
#[test]
fn rfc9112_6_1_other_codings() {
    for coding in [
        "gzip, chunked",
        "chunked, gzip",
        "identity",
        "chunked, chunked",
        "xchunked",
        "",
    ] {
        let found = smuggle(&format!("Transfer-Encoding: {coding}"), "0\r\n\r\n");
        assert!(found == [400] || found == [501], "{coding}: {found:?}");
    }
}

/// RFC 9112, 7.1: the size of a chunk is hexadecimal digits and nothing else.
#[test]
fn rfc9112_7_1_sizes_of_chunks() {
    for size in ["+4", "-4", "0x4", " 4", "4 4", "g", "", "fffffffffffffffff"] {
        let body = format!("{size}\r\n<x/>\r\n0\r\n\r\n");
        let found = smuggle("Transfer-Encoding: chunked", &body);
        assert!(found.is_empty() || found == [400], "{size:?}: {found:?}");
    }
}

/// RFC 9112, 7.1.1 and 7.1.2: extensions and trailers are passed over.
#[test]
fn rfc9112_7_1_extensions_and_trailers() {
    let body = "4;a=b;c=\"d\"\r\n<x/>\r\n0;e\r\nA-Trailer: 1\r\n\r\n";
    assert_eq!(smuggle("Transfer-Encoding: chunked", body), [500, 200]);
}

/// RFC 9112, 2.2 and 5: bare line ends, bare carriage returns, white space before a colon and
/// folded lines are refused.
#[test]
fn rfc9112_2_2_framing_is_exact() {
    for head in [
        "GET /healthz HTTP/1.1\nHost: x\n\n",
        "GET /healthz HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
        "GET /healthz  HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET /health\tz HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let found = statuses(format!("{head}{HEALTH}").as_bytes());
        assert_eq!(found, [400], "{head:?}");
    }
}

/// RFC 9112, 9.3 and 9.6: connections are kept, and closed when asked; the answer says so.
#[test]
fn rfc9112_9_3_keep_alive() {
    assert_eq!(statuses(HEALTH.repeat(3).as_bytes()), [200; 3]);
    let closing = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n";
    assert_eq!(statuses(format!("{closing}{HEALTH}").as_bytes()), [200]);
    let peer = peer();
    let mut connection = peer.connect();
    connection.send(closing.as_bytes());
    assert_eq!(connection.response().field("connection"), Some("close"));
    assert_eq!(
        statuses(format!("GET /healthz HTTP/1.0\r\n\r\n{HEALTH}").as_bytes()),
        [200]
    );
    let kept = "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    assert_eq!(statuses(kept.repeat(2).as_bytes()), [200; 2]);
}

/// RFC 9112, 9.3.2: answers come in the order of the requests.
#[test]
fn rfc9112_9_3_2_pipelining() {
    let missing = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
    let bytes = format!("{HEALTH}{missing}{HEALTH}{missing}");
    assert_eq!(statuses(bytes.as_bytes()), [200, 404, 200, 404]);
}

/// RFC 9110, 10.1.1: 100 comes before the body is read, and only where it is wanted.
#[test]
fn rfc9110_10_1_1_continue() {
    let peer = peer();
    let good = peer.good(Soap::V11);
    let length = good.len();
    let head = format!(
        "POST {USER} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n"
    );
    let mut connection = peer.connect();
    connection.send(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes());
    assert_eq!(connection.response().status, 100);
    connection.send(good.as_bytes());
    assert_eq!(connection.response().status, 200);
    let mut connection = peer.connect();
    connection.send(format!("{head}\r\n{good}").as_bytes());
    assert_eq!(connection.response().status, 200);
    let mut connection = peer.connect();
    connection.send(format!("{head}Expect: 200-maybe\r\n\r\n{good}").as_bytes());
    assert!([200, 417].contains(&connection.response().status));
}

/// RFC 9110, 9.3.2: HEAD has the fields of GET and no body.
#[test]
fn rfc9110_9_3_2_head() {
    let peer = peer();
    let target = format!("{USER}?wsdl");
    let get = peer.get(&target, &[]);
    let of_head = peer.request("HEAD", &target, &[], b"");
    assert_eq!(of_head.status, 200);
    for field in ["content-type", "content-length"] {
        assert_eq!(of_head.field(field), get.field(field));
    }
    let mut connection = peer.connect();
    let first = head("HEAD", &target, &[], 0).replace("Connection: close\r\n", "");
    connection.send((first + HEALTH).as_bytes());
    assert_eq!(connection.response_to("HEAD").status, 200);
    assert_eq!(connection.response().body, "ok");
}

/// RFC 9110, 9.3.7 and 10.2.1: OPTIONS, and 405, tell what is allowed.
#[test]
fn rfc9110_9_3_7_options_and_allow() {
    let peer = peer();
    let allowed = |response: &Response| response.field("allow").map(str::to_owned);
    let options = peer.request("OPTIONS", USER, &[], b"");
    assert!([200, 204].contains(&options.status));
    let put = peer.request("PUT", USER, &[], b"");
    assert_eq!(put.status, 405);
    assert_eq!(allowed(&put).as_deref(), Some("GET, HEAD, POST, OPTIONS"));
    assert_eq!(allowed(&options), allowed(&put));
    assert_eq!(statuses(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), [204]);
}

/// RFC 9110, 9.3.6 and 9.3.8: no tunnels, no echoes.
#[test]
fn rfc9110_9_3_8_no_connect_and_no_trace() {
    let peer = peer();
    let trace = peer.request("TRACE", USER, &["X-Secret: 12345"], b"");
    assert_eq!(trace.status, 405);
    assert!(!trace.body.contains("12345"));
    let connect = statuses(b"CONNECT example.com:80 HTTP/1.1\r\nHost: example.com:80\r\n\r\n");
    assert!(
        connect.iter().all(|status| (400..500).contains(status)),
        "{connect:?}"
    );
}

/// RFC 9110, 6.6.1: answers have a date.
#[test]
fn rfc9110_6_6_1_date() {
    let peer = peer();
    for response in [peer.get("/healthz", &[]), peer.post_text(Soap::V12, "<x/>")] {
        let date = response.field("date").unwrap();
        assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
    }
}

/// RFC 9112, 9.6: a client that has closed its side still gets the answer.
#[test]
fn rfc9112_9_6_half_closed() {
    assert_eq!(statuses(HEALTH.as_bytes()), [200]);
}

/// RFC 9110, 8.4: a content coding that is not spoken is 415.
#[test]
fn rfc9110_8_4_content_codings() {
    let peer = peer();
    for coding in ["br", "compress", "x-unknown"] {
        let fields = [
            "Content-Type: text/xml",
            &format!("Content-Encoding: {coding}"),
        ];
        assert_eq!(
            peer.request("POST", USER, &fields, b"xx").status,
            415,
            "{coding}"
        );
    }
}
