//! From a SOAP request to its answer, one step after the other:
//! characters → envelope → operation → who calls → may they → arguments → invoke → answer.

use super::{media_type, threads};
use crate::config::MessageLimits;
use crate::fault::{self, Exception, Fault, Kind, Protocol};
use crate::format::soap::{self, Incoming, Version};
use crate::format::xml::decode;
use crate::model::{Access, Effort, Operation, Service};
use crate::service::{Call, Installation, agent};
use crate::session::{Caller, application};
use hyper::StatusCode;
use hyper::body::Bytes;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

/// A SOAP request as it came over HTTP.
pub struct SoapRequest<'a> {
    /// The service that the path names.
    pub service: &'static Service,
    /// The `Content-Type` header.
    pub content_type: Cow<'a, str>,
    /// The `SOAPAction` header, quotes included; empty where there is none.
    pub soap_action: Cow<'a, str>,
    /// Address of the client.
    pub remote: IpAddr,
    /// The envelope.
    pub body: Bytes,
}

impl SoapRequest<'_> {
    /// The same, for another thread.
    fn into_owned(self) -> SoapRequest<'static> {
        SoapRequest {
            content_type: Cow::Owned(self.content_type.into_owned()),
            soap_action: Cow::Owned(self.soap_action.into_owned()),
            ..self
        }
    }
}

/// What goes back.
pub struct SoapAnswer {
    /// HTTP status.
    pub status: StatusCode,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The envelope.
    pub body: Bytes,
    /// What the log says about the call.
    pub log: CallLog,
}

/// What the log says about a call; no secret is ever in it.
#[derive(Clone, Debug)]
pub struct CallLog {
    /// Name of the operation; `-` until it is known.
    pub operation: &'static str,
    /// Who calls, once that is known.
    pub caller: Option<Arc<Caller>>,
    /// `ok`, the class of the exception, or the kind of fault.
    pub outcome: Cow<'static, str>,
}

/// Bytes of a message that is read on the thread that drives its connection: less than a
/// millisecond of work.
pub const SHORT_MESSAGE: usize = 64 * 1024;

/// Where a request is being processed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    /// On one that drives connections, which it must not keep for long.
    Driving,
    /// On one of its own.
    Own,
}

/// Answers a request: at once where that is quick, on a thread of its own where it may not be.
pub async fn answer(
    installation: &Arc<Installation>,
    limits: &MessageLimits,
    request: SoapRequest<'_>,
) -> SoapAnswer {
    if request.body.len() <= SHORT_MESSAGE
        && let Some(answer) = process(installation, *limits, &request, Thread::Driving)
    {
        return answer;
    }
    let (installation, limits) = (Arc::clone(installation), *limits);
    let spoken = spoken(&request.content_type);
    let request = request.into_owned();
    let work = move || process(&installation, limits, &request, Thread::Own);
    match threads::run(work).await {
        Ok(Some(answer)) => answer,
        Ok(None) => render(spoken, &Fault::internal("nobody answered"), nobody()),
        Err(fault) => render(spoken, &fault, nobody()),
    }
}

/// Answers a request whose body was not read, in the version that its media type suggests.
pub fn refuse(content_type: &str, fault: &Fault) -> SoapAnswer {
    render(spoken(content_type), fault, nobody())
}

fn spoken(content_type: &str) -> Version {
    Version::of_media_type(media_type::essence(content_type))
}

fn nobody() -> CallLog {
    CallLog {
        operation: "-",
        caller: None,
        outcome: Cow::Borrowed(""),
    }
}

/// `None` when the operation may take longer than the thread may be kept; nothing has been done
/// then.
fn process(
    installation: &Arc<Installation>,
    limits: MessageLimits,
    request: &SoapRequest<'_>,
    thread: Thread,
) -> Option<SoapAnswer> {
    let spoken = spoken(&request.content_type);
    let charset = media_type::parameter(&request.content_type, "charset");
    let text = match decode::decode(&request.body, charset.as_deref()) {
        Ok(text) => text,
        Err(fault) => return Some(render(spoken, &fault, nobody())),
    };
    let incoming = match Incoming::open(&text, limits) {
        Ok(incoming) => incoming,
        Err((version, fault)) => {
            return Some(render(version.unwrap_or(spoken), &fault, nobody()));
        }
    };
    let version = incoming.version();
    let (position, operation) = match find_operation(request, &incoming) {
        Ok(found) => found,
        Err(fault) => return Some(render(version, &fault, nobody())),
    };
    let mut log = CallLog {
        operation: operation.name,
        ..nobody()
    };
    let admitted = admit(installation, request, &incoming, operation, &mut log);
    let effort = agent::effort(request.service, position);
    if admitted.is_ok() && effort == Effort::MayWait && thread == Thread::Driving {
        return None;
    }
    let answered = admitted.and_then(|call| {
        agent::invoke(&call, request.service, position, |arguments| {
            incoming.read(arguments)
        })
    });
    Some(match answered {
        Ok(response) => {
            log.outcome = Cow::Borrowed("ok");
            let envelope = soap::success(version, operation, response.as_ref());
            reply(version, StatusCode::OK, envelope, log)
        }
        Err(fault) => match fault.exception() {
            Some(exception) => decline(version, operation, exception, &fault, log),
            None => render(version, &fault, log),
        },
    })
}

