//! Which tables there are, as the migrations make them, in an order in which each comes after those
//! that it refers to.

use super::super::StoreError;
use super::super::embedded;

/// Tables that are not copied, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("list_state", "says what this database has in memory"),
    ("sqlite_sequence", "SQLite's own; what it counts goes along"),
    ("services88_schema", "the version of this database"),
    ("services88_turn", "locks of this database"),
    ("lease", "whose turn it is among the nodes of this database"),
    (
        "news",
        "what nodes of this database tell each other for an hour",
    ),
    (super::marker::TABLE, "there only while a copy is under way"),
];

/// A table whose rows are copied.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// Places of the columns of the primary key.
    pub key: Vec<usize>,
    /// Whether the engine numbers the rows.
    pub is_numbered: bool,
    /// Tables that rows refer to.
    pub refers_to: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// Otherwise it holds whole numbers.
    pub is_text: bool,
}

/// What the database of this release looks like.
pub struct Schema {
    /// Migrations that were applied.
    pub version: usize,
    /// Those that are copied, each behind those that it refers to.
    pub tables: Vec<Table>,
    /// Names of triggers, and the statements that make them in SQLite.
    pub triggers: Vec<(String, String)>,
}

impl Schema {
    /// That of this release.
    pub fn known() -> Result<Self, StoreError> {
        let mut schema = embedded::schema()?;
        let is_copied = |table: &Table| LEFT_OUT.iter().all(|(name, _)| *name != table.name);
        schema.tables.retain(is_copied);
        schema.tables = ordered(schema.tables);
        Ok(schema)
    }
}

/// Puts tables behind those that they refer to.
fn ordered(mut tables: Vec<Table>) -> Vec<Table> {
    let mut done: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_next = |table: &Table| {
            let is_there = |name: &String| done.iter().any(|it| it.name == *name);
            table.refers_to.iter().all(is_there)
        };
        // Two that refer to each other would both be taken, and the engine would say no.
        let next = tables.iter().position(is_next).unwrap_or(0);
        done.push(tables.remove(next));
    }
    done
}

impl Table {
    /// Names of the columns, with commas between.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|it| &*it.name).collect();
        names.join(", ")
    }

    /// Asks for so many rows in the order of the key, behind one whose key is in the parameters.
    pub fn select(&self, behind: bool, rows: usize) -> String {
        let names = self.key.iter().filter_map(|at| self.columns.get(*at));
        let key: Vec<_> = names.map(|column| &*column.name).collect();
        let (columns, name, key) = (self.names(), &self.name, key.join(", "));
        let after = match behind {
            true => {
                let numbers: Vec<_> = (1..=self.key.len()).map(|it| format!("?{it}")).collect();
                format!("WHERE ({key}) > ({})", numbers.join(", "))
            }
            false => String::new(),
        };
        format!("SELECT {columns} FROM {name} {after} ORDER BY {key} LIMIT {rows}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[test]
    fn every_table_is_copied_or_left_out_for_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let store = testing::open(&folder.path().join("services88.db"));
        let sql = match store.is_shared() {
            true => {
                "SELECT CAST(table_name AS text) FROM information_schema.tables
                 WHERE table_schema = current_schema()"
            }
            false => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        };
        let all = store.read(|tx| Ok(tx.query_once(sql, &[], |row| row.get::<String>(0))?));
        let copied = Schema::known().unwrap().tables;
        let mut count = 0;
        for table in all.unwrap() {
            let is_copied = copied.iter().any(|it| it.name.to_lowercase() == table);
            let is_left_out = LEFT_OUT.iter().any(|(name, _)| *name == table);
            assert!(is_copied != is_left_out, "{table}");
            count += usize::from(is_copied);
        }
        assert_eq!(count, copied.len());
        assert!(count > 30, "{count}");
    }

    #[test]
    fn tables_come_behind_those_they_refer_to_and_have_keys() {
        let tables = Schema::known().unwrap().tables;
        let place = |name: &str| tables.iter().position(|it| it.name == name).unwrap();
        for table in &tables {
            assert!(!table.key.is_empty(), "{}", table.name);
            for other in &table.refers_to {
                assert!(place(other) < place(&table.name), "{} {other}", table.name);
            }
        }
        assert!(place("associate") < place("userrolelink"));
        let dictionary = &tables[place("associate_extra_field")];
        assert!(
            dictionary
                .select(true, 7)
                .ends_with("WHERE (associate_id, kind, key) > (?1, ?2, ?3) ORDER BY associate_id, kind, key LIMIT 7")
        );
        assert!(!dictionary.is_numbered && tables[place("person")].is_numbered);
    }
}
