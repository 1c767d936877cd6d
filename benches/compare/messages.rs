//! Requests as bytes.

use std::cell::Cell;
use std::rc::Rc;

/// What stands in a template for a number.
const NUMBER: &str = "{number}";
/// Digits of a number.
const DIGITS: usize = 8;

/// A request with the places of numbers in it.
#[derive(Clone)]
pub struct Message {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

/// Where numbers come from.
#[derive(Clone)]
pub enum Numbers {
    /// One after the other; all places of a message get the same.
    Row(Rc<Cell<u32>>),
    /// At random between two, each place another one (SplitMix64).
    Random {
        state: Rc<Cell<u64>>,
        first: u32,
        count: u32,
    },
}

impl Numbers {
    pub fn row() -> Self {
        Self::row_after(0)
    }

    pub fn row_after(last: u32) -> Self {
        Self::Row(Rc::new(Cell::new(last)))
    }

    /// So many from the first on, in the same order in every run.
    pub fn random(first: u32, count: u32) -> Self {
        let state = Rc::new(Cell::new(88));
        Self::Random {
            state,
            first,
            count,
        }
    }

    fn next(&self) -> u32 {
        match self {
            Self::Row(last) => {
                last.set(last.get() + 1);
                last.get()
            }
            Self::Random {
                state,
                first,
                count,
            } => {
                state.set(state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
                let mixed = state.get();
                let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                let below = (mixed ^ (mixed >> 31)) % u64::from(*count);
                first + u32::try_from(below).expect("below a number of 32 bits")
            }
        }
    }
}

impl Message {
    /// A request with any header fields, which end in a line end each.
    pub fn new(method: &str, path: &str, fields: &str, body: &str) -> Self {
        let unused = "0".repeat(DIGITS);
        let pieces: Vec<_> = body.split(NUMBER).collect();
        let body = pieces.join(&unused);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut end = head.len();
        let places = pieces[..pieces.len() - 1].iter().map(|piece| {
            end += piece.len() + DIGITS;
            end - DIGITS
        });
        let places = places.collect();
        Self {
            bytes: (head + &body).into_bytes(),
            places,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes other numbers into their places, if there are any.
    pub fn renumber(&mut self, numbers: &Numbers) {
        let mut number = None;
        for &at in &self.places {
            let number = match numbers {
                Numbers::Row(_) => *number.get_or_insert_with(|| numbers.next()),
                Numbers::Random { .. } => numbers.next(),
            };
            let digits = format!("{number:0DIGITS$}");
            self.bytes[at..at + DIGITS].copy_from_slice(digits.as_bytes());
        }
    }
}
