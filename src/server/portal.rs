//! Registration in portals over HTTP, as an ASP.NET Web API has it: its routes, bodies in JSON,
//! XML or as a form, answers in JSON or XML, and its shape of errors.

use super::answer::Answer;
use super::body::{Arriving, BodyError};
use super::coding::{Coding, TAKEN};
use super::exchange::{Exchange, NO_ROOM};
use super::{address, media_type, threads};
use crate::config::MessageLimits;
use crate::contract::portal::AgentRegistration;
use crate::fault::{Kind, Protocol, chain};
use crate::format::aspnet::HttpError;
use crate::format::json::Json;
use crate::format::rest::{Body, Media, Notation, WRITTEN};
use crate::format::xml::data_contract;
use crate::model::{Dates, Object, Slot, Value, View};
use crate::service::portals::{self, Refusal};
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, StatusCode};
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of a registration at most: many times what its members may hold.
const LONGEST: usize = 64 * 1024;
const METHODS: &str = "POST, OPTIONS";
/// The parameter that a body is bound to; paths of its members begin with it.
const PARAMETER: &str = "registration";

/// What came in.
struct Registration {
    portal: String,
    origin: String,
    notation: Notation,
    charset: Option<String>,
    body: Bytes,
}

impl Exchange<'_> {
    /// Registers an agent in a portal.
    pub(super) async fn register(
        &self,
        portal: &str,
        authority: &str,
        body: &mut Arriving<'_>,
        close: &mut bool,
    ) -> Result<Answer, Answer> {
        let media = self.portal_media();
        if let Some(answer) = self.portal_gate(media) {
            return Err(answer);
        }
        let headers = &self.parts.headers;
        let content_type = self.content_type();
        let unsupported = |reason| failure(media, StatusCode::UNSUPPORTED_MEDIA_TYPE, reason);
        let Some(spoken) = spoken(media_type::essence(&content_type)) else {
            return Err(unsupported("The body has to be JSON, XML or a form."));
        };
        let Some(coding) = Coding::of(headers) else {
            let reason = "The body may be compressed with gzip or deflate, once, or not at all.";
            return Err(unsupported(reason).with(ACCEPT_ENCODING, TAKEN));
        };
        let settings = &self.site.settings;
        let read = body.read(coding, LONGEST).await;
        let body = read.map_err(|error| match error {
            BodyError::TooLarge => failure(
                media,
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is too large.",
            ),
            BodyError::TooSlow => {
                let reason = "The body took too long to arrive.";
                failure(media, StatusCode::REQUEST_TIMEOUT, reason)
            }
            BodyError::NoRoom => failure(media, StatusCode::SERVICE_UNAVAILABLE, NO_ROOM).busy(),
            BodyError::Broken => {
                let reason = "The body did not arrive in full.";
                failure(media, StatusCode::BAD_REQUEST, reason)
            }
            BodyError::Corrupt => {
                let reason = "The body is not what its Content-Encoding says.";
                failure(media, StatusCode::BAD_REQUEST, reason)
            }
        })?;
        *close = false;
        let incoming = Registration {
            portal: portal.to_owned(),
            origin: address::origin(settings, self.ends.peer, authority, headers),
            notation: spoken.notation,
            charset: media_type::parameter(&content_type, "charset").map(Cow::into_owned),
            body,
        };
        let (installation, limits) = (Arc::clone(&self.site.installation), settings.message);
        self.portal_work(media, "registration", move || {
            let portal = portals::find(&installation, &incoming.portal)?;
            let agent = incoming.read(limits)?;
            portals::register(&installation, portal, agent, &incoming.origin)
        })
        .await
    }

    /// Confirms a registration. A body is not looked at.
    pub(super) async fn confirm(&self, request: &str) -> Result<Answer, Answer> {
        let media = self.portal_media();
        if let Some(answer) = self.portal_gate(media) {
            return Err(answer);
        }
        let (installation, request) = (Arc::clone(&self.site.installation), request.to_owned());
        let work = move || portals::confirm(&installation, &request);
        self.portal_work(media, "confirmation", work).await
    }

    fn content_type(&self) -> String {
        let headers = &self.parts.headers;
        match headers.get(CONTENT_TYPE) {
            Some(value) if headers.get_all(CONTENT_TYPE).iter().count() == 1 => {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            }
            _ => String::new(),
        }
    }

    /// What to answer in. Whoever does not mind, or wants what there is not, is answered in the
    /// type of the own body, as a Web API does, or else in JSON.
    fn portal_media(&self) -> Media {
        let accept = self.parts.headers.get_all(ACCEPT).iter();
        let accept: Vec<_> = accept
            .map(|line| String::from_utf8_lossy(line.as_bytes()))
            .collect();
        media(&accept.join(","), media_type::essence(&self.content_type()))
    }

    /// What is looked at before any body; an answer, if that is all.
    fn portal_gate(&self, media: Media) -> Option<Answer> {
        match self.parts.method {
            Method::POST => portals::admit(&self.site.installation, self.remote)
                .err()
                .map(|refusal| refused(media, &refusal)),
            Method::OPTIONS => Some(Answer::options(METHODS)),
            _ => {
                let reason = "The method is not allowed here.";
                let answer = failure(media, StatusCode::METHOD_NOT_ALLOWED, reason);
                Some(answer.with(ALLOW, METHODS))
            }
        }
    }

    /// Does what blocks where that does no harm, and answers its result.
    async fn portal_work<T: Object>(
        &self,
        media: Media,
        operation: &'static str,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<Answer, Answer> {
        let done = threads::run(work).await;
        let mut answer = match done {
            Ok(Ok(done)) => answer(media, StatusCode::OK, "ok", &done),
            Ok(Err(refusal)) => refused(media, &refusal),
            Err(fault) => refused(media, &Refusal::Failed(fault)),
        };
        answer.log.operation = operation;
        Ok(answer)
    }
}

