//! What the data rights of a role allow with persons. A person belongs to the owner of its company.

use super::access;
use super::role_matrix;
use super::row_rights::{FULL, table_right};
use super::user_guard::Author;
use crate::contract::rights::{ETableRight, TableRight};
use crate::contract::role::{RoleRelationToOwner, RoleType};
use crate::contract::user::{Person, UserType};
use crate::fault::{Exception, Fault};
use crate::session::Caller;
use crate::store::Tx;
use crate::store::data_rights::{self, PERSON};
use crate::store::ownership::{self, Ownership};

/// Without it, what the role says of the own company counts for nothing.
const OWN_COMPANY: &str = "ext-use-my-company-rights";

/// What somebody may do with a person, stored or not: the best of what the role gives for the
/// relations that apply.
pub fn of_person(tx: &Tx<'_>, author: &Author, person: &Person) -> Result<TableRight, Fault> {
    let Some(caller) = author.caller.as_deref() else {
        return Ok(table_right(FULL, ""));
    };
    if access::is_system(caller) {
        return Ok(table_right(FULL, ""));
    }
    let cells = data_rights::remembered(tx, caller.role_id)?;
    let mut columns = role_matrix::columns(caller.role_type).iter();
    let allowed = |relation: &RoleRelationToOwner| {
        let cell = cells.get(&(PERSON, *relation));
        role_matrix::allowed(cell.map_or("", String::as_str))
    };
    if columns.all(|relation| allowed(relation) == FULL) {
        return Ok(table_right(FULL, ""));
    }
    let owner = ownership::of_company(tx, person.contact_id, caller.associate_id, caller.group_id)?;
    let relations = relations(caller, person, owner);
    let masks = relations.iter().map(allowed);
    let mask = masks.fold(ETableRight::default(), |all, more| all | more);
    let names: Vec<_> = relations.iter().map(|relation| relation.name()).collect();
    let reason = format!(
        "The role gives no more right on persons of relation {}.",
        names.join(", ")
    );
    Ok(table_right(mask, &reason))
}

/// Whether somebody may read all persons, whoever owns their companies.
pub fn reads_all(tx: &Tx<'_>, caller: &Caller) -> Result<bool, Fault> {
    if access::is_system(caller) {
        return Ok(true);
    }
    let cells = data_rights::remembered(tx, caller.role_id)?;
    let mut columns = role_matrix::columns(caller.role_type).iter();
    Ok(columns.all(|relation| {
        let cell = cells.get(&(PERSON, *relation));
        let allowed = role_matrix::allowed(cell.map_or("", String::as_str));
        allowed.contains(ETableRight::SELECT)
    }))
}

/// How a caller stands to the owner of a person.
fn relations(
    caller: &Caller,
    person: &Person,
    owner: Option<Ownership>,
) -> Vec<RoleRelationToOwner> {
    let is_self = person.person_id != 0 && person.person_id == caller.person_id;
    let mut relations = Vec::new();
    match owner {
        _ if is_self => relations.push(RoleRelationToOwner::MyOwn),
        Some(owner) if owner.associate_id == caller.associate_id => {
            relations.push(RoleRelationToOwner::MyOwn);
        }
        Some(owner) if owner.user_type == UserType::ExternalAssociate => {
            relations.push(RoleRelationToOwner::ExternalUser);
        }
        Some(owner) if owner.user_type == UserType::AnonymousAssociate => {
            relations.push(RoleRelationToOwner::Anonymous);
        }
        Some(owner) if owner.shares_primary_group || owner.shares_other_group => {
            if owner.shares_primary_group {
                relations.push(RoleRelationToOwner::PrimaryGroup);
            }
            if owner.shares_other_group {
                relations.push(RoleRelationToOwner::OtherGroups);
            }
        }
        _ => relations.push(RoleRelationToOwner::OtherAssociates),
    }
    if caller.role_type == RoleType::ExternalUser
        && caller.contact_id != 0
        && caller.contact_id == person.contact_id
        && caller.has_any_right(&[OWN_COMPANY])
    {
        relations.push(RoleRelationToOwner::MyCompany);
    }
    relations
}

