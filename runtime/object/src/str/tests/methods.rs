//! Methods against CPython's answers.

use super::{field, shown};
use crate::object::Gc;
use crate::str::*;
use crate::testing::with_heap;
use crate::value::Value;
use habu_gc::Heap;
use std::cell::Cell;

fn listed(items: &[Cell<Value>]) -> String {
    let parts = items.iter().map(|v| shown(&v.get().cast::<Str>().expect("a str")));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "~".to_owned() } else { parts.join("|") }
}

fn predicates(s: Gc<Str>) -> String {
    let all = [
        s.isalpha(),
        s.isdecimal(),
        s.isdigit(),
        s.isnumeric(),
        s.isalnum(),
        s.isspace(),
        s.isupper(),
        s.islower(),
        s.istitle(),
        s.isidentifier(),
        s.isprintable(),
    ];
    all.iter().map(|b| if *b { '1' } else { '0' }).collect()
}

fn optional(h: &mut Heap, text: &str) -> Option<Gc<Str>> {
    if text == "-" { None } else { Some(field(h, text)) }
}

fn answer(h: &mut Heap, method: &str, s: Gc<Str>, args: &[&str]) -> String {
    let number = |i: usize| args[i].parse::<i64>().expect("a number");
    let side = match method {
        "lstrip" => Side::Left,
        "rstrip" => Side::Right,
        _ => Side::Both,
    };
    let result = match method {
        "is" => return predicates(s),
        "splitlines" => {
            return listed(s.splitlines(h, args[0] == "1").expect("room").cells());
        }
        "split" | "rsplit" => {
            let sep = optional(h, args[0]);
            let n = number(1);
            let list = if method == "split" { s.split(h, sep, n) } else { s.rsplit(h, sep, n) };
            return listed(list.expect("room").cells());
        }
        "partition" | "rpartition" => {
            let sep = field(h, args[0]);
            let three =
                if method == "partition" { s.partition(h, sep) } else { s.rpartition(h, sep) };
            return listed(three.expect("room").items());
        }
        "lower" => s.lower(h),
        "upper" => s.upper(h),
        "title" => s.title(h),
        "capitalize" => s.capitalize(h),
        "swapcase" => s.swapcase(h),
        "casefold" => s.casefold(h),
        "repr" => s.repr(h),
        "ascii" => s.ascii(h),
        "strip" | "lstrip" | "rstrip" => {
            let set = optional(h, args[0]);
            s.strip(h, set, side)
        }
        "removeprefix" => {
            let prefix = field(h, args[0]);
            s.removeprefix(h, prefix)
        }
        "removesuffix" => {
            let suffix = field(h, args[0]);
            s.removesuffix(h, suffix)
        }
        "center" | "ljust" | "rjust" => {
            let fill = field(h, args[1]).char_at(0);
            match method {
                "center" => s.center(h, number(0), fill),
                "ljust" => s.ljust(h, number(0), fill),
                _ => s.rjust(h, number(0), fill),
            }
        }
        "zfill" => s.zfill(h, number(0)),
        "expandtabs" => s.expandtabs(h, number(0)),
        _ => panic!("{method}"),
    };
    shown(&result.expect("room"))
}

/// Runs the lines whose number is a multiple of `every`.
fn run(stress: bool, every: usize) {
    with_heap(stress, |h| {
        for line in include_str!("methods.txt").lines().step_by(every) {
            let fields: Vec<&str> = line.split('\t').collect();
            let (want, rest) = fields.split_last().expect("fields");
            let s = field(h, rest[1]);
            assert_eq!(answer(h, rest[0], s, &rest[2..]), *want, "{line}");
        }
    });
}

#[test]
fn methods_answer_as_cpython() {
    run(false, 1);
}

#[test]
fn methods_survive_collections() {
    run(true, 7);
}

#[test]
fn translation_asks_once_for_ascii() {
    with_heap(true, |h| {
        let s = Str::new(h, "abcabcĀabc").expect("room");
        let long = Str::new(h, "xyz").expect("room");
        let mut asked = Vec::new();
        let buf = s.translate(|c| {
            asked.push(c);
            Ok::<_, ()>(match c {
                0x61 => Translated::Deleted,
                0x62 => Translated::Char(0x42),
                0x100 => Translated::Text(long),
                _ => Translated::Same,
            })
        });
        let result = buf.expect("no error").finish(h).expect("room");
        assert_eq!(result.to_string_lossy(), "BcBcxyzBc");
        assert_eq!(asked, [0x61, 0x62, 0x63, 0x100]);
    });
}

#[test]
fn iteration_gives_each_character() {
    with_heap(true, |h| {
        let s = Str::new(h, "aé😀a").expect("room");
        let (mut chars, mut text) = (CharCache::new(), String::new());
        let it = StrIter::new(h, s).expect("room");
        assert_eq!(it.remaining(), 4);
        while let Some(c) = it.next(h, &mut chars).expect("room") {
            text.push_str(&c.to_string_lossy());
        }
        assert_eq!(text, "aé😀a");
        assert!(it.next(h, &mut chars).expect("room").is_none());
    });
}
