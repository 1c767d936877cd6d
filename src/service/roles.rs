//! Roles.

use super::findings::Findings;
use super::user_carrier::with_full_names;
use super::users::no_condition;
use super::{Call, limits, role_guard, role_matrix, row_rights};
use crate::contract::list::{MDOListItem, SelectableMDOListItem};
use crate::contract::role::{Associate, Role, RoleEntity, RoleType};
use crate::contract::user::Person;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Effort, Handler};
use crate::session::Caller;
use crate::store::data_rights::Cells;
use crate::store::roles::{self, RoleRecord, RoleRow};
use crate::store::{Tx, associates, data_rights, functional_rights, persons};

/// Nil when there is no such role.
impl Handler<Call> for GetRole {
    const EFFORT: Effort = Effort::Short;

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

/// Nil when there is no such role. Deleted ones are shown.
impl Handler<Call> for GetRoleEntity {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        let caller = call.caller()?;
        call.installation
            .store
            .read(|tx| find_entity(tx, caller, self.role_entity_id))
    }
}

/// One for employees.
impl Handler<Call> for CreateDefaultRoleEntity {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        blank(call, RoleType::Employee)
    }
}

impl Handler<Call> for CreateDefaultRoleEntityFromType {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        blank(call, self.r#type)
    }
}

/// Inserts when `RoleId` is 0, else updates; answers the role as stored. A deleted role comes
/// back when `Deleted` is 0; deleting one is left to [`DeleteRole`], which knows where its users
/// go.
impl Handler<Call> for SaveRoleEntity {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        save(call, given(self.role_entity)?, no_condition)
    }
}

/// The argument of an operation that needs a role.
pub fn given(role: Option<RoleEntity>) -> Result<RoleEntity, Fault> {
    role.ok_or_else(|| {
        Fault::service(
            Exception::InvalidArgument,
            "The argument RoleEntity is nil.",
        )
    })
}

/// Saves a role if a condition holds, which is looked at in the transaction of the save.
pub fn save(
    call: &Call,
    carrier: RoleEntity,
    condition: impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<Option<RoleEntity>, Fault> {
    let stamp = call.stamp()?;
    let caller = call.caller()?.clone();
    call.installation.store.write(move |tx| {
        let before = match carrier.role_id {
            0 => None,
            id => Some(roles::find_record(tx, id)?.ok_or_else(|| role_guard::not_found(id))?),
        };
        condition(tx)?;
        if let Some(before) = &before {
            role_guard::open_to(tx, &caller, &before.row)?;
        }
        let (record, cells) = draft(tx, &carrier, before)?;
        let id = roles::save(tx, &record, stamp)?;
        data_rights::save(tx, id, &cells, stamp)?;
        find_entity(tx, &caller, id)
    })
}

impl Handler<Call> for DeleteRole {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        delete(
            call,
            self.role_id_to_delete,
            self.replacing_role_id,
            no_condition,
        )
    }
}

/// Deletes a role if a condition holds, which is looked at in the transaction. Its users have the
/// other role from their next request on.
pub fn delete(
    call: &Call,
    id: i32,
    replacement_id: i32,
    condition: impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<(), Fault> {
    let stamp = call.stamp()?;
    let caller = call.caller()?.clone();
    call.installation.store.write(move |tx| {
        let role = role_guard::role_to_change(tx, &caller, id)?;
        condition(tx)?;
        role_guard::deletable(tx, &role, stamp.by)?;
        let other = replacement(tx, &role, replacement_id)?;
        let before = functional_rights::names_of_role(tx, role.id)?;
        let after = functional_rights::names_of_role(tx, other)?;
        role_guard::hand_on(&caller, &before, &after)?;
        roles::replace(tx, role.id, other, stamp)?;
        role_guard::keep_an_administrator(tx, &before)
    })?;
    call.installation.sessions.forget_all();
    Ok(())
}

/// The id of the role that can take the place of another.
fn replacement(tx: &Tx<'_>, role: &RoleRow, id: i32) -> Result<i32, Fault> {
    let other = roles::find(tx, id)?.ok_or_else(|| role_guard::not_found(id))?;
    let reason = if other.id == role.id {
        "A role cannot take its own place."
    } else if other.deleted {
        "The role that is to take the place has been deleted."
    } else if other.role_type != role.role_type {
        "The role that is to take the place is of another type."
    } else {
        return Ok(other.id);
    };
    Err(Fault::service(Exception::InvalidArgument, reason).with("ReplacingRoleId", id.to_string()))
}

/// A role as a save would leave it, and the cells of the matrix that it would write.
fn draft(
    tx: &Tx<'_>,
    carrier: &RoleEntity,
    before: Option<RoleRecord>,
) -> Result<(RoleRecord, Cells), Fault> {
    let mut findings = Findings::default();
    let is_new = before.is_none();
    let mut record = before.unwrap_or_default();
    let row = &mut record.row;
    if is_new {
        row.role_type = carrier.role_type;
    }
    let was_in_use = !is_new && !row.deleted;
    row.deleted = carrier.deleted != 0;
    if row.deleted && (is_new || was_in_use) {
        findings.add("Deleted", "A role is deleted by DeleteRole.");
    }
    match carrier.name.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() => row.name = name.to_owned(),
        _ if is_new => findings.add("Name", "The name is blank."),
        _ => {}
    }
    findings.check_length("Name", "The name", Some(&row.name), limits::NAME);
    if !row.deleted {
        let same = roles::find_by_name(tx, &row.name)?;
        if same.is_some_and(|other| other.id != row.id) {
            findings.add("Name", "Another role has this name.");
        }
        if let Some(reason) = role_guard::objection_to_use(tx, row.role_type, row.id)? {
            findings.add("RoleType", reason);
        }
    }
    row.tooltip.clone_from(&carrier.tooltip);
    findings.check_length("Tooltip", "The text", row.tooltip.as_deref(), limits::TEXT);
    row.rank = carrier.rank;
    record.use_categories = carrier.use_categories != 0;
    let mut cells = match is_new {
        true => role_matrix::blank(record.row.role_type),
        false => Cells::new(),
    };
    if let Some(matrix) = &carrier.data_rights {
        match role_matrix::read(record.row.role_type, matrix) {
            Ok(given) => cells.extend(given),
            Err(reason) => findings.add("DataRights", reason),
        }
    }
    findings.into_result()?;
    Ok((record, cells))
}

