//! Web pages that call.

use super::client::{Told, send, ticket};
use crate::support::{PASSWORD, Response, TestServer};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/Agents/User/GetAccessGatewayInfo";
const PAGE: &str = "https://portal.example.com";

#[test]
fn pages_of_other_origins_are_kept_out_by_default() {
    let server = TestServer::start();
    let asked = [
        "Origin: https://portal.example.com",
        "Access-Control-Request-Method: POST",
    ];
    let first = server.request("OPTIONS", PATH, &asked, b"");
    assert_eq!(
        (first.status, first.field("access-control-allow-origin")),
        (204, None)
    );
    assert_eq!(first.field("allow"), Some("GET, HEAD, POST, OPTIONS"));
}

#[test]
fn pages_of_the_configured_origins_may_call() {
    let server = TestServer::with(&[(
        "cors_origins",
        "https://portal.example.com, http://a.example:81",
    )]);
    let shown = ticket(&server.caller("admin"));
    for (origin, may) in [
        (PAGE, true),
        ("http://a.example:81", true),
        ("http://a.example", false),
        ("https://portal.example.com.evil.example", false),
        ("null", false),
    ] {
        let origin_field = format!("Origin: {origin}");
        let asked = [origin_field.as_str(), "Access-Control-Request-Method: POST"];
        let first = server.request("OPTIONS", PATH, &asked, b"");
        assert_eq!(
            first.field("access-control-allow-methods"),
            may.then_some("GET, HEAD, POST, OPTIONS")
        );
        let fields = first
            .field("access-control-allow-headers")
            .unwrap_or_default();
        assert_eq!(fields.contains("Authorization"), may, "{origin}");
        let call = server.request("POST", PATH, &[&shown, &origin_field], b"");
        assert_eq!(call.status, 200);
        assert_eq!(call.field("vary"), Some("Origin"));
        for answer in [&first, &call] {
            assert_eq!(
                answer.field("access-control-allow-origin"),
                may.then_some(origin)
            );
            assert_eq!(answer.field("access-control-allow-credentials"), None);
        }
    }
    let refused = server.request("POST", PATH, &["Origin: https://portal.example.com"], b"");
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.field("access-control-allow-origin"),
        Some(PAGE),
        "a page may read why"
    );
}

fn log_in(server: &TestServer, fields: &[&str], password: &str) -> Told {
    let form = json!({"UserName": "admin", "Password": password});
    send(server, "POST", "/api/v1/Session", fields, &form)
}

/// The cookies as a browser sends them back.
fn cookies(response: &Response) -> String {
    let set = response
        .fields
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let pairs: Vec<_> = set
        .map(|(_, value)| value.split(';').next().unwrap())
        .collect();
    format!("Cookie: other=1; {}", pairs.join("; "))
}

#[test]
fn a_browser_keeps_its_session_in_a_cookie_that_is_worth_nothing_alone() {
    let server = TestServer::start();
    let told = log_in(&server, &[], PASSWORD);
    let set: Vec<_> = told
        .response
        .fields
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .collect();
    assert_eq!(set.len(), 2);
    assert!(set[0].1.contains("; HttpOnly; SameSite=Strict") && !set[0].1.contains("Secure"));
    assert!(set[1].1.starts_with("XSRF-TOKEN=") && !set[1].1.contains("HttpOnly"));
    let cookies = cookies(&told.response);
    let body = told.ok();
    assert_eq!(body["Name"], "admin");
    let token = format!("X-XSRF-TOKEN: {}", body["XsrfToken"].as_str().unwrap());
    let call = |fields: &[&str]| server.request("POST", PATH, fields, b"").status;
    assert_eq!(call(&[&cookies, &token]), 200);
    let wrong = format!("X-XSRF-TOKEN: {}", "0".repeat(64));
    let twice = cookies.replace("other=1", "services88-session=7T:x");
    for fields in [
        vec![cookies.as_str()],
        vec![token.as_str()],
        vec![&cookies, "X-XSRF-TOKEN:"],
        vec![&cookies, &wrong],
        vec![&twice, &token],
    ] {
        assert_eq!(call(&fields), 401, "{fields:?}");
    }
    let end = send(
        &server,
        "DELETE",
        "/api/v1/Session",
        &[&cookies, &token],
        &Value::Null,
    );
    assert_eq!(end.status, 204);
    let cleared = end
        .response
        .fields
        .iter()
        .filter(|(_, value)| value.contains("Max-Age=0"));
    assert_eq!(cleared.count(), 2);
    assert_eq!(
        call(&[&cookies, &token]),
        401,
        "the ticket is gone, not only the cookie"
    );
}

#[test]
fn only_pages_of_the_server_log_a_browser_in() {
    let server = TestServer::start();
    assert_eq!(
        log_in(&server, &[], "wrong").error(401).0,
        "SoSessionException"
    );
    assert!(
        log_in(&server, &[], "wrong")
            .response
            .field("set-cookie")
            .is_none()
    );
    assert_eq!(
        log_in(&server, &["Origin: https://evil.example"], PASSWORD).status,
        403
    );
    let own = log_in(&server, &["Origin: http://localhost:8088"], PASSWORD);
    assert_eq!(own.status, 200);
    let trusting = TestServer::with(&[("trusted_proxies", "127.0.0.1")]);
    let by_tls = log_in(&trusting, &["X-Forwarded-Proto: https"], PASSWORD);
    let secure = by_tls
        .response
        .fields
        .iter()
        .filter(|(_, value)| value.contains("; Secure"));
    assert_eq!(secure.count(), 2);
}
