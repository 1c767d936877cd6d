//! SOAP faults, for errors of the message rather than of the service.

use super::Version;
use crate::fault::{Fault, Kind, Protocol};
use crate::format::xml::{SOAP11, SOAP12, push_attribute, push_text};

/// WCF's namespace for what is wrong with the addressing of a message.
const ADDRESSING: &str = "http://schemas.microsoft.com/ws/2005/05/addressing/none";
/// WCF's namespace for what goes wrong in dispatching.
const DISPATCHER: &str =
    "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher";

/// Who is to blame, in the words of SOAP.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    VersionMismatch,
    MustUnderstand,
    DataEncodingUnknown,
    Sender,
    Receiver,
}

/// Renders a fault: HTTP status and envelope.
pub fn fault(version: Version, fault: &Fault) -> (u16, String) {
    let (code, subcode) = codes(fault.kind());
    let mut out = String::with_capacity(512);
    out.push_str("<s:Envelope xmlns:s=\"");
    out.push_str(version.namespace());
    out.push_str("\">");
    match version {
        Version::Soap11 => body11(&mut out, code, subcode, fault.message()),
        Version::Soap12 => {
            header12(&mut out, fault.kind());
            body12(&mut out, code, subcode, fault.message());
        }
    }
    out.push_str("</s:Envelope>");
    (status(version, code, fault.kind()), out)
}

fn codes(kind: &Kind) -> (Code, Option<(&'static str, &'static str)>) {
    let Kind::Protocol(error) = kind else {
        return (Code::Receiver, Some((DISPATCHER, "InternalServiceFault")));
    };
    match error {
        Protocol::VersionMismatch => (Code::VersionMismatch, None),
        Protocol::MustUnderstand(_) => (Code::MustUnderstand, None),
        Protocol::DataEncodingUnknown => (Code::DataEncodingUnknown, None),
        Protocol::ActionNotSupported => (Code::Sender, Some((ADDRESSING, "ActionNotSupported"))),
        Protocol::DeserializationFailed => {
            (Code::Sender, Some((DISPATCHER, "DeserializationFailed")))
        }
        Protocol::Malformed
        | Protocol::TooLarge
        | Protocol::UnsupportedMedia
        | Protocol::Timeout
        | Protocol::Conflict
        | Protocol::PreconditionFailed => (Code::Sender, None),
        // The word of WS-Addressing for what may pass.
        Protocol::Busy => (Code::Receiver, Some((ADDRESSING, "EndpointUnavailable"))),
        Protocol::Internal => (Code::Receiver, Some((DISPATCHER, "InternalServiceFault"))),
    }
}

/// SOAP 1.1 has 500 for every fault; what HTTP itself has a number for keeps it in both.
fn status(version: Version, code: Code, kind: &Kind) -> u16 {
    match (kind, version) {
        (Kind::Protocol(Protocol::TooLarge), _) => 413,
        (Kind::Protocol(Protocol::UnsupportedMedia), _) => 415,
        (Kind::Protocol(Protocol::Timeout), _) => 408,
        (Kind::Protocol(Protocol::Busy), _) => 503,
        (_, Version::Soap12) if matches!(code, Code::Sender | Code::DataEncodingUnknown) => 400,
        _ => 500,
    }
}

fn body11(out: &mut String, code: Code, subcode: Option<(&str, &str)>, reason: &str) {
    out.push_str("<s:Body><s:Fault><faultcode");
    match subcode {
        Some((namespace, name)) => {
            declare(out, namespace);
            out.push_str(">f:");
            out.push_str(name);
        }
        None => {
            out.push_str(">s:");
            out.push_str(match code {
                Code::VersionMismatch => "VersionMismatch",
                Code::MustUnderstand => "MustUnderstand",
                // A code of SOAP 1.2 alone.
                Code::DataEncodingUnknown | Code::Sender => "Client",
                Code::Receiver => "Server",
            });
        }
    }
    out.push_str("</faultcode><faultstring xml:lang=\"en\">");
    push_text(out, reason);
    out.push_str("</faultstring></s:Fault></s:Body>");
}

fn header12(out: &mut String, kind: &Kind) {
    match kind {
        Kind::Protocol(Protocol::MustUnderstand(blocks)) => {
            out.push_str("<s:Header>");
            for (namespace, name) in blocks {
                out.push_str("<s:NotUnderstood");
                if namespace.is_empty() {
                    out.push_str(" qname=\"");
                } else {
                    declare(out, namespace);
                    out.push_str(" qname=\"f:");
                }
                push_attribute(out, name);
                out.push_str("\"/>");
            }
            out.push_str("</s:Header>");
        }
        Kind::Protocol(Protocol::VersionMismatch) => {
            out.push_str("<s:Header><s:Upgrade>");
            for namespace in [SOAP12, SOAP11] {
                out.push_str("<s:SupportedEnvelope");
                declare(out, namespace);
                out.push_str(" qname=\"f:Envelope\"/>");
            }
            out.push_str("</s:Upgrade></s:Header>");
        }
        _ => {}
    }
}

fn body12(out: &mut String, code: Code, subcode: Option<(&str, &str)>, reason: &str) {
    out.push_str("<s:Body><s:Fault><s:Code><s:Value>s:");
    out.push_str(match code {
        Code::VersionMismatch => "VersionMismatch",
        Code::MustUnderstand => "MustUnderstand",
        Code::DataEncodingUnknown => "DataEncodingUnknown",
        Code::Sender => "Sender",
        Code::Receiver => "Receiver",
    });
    out.push_str("</s:Value>");
    if let Some((namespace, name)) = subcode {
        out.push_str("<s:Subcode><s:Value");
        declare(out, namespace);
        out.push_str(">f:");
        out.push_str(name);
        out.push_str("</s:Value></s:Subcode>");
    }
    out.push_str("</s:Code><s:Reason><s:Text xml:lang=\"en\">");
    push_text(out, reason);
    out.push_str("</s:Text></s:Reason></s:Fault></s:Body>");
}

/// Declares the prefix of the one qualified name that follows.
fn declare(out: &mut String, namespace: &str) {
    out.push_str(" xmlns:f=\"");
    push_attribute(out, namespace);
    out.push('"');
}
