//! Licences, retirement and owner companies over the wire.

use crate::answer::{Node, element, text};
use crate::support::{Caller, PASSWORD, Soap, TestServer, services88_on};

fn get(server: &TestServer, id: &str) -> Node {
    let admin = server.caller("admin");
    let found = server.user(Soap::V11, &admin, "GetUser", &text("UserId", id));
    found.result()
}

/// What a user of the administrator's kind sees of a licence: whether it is assigned, and how
/// many are in use.
fn license(user: &Node, name: &str) -> (String, String) {
    let links = user.at("LicenseOwners").children.iter().flat_map(|owner| {
        let lists = ["RestrictedModuleLicenses", "UnrestrictedModuleLicenses"];
        lists.map(|list| owner.at(list).children.iter())
    });
    let link = links
        .flatten()
        .find(|it| it.text_at("Name") == name)
        .unwrap();
    let [assigned, in_use] = ["Assigned", "InUse"].map(|it| link.text_at(it).to_owned());
    (assigned, in_use)
}

fn done(server: &TestServer, operation: &str, arguments: &str) {
    let admin = server.caller("admin");
    for soap in [Soap::V11, Soap::V12] {
        let answer = server.user(soap, &admin, operation, arguments);
        assert!(
            answer.exception.is_none(),
            "{operation} {:?}",
            answer.exception
        );
        assert!(answer.response.children.is_empty());
    }
}

fn refused(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> String {
    let answer = server.user(Soap::V12, caller, operation, arguments);
    answer.refused().class
}

fn retired(id: &str, retired: bool) -> String {
    text("AssociateId", id) + &text("Retired", &retired.to_string())
}

#[test]
fn licences_are_taken_and_free_for_others() {
    let server = TestServer::start();
    let nora = server.caller("nora");
    let before = get(&server, "2");
    assert_eq!(license(&before, "web"), ("true".into(), "3".into()));
    done(&server, "RemoveLicenses", &text("AssociateId", "2"));
    let after = get(&server, "2");
    for name in ["web", "user"] {
        assert_eq!(
            license(&after, name),
            ("false".into(), "2".into()),
            "{name}"
        );
    }
    assert_eq!(after.text_at("Deleted"), "false");
    let class = refused(&server, &nora, "GetUser", &text("UserId", "2"));
    assert_eq!(class, "SoSessionException");
}

#[test]
fn who_is_retired_is_out_at_once_and_comes_back_without_licences() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let password = text("AssociateId", "2") + &text("Password", PASSWORD);
    server
        .user(Soap::V11, &admin, "SetPassword", &password)
        .result();
    let ticket = Caller::Ticket(server.log_in(Soap::V11, "nora", PASSWORD).unwrap());
    done(&server, "MakeRetired", &retired("2", true));
    let class = refused(&server, &ticket, "GetUser", &text("UserId", "2"));
    assert_eq!(class, "SoSessionException");
    assert!(server.log_in(Soap::V11, "nora", PASSWORD).is_none());
    let user = get(&server, "2");
    let flags = |user: &Node| ["Deleted", "IsPersonRetired"].map(|it| user.text_at(it).to_owned());
    assert_eq!(flags(&user), ["true", "true"]);
    assert_eq!(license(&user, "web"), ("false".into(), "2".into()));
    done(&server, "MakeRetired", &retired("2", false));
    let user = get(&server, "2");
    assert_eq!(flags(&user), ["false", "false"]);
    assert_eq!(license(&user, "web"), ("false".into(), "2".into()));
    assert!(server.log_in(Soap::V11, "nora", PASSWORD).is_none());
    for licenses in [&["user"][..], &["user", "web"]] {
        let links = licenses.iter().map(|name| {
            let link = text("Name", name) + &text("Assigned", "true");
            element("ModuleLicenseLink", &link)
        });
        let links = element("RestrictedModuleLicenses", &links.collect::<String>());
        let owners = element("LicenseOwners", &element("LicenseOwner", &links));
        let user = element("User", &(text("AssociateId", "2") + &owners));
        server.user(Soap::V11, &admin, "SaveUser", &user).result();
        let enters = server.log_in(Soap::V11, "nora", PASSWORD).is_some();
        assert_eq!(enters, licenses.len() == 2);
        let info = server.user(Soap::V12, &admin, "GetUserInfo", &text("UserInfoId", "2"));
        assert_eq!(info.result().text_at("CanLogon"), enters.to_string());
    }
}

