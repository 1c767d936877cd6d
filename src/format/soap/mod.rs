//! SOAP 1.1 and 1.2: envelopes in, envelopes and faults out.

mod answer;
mod fault;
mod request;

pub use answer::{SOURCE, failure, success};
pub use fault::fault;
pub use request::{Blocks, Incoming};

/// The versions of SOAP. An answer comes in the version of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Envelope of 2000, `text/xml`, `SOAPAction` header.
    Soap11,
    /// Envelope of 2003, `application/soap+xml` with an `action` parameter.
    Soap12,
}

impl Version {
    /// The namespace of the envelope.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Soap11 => super::xml::SOAP11,
            Self::Soap12 => super::xml::SOAP12,
        }
    }

    /// The content type of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Soap11 => "text/xml; charset=utf-8",
            Self::Soap12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// The version that a media type without parameters belongs to, for answers to what could
    /// not be read.
    pub fn of_media_type(media_type: &str) -> Self {
        if media_type.eq_ignore_ascii_case("application/soap+xml") {
            Self::Soap12
        } else {
            Self::Soap11
        }
    }
}
