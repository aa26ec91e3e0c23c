//! Bytes of a source file to text: byte order mark, PEP 263 coding cookies, and the errors CPython has for both.
//!
//! What leaves here is a `String` without a byte order mark; line endings are left as they are.

use crate::error::{Kind, Result, SyntaxError};

/// Decodes the bytes of a source file.
pub fn decode_source(bytes: &[u8], filename: &str) -> Result<String> {
    let (body, marked) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let cookie = coding_cookie(body);
    if let Some(at) = body.iter().position(|b| *b == 0) {
        let line = 1 + body[..at].iter().filter(|b| **b == b'\n').count() as u32;
        return Err(error("source code cannot contain null bytes", filename, line, 0));
    }
    let Some((name, line)) = cookie else { return utf8(body, filename, None) };
    let codec = normal_name(&name);
    if marked && codec != "utf-8" {
        return Err(error(format!("encoding problem: {name} with BOM"), filename, line, 0));
    }
    match codec.as_str() {
        "utf-8" => utf8(body, filename, Some(&name)),
        "iso-8859-1" => Ok(body.iter().map(|b| *b as char).collect()),
        "ascii" => match body.iter().position(|b| *b >= 128) {
            None => Ok(body.iter().map(|b| *b as char).collect()),
            Some(at) => Err(error(
                format!(
                    "(unicode error) 'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    body[at]
                ),
                filename,
                line_of(body, at),
                0,
            )),
        },
        "cp1252" => table(body, &CP1252, "charmap", filename),
        "iso-8859-15" => table(body, &LATIN9, "charmap", filename),
        _ => Err(error(format!("unknown encoding: {name}"), filename, 0, 0)),
    }
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    1 + bytes[..at].iter().filter(|b| **b == b'\n').count() as u32
}

fn utf8(bytes: &[u8], filename: &str, cookie: Option<&str>) -> Result<String> {
    let e = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_string()),
        Err(e) => e,
    };
    let at = e.valid_up_to();
    let line = line_of(bytes, at);
    let msg = match cookie {
        None => format!(
            "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details",
            bytes[at]
        ),
        Some(_) => {
            let why = match e.error_len() {
                None => "unexpected end of data",
                Some(1) if !(0xc2..0xf5).contains(&bytes[at]) => "invalid start byte",
                Some(_) => "invalid continuation byte",
            };
            format!(
                "(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {at}: {why}",
                bytes[at]
            )
        }
    };
    Err(error(msg, filename, line, 0))
}

/// Upper halves of single-byte encodings; U+FFFD marks a byte that means nothing.
const CP1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž',
    '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}',
    'ž', 'Ÿ',
];

/// ISO 8859-15 keeps the control characters where Windows has letters; its differences are handled in `table`.
const LATIN9: [char; 32] = ['\0'; 32];

fn table(bytes: &[u8], upper: &[char; 32], codec: &str, filename: &str) -> Result<String> {
    let latin9 = upper[0] == '\0';
    let mut out = String::with_capacity(bytes.len());
    for (at, b) in bytes.iter().enumerate() {
        let c = match (*b, latin9) {
            (0x80..=0x9f, false) => upper[*b as usize - 0x80],
            (0xa4, true) => '€',
            (0xa6, true) => 'Š',
            (0xa8, true) => 'š',
            (0xb4, true) => 'Ž',
            (0xb8, true) => 'ž',
            (0xbc, true) => 'Œ',
            (0xbd, true) => 'œ',
            (0xbe, true) => 'Ÿ',
            (b, _) => b as char,
        };
        if c == '\u{fffd}' {
            let msg = format!(
                "(unicode error) '{codec}' codec can't decode byte 0x{b:02x} in position {at}: character maps to <undefined>"
            );
            return Err(error(msg, filename, line_of(bytes, at), 0));
        }
        out.push(c);
    }
    Ok(out)
}

