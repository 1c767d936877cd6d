//! Behaviour: one file per area, with the names of the contract. Rules, no SQL, no XML, no HTTP.

mod access;
mod access_gateway;
mod access_token;
pub mod administration;
pub mod agent;
mod allowances;
mod common_keys;
mod credentials;
mod custom_commands;
mod data_rights;
mod directory;
mod external_tokens;
mod external_users;
mod field_properties;
mod findings;
mod functional_rights;
mod gateway_client;
mod guid;
mod installation;
mod licenses;
mod limits;
mod owner_contacts;
pub mod password_links;
mod password_rules;
mod passwords;
mod person_rights;
mod places;
pub mod portals;
mod presence;
mod principal;
mod resolve_user;
mod resources;
mod role_guard;
mod role_matrix;
mod roles;
mod row_rights;
mod secrets;
mod service_auth;
#[cfg(test)]
mod testing;
mod token_exchange;
mod turn;
#[cfg(test)]
mod two_nodes;
mod untrusted_credentials;
mod user_carrier;
mod user_commands;
mod user_credentials;
mod user_defaults;
mod user_draft;
mod user_groups;
mod user_guard;
mod user_info;
mod user_kinds;
mod user_licenses;
mod user_lookup;
mod user_name_checks;
mod user_names;
mod user_types;
mod users;

pub use installation::{ADMINISTRATOR, Installation, OpenError, Opened};
pub use password_rules::generate as generate_password;

use crate::fault::Fault;
use crate::session::{Caller, no_session};
use crate::store::Stamp;
use std::net::IpAddr;
use std::sync::Arc;

/// What a handler knows of the call.
#[derive(Clone)]
pub struct Call {
    pub installation: Arc<Installation>,
    /// Nobody in the few operations that need no ticket.
    pub caller: Option<Arc<Caller>>,
    /// Name of the application that calls, where applications are told apart.
    pub application: Option<String>,
    /// Address of the client.
    pub remote: IpAddr,
    /// Where the client reaches the REST side: `https://host/tenant/api`. Empty in calls that do
    /// not come from there.
    pub api: String,
}

impl Call {
    /// The caller, in operations that need a ticket.
    pub fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_deref().ok_or_else(no_session)
    }

    /// The mark on what the call writes.
    pub fn stamp(&self) -> Result<Stamp, Fault> {
        Ok(Stamp {
            at: self.installation.clock.now(),
            by: self.caller()?.associate_id,
        })
    }
}
