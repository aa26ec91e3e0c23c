//! Tests of bytes: methods against what CPython answers (`expect.py`), bytearrays against `Vec`.

use super::*;
use crate::object::Gc;
use crate::slice::{Extent, adjust_indices};
use crate::str::{HashKey, Side};
use crate::testing::{Rng, with_heap, with_heaps};
use std::ops::Range;

fn unhex(text: &str) -> Vec<u8> {
    fromhex(text.bytes().map(u32::from)).expect("hexadecimal")
}

fn shown(bytes: &[u8]) -> String {
    hex(bytes, None, 1)
}

fn listed(of: &[u8], ranges: &[Range<usize>]) -> String {
    let parts: Vec<String> = ranges.iter().map(|r| shown(&of[r.clone()])).collect();
    if parts.is_empty() { "~".to_owned() } else { parts.join("|") }
}

fn predicates(s: &[u8]) -> String {
    let all = [isalpha(s), isalnum(s), isdigit(s), isspace(s), islower(s), isupper(s), istitle(s)];
    all.iter().map(|b| if *b { '1' } else { '0' }).collect()
}

fn in_place(s: &[u8], f: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut copy = s.to_vec();
    f(&mut copy);
    copy
}

fn answer(method: &str, s: &[u8], args: &[&str]) -> String {
    let number = |i: usize| args[i].parse::<i64>().expect("a number");
    let optional = |i: usize| if args[i] == "-" { None } else { Some(unhex(args[i])) };
    let position = |at: Option<usize>| at.map_or(-1, |i| i as i64).to_string();
    let yes = |b: bool| u8::from(b).to_string();
    let side = match method {
        "lstrip" => Side::Left,
        "rstrip" => Side::Right,
        _ => Side::Both,
    };
    let result = match method {
        "is" => return predicates(s),
        "repr" => return repr(s),
        "hex" => return hex(s, args[0].chars().next().filter(|c| *c != '-'), number(1)),
        "splitlines" => return listed(s, &splitlines(s, args[0] == "1")),
        "split" => return listed(s, &split(s, optional(0).as_deref(), number(1))),
        "rsplit" => return listed(s, &rsplit(s, optional(0).as_deref(), number(1))),
        "find" => return position(find(s, &unhex(args[0]), number(1), number(2))),
        "rfind" => return position(rfind(s, &unhex(args[0]), number(1), number(2))),
        "count" => return count(s, &unhex(args[0]), number(1), number(2)).to_string(),
        "startswith" => return yes(startswith(s, &unhex(args[0]), number(1), number(2))),
        "endswith" => return yes(endswith(s, &unhex(args[0]), number(1), number(2))),
        "strip" | "lstrip" | "rstrip" => s[strip(s, optional(0).as_deref(), side)].to_vec(),
        "lower" => s.to_ascii_lowercase(),
        "upper" => s.to_ascii_uppercase(),
        "title" => in_place(s, title_case),
        "capitalize" => in_place(s, capitalize),
        "swapcase" => in_place(s, swap_case),
        "replace" => {
            let replaced = replace(s, &unhex(args[0]), &unhex(args[1]), number(2));
            replaced.expect("room").unwrap_or_else(|| s.to_vec())
        }
        "translate" => translate(s, Some(&maketrans(b"ab", b"xy")), &unhex(args[0])),
        "center" => center(s, number(0), b'*').expect("room"),
        "ljust" => ljust(s, number(0), b'*').expect("room"),
        "rjust" => rjust(s, number(0), b'*').expect("room"),
        "zfill" => zfill(s, number(0)).expect("room"),
        "expandtabs" => expandtabs(s, number(0)).expect("room"),
        _ => panic!("{method}"),
    };
    shown(&result)
}

#[test]
fn methods_answer_as_cpython() {
    for line in include_str!("tests/methods.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (want, rest) = fields.split_last().expect("fields");
        let s = unhex(rest[1]);
        assert_eq!(answer(rest[0], &s, &rest[2..]), *want, "{line}");
    }
}

