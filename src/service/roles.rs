//! Roles.

use super::Call;
use crate::contract::list::SelectableMDOListItem;
use crate::contract::role::Role;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::Handler;
use crate::store::roles::{self, RoleRow};

/// Nil when there is no such role.
impl Handler<Call> for GetRole {
    fn handle(self, call: &Call) -> Result<Option<Role>, Fault> {
        let row = call
            .installation
            .store
            .read(|tx| Ok(roles::find(tx, self.role_id)?))?;
        Ok(row.map(carrier))
    }
}

/// The roles of one type that are not deleted, by rank, then name. The type's number is told in
/// `ExtraInfo`.
impl Handler<Call> for GetAllRoles {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let rows = call
            .installation
            .store
            .read(|tx| Ok(roles::of_type(tx, self.role_type)?))?;
        Ok(Some(rows.into_iter().map(list_item).collect()))
    }
}

/// The role as a user carries it.
pub fn carrier(row: RoleRow) -> Role {
    Role {
        id: row.id,
        value: Some(row.name),
        tooltip: row.tooltip,
        ..Role::default()
    }
}

fn list_item(row: RoleRow) -> SelectableMDOListItem {
    SelectableMDOListItem {
        id: row.id,
        full_name: Some(row.name.clone()),
        name: Some(row.name),
        tool_tip: row.tooltip,
        deleted: row.deleted,
        rank: i32::from(row.rank),
        r#type: Some("Roles".into()),
        icon_hint: Some(String::new()),
        child_items: Some(Vec::new()),
        extra_info: Some((row.role_type as i32).to_string()),
        style_hint: Some(String::new()),
        ..SelectableMDOListItem::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::role::RoleType;
    use crate::service::testing::Office;

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
}
