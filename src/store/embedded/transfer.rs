//! A database file that another database is copied into, or that is copied into another one.

use super::super::lists::Lists;
use super::super::schema::MIGRATIONS;
use super::super::transfer::{Column, Rows, Schema, Side, Table};
use super::super::value::Param;
use super::super::{StoreError, Tx};
use super::folder::InUse;
use super::{connection, migrate};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// What the migrations make, which is the same on each engine.
pub fn schema() -> Result<Schema, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    migrate::migrate(&mut connection)?;
    let texts = |sql: &str, name: &str| -> Result<Vec<[String; 2]>, StoreError> {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([name], |row| Ok([row.get(0)?, row.get(1)?]))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let made = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = ?1 ORDER BY rowid";
    let mut tables = Vec::new();
    for [name, sql] in texts(made, "table")? {
        let columns = "SELECT name, type FROM pragma_table_info(?1) ORDER BY cid";
        let key = "SELECT name, cid FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
        let refers = "SELECT DISTINCT \"table\", '' FROM pragma_foreign_key_list(?1)";
        let columns: Vec<_> = texts(columns, &name)?
            .into_iter()
            .map(|[name, kind]| Column {
                name,
                is_text: kind == "TEXT",
            })
            .collect();
        let key = key.replace("cid", "CAST(cid AS TEXT)");
        tables.push(Table {
            key: texts(&key, &name)?
                .into_iter()
                .filter_map(|[name, _]| columns.iter().position(|it| it.name == name))
                .collect(),
            columns,
            is_numbered: sql.contains("AUTOINCREMENT"),
            refers_to: texts(refers, &name)?
                .into_iter()
                .map(|[name, _]| name)
                .collect(),
            name,
        });
    }
    let triggers = texts(made, "trigger")?;
    Ok(Schema {
        version: MIGRATIONS.len(),
        tables,
        triggers: triggers
            .into_iter()
            .map(|[name, sql]| (name, sql))
            .collect(),
    })
}

/// A file, seen as it is until it is prepared.
struct File {
    path: PathBuf,
    place: String,
    connection: Connection,
    lists: Lists,
    is_in_use: bool,
    /// How it shows others that it is in use.
    _in_use: InUse,
}

/// Opens a file to copy from, which others may use.
///
/// # Errors
/// As with [`super::open`]; nothing is made or changed.
pub fn source(path: &Path) -> Result<Box<dyn Side>, StoreError> {
    let is_in_use = matches!(InUse::alone(path), Err(StoreError::InUse { .. }));
    let in_use = InUse::share(path)?;
    migrate::inspect(path)?;
    file(path, is_in_use, in_use)
}

/// Opens a file to copy into, which nobody else uses; makes one where there is none.
///
/// # Errors
/// It is in use, damaged, or none of ours, and left as it is.
pub fn target(path: &Path) -> Result<Box<dyn Side>, StoreError> {
    let in_use = InUse::alone(path)?;
    if path.symlink_metadata().is_err() {
        migrate::create(path)?;
    }
    migrate::inspect_half(path)?;
    file(path, false, in_use)
}

fn file(path: &Path, is_in_use: bool, in_use: InUse) -> Result<Box<dyn Side>, StoreError> {
    Ok(Box::new(File {
        path: path.to_owned(),
        place: path.display().to_string(),
        connection: connection::open_reader(path)?,
        lists: Lists::default(),
        is_in_use,
        _in_use: in_use,
    }))
}

impl Side for File {
    fn tx(&self) -> Tx<'_> {
        Tx::embedded(&self.connection, &self.lists)
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn is_in_use(&self) -> bool {
        self.is_in_use
    }

    fn version(&self) -> Result<usize, StoreError> {
        migrate::version(&self.connection)
    }

    fn prepare(&mut self) -> Result<(), StoreError> {
        self.connection = connection::open_writer(&self.path)?;
        migrate::migrate(&mut self.connection)
    }

    fn begin_reading(&self) -> Result<(), StoreError> {
        // The state is that of the first look at the file.
        self.connection.execute_batch("BEGIN")?;
        migrate::version(&self.connection).map(drop)
    }

    fn begin_writing(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn commit(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    fn undo(&self) {
        let _ = self.connection.execute_batch("ROLLBACK");
    }

    fn insert(&self, table: &Table, rows: &Rows, count: usize) -> Result<(), StoreError> {
        let numbers: Vec<_> = (1..=table.columns.len())
            .map(|it| format!("?{it}"))
            .collect();
        let (name, columns, numbers) = (&table.name, table.names(), numbers.join(", "));
        let sql = format!("INSERT INTO {name} ({columns}) VALUES ({numbers})");
        let mut statement = self.connection.prepare_cached(&sql)?;
        for index in 0..count {
            let params: Vec<Param<'_>> = rows.row(index).collect();
            statement.execute(rusqlite::params_from_iter(params))?;
        }
        Ok(())
    }

    fn clear(&self, schema: &Schema) -> Result<(), StoreError> {
        for table in schema.tables.iter().rev() {
            let all = format!("DELETE FROM {}", table.name);
            self.connection.execute(&all, [])?;
        }
        Ok(())
    }

    /// There are none while they do nothing.
    fn set_triggers(&self, schema: &Schema, on: bool) -> Result<(), StoreError> {
        for (name, sql) in &schema.triggers {
            self.connection
                .execute_batch(&format!("DROP TRIGGER IF EXISTS {name}"))?;
            if on {
                self.connection.execute_batch(sql)?;
            }
        }
        Ok(())
    }

    fn highest(&self, table: &Table) -> Result<i64, StoreError> {
        let count = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1";
        Ok(self
            .connection
            .query_row(count, [&table.name], |row| row.get(0))?)
    }

    fn count_after(&self, table: &Table, highest: i64) -> Result<(), StoreError> {
        let forget = "DELETE FROM sqlite_sequence WHERE name = ?1";
        self.connection.execute(forget, [&table.name])?;
        if highest > 0 {
            self.connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                rusqlite::params![table.name, highest],
            )?;
        }
        Ok(())
    }

    /// Leaves one plain file behind.
    fn settle(&self, _: &Schema) -> Result<(), StoreError> {
        let tidy = "PRAGMA wal_checkpoint(TRUNCATE)";
        Ok(self.connection.execute_batch(tidy)?)
    }
}
