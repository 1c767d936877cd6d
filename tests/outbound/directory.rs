//! Users are chosen from a directory that speaks LDAP.

use crate::answer::{Exception, Node, element, text};
use crate::slapd::{PASSWORD, SALES, Slapd};
use crate::support::{Caller, Soap, TestServer};

const AD: &str = "ActiveDirectory";
/// What is said of a directory that shows nothing to whoever asks.
const HIDDEN: &str = "refuses the search";

/// An administrator at a server.
struct Desk {
    server: TestServer,
    admin: Caller,
}

impl Desk {
    fn at(server: TestServer) -> Self {
        let admin = server.caller("admin");
        Self { server, admin }
    }

    #[track_caller]
    fn call(&self, operation: &str, arguments: &str) -> Node {
        let answer = self
            .server
            .user(Soap::V12, &self.admin, operation, arguments);
        answer.result()
    }

    #[track_caller]
    fn refused(&self, operation: &str, arguments: &str) -> Exception {
        let answer = self
            .server
            .user(Soap::V11, &self.admin, operation, arguments);
        answer.refused()
    }

    /// Name and display name of the groups whose names hold a text.
    #[track_caller]
    fn groups(&self, part: &str) -> Vec<(String, String)> {
        let found = self.call("FindCredentialsGroups", &search(part));
        let groups = found.children.iter();
        let names = ["Name", "DisplayName"];
        groups
            .map(|group| names.map(|name| group.text_at(name).to_owned()).into())
            .collect()
    }

    /// Value and display value of the users whose names hold a text.
    #[track_caller]
    fn users(&self, part: &str) -> Vec<(String, String)> {
        chosen(&self.call("FindCredentialUsers", &search(part)))
    }

    /// Values of the users in a group.
    #[track_caller]
    fn members(&self, group: &str) -> Vec<String> {
        let arguments = text("Type", AD) + &text("GroupName", group);
        let found = self.call("GetCredentialUsersInGroup", &arguments);
        chosen(&found).into_iter().map(|(value, _)| value).collect()
    }
}

fn search(part: &str) -> String {
    text("Type", AD) + &text("SearchString", part)
}

fn chosen(found: &Node) -> Vec<(String, String)> {
    let users = found.at("Users").children.iter();
    users
        .map(|user| {
            ["Value", "DisplayValue"]
                .map(|name| user.text_at(name).to_owned())
                .into()
        })
        .collect()
}

fn pair(one: &str, other: &str) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[test]
fn people_and_groups_are_found_as_their_names_are_written() {
    let slapd = Slapd::start();
    let desk = Desk::at(slapd.server(&[]));
    let ann = [pair("ann", "Ann Åsen")];
    let bjorn = [pair("bjorn", "Bjørn (Bø) *")];
    for part in ["ann", "åsen", "ANN ÅSEN", "ann@example.com"] {
        assert_eq!(desk.users(part), ann, "{part}");
    }
    for part in ["bjørn", "(Bø) *", "*", "ø)"] {
        assert_eq!(desk.users(part), bjorn, "{part}");
    }
    for part in [
        "*)(uid=*",
        "ann)(|(uid=*",
        "\\2a",
        "a*n",
        "printer",
        "&amp;",
    ] {
        assert_eq!(desk.users(part), [], "{part}");
    }
    assert_eq!(desk.users("crowd").len(), 500);
    assert_eq!(desk.users("").len(), 500);
    assert_eq!(desk.users("crowd61").len(), 10);
    assert_eq!(desk.users(&"x".repeat(10_000)), []);

    let found = desk.call("FindCredentialUsers", &search("åsen"));
    let columns = found.at("Users/CredentialUser/Columns").children.iter();
    let columns: Vec<_> = columns.map(|it| &*it.text).collect();
    assert_eq!(columns, ["Ann", "Åsen", "ann@example.com"]);
    assert_eq!(
        found.text_at("Users/CredentialUser/CanCreatePerson"),
        "true"
    );
    let found = desk.call("FindCredentialUsers", &search("backup"));
    assert_eq!(
        found.text_at("Users/CredentialUser/CanCreatePerson"),
        "false"
    );

    let shown: Vec<_> = desk
        .groups("")
        .into_iter()
        .map(|(_, shown)| shown)
        .collect();
    assert_eq!(shown, ["Crowd", "Gone", "Salg, Støtte (alle)"]);
    let sales = desk.groups("støtte (");
    assert_eq!(sales.len(), 1);
    assert_eq!(desk.groups("*)(cn=*"), []);
    let sales = &sales[0].0;
    assert!(sales.ends_with(",ou=groups,dc=example,dc=com"), "{sales}");
    assert_eq!(desk.members(sales), ["ann", "bjorn"]);
    assert_eq!(
        desk.members("cn=Crowd,ou=groups,dc=example,dc=com").len(),
        500
    );
    for group in [
        "cn=Gone,ou=groups,dc=example,dc=com",
        "cn=None,ou=groups,dc=example,dc=com",
        "uid=ann,ou=people,dc=example,dc=com",
        "ou=groups,dc=example,dc=com",
        "dc=example,dc=com",
        "Salg",
        "*",
        "",
    ] {
        assert_eq!(desk.members(group), [""; 0], "{group}");
    }
}