pub fn find_entity(tx: &Tx<'_>, caller: &Caller, id: i32) -> Result<Option<RoleEntity>, Fault> {
    let Some(record) = roles::find_record(tx, id)? else {
        return Ok(None);
    };
    let cells = data_rights::of_role(tx, id)?;
    let created_by = associate(tx, record.created_by)?;
    let updated_by = associate(tx, record.updated_by)?;
    let entity = entity(tx, caller, record, &cells)?;
    Ok(Some(RoleEntity {
        created_by,
        updated_by,
        ..entity
    }))
}

/// A role without the users who made it.
fn entity(
    tx: &Tx<'_>,
    caller: &Caller,
    record: RoleRecord,
    cells: &Cells,
) -> Result<RoleEntity, Fault> {
    let row = record.row;
    let (table_right, field_properties) = row_rights::of_role(tx, caller, &row)?;
    Ok(RoleEntity {
        table_right: Some(table_right),
        field_properties: Some(field_properties),
        role_id: row.id,
        name: Some(row.name),
        tooltip: row.tooltip,
        role_type: row.role_type,
        deleted: row.deleted.into(),
        rank: row.rank,
        created: record.created,
        use_categories: record.use_categories.into(),
        updated: record.updated,
        data_rights: Some(role_matrix::carrier(row.role_type, cells)),
        ..RoleEntity::default()
    })
}

/// A role that is not stored, without a name or any right. It ranks with the last one and not
/// behind it, where it would become what new users get when nobody says otherwise.
fn blank(call: &Call, role_type: RoleType) -> Result<Option<RoleEntity>, Fault> {
    let caller = call.caller()?;
    call.installation.store.read(|tx| {
        let record = RoleRecord {
            row: RoleRow {
                rank: roles::highest_rank(tx)?,
                tooltip: Some(String::new()),
                role_type,
                ..RoleRow::default()
            },
            ..RoleRecord::default()
        };
        entity(tx, caller, record, &Cells::new()).map(Some)
    })
}

/// Nil where it was the installation itself, or the user is gone.
pub fn associate(tx: &Tx<'_>, id: i32) -> Result<Option<Associate>, Fault> {
    let Some(user) = associates::find(tx, id)? else {
        return Ok(None);
    };
    let person = persons::find(tx, user.person_id)?.map(with_full_names);
    let Person {
        full_name,
        formal_name,
        ..
    } = person.unwrap_or_default();
    Ok(Some(Associate {
        full_name: Some(full_name.unwrap_or_default()),
        formal_name: Some(formal_name.unwrap_or_default()),
        ..user
    }))
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

/// The role in a list without choice, otherwise the same.
pub fn plain_list_item(row: RoleRow) -> MDOListItem {
    let item = list_item(row);
    MDOListItem {
        id: item.id,
        name: item.name,
        tool_tip: item.tool_tip,
        deleted: item.deleted,
        rank: item.rank,
        r#type: item.r#type,
        child_items: Some(Vec::new()),
        icon_hint: item.icon_hint,
        extra_info: item.extra_info,
        style_hint: item.style_hint,
        full_name: item.full_name,
        ..MDOListItem::default()
    }
}

#[cfg(test)]
mod tests;
