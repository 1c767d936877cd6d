//! Every route of the resources: what it does, and who may not.

use super::client::{Told, send, ticket};
use crate::support::{Caller, TestServer};
use serde_json::{Value, json};
use services88::contract::RESOURCES;
use std::collections::BTreeSet;

/// A server with the administrator, an employee without rights, and an external user.
fn house() -> (TestServer, Caller, Caller) {
    let server = TestServer::start();
    let admin = server.caller("admin");
    server.add_user("plain", "Another-Horse-8");
    let plain = server.caller("plain");
    (server, admin, plain)
}

fn ask(server: &TestServer, caller: &Caller, method: &str, path: &str, body: &Value) -> Told {
    let path = format!("/api/v1/{path}");
    send(server, method, &path, &[&ticket(caller)], body)
}

/// One call of each route: method, template of the path, path, body, and whether an employee
/// without rights may make it.
fn table() -> Vec<(&'static str, &'static str, &'static str, Value, bool)> {
    let nothing = || Value::Null;
    let user = || json!({"Tooltip": "x"});
    let role = || json!({"Tooltip": "x"});
    let presence = || json!({"Status": "StatusNormal", "Message": ""});
    vec![
        ("GET", "User", "User", nothing(), false),
        ("POST", "User", "User", json!({"Name": "someone"}), false),
        ("GET", "User/{id}", "User/1", nothing(), false),
        ("PUT", "User/{id}", "User/2", user(), false),
        ("PATCH", "User/{id}", "User/2", json!({"Rank": 5}), false),
        ("DELETE", "User/{id}", "User/2", nothing(), false),
        (
            "GET",
            "User/{id}/CustomCommand",
            "User/1/CustomCommand",
            nothing(),
            false,
        ),
        (
            "POST",
            "User/{id}/CustomCommand/{commandName}",
            "User/1/CustomCommand/x",
            nothing(),
            false,
        ),
        ("GET", "User/{userName}", "User/admin", nothing(), false),
        ("PUT", "User/{userName}", "User/admin", user(), false),
        (
            "DELETE",
            "User/{userName}",
            "User/someone",
            nothing(),
            false,
        ),
        (
            "GET",
            "User/CredentialTypes",
            "User/CredentialTypes",
            nothing(),
            true,
        ),
        ("GET", "User/Default", "User/Default", nothing(), false),
        ("POST", "User/Validate", "User/Validate", user(), false),
        (
            "GET",
            "User/{associateId}/UserPresenceStatus",
            "User/1/UserPresenceStatus",
            nothing(),
            true,
        ),
        (
            "PUT",
            "User/{associateId}/UserPresenceStatus",
            "User/1/UserPresenceStatus",
            presence(),
            false,
        ),
        ("GET", "User/current", "User/current", nothing(), true),
        (
            "GET",
            "User/currentPrincipal",
            "User/currentPrincipal",
            nothing(),
            true,
        ),
        (
            "GET",
            "User/currentAssociate",
            "User/currentAssociate",
            nothing(),
            true,
        ),
        (
            "GET",
            "User/currentToken",
            "User/currentToken",
            nothing(),
            true,
        ),
        ("GET", "Role", "Role", nothing(), true),
        ("GET", "Role/default", "Role/default", nothing(), false),
        ("POST", "Role", "Role", json!({"Name": "some role"}), false),
        ("GET", "Role/{id}", "Role/4", nothing(), true),
        ("PUT", "Role/{id}", "Role/4", role(), false),
        ("PATCH", "Role/{id}", "Role/4", json!({"Rank": 5}), false),
        (
            "DELETE",
            "Role/{roleIdToDelete}",
            "Role/9?replacingRoleId=1",
            nothing(),
            false,
        ),
        ("GET", "Role/{roleType}", "Role/employee", nothing(), true),
        (
            "GET",
            "Role/{roleType}/FunctionRight",
            "Role/ExternalUser/FunctionRight",
            nothing(),
            true,
        ),
        (
            "GET",
            "Role/{roleId}/DataRight/{relationToOwner}",
            "Role/4/DataRight/MyOwn",
            nothing(),
            true,
        ),
        (
            "GET",
            "Role/{roleId}/FunctionRight",
            "Role/4/FunctionRight",
            nothing(),
            true,
        ),
        (
            "PUT",
            "Role/{roleId}/FunctionRight",
            "Role/4/FunctionRight",
            json!([15]),
            false,
        ),
        (
            "GET",
            "Role/{roleId}/DataRight/{tableName}/{relationToOwner}",
            "Role/4/DataRight/contact/OtherGroups",
            nothing(),
            true,
        ),
        (
            "PUT",
            "Role/{roleId}/DataRight/{tableName}/{relationToOwner}",
            "Role/4/DataRight/contact/OtherGroups?dataRightValue=R",
            nothing(),
            false,
        ),
        (
            "GET",
            "Role/{roleId}/DataRight/{tableName}",
            "Role/4/DataRight/contact",
            nothing(),
            true,
        ),
        (
            "GET",
            "Role/{type}/Default",
            "Role/System/Default",
            nothing(),
            false,
        ),
        (
            "GET",
            "Role/WithFunctionRight/{functionalRightName}",
            "Role/WithFunctionRight/admin-all",
            nothing(),
            true,
        ),
    ]
}

