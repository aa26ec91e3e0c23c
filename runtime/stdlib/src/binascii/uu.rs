//! A line of uuencoded data.

/// No line has more bytes.
const LINE: usize = 45;

pub(super) fn encode(bytes: &[u8], backtick: bool) -> Result<Vec<u8>, String> {
    if bytes.len() > LINE {
        return Err("At most 45 bytes at once".into());
    }
    let digit = |n: u8| if n == 0 && backtick { b'`' } else { n + b' ' };
    let mut out = vec![digit(bytes.len() as u8)];
    for part in bytes.chunks(3) {
        let byte = |i| part.get(i).copied().unwrap_or(0);
        let (a, b, c) = (byte(0), byte(1), byte(2));
        out.extend([a >> 2, a << 4 & 63 | b >> 4, b << 2 & 63 | c >> 6, c & 63].map(digit));
    }
    out.push(b'\n');
    Ok(out)
}

/// The six bits of a character; those behind the end of a line are zero, for trailing spaces get lost on the way.
fn bits(c: Option<&u8>) -> Result<u8, String> {
    match c {
        None | Some(b'\n' | b'\r') => Ok(0),
        Some(c @ b' '..=b'`') => Ok((c - b' ') & 63),
        Some(_) => Err("Illegal char".into()),
    }
}

pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, String> {
    let len = usize::from(text.first().map_or(0, |c| c.wrapping_sub(b' ') & 63));
    let mut out = Vec::with_capacity(len + 2);
    let mut at = 1;
    let mut ended = false;
    while out.len() < len {
        let mut quad = [0; 4];
        // The last quad may be read in part only.
        let wanted = (len - out.len()).min(3) + 1;
        for place in &mut quad[..wanted] {
            ended |= matches!(text.get(at), None | Some(b'\n' | b'\r'));
            *place = if ended { 0 } else { bits(text.get(at))? };
            at += usize::from(!ended);
        }
        let [a, b, c, d] = quad;
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    out.truncate(len);
    // What follows may only be padding.
    let rest = text.get(at..).unwrap_or_default();
    match rest.iter().all(|c| matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        true => Ok(out),
        false => Err("Trailing garbage".into()),
    }
}
