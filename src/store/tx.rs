//! What a transaction offers, with no type of the engine in sight.

use super::StoreError;
use super::lists::Lists;
use crate::model::DateTime;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::cell::Cell;

/// A transaction under way.
pub struct Tx<'a> {
    pub(super) connection: &'a rusqlite::Connection,
    pub(super) lists: &'a Lists,
    /// The state of the lists, and how many changes had been made when it was read.
    pub(super) list_state: Cell<Option<(i64, u64)>>,
}

/// A row of a result.
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
}

/// A value for a numbered parameter (`?1`, `?2`, …).
#[derive(Clone, Copy, Debug)]
pub enum Param<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Date(DateTime),
}

/// Lists the parameters of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::Param::from($value)),*] as &[$crate::store::Param<'_>]
    };
}
pub(crate) use params;

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a rusqlite::Connection, lists: &'a Lists) -> Self {
        Self {
            connection,
            lists,
            list_state: Cell::new(None),
        }
    }

    /// Runs a statement and says how many rows it touched.
    #[cfg_attr(test, track_caller)]
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let touched = statement.execute(rusqlite::params_from_iter(params))?;
        #[cfg(test)]
        super::work::note(self.connection, &statement, sql);
        Ok(touched)
    }

    /// Runs a statement that adds one row, and gives the number that it got. Where the number is
    /// the key that is wanted, this costs less than `RETURNING`, for which the engine makes a table
    /// of its own.
    #[cfg_attr(test, track_caller)]
    pub fn insert(&self, sql: &str, params: &[Param<'_>]) -> Result<i32, StoreError> {
        self.execute(sql, params)?;
        let key = self.connection.last_insert_rowid();
        i32::try_from(key).map_err(|_| StoreError::Column {
            column: 0,
            reason: "a key out of range".to_owned(),
        })
    }

    /// All rows of a query, mapped.
    #[cfg_attr(test, track_caller)]
    pub fn query<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut result = Vec::new();
        while let Some(row) = rows.next()? {
            result.push(map(&Row { row })?);
        }
        drop(rows);
        #[cfg(test)]
        super::work::note(self.connection, &statement, sql);
        Ok(result)
    }

    /// All rows of a query that is put together for one caller, mapped: it is not kept prepared,
    /// where it would take the place of one that comes again.
    pub fn query_once<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut result = Vec::new();
        while let Some(row) = rows.next()? {
            result.push(map(&Row { row })?);
        }
        Ok(result)
    }

    /// The first row of a query, mapped, if there is one.
    #[cfg_attr(test, track_caller)]
    pub fn optional<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let found = rows.next()?.map(|row| map(&Row { row })).transpose()?;
        drop(rows);
        #[cfg(test)]
        super::work::note(self.connection, &statement, sql);
        Ok(found)
    }

    /// The first row of a query that always has one (`count`, `RETURNING`), mapped.
    #[cfg_attr(test, track_caller)]
    pub fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.optional(sql, params, map)?
            .ok_or(StoreError::Engine(rusqlite::Error::QueryReturnedNoRows))
    }
}

impl Row<'_> {
    /// The value of a column, counted from 0.
    pub fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        let value = self.row.get_ref(column)?;
        T::from_column(value).ok_or_else(|| StoreError::Column {
            column,
            // The type only: the value may be a secret, and this is logged.
            reason: format!("unexpected {}", value.data_type()),
        })
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    #[doc(hidden)]
    fn from_column(value: ValueRef<'_>) -> Option<Self>;
}

macro_rules! integer_column {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn from_column(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    ValueRef::Integer(number) => <$type>::try_from(number).ok(),
                    _ => None,
                }
            }
        }
        impl From<$type> for Param<'_> {
            fn from(value: $type) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}

integer_column!(i16, i32, i64);

impl Column for bool {
    fn from_column(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Integer(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl Column for String {
    fn from_column(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(str::to_owned)
    }
}

impl Column for Vec<u8> {
    fn from_column(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().map(<[u8]>::to_vec)
    }
}

impl Column for DateTime {
    fn from_column(value: ValueRef<'_>) -> Option<Self> {
        Self::parse(value.as_str().ok()?)
    }
}

impl<T: Column> Column for Option<T> {
    fn from_column(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl From<DateTime> for Param<'_> {
    fn from(value: DateTime) -> Self {
        Self::Date(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Date(date) => ToSqlOutput::from(date.to_string()),
        })
    }
}
