//! The rules for ways to log in.

use super::*;
use crate::contract::credential::{Credential, CredentialControlType};
use crate::contract::user::UserType;
use crate::service::testing::{Office, caller, fields, refusal};
use crate::session::Caller;
use std::net::Ipv4Addr;

const AD: &str = "ActiveDirectory";
const SID: &str = "S-1-5-21-1-2-3-1001";

fn user(office: &Office, name: &str, user_type: UserType) -> i32 {
    let saved = office.save(User {
        name: Some(name.into()),
        r#type: user_type,
        ..User::default()
    });
    saved.expect("user").associate_id
}

fn save_as(
    office: &Office,
    who: &Caller,
    user_id: i32,
    kind: &str,
    value: &str,
) -> Result<bool, Fault> {
    let credential = Credential {
        r#type: Some(CredentialType {
            r#type: Some(kind.into()),
            ..CredentialType::default()
        }),
        value: Some(value.into()),
        display_value: Some("shown".into()),
        ..Credential::default()
    };
    let credential = Some(credential);
    office.call_as(
        who,
        SaveCredential {
            user_id,
            credential,
        },
    )
}

fn save(office: &Office, user_id: i32, kind: &str, value: &str) -> Result<bool, Fault> {
    save_as(office, &office.administrator, user_id, kind, value)
}

fn delete(office: &Office, user_id: i32, kind: &str) -> Result<bool, Fault> {
    let credential_type = Some(kind.into());
    office.call(DeleteCredential {
        user_id,
        credential_type,
    })
}

fn ticket(office: &Office, name: &str, password: &str) -> Option<String> {
    let sessions = &office.installation.sessions;
    let log_in = sessions.log_in(name, Some(password), Ipv4Addr::LOCALHOST.into());
    Some(log_in.expect("an answer")?.ticket)
}

fn types(office: &Office, user_type: UserType) -> Vec<String> {
    let found = office.call(GetCredentialTypesForUserType { user_type });
    let found = found.expect("read").expect("array").into_iter();
    found.filter_map(|kind| kind.r#type).collect()
}

#[test]
fn kinds_of_users_have_their_ways_to_log_in() {
    let office = Office::open();
    let all = office.call(GetCredentialTypes {}).expect("read");
    let all = all.expect("array");
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].value_control, CredentialControlType::Password);
    assert_eq!(all[1].value_control, CredentialControlType::Link);
    let super_id = "CentralSuperIdCredential";
    for (user_type, expected) in [
        (
            UserType::InternalAssociate,
            &["CRM5/PASSWORD", AD, super_id][..],
        ),
        (UserType::ExternalAssociate, &["CRM5/PASSWORD", super_id]),
        (UserType::SystemAssociate, &["CRM5/PASSWORD"]),
        (UserType::ResourceAssociate, &[]),
        (UserType::AnonymousAssociate, &[]),
    ] {
        assert_eq!(types(&office, user_type), expected, "{user_type:?}");
    }
    let resource = user(&office, "room", UserType::ResourceAssociate);
    let refused = save(&office, resource, "CRM5/PASSWORD", "long enough");
    assert_eq!(refusal(refused), Exception::InvalidArgument);
}

#[test]
fn a_saved_password_logs_in_and_a_deleted_one_does_not() {
    let office = Office::open();
    let id = user(&office, "ann", UserType::InternalAssociate);
    assert!(save(&office, id, "CRM5/PASSWORD", "long enough").expect("saved"));
    let first = ticket(&office, "ann", "long enough").expect("logged in");
    assert!(save(&office, id, "CRM5/PASSWORD", "another one").expect("saved"));
    let sessions = &office.installation.sessions;
    assert!(sessions.authenticate(&first).is_err());
    assert_eq!(ticket(&office, "ann", "long enough"), None);
    let second = ticket(&office, "ann", "another one").expect("logged in");

    assert!(save(&office, id, AD, SID).expect("saved"));
    let stored = office.get(id).expect("user").credentials.expect("array");
    let stored: Vec<_> = stored
        .iter()
        .map(|credential| {
            (
                user_credentials::type_of(credential),
                credential.value.as_deref(),
            )
        })
        .collect();
    assert_eq!(stored, [("CRM5/PASSWORD", Some("")), (AD, Some(""))]);
    assert!(delete(&office, id, "CRM5/PASSWORD").expect("deleted"));
    assert!(sessions.authenticate(&second).is_err());
    assert_eq!(ticket(&office, "ann", "another one"), None);
    for kind in ["CRM5/PASSWORD", "Ticket", "", "nothing"] {
        assert!(!delete(&office, id, kind).expect("none"), "{kind}");
    }
    assert!(delete(&office, id, AD).expect("deleted"));
}

#[test]
fn what_cannot_be_a_credential_is_refused_and_changes_nothing() {
    let office = Office::open();
    let id = user(&office, "ann", UserType::InternalAssociate);
    let other = user(&office, "bob", UserType::InternalAssociate);
    save(&office, other, AD, SID).expect("saved");
    let password = "CRM5/PASSWORD";
    let failed = |kind, value| refusal(save(&office, id, kind, value));
    assert_eq!(failed(password, "short"), Exception::InvalidPassword);
    assert_eq!(failed("imap", "x"), Exception::InvalidArgument);
    assert_eq!(failed("", "x"), Exception::InvalidArgument);
    assert_eq!(fields(save(&office, id, password, "")), ["Value"]);
    assert_eq!(fields(save(&office, id, AD, "me")), ["Credentials"]);
    assert_eq!(fields(save(&office, id, AD, SID)), ["Credentials"]);
    let nobody = save(&office, 999, password, "long enough");
    assert_eq!(refusal(nobody), Exception::NotFound);
    assert_eq!(refusal(delete(&office, 999, AD)), Exception::NotFound);
    let stored = office.get(id).expect("user").credentials;
    assert_eq!(stored.map(|all| all.len()), Some(0));
}