/// Finds out who calls, and refuses those who are nobody.
fn admit(
    installation: &Arc<Installation>,
    request: &SoapRequest<'_>,
    incoming: &Incoming<'_>,
    operation: &'static Operation,
    log: &mut CallLog,
) -> Result<Call, Fault> {
    let blocks = incoming.blocks();
    let application = application::check(
        &installation.store,
        installation.mode,
        request.service.name,
        blocks.application_token.as_deref(),
    )?;
    if operation.access != Access::Anybody {
        let ticket = blocks.ticket.as_deref().unwrap_or_default();
        log.caller = Some(installation.sessions.authenticate(ticket)?);
    }
    Ok(Call {
        installation: Arc::clone(installation),
        caller: log.caller.clone(),
        application,
        remote: request.remote,
        api: String::new(),
    })
}

/// The operation is the child of the Body; an action may be missing but not say otherwise.
fn find_operation(
    request: &SoapRequest<'_>,
    incoming: &Incoming<'_>,
) -> Result<(usize, &'static Operation), Fault> {
    let service = request.service;
    let found = incoming.operation().and_then(|name| service.position(name));
    let Some((position, operation)) =
        found.and_then(|position| Some((position, *service.operations.get(position)?)))
    else {
        return Err(Fault::protocol(
            Protocol::ActionNotSupported,
            format!(
                "{}.svc has no operation like the element in the Body.",
                service.name
            ),
        ));
    };
    let action = match incoming.version() {
        Version::Soap12 => media_type::parameter(&request.content_type, "action"),
        Version::Soap11 => None,
    };
    let action = action.as_deref().unwrap_or(&request.soap_action);
    let action = action.trim().trim_matches(['"', '\'']);
    if action.is_empty() || names(action, service, operation) {
        Ok((position, operation))
    } else {
        Err(Fault::protocol(
            Protocol::ActionNotSupported,
            format!(
                "The action does not name {}, which is the operation in the Body.",
                operation.name
            ),
        ))
    }
}

/// Whether an action names the operation: in full, or by its name alone, as hand-written clients
/// have it.
fn names(action: &str, service: &Service, operation: &Operation) -> bool {
    action == operation.name || service.is_action(operation, action)
}

fn decline(
    version: Version,
    operation: &'static Operation,
    exception: Exception,
    fault: &Fault,
    mut log: CallLog,
) -> SoapAnswer {
    note_cause(fault, &log);
    log.outcome = Cow::Borrowed(exception.class());
    reply(
        version,
        StatusCode::OK,
        soap::failure(version, operation, exception, fault),
        log,
    )
}

fn render(version: Version, fault: &Fault, mut log: CallLog) -> SoapAnswer {
    note_cause(fault, &log);
    let (status, envelope) = soap::fault(version, fault);
    log.outcome = match fault.kind() {
        Kind::Protocol(Protocol::MustUnderstand(_)) => Cow::Borrowed("MustUnderstand"),
        Kind::Protocol(error) => Cow::Owned(format!("{error:?}")),
        Kind::Service(exception) => Cow::Borrowed(exception.class()),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply(version, status, envelope, log)
}

/// Logs what the caller must not see and the operator has to.
pub fn note_cause(fault: &Fault, log: &CallLog) {
    if let Some(cause) = fault.cause() {
        let chain = fault::chain(cause);
        let (fault, cause) = (fault.message().escape_debug(), chain.escape_debug());
        tracing::error!(operation = log.operation, %fault, %cause, "a call failed");
    }
}

fn reply(version: Version, status: StatusCode, envelope: String, log: CallLog) -> SoapAnswer {
    SoapAnswer {
        status,
        content_type: version.content_type(),
        body: Bytes::from(envelope),
        log,
    }
}
