//! Ways to log in, directories to choose users from, and commands.

use crate::answer::{Exception, Node, element, text};
use crate::support::{Caller, Soap, TestServer};

const AD: &str = "ActiveDirectory";
const SID: &str = "S-1-5-21-1-2-3-1001";
const FIRST: &str = "First-Horse-7";
const SECOND: &str = "Second-Horse-8";

fn call(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> Node {
    server
        .user(Soap::V12, caller, operation, arguments)
        .result()
}

#[track_caller]
fn refused(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> Exception {
    let answer = server.user(Soap::V11, caller, operation, arguments);
    answer.refused()
}

fn credential(id: &str, kind: &str, value: &str) -> String {
    let members = element("Type", &text("Type", kind))
        + &text("Value", value)
        + &text("DisplayValue", "shown");
    text("UserId", id) + &element("Credential", &members)
}

fn deletion(id: &str, kind: &str) -> String {
    text("UserId", id) + &text("CredentialType", kind)
}

fn user(server: &TestServer, caller: &Caller, name: &str) -> Node {
    call(server, caller, "GetUserFromName", &text("UserName", name))
}

#[test]
fn a_credential_lets_in_until_it_is_replaced_or_deleted() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let id = user(&server, &admin, "nora")
        .text_at("AssociateId")
        .to_owned();
    let password = "CRM5/PASSWORD";
    let save = |kind, value| {
        let argument = credential(&id, kind, value);
        call(&server, &admin, "SaveCredential", &argument).text
    };
    assert_eq!(save(password, FIRST), "true");
    let nora = Caller::Ticket(server.log_in(Soap::V11, "nora", FIRST).unwrap());
    assert_eq!(user(&server, &nora, "nora").text_at("Name"), "nora");

    assert_eq!(save(password, SECOND), "true");
    assert!(server.log_in(Soap::V11, "nora", FIRST).is_none());
    let ended = refused(&server, &nora, "GetCredentialTypes", "");
    assert_eq!(ended.class, "SoSessionException");
    let nora = Caller::Ticket(server.log_in(Soap::V11, "nora", SECOND).unwrap());

    assert_eq!(save(AD, SID), "true");
    let before = user(&server, &admin, "nora");
    let kinds = before.at("Credentials").children.iter();
    let kinds: Vec<_> = kinds.map(|it| it.text_at("Type/Type")).collect();
    assert_eq!(kinds, [password, AD]);
    for (caller, kind, value, class) in [
        (
            &nora,
            password,
            "Third-Horse-9",
            "SoIllegalOperationException",
        ),
        (&admin, password, "short", "SoInvalidPasswordException"),
        (&admin, password, "", "SoValidationException"),
        (&admin, AD, "nobody", "SoValidationException"),
        (&admin, "imap", "x", "SoInvalidArgumentException"),
    ] {
        let argument = credential(&id, kind, value);
        let refused = refused(&server, caller, "SaveCredential", &argument);
        assert_eq!(refused.class, class);
        assert!(value.is_empty() || !refused.message.contains(value));
    }
    let argument = deletion(&id, password);
    let not_hers = refused(&server, &nora, "DeleteCredential", &argument);
    assert_eq!(not_hers.class, "SoIllegalOperationException");
    let own = user(&server, &admin, "admin")
        .text_at("AssociateId")
        .to_owned();
    let last = refused(
        &server,
        &admin,
        "DeleteCredential",
        &deletion(&own, password),
    );
    assert_eq!(last.class, "SoIllegalOperationException");
    assert_eq!(user(&server, &admin, "nora"), before);
    assert!(server.log_in(Soap::V11, "nora", SECOND).is_some());

    let delete = |kind| call(&server, &admin, "DeleteCredential", &deletion(&id, kind)).text;
    for expected in ["true", "false"] {
        assert_eq!(delete(password), expected);
    }
    assert!(server.log_in(Soap::V11, "nora", SECOND).is_none());
    assert_eq!(delete(AD), "true");
    crate::secrets::assert_nowhere(server.data(), SECOND);
}

#[test]
fn types_are_told_by_kind_of_user() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let all = call(&server, &admin, "GetCredentialTypes", "");
    let controls = all.children.iter();
    let controls: Vec<_> = controls.map(|it| it.text_at("ValueControl")).collect();
    assert_eq!(controls, ["Password", "Link", "Edit"]);
    for (user_type, expected) in [
        ("InternalAssociate", 3),
        ("ExternalAssociate", 2),
        ("SystemAssociate", 1),
        ("AnonymousAssociate", 0),
    ] {
        let argument = text("UserType", user_type);
        let found = call(&server, &admin, "GetCredentialTypesForUserType", &argument);
        assert_eq!((found.children.len(), found.nil), (expected, false));
    }
    let gita = server.caller("gita@customer.example.com");
    let outside = refused(&server, &gita, "GetCredentialTypes", "");
    assert_eq!(outside.class, "SoIllegalOperationException");
}

