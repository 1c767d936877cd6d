//! The Service users that stand beside associates, and their ticket categories.

use super::lists::List;
use super::{Row, StoreError, Tx, fold, params, user_saving};
use crate::contract::list::MDOListItem;
use std::collections::{BTreeMap, BTreeSet};

/// A row of `ejuser` with its categories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceUser {
    pub id: i32,
    pub login_name: Option<String>,
    /// `username`.
    pub nick_name: Option<String>,
    pub signature: Option<String>,
    /// Ids of ticket categories in the order in which they were given.
    pub categories: Vec<i32>,
}

/// A Service user by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<ServiceUser>, StoreError> {
    let found = tx.optional(
        "SELECT id, loginname, username, signature FROM ejuser WHERE id = ?1",
        params![id],
        |row| {
            Ok(ServiceUser {
                id: row.get(0)?,
                login_name: row.get(1)?,
                nick_name: row.get(2)?,
                signature: row.get(3)?,
                categories: Vec::new(),
            })
        },
    )?;
    let Some(mut user) = found else {
        return Ok(None);
    };
    user.categories = tx.query(
        "SELECT category_id FROM category_membership WHERE user_id = ?1 ORDER BY weight, id",
        params![id],
        |row| row.get(0),
    )?;
    Ok(Some(user))
}

/// The Service user beside a user; 0 when there is none.
pub fn id_of_user(tx: &Tx<'_>, associate_id: i32) -> Result<i32, StoreError> {
    tx.optional(
        "SELECT ejuserId FROM associate WHERE associate_id = ?1",
        params![associate_id],
        |row| row.get(0),
    )
    .map(Option::unwrap_or_default)
}

/// Whether another Service user than this one has the nick name, in any letter case.
pub fn nick_name_taken(tx: &Tx<'_>, name: &str, except: i32) -> Result<bool, StoreError> {
    if name.is_empty() {
        return Ok(false);
    }
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM ejuser WHERE username_key = ?1 AND username_key <> '' AND id <> ?2)",
        params![&fold(name), except],
        |row| row.get(0),
    )
}

/// Stores a Service user over what it was before, if that is known: a new one when its id is 0 or
/// not known yet. Puts its id into it.
pub fn save(
    tx: &Tx<'_>,
    before: Option<&ServiceUser>,
    user: &mut ServiceUser,
) -> Result<(), StoreError> {
    let before = before.filter(|before| before.id == user.id && user.id != 0);
    if before == Some(user) {
        return Ok(());
    }
    let key = fold(user.nick_name.as_deref().unwrap_or_default());
    let is_new = user.id == 0;
    if is_new {
        user.id = tx.insert(
            "INSERT INTO ejuser (loginname, username, signature, username_key)
             VALUES (?1, ?2, ?3, ?4)",
            params![
                user.login_name.as_deref(),
                user.nick_name.as_deref(),
                user.signature.as_deref(),
                &key,
            ],
        )?;
    } else {
        tx.execute(
            "INSERT INTO ejuser (id, loginname, username, signature, username_key)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET loginname = excluded.loginname,
                 username = excluded.username, signature = excluded.signature,
                 username_key = excluded.username_key",
            params![
                user.id,
                user.login_name.as_deref(),
                user.nick_name.as_deref(),
                user.signature.as_deref(),
                &key,
            ],
        )?;
    }
    if before.is_some_and(|before| before.categories == user.categories) {
        return Ok(());
    }
    if !is_new {
        tx.execute(
            "DELETE FROM category_membership WHERE user_id = ?1",
            params![user.id],
        )?;
    }
    let categories: Vec<(i64, i32)> = (0..).zip(user.categories.iter().copied()).collect();
    user_saving::add(
        &categories,
        |(weight, category)| {
            tx.execute(
                "INSERT INTO category_membership (category_id, user_id, weight)
                 VALUES (?1, ?2, ?3)",
                params![*category, user.id, *weight],
            )
        },
        |_| {
            // Numbers in brackets are JSON as they are.
            tx.execute(
                "INSERT INTO category_membership (category_id, user_id, weight)
                 SELECT CAST(value AS INTEGER), CAST(?1 AS INTEGER), key FROM json_each(?2)",
                params![user.id, &format!("{:?}", user.categories)],
            )
        },
    )
}

/// Whether a ticket category is in the hands of this Service user.
pub fn is_category_master(tx: &Tx<'_>, id: i32) -> Result<bool, StoreError> {
    Ok(tx.list::<Categories>()?.masters.contains(&id))
}

/// Removes a Service user with its categories and web sessions.
pub fn delete(tx: &Tx<'_>, id: i32) -> Result<(), StoreError> {
    tx.execute("DELETE FROM ejuser WHERE id = ?1", params![id])?;
    Ok(())
}

/// All ticket categories by id, without children.
struct Categories {
    rows: BTreeMap<i32, MDOListItem>,
    /// Service users in whose hands some are.
    masters: BTreeSet<i32>,
}

impl List for Categories {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows: Vec<(MDOListItem, i32)> = tx.query(
            "SELECT id, name, fullname, external_name, category_master FROM ej_category",
            params![],
            |row| Ok((read_category(row)?, row.get(4)?)),
        )?;
        let masters = rows.iter().map(|(_, master)| *master).collect();
        let rows = rows.into_iter().map(|(row, _)| (row.id, row)).collect();
        Ok(Self { rows, masters })
    }
}

/// Ticket categories by their ids, in that order; unknown ones are left out.
pub fn categories(tx: &Tx<'_>, ids: &[i32]) -> Result<Vec<MDOListItem>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let categories = tx.list::<Categories>()?;
    let found = ids.iter().filter_map(|id| categories.rows.get(id));
    Ok(found.cloned().collect())
}

/// A ticket category by its id, without children.
pub fn category(tx: &Tx<'_>, id: i32) -> Result<Option<MDOListItem>, StoreError> {
    Ok(tx.list::<Categories>()?.rows.get(&id).cloned())
}

/// A ticket category by its name, in any letter case; the oldest where several have it.
pub fn category_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<MDOListItem>, StoreError> {
    let categories = tx.list::<Categories>()?;
    let is = |own: &Option<String>| {
        let own = own.as_deref().unwrap_or_default();
        own.eq_ignore_ascii_case(name)
    };
    let mut rows = categories.rows.values();
    Ok(rows.find(|it| is(&it.name) || is(&it.full_name)).cloned())
}

fn read_category(row: &Row<'_>) -> Result<MDOListItem, StoreError> {
    Ok(MDOListItem {
        id: row.get(0)?,
        name: row.get(1)?,
        full_name: row.get(2)?,
        tool_tip: row.get(3)?,
        ..MDOListItem::default()
    })
}
