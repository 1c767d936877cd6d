//! What a page of our own origin can show and others cannot: a value that comes of the ticket in
//! the cookie, in a cookie that its scripts may read.

use super::ticket::hexadecimal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The value that goes with a ticket. It tells nothing of the ticket.
pub fn token(ticket: &str) -> String {
    let digest = Sha256::new()
        .chain_update("services88 X-XSRF-TOKEN ")
        .chain_update(ticket)
        .finalize();
    hexadecimal(&digest)
}

/// Whether this is the value that goes with a ticket.
pub fn fits(ticket: &str, shown: &str) -> bool {
    bool::from(token(ticket).as_bytes().ct_eq(shown.as_bytes()))
}
