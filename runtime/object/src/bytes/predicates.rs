//! The is... methods of bytes: ASCII only.

/// Whether the byte is white space.
#[inline(always)]
pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

fn all(bytes: &[u8], test: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(test)
}

/// `bytes.isalpha()`
pub fn isalpha(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphabetic)
}

/// `bytes.isalnum()`
pub fn isalnum(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphanumeric)
}

/// `bytes.isdigit()`
pub fn isdigit(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_digit)
}

/// `bytes.isspace()`
pub fn isspace(bytes: &[u8]) -> bool {
    all(bytes, |b| is_space(*b))
}

/// `bytes.islower()`
pub fn islower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// `bytes.isupper()`
pub fn isupper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// `bytes.istitle()`
pub fn istitle(bytes: &[u8]) -> bool {
    let (mut any, mut inside) = (false, false);
    for b in bytes {
        let letter = b.is_ascii_alphabetic();
        if letter && b.is_ascii_uppercase() == inside {
            return false;
        }
        any |= letter;
        inside = letter;
    }
    any
}
