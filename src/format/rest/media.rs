//! The media types of the REST side, and which of them an answer is to have.

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    Json,
    /// XML without namespaces.
    Xml,
    /// The fields of an HTML form.
    Form,
}

/// A media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// Type and subtype.
    pub name: &'static str,
    /// As the value of a `Content-Type` header.
    pub content_type: &'static str,
    /// What is behind it.
    pub notation: Notation,
}

macro_rules! media {
    ($($name:literal: $notation:ident,)+) => {
        [$(Media {
            name: $name,
            content_type: concat!($name, "; charset=utf-8"),
            notation: Notation::$notation,
        },)+]
    };
}

/// What a request body may be.
pub const READ: [Media; 7] = media! {
    "application/json": Json,
    "text/json": Json,
    "application/xml": Xml,
    "text/xml": Xml,
    "application/x-www-form-urlencoded": Form,
    "application/json-patch+json": Json,
    "application/merge-patch+json": Json,
};

/// What an answer may be; the first is that for clients which do not mind.
pub const WRITTEN: [Media; 6] = media! {
    "application/json": Json,
    "text/json": Json,
    "application/xml": Xml,
    "text/xml": Xml,
    "application/json-patch+json": Json,
    "application/merge-patch+json": Json,
};

impl Media {
    /// The request body of this media type, parameters left off.
    pub fn read(essence: &str) -> Option<Self> {
        let mut all = READ.into_iter();
        all.find(|media| media.name.eq_ignore_ascii_case(essence))
    }

    /// What a client is to get of all that there is, by its `Accept` header; see
    /// [`chosen`](Self::chosen).
    pub fn written(accept: Option<&str>) -> Option<Self> {
        Self::chosen(WRITTEN, accept)
    }

    /// What a client is to get of these, by its `Accept` header (RFC 9110, section 12.5.1): the
    /// highest weight, the most specific range deciding what that is; of several of the same
    /// weight the one that is named most closely, and of those the first. `None` when nothing
    /// fits. No header and an empty one are content with anything.
    pub fn chosen(offered: impl IntoIterator<Item = Self>, accept: Option<&str>) -> Option<Self> {
        let mut offered = offered.into_iter();
        let accept = accept.unwrap_or_default();
        if accept.trim().is_empty() {
            return offered.next();
        }
        let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::parse).collect();
        let mut best = None;
        for media in offered {
            let fitting = ranges
                .iter()
                .filter_map(|range| Some((range.fit(&media)?, range.weight)));
            let Some((fit, weight)) = fitting.max_by_key(|(fit, _)| *fit) else {
                continue;
            };
            if weight > 0 && best.is_none_or(|(most, _)| (weight, fit) > most) {
                best = Some(((weight, fit), media));
            }
        }
        best.map(|(_, media)| media)
    }
}

/// One of the ranges of an `Accept` header.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// In thousandths.
    weight: u16,
}

impl<'a> Range<'a> {
    /// Parameters but the weight are passed over: nothing here comes in several forms. What is no
    /// range is left out.
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let weight = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        let weight = match weight {
            None => 1000,
            Some(text) => thousandths(text)?,
        };
        Some(Self {
            kind,
            subtype,
            weight,
        })
    }

    /// How closely the range describes a media type: 2 by name, 1 by its kind, 0 as any other.
    fn fit(&self, media: &Media) -> Option<u8> {
        let (kind, subtype) = media.name.split_once('/')?;
        if self.kind == "*" {
            return (self.subtype == "*").then_some(0);
        }
        if !self.kind.eq_ignore_ascii_case(kind) {
            return None;
        }
        if self.subtype == "*" {
            return Some(1);
        }
        self.subtype.eq_ignore_ascii_case(subtype).then_some(2)
    }
}

/// A weight from 0 to 1 with at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", _) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Media;

    #[test]
    fn the_highest_weight_wins_and_the_narrowest_range_decides_it() {
        for (accept, expected) in [
            ("", "application/json"),
            ("*/*", "application/json"),
            ("application/json; charset=utf-8", "application/json"),
            ("TEXT/XML", "text/xml"),
            ("text/*", "text/json"),
            (
                "text/html, application/xml;q=0.9, */*;q=0.8",
                "application/xml",
            ),
            (
                "application/xml;q=0.5, application/json;q=0.50",
                "application/json",
            ),
            ("application/json;q=0.1, text/xml;q=0.2", "text/xml"),
            ("application/json;q=0, */*", "text/json"),
            ("application/*;q=0.2, application/xml", "application/xml"),
            (
                "nonsense, application/merge-patch+json",
                "application/merge-patch+json",
            ),
            ("application/xml;level=1;q=1.000", "application/xml"),
            ("*/*, text/xml", "text/xml"),
        ] {
            let found = Media::written(Some(accept)).map(|media| media.name);
            assert_eq!(found, Some(expected), "{accept}");
        }
        assert_eq!(
            Media::written(None).map(|media| media.name),
            Some("application/json")
        );
    }

    #[test]
    fn what_is_not_wanted_is_not_sent() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "*/*;q=0.000",
            "application/json;q=2",
            "application/json;q=0.0001",
            "*/json",
            "json",
        ] {
            assert_eq!(Media::written(Some(accept)), None, "{accept}");
        }
    }
}
