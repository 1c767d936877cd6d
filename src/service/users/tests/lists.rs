//! A list takes as many statements as one item does.

use super::*;
use crate::contract::credential::UntrustedCredentials;
use crate::contract::role::{RoleEntity, RoleRelationToOwner, RoleType};

/// How many statements each operation takes that answers a list.
fn statements(office: &Office, user_id: i32, ids: &[i32]) -> Vec<(&'static str, i64)> {
    let mut found = Vec::new();
    macro_rules! measure {
        ($($request:ident $fields:tt)*) => {
            $(found.push((
                stringify!($request),
                office.statements(|| office.call($request $fields).expect("answered")),
            ));)*
        };
    }
    let ids = || Some(ids.to_vec());
    let rights = || Some(vec!["admin-all".to_owned(), "admin-users".to_owned()]);
    measure! {
        GetUser { user_id }
        GetUserInfoList { user_info_ids: ids() }
        GetUserGroupList { user_group_ids: ids() }
        GetAllUserGroups { include_deleted: true }
        GetAllRoles { role_type: RoleType::Employee }
        GetRoleEntity { role_entity_id: 1 }
        GetAllFunctionalRights { role_type: RoleType::Employee }
        GetFunctionalRights { role_id: 1 }
        FindRolesWithFunctionalRight { functional_right_name: text("admin-all") }
        FindRolesWithFunctionalRights { functional_right_names: rights() }
        FindRolesWithoutFunctionalRights { functional_right_names: rights() }
        GetDataRights { role_id: 1, table_name: text("contact") }
        GetAllDataRights { role_id: 1, relation_to_owner: RoleRelationToOwner::MyOwn }
        FindCredentialsGroups { r#type: text("ActiveDirectory"), search_string: None }
        FindCredentialUsers { r#type: text("ActiveDirectory"), search_string: None }
        GetCredentialUsersInGroup { r#type: text("ActiveDirectory"), group_name: text("Everybody") }
        GetUntrustedCredentials { r#type: text("imap") }
    }
    found
}

#[test]
fn a_list_takes_as_many_statements_as_one_item() {
    let office = Office::in_file();
    let user = User {
        other_groups: Some(vec![group(2)]),
        ticket_categories: complete().ticket_categories.map(|mut all| {
            all.truncate(1);
            all
        }),
        ..named("lists")
    };
    let user_id = office.save(user).expect("saved").associate_id;
    let save_secret = |public: &str| {
        let credentials = UntrustedCredentials {
            public_value: text(public),
            secret_value: text("secret"),
            ..UntrustedCredentials::default()
        };
        let saved = office.call(SaveUntrustedCredentials {
            r#type: text("imap"),
            credentials: Some(credentials),
        });
        saved.expect("saved");
    };
    save_secret("one");
    office.execute(
        "INSERT INTO directory_user (credentialType, value, display_value)
         VALUES ('ActiveDirectory', 'S-1-5-1', 'one')",
    );
    let one = statements(&office, user_id, &[1]);

    for number in 0..20 {
        save_secret(&format!("another {number}"));
        let saved = office.call(SaveRoleEntity {
            role_entity: Some(RoleEntity {
                name: Some(format!("Role {number}")),
                ..RoleEntity::default()
            }),
        });
        saved.expect("saved");
        let saved = office.call(SaveUserGroup {
            user_group: Some(UserGroup {
                value: Some(format!("Group {number}")),
                ..UserGroup::default()
            }),
        });
        saved.expect("saved");
        office
            .save(named(&format!("user {number}")))
            .expect("saved");
    }
    office.execute(
        "INSERT INTO directory_user (credentialType, value, display_value)
         SELECT 'ActiveDirectory', 'S-1-5-1' || UserGroup_id, name FROM usergroup",
    );
    office.execute(
        "INSERT INTO functionrightrolelink (roleId, functionRightId)
         SELECT Role_id, 1 FROM role WHERE Role_id > 16
         ON CONFLICT DO NOTHING",
    );
    let user = User {
        other_groups: Some((2..20).map(group).collect()),
        ticket_categories: complete().ticket_categories,
        ..office.get(user_id).expect("user")
    };
    let saved = office.save(user).expect("saved");
    assert!(saved.ticket_categories.expect("never nil").len() > 1);
    let ids: Vec<i32> = (1..20).collect();
    assert_eq!(statements(&office, user_id, &ids), one);
    // More than the beginning and the end of a transaction.
    assert!(one.iter().all(|(_, count)| *count > 2), "{one:?}");
}
