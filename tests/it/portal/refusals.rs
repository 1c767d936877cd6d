//! What a portal refuses: broken rules, hostile documents, wrong addresses, too many attempts.

use super::{Desk, JSON, MODELS, XML, ok, refused};
use crate::answer::Node;
use serde_json::Value;
use std::time::Instant;

#[test]
fn every_broken_rule_is_named_in_json_and_in_xml() {
    let desk = Desk::open();
    let with = |member: &str, value: Value| {
        let mut agent = desk.agent("lena@temps.example");
        agent[member] = value;
        desk.post(&[JSON], &agent.to_string())
    };
    for (member, longest) in [
        ("Email", 255),
        ("Password", 255),
        ("Forename", 100),
        ("Surname", 100),
        ("JobTitle", 100),
        ("Telephone", 100),
        ("Mobile", 100),
        ("AgencyKey", 50),
    ] {
        let expected = (400, "The request is invalid.".to_owned());
        let member_path = vec![format!("registration.{member}")];
        let check = |value: Value| {
            let (status, message, members) = refused(&with(member, value));
            assert_eq!(
                ((status, message), members),
                (expected.clone(), member_path.clone())
            );
        };
        check("x".repeat(longest + 1).into());
        if ["Email", "Password", "AgencyKey"].contains(&member) {
            for nothing in [Value::Null, "".into(), " \t".into()] {
                check(nothing);
            }
        }
    }
    assert_eq!(
        refused(&with("Password", "short".into())).2,
        ["registration.Password"]
    );
    assert_eq!(
        refused(&with("AgencyKey", "guess".into())).2,
        ["registration.AgencyKey"]
    );
    for body in ["null", "{", "", "[]", "{\"Email\":1}", "\u{0}"] {
        assert_eq!(
            refused(&desk.post(&[JSON], body)).2,
            ["registration"],
            "{body}"
        );
    }
    let xml = desk.post(&[JSON, "Accept: application/xml"], "{}");
    assert_eq!(xml.status, 400);
    let error = Node::parse(&xml.body);
    assert_eq!(error.names(), ["Message", "ModelState"]);
    let members = [
        "registration.AgencyKey",
        "registration.Email",
        "registration.Password",
    ];
    assert_eq!(error.at("ModelState").names(), members);
    // Nothing of all this was kept.
    ok(&desk.register("lena@temps.example"));
}

