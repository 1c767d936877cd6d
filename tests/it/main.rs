//! Tests against the real program, on a real socket and a real database file.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod answer;
mod callers;
mod commands;
mod concurrency;
mod connections;
mod content;
mod credentials;
mod custom_commands;
mod external_users;
mod faults;
mod fixtures;
mod full_user;
mod gateway;
mod groups;
mod house;
mod http;
mod licenses;
mod mail;
mod model;
mod passwords;
mod people;
mod portal;
mod refusals;
mod rest;
mod roles;
mod row_rights;
mod secrets;
mod sessions;
mod soap;
#[expect(dead_code, reason = "the tests in `machine` use more of it")]
mod support;
mod tokens;
mod transfer;
mod users;
