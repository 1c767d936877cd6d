//! `GET /api/v1/User` and `GET /api/v1/Role` as lists.

use super::client::{Told, send, ticket};
use crate::support::{Caller, TestServer};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// Asks for a list with query options, which are encoded here.
fn list(server: &TestServer, caller: &Caller, of: &str, options: &[(&str, &str)]) -> Told {
    let options: Vec<_> = options
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let path = format!("/api/v1/{of}?{}", options.join("&"));
    send(server, "GET", &path, &[&ticket(caller)], &Value::Null)
}

#[track_caller]
fn names(told: Told) -> Vec<String> {
    let body = told.ok();
    let lines = body["value"].as_array().unwrap();
    let name = |line: &Value| line["name"].as_str().unwrap().to_owned();
    lines.iter().map(name).collect()
}

/// A server with users `list-0` to `list-6`, of rank 0 to 6.
fn house() -> (TestServer, Caller) {
    let server = TestServer::start();
    let admin = server.caller("admin");
    for rank in 0..7 {
        let user = json!({"Name": format!("List-{rank}"), "Rank": rank, "Tooltip": "O'Neil 100%"});
        send(&server, "POST", "/api/v1/User", &[&ticket(&admin)], &user).ok();
    }
    (server, admin)
}

#[test]
fn lines_are_filtered_sorted_and_cut() {
    let (server, admin) = house();
    let users = |options: &[(&str, &str)]| names(list(&server, &admin, "User", options));
    for (filter, expected) in [
        ("name eq 'LIST-3'", &["List-3"][..]),
        (
            "startswith(name, 'list-') and rank ge 5",
            &["List-5", "List-6"],
        ),
        ("name begins 'list' and not (rank gt 0)", &["List-0"]),
        (
            "tooltip contains 'o''neil 100%' and rank in (1, 2)",
            &["List-1", "List-2"],
        ),
        (
            "endswith(name, '-4') or substringof('t-5', name)",
            &["List-4", "List-5"],
        ),
        ("tooltip contains '%1' and startswith(name,'list')", &[]),
        ("name eq 'List-3'' or 1=1 --'", &[]),
        (
            "type eq 'InternalAssociate' and name eq 'list-6'",
            &["List-6"],
        ),
        (
            "type ne InternalAssociate and startswith(name, 'list')",
            &[],
        ),
        ("deleted eq true and startswith(name, 'list')", &[]),
        ("updated lt 2001-01-01 and startswith(name, 'list')", &[]),
        (
            "registered gt 2001-01-01T00:00:00 and name eq 'List-1'",
            &["List-1"],
        ),
        (
            "roleName ne null and rank lt 1 and startswith(name, 'list')",
            &["List-0"],
        ),
    ] {
        assert_eq!(
            users(&[("$filter", filter), ("$orderBy", "name")]),
            expected,
            "{filter}"
        );
    }
    let only = ("$filter", "startswith(name, 'list')");
    let down = users(&[
        only,
        ("$orderBy", "rank desc"),
        ("$top", "2"),
        ("$skip", "1"),
    ]);
    assert_eq!(down, ["List-5", "List-4"]);
    assert!(users(&[only, ("$top", "0")]).is_empty());
}

#[test]
fn the_list_goes_on_where_its_link_leads() {
    let (server, admin) = house();
    let mut all = Vec::new();
    let mut told = list(
        &server,
        &admin,
        "User",
        &[
            ("$filter", "startswith(name, 'list')"),
            ("$top", "3"),
            ("$select", "name"),
        ],
    );
    for expected in [3, 3, 1] {
        let body = told.ok();
        let lines = body["value"].as_array().unwrap().clone();
        assert_eq!(lines.len(), expected);
        let members: Vec<_> = lines[0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["PrimaryKey", "EntityName", "name"]);
        assert_eq!(lines[0]["EntityName"], "user");
        all.extend(lines);
        let Some(next) = body["odata.nextLink"].as_str() else {
            assert_eq!(all.len(), 7);
            return;
        };
        let path = next.strip_prefix("http://localhost:8088").unwrap();
        told = send(&server, "GET", path, &[&ticket(&admin)], &Value::Null);
    }
    panic!("the list has no end");
}

#[test]
fn lines_have_the_types_of_their_columns() {
    let (server, admin) = house();
    let told = list(&server, &admin, "User", &[("$filter", "name eq 'list-1'")]).ok();
    let line = &told["value"][0];
    assert!(line["associateId"].is_i64() && line["rank"] == 1 && line["deleted"] == false);
    assert_eq!(line["PrimaryKey"], line["associateId"].to_string());
    assert_eq!(line["type"], "InternalAssociate");
    assert!(line["updated"].as_str().unwrap().len() == 19);
    assert!(told["odata.nextLink"].is_null());
    let roles = list(
        &server,
        &admin,
        "Role",
        &[("$filter", "roleType eq Employee and roleId eq 1")],
    );
    let roles = roles.ok();
    assert_eq!(roles["value"][0]["roleId"], 1);
    assert_eq!(roles["value"].as_array().unwrap().len(), 1);
    let xml = server.get(
        "/api/v1/User?$select=name,rank&$filter=name%20eq%20%27list-1%27",
        &[&ticket(&admin), "Accept: application/xml"],
    );
    assert!(
        xml.body.contains("<name>List-1</name><rank>1</rank>"),
        "{}",
        xml.body
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let (server, admin) = house();
    for options in [
        ("$filter", "secret eq 'x'"),
        ("$filter", "name eq"),
        ("$orderBy", "name sideways"),
        ("$orderBy", "name_key"),
        ("$select", "password"),
        ("$top", "-1"),
        ("$top", "x"),
        ("$skip", "-1"),
    ] {
        let told = list(&server, &admin, "User", &[options]);
        assert_eq!(
            told.error(400).0,
            "SoInvalidArgumentException",
            "{options:?}"
        );
    }
}

#[test]
fn who_may_not_read_persons_finds_nobody_by_them() {
    let (server, admin) = house();
    let ask = |method: &str, path: &str, body: &Value| {
        send(&server, method, path, &[&ticket(&admin)], body)
    };
    let filter = [("$filter", "startswith(firstName, 'x') or name eq 'list-1'")];
    assert_eq!(names(list(&server, &admin, "User", &filter)), ["List-1"]);
    let right = "/api/v1/Role/1/DataRight/person/OtherAssociates?dataRightValue=";
    assert_eq!(ask("PUT", right, &Value::Null).status, 204);
    let told = list(&server, &admin, "User", &filter);
    assert_eq!(told.error(403).0, "SoSentryException");
    list(&server, &admin, "User", &[("$orderBy", "email")]).error(403);
    let told = list(
        &server,
        &admin,
        "User",
        &[("$select", "name,email,personId")],
    )
    .ok();
    for line in told["value"].as_array().unwrap() {
        assert!(
            line["email"].is_null() && line["personId"].is_i64(),
            "{line}"
        );
    }
}
