//! Requests in the shape in which the documentation prints them, with everything that it fills in
//! and leaves out, and answers in the printed shape.

use super::client::{basic, send};
use crate::support::{PASSWORD, TestServer};
use serde_json::{Value, json};

/// A user as printed: nested carriers, some of them null or empty, dates with their offset, groups
/// beside a type that has none. No row has these ids.
fn printed() -> Value {
    let owner = json!({
        "Name": "Hartwell Ltd",
        "Description": "Grass-roots sponsorship",
        "RestrictedModuleLicenses": [{}, {}],
        "UnrestrictedModuleLicenses": [{}, {}]
    });
    let group =
        json!({"Value": "lorem", "Tooltip": "ipsum", "Id": 582, "Rank": 511, "Deleted": false});
    let credential = json!({"Type": null, "Value": "dolor", "DisplayValue": "sit"});
    let category = json!({
        "Id": 613, "Name": "Hartwell Ltd", "ToolTip": "Amet consectetur.", "Deleted": true,
        "Rank": 12, "Type": "elit", "ChildItems": [{}, {}], "IconHint": "sed",
        "ColorBlock": 900, "ExtraInfo": "do", "StyleHint": "eiusmod", "FullName": "Dr. Ann Low"
    });
    let command = json!({
        "Name": "Low and Sons", "DisplayName": "Low Group", "Description": "Managed",
        "ToolTip": "Tempor.", "Actions": "Implicit", "ActionData": "ut"
    });
    json!({
        "AssociateId": 0,
        "Name": "Hartwell, Low and Sons",
        "Rank": 771,
        "Tooltip": "labore",
        "LicenseOwners": [owner, owner],
        "Role": null,
        "UserGroup": null,
        "OtherGroups": [group, group],
        "Person": null,
        "Deleted": true,
        "Lastlogin": "2020-05-07T04:50:18.1879959+01:00",
        "Lastlogout": "2004-08-21T04:50:18.1879959+02:00",
        "EjUserId": 310,
        "RequestSignature": "et",
        "Type": "AnonymousAssociate",
        "IsPersonRetired": false,
        "IsOnTravel": false,
        "Credentials": [credential, credential],
        "UserName": "Low, Low and Hartwell",
        "TicketCategories": [category],
        "NickName": "Low Group",
        "WaitingForApproval": false,
        "ExtraFields": {"ExtraFields1": "magna", "ExtraFields2": "aliqua"},
        "CustomFields": {"CustomFields1": "enim", "CustomFields2": "minim"},
        "PostSaveCommands": [command, command]
    })
}

/// The members of a printed answer, and what each is: N a number, S a text, B true or false,
/// A an array, O an object or null.
const ANSWER: &[(&str, char)] = &[
    ("AssociateId", 'N'),
    ("Name", 'S'),
    ("Rank", 'N'),
    ("Tooltip", 'S'),
    ("LicenseOwners", 'A'),
    ("Role", 'O'),
    ("UserGroup", 'O'),
    ("OtherGroups", 'A'),
    ("Person", 'O'),
    ("Deleted", 'B'),
    ("Lastlogin", 'S'),
    ("Lastlogout", 'S'),
    ("EjUserId", 'N'),
    ("RequestSignature", 'S'),
    ("Type", 'S'),
    ("IsPersonRetired", 'B'),
    ("IsOnTravel", 'B'),
    ("Credentials", 'A'),
    ("UserName", 'S'),
    ("TicketCategories", 'A'),
    ("NickName", 'S'),
    ("WaitingForApproval", 'B'),
    ("ExtraFields", 'O'),
    ("CustomFields", 'O'),
    ("PostSaveCommands", 'A'),
    ("TableRight", 'O'),
    ("FieldProperties", 'O'),
];

#[track_caller]
fn assert_printed_shape(answer: &Value, text: &str, more: &[&str]) {
    let members = answer.as_object().unwrap();
    assert_eq!(members.len(), ANSWER.len() + more.len());
    for (name, kind) in ANSWER {
        let value = &members[*name];
        let fits = match kind {
            'N' => value.is_i64(),
            'S' => value.is_string(),
            'B' => value.is_boolean(),
            'A' => value.is_array(),
            _ => value.is_object() || value.is_null(),
        };
        assert!(fits, "{name}: {value}");
    }
    // Members of the same name come deeper inside as well, but never before the first that follows.
    let names = ANSWER
        .iter()
        .map(|(name, _)| *name)
        .chain(more.iter().copied());
    let mut from = 0;
    for name in names {
        let found = text[from..].find(&format!("\"{name}\":"));
        from += found.unwrap_or_else(|| panic!("{name} is not where it is printed"));
    }
}

#[test]
fn a_user_is_saved_as_printed() {
    let server = TestServer::start();
    let fields = [
        &*basic("admin", PASSWORD),
        "Accept: application/json; charset=utf-8",
        "Accept-Language: fr,de,ru,zh",
    ];
    let told = send(&server, "POST", "/api/v1/User", &fields, &printed());
    let text = told.response.body.clone();
    let created = told.ok();
    assert_printed_shape(&created, &text, &["_Links"]);
    let id = &created["AssociateId"];
    let links = &created["_Links"];
    assert_eq!(
        links["Self"],
        format!("http://localhost:8088/api/v1/User/{id}")
    );
    assert_eq!(links["Archive"], "http://localhost:8088/api/v1/User");

    let mut changed = printed();
    changed["AssociateId"] = id.clone();
    changed["Tooltip"] = json!("dolore");
    let told = send(
        &server,
        "POST",
        "/api/v1/Agents/User/SaveUser",
        &fields,
        &changed,
    );
    let text = told.response.body.clone();
    let saved = told.ok();
    assert_printed_shape(&saved, &text, &[]);
    for (name, expected) in [
        ("AssociateId", id),
        ("Tooltip", &json!("dolore")),
        ("Type", &json!("AnonymousAssociate")),
        ("OtherGroups", &json!([])),
        (
            "ExtraFields",
            &json!({"ExtraFields1": "magna", "ExtraFields2": "aliqua"}),
        ),
    ] {
        assert_eq!(&saved[name], expected, "{name}");
    }
    assert_eq!(saved["TicketCategories"], json!([]));
    let mut internal = changed.clone();
    internal["Type"] = json!("InternalAssociate");
    let refused = send(
        &server,
        "POST",
        "/api/v1/Agents/User/SaveUser",
        &fields,
        &internal,
    );
    let refused = refused.error(400);
    for name in ["OtherGroups", "TicketCategories"] {
        assert!(refused.1.contains(name), "{refused:?}");
    }
    let relative = json!({"RedirectUri": "signin"});
    let path = "/api/v1/Agents/User/RegisterWithAccessGateway";
    let registered = send(&server, "POST", path, &fields, &relative).ok();
    assert_eq!(registered["RedirectUri"], "signin");
}
