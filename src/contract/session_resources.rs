//! `/api/v1/Session`: log-ins of browsers, which keep them in a cookie.
//!
//! The vendor's pages log in elsewhere; its REST services take the session that came of it, and the
//! header field that goes with it. The routes here are our own.

use super::headers::NO_BLOCKS;
use crate::model::{Access, Method, Operation, Route, Service, carrier, message, operations};

/// The resource, as a service that SOAP does not know.
pub static SERVICE: Service = Service {
    name: "Session",
    definitions: "SessionResource",
    request_headers: &NO_BLOCKS,
    response_headers: &NO_BLOCKS,
    operations: OPERATIONS,
    doc: "Log-ins of browsers.",
};

const ORDINARY: Operation = Operation::ordinary(Access::Anybody);
const PATH: &str = "/v1/Session";

const fn at(method: Method) -> Option<Route> {
    Some(Route { method, path: PATH })
}

carrier! {
    /// What a browser logs in with.
    LogInForm {
        /// User ID, user name, or an e-mail address that is nobody else's.
        user_name "UserName": Option<String>,
        /// The password.
        password "Password": Option<String>,
    }
}

carrier! {
    /// A log-in of a browser.
    BrowserSession {
        /// The value of the header field X-XSRF-TOKEN, without which the cookie is worth nothing.
        xsrf_token "XsrfToken": Option<String>,
        /// Who is logged in.
        associate_id "AssociateId": i32,
        /// Name of the user.
        name "Name": Option<String>,
    }
}

message! {
    /// A log-in, and the ticket that goes into the cookie.
    SessionOpened {
        response "Response": Option<BrowserSession>,
        ticket "Ticket": Option<String>,
    }
}

message! {
    /// The end of a log-in; the ticket in the cookie is nil.
    SessionClosed {
        ticket "Ticket": Option<String>,
    }
}

operations! {
    /// Logs a browser in: sets a cookie with a ticket, which no script can read, and a cookie
    /// XSRF-TOKEN, whose value has to come with each call in the header field X-XSRF-TOKEN.
    OpenSession {
        log_in "logIn": Option<LogInForm>,
    } -> SessionOpened, route: at(Method::Post);

    /// Ends the session of the caller.
    CloseSession {} -> SessionClosed, route: at(Method::Delete), access: Access::Ticket;
}
