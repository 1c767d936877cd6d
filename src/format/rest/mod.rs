//! Bodies of the REST side: JSON, XML without namespaces, and forms, in and out of the same
//! carriers as those of SOAP.

mod form;
mod media;
pub mod plain_xml;
mod problem;

pub use media::{Media, Notation, READ, WRITTEN};
pub use problem::status;

use super::json;
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::model::{Object, Shape, Slot, View};

/// Fills a place from a body.
///
/// # Errors
///
/// `Malformed` when the text is none in its notation, `UnsupportedMedia` for a character set that
/// is not known, `DeserializationFailed`, with the field and where possible the line, when it does
/// not fit the place.
pub fn read<'s>(
    notation: Notation,
    body: &[u8],
    charset: Option<&str>,
    limits: MessageLimits,
    shape: Shape,
    place: impl FnOnce() -> Slot<'s>,
) -> Result<(), Fault> {
    match notation {
        Notation::Json => json::read::read(utf8(body, charset)?, place),
        Notation::Xml => plain_xml::fill(&plain_xml::text(body, charset)?, limits, shape, place),
        Notation::Form => form::fill(utf8(body, charset)?, limits, place()),
    }
}

/// Fills an object from a body, as [`read`] does.
///
/// # Errors
///
/// As those of [`read`].
pub fn read_object(
    notation: Notation,
    body: &[u8],
    charset: Option<&str>,
    limits: MessageLimits,
    object: &mut dyn Object,
) -> Result<(), Fault> {
    match notation {
        Notation::Xml => plain_xml::fill_object(&plain_xml::text(body, charset)?, limits, object),
        Notation::Json => json::read::read(utf8(body, charset)?, || Slot::Object(object)),
        Notation::Form => form::fill(utf8(body, charset)?, limits, Slot::Object(object)),
    }
}

/// A value as a body. JSON in the place of a form, which no answer is.
pub fn write(notation: Notation, shape: Shape, view: View<'_>) -> Result<Vec<u8>, Fault> {
    match notation {
        Notation::Xml => Ok(plain_xml::document(shape, view).into_bytes()),
        Notation::Json | Notation::Form => {
            serde_json::to_vec(&json::Json(view)).map_err(Fault::internal)
        }
    }
}

/// JSON and forms are in UTF-8; a byte order mark is passed over.
fn utf8<'a>(body: &'a [u8], charset: Option<&str>) -> Result<&'a [u8], Fault> {
    let is_utf8 =
        |name: &str| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8");
    if charset.is_some_and(|charset| !is_utf8(charset)) {
        return Err(Fault::protocol(
            Protocol::UnsupportedMedia,
            "JSON and forms are read in UTF-8 only.",
        ));
    }
    Ok(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}
