//! Moments as HTTP writes them (RFC 9110, section 5.6.7).

use crate::model::DateTime;
use hyper::header::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use jiff::fmt::{rfc2822, strtime};

/// The moment in a header field; `None` where it is missing, comes twice, or is none.
pub fn of(headers: &HeaderMap, name: &str) -> Option<DateTime> {
    let mut fields = headers.get_all(name).iter();
    let text = fields.next()?.to_str().ok()?.trim();
    match fields.next() {
        None => read(text),
        Some(_) => None,
    }
}

/// All three notations are read, of which two are obsolete.
fn read(text: &str) -> Option<DateTime> {
    let today = || rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let obsolete = |format| {
        let civil = strtime::parse(format, text).ok()?.to_datetime().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(civil).ok()
    };
    let moment = today()
        .or_else(|| obsolete("%A, %d-%b-%y %H:%M:%S GMT"))
        .or_else(|| obsolete("%a %b %e %H:%M:%S %Y"))?;
    Some(DateTime::from_unix_seconds(moment.as_second()))
}

/// A moment as the value of a header field; `None` for "not set".
pub fn value(moment: DateTime) -> Option<HeaderValue> {
    if moment == DateTime::MIN {
        return None;
    }
    let moment = Timestamp::from_second(moment.unix_seconds()).ok()?;
    let text = rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&moment)
        .ok()?;
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::{read, value};
    use crate::model::DateTime;

    #[test]
    fn all_notations_are_read_and_one_is_written() {
        let moment = DateTime::parse("1994-11-06T08:49:37");
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(read(text), moment, "{text}");
        }
        for text in ["", "yesterday", "1994-11-06T08:49:37", "06 Nov"] {
            assert_eq!(read(text), None, "{text}");
        }
        let written = moment.and_then(value).expect("a value");
        assert_eq!(written, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(value(DateTime::MIN), None);
    }
}
