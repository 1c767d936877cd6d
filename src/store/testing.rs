//! A database for each test: a file, or a database of its own on the server that
//! `SERVICES88_TEST_DATABASE` leads to.

use super::postgres::Server;
use super::{Store, StoreError};
use std::collections::hash_map::DefaultHasher;
use std::env;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

const VARIABLE: &str = "SERVICES88_TEST_DATABASE";

/// Making databases, one at a time: a template may not be in use meanwhile.
static MADE: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

/// The database that belongs to a path, which is made when there is none.
pub fn open(path: &Path) -> Store {
    try_open(path).expect("a database")
}

fn try_open(path: &Path) -> Result<Store, StoreError> {
    match server(path) {
        Some(server) => Store::connect(&server),
        None => Store::open(path),
    }
}

/// The database on the server that belongs to a path, if the tests have a server.
pub fn server(path: &Path) -> Option<Server> {
    made(path, true)
}

/// The same without a table.
pub fn empty_server(path: &Path) -> Option<Server> {
    made(path, false)
}

fn made(path: &Path, with_tables: bool) -> Option<Server> {
    let address = env::var(VARIABLE).ok()?;
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    let name = format!("test_{}_{:x}", std::process::id(), hasher.finish());
    let at = |name: &str| {
        let start = address.rfind('/').expect("a database in the address");
        Server::new(&format!("{}/{name}", &address[..start])).expect("an address")
    };
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let template = format!("template_{}", std::process::id());
    let all = Server::new(&address).expect("an address");
    let run = |sql: String| {
        let session = all.connect().expect("a connection");
        session.wait_for_ever();
        session.batch(&sql).expect("done");
    };
    if made.is_empty() {
        run(format!("CREATE DATABASE {template}"));
        drop(Store::connect(&at(&template)).expect("a template"));
        made.push(template.clone());
    }
    if !made.contains(&name) {
        let like = match with_tables {
            true => &template,
            false => "template0",
        };
        run(format!("CREATE DATABASE {name} TEMPLATE {like}"));
        made.push(name.clone());
    }
    Some(at(&name))
}

/// What makes every new row of a table fail, and what ends that.
pub fn failing(table: &str) -> [String; 2] {
    match env::var(VARIABLE) {
        Ok(_) => [
            format!(
                "DO $do$ BEGIN
                     CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql
                     AS $$ BEGIN RAISE 'no'; END $$;
                     CREATE TRIGGER fails BEFORE INSERT ON {table}
                     FOR EACH ROW EXECUTE FUNCTION fails();
                 END $do$"
            ),
            format!("DROP TRIGGER fails ON {table}"),
        ],
        Err(_) => [
            format!(
                "CREATE TRIGGER fails BEFORE INSERT ON {table}
                 BEGIN SELECT RAISE(ABORT, 'no'); END"
            ),
            "DROP TRIGGER fails".to_owned(),
        ],
    }
}
