//! Case of bytes: ASCII letters only.

/// Swaps the case of letters.
pub fn swap_case(bytes: &mut [u8]) {
    for b in bytes {
        if b.is_ascii_alphabetic() {
            *b ^= 0x20;
        }
    }
}

/// Makes the first byte upper case and the others lower case.
pub fn capitalize(bytes: &mut [u8]) {
    bytes.make_ascii_lowercase();
    if let Some(first) = bytes.first_mut() {
        first.make_ascii_uppercase();
    }
}

/// Makes letters after non-letters upper case and the others lower case.
pub fn title_case(bytes: &mut [u8]) {
    let mut inside = false;
    for b in bytes {
        if inside {
            b.make_ascii_lowercase();
        } else {
            b.make_ascii_uppercase();
        }
        inside = b.is_ascii_alphabetic();
    }
}
