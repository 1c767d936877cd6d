//! Users of other companies: made, switched on and off, and managed by their own company.

use crate::answer::{element, text};
use crate::people::refused;
use crate::support::{Caller, PASSWORD, Soap, TestServer};
use crate::users::{get, save};

const NAME: &str = "gita@customer.example.com";

/// The key of a user, and that of the person behind it.
fn ids(server: &TestServer, name: &str) -> (String, String) {
    let admin = server.caller("admin");
    let found = server.user(
        Soap::V11,
        &admin,
        "GetUserFromName",
        &text("UserName", name),
    );
    let found = found.result();
    let [id, person] = ["AssociateId", "Person/PersonId"].map(|path| found.text_at(path));
    (id.to_owned(), person.to_owned())
}

fn creation(person: &str, name: &str, active: &str) -> String {
    [
        ("PersonId", person),
        ("UserName", name),
        ("Password", PASSWORD),
        ("RoleId", "10"),
        ("IsActive", active),
    ]
    .map(|(member, value)| text(member, value))
    .concat()
}

/// Carries an operation out, and gives the text of its answer, if it has one.
#[track_caller]
fn done(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> String {
    let answer = server.user(Soap::V12, caller, operation, arguments);
    assert!(answer.exception.is_none(), "{:?}", answer.exception);
    let result = answer.response.find("Response");
    result.map(|it| it.text.clone()).unwrap_or_default()
}

fn change(id: &str, values: &[(&str, &str)], flags: &str) -> String {
    let values = values.iter().map(|(member, value)| text(member, value));
    let values: String = values.collect();
    text("AssociateId", id) + &values + &text("ExternalUserInfoModification", flags)
}

#[test]
fn an_external_user_logs_in_while_it_is_active() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let (_, person) = ids(&server, NAME);
    let id = done(
        &server,
        &admin,
        "CreateExternalUser",
        &creation(&person, "second", "false"),
    );
    let user = get(&server, &admin, &id);
    for (path, expected) in [
        ("Name", "second"),
        ("Type", "ExternalAssociate"),
        ("Role/Value", "External user"),
        ("Person/PersonId", &person),
    ] {
        assert_eq!(user.text_at(path), expected);
    }
    assert!(user.at("UserGroup").nil);
    assert!(server.log_in(Soap::V11, "second", PASSWORD).is_none());

    let set = |values: &[(&str, &str)], flags: &str| {
        done(
            &server,
            &admin,
            "SetExternalUserInfo",
            &change(&id, values, flags),
        );
    };
    set(&[("IsActive", "true")], "Active");
    let ticket = server.log_in(Soap::V11, "second", PASSWORD).unwrap();
    let ticket = Caller::Ticket(ticket);
    assert_eq!(get(&server, &ticket, &id).text_at("Name"), "second");
    let info = || {
        server
            .user(Soap::V11, &admin, "GetUserInfo", &text("UserInfoId", &id))
            .result()
    };
    assert_eq!(info().text_at("CanLogon"), "true");

    // What no flag names is passed over.
    let values = [
        ("UserName", "third"),
        ("Password", "Better-Horse-9"),
        ("IsActive", "false"),
    ];
    set(&values, "UserName Password");
    assert!(server.log_in(Soap::V11, "second", PASSWORD).is_none());
    assert!(
        server
            .log_in(Soap::V12, "third", "Better-Horse-9")
            .is_some()
    );
    let class = refused(&server, &ticket, "GetUser", &text("UserId", &id));
    assert_eq!(class, "SoSessionException", "a new password ends sessions");

    let name = text("AssociateName", "third");
    let generated = done(&server, &admin, "GenerateNewPasswordForExternalUser", &name);
    assert!(
        server
            .log_in(Soap::V11, "third", "Better-Horse-9")
            .is_none()
    );
    let ticket = server.log_in(Soap::V11, "third", &generated).unwrap();
    set(&[("IsActive", "false")], "Active");
    assert_eq!(info().text_at("CanLogon"), "false");
    assert!(server.log_in(Soap::V11, "third", &generated).is_none());
    let class = refused(
        &server,
        &Caller::Ticket(ticket),
        "GetUser",
        &text("UserId", &id),
    );
    assert_eq!(class, "SoSessionException", "so does the end of activity");

    done(
        &server,
        &admin,
        "DeleteExternalUser",
        &text("AssociateId", &id),
    );
    assert!(get(&server, &admin, &id).nil);
    let found = server.user(
        Soap::V11,
        &admin,
        "GetUserFromPersonId",
        &text("PersonId", &person),
    );
    assert_eq!(found.result().children.len(), 1, "the person stays");
}

#[test]
fn a_user_saved_without_the_licence_is_not_active() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let (id, _) = ids(&server, NAME);
    let gita = server.caller(NAME);
    assert!(get(&server, &gita, &id).text_at("Name") == NAME);
    let license = element(
        "ModuleLicenseLink",
        &(text("Name", "extern-user-cal") + &text("Assigned", "false")),
    );
    let owner = element(
        "LicenseOwner",
        &element("UnrestrictedModuleLicenses", &license),
    );
    let user = text("AssociateId", &id) + &element("LicenseOwners", &owner);
    save(&server, &admin, &element("User", &user));
    let class = refused(&server, &gita, "GetUser", &text("UserId", &id));
    assert_eq!(class, "SoSessionException");
}