#[test]
fn only_administrators_save_them_and_none_of_those_above() {
    let office = Office::open();
    let password = "CRM5/PASSWORD";
    let id = user(&office, "ann", UserType::InternalAssociate);
    let ann = caller(id, UserType::InternalAssociate, &[]);
    let refused = save_as(&office, &ann, id, password, "long enough");
    assert_eq!(refusal(refused), Exception::IllegalOperation);
    office.execute(
        "UPDATE userrolelink SET role_id = 1 WHERE associate_id =
             (SELECT associate_id FROM associate WHERE name = 'boss')",
    );
    let boss = office.administrator.associate_id;
    let lesser = caller(id, UserType::InternalAssociate, &["admin-users"]);
    let refused = save_as(&office, &lesser, boss, password, "long enough");
    assert_eq!(refusal(refused), Exception::Sentry);
    save(&office, boss, password, "long enough").expect("saved");
    let refused = delete(&office, boss, password);
    assert_eq!(refusal(refused), Exception::IllegalOperation);
    assert!(ticket(&office, "boss", "long enough").is_some());
}

fn groups(office: &Office, part: &str) -> Vec<String> {
    let found = office.call(FindCredentialsGroups {
        r#type: Some(AD.into()),
        search_string: Some(part.into()),
    });
    let found = found.expect("read").expect("array").into_iter();
    found.filter_map(|group| group.name).collect()
}

fn people(found: Option<CredentialsGroupUsers>) -> Vec<(String, bool)> {
    let found = found.expect("a table");
    assert_eq!(found.headings.map(|all| all.len()), Some(3));
    let users = found.users.expect("lines").into_iter();
    users
        .map(|user| {
            assert_eq!(user.columns.map(|all| all.len()), Some(3));
            (user.display_value.expect("shown"), user.can_create_person)
        })
        .collect()
}

fn find(office: &Office, part: &str) -> Vec<(String, bool)> {
    let found = office.call(FindCredentialUsers {
        r#type: Some(AD.into()),
        search_string: Some(part.into()),
    });
    people(found.expect("read"))
}

fn members(office: &Office, group: &str) -> Vec<(String, bool)> {
    let found = office.call(GetCredentialUsersInGroup {
        r#type: Some(AD.into()),
        group_name: Some(group.into()),
    });
    people(found.expect("read"))
}

#[test]
fn a_directory_shows_groups_and_those_who_are_no_users_yet() {
    let office = Office::open();
    let line = |name: &str, whole| (name.to_owned(), whole);
    assert_eq!(groups(&office, ""), ["Everybody"]);
    assert_eq!(groups(&office, "x"), ["Everybody"]);
    office.execute(
        "INSERT INTO directory_user (credentialType, value, display_value, firstname, lastname)
         VALUES ('ActiveDirectory', 'S-1-5-21-1-2-3-1001', 'CORP\\ann', 'Ann', 'Åsen'),
                ('ActiveDirectory', 'S-1-5-21-1-2-3-1002', 'CORP\\bob', 'Bob', ''),
                ('Other', 'x', 'CORP\\else', 'El', 'Se')",
    );
    let both = [line("CORP\\ann", true), line("CORP\\bob", false)];
    assert_eq!(members(&office, "Everybody"), both);
    office.execute(
        "INSERT INTO directory_group (credentialType, name, display_name)
         VALUES ('ActiveDirectory', 'sales', 'The Sales_People')",
    );
    office.execute("INSERT INTO directory_membership (group_id, user_id) VALUES (1, 1)");
    assert_eq!(groups(&office, ""), ["sales"]);
    assert_eq!(groups(&office, "s_p"), ["sales"]);
    assert_eq!(groups(&office, "s%p"), [""; 0]);
    assert_eq!(members(&office, "sales"), [line("CORP\\ann", true)]);
    assert_eq!(members(&office, "The Sales_People"), []);
    assert_eq!(members(&office, "Everybody"), []);
    assert_eq!(find(&office, ""), both);
    assert_eq!(find(&office, "ÅSEN"), [line("CORP\\ann", true)]);
    assert_eq!(find(&office, "nobody"), []);

    let id = user(&office, "ann", UserType::InternalAssociate);
    save(&office, id, AD, SID).expect("saved");
    assert_eq!(find(&office, ""), [line("CORP\\bob", false)]);
    assert_eq!(members(&office, "sales"), []);
}

#[test]
fn only_types_with_a_directory_have_one() {
    let office = Office::open();
    let users = |kind: &str| {
        office.call(FindCredentialUsers {
            r#type: Some(kind.into()),
            search_string: None,
        })
    };
    assert_eq!(refusal(users("nothing")), Exception::InvalidArgument);
    assert_eq!(people(users("CRM5/PASSWORD").expect("read")), []);
    let groups = office.call(FindCredentialsGroups {
        r#type: Some("CRM5/PASSWORD".into()),
        search_string: None,
    });
    assert_eq!(groups.expect("read"), Some(Vec::new()));
}
