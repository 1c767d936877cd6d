//! The REST side.

mod agents;
mod both_ways;
mod client;
mod description;
mod lists;
mod pages;
mod patches;
mod printed;
mod routes;
mod users;
