//! Connections to the database file, set up alike wherever they are opened.

use super::super::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a lock of another process is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept ready per connection: more than the services have.
const PREPARED_STATEMENTS: usize = 512;

/// Bytes of the file that readers see in memory as the operating system has them: as much as SQLite
/// maps at most. Pages of a large database come up once in a while only, so that SQLite's own cache
/// would have to be about as large, for each connection.
const MAPPED: u32 = 0x7fff_0000;

/// KiB of pages that the writer keeps.
const CACHE_KIB: u32 = 8 * 1024;

/// Pages in the write-ahead log after which they are brought into the database, which a commit has
/// to wait for. A page that many commits write is brought over once. The log has 16 MiB then.
const LOG_PAGES: u32 = 4000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    ReadWrite,
}

/// Opens a connection to a file that is there.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, StoreError> {
    // No SQLITE_OPEN_URI: a path is a path, whatever it looks like. Each connection is used by one
    // thread at a time, so that SQLite needs no locks of its own.
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | match access {
            Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // Plans do not depend on bound values; otherwise SQLite would prepare most joins anew for each
    // of them, which costs several times what the query itself does.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// A connection that reads, beside the writer and without waiting for it.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, Access::ReadOnly)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size={MAPPED};"
    ))?;
    Ok(connection)
}

/// The connection that writes. What it has committed survives the loss of power.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, Access::ReadWrite)?;
    // Otherwise SQLite would be content with reading.
    if connection.is_readonly(MAIN_DB)? {
        return Err(StoreError::ReadOnly {
            path: path.to_owned(),
        });
    }
    write_ahead(&connection)?;
    connection.execute_batch(
        &format!("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; \
         PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-{CACHE_KIB}; PRAGMA wal_autocheckpoint={LOG_PAGES};"),
    )?;
    Ok(connection)
}

/// Switches to the write-ahead log. SQLite may give up at once when another process is doing the
/// same, so the waiting is done here.
fn write_ahead(connection: &Connection) -> Result<(), StoreError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mode = connection
            .query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0))
            .map_err(StoreError::from);
        match mode {
            Ok(_) => return Ok(()),
            Err(StoreError::Busy(_)) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
}
