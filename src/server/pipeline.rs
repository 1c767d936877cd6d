//! From a SOAP message to its answer.

use crate::config::MessageLimits;
use crate::fault::{Fault, Kind, Protocol};
use crate::model::Service;
use crate::service::Installation;
use hyper::StatusCode;
use hyper::body::Bytes;
use std::net::IpAddr;
use std::sync::Arc;

/// A message as HTTP delivered it.
#[derive(Debug)]
pub struct SoapRequest {
    pub service: &'static Service,
    pub content_type: Option<String>,
    pub soap_action: Option<String>,
    /// Address of the client.
    pub remote: IpAddr,
    pub body: Bytes,
}

/// What HTTP is to send back, and what is to be logged.
#[derive(Debug)]
pub struct SoapAnswer {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub body: Bytes,
    pub log: CallLog,
}

/// One call, for the log.
#[derive(Debug)]
pub struct CallLog {
    /// Name of the operation; `-` where none was found.
    pub operation: &'static str,
    /// Log-on name of the caller, where there is one.
    pub caller: Option<String>,
    /// `ok`, or what went wrong.
    pub outcome: String,
}

/// Answers a message.
pub async fn answer(
    _installation: &Arc<Installation>,
    _limits: &MessageLimits,
    request: SoapRequest,
) -> SoapAnswer {
    refuse(
        request.content_type.as_deref(),
        &Fault::internal("messages are not read yet"),
    )
}

/// Answers a message whose body was not read. The version of the answer is guessed from the
/// media type.
pub fn refuse(_content_type: Option<&str>, fault: &Fault) -> SoapAnswer {
    let status = match fault.kind() {
        Kind::Protocol(Protocol::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Protocol(Protocol::UnsupportedMedia) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Protocol(Protocol::Timeout) => StatusCode::REQUEST_TIMEOUT,
        Kind::Protocol(Protocol::Malformed) => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    SoapAnswer {
        status,
        content_type: "text/plain; charset=utf-8",
        body: fault.message().to_owned().into(),
        log: CallLog {
            operation: "-",
            caller: None,
            outcome: fault.message().to_owned(),
        },
    }
}
