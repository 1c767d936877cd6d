//! Roles, called as operations.

use super::*;
use crate::contract::user::{User, UserType};
use crate::service::testing::{Office, caller, fields, refusal};

#[test]
fn roles_are_found_by_id() {
    let office = Office::open();
    let role = |role_id| office.call(GetRole { role_id }).expect("read");
    let found = role(16).expect("role");
    assert_eq!((found.id, found.value.as_deref()), (16, Some("CRM User")));
    assert!(found.tooltip.is_some());
    assert_eq!((role(0), role(99)), (None, None));
}

#[test]
fn roles_are_listed_by_type_without_deleted_ones() {
    let office = Office::open();
    office.execute("UPDATE role SET deleted = 1 WHERE Role_id = 2");
    office.execute("UPDATE role SET rank = 0 WHERE Role_id = 16");
    let list = |role_type| {
        let items = office.call(GetAllRoles { role_type }).expect("read");
        items.expect("never nil")
    };
    let employee = list(RoleType::Employee);
    let ids: Vec<_> = employee.iter().map(|item| item.id).collect();
    assert_eq!(ids, [16, 1, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15]);
    assert!(employee.iter().all(|item| !item.selected && !item.deleted));
    assert_eq!(employee[0].name.as_deref(), Some("CRM User"));
    let external = list(RoleType::ExternalUser);
    assert_eq!((external.len(), external[0].id), (1, 10));
    assert_eq!(external[0].extra_info.as_deref(), Some("1"));
}

