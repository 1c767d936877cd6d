//! One HTTP request and its response.

use super::answer::{Answer, method_not_allowed, page, refusal};
use super::coding::{self, Coding};
use super::pipeline::{self, SoapRequest};
use super::rest::{self, RestRequest};
use super::routes::{self, Route};
use super::{Site, address, body, log};
use super::{media_type, password_page, threads};
use crate::fault::{Fault, Protocol};
use crate::model::Service;
use body::{Arriving, BodyError};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CONNECTION, CONTENT_TYPE, EXPECT, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The two ends of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    pub peer: IpAddr,
    pub local: SocketAddr,
}

/// What an exchange looks at beside the body.
pub(super) struct Exchange<'a> {
    pub(super) site: &'a Site,
    pub(super) parts: &'a Parts,
    pub(super) ends: Ends,
    /// Address of the client.
    pub(super) remote: IpAddr,
}

/// Answers a request, and logs that.
pub async fn respond(site: &Site, ends: Ends, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let mut body = Arriving::new(body, &site.room);
    let exchange = Exchange {
        site,
        remote: address::client(&site.settings, ends.peer, &parts.headers),
        parts: &parts,
        ends,
    };
    // Whatever is left of a body that was not read to its end would look like a request.
    let mut close = !body.is_at_end();
    let answer = match exchange.answer(&mut body, &mut close).await {
        Ok(answer) | Err(answer) => answer,
    };
    log::request(&parts, exchange.remote, &answer, started.elapsed());
    let mut response = answer.response;
    if close || site.stopping.load(Ordering::Relaxed) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

impl Exchange<'_> {
    /// An answer either way: the error is one that ends the work early. Corrects whether the
    /// connection must be closed.
    async fn answer(&self, body: &mut Arriving<'_>, close: &mut bool) -> Result<Answer, Answer> {
        // Nothing behind a doubtful request is taken for another one.
        let authority = self.check_head().map_err(|(status, reason)| {
            *close = true;
            refusal(status, reason)
        })?;
        if self.parts.uri.path() == "*" {
            return Ok(match self.parts.method {
                Method::OPTIONS => Answer::options("GET, HEAD, POST, OPTIONS"),
                _ => refusal(StatusCode::BAD_REQUEST, "The request target is not a path."),
            });
        }
        match routes::find(self.parts.uri.path()) {
            None => Err(refusal(StatusCode::NOT_FOUND, "There is nothing here.")),
            Some(Route::Health) => self.health().await,
            Some(Route::Password) => self.password(body, close).await,
            Some(Route::Registration { portal }) => {
                let answer = self.register(portal, &authority, body, close).await;
                Ok(self.for_pages(answer))
            }
            Some(Route::Confirmation { request }) => {
                let answer = self.confirm(request).await;
                Ok(self.for_pages(answer))
            }
            Some(Route::Rest { tail }) => {
                let answer = self.rest(tail, &authority, body, close).await;
                Ok(self.for_pages(answer))
            }
            Some(Route::Service { service, tenant }) => match self.parts.method {
                Method::POST => {
                    let (Ok(answer) | Err(answer)) = self.soap(service, body, close).await;
                    // The status of the one fault that passes.
                    match answer.response.status() {
                        StatusCode::SERVICE_UNAVAILABLE => Ok(answer.busy()),
                        _ => Ok(answer),
                    }
                }
                Method::GET | Method::HEAD => Ok(self.describe(service, tenant, &authority)),
                Method::OPTIONS => Ok(Answer::options("GET, HEAD, POST, OPTIONS")),
                _ => Err(method_not_allowed("GET, HEAD, POST, OPTIONS")),
            },
        }
    }

    /// An answer that pages of other origins may read, as far as they are let in.
    fn for_pages(&self, answer: Result<Answer, Answer>) -> Answer {
        let (Ok(mut answer) | Err(mut answer)) = answer;
        let origins = &self.site.settings.cors_origins;
        rest::cors::admit(origins, self.parts, &mut answer);
        answer
    }

    /// Refuses what HTTP forbids, or allows to mean something that this server does not do, and
    /// that the HTTP library lets through. Gives the authority that the request names.
    fn check_head(&self) -> Result<Cow<'_, str>, (StatusCode, &'static str)> {
        let bad = |reason| (StatusCode::BAD_REQUEST, reason);
        let authority = address::authority(self.parts, self.ends.local).map_err(bad)?;
        let uri = &self.parts.uri;
        if self.parts.method == Method::CONNECT || uri.path().is_empty() {
            return Err(bad("The request target is not a path."));
        }
        if !matches!(uri.scheme_str(), None | Some("http" | "https")) {
            return Err(bad("The request target is neither http nor https."));
        }
        let headers = &self.parts.headers;
        if !is_absent_or(headers, &TRANSFER_ENCODING, "chunked") {
            let reason = "No transfer coding but chunked is understood.";
            return Err((StatusCode::NOT_IMPLEMENTED, reason));
        }
        if !is_absent_or(headers, &EXPECT, "100-continue") {
            let reason = "No expectation but 100-continue can be met.";
            return Err((StatusCode::EXPECTATION_FAILED, reason));
        }
        Ok(authority)
    }

    async fn health(&self) -> Result<Answer, Answer> {
        if !matches!(self.parts.method, Method::GET | Method::HEAD) {
            return Err(method_not_allowed("GET, HEAD"));
        }
        let store = self.site.installation.store.clone();
        let asked = threads::run(move || store.healthy());
        match asked.await {
            Ok(true) => Ok(Answer::text(StatusCode::OK, "ok", "health")),
            _ => Err(refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "The store does not answer.",
            )),
        }
    }

    /// The page behind a link for a new password.
    async fn password(&self, body: &mut Arriving<'_>, close: &mut bool) -> Result<Answer, Answer> {
        let installation = Arc::clone(&self.site.installation);
        let query = self.parts.uri.query().unwrap_or_default().to_owned();
        let done = match self.parts.method {
            Method::GET | Method::HEAD => {
                threads::run(move || password_page::show(&installation, &query)).await
            }
            Method::POST => {
                let form = self.form(body).await?;
                *close = false;
                threads::run(move || password_page::submit(&installation, &form)).await
            }
            Method::OPTIONS => return Ok(Answer::options("GET, HEAD, POST, OPTIONS")),
            _ => return Err(method_not_allowed("GET, HEAD, POST, OPTIONS")),
        };
        done.map_err(|fault| password_page::failed(&fault))
    }

    /// The body, which has to be a filled-in form.
    async fn form(&self, body: &mut Arriving<'_>) -> Result<Bytes, Answer> {
        let headers = &self.parts.headers;
        let is_form = field(headers, &CONTENT_TYPE).is_some_and(|content_type| {
            media_type::essence(&content_type).eq_ignore_ascii_case(password_page::FORM)
        });
        if !is_form || Coding::of(headers) != Some(Coding::Identity) {
            let reason = "The body must be a form, and not compressed.";
            return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
        }
        let most = password_page::LONGEST_FORM;
        let read = body.read(Coding::Identity, most).await;
        read.map_err(|error| match error {
            BodyError::TooLarge => refusal(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large."),
            BodyError::TooSlow => {
                let reason = "The form took too long to arrive.";
                refusal(StatusCode::REQUEST_TIMEOUT, reason)
            }
            BodyError::NoRoom => refusal(StatusCode::SERVICE_UNAVAILABLE, NO_ROOM).busy(),
            BodyError::Broken | BodyError::Corrupt => incomplete(),
        })
    }

    /// The WSDL of a service, or a page about it.
    fn describe(&self, service: &'static Service, tenant: &str, authority: &str) -> Answer {
        let headers = &self.parts.headers;
        let origin = address::origin(&self.site.settings, self.ends.peer, authority, headers);
        let address = origin + &routes::path(service, tenant);
        if routes::asks_for_wsdl(self.parts.uri.query().unwrap_or_default()) {
            let document = self.site.descriptions.wsdl(service, &address);
            return Answer::new(StatusCode::OK, "text/xml; charset=utf-8", document, "wsdl");
        }
        let html = page(service, &address);
        Answer::new(StatusCode::OK, "text/html; charset=utf-8", html, "page")
    }

    /// The REST side.
    async fn rest(
        &self,
        tail: &str,
        authority: &str,
        body: &mut Arriving<'_>,
        close: &mut bool,
    ) -> Result<Answer, Answer> {
        let origin = address::origin(
            &self.site.settings,
            self.ends.peer,
            authority,
            &self.parts.headers,
        );
        let api = origin + self.parts.uri.path().strip_suffix(tail).unwrap_or_default();
        if let Some(answer) = rest::description(self.parts, tail, &api) {
            return Ok(answer);
        }
        let headers = &self.parts.headers;
        let endpoint = rest::find(&self.parts.method, tail)
            .map_err(|reason| rest::nowhere(self.parts, reason))?;
        let refuse = |error, reason| rest::refuse(headers, &Fault::protocol(error, reason));
        let limits = &self.site.settings;
        let body = self
            .whole(body)
            .await
            .map_err(|(error, reason)| takes_codings(refuse(error.clone(), reason), &error))?;
        *close = false;
        let request = RestRequest {
            method: self.parts.method.clone(),
            endpoint,
            segments: rest::segments(tail),
            api,
            query: self.parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers.clone(),
            remote: self.remote,
            body,
        };
        let work = rest::answer(&self.site.installation, &limits.message, request);
        match unless_it_panics(work).await {
            Some(answer) => Ok(answer),
            None => Err(rest::refuse(
                headers,
                &Fault::internal("the request panicked"),
            )),
        }
    }

    /// The body of a message, decompressed, or why it cannot be had.
    async fn whole(&self, body: &mut Arriving<'_>) -> Result<Bytes, (Protocol, &'static str)> {
        let Some(coding) = Coding::of(&self.parts.headers) else {
            let reason = "The body may be compressed with gzip or deflate, once, or not at all.";
            return Err((Protocol::UnsupportedMedia, reason));
        };
        let most = self.site.settings.message.body_bytes;
        let read = body.read(coding, most).await;
        read.map_err(|error| match error {
            BodyError::TooLarge => (Protocol::TooLarge, "The message is too large."),
            BodyError::TooSlow => (Protocol::Timeout, "The message took too long to arrive."),
            BodyError::NoRoom => (Protocol::Busy, NO_ROOM),
            BodyError::Broken => (Protocol::Malformed, INCOMPLETE),
            BodyError::Corrupt => (
                Protocol::Malformed,
                "The body is not what its Content-Encoding says.",
            ),
        })
    }

    async fn soap(
        &self,
        service: &'static Service,
        body: &mut Arriving<'_>,
        close: &mut bool,
    ) -> Result<Answer, Answer> {
        let headers = &self.parts.headers;
        let content_type = field(headers, &CONTENT_TYPE).unwrap_or_default();
        let refuse = |error, reason: &str| {
            let fault = Fault::protocol(error, reason);
            Answer::from(pipeline::refuse(&content_type, &fault))
        };
        if is_repeated(headers, &CONTENT_TYPE) || !is_soap(&content_type) {
            let reason =
                "The media type must be text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2).";
            return Err(refuse(Protocol::UnsupportedMedia, reason)
                .with("accept", "text/xml, application/soap+xml"));
        }
        let limits = &self.site.settings;
        let body = self
            .whole(body)
            .await
            .map_err(|(error, reason)| match error {
                Protocol::Malformed => refusal(StatusCode::BAD_REQUEST, reason),
                error => takes_codings(refuse(error.clone(), reason), &error),
            })?;
        *close = false;
        let request = SoapRequest {
            service,
            content_type: Cow::Borrowed(&content_type),
            soap_action: field(headers, &SOAP_ACTION).unwrap_or_default(),
            remote: self.remote,
            body,
        };
        let work = pipeline::answer(&self.site.installation, &limits.message, request);
        match unless_it_panics(work).await {
            Some(answer) => Ok(answer.into()),
            None => Err(
                pipeline::refuse(&content_type, &Fault::internal("the request panicked")).into(),
            ),
        }
    }
}

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");
/// What is told when there are too many bodies in memory.
pub(super) const NO_ROOM: &str = "The server has more to read than it can. Try again later.";
const INCOMPLETE: &str = "The body did not arrive in full.";

