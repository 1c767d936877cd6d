//! The receiver under test: one server for all tests that run at a time.

use crate::answer::{Answer, Node, element, envelope, text};
use crate::faults::{Expected, GET_ROLE, around, credentials, fault, is_role, send};
use crate::support::{Caller, Response, Soap, TestServer, USER};
use std::ops::Deref;
use std::sync::{Arc, Mutex, Weak};

/// A server with a caller who may do everything.
pub struct Peer {
    pub server: TestServer,
    pub caller: Caller,
}

static RUNNING: Mutex<Weak<Peer>> = Mutex::new(Weak::new());

/// The server; it stops with the last test that uses it.
pub fn peer() -> Arc<Peer> {
    let mut running = RUNNING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(peer) = running.upgrade() {
        return peer;
    }
    let server = TestServer::start();
    let caller = server.caller("admin");
    let peer = Arc::new(Peer { server, caller });
    *running = Arc::downgrade(&peer);
    peer
}

impl Deref for Peer {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl Peer {
    /// The header block of the caller.
    pub fn ticket(&self) -> String {
        credentials(self.caller.ticket())
    }

    /// Sends these header blocks beside the ticket, and the Body that asks for a role.
    pub fn with_blocks(&self, soap: Soap, blocks: &str) -> Response {
        let header = element("s:Header", &(self.ticket() + blocks));
        send(self, soap, &(header + GET_ROLE))
    }

    /// Sends this Body under the ticket.
    pub fn with_body(&self, soap: Soap, body: &str) -> Response {
        let header = element("s:Header", &self.ticket());
        send(self, soap, &(header + body))
    }

    /// A whole envelope that is answered by a role.
    pub fn good(&self, soap: Soap) -> String {
        let header = element("s:Header", &self.ticket());
        around(soap, &(header + GET_ROLE))
    }

    /// Posts text that stands for a whole envelope.
    pub fn post_text(&self, soap: Soap, envelope: &str) -> Response {
        self.post(USER, soap.content_type(), envelope)
    }

    /// That an envelope is taken.
    #[track_caller]
    pub fn takes(&self, soap: Soap, envelope: &str) {
        is_role(soap, &self.post_text(soap, envelope));
    }

    /// That an envelope is refused by a fault; gives its text.
    #[track_caller]
    pub fn refuses(&self, soap: Soap, envelope: &str, expected: &Expected) -> String {
        fault(soap, &self.post_text(soap, envelope), expected)
    }

    /// A SaveUser that would store a user of this name, behind these header blocks.
    pub fn save(&self, soap: Soap, blocks: &str, name: &str) -> Response {
        let header = element("s:Header", &(self.ticket() + blocks));
        let user = element("User", &text("Name", name));
        let body = element("s:Body", &element("SaveUser", &user));
        send(self, soap, &(header + &body))
    }

    /// Whether there is a user of this name.
    #[track_caller]
    pub fn knows(&self, name: &str) -> bool {
        let name = text("UserName", name);
        let answer = self.user(Soap::V11, &self.caller, "GetUserFromName", &name);
        !answer.result().nil
    }
}

/// The answer to a call that was carried out.
#[track_caller]
pub fn success(soap: Soap, response: &Response) -> Node {
    let envelope = envelope(soap, response);
    Answer::of(soap, "GetRoleResponse", response).result();
    envelope
}
