//! Behaviour: one file per area, with the names of the contract. Rules, no SQL, no XML, no HTTP.

mod later;

use crate::clock::Clock;
use crate::fault::{Exception, Fault};
use crate::session::Caller;
use crate::store::Store;
use std::net::IpAddr;
use std::sync::Arc;

/// One installation: a database and all that lives around it.
pub struct Installation {
    pub store: Store,
    pub clock: Clock,
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
        self.caller.as_deref().ok_or_else(|| {
            Fault::service(Exception::Session, "The operation needs a valid ticket.")
        })
    }
}