impl Registration {
    /// The registration in the body; what cannot be read is told like a rule that is broken.
    fn read(&self, limits: MessageLimits) -> Result<AgentRegistration, Refusal> {
        let mut agent = AgentRegistration::default();
        let mut there = true;
        let charset = self.charset.as_deref();
        let result = match self.notation {
            Notation::Xml => data_contract::fill(&self.body, charset, limits, &mut agent)
                .map(|filled| there = filled),
            notation => {
                let body = Body {
                    notation,
                    bytes: &self.body,
                    charset,
                    limits,
                    dates: &Dates::BASE,
                };
                there = false;
                body.read(AgentRegistration::SHAPE, || {
                    there = true;
                    Slot::Object(&mut agent)
                })
            }
        };
        let reason = match result {
            Ok(()) if there => return Ok(agent),
            Ok(()) => "There is nothing in the body.".to_owned(),
            Err(fault) if *fault.kind() == Kind::Protocol(Protocol::UnsupportedMedia) => {
                return Err(Refusal::Failed(fault));
            }
            Err(fault) => fault.message().to_owned(),
        };
        Err(Refusal::Invalid(vec![(PARAMETER.to_owned(), reason)]))
    }
}

/// The media types of portals: those of the REST side, without patches.
fn is_known(media: &Media) -> bool {
    !media.name.ends_with("+json")
}

/// What a body is in, by its media type.
fn spoken(essence: &str) -> Option<Media> {
    Media::read(essence).filter(is_known)
}

fn media(accept: &str, essence: &str) -> Media {
    let [json, ..] = WRITTEN;
    let own = spoken(essence).filter(|media| media.notation != Notation::Form);
    let offered = own.into_iter().chain(WRITTEN.into_iter().filter(is_known));
    Media::chosen(offered, Some(accept)).or(own).unwrap_or(json)
}

/// An answer that nobody is to keep: it may hold what confirms a registration.
fn answer(media: Media, status: StatusCode, outcome: &'static str, object: &dyn Object) -> Answer {
    let body = match media.notation {
        Notation::Xml => data_contract::document(object),
        // Writing JSON into memory does not fail.
        _ => serde_json::to_string(&Json(View::Object(object))).unwrap_or_default(),
    };
    written(media, status, outcome, body)
}

fn written(media: Media, status: StatusCode, outcome: &'static str, body: String) -> Answer {
    Answer::new(status, media.content_type, body, outcome)
        .with(CACHE_CONTROL, "no-store")
        .with(X_CONTENT_TYPE_OPTIONS, "nosniff")
}

fn error(media: Media, status: StatusCode, outcome: &'static str, error: &HttpError) -> Answer {
    let body = match media.notation {
        Notation::Xml => error.xml(),
        _ => error.json(),
    };
    written(media, status, outcome, body)
}

fn failure(media: Media, status: StatusCode, reason: &'static str) -> Answer {
    error(media, status, reason, &HttpError::new(reason))
}

