//! A connection that is kept for many calls, all of whose answers are looked at.

use crate::answer::Answer;
use crate::clean::clean_but_for;
use crate::support::{Caller, Connection, Response, SERVICES88, Soap, TestServer};
use services88::contract::SERVICES;
use services88::model::{Operation, Service};

/// All operations with their services.
pub fn operations() -> impl Iterator<Item = (&'static Service, &'static Operation)> {
    SERVICES.iter().flat_map(|&service| {
        let operations = service.operations.iter();
        operations.map(move |&operation| (service, operation))
    })
}

/// Path of a service.
pub fn path(service: &Service) -> String {
    format!("/Remote/Services88/{}.svc", service.name)
}

/// An envelope with these header blocks and arguments, both in the default namespace.
pub fn envelope(soap: Soap, blocks: &str, operation: &str, arguments: &str) -> String {
    let with_blocks = format!("<s:Header>{blocks}</s:Header>");
    let whole = soap.envelope(&Caller::Anonymous, operation, arguments);
    assert!(whole.contains(SERVICES88) && whole.contains("<s:Header></s:Header>"));
    whole.replacen("<s:Header></s:Header>", &with_blocks, 1)
}

/// A connection that is made anew when the server has closed it.
pub struct Line<'a> {
    server: &'a TestServer,
    connection: Option<Connection>,
    /// Requests sent.
    pub sent: usize,
}

impl<'a> Line<'a> {
    pub fn to(server: &'a TestServer) -> Self {
        Self {
            server,
            connection: None,
            sent: 0,
        }
    }

    /// Posts JSON with more header fields.
    #[track_caller]
    pub fn json(&mut self, path: &str, fields: &[String], body: &str) -> Response {
        let response = self.send(path, "application/json; charset=utf-8", fields, body);
        clean_but_for(&response, &[]);
        response
    }

    /// Posts an envelope with more header fields. The answer is clean, but for texts of the
    /// caller's.
    #[track_caller]
    pub fn post(
        &mut self,
        soap: Soap,
        path: &str,
        fields: &[String],
        envelope: &str,
        texts: &[&str],
    ) -> Response {
        let response = self.send(path, soap.content_type(), fields, envelope);
        clean_but_for(&response, texts);
        response
    }

    #[track_caller]
    fn send(&mut self, path: &str, media: &str, fields: &[String], body: &str) -> Response {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:8088\r\nContent-Type: {media}\r\nContent-Length: {}\r\n",
            body.len()
        );
        for field in fields {
            request += field;
            request += "\r\n";
        }
        request += "\r\n";
        request += body;
        self.sent += 1;
        let server = self.server;
        let connection = self.connection.get_or_insert_with(|| server.connect());
        connection.send(request.as_bytes());
        let response = connection.response();
        if response.field("connection") == Some("close") {
            self.connection = None;
        }
        response
    }

    /// Calls an operation of any service under header blocks, and takes the answer apart.
    #[track_caller]
    pub fn call(
        &mut self,
        soap: Soap,
        (service, operation): (&Service, &Operation),
        blocks: &str,
        arguments: &str,
    ) -> Answer {
        let envelope = envelope(soap, blocks, operation.name, arguments);
        let response = self.post(soap, &path(service), &[], &envelope, &[]);
        Answer::of(soap, operation.response.name, &response)
    }
}
