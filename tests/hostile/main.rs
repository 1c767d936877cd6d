//! Input that is made to crash, stall, fool or bloat the server, over real sockets. Each gets a
//! clear answer or a clean close, and whoever comes after it is served.

// Helpers of tests may panic like tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod app_tokens;
mod broken_store;
mod clean;
mod compressed;
mod entities;
mod envelopes;
mod floods;
mod framing;
mod injection;
mod line;
mod logs;
mod markup;
mod messages;
mod neighbours;
mod outside;
mod places;
mod rest_credentials;
mod slow;
mod sockets;
mod stored_texts;
mod ticket_places;
mod tickets;
mod timing;
mod victim;

// Shared with the other tests, which use more of them.
#[allow(dead_code)]
#[path = "../it/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../it/content.rs"]
mod content;
#[allow(dead_code)]
#[path = "../it/faults.rs"]
mod faults;
#[allow(dead_code)]
#[path = "../it/support.rs"]
mod support;
