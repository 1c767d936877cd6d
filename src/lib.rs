//! services88: a self-hosted server that speaks `Services88/User.svc` and `SoPrincipal.svc`.
//!
//! The floors of the house, from the ground up. A module uses those above it in this list,
//! never a lower one, and never a sibling's insides:
//!
//! - [`fault`], [`config`], [`clock`], [`draft`], [`vault`], [`wait`], [`outbound`]: usable by all.
//! - [`model`]: the shape of data, and the macros that declare it.
//! - [`contract`]: what the services promise; declarations only.
//! - [`format`](mod@format): XML, SOAP, JSON, XSD, WSDL, samples; each only walks descriptors.
//! - [`store`]: transactions, migrations, and one file of SQL per area.
//! - [`session`]: tickets, application tokens, callers and their rights.
//! - [`service`]: behaviour, one file per area.
//! - [`server`]: connections, limits, routes, and the one pipeline.

pub mod clock;
pub mod config;
pub mod contract;
pub mod draft;
pub mod fault;
pub mod format;
pub mod model;
pub mod outbound;
pub mod server;
pub mod service;
pub mod session;
pub mod store;
pub mod vault;
pub mod wait;