#[test]
fn people_of_an_owner_company_can_be_employees() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    // The company of the external user.
    let customer = get(&server, "4").text_at("Person/ContactId").to_owned();
    let contact = text("ContactId", &customer);
    let employee = |name: &str| {
        let user = text("Name", name) + &element("Person", &contact);
        server.user(Soap::V11, &admin, "SaveUser", &element("User", &user))
    };
    assert_eq!(employee("early").refused().class, "SoValidationException");
    done(&server, "AddOwnerContact", &contact);
    let saved = employee("now").result();
    let class = refused(&server, &admin, "RemoveOwnerContact", &contact);
    assert_eq!(class, "SoIllegalOperationException");
    employee("still").result();
    let delete = |id: &str| server.user(Soap::V11, &admin, "DeleteUser", &text("UserId", id));
    assert!(delete(saved.text_at("AssociateId")).exception.is_none());
    let class = refused(&server, &admin, "RemoveOwnerContact", &contact);
    assert_eq!(class, "SoIllegalOperationException");
    let name = text("UserName", "still");
    let answer = server.user(Soap::V11, &admin, "DeleteUserFromName", &name);
    assert!(answer.exception.is_none());
    done(&server, "RemoveOwnerContact", &contact);
    assert_eq!(employee("late").refused().class, "SoValidationException");
}

#[test]
fn refusals_leave_everything_as_it_is() {
    let server = TestServer::start();
    let (admin, nora) = (server.caller("admin"), server.caller("nora"));
    let owner = get(&server, "1").text_at("Person/ContactId").to_owned();
    let before = server.content();
    for (operation, arguments) in [
        ("RemoveLicenses", text("AssociateId", "1")),
        ("MakeRetired", retired("1", true)),
        ("RemoveOwnerContact", text("ContactId", &owner)),
    ] {
        for caller in [&admin, &nora] {
            let class = refused(&server, caller, operation, &arguments);
            assert_eq!(class, "SoIllegalOperationException", "{operation}");
        }
    }
    for (operation, arguments) in [
        ("RemoveLicenses", text("AssociateId", "2")),
        ("MakeRetired", retired("2", true)),
        ("AddOwnerContact", text("ContactId", "2")),
    ] {
        let class = refused(&server, &nora, operation, &arguments);
        assert_eq!(class, "SoIllegalOperationException", "{operation}");
    }
    for (operation, arguments) in [
        ("RemoveLicenses", text("AssociateId", "99")),
        ("MakeRetired", retired("0", true)),
        ("AddOwnerContact", text("ContactId", "99")),
        ("RemoveOwnerContact", String::new()),
    ] {
        let class = refused(&server, &admin, operation, &arguments);
        assert_eq!(class, "SoNotFoundException", "{operation}");
    }
    server.content().assert_same(&before, "refused");
}

#[test]
fn the_operator_says_how_many_licences_there_are() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let web = || {
        let listed = server.command(&["license", "list"], "");
        let mut lines = listed.lines();
        lines
            .find(|line| line.starts_with("web\t"))
            .unwrap()
            .to_owned()
    };
    let created = || {
        let answer = server.user(Soap::V12, &admin, "SaveUser", "<User/>");
        license(&answer.result(), "web").0 == "true"
    };
    assert_eq!(web(), "web\t3 of 100");
    server.command(&["license", "set", "web", "4"], "");
    assert_eq!((created(), created()), (true, false));
    assert_eq!(web(), "web\t4 of 4");
    server.command(&["license", "set", "web", "unlimited"], "");
    assert!(created());
    assert_eq!(web(), "web\tunlimited");
    for (name, total, code) in [("none", "1", 1), ("web", "-1", 2), ("web", "many", 2)] {
        let set = &["license", "set", name, total];
        let done = services88_on(server.data(), set).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{name} {total}");
    }
    assert_eq!(web(), "web\tunlimited");
}
