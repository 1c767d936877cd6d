//! The rows that one more user adds to the database or changes in it, found by looking at the
//! whole database before and after.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;

/// Everything in a database: of each table, in the order in which tables were made, its rows by
/// their keys.
pub struct Snapshot {
    tables: Vec<(Table, BTreeMap<Key, Vec<Value>>)>,
}

#[derive(Clone)]
struct Table {
    name: String,
    columns: Vec<String>,
    /// Columns of the primary key, by index.
    key: Vec<usize>,
}

/// A key as text, which orders numbers of the same length as numbers are ordered.
type Key = Vec<String>;

/// A statement that is executed once for each user, and its values.
pub struct Write {
    sql: String,
    values: Vec<Progression>,
}

/// A value of one user after the other.
enum Progression {
    Same(Value),
    Number { first: i64, step: i64 },
    Text { before: String, after: String },
}

impl Snapshot {
    pub fn of(database: &Connection) -> Self {
        let names = strings(
            database,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             ORDER BY rowid",
        );
        let tables = names.into_iter().map(|name| {
            let info = |what: &str| {
                let sql = format!("SELECT name FROM pragma_table_info('{name}') {what}");
                strings(database, &sql)
            };
            let columns = info("ORDER BY cid");
            let key = info("WHERE pk > 0 ORDER BY pk");
            let index = |column: &String| columns.iter().position(|other| other == column);
            let key: Vec<_> = key.iter().filter_map(index).collect();
            assert!(!key.is_empty(), "the table {name} has no key");
            let table = Table { name, columns, key };
            let rows = table.rows(database);
            (table, rows)
        });
        Self {
            tables: tables.collect(),
        }
    }

    /// What is written for each further user, found from three states with one new user between
    /// each two.
    pub fn writes(states: &[Self; 3]) -> Vec<Write> {
        let [first, second, third] = states;
        let changes = |before: &Self, after: &Self| {
            let tables = before.tables.iter().zip(&after.tables);
            let changes = tables.flat_map(|((table, before), (_, after))| {
                let differs = |(key, row): &(&Key, &Vec<Value>)| before.get(*key) != Some(*row);
                let changed = after.iter().filter(differs);
                changed
                    .map(|(key, row)| (table.clone(), before.get(key).cloned(), row.clone()))
                    .collect::<Vec<_>>()
            });
            changes.collect::<Vec<_>>()
        };
        let (one, next) = (changes(first, second), changes(second, third));
        assert_eq!(one.len(), next.len(), "two users are not stored alike");
        let pairs = one.into_iter().zip(next);
        pairs
            .map(|((table, _, one), (_, before, next))| match before {
                None => table.insert(&one, &next),
                Some(before) => table.update(&one, &before, &next),
            })
            .collect()
    }
}

impl Table {
    fn rows(&self, database: &Connection) -> BTreeMap<Key, Vec<Value>> {
        let sql = format!("SELECT {} FROM {}", self.columns.join(", "), self.name);
        let mut statement = database.prepare(&sql).expect("a table");
        let rows = statement.query_map([], |row| {
            (0..self.columns.len()).map(|at| row.get(at)).collect()
        });
        let rows = rows.expect("rows").map(|row| row.expect("a row"));
        rows.map(|row: Vec<Value>| (self.key_of(&row), row))
            .collect()
    }

    fn key_of(&self, row: &[Value]) -> Key {
        let text = |at: &usize| match &row[*at] {
            Value::Integer(number) => format!("{number:020}"),
            other => format!("{other:?}"),
        };
        self.key.iter().map(text).collect()
    }

    fn insert(&self, one: &[Value], next: &[Value]) -> Write {
        let places = vec!["?"; self.columns.len()].join(", ");
        let pairs = one.iter().zip(next);
        Write {
            sql: format!(
                "INSERT INTO {} ({}) VALUES ({places})",
                self.name,
                self.columns.join(", ")
            ),
            values: pairs
                .map(|(one, next)| Progression::of(one, next))
                .collect(),
        }
    }

    /// Of a row that was there before; only what changes is written.
    fn update(&self, one: &[Value], before: &[Value], next: &[Value]) -> Write {
        let changed = (0..next.len()).filter(|&at| before[at] != next[at]);
        let changed: Vec<_> = changed.collect();
        let named = |columns: &[usize], between: &str| {
            let terms = columns
                .iter()
                .map(|&at| format!("{} = ?", self.columns[at]));
            terms.collect::<Vec<_>>().join(between)
        };
        let values = changed.iter().chain(&self.key);
        Write {
            sql: format!(
                "UPDATE {} SET {} WHERE {}",
                self.name,
                named(&changed, ", "),
                named(&self.key, " AND ")
            ),
            values: values
                .map(|&at| Progression::of(&one[at], &next[at]))
                .collect(),
        }
    }
}

impl Write {
    /// Writes the row of a user, counted from 1 after those that were looked at.
    pub fn execute(&self, database: &Connection, user: i64) {
        let mut statement = database.prepare_cached(&self.sql).expect("a statement");
        let values = self.values.iter().map(|value| value.of_user(user));
        let rows = statement
            .execute(params_from_iter(values))
            .expect("written");
        assert_eq!(rows, 1, "{}", self.sql);
    }

    /// Whether it adds a row.
    pub fn is_insert(&self) -> bool {
        self.sql.starts_with("INSERT")
    }
}

impl Progression {
    fn of(one: &Value, next: &Value) -> Self {
        match (one, next) {
            (Value::Integer(one), Value::Integer(next)) if one != next => Self::Number {
                first: *next,
                step: next - one,
            },
            (Value::Text(one), Value::Text(next)) if one != next => {
                let alike = |pair: &(char, char)| pair.0 == pair.1;
                let same = one.chars().zip(next.chars()).take_while(alike).count();
                let rest = next.chars().count().min(one.chars().count()) - same;
                let backwards = one.chars().rev().zip(next.chars().rev());
                let after = backwards.take(rest).take_while(alike).count();
                let after = next.chars().count() - after;
                Self::Text {
                    before: next.chars().take(same).collect(),
                    after: next.chars().skip(after).collect(),
                }
            }
            _ => Self::Same(next.clone()),
        }
    }

    fn of_user(&self, user: i64) -> Value {
        match self {
            Self::Same(value) => value.clone(),
            Self::Number { first, step } => Value::Integer(first + step * user),
            Self::Text { before, after } => Value::Text(format!("{before}{user:08}{after}")),
        }
    }
}

fn strings(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.map(|name| name.expect("a name")).collect()
}
