//! Data rights of roles, cell by cell. They are not remembered anywhere: what is written here
//! counts for whatever is read next.

use super::{Call, role_guard, role_matrix};
use crate::contract::role::RoleType;
use crate::contract::user::StringDictionary;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::data_rights::{self, Cells, TABLES};
use crate::store::{Tx, roles};

/// A role, table or relation that does not exist is `SoNotFoundException`, as in the others.
impl Handler<Call> for GetDataRight {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        call.installation.store.read(|tx| {
            let (role_type, cells) = matrix(tx, self.role_id)?;
            let table = role_matrix::row(self.table_name.as_deref().unwrap_or_default())?;
            role_matrix::column(role_type, self.relation_to_owner)?;
            let cell = role_matrix::cell(&cells, table, self.relation_to_owner);
            Ok(Some(cell.to_owned()))
        })
    }
}

/// A row, by the names of the relations.
impl Handler<Call> for GetDataRights {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        call.installation.store.read(|tx| {
            let (role_type, cells) = matrix(tx, self.role_id)?;
            let table = role_matrix::row(self.table_name.as_deref().unwrap_or_default())?;
            let columns = role_matrix::columns(role_type).iter();
            let row = columns.map(|relation| {
                let cell = role_matrix::cell(&cells, table, *relation);
                (relation.name().to_owned(), Some(cell.to_owned()))
            });
            Ok(Some(StringDictionary(row.collect())))
        })
    }
}

/// A column, by the names of the tables.
impl Handler<Call> for GetAllDataRights {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        call.installation.store.read(|tx| {
            let (role_type, cells) = matrix(tx, self.role_id)?;
            role_matrix::column(role_type, self.relation_to_owner)?;
            let column = TABLES.iter().map(|table| {
                let cell = role_matrix::cell(&cells, table, self.relation_to_owner);
                (table.name.to_owned(), Some(cell.to_owned()))
            });
            Ok(Some(StringDictionary(column.collect())))
        })
    }
}

/// Nil is the empty text: no right.
impl Handler<Call> for SetDataRight {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let stamp = call.stamp()?;
        let caller = call.caller()?.clone();
        call.installation.store.write(move |tx| {
            let role = role_guard::role_to_change(tx, &caller, self.role_id)?;
            let table = role_matrix::row(self.table_name.as_deref().unwrap_or_default())?;
            role_matrix::column(role.role_type, self.relation_to_owner)?;
            let text = self.data_right_value.unwrap_or_default();
            let value = role_matrix::value(&text).ok_or_else(|| {
                Fault::service(Exception::InvalidArgument, role_matrix::not_a_value(&text))
            })?;
            let key = (table.number, self.relation_to_owner);
            let cells = Cells::from([(key, value.to_owned())]);
            data_rights::save(tx, role.id, &cells, stamp)?;
            Ok(roles::touch(tx, role.id, stamp)?)
        })
    }
}

