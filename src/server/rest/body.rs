//! What a request body is written in.

use super::{RestRequest, header, media_type};
use crate::fault::{Fault, Protocol};
use crate::format::rest::{Media, Notation};

/// The notation of a body and its character set, as the `Content-Type` header has them.
///
/// # Errors
///
/// There is no body, or no notation that is understood.
pub fn notation(request: &RestRequest) -> Result<(Notation, Option<String>), Fault> {
    if request.body.is_empty() {
        return Err(Fault::protocol(
            Protocol::Malformed,
            "The request has no body, where its arguments are looked for.",
        ));
    }
    let content_type = header(&request.headers, "content-type").unwrap_or_default();
    let media = Media::read(media_type::essence(&content_type)).ok_or_else(|| {
        Fault::protocol(
            Protocol::UnsupportedMedia,
            "The media type of the body must be one of JSON, XML, or a form.",
        )
    })?;
    Ok((
        media.notation,
        media_type::parameter(&content_type, "charset"),
    ))
}