fn blank(office: &Office, role_type: RoleType) -> RoleEntity {
    let made = office.call(CreateDefaultRoleEntityFromType { r#type: role_type });
    made.expect("made").expect("role")
}

fn named(office: &Office, name: &str) -> RoleEntity {
    RoleEntity {
        name: Some(name.into()),
        ..blank(office, RoleType::Employee)
    }
}

fn save(office: &Office, role: RoleEntity) -> Result<RoleEntity, Fault> {
    let role_entity = Some(role);
    let saved = office.call(SaveRoleEntity { role_entity })?;
    Ok(saved.expect("the role as stored"))
}

fn get(office: &Office, role_entity_id: i32) -> Option<RoleEntity> {
    office.call(GetRoleEntity { role_entity_id }).expect("read")
}

fn delete(role_id_to_delete: i32, replacing_role_id: i32) -> DeleteRole {
    DeleteRole {
        role_id_to_delete,
        replacing_role_id,
    }
}

/// The right in a cell, counted from 0.
fn cell(role: &mut RoleEntity, row: usize, column: usize) -> &mut Option<String> {
    let matrix = role.data_rights.as_mut().and_then(|it| it.rights.as_mut());
    &mut matrix.expect("matrix")[row][column].value
}

#[test]
fn a_blank_role_has_the_matrix_of_its_type_and_no_rights() {
    let office = Office::open();
    for (role_type, columns) in [
        (RoleType::Employee, 6),
        (RoleType::ExternalUser, 8),
        (RoleType::Anonymous, 4),
        (RoleType::System, 6),
    ] {
        let role = blank(&office, role_type);
        assert_eq!(
            (role.role_id, role.role_type, role.rank),
            (0, role_type, 16)
        );
        let matrix = role.data_rights.expect("matrix");
        for row in matrix.rights.expect("rights") {
            assert_eq!(row.len(), columns);
            for right in row {
                assert_eq!(right.value.as_deref(), Some(""));
                assert_eq!(right.description.as_deref(), Some("None"));
            }
        }
    }
    let default = office.call(CreateDefaultRoleEntity {}).expect("made");
    assert_eq!(default, Some(blank(&office, RoleType::Employee)));
    assert_eq!(office.number("SELECT count(*) FROM role"), 16);
}

#[test]
fn a_role_comes_back_as_it_was_saved() {
    let office = Office::open();
    let mut sent = named(&office, "Auditor");
    sent.tooltip = Some("Only looks".into());
    sent.use_categories = 1;
    *cell(&mut sent, 0, 0) = Some("R".into());
    *cell(&mut sent, 6, 2) = Some("CRUD".into());
    let saved = save(&office, sent.clone()).expect("saved");
    assert_eq!(get(&office, saved.role_id), Some(saved.clone()));
    let by = saved.created_by.as_ref().expect("user");
    assert_eq!(by.name.as_deref(), Some("boss"));
    assert_eq!(by.associate_id, office.administrator.associate_id);
    assert_eq!(saved.created_by, saved.updated_by);
    assert!(saved.created > crate::model::DateTime::MIN && saved.created == saved.updated);
    let same = (saved.tooltip.clone(), saved.use_categories, saved.rank);
    assert_eq!(same, (sent.tooltip, 1, 16));
    let mut again = saved.clone();
    assert_eq!(cell(&mut again, 6, 2).as_deref(), Some("CRUD"));

    // The type is fixed, and so is what is not mentioned.
    let saved = save(
        &office,
        RoleEntity {
            role_id: saved.role_id,
            role_type: RoleType::ExternalUser,
            rank: 3,
            ..RoleEntity::default()
        },
    );
    let saved = saved.expect("saved");
    assert_eq!(saved.role_type, RoleType::Employee);
    assert_eq!((saved.name.as_deref(), saved.rank), (Some("Auditor"), 3));
    assert_eq!(saved.tooltip, None);
    assert_eq!(saved.data_rights, again.data_rights);
}

#[test]
fn a_new_role_is_not_what_new_users_get() {
    let office = Office::open();
    let default = || {
        let user = office.call(CreateDefaultUser {}).expect("made");
        user.and_then(|user| user.role).map(|role| role.id)
    };
    assert_eq!(default(), Some(16));
    let new = save(&office, named(&office, "New")).expect("saved");
    assert_eq!(default(), Some(16));
    let first_choice = RoleEntity {
        rank: new.rank + 1,
        ..new.clone()
    };
    save(&office, first_choice).expect("saved");
    assert_eq!(default(), Some(new.role_id));
}

#[test]
fn what_cannot_be_a_role_is_not_stored() {
    let office = Office::open();
    let count = || office.number("SELECT count(*) + sum(updatedCount) FROM role");
    let before = count();
    let long = "x".repeat(255);
    let role = |name: &str| named(&office, name);
    let mut wrong = role("wrong");
    *cell(&mut wrong, 0, 0) = Some("C".into());
    let of_type = |role_type| RoleEntity {
        role_type,
        data_rights: None,
        ..role("type")
    };
    let update = |role_id, deleted| RoleEntity {
        role_id,
        deleted,
        ..RoleEntity::default()
    };
    for (role, field) in [
        (role(" "), "Name"),
        (role("crm user"), "Name"),
        (role(&long), "Name"),
        (
            RoleEntity {
                tooltip: Some(long.clone()),
                ..role("tip")
            },
            "Tooltip",
        ),
        (of_type(RoleType::Anonymous), "RoleType"),
        (of_type(RoleType::System), "RoleType"),
        (
            RoleEntity {
                deleted: 1,
                ..role("deleted")
            },
            "Deleted",
        ),
        (update(16, 1), "Deleted"),
        (wrong, "DataRights"),
    ] {
        assert_eq!(fields(save(&office, role)), [field]);
    }
    for (role, expected) in [
        (update(99, 0), Exception::NotFound),
        (update(12, 0), Exception::IllegalOperation),
    ] {
        assert_eq!(refusal(save(&office, role)), expected);
    }
    let nil = office.call(SaveRoleEntity { role_entity: None });
    assert_eq!(refusal(nil), Exception::InvalidArgument);
    let keeper = caller(7, UserType::InternalAssociate, &["admin-role"]);
    let role_entity = Some(update(1, 0));
    let of_those_above = office.call_as(&keeper, SaveRoleEntity { role_entity });
    assert_eq!(refusal(of_those_above), Exception::Sentry);
    assert_eq!(count(), before);
    assert_eq!(get(&office, 99), None);
}

#[test]
fn a_deleted_role_leaves_its_users_another_and_can_come_back() {
    let office = Office::open();
    let user = office.save(User {
        name: Some("ann".into()),
        role: Some(Role {
            id: 9,
            ..Role::default()
        }),
        ..User::default()
    });
    let id = user.expect("saved").associate_id;
    office.call(delete(9, 4)).expect("deleted");
    let role_of = |id| {
        office
            .get(id)
            .and_then(|user| user.role)
            .map(|role| role.id)
    };
    assert_eq!(role_of(id), Some(4));
    let deleted = get(&office, 9).expect("the row stays");
    assert_eq!(deleted.deleted, 1);

    // Its name is free meanwhile.
    let other = save(&office, named(&office, "Local User")).expect("saved");
    let back = RoleEntity {
        deleted: 0,
        ..deleted.clone()
    };
    assert_eq!(fields(save(&office, back.clone())), ["Name"]);
    office.call(delete(other.role_id, 4)).expect("deleted");
    assert_eq!(save(&office, back).expect("saved").deleted, 0);
    assert_eq!(role_of(id), Some(4));
}

#[test]
fn roles_that_are_needed_stay() {
    let office = Office::open();
    let own = "SELECT role_id FROM userrolelink";
    assert_eq!(office.number(own), 16);
    let ann = office.save(User {
        name: Some("ann".into()),
        role: Some(Role {
            id: 1,
            ..Role::default()
        }),
        ..User::default()
    });
    ann.expect("saved");
    office.execute("UPDATE role SET deleted = 1 WHERE Role_id = 6");
    let state = || {
        office.number("SELECT sum(deleted * 100000 + updatedCount) FROM role") * 100
            + office.number("SELECT sum(role_id) FROM userrolelink")
    };
    let before = state();
    for (role, replacing, expected) in [
        (0, 0, Exception::NotFound),
        (99, 2, Exception::NotFound),
        (2, 99, Exception::NotFound),
        (16, 2, Exception::IllegalOperation),
        (12, 2, Exception::IllegalOperation),
        (11, 11, Exception::IllegalOperation),
        (10, 10, Exception::IllegalOperation),
        (6, 2, Exception::IllegalOperation),
        (2, 2, Exception::InvalidArgument),
        (2, 6, Exception::InvalidArgument),
        (2, 10, Exception::InvalidArgument),
        // Ann is the last who may administer everything.
        (1, 2, Exception::IllegalOperation),
    ] {
        let refused = refusal(office.call(delete(role, replacing)));
        assert_eq!(refused, expected, "{role} {replacing}");
    }
    let keeper = caller(7, UserType::InternalAssociate, &["admin-role"]);
    for (role, replacing) in [(2, 1), (1, 2), (2, 8)] {
        let refused = refusal(office.call_as(&keeper, delete(role, replacing)));
        assert_eq!(refused, Exception::Sentry);
    }
    assert_eq!(state(), before);
    office.call_as(&keeper, delete(8, 2)).expect("fewer rights");
}
