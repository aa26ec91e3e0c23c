//! Base64, as forgiving on the way back as CPython is.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAD: u8 = b'=';
const NONE: u8 = 64;

/// The value of each character of the alphabet, `NONE` of others.
static VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut i = 0;
    while i < 64 {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
};

pub(super) fn encode(bytes: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    let digit = |n: u32, shift: u32| ALPHABET[(n >> shift & 63) as usize];
    let (triples, rest) = bytes.as_chunks::<3>();
    for [a, b, c] in triples {
        let n = u32::from_be_bytes([0, *a, *b, *c]);
        out.extend([digit(n, 18), digit(n, 12), digit(n, 6), digit(n, 0)]);
    }
    match rest {
        [a] => {
            let n = u32::from_be_bytes([0, *a, 0, 0]);
            out.extend([digit(n, 18), digit(n, 12), PAD, PAD]);
        }
        [a, b] => {
            let n = u32::from_be_bytes([0, *a, *b, 0]);
            out.extend([digit(n, 18), digit(n, 12), digit(n, 6), PAD]);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// The whole quads that the text begins with, and how many characters they are.
fn whole_quads(text: &[u8], out: &mut Vec<u8>) -> usize {
    let (quads, _) = text.as_chunks::<4>();
    let mut done = 0;
    for quad in quads {
        let [a, b, c, d] = quad.map(|c| VALUES[c as usize]);
        if (a | b | c | d) & NONE != 0 {
            break;
        }
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        done += 4;
    }
    done
}

/// What is wrong with text of `n` characters of the alphabet.
fn one_too_many(n: usize) -> String {
    format!(
        "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
    )
}

/// The bytes of a text. Unless it is `strict`, what is not of the alphabet is passed over, padding in the middle included.
pub(super) fn decode(text: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    // The place in a quad, what is left over of the character before, and the padding since.
    let (mut place, mut left, mut pads) = (0, 0u8, 0);
    let begin = whole_quads(text, &mut out);
    for (i, c) in text.iter().enumerate().skip(begin) {
        let value = VALUES[*c as usize];
        if *c == PAD {
            pads += 1;
            match place {
                _ if !strict => {}
                0 if i == 0 => return Err("Leading padding not allowed".into()),
                0 => return Err("Excess padding not allowed".into()),
                1 => return Err(one_too_many(out.len() / 3 * 4 + 1)),
                _ if place + pads > 4 => return Err("Excess padding not allowed".into()),
                _ => {}
            }
            continue;
        }
        if value == NONE {
            if strict {
                return Err("Only base64 data is allowed".into());
            }
            continue;
        }
        if strict && pads > 0 {
            let complete = place + pads == 4;
            let wrong = if complete {
                "Excess data after padding"
            } else {
                "Discontinuous padding not allowed"
            };
            return Err(wrong.into());
        }
        pads = 0;
        match place {
            0 => {}
            1 => out.push(left << 2 | value >> 4),
            2 => out.push(left << 4 | value >> 2),
            _ => out.push(left << 6 | value),
        }
        left = value;
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(out),
        1 => Err(one_too_many(out.len() / 3 * 4 + 1)),
        _ if place + pads < 4 => Err("Incorrect padding".into()),
        _ => Ok(out),
    }
}
