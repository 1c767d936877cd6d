//! The REST side.

mod agents;
mod client;
mod description;
mod pages;
mod users;
