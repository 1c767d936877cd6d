//! The mark on a database that a copy is being made into: no server takes it for a whole one, and a
//! copy that was broken off goes on from there.

use super::super::{StoreError, Tx, installation, params};
use super::rows::{Key, Rows};
use super::tables::Schema;
use serde::{Deserialize, Serialize};

/// A table that is there only while a copy is under way.
pub const TABLE: &str = "services88_copy";

/// From what and how far.
const CREATE: &str = "CREATE TABLE services88_copy (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    begun                   TEXT    NOT NULL,
    reached                 TEXT    NOT NULL
)";

/// What is being copied, as it was when the copy began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    pub version: usize,
    database_tag: String,
    serial_number: String,
    created: String,
    /// Rows of each table, in the order in which they are copied.
    pub rows: Vec<(String, u64)>,
}

/// The last row that was copied; its table comes in the order of all tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Tables that are done.
    pub tables: usize,
    /// The last row of the one that is not.
    pub key: Option<Key>,
    /// Rows in all.
    pub rows: u64,
}

impl Begun {
    /// What there is to copy; `None` where nothing has been set up.
    pub fn of(tx: &Tx<'_>, schema: &Schema) -> Result<Option<Self>, StoreError> {
        let Some(identity) = installation::identity(tx)? else {
            return Ok(None);
        };
        let rows = schema.tables.iter().map(|table| {
            let count = format!("SELECT count(*) FROM {}", table.name);
            let count = tx.query_once(&count, &[], |row| row.get::<i64>(0))?;
            let count = count.first().and_then(|it| u64::try_from(*it).ok());
            Ok((table.name.clone(), count.unwrap_or_default()))
        });
        Ok(Some(Self {
            version: schema.version,
            database_tag: identity.database_tag,
            serial_number: identity.serial_number,
            created: identity.created.to_string(),
            rows: rows.collect::<Result<_, StoreError>>()?,
        }))
    }

    /// Whether both are states of one database.
    pub fn is_of_same(&self, other: &Self) -> bool {
        let names = |it: &Self| {
            let names = (&it.database_tag, &it.serial_number, &it.created);
            format!("{names:?}")
        };
        names(self) == names(other)
    }

    /// The first table with another number of rows: its name, the number here and there.
    pub fn difference(&self, other: &Self) -> Option<(String, u64, u64)> {
        let pairs = self.rows.iter().zip(&other.rows);
        pairs
            .filter(|(ours, theirs)| ours != theirs)
            .map(|(ours, theirs)| (ours.0.clone(), ours.1, theirs.1))
            .next()
    }

    pub fn total(&self) -> u64 {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}

impl Reached {
    /// Behind rows that were copied; with no key, behind all of their table.
    pub fn behind(&self, rows: &Rows, key: Option<Key>) -> Self {
        Self {
            tables: self.tables + usize::from(key.is_none()),
            key,
            rows: self.rows + rows.len() as u64,
        }
    }
}

/// Marks a database.
pub fn set(tx: &Tx<'_>, begun: &Begun) -> Result<(), StoreError> {
    if !tx.has_table(TABLE)? {
        tx.execute(CREATE, &[])?;
    }
    tx.execute("DELETE FROM services88_copy", &[])?;
    let (begun, reached) = (json(begun)?, json(&Reached::default())?);
    tx.execute(
        "INSERT INTO services88_copy (id, begun, reached) VALUES (1, ?1, ?2)",
        params![&begun, &reached],
    )?;
    Ok(())
}

/// What was copied so far, if anything; `None` of it when nobody can make sense of the mark.
pub fn find(tx: &Tx<'_>) -> Result<Option<Option<(Begun, Reached)>>, StoreError> {
    if !tx.has_table(TABLE)? {
        return Ok(None);
    }
    let found = tx.optional(
        "SELECT begun, reached FROM services88_copy WHERE id = 1",
        &[],
        |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
    )?;
    let read = |(begun, reached): (String, String)| {
        let begun = serde_json::from_str(&begun).ok()?;
        Some((begun, serde_json::from_str(&reached).ok()?))
    };
    Ok(Some(found.and_then(read)))
}

/// Goes on. False when somebody else did.
pub fn go_on(tx: &Tx<'_>, from: &Reached, to: &Reached) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "UPDATE services88_copy SET reached = ?2 WHERE id = 1 AND reached = ?1",
        params![&json(from)?, &json(to)?],
    )?;
    Ok(touched == 1)
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Column {
        column: 0,
        reason: error.to_string(),
    })
}
