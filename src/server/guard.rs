//! A socket that keeps the HTTP library from waiting for ever and from reading what is doubtful.

use super::framing::Framing;
use crate::config::HttpLimits;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Handed to the library in place of a doubtful head: no reader takes it for anything else than
/// an error, so that the library answers 400 and closes.
const NO_HEAD: &[u8] = b"\0\r\n\r\n";
/// After an answer to a request that was not read in full, the client gets this long to read the
/// answer before the connection is reset …
const LINGER: Duration = Duration::from_secs(5);
/// … or this long without a sign of it.
const LINGER_SILENCE: Duration = Duration::from_secs(1);

/// The socket of one connection.
pub struct Guard {
    stream: TcpStream,
    limits: HttpLimits,
    framing: Framing,
    refused: Option<Refused>,
    reading: Deadline,
    writing: Deadline,
    /// Whether the client is slower to read than we are to write.
    waiting: Arc<AtomicBool>,
    lingering: Option<(Instant, Deadline)>,
}

/// How the library learns of a doubtful message.
enum Refused {
    Head(&'static [u8]),
    Body,
}

impl Guard {
    pub fn new(stream: TcpStream, limits: HttpLimits) -> Self {
        Self {
            stream,
            limits,
            framing: Framing::default(),
            refused: None,
            reading: Deadline {
                at: Some(Instant::now() + limits.head_time),
                timer: None,
            },
            writing: Deadline::default(),
            waiting: Arc::default(),
            lingering: None,
        }
    }

    /// Says, also later, whether a part of an answer waits to be written.
    pub fn waiting(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.waiting)
    }

    /// Follows what was read into `buffer` behind its first `before` bytes.
    fn inspect(&mut self, buffer: &mut ReadBuf<'_>, before: usize) {
        let phase = (self.framing.heads(), self.framing.is_in_head());
        let new = buffer.filled().get(before..).unwrap_or_default();
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
        }
    }

    /// Whether a client that lets us wait has let us wait too long.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let time = match () {
            () if self.framing.is_in_head() => self.limits.head_time,
            () if self.framing.is_between() => self.limits.idle_time,
            // Whoever reads the body watches its pace.
            () => return false,
        };
        self.reading.poll(cx, time).is_ready()
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.refused.is_none() {
            match Pin::new(&mut self.stream).poll_read(cx, buffer) {
                Poll::Ready(result) => result?,
                // As if the client had closed the connection.
                Poll::Pending if self.is_late(cx) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
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

impl Guard {
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

impl AsyncWrite for Guard {
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

    /// Closes the sending side. When the client has not sent all of its request yet, what still
    /// comes is read and thrown away for a while: a reset would take the answer from it.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if this.framing.is_between() && this.refused.is_none() {
                return Poll::Ready(Ok(()));
            }
        }
        let (end, silence) = this
            .lingering
            .get_or_insert_with(|| (Instant::now() + LINGER, Deadline::default()));
        loop {
            let mut scratch = [0; 4096];
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut this.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => {
                    let wait = LINGER_SILENCE.min(end.saturating_duration_since(Instant::now()));
                    return silence.poll(cx, wait).map(Ok);
                }
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && Instant::now() < *end => {
                    silence.clear();
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
        let at = *self.at.get_or_insert_with(|| Instant::now() + time);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(cx)
    }
}
