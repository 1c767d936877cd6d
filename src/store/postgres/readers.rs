//! Connections that read, each transaction a snapshot of its own.

use super::super::lists::Lists;
use super::super::{StoreError, Tx, unwound};
use super::error::ServerError;
use super::server::Server;
use super::session::{Session, State};
use crate::fault::Fault;
use crate::wait;
use r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a free connection is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long connections are kept that nobody needs.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Connections at most.
pub const CONNECTIONS: u32 = 16;

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// The connections that read.
pub struct Readers {
    pool: Pool<Way>,
    lists: Arc<Lists>,
    is_closed: AtomicBool,
}

impl Readers {
    pub fn new(server: Arc<Server>, lists: Arc<Lists>) -> Result<Self, StoreError> {
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .idle_timeout(Some(KEPT))
            .max_lifetime(None)
            .test_on_check_out(false)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(Way { server });
        Ok(Self {
            pool,
            lists,
            is_closed: AtomicBool::new(false),
        })
    }

    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        wait::aside(|| {
            let session = self.session()?;
            session.put_ahead(BEGIN);
            let tx = Tx::server(&session, &self.lists);
            let result = catch_unwind(AssertUnwindSafe(|| work(&tx))).unwrap_or_else(unwound);
            // Nothing was asked.
            if !session.take_back() && session.batch("COMMIT").is_ok() {
                session.ended();
            }
            result
        })
    }

    /// What is in use meanwhile is closed when it is given back.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// A connection that was good a moment ago.
    fn session(&self) -> Result<PooledConnection<Way>, StoreError> {
        // After a restart of the server all that were kept are gone.
        for _ in 0..=CONNECTIONS {
            if self.is_closed.load(Ordering::Relaxed) {
                return Err(StoreError::Closed);
            }
            let session = self.pool.get().map_err(|_| ServerError::Occupied)?;
            session.look();
            if session.state() == State::Good {
                return Ok(session);
            }
        }
        Err(ServerError::Silent.into())
    }
}

/// How the pool comes by its connections.
struct Way {
    server: Arc<Server>,
}

impl ManageConnection for Way {
    type Connection = Session;
    type Error = StoreError;

    fn connect(&self) -> Result<Session, StoreError> {
        self.server.connect()
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), StoreError> {
        session.look();
        match session.state() {
            State::Good => Ok(()),
            _ => Err(ServerError::Silent.into()),
        }
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.state() != State::Good
    }
}
