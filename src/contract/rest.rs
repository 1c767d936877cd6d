//! What only the REST side has: errors in a body of their own.
//!
//! From the REST descriptions of 2023 and 2026.

use crate::model::carrier;

carrier! {
    /// Why a call failed.
    Problem {
        /// Always true.
        error "Error": bool,
        /// The class of the exception, without its namespace.
        error_type "ErrorType": Option<String>,
        /// What went wrong, for people.
        error_message "ErrorMessage": Option<String>,
        /// Where it came from.
        error_source "ErrorSource": Option<String>,
    }
}
