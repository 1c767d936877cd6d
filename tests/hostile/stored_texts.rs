//! What is stored comes back as it came, and what is looked for is no pattern.

use crate::answer::{Node, element, text};
use crate::injection::texts;
use crate::support::{Caller, PASSWORD, Soap, TestServer};

#[track_caller]
fn call(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> Node {
    let answer = server.user(Soap::V12, caller, operation, arguments);
    assert!(
        answer.exception.is_none(),
        "{operation} {arguments}: {:?}",
        answer.exception
    );
    answer
        .response
        .find("Response")
        .cloned()
        .unwrap_or_default()
}

/// A pair of a dictionary of texts.
fn pair(key: &str, value: &str) -> String {
    let pair = text("Key", key) + &text("Value", value);
    element("StringKeyValuePair", &pair)
}

/// Members of a user in which a text is kept, and where.
fn user(bad: &str) -> String {
    let person = [
        "Firstname",
        "MiddleName",
        "Lastname",
        "Mrmrs",
        "Title",
        "Position",
    ];
    let person: String = person.iter().map(|name| text(name, bad)).collect();
    let members = [
        "Name",
        "Tooltip",
        "UserName",
        "NickName",
        "RequestSignature",
    ];
    let members: String = members.iter().map(|name| text(name, bad)).collect();
    element(
        "User",
        &(members
            + &element("ExtraFields", &pair(bad, bad))
            + &element("CustomFields", &pair(bad, bad))
            + &element("Person", &person)),
    )
}

const OF_USER: &[&str] = &[
    "Name",
    "Tooltip",
    "UserName",
    "NickName",
    "RequestSignature",
    "ExtraFields/StringKeyValuePair/Key",
    "ExtraFields/StringKeyValuePair/Value",
    "CustomFields/StringKeyValuePair/Key",
    "CustomFields/StringKeyValuePair/Value",
    "Person/Firstname",
    "Person/MiddleName",
    "Person/Lastname",
    "Person/Mrmrs",
    "Person/Title",
    "Person/Position",
];

#[test]
fn every_text_that_is_kept_comes_back_as_it_came() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let call = |operation: &str, arguments: &str| call(&server, &admin, operation, arguments);
    let mut kept = 0;
    for bad in texts() {
        let mut same = |node: &Node, paths: &[&str]| {
            for path in paths {
                assert_eq!(node.text_at(path), bad, "{path}");
                kept += 1;
            }
        };
        let saved = call("SaveUser", &user(bad));
        same(&saved, OF_USER);
        let id = saved.text_at("AssociateId");
        same(&call("GetUser", &text("UserId", id)), OF_USER);
        let by_name = call("GetUserFromName", &text("UserName", bad));
        assert_eq!(by_name.text_at("AssociateId"), id);
        let by_person = text("PersonId", saved.text_at("Person/PersonId"));
        let by_person = call("GetUserFromPersonId", &by_person);
        same(&by_person.children[0], &OF_USER[..5]);

        let group = element("UserGroup", &(text("Value", bad) + &text("Tooltip", bad)));
        let group = call("SaveUserGroup", &group);
        let group = call("GetUserGroup", &text("UserGroupId", group.text_at("Id")));
        same(&group, &["Value", "Tooltip"]);
        let role = element("RoleEntity", &(text("Name", bad) + &text("Tooltip", bad)));
        let role = call("SaveRoleEntity", &role);
        let role = call(
            "GetRoleEntity",
            &text("RoleEntityId", role.text_at("RoleId")),
        );
        same(&role, &["Name", "Tooltip"]);

        let members = ["Server", "AuthType", "Username", "Password"];
        let mail: String = members.iter().map(|name| text(name, bad)).collect();
        let mail = call("SaveServiceAuth", &element("ServiceAuth", &mail));
        let mail = text("ServiceAuthId", mail.text_at("ServiceAuthId"));
        same(&call("GetServiceAuth", &mail), &members);
        let members = ["PublicValue", "SecretValue", "Comment"];
        let imap: String = members.iter().map(|name| text(name, bad)).collect();
        let kind = text("Type", &format!("x{bad}"));
        call(
            "SaveUntrustedCredentials",
            &(kind.clone() + &element("Credentials", &imap)),
        );
        let imap = call("GetUntrustedCredentials", &kind);
        assert_eq!(imap.children.len(), 1, "{bad:?}");
        same(&imap.children[0], &members);
        let members = ["Provider", "AccessToken", "RefreshToken"];
        let tokens: String = members.iter().map(|name| text(name, bad)).collect();
        let key = call(
            "SaveExternalTokens",
            &element("TokenManagementInfo", &tokens),
        );
        same(
            &call("GetExternalTokens", &text("Key", &key.text)),
            &members,
        );
    }
    // One password that is a text like any other.
    let bad = "'; DROP TABLE associate; -- %_\\\"";
    call(
        "SetPasswordFromName",
        &(text("AssociateName", "nora") + &text("Password", bad)),
    );
    assert!(server.log_in(Soap::V11, "nora", bad).is_some());
    assert!(server.log_in(Soap::V12, "nora", "%").is_none());
    println!("{kept} texts kept");
}

