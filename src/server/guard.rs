//! A socket that keeps the HTTP library from waiting for ever and from reading what is doubtful.

use super::framing::Framing;
use crate::config::HttpLimits;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Handed to the library in place of a doubtful head: no reader takes it for anything else than
/// an error, so that the library answers 400 and closes.
const NO_HEAD: &[u8] = b"\0\r\n\r\n";
/// A connection that has waited for its next request for so long gives back what it needs to read
/// one. Those that are busy never get there, and thousands that are not cost next to nothing.
const REST: Duration = Duration::from_millis(100);
/// After an answer to a request that was not read in full, the client gets this long to read the
/// answer before the connection is reset …
const LINGER: Duration = Duration::from_secs(5);
/// … or this long without a sign of it.
const LINGER_SILENCE: Duration = Duration::from_secs(1);
/// No more than this is read and thrown away then.
const LINGER_BYTES: usize = 64 * 1024 * 1024;

/// The socket of one connection.
pub struct Guard<'a> {
    stream: TcpStream,
    limits: &'a HttpLimits,
    framing: Framing,
    refused: Option<Refused>,
    reading: Deadline,
    /// Of the body that is being read.
    pace: Option<Pace>,
    /// Whether the library was told that the client is gone, which it is not.
    rests: bool,
    writing: Deadline,
    /// Whether the client is slower to read than we are to write.
    waiting: &'a AtomicBool,
    lingering: Option<Lingering>,
}

/// When a body was first waited for, and how much of it has come since.
struct Pace {
    start: Instant,
    length: usize,
}

/// How the end of a connection is put off.
struct Lingering {
    end: Instant,
    silence: Deadline,
    bytes: usize,
}

/// How the library learns of a doubtful message.
enum Refused {
    Head(&'static [u8]),
    Body,
}

impl<'a> Guard<'a> {
    /// `waiting` says whether a part of an answer waits to be written.
    pub fn new(stream: TcpStream, limits: &'a HttpLimits, waiting: &'a AtomicBool) -> Self {
        Self {
            stream,
            limits,
            framing: Framing::default(),
            refused: None,
            reading: Deadline {
                at: Some(Instant::now() + limits.head_time),
                timer: None,
            },
            pace: None,
            rests: false,
            writing: Deadline::default(),
            waiting,
            lingering: None,
        }
    }

    /// Waits for the client to send something. False if that takes too long.
    pub async fn awake(&mut self) -> bool {
        self.rests = false;
        let time = match self.framing.heads() {
            0 => self.limits.head_time,
            _ => self.limits.idle_time,
        };
        poll_fn(|cx| {
            // What is wrong with the socket shows when it is read.
            if self.stream.poll_read_ready(cx).is_ready() {
                return Poll::Ready(true);
            }
            self.reading.poll(cx, time).map(|()| false)
        })
        .await
    }

    /// Whether the library was done with the connection only because nothing came for a while.
    pub fn rests(&self) -> bool {
        self.rests
    }

    /// Follows what was read into `buffer` behind its first `before` bytes.
    fn inspect(&mut self, buffer: &mut ReadBuf<'_>, before: usize) {
        let phase = (self.framing.heads(), self.framing.is_in_head());
        let new = buffer.filled().get(before..).unwrap_or_default();
        if let Some(pace) = &mut self.pace {
            pace.length += new.len();
        }
        if let Err(good) = self.framing.accept(new) {
            buffer.set_filled(before + good);
            self.refused = Some(
                match self.framing.is_in_head() || self.framing.is_between() {
                    true => Refused::Head(NO_HEAD),
                    false => Refused::Body,
                },
            );
        }
        // The first head is timed from the start of the connection.
        let first = phase.0 == 0 && self.framing.heads() == 0;
        if !first && phase != (self.framing.heads(), self.framing.is_in_head()) {
            self.reading.clear();
            self.pace = None;
        }
    }

