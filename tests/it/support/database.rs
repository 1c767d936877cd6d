//! What a server keeps, seen past the server: a file, or a database of its own on the PostgreSQL
//! server that `SERVICES88_TEST_DATABASE` leads to.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage, SimpleQueryRow};

const VARIABLE: &str = "SERVICES88_TEST_DATABASE";

/// The database that belongs to a data folder.
pub enum Database {
    File(PathBuf),
    /// Its address.
    Server(String),
}

impl Database {
    /// That of a folder. One on a server is made when there is none.
    pub fn of(data: &Path) -> Self {
        let Ok(address) = env::var(VARIABLE) else {
            return Self::File(data.join("services88.db"));
        };
        let name = name(data);
        let (server, _) = address.rsplit_once('/').unwrap();
        let there = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        if rows(&address, &there).is_empty() {
            rows(&address, &format!("CREATE DATABASE {name}"));
        }
        Self::Server(format!("{server}/{name}"))
    }

    /// Copies the one of a folder to another folder. A file goes with its folder.
    pub fn copy(from: &Path, to: &Path) {
        if let (Self::Server(from), Ok(address)) = (Self::of(from), env::var(VARIABLE)) {
            let (_, from) = from.rsplit_once('/').unwrap();
            let to = name(to);
            rows(&address, &format!("CREATE DATABASE {to} TEMPLATE {from}"));
        }
    }

    /// Its address, if it is on a server.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            Self::Server(address) => Some(address),
        }
    }

    /// Runs a statement, or several; says how many rows the last one touched.
    pub fn execute(&self, sql: &str) -> u64 {
        match self {
            Self::File(path) => {
                let file = rusqlite::Connection::open(path).unwrap();
                file.execute_batch(sql).unwrap();
                file.changes()
            }
            Self::Server(address) => run(address, sql)
                .iter()
                .rev()
                .find_map(|it| match it {
                    SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
                    _ => None,
                })
                .unwrap_or_default(),
        }
    }

    /// The rows of a query, as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::File(path) => {
                let file = rusqlite::Connection::open(path).unwrap();
                let mut statement = file.prepare(sql).unwrap();
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    (0..columns).map(|at| text(row.get_ref(at)?)).collect()
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Self::Server(address) => rows(address, sql),
        }
    }

    /// The same for several, of which each has at least one column.
    pub fn rows_of_each(&self, queries: &[String]) -> Vec<Vec<Vec<Option<String>>>> {
        match self {
            Self::File(_) => queries.iter().map(|sql| self.rows(sql)).collect(),
            Self::Server(address) => {
                let mut all = vec![Vec::new()];
                for message in run(address, &queries.join(";")) {
                    match message {
                        SimpleQueryMessage::Row(row) => {
                            all.last_mut().unwrap().push(values(&row));
                        }
                        SimpleQueryMessage::CommandComplete(_) => all.push(Vec::new()),
                        _ => {}
                    }
                }
                all
            }
        }
    }

    /// The first column of the rows of a query.
    pub fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).into_iter();
        rows.map(|row| row.into_iter().next().flatten().unwrap_or_default())
            .collect()
    }

    /// The first column of the first row.
    pub fn number(&self, sql: &str) -> i64 {
        self.column(sql)[0].parse().unwrap()
    }

    /// Everything as text, if it is on a server; a file can be read as it is.
    pub fn dump(&self) -> String {
        match self {
            Self::File(_) => String::new(),
            Self::Server(_) => {
                let tables = self.tables().into_iter();
                let all = tables.map(|(table, _)| format!("SELECT * FROM {table}"));
                format!("{:?}", self.rows_of_each(&all.collect::<Vec<_>>()))
            }
        }
    }

    /// All tables and their columns.
    pub fn tables(&self) -> Vec<(String, Vec<String>)> {
        let columns = self.rows(match self {
            Self::File(_) => {
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' ORDER BY t.name, c.cid"
            }
            Self::Server(_) => {
                "SELECT table_name, column_name FROM information_schema.columns
                 WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            }
        });
        let mut tables: Vec<(String, Vec<String>)> = Vec::new();
        for row in columns {
            let mut row = row.into_iter().map(Option::unwrap_or_default);
            let (table, column) = (row.next().unwrap(), row.next().unwrap());
            match tables.last_mut() {
                Some((last, columns)) if *last == table => columns.push(column),
                _ => tables.push((table, vec![column])),
            }
        }
        tables
    }
}

/// What the database of a folder is called.
fn name(data: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    format!("it_{}_{:x}", std::process::id(), hasher.finish())
}

fn text(value: rusqlite::types::ValueRef<'_>) -> rusqlite::Result<Option<String>> {
    use rusqlite::types::ValueRef;
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            Some(String::from_utf8_lossy(text).into_owned())
        }
    })
}

fn rows(address: &str, sql: &str) -> Vec<Vec<Option<String>>> {
    let messages = run(address, sql).into_iter();
    messages
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(values(&row)),
            _ => None,
        })
        .collect()
}

fn values(row: &SimpleQueryRow) -> Vec<Option<String>> {
    (0..row.len())
        .map(|at| row.get(at).map(str::to_owned))
        .collect()
}

fn run(address: &str, sql: &str) -> Vec<SimpleQueryMessage> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (client, connection): (Client, _) =
            tokio_postgres::connect(address, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.simple_query(sql).await.unwrap()
    })
}
