//! Functional rights of roles.

use super::{Call, role_guard, roles};
use crate::contract::list::{MDOListItem, SelectableMDOListItem};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::functional_rights::{self, RightRow};
use crate::store::roles as role_rows;
use std::collections::{BTreeMap, BTreeSet};

/// Rights whose licence the installation lacks are left out.
impl Handler<Call> for GetAllFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let rows = call
            .installation
            .store
            .read(|tx| Ok(functional_rights::for_type(tx, self.role_type)?))?;
        Ok(Some(
            rows.into_iter().map(|row| list_item(row, false)).collect(),
        ))
    }
}

/// Nothing for a role that does not exist.
impl Handler<Call> for GetFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let rows = call
            .installation
            .store
            .read(|tx| Ok(functional_rights::of_role(tx, self.role_id)?))?;
        Ok(Some(
            rows.into_iter().map(|row| list_item(row, true)).collect(),
        ))
    }
}

/// Replaces all rights of a role, for its users from their next request on. A right that the
/// role has can stay, whether or not it could be given anew.
impl Handler<Call> for SetFunctionalRights {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let stamp = call.stamp()?;
        let caller = call.caller()?.clone();
        let wanted: BTreeSet<i32> = self.functional_right_ids.into_iter().flatten().collect();
        call.installation.store.write(move |tx| {
            let role = role_guard::role_to_change(tx, &caller, self.role_id)?;
            let had = by_id(functional_rights::of_role(tx, role.id)?);
            let mut known = by_id(functional_rights::for_type(tx, role.role_type)?);
            known.extend(had.clone());
            let before: BTreeSet<String> = had.values().cloned().collect();
            let mut after = BTreeSet::new();
            for id in &wanted {
                let name = known.get(id).ok_or_else(|| no_such_right(*id))?;
                after.insert(name.clone());
            }
            role_guard::hand_on(&caller, &before, &after)?;
            let taken = had.keys().filter(|id| !wanted.contains(*id));
            let given = wanted.iter().filter(|id| !had.contains_key(*id));
            functional_rights::change(tx, role.id, taken, given)?;
            role_rows::touch(tx, role.id, stamp)?;
            role_guard::keep_an_administrator(tx, &before)
        })?;
        call.installation.sessions.forget_all();
        Ok(())
    }
}

impl Handler<Call> for FindRolesWithFunctionalRight {
    fn handle(self, call: &Call) -> Result<Option<Vec<MDOListItem>>, Fault> {
        let right = self.functional_right_name.unwrap_or_default();
        let rows = call
            .installation
            .store
            .read(|tx| Ok(functional_rights::roles_with(tx, &right)?))?;
        Ok(Some(rows.into_iter().map(roles::plain_list_item).collect()))
    }
}

impl Handler<Call> for FindRolesWithFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<i32>>, Fault> {
        find(call, self.functional_right_names, true)
    }
}

impl Handler<Call> for FindRolesWithoutFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<i32>>, Fault> {
        find(call, self.functional_right_names, false)
    }
}

fn find(call: &Call, names: Option<Vec<String>>, wanted: bool) -> Result<Option<Vec<i32>>, Fault> {
    let names = names.unwrap_or_default();
    call.installation.store.read(|tx| {
        Ok(Some(functional_rights::roles_having_any(
            tx, &names, wanted,
        )?))
    })
}

/// Code names by id.
fn by_id(rows: Vec<RightRow>) -> BTreeMap<i32, String> {
    rows.into_iter().map(|row| (row.id, row.name)).collect()
}

fn no_such_right(id: i32) -> Fault {
    Fault::service(
        Exception::InvalidArgument,
        format!("This role cannot have a functional right {id}."),
    )
    .with("FunctionalRightIds", id.to_string())
}

fn list_item(row: RightRow, selected: bool) -> SelectableMDOListItem {
    SelectableMDOListItem {
        id: row.id,
        full_name: Some(row.display_name.clone()),
        name: Some(row.display_name),
        tool_tip: Some(row.description.unwrap_or_default()),
        rank: row.id,
        r#type: Some("FunctionRights".into()),
        icon_hint: Some(String::new()),
        selected,
        child_items: Some(Vec::new()),
        extra_info: Some(row.name),
        style_hint: Some(String::new()),
        ..SelectableMDOListItem::default()
    }
}

#[cfg(test)]
mod tests;
