//! Functional rights, called as operations.

use super::*;
use crate::contract::role::{Role, RoleType};
use crate::contract::user::{User, UserType};
use crate::service::testing::{Office, caller, refusal};
use crate::session::Caller;

/// Ids: 1 admin-all, 2 admin-lists, 3 admin-users, 43 admin-role, 31 one for external users.
const ADMIN_ALL: i32 = 1;
const ADMIN_LISTS: i32 = 2;
const ADMIN_USERS: i32 = 3;
const EXTERNAL: i32 = 31;
const SEND_EMAIL: i32 = 74;

fn set(role_id: i32, ids: &[i32]) -> SetFunctionalRights {
    SetFunctionalRights {
        role_id,
        functional_right_ids: Some(ids.to_vec()),
    }
}

fn held(office: &Office, role_id: i32) -> Vec<i32> {
    let items = office.call(GetFunctionalRights { role_id });
    let items = items.expect("read").expect("never nil");
    assert!(items.iter().all(|item| item.selected));
    items.iter().map(|item| item.id).collect()
}

fn offered(office: &Office, role_type: RoleType) -> Vec<SelectableMDOListItem> {
    let items = office.call(GetAllFunctionalRights { role_type });
    items.expect("read").expect("never nil")
}

/// An employee who may change roles, and has no right on everything.
fn keeper() -> Caller {
    caller(
        77,
        UserType::InternalAssociate,
        &["admin-role", "admin-users"],
    )
}

/// Makes the administrator one in the database too.
fn promote(office: &Office) {
    office.execute("UPDATE userrolelink SET role_id = 1");
}

#[test]
fn rights_are_offered_by_type_and_licence() {
    let office = Office::open();
    let employee = offered(&office, RoleType::Employee);
    let first = &employee[0];
    assert_eq!(
        (first.id, first.extra_info.as_deref()),
        (ADMIN_ALL, Some("admin-all"))
    );
    assert!(first.name.is_some() && !first.selected);
    let ids = |role_type| -> Vec<i32> {
        let items = offered(&office, role_type);
        items.iter().map(|item| item.id).collect()
    };
    assert!(!ids(RoleType::Employee).contains(&EXTERNAL));
    assert!(ids(RoleType::ExternalUser).contains(&EXTERNAL));
    assert!(!ids(RoleType::ExternalUser).contains(&ADMIN_ALL));
    assert_eq!(ids(RoleType::Anonymous), [0; 0]);

    office.execute("UPDATE functionright SET requiredModule = 'quote' WHERE name = 'admin-quote'");
    assert!(ids(RoleType::Employee).contains(&47));
    office.execute("UPDATE modulelicense SET licenseNumber = 0 WHERE moduleName = 'quote'");
    assert!(!ids(RoleType::Employee).contains(&47));
    let without_licence = office.call(set(9, &[47]));
    assert_eq!(refusal(without_licence), Exception::InvalidArgument);
    // What is held already can stay.
    assert!(office.call(set(15, &[47])).is_ok());
    assert_eq!(held(&office, 15), [47]);
}

#[test]
fn a_set_replaces_what_was_there() {
    let office = Office::open();
    office
        .call(set(9, &[SEND_EMAIL, ADMIN_LISTS, ADMIN_LISTS]))
        .expect("set");
    assert_eq!(held(&office, 9), [ADMIN_LISTS, SEND_EMAIL]);
    let none = SetFunctionalRights {
        role_id: 9,
        functional_right_ids: None,
    };
    office.call(none).expect("cleared");
    assert_eq!(held(&office, 9), [0; 0]);
    assert_eq!(held(&office, 99), [0; 0]);
}

#[test]
fn roles_are_found_by_their_rights() {
    let office = Office::open();
    office.execute("UPDATE role SET deleted = 1 WHERE Role_id = 15");
    let items = office.call(FindRolesWithFunctionalRight {
        functional_right_name: Some("admin-users".into()),
    });
    let items = items.expect("read").expect("never nil");
    let found: Vec<_> = items.iter().map(|item| item.id).collect();
    assert_eq!(found, [1, 8, 12]);
    assert_eq!(items[1].name.as_deref(), Some("User Administrator"));

    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let with = |list: &[&str]| {
        let functional_right_names = names(list);
        let found = office.call(FindRolesWithFunctionalRights {
            functional_right_names,
        });
        found.expect("read").expect("never nil")
    };
    let without = |list: &[&str]| {
        let functional_right_names = names(list);
        let found = office.call(FindRolesWithoutFunctionalRights {
            functional_right_names,
        });
        found.expect("read").expect("never nil")
    };
    assert_eq!(with(&["admin-lists", "admin-users"]), [1, 7, 8, 12]);
    assert_eq!(
        without(&["admin-lists", "admin-users", "no-such"]),
        [2, 3, 4, 5, 6, 9, 10, 11, 13, 14, 16]
    );
    assert_eq!(
        (with(&[]), with(&["no-such", "' OR 1=1"])),
        (vec![], vec![])
    );
    assert_eq!(without(&[]).len(), 15);
}

