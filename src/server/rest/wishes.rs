//! What a caller asks for beside the call itself: in `$select`, and in header fields.

use super::path::parameter;
use super::{RestRequest, header};
use crate::contract::time_zones;
use crate::fault::{Exception, Fault};
use crate::format::lexical::shown;
use crate::format::style::{Languages, Select, Style};
use crate::model::Dates;
use std::borrow::Cow;

/// How the answer is to be written.
///
/// # Errors
///
/// The time zone is not known: dates would be taken for others.
pub fn style(request: &RestRequest) -> Result<Style, Fault> {
    let field = |name| header(&request.headers, name);
    Ok(Style {
        select: Select::parse(&parameter(&request.query, "$select").unwrap_or_default()),
        dates: dates(zone(request).as_deref())?,
        languages: Languages::parse(
            field("accept-language").as_deref(),
            field("so-language").as_deref(),
        ),
    })
}

/// What is no text is no zone either, and has to be refused like one.
fn zone(request: &RestRequest) -> Option<Cow<'_, str>> {
    let field = request.headers.get("so-timezone")?;
    Some(String::from_utf8_lossy(field.as_bytes()))
}

/// `SO-TimeZone`: a zone, and behind a comma whether dates are to have their offset. Either may be
/// left out.
fn dates(asked: Option<&str>) -> Result<Dates, Fault> {
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
        return Ok(Dates::BASE);
    };
    const OFFSET: &str = "includeTZOffset";
    let (zone, offset) = match asked.rsplit_once(',').unwrap_or(("", asked)) {
        (zone, option) if option.trim().eq_ignore_ascii_case(OFFSET) => (zone, true),
        _ => (asked, false),
    };
    let zone = match zone.trim() {
        "" => time_zones::BASE.1,
        zone => zone,
    };
    time_zones::find(zone)
        .and_then(|name| Dates::in_zone(name, offset))
        .ok_or_else(|| {
            Fault::service(
                Exception::InvalidArgument,
                format!("The time zone '{}' is not known.", shown(zone)),
            )
        })
}
