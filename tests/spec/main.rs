//! The assertions of the specifications that bind a receiver of SOAP messages, each a test that
//! names its rule. `cargo test --test spec` runs them alone.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod basic_profile;
mod http;
mod peer;
mod soap11;
mod soap12;
mod soap12_faults;
mod soap12_http;
mod soap12_roles;
mod xml;
mod xml_second_opinion;

// Shared with the other tests, which use more of them.
#[allow(dead_code)]
#[path = "../it/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../it/faults.rs"]
mod faults;
#[allow(dead_code)]
#[path = "../it/support.rs"]
mod support;
