//! Whether a text starts with something short, told word by word: a call costs more than that.

/// The same as that of the standard library.
#[inline]
pub(super) fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|text| same(text, start))
}

/// Whether two texts of the same length are the same.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() >= 8 {
        let mut words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
        // The last word may lie across the one before.
        return words.all(|(one, other)| one == other)
            && one.last_chunk::<8>() == other.last_chunk::<8>();
    }
    if one.len() >= 4 {
        return one.first_chunk::<4>() == other.first_chunk::<4>()
            && one.last_chunk::<4>() == other.last_chunk::<4>();
    }
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// A short text, made ready to be looked for at the start of many others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    bytes: u128,
    mask: u128,
    length: usize,
}

impl Start {
    /// The longest one.
    const LONGEST: usize = 16;

    /// Several texts in a row; `None` when they are too long.
    pub(super) fn of(pieces: &[&[u8]]) -> Option<Self> {
        let (mut bytes, mut mask) = ([0; Self::LONGEST], [0; Self::LONGEST]);
        let mut length = 0;
        for piece in pieces {
            let end = length + piece.len();
            bytes.get_mut(length..end)?.copy_from_slice(piece);
            mask.get_mut(length..end)?.fill(0xFF);
            length = end;
        }
        Some(Self {
            bytes: u128::from_ne_bytes(bytes),
            mask: u128::from_ne_bytes(mask),
            length,
        })
    }

    /// What follows it in a text that starts with it and has at least as much as the longest
    /// start there is.
    #[inline]
    pub(super) fn strip(self, text: &[u8]) -> Option<&[u8]> {
        let start = u128::from_ne_bytes(*text.first_chunk()?);
        if start & self.mask != self.bytes {
            return None;
        }
        text.get(self.length..)
    }
}

#[cfg(test)]
mod tests {
    use super::{Start, starts_with};

    const TEXT: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

    #[test]
    fn every_letter_counts() {
        for length in 0..=TEXT.len() {
            let start = &TEXT[..length];
            assert!(starts_with(TEXT, start));
            assert!(starts_with(start, start));
            for at in 0..length {
                let mut wrong = start.to_vec();
                wrong[at] ^= 1;
                assert!(!starts_with(TEXT, &wrong), "{length}, {at}");
                assert!(!starts_with(&start[..at], start));
            }
        }
    }

    #[test]
    fn starts_of_any_length() {
        for length in 0..=16 {
            for middle in 0..=length {
                let start = Start::of(&[&TEXT[..middle], &TEXT[middle..length]]).expect("short");
                assert_eq!(start.strip(TEXT), Some(&TEXT[length..]));
                assert_eq!(start.strip(&TEXT[..15]), None);
                for at in 0..16 {
                    let mut text = TEXT.to_vec();
                    text[at] ^= 1;
                    assert_eq!(start.strip(&text).is_some(), at >= length, "{length}, {at}");
                }
            }
        }
        assert!(Start::of(&[&TEXT[..17]]).is_none());
    }
}
