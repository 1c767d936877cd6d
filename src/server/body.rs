//! Reading a request body, within limits of size and time.

use super::coding::{Coding, CodingError, Unpacked};
use crate::config::HttpLimits;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use tokio::time::{Duration, Instant, timeout_at};

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
}

impl From<CodingError> for BodyError {
    fn from(error: CodingError) -> Self {
        match error {
            CodingError::TooLarge => Self::TooLarge,
            CodingError::Corrupt => Self::Corrupt,
        }
    }
}

/// Reads a body to its end, and takes it out of its coding. Neither what comes nor what is in it
/// may be longer than `most` bytes.
pub async fn read<B>(
    body: &mut B,
    coding: Coding,
    most: usize,
    limits: &HttpLimits,
) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    // A length that was announced: no need to wait for the bytes.
    if body.size_hint().lower() > most as u64 {
        return Err(BodyError::TooLarge);
    }
    let start = Instant::now();
    let mut length = 0;
    let mut unpacked = Unpacked::new(coding, most);
    loop {
        let next = timeout_at(start + time_for(length, limits), body.frame());
        let frame = match next.await {
            Err(_) => return Err(BodyError::TooSlow),
            Ok(None) => return Ok(unpacked.finish()?),
            Ok(Some(Err(_))) => return Err(BodyError::Broken),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length > most {
            return Err(BodyError::TooLarge);
        }
        unpacked.add(data)?;
    }
}

/// The time from the start after which more than `length` bytes must have come.
fn time_for(length: usize, limits: &HttpLimits) -> Duration {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let at_least_rate = Duration::from_secs(1) * length / limits.body_rate.max(1);
    (limits.body_grace + at_least_rate).min(limits.body_time)
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
