//! Errors as the vendor's REST services report them.

use crate::contract::rest::Problem;
use crate::fault::{Exception, Fault, Kind, Protocol};
use crate::format::soap::SOURCE;

impl Problem {
    /// What a caller is told of a fault.
    pub fn of(fault: &Fault) -> Self {
        Self {
            error: true,
            error_type: Some(class(fault.kind()).to_owned()),
            error_message: Some(fault.message().to_owned()),
            error_source: Some(SOURCE.to_owned()),
        }
    }
}

/// The class that clients know best for an error of the message.
fn class(kind: &Kind) -> &'static str {
    match kind {
        Kind::Service(exception) => exception.class(),
        Kind::Protocol(Protocol::ActionNotSupported) => Exception::NotFound.class(),
        Kind::Protocol(Protocol::Busy) => Exception::DbAccess.class(),
        Kind::Protocol(Protocol::Internal) => Exception::Server.class(),
        Kind::Protocol(_) => Exception::InvalidArgument.class(),
    }
}

/// The HTTP status of a fault.
pub fn status(fault: &Fault) -> u16 {
    match fault.kind() {
        Kind::Service(exception) => match exception {
            Exception::Session => 401,
            Exception::Sentry | Exception::IllegalOperation | Exception::License => 403,
            Exception::NotFound => 404,
            Exception::InvalidArgument
            | Exception::InvalidPassword
            | Exception::InvalidCharacter
            | Exception::Validation => 400,
            Exception::Duplicate => 409,
            Exception::NotSupported => 501,
            Exception::DbAccess => 503,
            Exception::Server => 500,
        },
        Kind::Protocol(error) => match error {
            Protocol::Malformed
            | Protocol::DeserializationFailed
            | Protocol::VersionMismatch
            | Protocol::MustUnderstand(_)
            | Protocol::DataEncodingUnknown => 400,
            Protocol::ActionNotSupported => 404,
            Protocol::TooLarge => 413,
            Protocol::UnsupportedMedia => 415,
            Protocol::Timeout => 408,
            Protocol::Conflict => 409,
            Protocol::PreconditionFailed => 412,
            Protocol::Busy => 503,
            Protocol::Internal => 500,
        },
    }
}
