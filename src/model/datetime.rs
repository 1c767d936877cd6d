//! Dates as the services write them.

use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};
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
            Ok(stamp) => Self::in_range(Offset::UTC.to_datetime(stamp)),
            Err(_) if seconds < 0 => Self::MIN,
            Err(_) => Self::MAX,
        }
    }

    /// Seconds since 1970-01-01, negative before.
    pub fn unix_seconds(self) -> i64 {
        Offset::UTC
            .to_timestamp(self.0)
            .map_or(0, jiff::Timestamp::as_second)
    }

    /// Reads an `xs:dateTime`; `None` when it is none or lies out of range.
    pub fn parse(text: &str) -> Option<Self> {
        Dates::BASE.read(text)
    }

    /// Reads an `xs:dateTime`; one without a zone is one of this zone, if there is one.
    fn parse_in(text: &str, zone: Option<&TimeZone>) -> Option<Self> {
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
            None => return Self::in_range_of(local)?.taken_as_in(zone),
            Some(PiecesOffset::Zulu) => local,
            Some(offset) => {
                let stamp = offset.to_numeric_offset().to_timestamp(local).ok()?;
                Offset::UTC.to_datetime(stamp)
            }
        };
        Self::in_range_of(base).or_else(|| Self::none_elsewhere(base))
    }

    /// "Not set" as it gets back from programs that took it for a local time of a place east of
    /// Greenwich: a moment up to a day before it.
    fn none_elsewhere(value: civil::DateTime) -> Option<Self> {
        let eve = civil::date(0, 12, 31);
        (value.date() == eve).then_some(Self::MIN)
    }

    fn in_range_of(value: civil::DateTime) -> Option<Self> {
        (value >= Self::MIN.0 && value.year() <= 9999).then_some(Self::in_range(value))
    }

    /// Both ends of the range stand for "none" and are the same in every zone.
    fn stands_for_none(self) -> bool {
        self == Self::MIN || self.0.date() == Self::MAX.0.date()
    }

    /// Takes the date for one of a zone.
    fn taken_as_in(self, zone: Option<&TimeZone>) -> Option<Self> {
        let Some(zone) = zone.filter(|_| !self.stands_for_none()) else {
            return Some(self);
        };
        let stamp = zone.to_ambiguous_timestamp(self.0).compatible().ok()?;
        Self::in_range_of(Offset::UTC.to_datetime(stamp))
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
        // Years are 1 to 9999. Put together by hand, since each row that is written has several.
        let pair = |number: i16| {
            let number = u8::try_from(number).unwrap_or_default();
            [b'0' + number / 10 % 10, b'0' + number % 10]
        };
        let ([c, d], [y, z]) = (pair(value.year() / 100), pair(value.year() % 100));
        let ([m, n], [e, f]) = (pair(value.month().into()), pair(value.day().into()));
        let ([h, i], [j, k]) = (pair(value.hour().into()), pair(value.minute().into()));
        let [s, t] = pair(value.second().into());
        let text = [
            c, d, y, z, b'-', m, n, b'-', e, f, b'T', h, i, b':', j, k, b':', s, t,
        ];
        out.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)?;
        let ticks = value.subsec_nanosecond() / 100;
        if ticks != 0 {
            let digits = format!("{ticks:07}");
            write!(out, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// How a caller writes dates and wants them written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dates {
    /// The base zone where there is none.
    zone: Option<TimeZone>,
    /// Whether dates are written with their offset from UTC.
    offset: bool,
}

impl Dates {
    /// In the base zone, without a word of it.
    pub const BASE: Self = Self {
        zone: None,
        offset: false,
    };

    /// In a zone by its name in the tz database; `None` for one that is not known.
    pub fn in_zone(name: &str, offset: bool) -> Option<Self> {
        let zone = Some(TimeZone::get(name).ok()?);
        Some(Self { zone, offset })
    }

    /// In the base zone, and the offset is said if it is said here.
    #[must_use]
    pub fn in_base_zone(&self) -> Self {
        Self {
            zone: None,
            offset: self.offset,
        }
    }

    /// Reads an `xs:dateTime`; one without a zone is one of this zone.
    pub fn read(&self, text: &str) -> Option<DateTime> {
        DateTime::parse_in(text, self.zone.as_ref())
    }

    /// A date as it is to be written.
    pub fn written(&self, date: DateTime) -> String {
        let in_utc = || Offset::UTC.to_timestamp(date.0).ok();
        let stamp = in_utc().filter(|_| !date.stands_for_none());
        let (Some(stamp), true) = (stamp, self.zone.is_some() || self.offset) else {
            return date.to_string();
        };
        let offset = match &self.zone {
            Some(zone) => zone.to_offset(stamp),
            None => Offset::UTC,
        };
        let mut text = DateTime(offset.to_datetime(stamp)).to_string();
        if self.offset {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.abs();
            text += &format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{DateTime, Dates};

    #[test]
    fn dates_are_converted_to_the_zone_that_is_asked_for_and_back() {
        for (zone, offset, text, stored, written) in [
            (
                "America/New_York",
                false,
                "2018-12-24T12:34:45",
                "2018-12-24T17:34:45",
                "2018-12-24T12:34:45",
            ),
            (
                "America/New_York",
                true,
                "2018-12-24T12:34:45Z",
                "2018-12-24T12:34:45",
                "2018-12-24T07:34:45-05:00",
            ),
            (
                "Europe/Oslo",
                true,
                "2018-07-01T00:30:00.5",
                "2018-06-30T22:30:00.5",
                "2018-07-01T00:30:00.5+02:00",
            ),
            (
                "Asia/Kolkata",
                true,
                "2020-01-01T00:00:00+00:00",
                "2020-01-01T00:00:00",
                "2020-01-01T05:30:00+05:30",
            ),
            (
                "Europe/Oslo",
                true,
                "0001-01-01T00:00:00",
                "0001-01-01T00:00:00",
                "0001-01-01T00:00:00",
            ),
            (
                "Europe/Oslo",
                true,
                "9999-12-31T23:59:59",
                "9999-12-31T23:59:59",
                "9999-12-31T23:59:59",
            ),
        ] {
            let dates = Dates::in_zone(zone, offset).expect("a zone");
            let date = dates.read(text).expect("a date");
            assert_eq!(date.to_string(), stored, "{text}");
            assert_eq!(dates.written(date), written, "{text}");
            assert_eq!(dates.read(written), Some(date), "{text}");
        }
        let tagged = Dates {
            zone: None,
            offset: true,
        };
        let date = DateTime::parse("2020-01-01T00:00:00").expect("a date");
        assert_eq!(tagged.written(date), "2020-01-01T00:00:00+00:00");
        assert!(Dates::in_zone("Europe/Nowhere", false).is_none());
    }

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
            ("0000-12-31T23:17:00.000Z", "0001-01-01T00:00:00"),
            ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00"),
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
            "0000-12-31T23:17:00",
            "0000-12-30T23:17:00Z",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }
}
