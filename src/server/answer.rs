//! Making responses: always in full, so that they have a length in every version of HTTP.

use super::pipeline::{CallLog, SoapAnswer};
use crate::model::Service;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

/// Seconds after which somebody may ask again who was told that the server is busy: what waits to be
/// stored then is stored within less.
const RETRY_SECONDS: &str = "1";

/// A response, and what the log is to say about it.
#[derive(Debug)]
pub struct Answer {
    pub response: Response<Full<Bytes>>,
    pub bytes: usize,
    pub log: CallLog,
}

impl Answer {
    pub fn new(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
        outcome: &'static str,
    ) -> Self {
        SoapAnswer {
            status,
            content_type,
            body: body.into(),
            log: CallLog {
                operation: "-",
                caller: None,
                outcome: outcome.into(),
            },
        }
        .into()
    }

    pub fn text(status: StatusCode, text: &'static str, outcome: &'static str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text, outcome)
    }

    /// Which methods there are.
    pub fn options(allow: &str) -> Self {
        let mut answer = Self::new(StatusCode::NO_CONTENT, "", "", "options").with(ALLOW, allow);
        answer.response.headers_mut().remove(CONTENT_TYPE);
        answer
    }

    /// Adds a header field; nothing where it would be none.
    pub fn with(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.try_into(), HeaderValue::from_str(value)) {
            self.response.headers_mut().insert(name, value);
        }
        self
    }

    /// Says when to ask again.
    pub fn busy(self) -> Self {
        self.with(RETRY_AFTER, RETRY_SECONDS)
    }
}

impl From<SoapAnswer> for Answer {
    fn from(answer: SoapAnswer) -> Self {
        let bytes = answer.body.len();
        let mut response = Response::new(Full::new(answer.body));
        *response.status_mut() = answer.status;
        let content_type = HeaderValue::from_static(answer.content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        Self {
            response,
            bytes,
            log: answer.log,
        }
    }
}

/// Refuses a request in plain words.
pub fn refusal(status: StatusCode, reason: &'static str) -> Answer {
    Answer::text(status, reason, reason)
}

/// Refuses a method and names those that are allowed.
pub fn method_not_allowed(allow: &'static str) -> Answer {
    refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "The method is not allowed here.",
    )
    .with(ALLOW, allow)
}

/// What people see who open a service in a browser. The address has no character that HTML would
/// take for its own.
pub fn page(service: &Service, address: &str) -> String {
    let Service {
        name, operations, ..
    } = service;
    let count = operations.len();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>{name}.svc</title></head>\n<body><h1>{name}.svc</h1>\n\
         <p>This is a SOAP service of services88 {version} with {count} operations. \
         It takes SOAP 1.1 and SOAP 1.2 by POST at <code>{address}</code>.</p>\n\
         <p>Its description for client generators: \
         <a href=\"?wsdl\">{address}?wsdl</a></p>\n</body></html>\n"
    )
}
