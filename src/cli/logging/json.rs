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

/// Writes events as objects. There are no spans to tell of.
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
        let mut object = Members(String::with_capacity(USUAL));
        object.0.push_str("{\"timestamp\":\"");
        push_time(&mut object.0);
        object.0.push_str("\",\"level\":\"");
        object.0.push_str(event.metadata().level().as_str());
        object.0.push('"');
        event.record(&mut object);
        object.0.push_str("}\n");
        line.write_str(&object.0)
    }
}

/// Bytes of most lines.
const USUAL: usize = 384;

/// Writes the time, in UTC and to the microsecond.
fn push_time(out: &mut String) {
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
        out.push_str(text);
    });
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(now.subsec_micros());
    out.push('.');
    out.push_str("000000".get(digits.len()..).unwrap_or_default());
    out.push_str(digits);
    out.push('Z');
}

/// An object that is being written.
struct Members(String);

impl Members {
    fn name(&mut self, field: &Field) {
        // Names of fields are Rust's, which need no escaping.
        self.0.push_str(",\"");
        self.0.push_str(field.name());
        self.0.push_str("\":");
    }

    fn number(&mut self, field: &Field, value: impl itoa::Integer) {
        self.name(field);
        self.0.push_str(itoa::Buffer::new().format(value));
    }
}

impl Visit for Members {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if !value.is_finite() {
            return self.record_debug(field, &value);
        }
        self.name(field);
        // Writing to a String cannot fail, here and below.
        let _ = write!(self.0, "{value}");
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field);
        self.0.push_str(if value { "true" } else { "false" });
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.name(field);
        self.0.push('"');
        push_escaped(&mut self.0, value);
        self.0.push('"');
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        self.0.push('"');
        let _ = write!(Escaped(&mut self.0), "{value:?}");
        self.0.push('"');
    }
}

/// What is written goes into a string of JSON.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

/// Escapes what a string of JSON cannot hold as it is.
fn push_escaped(out: &mut String, text: &str) {
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    // Looking at all bytes is quicker than stopping at one, which there hardly ever is.
    if !text
        .bytes()
        .fold(false, |found, byte| found | special(byte))
    {
        return out.push_str(text);
    }
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
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