#[test]
fn bytes_objects() {
    with_heaps(|h| {
        let b = Bytes::new(h, b"abc").expect("room");
        assert_eq!((b.bytes(), b.len()), (&b"abc"[..], 3));
        assert_eq!(b.hash(HashKey::from_seed(Some(0))), -4594863902769663758);
        let both = Bytes::concat(h, b.bytes(), b"\0\xff").expect("room");
        assert_eq!(both.bytes(), b"abc\0\xff");
        for n in [-1, 0, 1, 3] {
            let many = Bytes::repeat(h, b.bytes(), n).expect("room");
            assert_eq!(many.bytes(), b"abc".repeat(n.max(0) as usize));
        }
        assert!(Bytes::repeat(h, b.bytes(), i64::MAX).is_err());
        let extent = adjust_indices(None, None, -2, 5);
        assert_eq!(Bytes::slice(h, both.bytes(), extent).expect("room").bytes(), b"\xffca");
        let it = BytesIter::new(h, both.value()).expect("room");
        let all: Vec<u8> = std::iter::from_fn(|| it.next()).collect();
        assert_eq!((all.as_slice(), it.next(), it.remaining()), (both.bytes(), None, 0));
    });
}

#[test]
fn hexadecimal_text() {
    let parse = |text: &str| fromhex(text.chars().map(u32::from));
    assert_eq!(parse(" 0a Ff\n00"), Ok(vec![10, 255, 0]));
    assert_eq!(parse("0a f"), Err(FromHexError::Odd));
    assert_eq!(parse("0g"), Err(FromHexError::NotHex(1)));
    assert_eq!(parse("00 é"), Err(FromHexError::NotHex(3)));
    assert_eq!(parse("0 0"), Err(FromHexError::NotHex(1)));
}

/// A random slice of a sequence of `len` bytes.
fn some_extent(rng: &mut Rng, len: usize) -> Extent {
    let mut bound = || Some(rng.below(len as u64 + 4) as i64 - 2);
    let (start, stop) = (bound(), bound());
    let step = [1, 1, 2, 3, -1, -2][rng.below(6) as usize];
    adjust_indices(start, stop, step, len)
}

fn step(h: &mut habu_gc::Heap, rng: &mut Rng, array: Gc<ByteArray>, model: &mut Vec<u8>) {
    let len = model.len();
    let extent = some_extent(rng, len);
    let b = rng.next() as u8;
    match rng.below(9) {
        0 | 1 => {
            array.push(h, b).expect("room");
            model.push(b);
        }
        2 => {
            let part: Vec<u8> = (0..rng.below(40)).map(|i| i as u8).collect();
            array.extend(h, &part).expect("room");
            model.extend(part);
        }
        3 if len < 2000 => {
            array.extend(h, array.bytes()).expect("room");
            model.extend_from_within(..);
        }
        4 => {
            array.insert(h, len / 2, b).expect("room");
            model.insert(len / 2, b);
        }
        5 => {
            array.delete(h, extent).expect("room");
            let gone: Vec<usize> = extent.indices().collect();
            let mut i = 0;
            model.retain(|_| {
                i += 1;
                !gone.contains(&(i - 1))
            });
        }
        6 if extent.step == 1 => {
            let (from, to) = extent.range();
            let own = &array.bytes()[..len / 3];
            array.replace_range(h, from, to, own).expect("room");
            let part = model[..len / 3].to_vec();
            model.splice(from..to, part);
        }
        7 => {
            let part: Vec<u8> = (0..extent.count).map(|i| i as u8 ^ b).collect();
            array.assign(extent, &part);
            extent.indices().zip(part).for_each(|(i, b)| model[i] = b);
        }
        _ => {
            array.reverse();
            model.reverse();
            array.resize(h, len * 7 / 8).expect("room");
            model.truncate(len * 7 / 8);
        }
    }
}

#[test]
fn bytearrays_behave_as_vectors() {
    for (stress, steps) in [(false, 20_000), (true, 1500)] {
        with_heap(stress, |h| {
            let mut rng = Rng::new(11);
            let (array, mut model) = (ByteArray::new(h, b"").expect("room"), Vec::new());
            for _ in 0..steps {
                step(h, &mut rng, array, &mut model);
                assert_eq!(array.bytes(), model);
            }
            array.repeat_in_place(h, 3).expect("room");
            assert_eq!(array.bytes(), model.repeat(3));
        });
    }
}

#[test]
fn joining() {
    let parts = [&b"a"[..], b"", b"bc"];
    assert_eq!(join(b", ", parts.iter().copied()).expect("room"), b"a, , bc");
    assert_eq!(join(b", ", std::iter::empty()).expect("room"), b"");
}
