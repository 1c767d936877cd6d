//! Envelopes as a test writes them, and faults as it expects them.

use crate::answer::{Answer, element, envelope, text};
use crate::support::{Response, SERVICES88, Soap, TestServer, USER};

/// Both, to go through.
pub const VERSIONS: [Soap; 2] = [Soap::V11, Soap::V12];
pub const ADDRESSING: &str = "http://schemas.microsoft.com/ws/2005/05/addressing/none";
const DISPATCHER: &str =
    "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher";
pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// What a fault says: status and code in each version, and WCF's code where it has one.
pub struct Expected {
    pub status: [u16; 2],
    pub code: [&'static str; 2],
    pub subcode: Option<(&'static str, &'static str)>,
}

pub const CLIENT: Expected = Expected {
    status: [500, 400],
    code: ["Client", "Sender"],
    subcode: None,
};
pub const ACTION: Expected = Expected {
    subcode: Some((ADDRESSING, "ActionNotSupported")),
    ..CLIENT
};
pub const DESERIALIZATION: Expected = Expected {
    subcode: Some((DISPATCHER, "DeserializationFailed")),
    ..CLIENT
};
pub const TOO_LARGE: Expected = Expected {
    status: [413, 413],
    ..CLIENT
};
pub const MEDIA: Expected = Expected {
    status: [415, 415],
    ..CLIENT
};
pub const VERSION: Expected = Expected {
    status: [500, 500],
    code: ["VersionMismatch"; 2],
    subcode: None,
};
pub const MUST_UNDERSTAND: Expected = Expected {
    status: [500, 500],
    code: ["MustUnderstand"; 2],
    subcode: None,
};

/// Checks the shape of a fault; gives its text.
#[track_caller]
pub fn fault(soap: Soap, response: &Response, expected: &Expected) -> String {
    let version = usize::from(soap == Soap::V12);
    let code = (soap.namespace(), expected.code[version]);
    assert_eq!(
        response.status, expected.status[version],
        "{}",
        response.body
    );
    let envelope = envelope(soap, response);
    let fault = envelope.at("Body/Fault");
    assert_eq!(envelope.at("Body").children.len(), 1);
    assert_eq!(fault.namespace, soap.namespace());
    let reason = match soap {
        Soap::V11 => {
            assert_eq!(fault.names(), ["faultcode", "faultstring"]);
            assert!(fault.children.iter().all(|it| it.namespace.is_empty()));
            let code = expected.subcode.unwrap_or(code);
            assert_eq!(fault.at("faultcode").qname(), code);
            fault.at("faultstring")
        }
        Soap::V12 => {
            assert_eq!(fault.names(), ["Code", "Reason"]);
            assert_eq!(fault.at("Code/Value").qname(), code);
            let subcode = fault.at("Code").find("Subcode");
            let subcode = subcode.map(|it| it.at("Value").qname());
            assert_eq!(subcode, expected.subcode);
            fault.at("Reason/Text")
        }
    };
    assert_eq!(reason.attribute("lang"), Some("en"));
    assert!(!reason.text.is_empty());
    reason.text.clone()
}

/// An envelope with all of its content given.
pub fn around(soap: Soap, content: &str) -> String {
    let namespace = soap.namespace();
    format!("<s:Envelope xmlns:s=\"{namespace}\" xmlns=\"{SERVICES88}\">{content}</s:Envelope>")
}

/// Posts an envelope with all of its content given to `User.svc`.
pub fn send(server: &TestServer, soap: Soap, content: &str) -> Response {
    server.post(USER, soap.content_type(), &around(soap, content))
}

/// The header block with a ticket.
pub fn credentials(ticket: &str) -> String {
    element("Credentials", &text("Ticket", ticket))
}

/// A Body that asks for role 12.
pub const GET_ROLE: &str = "<s:Body><GetRole><RoleId>12</RoleId></GetRole></s:Body>";

/// That the answer is role 12.
#[track_caller]
pub fn is_role(soap: Soap, response: &Response) {
    let role = Answer::of(soap, "GetRoleResponse", response).result();
    assert_eq!(role.text_at("Value"), "System user");
}
