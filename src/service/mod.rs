//! Behaviour: one file per area, with the names of the contract. Rules, no SQL, no XML, no HTTP.

pub mod agent;
mod installation;
mod later;
mod principal;

pub use installation::{ADMINISTRATOR, Installation, OpenError, Opened};

use crate::fault::Fault;
use crate::session::{Caller, no_session};
use std::net::IpAddr;
use std::sync::Arc;

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
