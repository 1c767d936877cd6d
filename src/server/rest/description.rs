//! `GET /api/v1/openapi.json`: what there is to call. Anybody may read it.

use super::{Answer, NoEndpoint, header, nowhere};
use crate::format::openapi::DOCUMENT;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The name of the document below `/api/v1`.
pub const NAME: &str = "openapi.json";

/// Identifies the document.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut tag = String::from("\"");
    for byte in Sha256::digest(DOCUMENT.as_bytes()).iter().take(16) {
        // Writing into a String does not fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag + "\""
});

/// Answers with the document, unless the client has it already.
pub fn answer(parts: &Parts) -> Answer {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return nowhere(
            parts,
            NoEndpoint::MethodNotAllowed("GET, HEAD, OPTIONS".to_owned()),
        );
    }
    let known = header(&parts.headers, "if-none-match").is_some_and(|tags| matches(&tags));
    let answer = if known {
        let mut answer = Answer::new(StatusCode::NOT_MODIFIED, "", "", "openapi");
        answer.response.headers_mut().remove(CONTENT_TYPE);
        answer
    } else {
        let kind = "application/json; charset=utf-8";
        Answer::new(StatusCode::OK, kind, DOCUMENT.as_str(), "openapi")
    };
    answer
        .with(ETAG, TAG.as_str())
        .with(CACHE_CONTROL, "no-cache")
}

/// Whether a list of tags names the document; weak ones do as well.
fn matches(tags: &str) -> bool {
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == *TAG)
}
