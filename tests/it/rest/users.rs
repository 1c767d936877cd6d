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

/// The members of a user as the documentation prints them, in that order.
const PRINTED: [&str; 28] = [
    "AssociateId",
    "Name",
    "Rank",
    "Tooltip",
    "LicenseOwners",
    "Role",
    "UserGroup",
    "OtherGroups",
    "Person",
    "Deleted",
    "Lastlogin",
    "Lastlogout",
    "EjUserId",
    "RequestSignature",
    "Type",
    "IsPersonRetired",
    "IsOnTravel",
    "Credentials",
    "UserName",
    "TicketCategories",
    "NickName",
    "WaitingForApproval",
    "ExtraFields",
    "CustomFields",
    "PostSaveCommands",
    "TableRight",
    "FieldProperties",
    "_Links",
];

#[test]
fn a_user_is_created_as_printed() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let nothing = json!([{}, {}]);
    let owner = json!({
        "Name": "Somebody",
        "Description": "Not known here",
        "RestrictedModuleLicenses": nothing,
        "UnrestrictedModuleLicenses": nothing,
    });
    let credential = json!({"Type": null, "Value": "x", "DisplayValue": "y"});
    let command = json!({
        "Name": "a",
        "DisplayName": "b",
        "Description": "c",
        "ToolTip": "d",
        "Actions": "Implicit",
        "ActionData": "e",
    });
    let group = json!({"Value": "other", "Tooltip": "", "Id": 3, "Rank": 1, "Deleted": false});
    let category = json!({
        "Id": 1,
        "Name": "some",
        "ToolTip": "",
        "Deleted": true,
        "Rank": 2,
        "Type": "x",
        "ChildItems": nothing,
        "IconHint": "",
        "ColorBlock": 4,
        "ExtraInfo": "",
        "StyleHint": "",
        "FullName": "all",
    });
    let sent = json!({
        "AssociateId": 923,
        "Name": "As, printed and sent",
        "Rank": 980,
        "Tooltip": "qui",
        "LicenseOwners": [owner, owner],
        "Role": null,
        "UserGroup": null,
        "OtherGroups": [group, group],
        "Person": null,
        "Deleted": false,
        "Lastlogin": "2018-12-04T02:30:53.084897+01:00",
        "Lastlogout": "2022-08-08T02:30:53.084897+02:00",
        "EjUserId": 784,
        "RequestSignature": "greetings",
        "Type": "InternalAssociate",
        "IsPersonRetired": false,
        "IsOnTravel": false,
        "Credentials": [credential, credential],
        "UserName": "printed",
        "TicketCategories": [category],
        "NickName": "as printed",
        "WaitingForApproval": false,
        "ExtraFields": {"ExtraFields1": "a", "ExtraFields2": "b"},
        "CustomFields": {"CustomFields1": "c", "CustomFields2": "d"},
        "PostSaveCommands": [command, command],
    });
    let fields = [
        &*ticket(&admin),
        "Accept: application/json; charset=utf-8",
        "Accept-Language: en",
    ];
    let told = send(&server, "POST", USER, &fields, &sent);
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(
        told.response.field("content-type"),
        Some("application/json; charset=utf-8")
    );
    let answer = told.ok();
    let members: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, PRINTED);
    for name in [
        "Name",
        "Rank",
        "Tooltip",
        "Type",
        "ExtraFields",
        "CustomFields",
        "EjUserId",
    ] {
        assert_eq!(answer[name], sent[name], "{name}");
    }
    assert!(answer["AssociateId"] != 923);
}