/// A credential of Ann as callers give it.
fn anns(value: &str) -> String {
    element(
        "Credential",
        &(element("Type", &text("Type", AD))
            + &text("Value", value)
            + &text("DisplayValue", "ann")),
    )
}

/// What tells whether something has been stored.
fn counts(server: &TestServer) -> [i64; 3] {
    let database = rusqlite::Connection::open(server.data().join("services88.db")).unwrap();
    [
        "person",
        "associate",
        "credentials WHERE credentialType <> 'Ticket'",
    ]
    .map(|table| {
        let sql = format!("SELECT count(*) FROM {table}");
        database.query_row(&sql, [], |row| row.get(0)).unwrap()
    })
}

fn resolve(value: &str) -> String {
    anns(value) + &text("ContactId", "1") + &text("UserType", "InternalAssociate")
}

#[test]
fn whoever_is_chosen_becomes_a_user_and_cannot_be_chosen_again() {
    let slapd = Slapd::start();
    let desk = Desk::at(slapd.server(&[]));
    let nora = desk.call("GetUserFromName", &text("UserName", "nora"));
    let nora = nora.text_at("AssociateId");
    let saved = desk.call("SaveCredential", &(text("UserId", nora) + &anns("bjorn")));
    assert_eq!(saved.text, "true");
    assert_eq!(desk.users("bjørn"), []);
    assert_eq!(desk.members(SALES), ["ann"]);

    let arguments = text("UserType", "InternalAssociate")
        + &text("ContactId", "1")
        + &text("CredentialType", AD)
        + &text("CredentialValue", "ann")
        + &text("CredentialDisplayValue", "somebody else");
    let before = counts(&desk.server);
    let blank = desk.call("CreateDefaultUserFromUserTypeAndCredential", &arguments);
    assert_eq!(blank.text_at("Name"), "Ann.Åsen");
    assert_eq!(blank.text_at("Person/Email"), "ann@example.com");
    assert_eq!(counts(&desk.server), before);

    let made = desk.call("ResolveUserFromInfo", &resolve("ann"));
    assert_eq!(made.text_at("PersonCreated"), "true");
    for (member, expected) in [
        ("Firstname", "Ann"),
        ("Lastname", "Åsen"),
        ("Email", "ann@example.com"),
    ] {
        assert_eq!(made.text_at(&format!("User/Person/{member}")), expected);
    }
    assert_eq!(desk.members(SALES), [""; 0]);
    let again = desk.call("ResolveUserFromInfo", &resolve("ann"));
    assert_eq!(again.text_at("PersonCreated"), "false");
    let id = |resolved: &Node| resolved.text_at("User/AssociateId").to_owned();
    assert_eq!(id(&again), id(&made));
    // The directory knows her in any letter case, but that is not how it writes her.
    let other = desk.call("ResolveUserFromInfo", &resolve("ANN"));
    assert_eq!(other.text_at("User/Person/Lastname"), "ann");
    let blank = desk.refused("SaveCredential", &(text("UserId", nora) + &anns(" ")));
    assert_eq!(blank.class, "SoValidationException");
}

