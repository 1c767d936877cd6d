//! Tests of the real program against real systems outside, which have to be installed for them:
//! `.ci/run` says how. Each starts what it needs on this machine.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

#[expect(dead_code, reason = "the tests in `it` use more of it")]
#[path = "../it/answer.rs"]
mod answer;
#[path = "../it/content.rs"]
mod content;
mod directory;
mod openid;
mod provider;
mod slapd;
#[expect(dead_code, reason = "the tests in `it` use more of it")]
#[path = "../it/support.rs"]
mod support;
mod tokens;
