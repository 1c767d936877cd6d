//! A log line as a JSON object: time, level, message, and the fields of the event.

use services88::model::DateTime;
use std::cell::RefCell;
use std::fmt::{self, Debug, Write};
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes events as objects, straight into the line. There are no spans to tell of.
pub struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        push_time(&mut line)?;
        line.write_str("\",\"level\":\"")?;
        line.write_str(event.metadata().level().as_str())?;
        line.write_char('"')?;
        let mut fields = Fields {
            line,
            result: Ok(()),
        };
        event.record(&mut fields);
        let Fields { mut line, result } = fields;
        result?;
        line.write_str("}\n")
    }
}

/// Writes the time, in UTC and to the microsecond.
fn push_time(line: &mut Writer<'_>) -> fmt::Result {
    thread_local! {
        /// The second in which the last line was written: in a busy one there are thousands.
        static LAST: RefCell<(u64, String)> = RefCell::default();
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default();
    LAST.with_borrow_mut(|(second, text)| {
        if *second != now.as_secs() {
            *second = now.as_secs();
            let seconds = i64::try_from(*second).unwrap_or_default();
            *text = DateTime::from_unix_seconds(seconds).to_string();
        }
        line.write_str(text)
    })?;
    write!(line, ".{:06}Z", now.subsec_micros())
}

struct Fields<'a> {
    line: Writer<'a>,
    result: fmt::Result,
}

impl Fields<'_> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let line = &mut self.line;
        let write = || {
            // Names of fields are Rust's, which need no escaping.
            line.write_str(",\"")?;
            line.write_str(field.name())?;
            line.write_str("\":")?;
            value(line)
        };
        if self.result.is_ok() {
            self.result = write();
        }
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        match value.is_finite() {
            true => self.member(field, |line| write!(line, "{value}")),
            false => self.record_debug(field, &value),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |line| write!(line, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |line| write!(line, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |line| write!(line, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |line| {
            line.write_char('"')?;
            Escaped(line).write_str(value)?;
            line.write_char('"')
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |line| {
            line.write_char('"')?;
            write!(Escaped(line), "{value:?}")?;
            line.write_char('"')
        });
    }
}

/// Escapes what a string of JSON cannot hold as it is.
struct Escaped<'a, 'b>(&'a mut Writer<'b>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        let mut rest = text;
        while let Some(at) = rest.bytes().position(special) {
            let (clean, from) = rest.split_at(at);
            self.0.write_str(clean)?;
            let mut characters = from.chars();
            match characters.next() {
                Some('\n') => self.0.write_str("\\n")?,
                Some('\r') => self.0.write_str("\\r")?,
                Some('\t') => self.0.write_str("\\t")?,
                Some(c @ ('"' | '\\')) => write!(self.0, "\\{c}")?,
                Some(c) => write!(self.0, "\\u{:04x}", u32::from(c))?,
                None => {}
            }
            rest = characters.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("kept").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_one_object_whatever_is_in_it() {
        let kept = Kept::default();
        let out = kept.clone();
        let lines = tracing_subscriber::fmt()
            .event_format(Json)
            .with_writer(move || out.clone())
            .finish();
        tracing::subscriber::with_default(lines, || {
            let text = "a\"b\\c\r\n\t\u{1}ø😀";
            tracing::info!(text, shown = %text, count = 7_u64, less = -7, ms = 0.125, yes = true, none = f64::NAN, "done");
        });
        let bytes = kept.0.lock().expect("kept").clone();
        let line = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let mut object: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let timestamp = object["timestamp"].take();
        let timestamp = timestamp.as_str().expect("a text");
        let shape: String = timestamp
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
        let text = "a\"b\\c\r\n\t\u{1}ø😀";
        assert_eq!(
            object,
            serde_json::json!({
                "timestamp": null, "level": "INFO", "message": "done", "text": text, "shown": text,
                "count": 7, "less": -7, "ms": 0.125, "yes": true, "none": "NaN",
            })
        );
    }
}