#[test]
fn nothing_that_is_looked_for_is_a_pattern_or_a_condition() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let people = server.data().join("people");
    let ann = "S-1-5-21-1-2-3-1001\tCORP\\ann\tAnn\tÅsen\tann@corp.example\tSales\n";
    std::fs::write(&people, ann).unwrap();
    let import = ["directory", "import", people.to_str().unwrap()];
    server.command(&import, "");
    let call = |operation: &str, arguments: &str| call(&server, &admin, operation, arguments);
    let kind = text("Type", "ActiveDirectory");
    let found = call(
        "FindCredentialUsers",
        &(kind.clone() + &text("SearchString", "ann")),
    );
    assert_eq!(found.at("Users").children.len(), 1);
    let wild = [
        "%%", "___", "a%", "%n", "an_", "a_n", "[a]nn", "*", "?", "adm%", "adm_n", "nor_",
    ];
    let texts: Vec<_> = texts().chain(wild).collect();
    for bad in &texts {
        let by_name = call("GetUserFromName", &text("UserName", bad));
        assert!(by_name.nil, "{bad:?}");
        assert_eq!(
            call("IsNickNameUnique", &text("NickName", bad)).text,
            "true"
        );
        assert_eq!(
            call("IsUserNameValid", &text("UserName", bad)).text,
            "true",
            "{bad:?}"
        );
        let role = text("FunctionalRightName", bad);
        assert!(
            call("FindRolesWithFunctionalRight", &role)
                .children
                .is_empty()
        );
        let search = kind.clone() + &text("SearchString", bad);
        let users = call("FindCredentialUsers", &search);
        // Parts of what is there are found, and nothing else: of these only the backslash is one.
        let is_part = *bad == "\\";
        assert_eq!(
            users.at("Users").children.len(),
            usize::from(is_part),
            "{bad:?}"
        );
        let groups = call("FindCredentialsGroups", &search);
        assert!(groups.children.is_empty(), "{bad:?}");
        let group = kind.clone() + &text("GroupName", bad);
        let members = call("GetCredentialUsersInGroup", &group);
        assert!(members.at("Users").children.is_empty(), "{bad:?}");
        assert!(
            call("GetUntrustedCredentials", &text("Type", bad))
                .children
                .is_empty()
        );
        assert!(call("GetExternalTokens", &text("Key", bad)).nil);
        let resolved = text("ContactId", "2")
            + &text("PersonName", bad)
            + &format!(
                "<Emails xmlns:a='http://schemas.microsoft.com/2003/10/Serialization/Arrays'>{}</Emails>",
                text("a:string", bad)
            )
            + &text("UserType", "ExternalAssociate")
            + &element(
                "Credential",
                &(element("Type", &text("Type", "CentralSuperIdCredential"))
                    + &text("Value", &format!("{bad}@id.example"))),
            );
        let answer = server.user(Soap::V11, &admin, "ResolveUserFromInfo", &resolved);
        if answer.exception.is_none() {
            let user = answer.response.at("Response");
            let id: u32 = user.text_at("User/AssociateId").parse().unwrap();
            assert!(id > 4, "{bad:?} is somebody who was there");
        }
    }
    // Few enough for nobody to be slowed down.
    for bad in [
        "%",
        "adm%",
        "admi_",
        "' OR 1=1 --",
        "admin' --",
        "admin'/*",
        "admin\0",
    ] {
        if !bad.contains('\0') {
            assert!(server.log_in(Soap::V11, bad, PASSWORD).is_none(), "{bad:?}");
        }
    }
    for bad in ["%", "' OR '1'='1", "*"] {
        assert!(server.log_in(Soap::V12, "admin", bad).is_none(), "{bad:?}");
    }
    println!("{} texts looked for in 10 ways", texts.len());
}
