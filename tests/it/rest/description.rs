//! `GET /api/v1/openapi.json`.

use crate::support::TestServer;
use serde_json::Value;

const PATH: &str = "/api/v1/openapi.json";

#[test]
fn anybody_may_read_the_document() {
    let server = TestServer::start();
    let answer = server.get(PATH, &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.field("content-type"),
        Some("application/json; charset=utf-8")
    );
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let below = server.get("/Cust1/API/V1/OpenAPI.json", &[]);
    assert_eq!(below.body, answer.body);
    let head = server.request("HEAD", PATH, &[], b"");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.field("content-length"), answer.field("content-length"));
    let put = server.request("PUT", PATH, &[], b"");
    assert_eq!(put.status, 405);
    assert_eq!(put.field("allow"), Some("GET, HEAD, OPTIONS"));
}

#[test]
fn who_has_the_document_is_not_sent_it_again() {
    let server = TestServer::start();
    let answer = server.get(PATH, &[]);
    let tag = answer.field("etag").unwrap();
    for known in [tag.to_owned(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let again = server.get(PATH, &[&format!("If-None-Match: {known}")]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{known}");
        assert_eq!(again.field("etag"), Some(tag));
    }
    let other = server.get(PATH, &["If-None-Match: \"x\""]);
    assert_eq!(other.body, answer.body);
}
