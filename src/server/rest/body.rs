//! What a request body is written in.

use super::{Asked, header, media_type};
use crate::fault::{Fault, Protocol};
use crate::format::rest::{Body, Media};

/// Hands the body of a request to a reader.
///
/// # Errors
///
/// There is no body, or none in a notation that is understood; or those of the reader.
pub fn read(
    asked: &Asked<'_>,
    reader: impl FnOnce(Body<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let request = asked.request;
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
    let charset = media_type::parameter(&content_type, "charset");
    reader(Body {
        notation: media.notation,
        bytes: &request.body,
        charset: charset.as_deref(),
        limits: asked.limits,
        dates: &asked.style.dates,
    })
}
