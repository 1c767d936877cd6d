//! Who changed a row, and when.

use crate::model::DateTime;

/// What goes into the `registered` or `updated` columns of the rows that a call writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When, to the second.
    pub at: DateTime,
    /// The user on whose behalf; 0 for the installation itself.
    pub by: i32,
}
