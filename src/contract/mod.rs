//! What the two services promise: carriers, enumerations and operations, each declared once.
//!
//! Declarations only: everything that is read, written or described is derived from them by
//! the formats.

pub mod command;
pub mod credential;
pub mod headers;
pub mod license;
pub mod list;
pub mod principal;
pub mod principal_service;
pub mod rights;
pub mod role;
pub mod user;
pub mod user_service;

use crate::model::Service;

/// All services, in the order in which the help pages list them.
pub static SERVICES: &[&Service] = &[&user_service::SERVICE, &principal_service::SERVICE];