fn refused(media: Media, refusal: &Refusal) -> Answer {
    let (status, reason) = match refusal {
        Refusal::Invalid(reasons) => {
            let state = HttpError::invalid(reasons.iter().cloned());
            return error(media, StatusCode::BAD_REQUEST, "invalid", &state);
        }
        Refusal::NotFound(reason) => (StatusCode::NOT_FOUND, *reason),
        Refusal::Repeated => (
            StatusCode::CONFLICT,
            "The e-mail address is registered in this portal already.",
        ),
        Refusal::Gone(reason) => (StatusCode::GONE, *reason),
        Refusal::TooOften(wait) => {
            let reason = "There were too many attempts. Please try again later.";
            let mut answer = failure(media, StatusCode::TOO_MANY_REQUESTS, reason);
            let seconds = HeaderValue::from(wait.as_secs() + 1);
            answer.response.headers_mut().insert(RETRY_AFTER, seconds);
            return answer;
        }
        Refusal::NoLicense => (
            StatusCode::SERVICE_UNAVAILABLE,
            "There is no licence left for further users.",
        ),
        Refusal::Failed(fault) if *fault.kind() == Kind::Protocol(Protocol::UnsupportedMedia) => {
            let unsupported = HttpError::new(fault.message());
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return error(media, status, "UnsupportedMedia", &unsupported);
        }
        Refusal::Failed(fault) if *fault.kind() == Kind::Protocol(Protocol::Busy) => {
            let busy = HttpError::new(fault.message());
            return error(media, StatusCode::SERVICE_UNAVAILABLE, "Busy", &busy).busy();
        }
        Refusal::Failed(fault) => {
            let cause = chain(fault);
            tracing::error!(cause = %cause.escape_debug(), "a registration failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "The server failed.")
        }
    };
    failure(media, status, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(
        notation: Notation,
        charset: Option<&str>,
        body: &str,
    ) -> Result<AgentRegistration, Refusal> {
        let registration = Registration {
            portal: String::new(),
            origin: String::new(),
            notation,
            charset: charset.map(Into::into),
            body: body.to_owned().into(),
        };
        registration.read(MessageLimits::default())
    }

    #[test]
    fn forms_are_read_by_name() {
        let form = "EMAIL=a%2Bb%40c&Surname=%C3%98+x&z=1&Mobile=";
        let agent = read_as(Notation::Form, Some("UTF-8"), form);
        let expected = AgentRegistration {
            email: Some("a+b@c".into()),
            surname: Some("Ø x".into()),
            mobile: Some(String::new()),
            ..AgentRegistration::default()
        };
        assert_eq!(agent.expect("acceptable"), expected);
    }

    #[test]
    fn what_is_no_registration_is_told_so() {
        for (notation, body, expected) in [
            (Notation::Json, "null", "nothing"),
            (Notation::Json, "", "JSON"),
            (Notation::Json, "[]", "AgentRegistration"),
            (Notation::Json, r#"{"Email":1}"#, "Email"),
            (Notation::Json, r#"{"Email":"a","email":"b"}"#, "twice"),
            (Notation::Form, "Email=a&email=b", "twice"),
            (Notation::Xml, "<x/>", "root element"),
        ] {
            let Err(Refusal::Invalid(reasons)) = read_as(notation, None, body) else {
                panic!("{body}");
            };
            let [(path, reason)] = &reasons[..] else {
                panic!("{reasons:?}");
            };
            assert_eq!(path, PARAMETER);
            assert!(reason.contains(expected), "{reason}");
        }
        let other = read_as(Notation::Json, Some("utf-7"), "{}");
        assert!(matches!(other, Err(Refusal::Failed(_))));
    }

    #[test]
    fn who_does_not_say_is_answered_in_the_own_type() {
        for (accept, body, expected) in [
            ("", "", "application/json"),
            ("", "application/xml", "application/xml"),
            ("", "TEXT/XML", "text/xml"),
            ("*/*", "text/xml", "text/xml"),
            (
                "*/*",
                "application/x-www-form-urlencoded",
                "application/json",
            ),
            ("application/json", "text/xml", "application/json"),
            (
                "application/json, text/plain, */*",
                "text/xml",
                "application/json",
            ),
            ("text/html", "", "application/json"),
            ("text/html", "application/xml", "application/xml"),
            ("application/json-patch+json", "", "application/json"),
            ("text/*", "", "text/json"),
            (
                "application/json;q=0, application/*;q=0.1",
                "",
                "application/xml",
            ),
        ] {
            assert_eq!(media(accept, body).name, expected, "{accept} {body}");
        }
        assert_eq!(spoken("application/merge-patch+json"), None);
    }
}
