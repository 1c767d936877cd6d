//! Dates as the services write them.

use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use std::fmt;

/// A date and time of the installation's base zone, in which the store keeps all dates.
///
/// Range 0001-01-01 to 9999-12-31, resolution 100 ns, as in .NET. The default is the first of
/// these, which the vendor uses for "not set". Written without a zone suffix; read with none,
/// with `Z` or with an offset, which is converted to the base zone (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(civil::DateTime);

impl DateTime {
    /// "Not set".
    pub const MIN: Self = Self(civil::DateTime::constant(1, 1, 1, 0, 0, 0, 0));
    /// The open end of a validity.
    pub const MAX: Self = Self(civil::DateTime::constant(9999, 12, 31, 0, 0, 0, 0));

    /// The moment now, to the second: the store keeps no more.
    pub fn now() -> Self {
        Self::from_unix_seconds(jiff::Timestamp::now().as_second())
    }

    /// The moment that lies this many seconds after 1970-01-01; what is out of range becomes
    /// the nearest end.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        match jiff::Timestamp::from_second(seconds) {
            Ok(stamp) => Self::in_range(jiff::tz::Offset::UTC.to_datetime(stamp)),
            Err(_) if seconds < 0 => Self::MIN,
            Err(_) => Self::MAX,
        }
    }

    /// Seconds since 1970-01-01, negative before.
    pub fn unix_seconds(self) -> i64 {
        jiff::tz::Offset::UTC
            .to_timestamp(self.0)
            .map_or(0, jiff::Timestamp::as_second)
    }

    /// Reads an `xs:dateTime`; `None` when it is none or lies out of range.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // The date library accepts more than the schema type does; this keeps to the latter.
        if bytes.len() < 19
            || bytes[10] != b'T'
            || !bytes[0].is_ascii_digit()
            || text.contains('[')
            || bytes[4] != b'-'
            || bytes[13] != b':'
            || bytes[16] != b':'
        {
            return None;
        }
        let pieces = Pieces::parse(text).ok()?;
        let local = pieces.date().to_datetime(pieces.time()?);
        let base = match pieces.offset() {
            None => local,
            Some(PiecesOffset::Zulu) => local,
            Some(offset) => {
                let stamp = offset.to_numeric_offset().to_timestamp(local).ok()?;
                jiff::tz::Offset::UTC.to_datetime(stamp)
            }
        };
        (base >= Self::MIN.0 && base.year() <= 9999).then_some(Self::in_range(base))
    }

    fn in_range(value: civil::DateTime) -> Self {
        let ticks = value.subsec_nanosecond() / 100 * 100;
        let value = value
            .with()
            .subsec_nanosecond(ticks)
            .build()
            .unwrap_or(value);
        Self(value.max(Self::MIN.0))
    }
}

impl Default for DateTime {
    fn default() -> Self {
        Self::MIN
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        write!(
            out,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            value.year(),
            value.month(),
            value.day(),
            value.hour(),
            value.minute(),
            value.second()
        )?;
        let ticks = value.subsec_nanosecond() / 100;
        if ticks != 0 {
            let digits = format!("{ticks:07}");
            write!(out, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::DateTime;

    #[test]
    fn reads_all_three_zone_forms_and_writes_none() {
        for (text, written) in [
            ("2023-02-15T13:18:35", "2023-02-15T13:18:35"),
            ("2023-02-15T13:18:35Z", "2023-02-15T13:18:35"),
            ("2023-02-15T13:18:35+02:00", "2023-02-15T11:18:35"),
            (
                "2023-02-15T13:18:35.1234567Z",
                "2023-02-15T13:18:35.1234567",
            ),
            ("2023-02-15T13:18:35.1200000", "2023-02-15T13:18:35.12"),
            ("0001-01-01T00:00:00", "0001-01-01T00:00:00"),
            ("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.9999999"),
        ] {
            assert_eq!(
                DateTime::parse(text).map(|d| d.to_string()).as_deref(),
                Some(written)
            );
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2023-02-15",
            "2023-02-30T00:00:00",
            "2023-02-15 13:18:35",
            "x",
            "2023-02-15T25:00:00",
            "-2023-02-15T13:18:35",
            "2023-02-15T13:18:35[Europe/Oslo]",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }
}
