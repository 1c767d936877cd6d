//! Tests against the real program, on a real socket and a real database file.

mod commands;
mod connections;
mod http;
mod support;
