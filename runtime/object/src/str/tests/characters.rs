//! Properties of all characters that CPython 3.13 knows (Unicode 15.1) against its answers.

use crate::str::chars::*;

fn ranges(text: &str) -> Vec<(u32, u32)> {
    let hex = |s: &str| u32::from_str_radix(s, 16).expect("hexadecimal");
    let range = |r: &str| r.split_once('-').map(|(a, b)| (hex(a), hex(b))).expect("a range");
    text.split('|').map(range).collect()
}

fn expected(name: &str) -> &'static str {
    let lines = include_str!("characters.txt").lines();
    let found = lines.filter_map(|l| l.split_once('\t')).find(|(n, _)| *n == name);
    found.expect("listed").1
}

#[test]
fn properties_are_cpythons() {
    let tests: &[(&str, fn(u32) -> bool)] = &[
        ("isalpha", is_alpha),
        ("isdecimal", is_decimal),
        ("isdigit", is_digit),
        ("isnumeric", is_numeric),
        ("isspace", is_space),
        ("isupper", |c| is_upper(c) || is_title(c)),
        ("islower", is_lower),
        ("isprintable", is_printable),
        ("isidentifier", is_id_start),
    ];
    let assigned = ranges(expected("assigned"));
    let mut wrong = Vec::new();
    for (name, test) in tests {
        let mut want = ranges(expected(name)).into_iter().flat_map(|(a, b)| a..=b).peekable();
        for c in assigned.iter().flat_map(|(a, b)| *a..=*b) {
            let wanted = want.next_if_eq(&c).is_some();
            // One title case letter alone is title but not upper.
            if *name == "isupper" && is_title(c) {
                continue;
            }
            if test(c) != wanted {
                wrong.push(format!("{name} {c:x}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!is_upper(0x378) && !is_printable(0x378) && !is_alpha(0x378));
}

#[test]
fn mappings_are_cpythons() {
    type Map = fn(u32, &mut dyn FnMut(u32));
    let maps: &[(&str, Map)] = &[
        ("lower", |c, f| each_lower(c, f)),
        ("upper", |c, f| each_upper(c, f)),
        ("title", |c, f| each_title(c, f)),
        ("casefold", |c, f| each_fold(c, f)),
    ];
    let assigned = ranges(expected("assigned"));
    let mut wrong = Vec::new();
    for (name, map) in maps {
        let mut want = expected(name).split('|').filter_map(|p| p.split_once('-')).peekable();
        for c in assigned.iter().flat_map(|(a, b)| *a..=*b) {
            let mut got = Vec::new();
            map(c, &mut |c| got.push(format!("{c:x}")));
            let key = format!("{c:x}");
            let wanted =
                want.next_if(|(k, _)| *k == key).map_or(key.clone(), |(_, v)| v.to_owned());
            // Their upper case came with Unicode 16, which Python 3.14 has.
            let newer = matches!(*name, "upper" | "title") && matches!(c, 0x19B | 0x264);
            if got.join(".") != wanted && !newer {
                wrong.push(format!("{name} {key}: {} not {wanted}", got.join(".")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn decimal_digits_have_their_values() {
    for (first, last) in ranges(expected("isdecimal")) {
        for c in first..=last {
            assert_eq!(decimal_value(c), Some((c - first) % 10), "{c:x}");
        }
    }
    assert_eq!(decimal_value(0xB2), None);
}
