//! Behaviour: one file per area, with the names of the contract. Rules, no SQL, no XML, no HTTP.

mod later;

use crate::clock::Clock;
use crate::config::{Mode, Settings};
use crate::fault::Fault;
use crate::session::{Caller, Sessions, no_session};
use crate::store::Store;
use std::net::IpAddr;
use std::sync::Arc;

/// One installation: a database and all that lives around it.
pub struct Installation {
    pub store: Store,
    pub clock: Clock,
    pub sessions: Sessions,
    /// Who must say which application calls.
    pub mode: Mode,
}

impl Installation {
    /// Sets up what lives around an open database. Fails when the system has no thread to give.
    pub fn new(store: Store, clock: Clock, settings: &Settings) -> Result<Self, Fault> {
        Ok(Self {
            sessions: Sessions::new(store.clone(), clock.clone(), settings.session)?,
            mode: settings.mode,
            store,
            clock,
        })
    }
}

/// What a handler knows of the call.
#[derive(Clone)]
pub struct Call {
    pub installation: Arc<Installation>,
    /// Nobody in the few operations that need no ticket.
    pub caller: Option<Arc<Caller>>,
    /// Address of the client.
    pub remote: IpAddr,
}

impl Call {
    /// The caller, in operations that need a ticket.
    pub fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_deref().ok_or_else(no_session)
    }
}
