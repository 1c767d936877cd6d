//! Changing some of a resource, and changing it only as it was.

use super::client::{Told, send, ticket};
use crate::support::{Caller, TestServer};
use serde_json::{Value, json};

/// Sends a body with a media type of its own.
fn patch(server: &TestServer, caller: &Caller, path: &str, kind: &str, body: &Value) -> Told {
    let kind = format!("Content-Type: {kind}");
    let body = serde_json::to_vec(body).unwrap();
    Told::of(server.request("PATCH", path, &[&ticket(caller), &kind], &body))
}

fn get(server: &TestServer, caller: &Caller, path: &str) -> Told {
    send(server, "GET", path, &[&ticket(caller)], &Value::Null)
}

/// A server with a user, and the user's path.
fn house() -> (TestServer, Caller, String) {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let user = json!({"Name": "patched", "Tooltip": "old", "Rank": 7});
    let user = send(&server, "POST", "/api/v1/User", &[&ticket(&admin)], &user).ok();
    let path = format!("/api/v1/User/{}", user["AssociateId"]);
    (server, admin, path)
}

#[test]
fn both_notations_change_what_they_name_and_nothing_else() {
    let (server, admin, path) = house();
    let mut expected = get(&server, &admin, &path).ok();
    for (kind, body, tooltip) in [
        (
            "application/merge-patch+json",
            json!({"Tooltip": "merged"}),
            json!("merged"),
        ),
        (
            "application/json",
            json!({"tooltip": "plain"}),
            json!("plain"),
        ),
        (
            "application/json-patch+json",
            json!([{"op": "test", "path": "/Tooltip", "value": "plain"},
                   {"op": "replace", "path": "/Tooltip", "value": "patched"}]),
            json!("patched"),
        ),
        (
            "application/json",
            json!([{"op": "copy", "from": "/Name", "path": "/Tooltip"}]),
            json!("patched"),
        ),
        (
            "application/merge-patch+json",
            json!({"Tooltip": null}),
            Value::Null,
        ),
    ] {
        let told = patch(&server, &admin, &path, kind, &body);
        assert!(told.response.field("last-modified").is_some());
        expected["Tooltip"] = tooltip;
        assert_eq!(told.ok(), expected, "{body}");
        assert_eq!(get(&server, &admin, &path).ok(), expected, "{body}");
    }
    let role = "/api/v1/Role/4";
    let told = patch(
        &server,
        &admin,
        role,
        "application/merge-patch+json",
        &json!({"Rank": 77}),
    );
    assert_eq!(told.ok()["Rank"], 77);
}

#[test]
fn what_cannot_be_patched_leaves_everything_as_it_was() {
    let (server, admin, path) = house();
    let before = server.content();
    let json_patch = "application/json-patch+json";
    let merge = "application/merge-patch+json";
    for (kind, body, status) in [
        (
            json_patch,
            json!([{"op": "test", "path": "/Rank", "value": 8}]),
            409,
        ),
        (
            json_patch,
            json!([{"op": "replace", "path": "/Rank", "value": 9},
                   {"op": "test", "path": "/Tooltip", "value": "new"}]),
            409,
        ),
        (
            json_patch,
            json!([{"op": "remove", "path": "/Nothing"}]),
            409,
        ),
        (json_patch, json!([{"op": "shout", "path": "/Rank"}]), 400),
        (json_patch, json!({"Rank": 9}), 400),
        (merge, json!([1]), 400),
        (merge, json!({"Rank": "nine"}), 400),
        (merge, json!({"AssociateId": 1}), 400),
        (merge, json!({"Name": "admin"}), 400),
        ("application/xml", json!({"Rank": 9}), 415),
        ("text/plain", json!({"Rank": 9}), 415),
    ] {
        let told = patch(&server, &admin, &path, kind, &body);
        told.error(status);
    }
    let missing = "/api/v1/User/99999";
    patch(&server, &admin, missing, merge, &json!({"Rank": 9})).error(404);
    patch(
        &server,
        &admin,
        "/api/v1/Role/99999",
        merge,
        &json!({"Rank": 9}),
    )
    .error(404);
    server.content().assert_same(&before, "refused");
}

#[test]
fn a_document_is_read_and_changed_only_as_it_was() {
    let (server, admin, path) = house();
    let shown = ticket(&admin);
    for path in [path.as_str(), "/api/v1/Role/4"] {
        let told = get(&server, &admin, path);
        let moment = told.response.field("last-modified").unwrap().to_owned();
        let user = told.ok();
        let modified = |value: &str| format!("If-Modified-Since: {value}");
        let unmodified = |value: &str| format!("If-Unmodified-Since: {value}");
        let long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (method, field, status) in [
            ("GET", modified(&moment), 304),
            ("HEAD", modified(&moment), 304),
            ("GET", modified(long_ago), 200),
            ("GET", modified("yesterday"), 200),
            ("GET", unmodified(&moment), 200),
            ("GET", unmodified(long_ago), 412),
            ("HEAD", unmodified("Sunday, 06-Nov-94 08:49:37 GMT"), 412),
        ] {
            let answer = server.request(method, path, &[&shown, &field], b"");
            assert_eq!(answer.status, status, "{method} {path} {field}");
            assert!(status != 304 || answer.body.is_empty());
        }
        let before = server.content();
        for method in ["PUT", "PATCH"] {
            let told = send(
                &server,
                method,
                path,
                &[&shown, &unmodified(long_ago)],
                &user,
            );
            told.error(412);
        }
        let path_to_delete = format!("{path}?replacingRoleId=1");
        let fields = [&*shown, &unmodified(long_ago)];
        send(&server, "DELETE", &path_to_delete, &fields, &Value::Null).error(412);
        server.content().assert_same(&before, "refused");
        let changed = send(&server, "PUT", path, &[&shown, &unmodified(&moment)], &user);
        assert_eq!(changed.status, 200, "{changed:?}");
    }
}

#[test]
fn patches_at_the_same_time_are_all_done() {
    let (server, admin, path) = house();
    let members = ["Tooltip", "RequestSignature", "NickName", "UserName"];
    std::thread::scope(|scope| {
        for member in members {
            let (server, admin, path) = (&server, &admin, &path);
            scope.spawn(move || {
                for round in 0..5 {
                    let body = json!({member: format!("{member}{round}")});
                    let told = patch(server, admin, path, "application/merge-patch+json", &body);
                    assert!([200, 409].contains(&told.status), "{told:?}");
                    // Who is told that others were quicker tries again.
                    let mut status = told.status;
                    while status == 409 {
                        let kind = "application/merge-patch+json";
                        status = patch(server, admin, path, kind, &body).status;
                    }
                }
            });
        }
    });
    let user = get(&server, &admin, &path).ok();
    for member in members {
        assert_eq!(user[member], format!("{member}4"));
    }
}
