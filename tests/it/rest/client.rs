//! A client of the REST side.

use crate::support::{Caller, Response, TestServer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The header field that shows a name and a password.
pub fn basic(name: &str, password: &str) -> String {
    let shown = STANDARD.encode(format!("{name}:{password}"));
    format!("Authorization: Basic {shown}")
}

/// The header field that shows the ticket of a caller.
pub fn ticket(caller: &Caller) -> String {
    format!("Authorization: SOTicket {}", caller.ticket())
}

/// What came back, as JSON.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    /// Null where there was no body.
    pub body: Value,
    pub response: Response,
}

impl Told {
    #[track_caller]
    pub fn of(response: Response) -> Self {
        let body = match response.body.as_str() {
            "" => Value::Null,
            body => serde_json::from_str(body).unwrap(),
        };
        Self {
            status: response.status,
            body,
            response,
        }
    }

    /// The body of an answer that is no error.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status == 200 || self.status == 204, "{self:?}");
        self.body
    }

    /// The class and message of an error with this status.
    #[track_caller]
    pub fn error(&self, status: u16) -> (String, String) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.body["Error"], true, "{self:?}");
        assert_eq!(
            self.body["ErrorSource"],
            "SuperOffice.Services.Implementation"
        );
        let text = |name: &str| self.body[name].as_str().unwrap().to_owned();
        (text("ErrorType"), text("ErrorMessage"))
    }
}

/// Sends JSON with header fields.
#[track_caller]
pub fn send(server: &TestServer, method: &str, path: &str, fields: &[&str], body: &Value) -> Told {
    let mut all = vec!["Content-Type: application/json; charset=utf-8"];
    all.extend_from_slice(fields);
    let body = match body {
        Value::Null => Vec::new(),
        body => serde_json::to_vec(body).unwrap(),
    };
    Told::of(server.request(method, path, &all, &body))
}

/// Calls an operation of the user agent with JSON.
#[track_caller]
pub fn agent(server: &TestServer, caller: &Caller, operation: &str, body: &Value) -> Told {
    let path = format!("/api/v1/Agents/User/{operation}");
    send(server, "POST", &path, &[&ticket(caller)], body)
}
