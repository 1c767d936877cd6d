//! The connection that writes.
//!
//! Whoever writes has the turn: a row that is locked until the commit. So one node writes at a time,
//! and sees all that others have written before, as it is with a file; nothing that a change depends
//! on can be changed beside it.

use super::super::lists::Lists;
use super::super::{StoreError, Tx, batch};
use super::error::ServerError;
use super::server::Server;
use super::session::{Session, State};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Each statement sees what was committed before it, which nobody but the one with the turn adds to.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Takes the turn.
pub const TURN: &str = "SELECT id FROM services88_turn WHERE id = 1 FOR UPDATE";

/// Within this time the end of a connection is told; otherwise there was silence.
const SOON: Duration = Duration::from_secs(1);

/// The one connection of this process that writes.
pub struct Writing {
    server: Arc<Server>,
    session: Session,
    lists: Arc<Lists>,
}

impl Writing {
    pub fn new(server: Arc<Server>, session: Session, lists: Arc<Lists>) -> Self {
        Self {
            server,
            session,
            lists,
        }
    }

    fn connect(&mut self) -> Result<(), StoreError> {
        self.server.distrust();
        self.session = self.server.connect()?;
        Ok(())
    }
}

/// Begins a transaction with the turn.
pub fn begin(session: &Session) -> Result<(), StoreError> {
    session.put_ahead(BEGIN);
    session.batch(TURN)
}

impl batch::Writing for Writing {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.server.look_at(&self.session);
        if self.session.state() != State::Good {
            self.recover();
        }
        if self.session.state() == State::Gone {
            self.connect()?;
        }
        let asked = Instant::now();
        match begin(&self.session) {
            // It was lost without anybody noticing, and nothing has been done with it yet. Who has
            // waited in vain for an answer would only do so again.
            Err(StoreError::Disconnected(_)) if asked.elapsed() < SOON => {
                self.connect()?;
                begin(&self.session)
            }
            done => done,
        }
    }

    fn tx(&self) -> Tx<'_> {
        Tx::server(&self.session, &self.lists)
    }

    fn is_stuck(&self) -> bool {
        self.session.is_stuck()
    }

    fn lost(&self) -> Option<StoreError> {
        match self.session.state() {
            State::Good | State::Stuck => None,
            State::Beaten => Some(StoreError::Beaten),
            State::Gone => Some(StoreError::Disconnected(ServerError::Silent.into())),
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if self.session.is_stuck() {
            return Err(StoreError::Lost);
        }
        self.session.batch("COMMIT").map_err(|error| match error {
            StoreError::Disconnected(error) => StoreError::Unknown(error),
            error => error,
        })
    }

    fn recover(&mut self) {
        self.session.take_back();
        if self.session.state() != State::Gone && self.session.batch("ROLLBACK").is_ok() {
            self.session.ended();
        }
    }

    fn close(self: Box<Self>) {}
}
