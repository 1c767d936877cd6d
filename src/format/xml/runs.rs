//! How far a run of bytes goes, eight bytes at a time.

/// White space at the start; most of it is indentation.
#[inline]
pub(super) fn blank(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        if let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let other = u64::from_le_bytes(*word) ^ each(b' ');
            if other == 0 {
                at += 8;
                continue;
            }
            at += first(other);
        }
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// Text at the start that stands for itself: it ends before what may be markup, a reference, the
/// end of a CDATA section or a carriage return.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| brackets(word) | zeros(word ^ each(b'&')) | zeros(word ^ each(b'\r')),
        |byte| matches!(byte, b'<' | b'&' | b'>' | b'\r'),
    )
}

/// The name at the start of a tag: it ends before what may follow one.
pub(super) fn name(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| zeros(word ^ each(b'>')) | zeros(word ^ each(b' ')) | zeros(word ^ each(b'/')),
        |byte| matches!(byte, b'>' | b' ' | b'/'),
    )
}

/// The part of an attribute value in double quotes that comes before the end of it, or before a
/// reference or what is no value.
#[inline]
pub(super) fn quoted(bytes: &[u8]) -> usize {
    run(
        bytes,
        // The quotation mark and the ampersand differ in one bit.
        |word| zeros((word | each(b'"' ^ b'&')) ^ each(b'&')) | zeros(word ^ each(b'<')),
        |byte| matches!(byte, b'"' | b'<' | b'&'),
    )
}

/// The part of an attribute value at the start that stands for itself: it ends before a quotation
/// mark, what is no value or a reference, and white space other than spaces.
pub(super) fn value(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| {
            zeros(word ^ each(b'"'))
                | zeros(word ^ each(b'\''))
                | zeros(word ^ each(b'<'))
                | zeros(word ^ each(b'&'))
                | controls(word)
        },
        |byte| matches!(byte, ..b' ' | b'"' | b'\'' | b'<' | b'&'),
    )
}

/// Text at the start that may be written as it is: it ends before markup, a control character
/// or what may be the first byte of U+FFFE and U+FFFF.
pub(super) fn writable(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| {
            brackets(word) | zeros(word ^ each(b'&')) | zeros(word ^ each(0xEF)) | controls(word)
        },
        |byte| matches!(byte, ..b' ' | b'<' | b'&' | b'>' | 0xEF),
    )
}

/// The bytes before the first that ends the run. `ends_in` sets the highest bit of that byte in
/// a word, the lowest byte being the first, and of none before it; other bits do not count.
#[inline]
fn run(bytes: &[u8], ends_in: impl Fn(u64) -> u64, ends: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = ends_in(u64::from_le_bytes(*word)) & each(0x80);
        if found != 0 {
            return index * 8 + first(found);
        }
    }
    if rest.is_empty() {
        return bytes.len();
    }
    // A word that lies across the one before; nothing in that ends the run.
    if let Some(word) = bytes.last_chunk::<8>() {
        let found = ends_in(u64::from_le_bytes(*word)) & each(0x80);
        return bytes.len() - 8 + first(found);
    }
    let end = rest.iter().position(|byte| ends(*byte));
    end.unwrap_or(rest.len())
}

const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Sets the highest bit of the first byte that is `<` or `>`, which differ in one bit, and of none
/// before it.
const fn brackets(word: u64) -> u64 {
    zeros((word | each(b'<' ^ b'>')) ^ each(b'>'))
}

/// Sets the highest bit of the first byte that is zero, and of none before it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(each(1)) & !word
}

/// Sets the highest bit of the first byte that is a control character, and of none before it.
const fn controls(word: u64) -> u64 {
    word.wrapping_sub(each(b' ')) & !word
}

/// The first byte of a word that is not zero; 8 where there is none.
const fn first(word: u64) -> usize {
    (word.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::{blank, name, plain, quoted, value, writable};

    /// Every byte value at every place of a word, after every kind of neighbour.
    fn check(run: fn(&[u8]) -> usize, filler: u8, ends: fn(u8) -> bool) {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![filler; length];
                    bytes[at] = byte;
                    let expected = bytes.iter().position(|byte| ends(*byte));
                    assert_eq!(run(&bytes), expected.unwrap_or(length), "{bytes:?}");
                    // What comes after the end of a run must not count.
                    bytes[at..].fill(byte);
                    let expected = bytes.iter().position(|byte| ends(*byte));
                    assert_eq!(run(&bytes), expected.unwrap_or(length), "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn runs_end_where_they_should() {
        check(blank, b' ', |byte| !b" \t\r\n".contains(&byte));
        check(blank, b'\n', |byte| !b" \t\r\n".contains(&byte));
        for filler in [b'a', b'=', b';', 0xC3, 0x80, 0xFF] {
            check(plain, filler, |byte| b"<&>\r".contains(&byte));
            check(name, filler, |byte| b"> /".contains(&byte));
            check(quoted, filler, |byte| b"\"<&".contains(&byte));
            check(value, filler, |byte| {
                byte < b' ' || b"\"'<&".contains(&byte)
            });
            check(writable, filler, |byte| {
                byte < b' ' || b"<&>\xEF".contains(&byte)
            });
        }
    }
}
