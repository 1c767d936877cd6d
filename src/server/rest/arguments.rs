//! Arguments that stand in a path or a query, as plain text.

use super::Asked;
use crate::fault::{Exception, Fault, Protocol};
use crate::format::lexical::{self, Spelling, shown};
use crate::model::Slot;

/// Refuses a call without an argument that has to be there.
pub fn missing(name: &str) -> Fault {
    Fault::service(
        Exception::InvalidArgument,
        format!("The parameter '{name}' is missing."),
    )
}

/// Fills a place from the text of an argument.
///
/// # Errors
///
/// `DeserializationFailed` when the text does not fit the place.
pub fn plain(slot: Slot<'_>, name: &str, text: &str, asked: &Asked<'_>) -> Result<(), Fault> {
    let trimmed = match slot {
        Slot::Text(_) => text,
        _ => text.trim(),
    };
    lexical::fill(slot, trimmed, Spelling::DotNet, &asked.style.dates).map_err(|expected| {
        Fault::protocol(
            Protocol::DeserializationFailed,
            format!(
                "The parameter '{name}' holds '{}', which is no {expected}.",
                shown(text)
            ),
        )
    })
}
