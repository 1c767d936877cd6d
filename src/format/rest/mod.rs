//! Bodies of the REST side: JSON, XML without namespaces, and forms, in and out of the same
//! carriers as those of SOAP.

mod form;
mod media;
pub mod plain_xml;
mod problem;

pub use media::{Media, Notation, READ, WRITTEN};
pub use problem::status;

use super::json;
use super::style::{Inside, Style};
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::model::{Dates, Object, Shape, Slot, View};

/// A request body that is to be read.
#[derive(Clone, Copy)]
pub struct Body<'b> {
    /// What it is written in.
    pub notation: Notation,
    /// The bytes.
    pub bytes: &'b [u8],
    /// The character set that the media type names.
    pub charset: Option<&'b str>,
    /// What it may hold at most.
    pub limits: MessageLimits,
    /// How dates are written in it.
    pub dates: &'b Dates,
}

impl Body<'_> {
    /// Fills a place of a shape from the body.
    ///
    /// # Errors
    ///
    /// `Malformed` when the text is none in its notation, `UnsupportedMedia` for a character set
    /// that is not known, `DeserializationFailed`, with the field and where possible the line, when
    /// it does not fit the place.
    pub fn read<'s>(&self, shape: Shape, place: impl FnOnce() -> Slot<'s>) -> Result<(), Fault> {
        match self.notation {
            Notation::Json => json::read::read(self.utf8()?, self.limits, self.dates, place),
            Notation::Xml => {
                let text = plain_xml::text(self.bytes, self.charset)?;
                plain_xml::fill(&text, self.limits, self.dates, shape, place)
            }
            Notation::Form => form::fill(self.utf8()?, self.limits, self.dates, place()),
        }
    }

    /// Fills a place of a shape from the body, with the errors of [`read`](Self::read). Null is
    /// refused.
    pub fn read_there<'s>(
        &self,
        shape: Shape,
        place: impl FnOnce() -> Slot<'s>,
    ) -> Result<(), Fault> {
        let mut is_there = false;
        self.read(shape, || {
            is_there = true;
            place()
        })?;
        not_null(is_there)
    }

    /// Fills an object from the body, with the errors of [`read_there`](Self::read_there).
    pub fn read_object(&self, object: &mut dyn Object) -> Result<(), Fault> {
        if self.notation == Notation::Xml {
            let text = plain_xml::text(self.bytes, self.charset)?;
            let filled = plain_xml::fill_object(&text, self.limits, self.dates, object)?;
            return not_null(filled);
        }
        // The shape of an object is looked at in XML only.
        self.read_there(Shape::Text, || Slot::Object(object))
    }

    /// JSON and forms are in UTF-8; a byte order mark is passed over.
    fn utf8(&self) -> Result<&[u8], Fault> {
        let is_utf8 =
            |name: &str| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8");
        if self.charset.is_some_and(|charset| !is_utf8(charset)) {
            return Err(Fault::protocol(
                Protocol::UnsupportedMedia,
                "JSON and forms are read in UTF-8 only.",
            ));
        }
        Ok(self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.bytes))
    }
}

fn not_null(is_there: bool) -> Result<(), Fault> {
    match is_there {
        true => Ok(()),
        false => Err(Fault::protocol(
            Protocol::DeserializationFailed,
            "The body is null, where its content is looked for.",
        )),
    }
}

/// Bytes of nearly all answers in JSON.
const USUAL: usize = 16 * 1024;

/// A value as a body. JSON in the place of a form, which no answer is.
pub fn write(
    notation: Notation,
    shape: Shape,
    view: View<'_>,
    style: &Style,
) -> Result<Vec<u8>, Fault> {
    match notation {
        Notation::Xml => Ok(plain_xml::document(shape, view, style).into_bytes()),
        Notation::Json | Notation::Form => {
            let styled = json::Styled(view, Inside::root(style));
            let mut body = Vec::with_capacity(USUAL);
            serde_json::to_writer(&mut body, &styled).map_err(Fault::internal)?;
            Ok(body)
        }
    }
}
