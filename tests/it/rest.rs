//! The REST side.

mod agents;
mod client;
mod description;
mod lists;
mod pages;
mod printed;
mod users;
