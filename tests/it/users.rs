//! Users over the wire: everything that is sent comes back.

use crate::answer::{Node, element, text};
use crate::full_user::{SECRET, assert_kept, full_user, parsed, sid};
use crate::support::{Caller, Response, Soap, TestServer, USER};

fn user_id(id: &str) -> String {
    text("UserId", id)
}

/// Saves a user and gives it as stored.
pub fn save(server: &TestServer, caller: &Caller, user: &str) -> Node {
    server.user(Soap::V12, caller, "SaveUser", user).result()
}

/// Reads a user.
pub fn get(server: &TestServer, caller: &Caller, id: &str) -> Node {
    server
        .user(Soap::V11, caller, "GetUser", &user_id(id))
        .result()
}

#[test]
fn a_whole_user_comes_back_equal() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in [Soap::V11, Soap::V12] {
        let key = format!("{soap:?}");
        let user = full_user(&key);
        let sent = parsed(&user);
        let saved = server.user(soap, &caller, "SaveUser", &user).result();
        assert_kept(&sent, &saved, "");
        assert_ne!(saved.text_at("EjUserId"), "0");
        assert_eq!(saved.text_at("Role/Value"), "User Administrator");
        assert_eq!(saved.text_at("UserGroup/Value"), "Sales");
        assert_eq!(
            saved.text_at("Person/ContactName"),
            "Services88 Demo Company"
        );

        assert_eq!(get(&server, &caller, saved.text_at("AssociateId")), saved);
        for name in ["Name", "UserName"] {
            let name = saved.text_at(name);
            for name in [name.to_owned(), name.to_ascii_uppercase()] {
                let argument = text("UserName", &name);
                let found = server.user(soap, &caller, "GetUserFromName", &argument);
                assert_eq!(found.result(), saved, "{name}");
            }
        }
        for name in ["Name", "UserName"] {
            assert!(server.log_in(soap, saved.text_at(name), SECRET).is_some());
            assert!(
                server
                    .log_in(soap, saved.text_at(name), "Correct-Horse-9")
                    .is_none()
            );
        }
    }
}

#[test]
fn line_ends_and_sections_are_read_as_xml_has_it() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for (markup, expected) in [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a&#13;&#10;b&#xD;c", "a\r\nb\rc"),
        ("<![CDATA[<b>&amp;\r\n]]>&lt;", "<b>&amp;\n<"),
        ("&#x1F600;&#128512;", "\u{1F600}\u{1F600}"),
        ("a<!-- b -->c", "ac"),
    ] {
        let user = element("User", &element("Tooltip", markup));
        assert_eq!(save(&server, &caller, &user).text_at("Tooltip"), expected);
    }
}

/// A user as it came back, as an argument for the next save, with another description.
fn with_tooltip(response: &Response, tooltip: &str) -> String {
    let user = response.element("Response").unwrap();
    let (start, rest) = user.split_once("<Tooltip>").unwrap();
    let (_, end) = rest.split_once("</Tooltip>").unwrap();
    element("User", &format!("{start}{}{end}", text("Tooltip", tooltip)))
}

#[test]
fn a_user_that_is_read_changed_and_saved_differs_in_nothing_else() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let mut before = save(&server, &caller, &full_user("before"));
    let id = user_id(before.text_at("AssociateId"));
    let response = server.call(Soap::V11, USER, &caller, "GetUser", &id);
    let after = save(&server, &caller, &with_tooltip(&response, "changed"));
    let tooltip = before.children.iter_mut().find(|it| it.local == "Tooltip");
    tooltip.unwrap().text = "changed".to_owned();
    assert_eq!(after, before);
    assert!(
        server
            .log_in(Soap::V12, after.text_at("Name"), SECRET)
            .is_some()
    );
}

#[test]
fn what_an_update_does_not_mention_stays_where_it_is_nested() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let before = save(&server, &caller, &full_user("nested"));
    let id = before.text_at("AssociateId");
    let update = text("AssociateId", id) + &text("Tooltip", "changed") + &text("Rank", "5");
    let after = save(&server, &caller, &element("User", &update));
    assert_eq!(after, get(&server, &caller, id));
    assert_eq!(
        (after.text_at("Tooltip"), after.text_at("Rank")),
        ("changed", "5")
    );
    for member in [
        "AssociateId",
        "Name",
        "Type",
        "EjUserId",
        "LicenseOwners",
        "Role",
        "UserGroup",
        "OtherGroups",
        "Person",
        "Credentials",
        "TicketCategories",
        "ExtraFields",
        "CustomFields",
    ] {
        assert_eq!(after.at(member), before.at(member));
    }
    let emptied = text("AssociateId", id) + "<OtherGroups/><TicketCategories/><ExtraFields/>";
    let after = save(&server, &caller, &element("User", &emptied));
    for member in ["OtherGroups", "TicketCategories", "ExtraFields"] {
        assert!(after.at(member).children.is_empty(), "{member}");
    }
    assert_eq!(after.at("CustomFields"), before.at("CustomFields"));
}