#[test]
fn nothing_changes_when_one_right_is_out_of_the_question() {
    let office = Office::open();
    let before = held(&office, 9);
    let change = |role_id: i32, ids: &[i32]| refusal(office.call(set(role_id, ids)));
    for id in [0, -1, 999, EXTERNAL] {
        assert_eq!(change(9, &[SEND_EMAIL, id]), Exception::InvalidArgument);
    }
    assert_eq!(change(0, &[]), Exception::NotFound);
    assert_eq!(change(12, &[]), Exception::IllegalOperation);
    office.execute("UPDATE role SET deleted = 1 WHERE Role_id = 6");
    assert_eq!(change(6, &[]), Exception::IllegalOperation);
    assert_eq!(held(&office, 9), before);
}

#[test]
fn a_keeper_of_roles_hands_on_what_the_own_role_has_and_cannot_climb() {
    let office = Office::open();
    let keeper = keeper();
    let refused = |role_id: i32, ids: &[i32]| refusal(office.call_as(&keeper, set(role_id, ids)));
    let before = held(&office, 9);
    for right in [ADMIN_ALL, ADMIN_LISTS] {
        assert_eq!(refused(9, &[right]), Exception::Sentry);
        assert_eq!(refused(8, &[right, ADMIN_USERS, 43]), Exception::Sentry);
    }
    assert_eq!(held(&office, 9), before);
    // Nor take anything from those above.
    assert_eq!(refused(1, &[]), Exception::Sentry);

    office
        .call_as(&keeper, set(9, &[ADMIN_USERS, SEND_EMAIL]))
        .expect("set");
    assert_eq!(held(&office, 9), [ADMIN_USERS, SEND_EMAIL]);
    // What is there already is not given.
    office
        .call_as(&keeper, set(7, &[ADMIN_LISTS]))
        .expect("set");
    let user = caller(1, UserType::InternalAssociate, &["admin-users"]);
    assert_eq!(
        refusal(office.call_as(&user, set(9, &[]))),
        Exception::Sentry
    );
    let outsider = caller(2, UserType::ExternalAssociate, &["admin-all"]);
    let read = GetFunctionalRights { role_id: 1 };
    assert_eq!(
        refusal(office.call_as(&outsider, read)),
        Exception::IllegalOperation
    );
}

#[test]
fn somebody_keeps_the_right_to_administer_everything() {
    let office = Office::open();
    promote(&office);
    let system = caller(5, UserType::SystemAssociate, &[]);
    assert_eq!(
        refusal(office.call(set(1, &[ADMIN_USERS]))),
        Exception::IllegalOperation
    );
    assert_eq!(
        refusal(office.call_as(&system, set(1, &[]))),
        Exception::IllegalOperation
    );
    assert!(held(&office, 1).contains(&ADMIN_ALL));

    // A role with the right is no help as long as nobody has the role.
    office.call(set(9, &[ADMIN_ALL])).expect("set");
    assert_eq!(
        refusal(office.call(set(1, &[]))),
        Exception::IllegalOperation
    );
    office.execute("UPDATE userrolelink SET role_id = 9");
    office.call(set(1, &[ADMIN_USERS])).expect("set");
    assert_eq!(held(&office, 1), [ADMIN_USERS]);
}

#[test]
fn two_administrators_who_disarm_each_other_leave_one() {
    let office = Office::open();
    promote(&office);
    let other = office.save(User {
        name: Some("other".into()),
        role: Some(Role {
            id: 9,
            ..Role::default()
        }),
        ..User::default()
    });
    other.expect("saved");
    for _ in 0..20 {
        office.execute("INSERT INTO functionrightrolelink (roleId, functionRightId) VALUES (1, 1), (9, 1) ON CONFLICT DO NOTHING");
        let done = std::thread::scope(|scope| {
            let calls = [1, 9].map(|role| {
                let office = &office;
                scope.spawn(move || office.call(set(role, &[ADMIN_USERS])).is_ok())
            });
            calls.map(|call| call.join().expect("answered"))
        });
        assert_ne!(done[0], done[1]);
        let left = "SELECT count(*) FROM functionrightrolelink
                    WHERE functionRightId = 1 AND roleId IN (1, 9)";
        assert_eq!(office.number(left), 1);
    }
}