#[test]
fn hostile_xml_is_refused_quickly() {
    let desk = Desk::open();
    let start = Instant::now();
    let root = format!("<AgentRegistration xmlns=\"{MODELS}\">");
    let end = "</AgentRegistration>";
    for body in [
        format!(
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{root}<Email>&e;</Email>{end}"
        ),
        format!(
            "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>{root}<Email>&b;</Email>{end}"
        ),
        format!("{root}{}", "<Email>".repeat(5_000)),
        format!("{root}<Email>\u{1}</Email>{end}"),
        format!("{root}<?php x?>{end}"),
        format!("<AgentRegistration><Email>a</Email>{end}"),
        "<".repeat(60_000),
    ] {
        let response = desk.post(&[XML], &body);
        assert_eq!(response.status, 400, "{}", response.body);
        assert!(Node::parse(&response.body).find("ModelState").is_some());
    }
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn portals_methods_and_media_types_that_there_are_not() {
    let desk = Desk::open();
    let agent = desk.agent("lena@temps.example").to_string();
    let elsewhere = |portal: &str| {
        let path = format!("/api/v1/portals/{portal}/agents/registration");
        refused(
            &desk
                .server
                .request("POST", &path, &[JSON], agent.as_bytes()),
        )
    };
    assert_eq!(elsewhere("8435e2d9-5373-47e5-9512-3844b8d191c2").0, 404);
    for nonsense in ["1", "'%20OR%201=1", "8435e2d9-5373-47e5-9512-3844b8d191cg"] {
        let (status, _, members) = elsewhere(nonsense);
        assert_eq!((status, &*members), (400, &["portalUid".to_owned()][..]));
    }
    for fields in [
        &["Content-Type: text/plain"][..],
        &[],
        &[JSON, "Content-Encoding: br"],
        &["Content-Type: application/json; charset=utf-16"],
        &["Content-Type: application/xml; charset=latin1"],
    ] {
        let response = desk.post(fields, &agent);
        assert_eq!(response.status, 415, "{fields:?}: {}", response.body);
    }
    let large = desk.post(&[JSON], &format!("{{\"x\":\"{}\"}}", "x".repeat(70_000)));
    assert_eq!(refused(&large).0, 413);
    for method in ["GET", "PUT", "DELETE"] {
        let response = desk.server.request(method, &desk.path(), &[], b"");
        assert_eq!(refused(&response).0, 405);
        assert_eq!(response.field("allow"), Some("POST, OPTIONS"));
    }
    let options = desk.server.request("OPTIONS", &desk.path(), &[], b"");
    assert_eq!(
        (options.status, options.field("allow")),
        (204, Some("POST, OPTIONS"))
    );
    let upper = desk.portal.to_uppercase();
    let path = format!("/API/v1/Portals/{upper}/Agents/Registration/");
    let fields = [
        "Content-Type: TEXT/JSON; charset=UTF-8",
        "Accept: text/json",
    ];
    let response = desk
        .server
        .request("POST", &path, &fields, agent.as_bytes());
    assert_eq!(response.status, 200);
    assert_eq!(
        response.field("content-type"),
        Some("text/json; charset=utf-8")
    );
}

#[test]
fn an_address_may_try_only_so_often() {
    let desk = Desk::with(&[
        ("registration.address_per_hour", "3"),
        ("trusted_proxies", "127.0.0.1"),
    ]);
    let from = |client: &str, email: &str| {
        let forwarded = format!("X-Forwarded-For: {client}");
        desk.post(&[JSON, &forwarded], &desk.agent(email).to_string())
    };
    ok(&from("192.0.2.1", "one@b"));
    assert_eq!(refused(&from("192.0.2.1", "one@b")).0, 409);
    let request = "8435e2d9-5373-47e5-9512-3844b8d191c2";
    let forwarded = "X-Forwarded-For: 192.0.2.1";
    assert_eq!(desk.confirm(request, &[forwarded]).status, 404);
    let refusal = from("192.0.2.1", "two@b");
    assert_eq!(refused(&refusal).0, 429);
    let wait: u32 = refusal.field("retry-after").unwrap().parse().unwrap();
    assert!((1..=1201).contains(&wait), "{wait}");
    assert_eq!(
        desk.confirm(request, &[forwarded, "Accept: text/xml"])
            .status,
        429
    );
    ok(&from("192.0.2.2", "two@b"));
}

#[test]
fn a_portal_takes_only_so_many_and_strangers_do_not_count() {
    let desk = Desk::with(&[("registration.portal_per_hour", "2")]);
    for _ in 0..4 {
        let mut stranger = desk.agent("a@b");
        stranger["AgencyKey"] = "guess".into();
        assert_eq!(refused(&desk.post(&[JSON], &stranger.to_string())).0, 400);
    }
    ok(&desk.register("a@b"));
    ok(&desk.register("b@b"));
    let refusal = desk.register("c@b");
    assert_eq!(refused(&refusal).0, 429);
    assert!(refusal.field("retry-after").is_some());
}

#[test]
fn pages_of_configured_origins_register_and_others_do_not() {
    let desk = Desk::with(&[("cors_origins", "https://portal.example")]);
    let asks = |origin: &str| {
        let fields = [
            &format!("Origin: {origin}"),
            "Access-Control-Request-Method: POST",
        ];
        desk.server.request("OPTIONS", &desk.path(), &fields, b"")
    };
    let admitted = asks("https://portal.example");
    let field = |name| admitted.field(name);
    assert_eq!(
        field("access-control-allow-origin"),
        Some("https://portal.example")
    );
    assert_eq!(field("access-control-allow-methods"), Some("POST, OPTIONS"));
    assert_eq!(
        asks("https://other.example").field("access-control-allow-origin"),
        None
    );
    let agent = desk.agent("lena@temps.example").to_string();
    let registered = desk.post(&[JSON, "Origin: https://portal.example"], &agent);
    ok(&registered);
    let allowed = registered.field("access-control-allow-origin");
    assert_eq!(allowed, Some("https://portal.example"));
}
