//! Looking users up, checking their names, and what colleagues see of them.

use crate::answer::{Node, element, text};
use crate::support::{Caller, Soap, TestServer, USER};
use crate::users::{get, save};

/// What an operation answers.
#[track_caller]
fn ask(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> Node {
    server
        .user(Soap::V12, caller, operation, arguments)
        .result()
}

/// The class of the exception that refuses an operation.
#[track_caller]
pub fn refused(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> String {
    server
        .user(Soap::V11, caller, operation, arguments)
        .refused()
        .class
}

/// The key of a user by its log-on name.
fn id_of(server: &TestServer, name: &str) -> String {
    let admin = server.caller("admin");
    let found = ask(server, &admin, "GetUserFromName", &text("UserName", name));
    found.text_at("AssociateId").to_owned()
}

fn person(first: &str, last: &str, email: &str) -> String {
    let names = text("Firstname", first) + &text("Lastname", last);
    element("Person", &(names + &text("Email", email)))
}

#[test]
fn users_are_found_by_person_and_service_user() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let user = text("NickName", "nick") + &person("Kari", "Li", "");
    let first = save(&server, &admin, &element("User", &user));
    let person_id = text("PersonId", first.text_at("Person/PersonId"));
    let second = save(
        &server,
        &admin,
        &element("User", &element("Person", &person_id)),
    );
    // Of licences there are fewer left.
    let first = get(&server, &admin, first.text_at("AssociateId"));
    let found = ask(&server, &admin, "GetUserFromPersonId", &person_id);
    assert_eq!(found.children, [&first, &second].map(named_user));
    let service_user = text("EjUserId", first.text_at("EjUserId"));
    let found = ask(&server, &admin, "GetUserFromEjUserId", &service_user);
    assert_eq!(found.children, [named_user(&first)]);
    for (operation, argument) in [
        ("GetUserFromPersonId", "PersonId"),
        ("GetUserFromEjUserId", "EjUserId"),
    ] {
        for nothing in ["0", "99999"] {
            let found = ask(&server, &admin, operation, &text(argument, nothing));
            assert!(found.children.is_empty() && !found.nil);
        }
    }

    let nora = server.caller("nora");
    let own = ask(
        &server,
        &nora,
        "GetUser",
        &text("UserId", &id_of(&server, "nora")),
    );
    let own_person = text("PersonId", own.text_at("Person/PersonId"));
    let found = ask(&server, &nora, "GetUserFromPersonId", &own_person);
    assert_eq!(found.children, [named_user(&own)]);
    let class = refused(&server, &nora, "GetUserFromPersonId", &person_id);
    assert_eq!(class, "SoSentryException");
}

/// A user as the item of an array.
fn named_user(user: &Node) -> Node {
    let mut item = user.clone();
    item.local = "User".to_owned();
    item
}

#[test]
fn a_name_that_is_said_to_be_valid_is_taken_by_a_save() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let check = |id: &str, name: &str| {
        let arguments = text("AssociateId", id) + &text("UserName", name);
        let valid = ask(&server, &admin, "IsUserNameValid", &arguments).text;
        let result = ask(&server, &admin, "IsUserNameValidWithReason", &arguments);
        assert_eq!(result.text_at("Result"), valid);
        let reason = result.text_at("Reason");
        assert_eq!(reason.is_empty(), valid == "true", "{reason}");
        valid == "true"
    };
    assert!(!check("0", "NORA") && !check("0", ""));
    assert!(check(&id_of(&server, "nora"), "NORA"));
    let wish = text("UserName", "N☃ora") + &text("Type", "InternalAssociate");
    let name = ask(&server, &admin, "GetValidUserName", &wish).text;
    assert_eq!(name, "Nora1");
    assert!(check("0", &name));
    let user = element(
        "User",
        &(text("Name", &name) + &person("Nora", "Li", "n@example.com")),
    );
    let proposed = ask(&server, &admin, "GetDefaultAssociateUserName", &user).text;
    assert_eq!(proposed, "n@example.com");
    let before = ask(&server, &admin, "GetValidUserNameForNewUser", &user).text;
    assert_eq!(before, "Nora.Li");
    let named = user.replace("</User>", &(text("UserName", &proposed) + "</User>"));
    assert_eq!(save(&server, &admin, &named).text_at("Name"), name);
    assert!(!check("0", &name));
    assert_eq!(
        ask(&server, &admin, "GetDefaultAssociateUserName", &user).text,
        ""
    );

    let unique = |name| ask(&server, &admin, "IsNickNameUnique", &text("NickName", name)).text;
    assert_eq!((&*unique("nick"), &*unique("ADMIN")), ("true", "false"));
    save(&server, &admin, &element("User", &text("NickName", "Nick")));
    assert_eq!(unique("nick"), "false");

    let nora = server.caller("nora");
    for operation in [
        "IsUserNameValid",
        "IsUserNameValidWithReason",
        "GetValidUserName",
        "GetValidUserNameForNewUser",
        "GetDefaultAssociateUserName",
        "IsNickNameUnique",
        "ChangeUserType",
    ] {
        let class = refused(&server, &nora, operation, "");
        assert_eq!(class, "SoIllegalOperationException", "{operation}");
    }
}