#[test]
fn a_deleted_user_is_gone_with_its_sessions() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let saved = save(&server, &caller, &full_user("gone"));
    let (id, name) = (saved.text_at("AssociateId"), saved.text_at("Name"));
    let ticket = server.log_in(Soap::V11, name, SECRET).unwrap();
    let deleted_one = Caller::Ticket(ticket);
    assert_eq!(get(&server, &deleted_one, id).text_at("Name"), name);

    let answer = server.user(Soap::V11, &caller, "DeleteUser", &user_id(id));
    assert!(answer.exception.is_none(), "{:?}", answer.exception);
    assert!(answer.response.children.is_empty());
    assert!(get(&server, &caller, id).nil);
    let refused = |caller, operation, arguments: &str| {
        let answer = server.user(Soap::V11, caller, operation, arguments);
        answer.refused().class
    };
    assert_eq!(
        refused(&deleted_one, "GetUser", &user_id(id)),
        "SoSessionException"
    );
    assert_eq!(
        refused(&caller, "DeleteUser", &user_id(id)),
        "SoNotFoundException"
    );
    let update = element("User", &text("AssociateId", id));
    assert_eq!(refused(&caller, "SaveUser", &update), "SoNotFoundException");
    assert!(server.log_in(Soap::V11, name, SECRET).is_none());
    let again = save(&server, &caller, &full_user("gone"));
    assert_ne!(again.text_at("AssociateId"), id);
}

#[test]
fn secrets_stay_inside() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let response = server.call(Soap::V12, USER, &caller, "SaveUser", &full_user("secret"));
    let saved = Node::parse(&response.body);
    let id = saved
        .at("Body/SaveUserResponse/Response")
        .text_at("AssociateId");
    let read = server.call(Soap::V12, USER, &caller, "GetUser", &user_id(id));
    for body in [&response.body, &read.body] {
        assert!(body.contains("CRM5/PASSWORD"), "{body}");
        assert!(
            !body.contains(SECRET) && !body.contains(&sid("secret")),
            "{body}"
        );
        assert!(!body.contains("argon2"), "{body}");
    }
    // A refused password is not told either.
    let weak = full_user("weak").replace(SECRET, "Hrse-7");
    let refused = server.call(Soap::V12, USER, &caller, "SaveUser", &weak);
    assert!(
        refused.body.contains("SoValidationException"),
        "{}",
        refused.body
    );
    assert!(!refused.body.contains("Hrse-7"), "{}", refused.body);
    let mut files = 0;
    for file in std::fs::read_dir(server.data()).unwrap() {
        let path = file.unwrap().path();
        let content = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secret in [SECRET, "Hrse-7", caller.ticket()] {
            assert!(!content.contains(secret), "{secret} in {}", path.display());
        }
        files += 1;
    }
    assert!(files >= 2, "database and log");
}

#[test]
fn a_default_user_can_be_saved_as_it_comes() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let person = element(
        "Person",
        &(text("Firstname", "Kari") + &text("Lastname", "Li")),
    );
    let first = save(&server, &caller, &element("User", &person));
    let person = text("PersonId", first.text_at("Person/PersonId"));
    let of_person = "CreateDefaultUserFromUserTypeAndPersonId";
    for (operation, user_type, person, name) in [
        ("CreateDefaultUser", "InternalAssociate", "", "User6"),
        (
            "CreateDefaultUserFromUserType",
            "SystemAssociate",
            "",
            "System",
        ),
        (
            "CreateDefaultUserFromUserType",
            "AnonymousAssociate",
            "",
            "Anonymous",
        ),
        (of_person, "InternalAssociate", &*person, "Kari.Li1"),
        (of_person, "ResourceAssociate", &person, "Kari.Li2"),
        (of_person, "ExternalAssociate", &person, "Kari.Li3"),
    ] {
        let arguments = text("UserType", user_type) + person;
        let blank = server.call(Soap::V12, USER, &caller, operation, &arguments);
        let user = element("User", blank.element("Response").unwrap());
        let reasons = server.user(Soap::V12, &caller, "ValidateUser", &user);
        assert!(reasons.result().children.is_empty());
        let saved = save(&server, &caller, &user);
        assert_eq!(saved.text_at("Name"), name);
        assert_eq!(saved.text_at("Type"), user_type);
        let employee = ["InternalAssociate", "ResourceAssociate"].contains(&user_type);
        assert_eq!(saved.at("UserGroup").nil, !employee, "{user_type}");
        let nobody = ["SystemAssociate", "AnonymousAssociate"].contains(&user_type);
        assert_eq!(saved.at("Person").nil, nobody, "{user_type}");
        assert_eq!(get(&server, &caller, saved.text_at("AssociateId")), saved);
    }
}

#[test]
fn a_user_that_cannot_be_saved_leaves_nothing() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let user = full_user("refused").replace("<Id>3</Id>", "<Id>99</Id>");
    let refused = server.user(Soap::V12, &caller, "SaveUser", &user).refused();
    assert_eq!(refused.class, "SoValidationException");
    let fields: Vec<_> = refused.parameters.iter().map(|it| &*it.0).collect();
    assert_eq!(fields, ["OtherGroups", "TicketCategories"]);
    let found = server
        .user(Soap::V12, &caller, "ValidateUser", &user)
        .result();
    let keys = found.children.iter().map(|pair| pair.text_at("Key"));
    assert_eq!(keys.collect::<Vec<_>>(), fields);
    let next = save(&server, &caller, &full_user("refused"));
    assert_eq!(next.text_at("AssociateId"), next.text_at("Person/PersonId"));
}
