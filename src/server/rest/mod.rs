//! From a REST request to its answer, one step after the other:
//! route → notation of the answer → body → who calls → may they → arguments → invoke → answer.

mod about;
mod agents;
mod arguments;
mod authorization;
mod body;
mod conditional;
mod content;
mod cookies;
pub mod cors;
mod description;
mod http_date;
mod path;
mod resources;
mod wishes;

use super::answer::Answer;
use super::media_type;
use super::pipeline::{CallLog, SHORT_MESSAGE, note_cause};
use super::threads;
use crate::config::MessageLimits;
use crate::contract::rest::Problem;
use crate::contract::user_service;
use crate::fault::{Exception, Fault, Kind, Protocol};
use crate::format::rest::{self, Media};
use crate::format::style::{Select, Style};
use crate::model::{Access, Effort, Operation, Value};
use crate::service::{Call, Installation, agent};
use crate::session::application;
use authorization::Authorization;
use content::Content;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, LAST_MODIFIED, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use resources::Resource;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

/// What a path and a method lead to.
#[derive(Clone, Copy, Debug)]
pub enum Endpoint {
    /// An operation of the user agent, by its position in the service.
    Agent(usize),
    /// An operation on a resource.
    Resource(Resource),
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoEndpoint {
    /// Nothing is there.
    NotFound,
    /// Something is, for these methods.
    MethodNotAllowed(String),
}

/// Finds what a path below `/api` leads to.
pub fn find(method: &Method, tail: &str) -> Result<Endpoint, NoEndpoint> {
    let segments = path::segments(tail).ok_or(NoEndpoint::NotFound)?;
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let named = |segment: &str, name: &str| segment.eq_ignore_ascii_case(name);
    match segments[..] {
        [version, agents, user, operation]
            if named(version, "v1") && named(agents, "Agents") && named(user, "User") =>
        {
            agents::find(method, operation)
        }
        [""] => Err(NoEndpoint::MethodNotAllowed(about::METHODS.to_owned())),
        [version] if named(version, "v1") => {
            Err(NoEndpoint::MethodNotAllowed(about::METHODS.to_owned()))
        }
        _ => resources::find(method, &segments),
    }
}

/// The answer to a request for one of the documents that describe all this, if it is one.
pub fn description(parts: &Parts, tail: &str, api: &str) -> Option<Answer> {
    if let Some(document) = about::document(&parts.method, tail, api) {
        let kind = "application/json; charset=utf-8";
        return Some(Answer::new(
            StatusCode::OK,
            kind,
            document.to_string(),
            "about",
        ));
    }
    let segments = path::segments(tail)?;
    match &segments[..] {
        [version, name]
            if version.eq_ignore_ascii_case("v1")
                && name.eq_ignore_ascii_case(description::NAME) =>
        {
            Some(description::answer(parts))
        }
        _ => None,
    }
}

/// The segments of a path below `/api`, decoded.
pub fn segments(tail: &str) -> Vec<String> {
    let segments = path::segments(tail).unwrap_or_default();
    segments.into_iter().map(Cow::into_owned).collect()
}

/// A request whose body has been read.
pub struct RestRequest {
    pub method: Method,
    /// What it leads to.
    pub endpoint: Endpoint,
    /// The segments of the path below `/api`, decoded.
    pub segments: Vec<String>,
    /// Where the client reaches the REST side: `https://host/tenant/api`.
    pub api: String,
    /// Behind the question mark; empty where there is none.
    pub query: String,
    /// The header fields.
    pub headers: HeaderMap,
    /// Address of the client.
    pub remote: IpAddr,
    /// The body, as long as the limits allow.
    pub body: Bytes,
}

impl RestRequest {
    /// How long it keeps its thread: what is to be done, and finding out who asks for it.
    fn effort(&self) -> Effort {
        match self.endpoint {
            Endpoint::Agent(position)
                if self.body.len() <= SHORT_MESSAGE && !Authorization::is_basic(&self.headers) =>
            {
                agent::effort(&user_service::SERVICE, position)
            }
            _ => Effort::MayWait,
        }
    }
}

/// A request that is looked at.
struct Asked<'r> {
    request: &'r RestRequest,
    limits: MessageLimits,
    style: Style,
}

