//! Calls to a node that may be dead, paused or at a loss: whatever happens is an outcome.

use crate::answer::text;
use crate::support::{Caller, PRINCIPAL, Soap, USER, head};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer is waited for. Whoever takes longer has not answered.
const PATIENCE: Duration = Duration::from_secs(40);

/// What a call was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Done, with an element of the answer.
    Done(String),
    /// Declined in-band: class and message.
    Declined(String, String),
    /// To be tried again later.
    Busy(String),
    /// The connection was refused or broke.
    Nothing,
    /// No answer in all that time.
    Silence,
    /// Something that should not be.
    Strange(String),
}

impl Said {
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// The element, if it was done.
    pub fn done(&self) -> Option<&str> {
        match self {
            Self::Done(element) => Some(element),
            _ => None,
        }
    }
}

/// Saves a user with a name and two licences; gives its id.
pub fn save_user(node: SocketAddr, caller: &Caller, name: &str) -> Said {
    call(node, USER, caller, "SaveUser", &user(name), "AssociateId")
}

/// Reads a user; gives its name.
pub fn get_user(node: SocketAddr, caller: &Caller, id: &str) -> Said {
    call(node, USER, caller, "GetUser", &text("UserId", id), "Name")
}

/// Logs in; gives the ticket.
pub fn log_in(node: SocketAddr, name: &str, password: &str) -> Said {
    let arguments = text("UserName", name) + &text("Password", password);
    let operation = "AuthenticateUsernamePassword";
    let anybody = Caller::Anonymous;
    call(node, PRINCIPAL, &anybody, operation, &arguments, "Ticket")
}

fn user(name: &str) -> String {
    let license = |name: &str| {
        let license = text("Name", name) + &text("Assigned", "true");
        format!("<ModuleLicenseLink>{license}</ModuleLicenseLink>")
    };
    let licenses = license("user") + &license("web");
    text("User", "").replace(
        "><",
        &format!(
            ">{}<LicenseOwners><LicenseOwner><Name>SUPEROFFICE</Name><RestrictedModuleLicenses>\
             {licenses}</RestrictedModuleLicenses></LicenseOwner></LicenseOwners>\
             <Role><Id>8</Id></Role><UserGroup><Id>2</Id></UserGroup><Person>{}</Person>\
             <Type>InternalAssociate</Type><",
            text("Name", name),
            text("Lastname", name)
        ),
    )
}

fn call(
    node: SocketAddr,
    path: &str,
    caller: &Caller,
    operation: &str,
    arguments: &str,
    wanted: &str,
) -> Said {
    let soap = Soap::V11;
    let envelope = soap.envelope(caller, operation, arguments);
    let fields = format!("Content-Type: {}", soap.content_type());
    let head = head("POST", path, &[&fields], envelope.len());
    match exchange(node, &(head + &envelope)) {
        Err(said) => said,
        Ok(answer) => said(&answer, wanted),
    }
}

/// Status and body of the health probe, if there is an answer.
pub fn health(node: SocketAddr) -> Option<u16> {
    let answer = exchange(node, &head("GET", "/healthz", &[], 0)).ok()?;
    status(&answer)
}

/// Sends a request on a connection of its own, and reads to its end.
fn exchange(node: SocketAddr, request: &str) -> Result<String, Said> {
    let mut answer = Vec::new();
    let done = (|| {
        let mut stream = TcpStream::connect_timeout(&node, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        stream.read_to_end(&mut answer)
    })();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    match done {
        Ok(_) if answer.is_empty() => Err(Said::Nothing),
        Ok(_) => Ok(answer),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Err(Said::Silence),
        Err(_) => Err(Said::Nothing),
    }
}

fn status(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

fn said(answer: &str, wanted: &str) -> Said {
    let element = |name: &str| {
        let (_, rest) = answer.split_once(&format!("<{name}>"))?;
        let (content, _) = rest.split_once("</")?;
        Some(content.to_owned())
    };
    let text_of = |name: &str| {
        let (_, rest) = answer.split_once(&format!("<{name}"))?;
        let (_, rest) = rest.split_once('>')?;
        Some(rest.split_once('<')?.0.to_owned())
    };
    let is_whole = answer.trim_end().ends_with("Envelope>");
    match (status(answer), element("Succeeded").as_deref()) {
        _ if !is_whole => Said::Nothing,
        (Some(503), _) => Said::Busy(text_of("faultstring").unwrap_or_default()),
        (Some(200), Some("true")) => match element(wanted) {
            Some(element) => Said::Done(element),
            None => Said::Strange(answer.to_owned()),
        },
        (Some(200), Some("false")) => Said::Declined(
            element("ExceptionType").unwrap_or_default(),
            element("Message").unwrap_or_default(),
        ),
        _ => Said::Strange(answer.to_owned()),
    }
}
