//! Reading only what has changed since (RFC 9110, section 13). Changes look at their condition
//! themselves, in their transaction.

use super::{RestRequest, http_date};
use crate::fault::{Fault, Protocol};
use crate::model::DateTime;
use hyper::Method;
use hyper::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};

/// Whether what has been read is to be left out of the answer, as the client has it already.
///
/// # Errors
///
/// `PreconditionFailed` when it has changed, and the client wants it as it was.
pub fn is_known(request: &RestRequest, last_modified: Option<DateTime>) -> Result<bool, Fault> {
    let headers = &request.headers;
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    let Some(changed) = last_modified.filter(|_| reads) else {
        return Ok(false);
    };
    let since = |name: hyper::header::HeaderName| http_date::of(headers, name.as_str());
    let changed = changed.unix_seconds();
    if since(IF_UNMODIFIED_SINCE).is_some_and(|since| changed > since.unix_seconds()) {
        return Err(Fault::protocol(
            Protocol::PreconditionFailed,
            "It has been changed since the moment in If-Unmodified-Since.",
        ));
    }
    // There are no entity tags here, but who asks for one wants nothing else looked at.
    let known = since(IF_MODIFIED_SINCE).is_some_and(|since| changed <= since.unix_seconds());
    Ok(known && !headers.contains_key(IF_NONE_MATCH))
}