/// The encoding named by a comment in one of the first two lines (PEP 263), and the line.
fn coding_cookie(bytes: &[u8]) -> Option<(String, u32)> {
    for (i, line) in bytes.split(|b| *b == b'\n').take(2).enumerate() {
        let text = line.trim_ascii_start();
        if let Some(comment) = text.strip_prefix(b"#") {
            if let Some(name) = cookie_in(comment) {
                return Some((name, i as u32 + 1));
            }
        } else if !text.trim_ascii().is_empty() && text != b"\x0c" {
            return None;
        }
    }
    None
}

/// `coding[:=][ \t]*([-_.a-zA-Z0-9]+)`
fn cookie_in(comment: &[u8]) -> Option<String> {
    let mut from = 0;
    while let Some(at) = comment[from..].windows(6).position(|w| w == b"coding") {
        let rest = &comment[from + at + 6..];
        from += at + 6;
        let Some(b':' | b'=') = rest.first() else { continue };
        let name: String = rest[1..]
            .iter()
            .skip_while(|b| matches!(b, b' ' | b'\t'))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .map(|b| *b as char)
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

/// The codec's usual name for the many spellings of it.
fn normal_name(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let is = |names: &[&str]| names.iter().any(|n| name == *n);
    if is(&["utf-8", "utf8", "u8", "utf", "cp65001", "utf-8-sig"]) || name.starts_with("utf-8-") {
        "utf-8".into()
    } else if is(&[
        "latin-1",
        "latin1",
        "iso-8859-1",
        "iso8859-1",
        "iso-latin-1",
        "l1",
        "8859",
        "cp819",
        "latin",
    ]) || ["latin-1-", "iso-8859-1-", "iso-latin-1-"].iter().any(|p| name.starts_with(p))
    {
        "iso-8859-1".into()
    } else if is(&["ascii", "us-ascii", "646"]) {
        "ascii".into()
    } else if is(&["cp1252", "windows-1252", "1252"]) {
        "cp1252".into()
    } else if is(&["iso-8859-15", "iso8859-15", "latin9", "latin-9", "l9"]) {
        "iso-8859-15".into()
    } else {
        name
    }
}

fn error(msg: impl Into<String>, filename: &str, line: u32, col: u32) -> Box<SyntaxError> {
    Box::new(SyntaxError {
        kind: Kind::Syntax,
        msg: msg.into(),
        filename: filename.into(),
        line,
        col,
        end_line: line,
        end_col: col as i32,
        later: false,
        text: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn msg(bytes: &[u8]) -> String {
        decode_source(bytes, "f").unwrap_err().msg
    }

    #[test]
    fn utf8_with_and_without_a_mark() {
        assert_eq!(decode_source("é".as_bytes(), "f").unwrap(), "é");
        assert_eq!(decode_source(b"\xef\xbb\xbfx", "f").unwrap(), "x");
    }

    #[test]
    fn cookies_choose_the_codec() {
        assert_eq!(
            decode_source(b"# -*- coding: latin-1 -*-\n'\xe9'", "f").unwrap().chars().last(),
            Some('\'')
        );
        assert!(
            decode_source(b"#!/bin/x\n# vim: set fileencoding=cp1252 :\n'\x80'", "f")
                .unwrap()
                .contains('€')
        );
        assert!(decode_source(b"# coding: iso-8859-15\n'\xa4'", "f").unwrap().contains('€'));
        assert!(
            msg(b"x = 1\n# coding: latin-1\n\xe9")
                .starts_with("Non-UTF-8 code starting with '\\xe9' on line 3")
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_said_as_cpython_says_it() {
        assert!(msg(b"\xff").starts_with(
            "Non-UTF-8 code starting with '\\xff' on line 1, but no encoding declared"
        ));
        assert_eq!(msg(b"# coding: foo\n"), "unknown encoding: foo");
        assert_eq!(msg(b"\xef\xbb\xbf# coding: latin-1\n"), "encoding problem: latin-1 with BOM");
        assert_eq!(msg(b"x\0"), "source code cannot contain null bytes");
    }
}