#[test]
fn the_table_has_every_route() {
    // Logging in is no resource of users or roles.
    let services = RESOURCES.iter().filter(|it| it.name != "Session");
    let routes = services.flat_map(|service| service.operations);
    let declared: BTreeSet<_> = routes
        .map(|operation| operation.route.unwrap())
        .map(|route| {
            (
                route.method.name(),
                route.path.strip_prefix("/v1/").unwrap(),
            )
        })
        .collect();
    let called: BTreeSet<_> = table().iter().map(|call| (call.0, call.1)).collect();
    assert_eq!(declared, called);
}

#[test]
fn who_may_not_is_told_so_and_changes_nothing() {
    let (server, _, plain) = house();
    let nobody = Caller::Ticket("7T:bm9ib2R5".to_owned());
    let before = server.content();
    for (method, _, path, body, may) in table() {
        let told = ask(&server, &nobody, method, path, &body);
        assert_eq!(told.error(401).0, "SoSessionException", "{method} {path}");
        if !may {
            ask(&server, &plain, method, path, &body).error(403);
        }
    }
    server.content().assert_same(&before, "refused");
    for (method, _, path, body, may) in table() {
        if may {
            let status = ask(&server, &plain, method, path, &body).status;
            assert_eq!(status, 200, "{method} {path}");
        }
    }
}

#[test]
fn every_route_does_its_work() {
    let (server, admin, _) = house();
    // Presence is kept for users of Service.
    let with_nick = json!({"NickName": "boss"});
    ask(&server, &admin, "PATCH", "User/1", &with_nick).ok();
    for (method, _, path, body, _) in table() {
        let told = ask(&server, &admin, method, path, &body);
        let expected = match method {
            "DELETE" => 204,
            "PUT" if path.contains("Right") => 204,
            _ => 200,
        };
        assert_eq!(told.status, expected, "{method} {path} {told:?}");
    }
    let get = |path: &str| ask(&server, &admin, "GET", path, &Value::Null).ok();
    assert_eq!(get("User/current")["Name"], "admin");
    assert_eq!(get("User/currentPrincipal")["Associate"], "admin");
    assert_eq!(get("User/currentAssociate")["AssociateId"], 1);
    assert_eq!(
        get("User/Default?userType=SystemAssociate")["Type"],
        "SystemAssociate"
    );
    assert_eq!(get("Role/4/DataRight/contact/OtherGroups"), "R");
    assert_eq!(get("Role/4/DataRight/contact")["OtherGroups"], "R");
    assert_eq!(get("Role/4/DataRight/OtherGroups")["contact"], "R");
    assert_eq!(get("Role/4/FunctionRight")[0]["Id"], 15);
    assert_eq!(get("Role/9")["Deleted"], 1);
    assert_eq!(get("Role/externaluser/Default")["RoleType"], "ExternalUser");
    let token = get("User/currentToken");
    let shown = format!("Authorization: Bearer {}", token.as_str().unwrap());
    let me = send(
        &server,
        "GET",
        "/api/v1/User/current",
        &[&shown],
        &Value::Null,
    );
    assert_eq!(me.ok()["Name"], "admin");
}

#[test]
fn users_by_name() {
    let (server, admin, _) = house();
    let name = "Åse & Søn";
    let user = json!({"Name": name, "Tooltip": "x"});
    ask(&server, &admin, "POST", "User", &user).ok();
    let path = "User/%C3%A5se%20%26%20s%C3%B8n";
    let found = ask(&server, &admin, "GET", path, &Value::Null).ok();
    assert_eq!(found["Name"], name);
    assert!(found.get("_Links").is_none());
    let changed = ask(
        &server,
        &admin,
        "PUT",
        path,
        &json!({"Name": name, "Tooltip": "y"}),
    )
    .ok();
    assert_eq!(changed["Tooltip"], "y");
    let other = json!({"AssociateId": 1, "Tooltip": "z"});
    ask(&server, &admin, "PUT", path, &other).error(400);
    assert_eq!(
        ask(&server, &admin, "DELETE", path, &Value::Null).status,
        204
    );
}

