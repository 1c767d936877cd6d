//! `/api/v1/User`.

use super::client::{Told, send, ticket};
use crate::support::{Caller, TestServer};
use serde_json::{Value, json};

const USER: &str = "/api/v1/User";

#[track_caller]
fn ask(server: &TestServer, caller: &Caller, method: &str, path: &str, body: &Value) -> Told {
    send(server, method, path, &[&ticket(caller)], body)
}

#[test]
fn a_user_is_created_read_changed_and_deleted() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let new = json!({"AssociateId": 923, "Name": "rest", "Tooltip": "one"});
    let told = ask(&server, &admin, "POST", USER, &new);
    assert!(told.response.field("last-modified").is_some(), "{told:?}");
    let saved = told.ok();
    let id = saved["AssociateId"].as_i64().unwrap();
    assert!(id > 0 && id != 923);
    let path = format!("{USER}/{id}");
    let origin = "http://localhost:8088";
    let links = json!({"Self": format!("{origin}{path}"), "Archive": format!("{origin}{USER}")});
    assert_eq!(saved["_Links"], links);

    let read = ask(&server, &admin, "GET", &path, &Value::Null);
    assert_eq!(
        read.response.field("content-type"),
        Some("application/json; charset=utf-8")
    );
    let mut user = read.ok();
    assert_eq!(user["Tooltip"], "one");
    user["Tooltip"] = json!("two");
    let changed = ask(&server, &admin, "PUT", &path, &user).ok();
    assert_eq!(changed["Tooltip"], "two");
    assert_eq!(
        ask(&server, &admin, "GET", &path, &Value::Null).ok()["Tooltip"],
        "two"
    );

    let gone = ask(&server, &admin, "DELETE", &path, &Value::Null);
    assert_eq!((gone.status, &gone.body), (204, &Value::Null));
    for method in ["GET", "DELETE"] {
        let told = ask(&server, &admin, method, &path, &Value::Null);
        assert_eq!(told.error(404).0, "SoNotFoundException");
    }
    ask(&server, &admin, "PUT", &path, &json!({"Name": "x"})).error(404);
    ask(
        &server,
        &admin,
        "PUT",
        &format!("{USER}/0"),
        &json!({"Name": "x"}),
    )
    .error(404);
}