/// Adds to the refusal of a coding which ones are taken.
fn takes_codings(answer: Answer, error: &Protocol) -> Answer {
    match error {
        Protocol::UnsupportedMedia => answer.with("accept-encoding", coding::TAKEN),
        _ => answer,
    }
}

fn incomplete() -> Answer {
    refusal(StatusCode::BAD_REQUEST, INCOMPLETE)
}

/// The text of a header field.
fn field<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let value = headers.get(name)?;
    let text = value.to_str().map(Cow::Borrowed);
    Some(text.unwrap_or_else(|_| String::from_utf8_lossy(value.as_bytes())))
}

/// Whether a field comes there more than once.
fn is_repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

/// Whether a header is missing, or there once with just this value.
fn is_absent_or(headers: &HeaderMap, name: &HeaderName, only: &str) -> bool {
    if !headers.contains_key(name) {
        return true;
    }
    let mut values = headers.get_all(name).iter();
    let wanted = |value: &HeaderValue| {
        value
            .as_bytes()
            .trim_ascii()
            .eq_ignore_ascii_case(only.as_bytes())
    };
    values.next().is_none_or(wanted) && values.next().is_none()
}

/// Whether a media type is one of SOAP's; parameters are not looked at here.
fn is_soap(content_type: &str) -> bool {
    let media = media_type::essence(content_type);
    media.eq_ignore_ascii_case("text/xml") || media.eq_ignore_ascii_case("application/soap+xml")
}

/// The result of some work, unless it panics: one request must not take others with it.
async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Option<T> {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::Poll;

    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|cx| {
        // The work is dropped after a panic, so nobody sees it half done.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_the_work_and_no_more() {
        assert_eq!(unless_it_panics(async { 7 }).await, Some(7));
        let broken = async {
            tokio::task::yield_now().await;
            panic!("on purpose");
        };
        assert_eq!(unless_it_panics::<()>(broken).await, None);
    }

    #[test]
    fn soap_media_types() {
        for good in [
            "text/xml",
            "TEXT/XML ; charset=\"utf-8\"",
            "application/soap+xml;action=x",
        ] {
            assert!(is_soap(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "text/xmlx",
            "application/xml",
            "multipart/related; type=text/xml",
        ] {
            assert!(!is_soap(bad), "{bad}");
        }
    }
}
