//! What an endpoint answers, before it is written.

use crate::fault::Fault;
use crate::format::rest::{self, Media};
use crate::format::style::Style;
use crate::model::{DateTime, Object, View};

/// The content of an answer: the member `Response`, and what goes into header fields.
pub struct Content(Box<dyn Object>);

/// What becomes of the cookies of a browser.
pub enum Cookies {
    /// They stay as they are.
    Kept,
    /// They are set for this ticket.
    Set(String),
    /// They are deleted.
    Cleared,
}

impl Content {
    /// What an operation responded; nothing where it responds nothing.
    pub fn response(response: Box<dyn Object>) -> Self {
        Self(response)
    }

    /// When it was last changed, where the response tells.
    pub fn last_modified(&self) -> Option<DateTime> {
        match self.0.field(self.place("Last-Modified")?) {
            View::DateTime(moment) => Some(moment),
            _ => None,
        }
    }

    /// What becomes of the cookies.
    pub fn cookies(&self) -> Cookies {
        match self.place("Ticket").map(|place| self.0.field(place)) {
            None => Cookies::Kept,
            Some(View::Text(ticket)) => Cookies::Set(ticket.to_owned()),
            Some(_) => Cookies::Cleared,
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        let fields = self.0.object_type().fields;
        fields.iter().position(|field| field.name == name)
    }

    /// The body that says it; `None` where there is nothing to say.
    pub fn body(&self, media: Media, style: &Style) -> Result<Option<Vec<u8>>, Fault> {
        let Some(place) = self.place("Response") else {
            return Ok(None);
        };
        let shape = self.0.object_type().fields[place].shape;
        rest::write(media.notation, shape, self.0.field(place), style).map(Some)
    }
}
