//! Who a user is to a session, and which user a log-in name means.

use super::lists::List;
use super::tickets::{self, TicketRow};
use super::{Row, StoreError, Tx, fold, params};
use crate::model::DateTime;
use std::collections::HashMap;

/// What is asked of a row `a` of `associate` whose user may log in: neither retired nor waiting,
/// and with as many of the licences that users of the type need for it as there are. What users
/// hold is looked at once, since it is far apart in a large database.
macro_rules! may_log_in {
    () => {
        concat!(
            "a.deleted = 0 AND a.waiting_for_approval = 0
             AND (SELECT count(*) FROM modulelicense needed
                  WHERE needed.logInMask <> 0 AND needed.logInMask & ",
            $crate::store::callers::log_in_bit!(),
            " <> 0)
               = (SELECT count(*) FROM licenseassoclink held
                  JOIN modulelicense needed ON needed.ModuleLicense_id = held.moduleLicenseId
                  WHERE held.assocId = a.associate_id AND held.licenseNumber <> 0
                    AND needed.logInMask & ",
            $crate::store::callers::log_in_bit!(),
            " <> 0)"
        )
    };
}
/// The bit of `modulelicense.logInMask` for the type of a row `a` of `associate`.
macro_rules! log_in_bit {
    () => {
        "CASE a.type WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 4 THEN 4 WHEN 7 THEN 8 WHEN 13 THEN 16
                     ELSE 0 END"
    };
}
pub(super) use log_in_bit;
pub(super) use may_log_in;

/// The same for a number of `associate.type`.
pub(super) fn log_in_bit_of(associate_type: i32) -> i32 {
    match associate_type {
        0 => 1,
        1 => 2,
        4 => 4,
        7 => 8,
        13 => 16,
        _ => 0,
    }
}

/// A user who may have a session.
#[derive(Clone, Debug)]
pub struct CallerRow {
    pub name: String,
    /// `associate.type`: 0 internal, 1 resource, 4 external, 7 anonymous, 13 system.
    pub associate_type: i32,
    pub person_id: i32,
    pub contact_id: i32,
    pub group_id: i32,
    pub role_id: i32,
    /// `role.roleType`: 0 employee, 1 external user, 2 anonymous, 3 system.
    pub role_type: i32,
    /// Code names of the role's functional rights.
    pub rights: Vec<String>,
}

/// The columns of a [`CallerRow`], but the rights.
macro_rules! columns {
    () => {
        "a.name, a.type, a.person_id, COALESCE(p.contact_id, 0), a.group_idx, r.Role_id, r.roleType"
    };
}

/// The user with this key; none who is retired, waits for approval, or has no role or not the
/// licences to log in.
pub fn find(tx: &Tx<'_>, associate_id: i32) -> Result<Option<CallerRow>, StoreError> {
    let found = tx.optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM associate a
             JOIN userrolelink l ON l.associate_id = a.associate_id
             JOIN role r ON r.Role_id = l.role_id
             LEFT JOIN person p ON p.person_id = a.person_id
             WHERE a.associate_id = ?1 AND ",
            may_log_in!()
        ),
        params![associate_id],
        |row| read(row, 0),
    )?;
    found.map(|caller| with_rights(tx, caller)).transpose()
}

/// The ticket with this key, expired or not, and its user; `None` for the user under the conditions
/// of [`find`]. All of it is asked at once: where the database is on a server, every call does so.
pub fn behind_ticket(
    tx: &Tx<'_>,
    key: &str,
) -> Result<Option<(TicketRow, Option<CallerRow>)>, StoreError> {
    let found = tx.optional(
        concat!(
            "SELECT c.associateId, COALESCE(c.secret, ''), c.validTo, list_state.state,
                 CASE WHEN ",
            may_log_in!(),
            " THEN r.Role_id END, ",
            columns!(),
            " FROM credentials c
             CROSS JOIN list_state
             LEFT JOIN associate a ON a.associate_id = c.associateId
             LEFT JOIN userrolelink l ON l.associate_id = a.associate_id
             LEFT JOIN role r ON r.Role_id = l.role_id
             LEFT JOIN person p ON p.person_id = a.person_id
             WHERE c.credentialType = ?1 AND c.searchName = ?2 AND c.isActive = ?3"
        ),
        params![tickets::TYPE, key, tickets::SESSION],
        |row| {
            let caller = match row.get::<Option<i32>>(4)? {
                Some(_) => Some(read(row, 5)?),
                None => None,
            };
            Ok((tickets::read(row)?, caller, row.get(3)?))
        },
    )?;
    let Some((ticket, caller, state)) = found else {
        return Ok(None);
    };
    tx.lists_are_in(state);
    let caller = caller.map(|caller| with_rights(tx, caller)).transpose()?;
    Ok(Some((ticket, caller)))
}