/// Why somebody may not do something with a person, stored or not.
pub fn refusal(
    tx: &Tx<'_>,
    author: &Author,
    person: &Person,
    wanted: ETableRight,
) -> Result<Option<Fault>, Fault> {
    let right = of_person(tx, author, person)?;
    if right.mask.contains(wanted) {
        return Ok(None);
    }
    let reason = right.reason.unwrap_or_default();
    Ok(Some(Fault::service(Exception::Sentry, reason)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::role::RoleRelationToOwner::*;
    use crate::service::testing::{Office, caller};
    use crate::store::Stamp;
    use std::sync::Arc;

    const READ: ETableRight = ETableRight(1);
    const ADD: ETableRight = ETableRight(5);
    const CHANGE: ETableRight = ETableRight(7);

    /// Company 2 belongs to user 500, who is in group 7, and in group 8 besides.
    fn office() -> Office {
        let office = Office::open();
        for statement in [
            "INSERT INTO usergroup (UserGroup_id, name) VALUES (7, 'seven'), (8, 'eight'), (9, 'nine')",
            "INSERT INTO associate (associate_id, name, name_key, group_idx)
             VALUES (500, 'owner', 'owner', 7), (501, 'other', 'other', 9)",
            "INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (500, 8)",
            "INSERT INTO contact (contact_id, name, associate_id) VALUES (2, 'Two', 500)",
            "INSERT INTO role (Role_id, name, roleType) VALUES (100, 'hundred', 0)",
            // Each relation gives something else than its neighbours.
            "INSERT INTO dataright (roleId, tableId, relationToOwner, CRUD)
             VALUES (100, 6, 0, 'CRUD'), (100, 6, 1, 'CRU'), (100, 6, 3, 'CR'), (100, 6, 2, 'R'),
                 (100, 5, 2, 'CRUD')",
        ] {
            office.execute(statement);
        }
        office
    }

    fn employee(id: i32, group: i32) -> Caller {
        Caller {
            group_id: group,
            role_id: 100,
            ..caller(id, UserType::InternalAssociate, &[])
        }
    }

    fn right(office: &Office, caller: &Caller, person_id: i32, contact_id: i32) -> TableRight {
        let author = Author {
            caller: Some(Arc::new(caller.clone())),
            ..Author::installation(Stamp {
                at: office.installation.clock.now(),
                by: caller.associate_id,
            })
        };
        let person = Person {
            person_id,
            contact_id,
            ..Person::default()
        };
        let store = &office.installation.store;
        let right = store.read(|tx| of_person(tx, &author, &person));
        right.expect("worked out")
    }

    #[test]
    fn the_owner_of_the_company_decides() {
        let office = office();
        let mask = |caller: &Caller, company| right(&office, caller, 77, company).mask;
        assert_eq!(mask(&employee(500, 7), 2), FULL);
        assert_eq!(mask(&employee(501, 7), 2), CHANGE);
        assert_eq!(mask(&employee(501, 9), 2), READ);
        // The caller's primary group is another one of the owner's.
        assert_eq!(mask(&employee(501, 8), 2), ADD);
        // Nobody owns company 1, and there is no company 3.
        assert_eq!(mask(&employee(501, 7), 1), READ);
        assert_eq!(mask(&employee(501, 7), 3), READ);
        // No group is not one that people have in common.
        office.execute("UPDATE associate SET group_idx = 0 WHERE associate_id = 500");
        assert_eq!(mask(&employee(501, 0), 2), READ);
        office.execute("INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (501, 8)");
        assert_eq!(mask(&employee(501, 0), 2), ADD);
        office.execute("UPDATE associate SET group_idx = 9 WHERE associate_id = 500");
        assert_eq!(mask(&employee(501, 9), 2), CHANGE);
    }

    #[test]
    fn the_best_of_the_relations_counts() {
        let office = office();
        office.execute("INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (501, 8)");
        let both = employee(501, 7);
        assert_eq!(right(&office, &both, 77, 2).mask, CHANGE);
        office.execute("UPDATE dataright SET CRUD = '' WHERE roleId = 100 AND relationToOwner = 1");
        assert_eq!(right(&office, &both, 77, 2).mask, ADD);
    }

    #[test]
    fn persons_belong_to_themselves() {
        let office = office();
        let oneself = Caller {
            person_id: 77,
            ..employee(501, 9)
        };
        assert_eq!(right(&office, &oneself, 77, 2).mask, FULL);
        assert_eq!(right(&office, &oneself, 78, 2).mask, READ);
        // One that is not stored yet is nobody's.
        let nobody = employee(501, 9);
        assert_eq!(right(&office, &nobody, 0, 2).mask, READ);
    }

    #[test]
    fn what_external_and_anonymous_users_own_has_columns_of_its_own() {
        let office = office();
        office.execute(
            "INSERT INTO dataright (roleId, tableId, relationToOwner, CRUD)
             VALUES (100, 6, 4, 'CRU'), (100, 6, 5, 'CR')",
        );
        // Groups do not count then.
        let colleague = employee(501, 7);
        office.execute("UPDATE associate SET type = 4 WHERE associate_id = 500");
        assert_eq!(right(&office, &colleague, 77, 2).mask, CHANGE);
        office.execute("UPDATE associate SET type = 7 WHERE associate_id = 500");
        assert_eq!(right(&office, &colleague, 77, 2).mask, ADD);
    }

    #[test]
    fn external_users_need_a_right_for_the_own_company() {
        let office = office();
        let mask = |rights: &[&str], company: i32| {
            let external = Caller {
                contact_id: company,
                ..caller(501, UserType::ExternalAssociate, rights)
            };
            right(&office, &external, 77, 2).mask
        };
        assert_eq!(mask(&[OWN_COMPANY], 2), READ);
        assert_eq!(mask(&[], 2), ETableRight(0));
        assert_eq!(mask(&[OWN_COMPANY], 1), ETableRight(0));
        // Having no company is not having the same.
        let external = caller(501, UserType::ExternalAssociate, &[OWN_COMPANY]);
        assert_eq!(right(&office, &external, 77, 0).mask, ETableRight(0));
        let employee = Caller {
            contact_id: 2,
            role_id: 10,
            ..caller(501, UserType::InternalAssociate, &[OWN_COMPANY])
        };
        assert_eq!(right(&office, &employee, 77, 2).mask, ETableRight(0));
    }

    #[test]
    fn a_reason_is_told_where_something_is_missing() {
        let office = office();
        let full = right(&office, &employee(500, 7), 77, 2);
        assert_eq!(full.reason.as_deref(), Some(""));
        let some = right(&office, &employee(501, 9), 77, 2);
        let reason = some.reason.unwrap_or_default();
        assert!(reason.contains(OtherAssociates.name()), "{reason}");
        for relation in [MyOwn, PrimaryGroup] {
            assert!(!reason.contains(relation.name()), "{reason}");
        }
    }

    #[test]
    fn no_matrix_holds_programs_back_and_no_role_gives_nothing() {
        let office = office();
        office.execute("DELETE FROM dataright");
        let system = caller(501, UserType::SystemAssociate, &[]);
        assert_eq!(right(&office, &system, 77, 2).mask, FULL);
        assert_eq!(
            right(&office, &employee(500, 7), 77, 2).mask,
            ETableRight(0)
        );
    }
}
