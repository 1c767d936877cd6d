//! How much memory all request bodies together may take.
//!
//! What counts is what has come, not what was announced: a client that sends nothing keeps nobody
//! else out. Whoever needs more than there is left is refused at once. Waiting for it would let
//! messages that have come in part wait for each other.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The room for all.
pub struct Room {
    most: usize,
    taken: AtomicUsize,
}

/// What one request has taken of it, given back when dropped.
pub struct Share<'a> {
    room: &'a Room,
    bytes: usize,
}

/// There is no room left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

impl Room {
    /// Room for so many bytes.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: AtomicUsize::new(0),
        }
    }

    /// A share that is empty so far.
    pub fn share(&self) -> Share<'_> {
        Share {
            room: self,
            bytes: 0,
        }
    }
}

impl Share<'_> {
    /// Makes the share as large as this, unless it is already.
    pub fn grow_to(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        let taken = self.room.taken.fetch_add(more, Ordering::Relaxed);
        if taken.saturating_add(more) > self.room.most {
            self.room.taken.fetch_sub(more, Ordering::Relaxed);
            return Err(NoRoom);
        }
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.room.taken.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoRoom, Room};

    #[test]
    fn all_shares_fit_into_the_room_and_come_back() {
        let room = Room::new(100);
        let (mut one, mut other) = (room.share(), room.share());
        assert_eq!(one.grow_to(60), Ok(()));
        assert_eq!(one.grow_to(50), Ok(()));
        assert_eq!(other.grow_to(40), Ok(()));
        assert_eq!(other.grow_to(41), Err(NoRoom));
        assert_eq!(one.grow_to(61), Err(NoRoom));
        drop(one);
        assert_eq!(other.grow_to(100), Ok(()));
        drop(other);
        assert_eq!(room.share().grow_to(101), Err(NoRoom));
        assert_eq!(room.share().grow_to(100), Ok(()));
    }
}