    /// What the library is told of a client that lets us wait.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.framing.is_between() {
            let idle = self.limits.idle_time;
            let early = idle.saturating_sub(REST);
            ready!(self.reading.poll_before(cx, idle, early));
            self.rests = true;
        } else if self.framing.is_in_head() {
            ready!(self.reading.poll(cx, self.limits.head_time));
        } else {
            let pace = self.pace.get_or_insert_with(|| Pace {
                start: Instant::now(),
                length: 0,
            });
            self.reading.at = Some(pace.start + time_for(pace.length, self.limits));
            ready!(self.reading.poll(cx, Duration::ZERO));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        // As if the client had closed the connection.
        Poll::Ready(Ok(()))
    }
}

/// The time from the start of a body after which more than `length` bytes must have come.
fn time_for(length: usize, limits: &HttpLimits) -> Duration {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let at_least_rate = Duration::from_secs(1) * length / limits.body_rate.max(1);
    (limits.body_grace + at_least_rate).min(limits.body_time)
}

impl AsyncRead for Guard<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.refused.is_none() {
            match Pin::new(&mut self.stream).poll_read(cx, buffer) {
                Poll::Ready(result) => result?,
                Poll::Pending => return self.wait(cx),
            }
            self.inspect(buffer, before);
        }
        match &mut self.refused {
            Some(Refused::Head(rest)) => {
                let (now, later) = rest.split_at(rest.len().min(buffer.remaining()));
                buffer.put_slice(now);
                *rest = later;
            }
            Some(Refused::Body) if buffer.filled().len() == before => {
                let reason = "the framing of the body is not as HTTP has it";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, reason)));
            }
            Some(Refused::Body) | None => {}
        }
        Poll::Ready(Ok(()))
    }
}

impl Guard<'_> {
    /// Bounds the time of a write that makes no progress.
    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        progress: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        self.waiting.store(progress.is_pending(), Ordering::Relaxed);
        if progress.is_pending() {
            ready!(self.writing.poll(cx, self.limits.write_time));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.writing.clear();
        progress
    }
}

impl AsyncWrite for Guard<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.watch(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Closes the sending side. When the client has sent more than was read, or not all of its
    /// request yet, what still comes is read and thrown away for a while: a reset would take the
    /// answer from it.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.rests {
            return Poll::Ready(Ok(()));
        }
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        let expects_more = !this.framing.is_between() || this.refused.is_some();
        let lingering = this.lingering.get_or_insert_with(|| Lingering {
            end: Instant::now() + LINGER,
            silence: Deadline::default(),
            bytes: 0,
        });
        loop {
            let mut scratch = [0; 4096];
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut this.stream).poll_read(cx, &mut buffer) {
                Poll::Pending if lingering.bytes == 0 && !expects_more => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending => {
                    let left = lingering.end.saturating_duration_since(Instant::now());
                    let wait = LINGER_SILENCE.min(left);
                    return lingering.silence.poll(cx, wait).map(Ok);
                }
                Poll::Ready(Ok(()))
                    if !buffer.filled().is_empty()
                        && lingering.bytes < LINGER_BYTES
                        && Instant::now() < lingering.end =>
                {
                    lingering.bytes += buffer.filled().len();
                    lingering.silence.clear();
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}

/// A point in time that is set when waiting begins. The timer behind it is made when first
/// needed, and reused.
#[derive(Default)]
struct Deadline {
    at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    fn clear(&mut self) {
        self.at = None;
    }

    /// Ready when waiting has lasted `time`.
    fn poll(&mut self, cx: &mut Context<'_>, time: Duration) -> Poll<()> {
        self.poll_before(cx, time, Duration::ZERO)
    }

    /// Ready so much earlier.
    fn poll_before(&mut self, cx: &mut Context<'_>, time: Duration, early: Duration) -> Poll<()> {
        let at = *self.at.get_or_insert_with(|| Instant::now() + time);
        let at = at.checked_sub(early).unwrap_or(at);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        // One that goes off too early, because it was set for an earlier wait, costs less than
        // setting it anew for each.
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_what_has_come_up_to_the_total() {
        let limits = HttpLimits::default();
        let seconds = |length| time_for(length, &limits).as_secs();
        assert_eq!(seconds(0), 5);
        assert_eq!(seconds(10 * 1024), 15);
        assert_eq!(seconds(usize::MAX), 120);
    }
}
