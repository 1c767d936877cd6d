//! Which web pages may call (the Fetch standard's CORS protocol).
//!
//! Pages of the origins that are configured, and no others, may read answers. Cookies are not taken
//! from other origins: what those show is in a header field.

use crate::config::Origin;
use crate::server::answer::Answer;
use hyper::Method;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW,
    HeaderValue, ORIGIN, VARY,
};
use hyper::http::request::Parts;

/// Header fields that a page may send. The vendor's client sends that of the browser's offset always.
const SENT: &str = "Accept, Accept-Language, Authorization, Content-Type, If-Modified-Since, \
                    If-Unmodified-Since, SO-AppToken, SO-Browser-TZ-Offset, SO-Culture, \
                    SO-Language, SO-TimeZone";
/// Header fields that a page may read beside those which all may.
const READ: &str = "Allow, Last-Modified, Location, Retry-After, WWW-Authenticate";
/// Seconds for which a browser may remember the answer.
const REMEMBERED: &str = "600";

/// Adds what a browser has to know to let a page call.
pub fn admit(origins: &[Origin], parts: &Parts, answer: &mut Answer) {
    if origins.is_empty() {
        return;
    }
    let fields = answer.response.headers_mut();
    fields.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = parts.headers.get(ORIGIN) else {
        return;
    };
    let named = origin.to_str().unwrap_or_default();
    if !origins.iter().any(|known| known.admits(named)) {
        return;
    }
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let asks_first = parts.method == Method::OPTIONS
        && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !asks_first {
        fields.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(READ),
        );
        return;
    }
    if let Some(methods) = fields.get(ALLOW).cloned() {
        fields.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    fields.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
    fields.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED));
}
