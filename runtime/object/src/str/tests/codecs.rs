//! Encoding and decoding against CPython's answers.

use super::{field, shown};
use crate::str::codec::*;
use crate::str::{Str, StrBuf};
use crate::testing::{with_heap, with_heaps};

fn from_hex(text: &str) -> Vec<u8> {
    crate::bytes::fromhex(text.bytes().map(u32::from)).expect("hexadecimal")
}

fn failure(failure: CodecFailure) -> String {
    match failure {
        CodecFailure::Error(e) => format!("!{}\t{}\t{}\t{}", e.encoding, e.start, e.end, e.reason),
        CodecFailure::Memory => "memory".to_owned(),
    }
}

#[test]
fn codecs_answer_as_cpython() {
    with_heap(false, |h| {
        for line in include_str!("codecs.txt").lines() {
            let fields: Vec<&str> = line.splitn(5, '\t').collect();
            let encoding = Encoding::from_name(fields[2]).expect("known");
            let errors = Errors::from_name(fields[3]).expect("known");
            let got = if fields[0] == "encode" {
                let s = field(h, fields[1]);
                match s.encode(h, encoding, errors) {
                    Ok(bytes) => crate::bytes::hex(bytes.bytes(), None, 1),
                    Err(e) => failure(e),
                }
            } else {
                match Str::decode(h, &from_hex(fields[1]), encoding, errors) {
                    Ok(s) => shown(&s),
                    Err(e) => failure(e),
                }
            };
            assert_eq!(got, fields[4], "{line}");
        }
    });
}

#[test]
fn decoding_in_parts() {
    let text = "aé😀Ā";
    let mut buf = StrBuf::new();
    let mut pending = Vec::new();
    for b in text.bytes() {
        pending.push(b);
        let done = decode_utf8(&pending, 0, false, &mut buf, |e, _| Err(*e)).expect("valid");
        pending.drain(..done);
    }
    assert!(pending.is_empty());
    assert!(buf.units().iter().eq(text.chars().map(u32::from)));
}

#[test]
fn names_of_encodings() {
    assert_eq!(Encoding::from_name("UTF8"), Some(Encoding::Utf8));
    assert_eq!(Encoding::from_name("ISO-8859-1"), Some(Encoding::Latin1));
    assert_eq!(Encoding::from_name("utf-16-le"), Some(Encoding::Utf16(Order::Little)));
    assert_eq!(Encoding::from_name("utf-8-sig"), Some(Encoding::Utf8Sig));
    assert_eq!(Encoding::from_name("cp1252"), None);
}

#[test]
fn the_systems_bytes_come_back() {
    with_heaps(|h| {
        for bytes in [&b"abc"[..], b"a\xff\xc3\xa9", b"\xed\xa0\x80"] {
            let s = Str::from_os_bytes(h, bytes).expect("room");
            assert_eq!(s.to_os_bytes().expect("no other surrogates"), bytes);
        }
    });
}
