//! Log lines on their way to standard error.
//!
//! Each line by itself would be a call of the operating system in every request, which costs more
//! than most requests do. So a thread writes what has come together every few milliseconds.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others to be written with.
const GATHERING: Duration = Duration::from_millis(20);
/// Bytes that may wait. Whoever logs more writes them, and is as slow as that is.
const MOST: usize = 256 * 1024;

/// Where lines go. Warnings and errors are written at once, with what waits before them.
#[derive(Clone)]
pub struct Lines(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    /// Something waits that did not before.
    filled: Condvar,
    /// Whoever has it writes, so that lines keep their order.
    out: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Nobody gathers lines any more.
    ended: bool,
}

/// Takes one line.
pub struct Line<'a> {
    shared: &'a Shared,
    urgent: bool,
}

/// Writes what waits when it goes, and from then on each line at once.
pub struct Flush(Lines);

impl Lines {
    /// Starts the thread. Without one, lines are written one by one.
    pub fn start(out: impl Write + Send + 'static) -> (Self, Flush) {
        let lines = Self(Arc::new(Shared {
            waiting: Mutex::default(),
            filled: Condvar::new(),
            out: Mutex::new(Box::new(out)),
        }));
        let shared = Arc::clone(&lines.0);
        let thread = thread::Builder::new().name("log".to_owned());
        if thread.spawn(move || shared.gather()).is_err() {
            lines.0.waiting().ended = true;
        }
        (lines.clone(), Flush(lines))
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let Lines(shared) = &self.0;
        shared.waiting().ended = true;
        shared.filled.notify_one();
        shared.flush();
    }
}

impl Shared {
    fn gather(&self) {
        loop {
            let waiting = self.waiting();
            let nothing = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.ended;
            let filled = self.filled.wait_while(waiting, nothing);
            let ended = filled.unwrap_or_else(PoisonError::into_inner).ended;
            if !ended {
                thread::sleep(GATHERING);
            }
            self.flush();
            if ended {
                return;
            }
        }
    }

    fn flush(&self) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = std::mem::take(&mut self.waiting().bytes);
        // There is nobody to tell that the log cannot be written.
        let _ = out.write_all(&bytes).and_then(|()| out.flush());
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line {
            shared: &self.0,
            urgent: true,
        }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Self::Writer {
        Line {
            shared: &self.0,
            urgent: *about.level() <= Level::WARN,
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.shared.waiting();
        let first = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(line);
        let at_once = self.urgent || waiting.ended || waiting.bytes.len() > MOST;
        drop(waiting);
        if at_once {
            self.shared.flush();
        } else if first {
            self.shared.filled.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Tells what is written, call by call.
    struct Told(Sender<String>);

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.0.send(text).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines() -> (Lines, Flush, Receiver<String>) {
        let (sender, written) = channel();
        let (lines, flush) = Lines::start(Told(sender));
        (lines, flush, written)
    }

    fn log(lines: &Lines, urgent: bool, text: &str) {
        let shared = &lines.0;
        let mut line = Line { shared, urgent };
        line.write_all(text.as_bytes()).expect("taken");
    }

    #[test]
    fn lines_are_written_together_soon() {
        let (lines, _flush, written) = lines();
        for text in ["a\n", "b\n", "c\n"] {
            log(&lines, false, text);
        }
        let mut all = String::new();
        while all.len() < 6 {
            all += &written.recv_timeout(Duration::from_secs(10)).expect("soon");
        }
        assert_eq!(all, "a\nb\nc\n");
    }

    #[test]
    fn a_warning_takes_what_waits_before_it_along() {
        let (lines, _flush, written) = lines();
        log(&lines, false, "a\n");
        log(&lines, true, "b\n");
        let all: String = written.try_iter().collect();
        assert_eq!(all, "a\nb\n");
    }

    #[test]
    fn what_waits_is_bounded() {
        let (lines, _flush, written) = lines();
        let line = "x".repeat(MOST / 4);
        for _ in 0..6 {
            log(&lines, false, &line);
        }
        let all: usize = written.try_iter().map(|text| text.len()).sum();
        assert!(all >= 5 * line.len(), "{all}");
    }

    #[test]
    fn nothing_waits_any_more_at_the_end() {
        let (lines, flush, written) = lines();
        log(&lines, false, "a\n");
        drop(flush);
        assert_eq!(written.recv().as_deref(), Ok("a\n"));
        log(&lines, false, "b\n");
        let rest: String = written.try_iter().collect();
        assert_eq!(rest, "b\n");
    }
}