/// Answers a request: at once where that is quick, on a thread of its own where it may not be.
pub async fn answer(
    installation: &Arc<Installation>,
    limits: &MessageLimits,
    request: RestRequest,
) -> Answer {
    let (installation, limits) = (Arc::clone(installation), *limits);
    match request.effort() {
        Effort::Short => return process(installation, limits, &request),
        Effort::Stores => {
            let begun = begin(Arc::clone(&installation), limits, &request);
            if let Some(answer) = begun.await {
                return answer;
            }
        }
        Effort::MayWait => {}
    }
    let media = wanted(&request.headers).unwrap_or(rest::WRITTEN[0]);
    let work = threads::run(move || process(installation, limits, &request));
    match work.await {
        Ok(answer) => answer,
        Err(fault) => problem(media, &fault, nobody()),
    }
}

/// Answers a request of an operation that waits for nothing but its own change. `None` when that
/// is not all, and nothing was done.
async fn begin(
    installation: Arc<Installation>,
    limits: MessageLimits,
    request: &RestRequest,
) -> Option<Answer> {
    let Endpoint::Agent(position) = request.endpoint else {
        return None;
    };
    let media = wanted(&request.headers)?;
    let mut log = nobody();
    let read = wishes::style(request).and_then(|style| {
        let asked = Asked {
            request,
            limits,
            style,
        };
        let call = admit(installation, request, &mut log)?;
        let arguments = agents::read(&call, position, &asked)?;
        Ok((asked, call, arguments))
    });
    let answered = match read {
        Ok((asked, call, arguments)) => {
            let later = agent::begin(&call, &user_service::SERVICE, position, arguments).ok()?;
            let done = threads::finish(later).await.and_then(|done| done);
            done.and_then(|response| success(&Content::response(response), media, &asked, &log))
        }
        Err(fault) => Err(fault),
    };
    Some(answered.unwrap_or_else(|fault| problem(media, &fault, log)))
}

/// Answers a request that leads nowhere.
pub fn nowhere(parts: &Parts, reason: NoEndpoint) -> Answer {
    match reason {
        NoEndpoint::NotFound => {
            let fault = Fault::service(Exception::NotFound, "There is nothing at this path.");
            refuse(&parts.headers, &fault)
        }
        NoEndpoint::MethodNotAllowed(allow) => {
            if parts.method == Method::OPTIONS {
                return Answer::options(&allow);
            }
            let fault = Fault::service(Exception::NotSupported, "The method is not allowed here.");
            let mut answer = refuse(&parts.headers, &fault).with(ALLOW, &allow);
            *answer.response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            answer
        }
    }
}

/// Answers a request that is not looked at further.
pub fn refuse(headers: &HeaderMap, fault: &Fault) -> Answer {
    problem(wanted(headers).unwrap_or(rest::WRITTEN[0]), fault, nobody())
}