/// The type of a role, deleted or not, and what is stored of its matrix.
fn matrix(tx: &Tx<'_>, role_id: i32) -> Result<(RoleType, Cells), Fault> {
    let role = roles::find(tx, role_id)?.ok_or_else(|| role_guard::not_found(role_id))?;
    Ok((role.role_type, data_rights::of_role(tx, role_id)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::role::RoleRelationToOwner;
    use crate::contract::user::UserType;
    use crate::service::testing::{Office, caller, refusal};

    fn get(office: &Office, role_id: i32, table: &str, relation: RoleRelationToOwner) -> String {
        let right = office.call(GetDataRight {
            role_id,
            table_name: Some(table.into()),
            relation_to_owner: relation,
        });
        right.expect("read").expect("never nil")
    }

    fn set(role_id: i32, table: &str, relation: RoleRelationToOwner, value: &str) -> SetDataRight {
        SetDataRight {
            role_id,
            table_name: Some(table.into()),
            relation_to_owner: relation,
            data_right_value: Some(value.into()),
        }
    }

    #[test]
    fn relations_that_the_database_numbers_otherwise_do_not_mix() {
        use RoleRelationToOwner::{OtherAssociates, OtherGroups};
        let office = Office::open();
        office
            .call(set(4, "SALE", OtherGroups, "cru"))
            .expect("set");
        assert_eq!(get(&office, 4, "sale", OtherGroups), "CRU");
        assert_eq!(get(&office, 4, "sale", OtherAssociates), "R");
        // 3 is the vendor's number for the other groups, 13 that of sales.
        let stored = "SELECT count(*) FROM dataright
                      WHERE roleId = 4 AND tableId = 13 AND relationToOwner = 3 AND CRUD = 'CRU'";
        assert_eq!(office.number(stored), 1);
        assert_eq!(
            office.number("SELECT updatedCount FROM role WHERE Role_id = 4"),
            1
        );
    }

    #[test]
    fn a_row_is_by_relation_and_a_column_by_table() {
        let office = Office::open();
        let row = office.call(GetDataRights {
            role_id: 11,
            table_name: Some("contact".into()),
        });
        let row = row.expect("read").expect("never nil").0;
        let some = |text: &str| Some(text.to_owned());
        let expected = [
            ("MyOwn", "CR"),
            ("OtherAssociates", ""),
            ("ExternalUser", ""),
            ("Anonymous", ""),
        ];
        assert_eq!(
            row,
            expected.map(|(key, value)| (key.to_owned(), some(value)))
        );

        let column = office.call(GetAllDataRights {
            role_id: 10,
            relation_to_owner: RoleRelationToOwner::MyCompany,
        });
        let column = column.expect("read").expect("never nil").0;
        assert_eq!(column.len(), TABLES.len());
        assert_eq!(column[0], ("contact".to_owned(), some("R")));
    }

    #[test]
    fn a_cell_that_is_not_stored_holds_no_right_until_it_is_set() {
        let office = Office::open();
        office.execute("DELETE FROM dataright WHERE roleId = 3 AND tableId = 481");
        let own = RoleRelationToOwner::MyOwn;
        assert_eq!(get(&office, 3, "dashboard", own), "");
        office.call(set(3, "dashboard", own, "R")).expect("set");
        assert_eq!(get(&office, 3, "dashboard", own), "R");
    }

    #[test]
    fn what_does_not_exist_or_is_closed_changes_nothing() {
        let office = Office::open();
        office.execute("UPDATE role SET deleted = 1 WHERE Role_id = 6");
        let rows = "SELECT coalesce(sum(updatedCount), 0) FROM dataright";
        let own = RoleRelationToOwner::MyOwn;
        for (request, expected) in [
            (set(99, "contact", own, "R"), Exception::NotFound),
            (set(3, "ticket", own, "R"), Exception::NotFound),
            (
                set(3, "contact", RoleRelationToOwner::SameProject, "R"),
                Exception::NotFound,
            ),
            (set(3, "contact", own, "C"), Exception::InvalidArgument),
            (set(3, "contact", own, "RUD"), Exception::InvalidArgument),
            (set(12, "contact", own, "R"), Exception::IllegalOperation),
            (set(6, "contact", own, "R"), Exception::IllegalOperation),
        ] {
            assert_eq!(refusal(office.call(request)), expected);
        }
        let keeper = caller(1, UserType::InternalAssociate, &["admin-role"]);
        let right = set(1, "contact", own, "R");
        assert_eq!(refusal(office.call_as(&keeper, right)), Exception::Sentry);
        let user = caller(1, UserType::InternalAssociate, &["admin-users"]);
        let right = set(3, "contact", own, "R");
        assert_eq!(refusal(office.call_as(&user, right)), Exception::Sentry);
        let none = GetDataRight {
            role_id: 3,
            table_name: None,
            relation_to_owner: own,
        };
        assert_eq!(refusal(office.call(none)), Exception::NotFound);
        assert_eq!(office.number(rows), 0);
    }
}
