//! Statements, their parameters and their rows.

use super::super::value::{Param, Value};
use super::super::{Row, StoreError};
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// Runs a statement and says how many rows it touched.
#[cfg_attr(test, track_caller)]
pub fn execute(
    connection: &Connection,
    sql: &str,
    params: &[Param<'_>],
) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let touched = statement.execute(rusqlite::params_from_iter(params))?;
    #[cfg(test)]
    super::super::work::note(connection, &statement, sql);
    Ok(touched)
}

/// All rows of a query, mapped.
#[cfg_attr(test, track_caller)]
pub fn query<T>(
    connection: &Connection,
    sql: &str,
    params: &[Param<'_>],
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut result = Vec::new();
    while let Some(row) = rows.next()? {
        result.push(map(&Row::embedded(row))?);
    }
    drop(rows);
    #[cfg(test)]
    super::super::work::note(connection, &statement, sql);
    Ok(result)
}

/// The same without keeping the statement.
pub fn query_once<T>(
    connection: &Connection,
    sql: &str,
    params: &[Param<'_>],
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut result = Vec::new();
    while let Some(row) = rows.next()? {
        result.push(map(&Row::embedded(row))?);
    }
    Ok(result)
}

/// The first row of a query, mapped, if there is one.
#[cfg_attr(test, track_caller)]
pub fn first<T>(
    connection: &Connection,
    sql: &str,
    params: &[Param<'_>],
    map: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let found = rows
        .next()?
        .map(|row| map(&Row::embedded(row)))
        .transpose()?;
    drop(rows);
    #[cfg(test)]
    super::super::work::note(connection, &statement, sql);
    Ok(found)
}

/// The value of a column.
pub fn value<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Result<Value<'a>, StoreError> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text),
            Err(_) => Value::Other("Text in another encoding"),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(_) => Value::Other("Real"),
    })
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
