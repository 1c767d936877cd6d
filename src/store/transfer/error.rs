//! Why a copy is refused or ends early.

use super::super::StoreError;
use super::side::Side;

/// Why nothing was copied, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("cannot copy from {place}")]
    Source { place: String, source: StoreError },
    #[error("cannot copy into {place}")]
    Target { place: String, source: StoreError },
    #[error(
        "{place} has version {found}, and this release copies version {known} only: start this \
         release on it once, and stop it before you copy"
    )]
    Older {
        place: String,
        found: usize,
        known: usize,
    },
    #[error("{place} has not been set up, so that there is nothing to copy")]
    Nothing { place: String },
    #[error(
        "{place} holds an installation already, and was left as it is: name a place without one"
    )]
    NotEmpty { place: String },
    #[error(
        "{place} holds a part of a copy of another installation, and was left as it is: go on with \
         that one, or begin this one with --restart"
    )]
    OtherSource { place: String },
    #[error(
        "{place} holds a part of a copy that another release began, and was left as it is: remove \
         it, and begin anew"
    )]
    OtherRelease { place: String },
    #[error(
        "{from} has changed since the copy into {to} was broken off: table {table} had {before} \
         rows, and has {now}; begin anew with --restart"
    )]
    Changed {
        from: String,
        to: String,
        table: String,
        before: u64,
        now: u64,
    },
    #[error("somebody else copies into {place} at the same time")]
    Overtaken { place: String },
    #[error(
        "the row {key} of table {table} cannot be copied into {place}: change it in the source, and \
         begin anew with --restart"
    )]
    Row {
        place: String,
        table: String,
        key: String,
        source: Box<StoreError>,
    },
    #[error("no thread could be started")]
    Thread,
}

/// Whether a target that reports this would take other rows.
pub fn is_about_rows(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Unique(_) | StoreError::Unstorable(_) | StoreError::Engine(_)
    )
}

pub fn cannot_read(side: &dyn Side, source: StoreError) -> TransferError {
    let place = side.place().to_owned();
    TransferError::Source { place, source }
}

pub fn cannot_write(side: &dyn Side, source: StoreError) -> TransferError {
    let place = side.place().to_owned();
    TransferError::Target { place, source }
}
