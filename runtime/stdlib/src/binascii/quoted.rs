//! Quoted-printable text (RFC 1521).

/// A line, with the `=` that ends a soft one, is no longer.
const LINE: usize = 76;

/// How bytes are encoded.
pub(super) struct Style {
    /// Spaces and tabs are quoted everywhere.
    pub(super) tabs: bool,
    /// Line ends stay as they are.
    pub(super) text: bool,
    /// Spaces are underscores.
    pub(super) header: bool,
}

fn hex(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

pub(super) fn decode(text: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text.get(at) {
        at += 1;
        match (*c, text.get(at)) {
            (b'=', None) => break,
            (b'=', Some(b'\n' | b'\r')) => {
                // A soft line end: all up to the line feed is gone.
                let feed = text[at..].iter().position(|c| *c == b'\n');
                at = feed.map_or(text.len(), |n| at + n + 1);
            }
            (b'=', Some(b'=')) => {
                out.push(b'=');
                at += 1;
            }
            (b'=', Some(a)) => match (hex(*a), text.get(at + 1).copied().and_then(hex)) {
                (Some(a), Some(b)) => {
                    out.push(a << 4 | b);
                    at += 2;
                }
                _ => out.push(b'='),
            },
            (b'_', _) if header => out.push(b' '),
            (c, _) => out.push(c),
        }
    }
    out
}

pub(super) fn encode(bytes: &[u8], style: &Style) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 3 / 2);
    // Line ends are those of the first line.
    let first = bytes.iter().position(|c| *c == b'\n');
    let crlf = first.is_some_and(|i| i > 0 && bytes[i - 1] == b'\r');
    let newline: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let quote = |out: &mut Vec<u8>, c: u8| {
        let digit = |n: u8| b"0123456789ABCDEF"[n as usize];
        out.extend([b'=', digit(c >> 4), digit(c & 15)]);
    };
    let mut column = 0;
    let mut at = 0;
    while at < bytes.len() {
        let c = bytes[at];
        if needs_quotes(bytes, at, column, style) {
            if column + 3 >= LINE {
                out.push(b'=');
                out.extend(newline);
                column = 0;
            }
            quote(&mut out, c);
            (at, column) = (at + 1, column + 3);
            continue;
        }
        let line_end = c == b'\n' || c == b'\r' && bytes.get(at + 1) == Some(&b'\n');
        if style.text && line_end {
            // White space before a line end is quoted after all.
            if let Some(space @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                quote(&mut out, space);
            }
            out.extend(newline);
            (at, column) = (at + if c == b'\r' { 2 } else { 1 }, 0);
            continue;
        }
        let next = bytes.get(at + 1);
        if next.is_some_and(|next| *next != b'\n') && column + 1 >= LINE {
            out.push(b'=');
            out.extend(newline);
            column = 0;
        }
        out.push(if style.header && c == b' ' { b'_' } else { c });
        (at, column) = (at + 1, column + 1);
    }
    out
}

fn needs_quotes(bytes: &[u8], at: usize, column: usize, style: &Style) -> bool {
    let c = bytes[at];
    let next = bytes.get(at + 1).copied();
    match c {
        b'=' => true,
        b'_' => style.header,
        // A dot alone on a line would end a mail.
        b'.' => column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
        b'\r' | b'\n' => !style.text,
        b' ' | b'\t' => next.is_none() || style.tabs,
        _ => !(33..=126).contains(&c),
    }
}
