//! Systems outside that the service calls. Each call blocks, has a time limit, and is made outside
//! of transactions.

pub mod directory;
pub mod http;
pub mod ldap;
pub mod mail;
pub mod openid;
pub mod tls;
pub mod webhook;
