//! Bytes as text: repr, hex, fromhex.

/// Why `fromhex` failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FromHexError {
    /// No hexadecimal digit at this position.
    NotHex(usize),
    /// The last digit has no partner.
    Odd,
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `repr(bytes)`, all ASCII.
pub fn repr(bytes: &[u8]) -> String {
    let single = bytes.contains(&b'\'') && !bytes.contains(&b'"');
    let quote = if single { '"' } else { '\'' };
    let mut text = String::with_capacity(bytes.len() + 3);
    text.push('b');
    text.push(quote);
    for b in bytes {
        match *b {
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\\' => text.push_str("\\\\"),
            b'\'' if !single => text.push_str("\\'"),
            b @ 0x20..=0x7E => text.push(b.into()),
            b => {
                text.push_str("\\x");
                push_hex(&mut text, b);
            }
        }
    }
    text.push(quote);
    text
}

fn push_hex(text: &mut String, b: u8) {
    text.push(DIGITS[usize::from(b >> 4)].into());
    text.push(DIGITS[usize::from(b & 15)].into());
}

/// `bytes.hex(separator, group)`: groups of bytes counted from the right, or from the left if `group` is negative.
pub fn hex(bytes: &[u8], separator: Option<char>, group: i64) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    for (i, b) in bytes.iter().enumerate() {
        let position = if group < 0 { i } else { bytes.len() - i };
        if let Some(separator) = separator
            && size > 0
            && i > 0
            && position.is_multiple_of(size)
        {
            text.push(separator);
        }
        push_hex(&mut text, *b);
    }
    text
}

/// `bytes.fromhex(text)`, where `text` has one item for each character.
pub fn fromhex(text: impl Iterator<Item = u32>) -> Result<Vec<u8>, FromHexError> {
    let mut bytes = Vec::new();
    let mut high = None;
    for (i, c) in text.enumerate() {
        let digit = char::from_u32(c).and_then(|c| c.to_digit(16));
        match (high, digit) {
            (None, Some(digit)) => high = Some(digit),
            (Some(first), Some(digit)) => {
                bytes.push((first << 4 | digit) as u8);
                high = None;
            }
            (None, None) if c < 128 && super::is_space(c as u8) => {}
            _ => return Err(FromHexError::NotHex(i)),
        }
    }
    if high.is_some() { Err(FromHexError::Odd) } else { Ok(bytes) }
}