fn wanted(headers: &HeaderMap) -> Option<Media> {
    let fields: Vec<_> = headers
        .get_all(hyper::header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let accept = (!fields.is_empty()).then(|| fields.join(","));
    Media::written(accept.as_deref())
}

fn process(
    installation: Arc<Installation>,
    limits: MessageLimits,
    request: &RestRequest,
) -> Answer {
    let mut log = nobody();
    let Some(media) = wanted(&request.headers) else {
        let fault = Fault::protocol(
            Protocol::UnsupportedMedia,
            "None of the media types that the Accept header names can be written.",
        );
        let mut answer = problem(rest::WRITTEN[0], &fault, log);
        *answer.response.status_mut() = StatusCode::NOT_ACCEPTABLE;
        return answer;
    };
    let answered = wishes::style(request).and_then(|mut style| {
        if request.endpoint.selects_itself() {
            style.select = Select::default();
        }
        let asked = Asked {
            request,
            limits,
            style,
        };
        let content = run(installation, &asked, &mut log)?;
        success(&content, media, &asked, &log)
    });
    match answered {
        Ok(answer) => answer,
        Err(fault) => problem(media, &fault, log),
    }
}

/// The answer to a request that was carried out.
fn success(
    content: &Content,
    media: Media,
    asked: &Asked<'_>,
    log: &CallLog,
) -> Result<Answer, Fault> {
    let last_modified = content.last_modified();
    let (status, body) = if conditional::is_known(asked.request, last_modified)? {
        (StatusCode::NOT_MODIFIED, None)
    } else {
        match content.body(media, &asked.style)? {
            None => (StatusCode::NO_CONTENT, None),
            body => (StatusCode::OK, body),
        }
    };
    let log = CallLog {
        outcome: Cow::Borrowed("ok"),
        ..log.clone()
    };
    let is_empty = body.is_none();
    let mut answer = reply(status, media.content_type, body.unwrap_or_default(), log);
    let headers = answer.response.headers_mut();
    if is_empty {
        headers.remove(CONTENT_TYPE);
    }
    cookies::apply(
        &content.cookies(),
        asked.request.api.starts_with("https:"),
        headers,
    );
    if let Some(value) = last_modified.and_then(http_date::value) {
        headers.insert(LAST_MODIFIED, value);
    }
    Ok(answer)
}

fn run(
    installation: Arc<Installation>,
    asked: &Asked<'_>,
    log: &mut CallLog,
) -> Result<Content, Fault> {
    let call = admit(installation, asked.request, log)?;
    match asked.request.endpoint {
        Endpoint::Agent(position) => agents::run(&call, position, asked),
        Endpoint::Resource(resource) => resources::run(&call, resource, asked),
    }
}

/// Finds out who calls, and refuses those who are nobody.
fn admit(
    installation: Arc<Installation>,
    request: &RestRequest,
    log: &mut CallLog,
) -> Result<Call, Fault> {
    log.operation = request.endpoint.name();
    let headers = &request.headers;
    let application = application::check(
        &installation.store,
        installation.mode,
        user_service::SERVICE.name,
        header(headers, "so-apptoken").as_deref(),
    )?;
    let caller = if request.endpoint.access() == Access::Anybody {
        // A page elsewhere must not log a browser in as somebody else.
        if !is_own_page(request) {
            let reason = "Pages of other origins cannot log in here.";
            return Err(Fault::service(Exception::Sentry, reason));
        }
        None
    } else {
        let authorization = Authorization::of(headers)?;
        let caller = authorization.caller(&installation, application.as_deref(), request.remote)?;
        log.caller = Some(Arc::clone(&caller));
        Some(caller)
    };
    Ok(Call {
        installation,
        caller,
        application,
        remote: request.remote,
        api: request.api.clone(),
    })
}

/// Whether a request is of no page, or of one of the server's own origin.
fn is_own_page(request: &RestRequest) -> bool {
    header(&request.headers, "origin").is_none_or(|origin| {
        let rest = request.api.strip_prefix(origin.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    })
}

impl Endpoint {
    /// Whether it takes `$select` for itself, as lists do: their columns are no members of the
    /// answer.
    fn selects_itself(self) -> bool {
        let operation = self.operation();
        operation.is_some_and(|it| it.request.fields.iter().any(|it| it.name == "$select"))
    }

    fn operation(self) -> Option<&'static Operation> {
        match self {
            Self::Agent(position) => agents::operation(position),
            Self::Resource(resource) => resource.operation(),
        }
    }

    /// What it asks of its caller.
    fn access(self) -> Access {
        let operation = self.operation();
        operation.map_or(Access::Administrator, |operation| operation.access)
    }

    /// What the log calls it.
    fn name(self) -> &'static str {
        self.operation().map_or("-", |operation| operation.name)
    }
}

/// The text of a header field; `None` where it is missing or not text.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn problem(media: Media, fault: &Fault, mut log: CallLog) -> Answer {
    note_cause(fault, &log);
    let told = Problem::of(fault);
    log.outcome = Cow::Owned(told.error_type.clone().unwrap_or_default());
    let status =
        StatusCode::from_u16(rest::status(fault)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // A problem holds nothing that could fail to be written.
    let body = rest::write(
        media.notation,
        Problem::SHAPE,
        told.view(),
        &Style::default(),
    )
    .unwrap_or_default();
    let answer = reply(status, media.content_type, body, log);
    if status == StatusCode::UNAUTHORIZED {
        return answer.with(WWW_AUTHENTICATE, authorization::CHALLENGE);
    }
    if *fault.kind() == Kind::Protocol(Protocol::Busy) {
        return answer.busy();
    }
    answer
}

fn reply(status: StatusCode, content_type: &'static str, body: Vec<u8>, log: CallLog) -> Answer {
    super::pipeline::SoapAnswer {
        status,
        content_type,
        body: body.into(),
        log,
    }
    .into()
}

fn nobody() -> CallLog {
    CallLog {
        operation: "-",
        caller: None,
        outcome: Cow::Borrowed(""),
    }
}