#[test]
fn a_changed_type_is_stored_by_the_save_and_not_before() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let id = id_of(&server, "nora");
    let before = get(&server, &admin, &id);
    let response = server.call(Soap::V12, USER, &admin, "GetUser", &text("UserId", &id));
    let user = element("User", response.element("Response").unwrap());
    let arguments = user.clone() + &text("UserType", "ExternalAssociate");
    let changed = server.call(Soap::V12, USER, &admin, "ChangeUserType", &arguments);
    assert_eq!(get(&server, &admin, &id), before);
    let changed = element("User", changed.element("Response").unwrap());
    let saved = save(&server, &admin, &changed);
    assert_eq!(saved.text_at("Type"), "ExternalAssociate");
    assert_eq!(saved.text_at("Role/Value"), "External user");
    assert!(saved.at("UserGroup").nil && saved.at("OtherGroups").children.is_empty());
    let rows = server.content_without_log_ins();
    let open = user + &text("UserType", "Unknown");
    let class = refused(&server, &admin, "ChangeUserType", &open);
    assert_eq!(class, "SoInvalidArgumentException");
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");
}

fn keys(ids: &[&str]) -> String {
    let arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    let items: String = ids
        .iter()
        .map(|id| format!("<int xmlns=\"{arrays}\">{id}</int>"))
        .collect();
    element("UserInfoIds", &items)
}

#[test]
fn summaries_tell_what_colleagues_may_know() {
    let server = TestServer::start();
    let [nora, gita] = ["nora", "gita@customer.example.com"].map(|name| id_of(&server, name));
    let caller = server.caller("nora");
    let info = ask(&server, &caller, "GetUserInfo", &text("UserInfoId", &gita));
    for (member, expected) in [
        ("UserInfoId", &*gita),
        ("UserName", "gita@customer.example.com"),
        ("Deleted", "false"),
        ("UserGroupId", "0"),
        ("UserGroupName", ""),
        ("UserType", "ExternalAssociate"),
        ("RoleName", "External user"),
        ("CanLogon", "true"),
        ("GrantedLicenses/string", "extern-user-cal"),
    ] {
        assert_eq!(info.text_at(member), expected, "{member}");
    }
    let unknown = ask(
        &server,
        &caller,
        "GetUserInfo",
        &text("UserInfoId", "99999"),
    );
    assert!(unknown.nil);
    let list = keys(&[&gita, "99999", &nora, "0", "1"]);
    let list = ask(&server, &caller, "GetUserInfoList", &list);
    let found: Vec<_> = list
        .children
        .iter()
        .map(|it| it.text_at("UserInfoId"))
        .collect();
    assert_eq!(found, [&*gita, &*nora, "1"]);
    assert!(
        ask(&server, &caller, "GetUserInfoList", "")
            .children
            .is_empty()
    );

    let outsider = server.caller("gita@customer.example.com");
    let own = ask(&server, &outsider, "GetUserInfoList", &keys(&[&gita]));
    assert_eq!(own.children.len(), 1);
    for (operation, arguments) in [
        ("GetUserInfo", text("UserInfoId", &nora)),
        ("GetUserInfoList", keys(&[&gita, &nora])),
    ] {
        let class = refused(&server, &outsider, operation, &arguments);
        assert_eq!(class, "SoSentryException");
    }
}

#[test]
fn who_is_away_is_seen_by_colleagues() {
    let server = TestServer::start();
    let [admin, nora] = ["admin", "nora"].map(|name| server.caller(name));
    let id = text("AssociateId", &id_of(&server, "nora"));
    let presence = |status: &str, message: &str| {
        let members = text("Status", status) + &text("Message", message);
        element("UserPresenceStatus", &members)
    };
    let away = presence("StatusNotAvailable", "På fjellet");
    let stored = ask(
        &server,
        &nora,
        "SetUserPresenceStatus",
        &(id.clone() + &away),
    );
    assert_eq!(stored.text_at("Message"), "På fjellet");
    assert_eq!(ask(&server, &admin, "GetUserPresenceStatus", &id), stored);
    let outsider = text("AssociateId", &id_of(&server, "gita@customer.example.com"));
    let none = ask(&server, &admin, "GetUserPresenceStatus", &outsider);
    assert_eq!(
        (none.text_at("Status"), none.text_at("Message")),
        ("StatusNone", "")
    );

    let rows = server.content_without_log_ins();
    let boss = text("AssociateId", &id_of(&server, "admin"));
    for (arguments, expected) in [
        (boss + &away, "SoIllegalOperationException"),
        (
            id.clone() + &presence("StatusDeleted", ""),
            "SoInvalidArgumentException",
        ),
        (
            id.clone() + &presence("StatusNotAvailable", &"x".repeat(256)),
            "SoValidationException",
        ),
    ] {
        let class = refused(&server, &nora, "SetUserPresenceStatus", &arguments);
        assert_eq!(class, expected);
    }
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");
    let back = id + &presence("StatusNormal", "");
    let stored = ask(&server, &admin, "SetUserPresenceStatus", &back);
    assert_eq!(stored.text_at("Status"), "StatusNormal");
}

