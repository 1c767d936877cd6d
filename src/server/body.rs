//! Reading a request body, within limits of size.

use super::coding::{Coding, CodingError, Unpacked};
use super::room::{NoRoom, Room, Share};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use std::error::Error;
use std::io;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// More bytes than the limit, as it came or out of its coding.
    TooLarge,
    /// Too slow, or too long under way.
    TooSlow,
    /// The connection broke, or its framing is wrong.
    Broken,
    /// It is not in the coding that it is said to be in.
    Corrupt,
    /// There are too many bodies in memory.
    NoRoom,
}

impl From<CodingError> for BodyError {
    fn from(error: CodingError) -> Self {
        match error {
            CodingError::TooLarge => Self::TooLarge,
            CodingError::Corrupt => Self::Corrupt,
        }
    }
}

impl From<NoRoom> for BodyError {
    fn from(_: NoRoom) -> Self {
        Self::NoRoom
    }
}

/// A body that may not be there yet, and its share of the room for all of them, which it keeps as
/// long as this lives.
pub struct Arriving<'a> {
    body: Incoming,
    share: Share<'a>,
}

impl<'a> Arriving<'a> {
    pub fn new(body: Incoming, room: &'a Room) -> Self {
        Self {
            body,
            share: room.share(),
        }
    }

    /// Whether all of it was read, or there is none.
    pub fn is_at_end(&self) -> bool {
        self.body.is_end_stream()
    }

    /// Reads it to its end, and takes it out of its coding. Neither what comes nor what is in it
    /// may be longer than `most` bytes. How fast it comes is watched where it comes in.
    pub async fn read(&mut self, coding: Coding, most: usize) -> Result<Bytes, BodyError> {
        // A length that was announced: no need to wait for the bytes.
        if self.body.size_hint().lower() > most as u64 {
            return Err(BodyError::TooLarge);
        }
        let mut length = 0;
        let mut unpacked = Unpacked::new(coding, most);
        loop {
            let frame = match self.body.frame().await {
                None => break,
                Some(Err(error)) if is_late(&error) => return Err(BodyError::TooSlow),
                Some(Err(_)) => return Err(BodyError::Broken),
                Some(Ok(frame)) => frame,
            };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            length += data.len();
            if length > most {
                return Err(BodyError::TooLarge);
            }
            unpacked.add(data)?;
            self.share.grow_to(unpacked.held())?;
        }
        let whole = unpacked.finish()?;
        self.share.grow_to(whole.len())?;
        Ok(whole)
    }
}

/// Whether the guard of the connection gave up waiting.
fn is_late(error: &dyn Error) -> bool {
    let cause = error.source().and_then(|it| it.downcast_ref::<io::Error>());
    cause.is_some_and(|it| it.kind() == io::ErrorKind::TimedOut)
}
