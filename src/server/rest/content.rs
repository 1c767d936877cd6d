//! What an endpoint answers, before it is written.

use crate::fault::Fault;
use crate::format::rest::{self, Media};
use crate::format::style::Style;
use crate::model::{DateTime, Object, Shape, View};

/// The content of an answer: the one member of a response. Nothing where there is none.
pub struct Content(Option<(Shape, Box<dyn Object>)>);

impl Content {
    /// What an operation responded; nothing where it responds nothing.
    pub fn response(response: Box<dyn Object>) -> Self {
        let first = response.object_type().fields.first();
        Self(first.map(|field| (field.shape, response)))
    }

    /// When it was last changed, where the response tells.
    pub fn last_modified(&self) -> Option<DateTime> {
        let (_, response) = self.0.as_ref()?;
        let fields = response.object_type().fields;
        let place = fields.iter().position(|it| it.name == "Last-Modified")?;
        match response.field(place) {
            View::DateTime(moment) => Some(moment),
            _ => None,
        }
    }

    /// The body that says it; `None` where there is nothing to say.
    pub fn body(&self, media: Media, style: &Style) -> Result<Option<Vec<u8>>, Fault> {
        let Some((shape, response)) = &self.0 else {
            return Ok(None);
        };
        rest::write(media.notation, *shape, response.field(0), style).map(Some)
    }
}