#[test]
fn what_is_not_there_is_missing_and_changes_nothing() {
    let (server, admin, _) = house();
    let before = server.content();
    for (method, path, body) in [
        ("GET", "User/99999", Value::Null),
        ("GET", "User/0", Value::Null),
        ("GET", "User/nobody", Value::Null),
        ("PUT", "User/nobody", json!({"Tooltip": "x"})),
        ("DELETE", "User/nobody", Value::Null),
        ("PUT", "User/0", json!({"Name": "new"})),
        ("GET", "User/99999/CustomCommand", Value::Null),
        ("POST", "User/99999/CustomCommand/x", Value::Null),
        ("GET", "User/99999/UserPresenceStatus", Value::Null),
        (
            "PUT",
            "User/99999/UserPresenceStatus",
            json!({"Status": "StatusNormal"}),
        ),
        ("GET", "Role/99999", Value::Null),
        ("PUT", "Role/99999", json!({"Name": "x"})),
        ("PUT", "Role/0", json!({"Name": "x"})),
        ("DELETE", "Role/99999?replacingRoleId=1", Value::Null),
        ("GET", "Role/99999/FunctionRight", Value::Null),
        ("PUT", "Role/99999/FunctionRight", json!([1])),
        ("GET", "Role/99999/DataRight/MyOwn", Value::Null),
        ("GET", "Role/4/DataRight/nothing", Value::Null),
        ("GET", "Role/4/DataRight/nothing/MyOwn", Value::Null),
        (
            "PUT",
            "Role/4/DataRight/nothing/MyOwn?dataRightValue=R",
            Value::Null,
        ),
        ("GET", "Role/nothing", Value::Null),
        ("GET", "Nothing", Value::Null),
    ] {
        let told = ask(&server, &admin, method, path, &body);
        assert_eq!(told.error(404).0, "SoNotFoundException", "{method} {path}");
    }
    for (method, path, body) in [
        ("POST", "User", Value::Null),
        ("PUT", "User/2", Value::Null),
        ("PUT", "User/2", json!({"AssociateId": 3})),
        ("GET", "User/99999999999", Value::Null),
        ("GET", "User/Default?userType=Nobody", Value::Null),
        ("PUT", "Role/4/FunctionRight", json!([4711])),
        ("PUT", "Role/4/DataRight/contact/MyOwn", Value::Null),
        (
            "PUT",
            "Role/4/DataRight/contact/MyOwn?dataRightValue=C",
            Value::Null,
        ),
        ("DELETE", "Role/9", Value::Null),
    ] {
        ask(&server, &admin, method, path, &body).error(400);
    }
    let told = ask(&server, &admin, "DELETE", "User/current", &Value::Null);
    told.error(405);
    server.content().assert_same(&before, "refused");
}

#[test]
fn the_heads_of_documents_and_what_there_is() {
    let (server, admin, _) = house();
    let shown = ticket(&admin);
    let full = server.get("/api/v1/User/1", &[&shown]);
    let head = server.request("HEAD", "/api/v1/User/1", &[&shown], b"");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for name in ["content-type", "content-length", "last-modified"] {
        assert_eq!(head.field(name), full.field(name), "{name}");
    }
    let options = server.request("OPTIONS", "/api/v1/Role/4", &[], b"");
    assert_eq!(
        options.field("allow"),
        Some("DELETE, GET, HEAD, OPTIONS, PATCH, PUT")
    );
    let version = Told::of(server.get("/api", &[])).ok();
    assert_eq!(version["v1"], "http://localhost:8088/api/v1");
    let all = Told::of(server.get("/cust1/api/v1", &[])).ok();
    let methods = &all["http://localhost:8088/cust1/api/v1/User/{id}"];
    assert!(
        methods["PATCH"].as_str().unwrap().contains("user"),
        "{methods}"
    );
    assert!(all.as_object().unwrap().len() > 120);
    let operation = Told::of(server.get("/api/v1/agents/user/saveuser", &[])).ok();
    assert!(operation["http://localhost:8088/api/v1/Agents/User/SaveUser"]["POST"].is_string());
}