#[test]
fn a_customer_with_the_right_manages_its_own_people_only() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let (gita, person) = ids(&server, NAME);
    let (nora, employee) = ids(&server, "nora");
    let elsewhere = done(
        &server,
        &admin,
        "CreateExternalUser",
        &creation(&employee, "elsewhere", "true"),
    );
    let caller = server.caller(NAME);
    let everything = |id: &str, person: &str, name: &str| {
        [
            ("CreateExternalUser", creation(person, "intruder", "true")),
            (
                "SetExternalUserInfo",
                change(id, &[("UserName", "intruder")], "UserName"),
            ),
            ("DeleteExternalUser", text("AssociateId", id)),
            (
                "GenerateNewPasswordForExternalUser",
                text("AssociateName", name),
            ),
        ]
    };
    let ordinary = server.caller("nora");
    let rows = server.content_without_log_ins();
    let refuses = |caller: &Caller, id: &str, person: &str, name: &str| {
        for (operation, arguments) in everything(id, person, name) {
            let class = refused(&server, caller, operation, &arguments);
            assert_eq!(class, "SoIllegalOperationException", "{operation}");
        }
    };
    refuses(&caller, &gita, &person, NAME);
    refuses(&ordinary, &gita, &person, NAME);
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");

    // The role of external users gets the right to administer the portal.
    let arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    let right = format!("<int xmlns=\"{arrays}\">38</int>");
    let rights = text("RoleId", "10") + &element("FunctionalRightIds", &right);
    done(&server, &admin, "SetFunctionalRights", &rights);
    let rows = server.content_without_log_ins();
    refuses(&caller, &elsewhere, &employee, "elsewhere");
    refuses(&caller, &nora, "99999", "nora");
    refuses(&caller, "99999", "0", "nobody");
    let own = change(&gita, &[("IsActive", "false")], "Active");
    for (operation, arguments) in [
        ("SetExternalUserInfo", own),
        ("DeleteExternalUser", text("AssociateId", &gita)),
    ] {
        let class = refused(&server, &caller, operation, &arguments);
        assert_eq!(class, "SoIllegalOperationException");
    }
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");

    let colleague = creation(&person, "colleague", "true");
    let colleague = done(&server, &caller, "CreateExternalUser", &colleague);
    assert!(server.log_in(Soap::V11, "colleague", PASSWORD).is_some());
    let renamed = change(&colleague, &[("UserName", "friend")], "UserName");
    done(&server, &caller, "SetExternalUserInfo", &renamed);
    let name = text("AssociateName", "friend");
    let password = done(
        &server,
        &caller,
        "GenerateNewPasswordForExternalUser",
        &name,
    );
    assert!(server.log_in(Soap::V11, "friend", &password).is_some());
    done(
        &server,
        &caller,
        "DeleteExternalUser",
        &text("AssociateId", &colleague),
    );
    assert!(get(&server, &admin, &colleague).nil);
}

#[test]
fn what_cannot_be_done_leaves_nothing() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let (gita, person) = ids(&server, NAME);
    let (nora, _) = ids(&server, "nora");
    let good = creation(&person, "new", "true");
    let rows = server.content_without_log_ins();
    for (arguments, expected) in [
        (creation("99999", "new", "true"), "SoNotFoundException"),
        (creation(&person, "NORA", "true"), "SoValidationException"),
        (
            good.replace(PASSWORD, "short"),
            "SoInvalidPasswordException",
        ),
        (good.replace(">10<", ">1<"), "SoValidationException"),
        (good.replace(">10<", ">0<"), "SoValidationException"),
    ] {
        let class = refused(&server, &admin, "CreateExternalUser", &arguments);
        assert_eq!(class, expected, "{arguments}");
    }
    let all = "UserName Password Role Active";
    let values = [
        ("UserName", "new"),
        ("Password", "short"),
        ("IsActive", "false"),
        ("RoleId", "10"),
    ];
    for (id, expected) in [
        (&gita, "SoInvalidPasswordException"),
        (&nora, "SoIllegalOperationException"),
        (&"99999".to_owned(), "SoNotFoundException"),
    ] {
        let arguments = change(id, &values, all);
        let class = refused(&server, &admin, "SetExternalUserInfo", &arguments);
        assert_eq!(class, expected);
    }
    done(
        &server,
        &admin,
        "SetExternalUserInfo",
        &change(&gita, &values, ""),
    );
    let class = refused(
        &server,
        &admin,
        "DeleteExternalUser",
        &text("AssociateId", &nora),
    );
    assert_eq!(class, "SoIllegalOperationException");
    let name = text("AssociateName", "nora");
    let class = refused(&server, &admin, "GenerateNewPasswordForExternalUser", &name);
    assert_eq!(class, "SoIllegalOperationException");
    server
        .content_without_log_ins()
        .assert_same(&rows, "refused");
}
