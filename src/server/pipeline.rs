//! From a SOAP request to its answer, one step after the other:
//! characters → envelope → operation → who calls → may they → arguments → invoke → answer.

use super::{media_type, threads};
use crate::config::MessageLimits;
use crate::fault::{self, Exception, Fault, Kind, Protocol};
use crate::format::soap::{self, Incoming, Version};
use crate::format::xml::decode;
use crate::model::{Access, Effort, Object, Operation, Service};
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

/// Answers a request: at once where that is quick, on a thread of its own where it may not be.
pub async fn answer(
    installation: &Arc<Installation>,
    limits: &MessageLimits,
    request: SoapRequest<'_>,
) -> SoapAnswer {
    let spoken = spoken(&request.content_type);
    if request.body.len() > SHORT_MESSAGE {
        let (installation, limits) = (Arc::clone(installation), *limits);
        let request = request.into_owned();
        let work = move || match Asked::of(&installation, limits, &request) {
            Ok(asked) => asked.answer(),
            Err(answer) => answer,
        };
        let answered = threads::run(work).await;
        return answered.unwrap_or_else(|fault| render(spoken, &fault, nobody()));
    }
    match Asked::of(installation, *limits, &request) {
        Ok(asked) if asked.effort() == Effort::Short => asked.answer(),
        Ok(asked) => asked.answer_in_time().await,
        Err(answer) => answer,
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

/// What somebody asks for who may.
struct Asked {
    call: Call,
    service: &'static Service,
    position: usize,
    arguments: Box<dyn Object>,
    form: Form,
}

/// What an answer looks like.
struct Form {
    version: Version,
    operation: &'static Operation,
    log: CallLog,
}

impl Asked {
    /// Reads a request, up to its last character. The error is its answer.
    fn of(
        installation: &Arc<Installation>,
        limits: MessageLimits,
        request: &SoapRequest<'_>,
    ) -> Result<Self, SoapAnswer> {
        let spoken = spoken(&request.content_type);
        let charset = media_type::parameter(&request.content_type, "charset");
        let text = decode::decode(&request.body, charset.as_deref())
            .map_err(|fault| render(spoken, &fault, nobody()))?;
        let incoming = Incoming::open(&text, limits)
            .map_err(|(version, fault)| render(version.unwrap_or(spoken), &fault, nobody()))?;
        let version = incoming.version();
        let (position, operation) = find_operation(request, &incoming)
            .map_err(|fault| render(version, &fault, nobody()))?;
        let mut form = Form {
            version,
            operation,
            log: CallLog {
                operation: operation.name,
                ..nobody()
            },
        };
        let service = request.service;
        let admitted = admit(installation, request, &incoming, operation, &mut form.log);
        let read = admitted.and_then(|call| {
            let arguments = agent::read(&call, service, position, |arguments| {
                incoming.read(arguments)
            })?;
            Ok((call, arguments))
        });
        match read {
            Ok((call, arguments)) => Ok(Self {
                call,
                service,
                position,
                arguments,
                form,
            }),
            Err(fault) => Err(form.answer(Err(fault))),
        }
    }

    fn effort(&self) -> Effort {
        agent::effort(self.service, self.position)
    }

    /// Runs the operation on this thread.
    fn answer(self) -> SoapAnswer {
        let answered = agent::run(&self.call, self.service, self.position, self.arguments);
        self.form.answer(answered)
    }

    /// Runs the operation without keeping this thread.
    async fn answer_in_time(self) -> SoapAnswer {
        let Self {
            call,
            service,
            position,
            arguments,
            form,
        } = self;
        let (version, log) = (form.version, form.log.clone());
        let answered = match agent::begin(&call, service, position, arguments) {
            Ok(later) => threads::finish(later).await.map(|done| form.answer(done)),
            Err(arguments) => {
                let asked = Self {
                    call,
                    service,
                    position,
                    arguments,
                    form,
                };
                threads::run(move || asked.answer()).await
            }
        };
        answered.unwrap_or_else(|fault| render(version, &fault, log))
    }
}

impl Form {
    fn answer(mut self, answered: Result<Box<dyn Object>, Fault>) -> SoapAnswer {
        match answered {
            Ok(response) => {
                self.log.outcome = Cow::Borrowed("ok");
                let envelope = soap::success(self.version, self.operation, response.as_ref());
                reply(self.version, StatusCode::OK, envelope, self.log)
            }
            Err(fault) => match fault.exception() {
                Some(exception) => {
                    decline(self.version, self.operation, exception, &fault, self.log)
                }
                None => render(self.version, &fault, self.log),
            },
        }
    }
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
