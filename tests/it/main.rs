//! Tests against the real program, on a real socket and a real database file.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod answer;
mod commands;
mod connections;
mod fixtures;
mod http;
mod support;
mod users;