#[test]
fn users_are_chosen_from_a_directory_once() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    server.database().execute(
        "INSERT INTO directory_group (credentialType, name, display_name)
             VALUES ('ActiveDirectory', 'S-1-5-21-1-2-3-500', 'Sales');
         INSERT INTO directory_user (credentialType, value, display_value, firstname, lastname)
             VALUES ('ActiveDirectory', 'S-1-5-21-1-2-3-1001', 'CORP\\ann', 'Ann', 'Åsen'),
                    ('ActiveDirectory', 'S-1-5-21-1-2-3-1002', 'CORP\\svc', '', '');
         INSERT INTO directory_membership (group_id, user_id) VALUES (1, 1);",
    );
    let kind = text("Type", AD);
    let search = |part| kind.clone() + &text("SearchString", part);
    let groups = call(&server, &admin, "FindCredentialsGroups", &search("sal"));
    assert_eq!(groups.text_at("CredentialsGroup/DisplayName"), "Sales");
    let group = kind.clone() + &text("GroupName", groups.text_at("CredentialsGroup/Name"));
    let members = || call(&server, &admin, "GetCredentialUsersInGroup", &group);
    let ann = members();
    let ann = ann.at("Users/CredentialUser");
    assert_eq!(ann.text_at("Value"), SID);
    assert_eq!(ann.text_at("CanCreatePerson"), "true");
    let columns = ann.at("Columns").children.iter();
    let columns: Vec<_> = columns.map(|it| &*it.text).collect();
    assert_eq!(columns, ["Ann", "Åsen", ""]);
    assert_eq!(members().at("Headings").children.len(), columns.len());
    let found = call(&server, &admin, "FindCredentialUsers", &search("SVC"));
    let machine = found.at("Users/CredentialUser");
    assert_eq!(machine.text_at("CanCreatePerson"), "false");

    let id = user(&server, &admin, "nora")
        .text_at("AssociateId")
        .to_owned();
    call(&server, &admin, "SaveCredential", &credential(&id, AD, SID));
    assert!(members().at("Users").children.is_empty());
    let found = call(&server, &admin, "FindCredentialUsers", &search("åsen"));
    assert!(found.at("Users").children.is_empty() && !found.at("Users").nil);
    let unknown = text("Type", "Unknown");
    for operation in [
        "FindCredentialsGroups",
        "FindCredentialUsers",
        "GetCredentialUsersInGroup",
    ] {
        let answer = refused(&server, &admin, operation, &unknown);
        assert_eq!(answer.class, "SoInvalidArgumentException");
        let nora = server.caller("nora");
        let answer = refused(&server, &nora, operation, &kind);
        assert_eq!(answer.class, "SoIllegalOperationException");
    }
}

#[test]
fn a_bare_system_has_no_commands() {
    let server = TestServer::start();
    let nora = server.caller("nora");
    let commands = call(&server, &nora, "GetUserCommands", "");
    assert!(commands.children.is_empty() && !commands.nil);
    let arguments = text("CommandName", "Sync") + &text("CommandActionResult", "Yes");
    let result = call(&server, &nora, "ExecuteUserCommand", &arguments);
    assert_eq!(result.text_at("Success"), "false");
    assert_eq!(result.text_at("Result"), "Yes");
    assert!(result.text_at("Message").contains("Sync"));
    let gita = server.caller("gita@customer.example.com");
    let outside = refused(&server, &gita, "ExecuteUserCommand", &arguments);
    assert_eq!(outside.class, "SoIllegalOperationException");
}