fn read(row: &Row<'_>, first: usize) -> Result<CallerRow, StoreError> {
    Ok(CallerRow {
        name: row.get(first)?,
        associate_type: row.get(first + 1)?,
        person_id: row.get(first + 2)?,
        contact_id: row.get(first + 3)?,
        group_id: row.get(first + 4)?,
        role_id: row.get(first + 5)?,
        role_type: row.get(first + 6)?,
        rights: Vec::new(),
    })
}

fn with_rights(tx: &Tx<'_>, caller: CallerRow) -> Result<CallerRow, StoreError> {
    let all = tx.list::<RightsOfRoles>()?;
    Ok(CallerRow {
        rights: all.names.get(&caller.role_id).cloned().unwrap_or_default(),
        ..caller
    })
}

/// Code names of functional rights, by role.
struct RightsOfRoles {
    names: HashMap<i32, Vec<String>>,
}

impl List for RightsOfRoles {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let links: Vec<(i32, String)> = tx.query(
            "SELECT l.roleId, f.name FROM functionrightrolelink l
             JOIN functionright f ON f.FunctionRight_id = l.functionRightId",
            params![],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut names: HashMap<i32, Vec<String>> = HashMap::new();
        for (role, name) in links {
            names.entry(role).or_default().push(name);
        }
        Ok(Self { names })
    }
}

/// Whether [`find`] finds the user with this key.
pub fn is_found(tx: &Tx<'_>, associate_id: i32) -> Result<bool, StoreError> {
    tx.one(
        concat!(
            "SELECT EXISTS (
             SELECT 1 FROM associate a
             JOIN userrolelink l ON l.associate_id = a.associate_id
             JOIN role r ON r.Role_id = l.role_id
             WHERE a.associate_id = ?1 AND ",
            may_log_in!(),
            ")"
        ),
        params![associate_id],
        |row| row.get(0),
    )
}

/// The user whom somebody means who logs in with this name: the associate of that name, or else
/// the only one in service with that user name, or else the only one with that e-mail address.
/// Letter case does not count; in an e-mail address only that of A to Z. Those who registered
/// themselves in a portal come last, since nobody has looked whether the address is theirs, and not
/// before they are approved.
pub fn by_log_in_name(tx: &Tx<'_>, name: &str) -> Result<Option<i32>, StoreError> {
    if name.is_empty() {
        return Ok(None);
    }
    let by_name = tx.optional(
        "SELECT associate_id FROM associate WHERE name_key = ?1",
        params![&fold(name)],
        |row| row.get(0),
    )?;
    if by_name.is_some() {
        return Ok(by_name);
    }
    for (sql, wanted) in [
        (
            "SELECT associate_id FROM associate
             WHERE userName_key = ?1 AND deleted = 0 LIMIT 2",
            fold(name).as_str(),
        ),
        (
            "SELECT a.associate_id FROM person p
             JOIN associate a ON a.person_id = p.person_id
             WHERE lower(p.email) = lower(?1) AND a.deleted = 0
               AND NOT EXISTS (
                   SELECT 1 FROM portal_registration r WHERE r.associate_id = a.associate_id)
             LIMIT 2",
            name,
        ),
        (
            "SELECT a.associate_id FROM person p
             JOIN associate a ON a.person_id = p.person_id
             JOIN portal_registration r ON r.associate_id = a.associate_id
             WHERE lower(p.email) = lower(?1) AND a.deleted = 0 AND a.waiting_for_approval = 0
             LIMIT 2",
            name,
        ),
    ] {
        match tx.query(sql, params![wanted], |row| row.get(0))?[..] {
            [] => {}
            [only] => return Ok(Some(only)),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Notes that a user has logged in.
pub fn set_last_login(tx: &Tx<'_>, associate_id: i32, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE associate SET lastlogin = ?2 WHERE associate_id = ?1",
        params![associate_id, now],
    )?;
    Ok(())
}
