//! Paths, methods, media types, and the address in the WSDL.

use crate::support::{PRINCIPAL, TestServer, USER};

const LOCATION: &str = "location=\"";

fn address(wsdl: &str) -> &str {
    let (_, rest) = wsdl.split_once(LOCATION).unwrap();
    rest.split('"').next().unwrap()
}

#[test]
fn what_is_not_there() {
    let server = TestServer::start();
    for path in [
        "/",
        "/User.svc",
        "/Remote/Services88/Person.svc",
        "/Remote/Services88/User.svc/x",
    ] {
        assert_eq!(server.get(path, &[]).status, 404, "{path}");
        assert_eq!(server.post(path, "text/xml", "<x/>").status, 404, "{path}");
    }
}

#[test]
fn the_wsdl_names_the_address_that_the_client_used() {
    let server = TestServer::start();
    for (target, fields, expected) in [
        (
            "/Remote/Services88/User.svc?wsdl",
            vec![],
            "http://localhost:8088/Remote/Services88/User.svc",
        ),
        (
            "/remote/services88/user.svc?SINGLEWSDL",
            vec![],
            "http://localhost:8088/Remote/Services88/User.svc",
        ),
        (
            "/Cust12345/Remote/Services88/SoPrincipal.svc?Wsdl",
            vec!["Host: crm.example"],
            "http://crm.example/Cust12345/Remote/Services88/SoPrincipal.svc",
        ),
        (
            "http://absolute.example:81/Remote/Services88/User.svc?wsdl",
            vec![],
            "http://absolute.example:81/Remote/Services88/User.svc",
        ),
        (
            "/Remote/Services88/User.svc?wsdl",
            vec![
                "Host: [::1]:8",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.example",
            ],
            "http://[::1]:8/Remote/Services88/User.svc",
        ),
    ] {
        let response = server.get(target, &fields);
        assert_eq!(response.status, 200, "{target}");
        assert_eq!(
            response.field("content-type"),
            Some("text/xml; charset=utf-8")
        );
        assert!(response.field("date").is_some());
        assert_eq!(address(&response.body), expected);
    }
}

#[test]
fn a_trusted_proxy_may_name_another_address() {
    let server = TestServer::with(&[("trusted_proxies", "127.0.0.0/8")]);
    let fields = [
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: crm.example",
        "X-Forwarded-For: 203.0.113.9",
    ];
    let response = server.get("/Remote/Services88/User.svc?wsdl", &fields);
    assert_eq!(
        address(&response.body),
        "https://crm.example/Remote/Services88/User.svc"
    );
    assert!(
        server.log().contains("\"remote\":\"203.0.113.9\""),
        "{}",
        server.log()
    );
}

#[test]
fn head_is_get_without_its_body() {
    let server = TestServer::start();
    for target in [
        USER.to_owned(),
        format!("{PRINCIPAL}?wsdl"),
        "/healthz".to_owned(),
    ] {
        let get = server.get(&target, &[]);
        let head = server.request("HEAD", &target, &[], b"");
        assert_eq!((head.status, get.status), (200, 200));
        assert_eq!(head.field("content-length"), get.field("content-length"));
        assert_eq!(
            get.field("content-length"),
            Some(&*get.body.len().to_string())
        );
    }
}

#[test]
fn a_browser_gets_a_page() {
    let server = TestServer::start();
    let response = server.get(USER, &[]);
    assert_eq!(
        response.field("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(response.body.contains("href=\"?wsdl\""));
}

#[test]
fn health_is_answered_when_ready() {
    let server = TestServer::start();
    let response = server.get("/healthz", &[]);
    assert_eq!((response.status, response.body.as_str()), (200, "ok"));
    assert_eq!(server.post("/healthz", "text/xml", "").status, 405);
}

#[test]
fn other_methods_are_told_what_is_allowed() {
    let server = TestServer::start();
    for method in ["PUT", "DELETE", "TRACE", "PATCH", "FROB"] {
        let response = server.request(method, USER, &["X-Secret: 1"], b"");
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.field("allow"), Some("GET, HEAD, POST, OPTIONS"));
        assert!(!response.body.contains("Secret"));
    }
    let response = server.request("OPTIONS", USER, &[], b"");
    assert_eq!(response.status, 204);
    assert_eq!(response.field("allow"), Some("GET, HEAD, POST, OPTIONS"));
    assert_eq!(server.request("OPTIONS", "*", &[], b"").status, 204);
    assert_eq!(server.get("*", &[]).status, 400);
}

#[test]
fn only_the_media_types_of_soap_are_read() {
    let server = TestServer::start();
    for fields in [
        vec![],
        vec!["Content-Type: text/plain"],
        vec!["Content-Type: application/xml"],
        vec!["Content-Type: text/xmlish"],
        vec!["Content-Type: text/xml", "Content-Type: text/xml"],
    ] {
        let response = server.request("POST", USER, &fields, b"<x/>");
        assert_eq!(response.status, 415, "{fields:?}");
        assert_eq!(
            response.field("accept"),
            Some("text/xml, application/soap+xml")
        );
    }
    let coded = ["Content-Type: text/xml", "Content-Encoding: br"];
    let response = server.request("POST", USER, &coded, b"<x/>");
    assert_eq!(response.status, 415);
    assert_eq!(response.field("accept-encoding"), Some("gzip, deflate"));
    for fields in [
        vec!["Content-Type: TEXT/XML;charset=\"UTF-8\""],
        vec!["Content-Type: application/soap+xml ; action=x"],
        vec!["Content-Type: text/xml", "Content-Encoding: identity"],
    ] {
        let status = server.request("POST", USER, &fields, b"<x/>").status;
        assert!(![404, 405, 415].contains(&status), "{fields:?}: {status}");
    }
}

#[test]
fn a_request_is_logged_in_one_line_without_its_query() {
    let server = TestServer::start();
    server.get(
        "/nowhere?ticket=7T:secret",
        &["Authorization: Bearer secret"],
    );
    let log = server.log();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("/nowhere"))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    for part in [
        "\"method\":\"GET\"",
        "\"path\":\"/nowhere\"",
        "\"status\":404",
        "\"operation\":\"-\"",
        "\"ms\":",
    ] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    assert!(!log.contains("secret"));
}