#[test]
fn a_credential_leads_to_a_user_who_is_made_if_need_be() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let gita = get(
        &server,
        &admin,
        &id_of(&server, "gita@customer.example.com"),
    );
    let company = gita.text_at("Person/ContactId");
    let credential = |value: &str| {
        let kind = element("Type", &text("Type", "CentralSuperIdCredential"));
        element("Credential", &(kind + &text("Value", value)))
    };
    let question = |company: &str, name: &str, value: &str| {
        text("ContactId", company)
            + &text("PersonName", name)
            + &text("UserType", "ExternalAssociate")
            + &credential(value)
    };
    let resolve = |arguments: &str| ask(&server, &admin, "ResolveUserFromInfo", arguments);

    let found = resolve(&question(company, "Gita Sand", "gita@id.example"));
    assert_eq!(found.text_at("PersonCreated"), "false");
    let with_account = get(&server, &admin, gita.text_at("AssociateId"));
    assert_eq!(found.at("User"), &named_user(&with_account));
    assert_eq!(with_account.at("Credentials").children.len(), 1);

    let made = resolve(&question(company, "Per Arne Berg", "per@id.example"));
    assert_eq!(made.text_at("PersonCreated"), "true");
    assert_eq!(made.text_at("User/Person/Firstname"), "Per Arne");
    let person = text("PersonId", made.text_at("User/Person/PersonId"));
    let users = ask(&server, &admin, "GetUserFromPersonId", &person);
    assert_eq!(users.children, [made.at("User").clone()]);

    let rows = server.content_without_log_ins();
    let again = resolve(&question(company, "", "per@id.example"));
    assert_eq!(again.at("User"), made.at("User"));
    assert_eq!(again.text_at("PersonCreated"), "false");
    for (arguments, expected) in [
        (
            question("0", "", "x@id.example"),
            "SoInvalidArgumentException",
        ),
        (question("99999", "", "x@id.example"), "SoNotFoundException"),
        (question(company, "", ""), "SoInvalidArgumentException"),
        (
            question("1", "", "per@id.example"),
            "SoIllegalOperationException",
        ),
        (
            question(company, "Gita Sand", "other@id.example"),
            "SoIllegalOperationException",
        ),
    ] {
        let class = refused(&server, &admin, "ResolveUserFromInfo", &arguments);
        assert_eq!(class, expected, "{arguments}");
    }
    let nora = server.caller("nora");
    for operation in [
        "ResolveUserFromInfo",
        "CreateDefaultUserFromUserTypeAndCredential",
    ] {
        let class = refused(&server, &nora, operation, "");
        assert_eq!(class, "SoIllegalOperationException");
    }
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");
}

#[test]
fn a_blank_user_around_a_credential_is_saved_with_a_person() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let arguments = [
        ("UserType", "InternalAssociate"),
        ("ContactId", "1"),
        ("CredentialType", "ActiveDirectory"),
        ("CredentialValue", "S-1-5-21-1-2-3-4"),
        ("CredentialDisplayValue", "CORP\\Kari Li"),
    ]
    .map(|(member, value)| text(member, value))
    .concat();
    let operation = "CreateDefaultUserFromUserTypeAndCredential";
    let rows = server.content_without_log_ins();
    let blank = server.call(Soap::V12, USER, &admin, operation, &arguments);
    let other = arguments.replace("ActiveDirectory", "CRM5/PASSWORD");
    let class = refused(&server, &admin, operation, &other);
    assert_eq!(class, "SoIllegalOperationException");
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");
    let user = element("User", blank.element("Response").unwrap());
    let saved = save(&server, &admin, &user);
    assert_eq!(saved.text_at("Name"), "Kari.Li");
    assert_eq!(saved.text_at("Person/Lastname"), "Li");
    let kind = saved.text_at("Credentials/Credential/Type/Type");
    assert_eq!(kind, "ActiveDirectory");
}