/// Every operation that asks the directory is refused for this reason, and changes nothing.
#[track_caller]
fn nothing_works(desk: &Desk, reason: &str) {
    let before = counts(&desk.server);
    let group = text("Type", AD) + &text("GroupName", "cn=Crowd,ou=groups,dc=example,dc=com");
    let mut calls = vec![
        ("FindCredentialsGroups", search("")),
        ("FindCredentialUsers", search("ann")),
        ("ResolveUserFromInfo", resolve("ann")),
    ];
    // Where nobody may look, there seems to be no group.
    if reason != HIDDEN {
        calls.push(("GetCredentialUsersInGroup", group));
    }
    for (operation, arguments) in calls {
        let refused = desk.refused(operation, &arguments);
        assert_eq!(refused.class, "SoServerException");
        assert!(refused.message.contains(reason), "{refused:?}");
    }
    assert_eq!(counts(&desk.server), before);
    desk.call("GetCredentialTypes", "");
    let log = desk.server.log();
    assert!(log.contains("a call failed"), "{log}");
    assert!(
        !log.contains(PASSWORD) && !log.contains("Wrong-Horse"),
        "{log}"
    );
}

#[test]
fn a_directory_that_is_of_no_use_is_an_error_and_changes_nothing() {
    let mut slapd = Slapd::start();
    let wrong = slapd.server(&[("directory.bind_password", "Wrong-Horse-6")]);
    nothing_works(&Desk::at(wrong), "refuses the log-in");
    let nobody = [("directory.bind_dn", ""), ("directory.bind_password", "")];
    nothing_works(&Desk::at(slapd.server(&nobody)), HIDDEN);
    let desk = Desk::at(slapd.server(&[]));
    assert_eq!(desk.users("ann").len(), 1);
    let known = desk.call("ResolveUserFromInfo", &resolve("bjorn"));
    slapd.stop();
    nothing_works(&desk, "cannot be reached");
    // Who is a user already is found without it.
    let again = desk.call("ResolveUserFromInfo", &resolve("bjorn"));
    assert_eq!(again.at("User"), known.at("User"));
}

#[test]
fn a_connection_is_encrypted_with_somebody_who_can_be_trusted() {
    // Passwords are taken on encrypted connections only.
    let slapd = Slapd::with("security simple_bind=128");
    let ca_file = slapd.ca_file();
    let ca_file = ("directory.ca_file", ca_file.to_str().unwrap());
    let (starttls, secure) = (("directory.starttls", "true"), slapd.secure());
    let secure = ("directory.url", secure.as_str());
    for settings in [&[ca_file, starttls][..], &[ca_file, secure]] {
        let desk = Desk::at(slapd.server(settings));
        assert_eq!(desk.users("åsen").len(), 1, "{settings:?}");
    }
    nothing_works(&Desk::at(slapd.server(&[ca_file])), "refuses the log-in");
    for settings in [starttls, secure] {
        nothing_works(&Desk::at(slapd.server(&[settings])), "cannot be reached");
    }
}

#[test]
fn people_may_be_named_by_security_identifiers_and_name_their_groups() {
    let slapd = Slapd::start();
    let north = "(&(objectClass=inetOrgPerson)(|(ou=north)(&(uid=a*)(!(uid=backup)))))";
    let desk = Desk::at(slapd.server(&[
        ("directory.value", "objectSid"),
        ("directory.user_filter", north),
        ("directory.member_of", "memberOf"),
    ]));
    let sid = "S-1-5-21-1-2-3-1001";
    assert_eq!(desk.users(""), [pair(sid, "Ann Åsen")]);
    assert_eq!(desk.members(SALES), [sid]);
    assert_eq!(
        desk.members("cn=Crowd,ou=groups,dc=example,dc=com"),
        [""; 0]
    );
    assert_eq!(desk.members("*"), [""; 0]);
    let made = desk.call("ResolveUserFromInfo", &resolve(sid));
    assert_eq!(made.text_at("User/Person/Lastname"), "Åsen");
    let name = desk.refused("ResolveUserFromInfo", &resolve("ann"));
    assert_eq!(name.class, "SoValidationException");
}
