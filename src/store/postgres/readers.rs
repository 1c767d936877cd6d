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
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a free connection is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// The same while none can be made: others are trying already.
const IMPATIENCE: Duration = Duration::from_millis(300);
/// Readers who may wait at a time. With more than that the server is so far behind that its
/// clients had better come back later.
const WAITING: usize = 256;
/// How long connections are kept that nobody needs.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Connections at most.
pub const CONNECTIONS: u32 = 16;

/// Begins a transaction that sees one state.
pub const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// The connections that read.
pub struct Readers {
    pool: Pool<Way>,
    lists: Arc<Lists>,
    is_closed: AtomicBool,
    waiting: AtomicUsize,
    server: Arc<Server>,
    /// Whether the last attempt to connect has failed.
    is_away: Arc<AtomicBool>,
}

impl Readers {
    pub fn new(server: Arc<Server>, lists: Arc<Lists>) -> Result<Self, StoreError> {
        let is_away = Arc::new(AtomicBool::new(false));
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .idle_timeout(Some(KEPT))
            .max_lifetime(None)
            .test_on_check_out(false)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(Way {
                server: Arc::clone(&server),
                is_away: Arc::clone(&is_away),
            });
        Ok(Self {
            pool,
            lists,
            is_closed: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            server,
            is_away,
        })
    }

    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        wait::aside(|| {
            let session = self.session()?;
            session.put_ahead(BEGIN);
            let tx = Tx::server(&session, &self.lists);
            let result = catch_unwind(AssertUnwindSafe(|| work(&tx))).unwrap_or_else(unwound);
            // Otherwise nothing was asked. Nobody waits for the end of what only read.
            if !session.take_back() && session.send("COMMIT").is_ok() {
                session.ended();
            }
            if session.state() == State::Gone {
                self.server.distrust();
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
            let session = match self.pool.try_get() {
                Some(session) => session,
                None => self.wait()?,
            };
            self.server.look_at(&session);
            if session.state() == State::Good {
                return Ok(session);
            }
        }
        Err(ServerError::Silent.into())
    }

    /// Waits for a connection that somebody gives back, or that is made.
    fn wait(&self) -> Result<PooledConnection<Way>, StoreError> {
        let is_away = || self.is_away.load(Ordering::Relaxed);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(ServerError::Occupied.into());
        }
        let asked = Instant::now();
        let session = loop {
            match self.pool.get_timeout(IMPATIENCE) {
                Ok(session) => break Ok(session),
                Err(_) if is_away() => break Err(ServerError::Silent),
                Err(_) if asked.elapsed() > PATIENCE => break Err(ServerError::Occupied),
                Err(_) => {}
            }
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Ok(session?)
    }
}

/// How the pool comes by its connections.
struct Way {
    server: Arc<Server>,
    is_away: Arc<AtomicBool>,
}

impl ManageConnection for Way {
    type Connection = Session;
    type Error = StoreError;

    fn connect(&self) -> Result<Session, StoreError> {
        let made = self.server.connect();
        self.is_away.store(made.is_err(), Ordering::Relaxed);
        made
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
