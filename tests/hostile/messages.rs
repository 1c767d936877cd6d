//! Messages made to cost much or to be read in two ways. The answer is quick, small, and repeats
//! nothing that may be a secret.

use crate::support::{Response, Soap, TestServer, USER};
use std::time::{Duration, Instant};

const NAMESPACE: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88";
const MEGABYTE: usize = 1024 * 1024;

/// Sends an envelope with this header and Body, and looks at what every answer has to be like.
fn post(server: &TestServer, soap: Soap, header: &str, body: &str) -> Response {
    let envelope = format!(
        "<s:Envelope xmlns:s='{}' xmlns:t='{NAMESPACE}'>\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>",
        soap.namespace()
    );
    let start = Instant::now();
    let response = server.post(USER, soap.content_type(), &envelope);
    assert!(start.elapsed() < Duration::from_secs(2), "it took too long");
    assert!(response.body.len() < 128 * 1024, "the answer is too large");
    response
}

#[cfg(target_os = "linux")]
fn peak_kilobytes(server: &TestServer) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.unwrap().split_whitespace().nth(1).unwrap();
    digits.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn long_names_and_many_blocks_cost_little_memory() {
    let server = TestServer::start();
    let credentials = format!(
        "<t:Credentials><t:Ticket>{}</t:Ticket></t:Credentials>",
        server.caller("admin").ticket()
    );
    let before = peak_kilobytes(&server);
    let long = "u".repeat(3 * MEGABYTE);
    let attributes: String = (0..190).map(|at| format!(" p:a{at}=''")).collect();
    let blocks = "<p:a s:mustUnderstand='1'/>".repeat(20_000);
    for (header, body, status) in [
        ("", format!("<p:x xmlns:p='{long}'{attributes}/>"), 400),
        (
            &*format!("<t:x xmlns:p='{long}'>{blocks}</t:x>"),
            "<t:GetUser/>".into(),
            400,
        ),
        (
            &*format!("{credentials}<x></{long}>"),
            "<t:GetUser/>".into(),
            400,
        ),
    ] {
        let response = post(&server, Soap::V12, header, &body);
        assert_eq!(response.status, status, "{}", response.body);
    }
    let uri = "u".repeat(1000);
    let block = format!("<p:a xmlns:p='{uri}' s:mustUnderstand='1'/>");
    let response = post(&server, Soap::V12, &block.repeat(3000), "<t:GetUser/>");
    assert_eq!(response.status, 500);
    assert!(response.body.contains("NotUnderstood"));
    let grown = peak_kilobytes(&server) - before;
    assert!(grown < 64 * 1024, "{grown} KiB more");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let server = TestServer::start();
    for header in [
        "<t:Credentials>7T:secret</t:Credentials>",
        "<t:TimeZone>7T:secret</t:TimeZone>",
        "7T:secret",
    ] {
        for soap in [Soap::V11, Soap::V12] {
            let response = post(&server, soap, header, "<t:GetUser/>");
            assert!(response.body.contains("Fault"), "{}", response.body);
            assert!(!response.body.contains("secret"), "{}", response.body);
        }
    }
    assert!(!server.log().contains("secret"));
}

#[test]
fn only_a_proper_declaration_may_start_a_document() {
    let server = TestServer::start();
    let envelope = Soap::V11.envelope(&server.caller("admin"), "GetUser", "");
    for (declaration, status) in [
        (
            "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
            200,
        ),
        ("<?xml version='1.0' version='1.0'?>", 500),
        ("<?xml version='1.0' other='1'?>", 500),
        ("<?xml version='1.0' standalone='maybe'?>", 500),
        ("<?xml version='1.0'encoding='utf-8'?>", 500),
    ] {
        let response = server.post(
            USER,
            Soap::V11.content_type(),
            &format!("{declaration}{envelope}"),
        );
        assert_eq!(response.status, status, "{declaration}");
    }
}
