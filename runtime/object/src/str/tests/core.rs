//! Layout, construction, hashing, interning, concatenation, slices, search.

use crate::object::Gc;
use crate::slice::adjust_indices;
use crate::str::*;
use crate::testing::{Rng, with_heap, with_heaps};
use habu_gc::Heap;

fn s(heap: &mut Heap, text: &str) -> Gc<Str> {
    Str::new(heap, text).expect("room")
}

const SAMPLES: &[&str] = &[
    "",
    "a",
    "abc",
    "é",
    "naïve",
    "aĀ",
    "ĀĀ",
    "a😀",
    "😀😀b",
    "ab ab ab",
    "long enough to be more than a few words",
];

#[test]
fn widths_are_the_narrowest() {
    let forms =
        [("", 1, true), ("abc", 1, true), ("é", 1, false), ("aĀ", 2, false), ("a😀", 4, false)];
    with_heaps(|h| {
        for (text, width, ascii) in forms {
            let v = s(h, text);
            assert_eq!((v.width(), v.is_ascii(), v.len()), (width, ascii, text.chars().count()));
            assert_eq!(v.to_string_lossy(), text);
            assert_eq!(v.as_str().is_some(), ascii);
            assert!(v.eq_text(text));
            let points = Str::from_code_points(h, text.chars().map(u32::from)).expect("room");
            assert!(points.equals(&v));
        }
    });
}

#[test]
fn hashes_are_cpythons() {
    let zero = HashKey::from_seed(Some(0));
    let key = HashKey::from_seed(Some(42));
    with_heaps(|h| {
        for (text, hash) in HASHES {
            assert_eq!(s(h, text).hash(zero), *hash, "{text}");
        }
        assert_eq!(s(h, "abc").hash(key), HASHES_42.0);
        assert_eq!(s(h, "ĀĀx").hash(key), HASHES_42.1);
        assert_eq!(s(h, "").hash(key), 0);
    });
}

#[test]
fn interning_gives_one_str_per_text() {
    let key = HashKey::from_seed(None);
    with_heaps(|h| {
        let mut interner = Interner::new();
        let all: Vec<String> = (0..3000).map(|i| format!("name{i}é")).collect();
        let first = interner.intern(h, key, "spam").expect("room");
        for text in &all {
            let a = interner.intern(h, key, text).expect("room");
            let b = s(h, text);
            assert!(interner.intern_value(h, key, b).expect("room") == a && a.is_interned());
        }
        assert!(interner.intern(h, key, "spam").expect("room") == first);
        assert_eq!(interner.len(), 3001);
        let mut chars = CharCache::new();
        chars.fill(h, &mut interner, key).expect("room");
        let spam = s(h, "spam");
        let a = spam.item(h, &mut chars, 2).expect("room");
        assert!(interner.intern(h, key, "a").expect("room") == a);
        assert_eq!(chars.get(h, 0x100).expect("room").to_string_lossy(), "Ā");
    });
}

#[test]
fn concatenation_of_all_widths() {
    with_heaps(|h| {
        for a in SAMPLES {
            for b in SAMPLES {
                let (x, y) = (s(h, a), s(h, b));
                let z = x.concat(h, y).expect("room");
                assert!(z.eq_text(&format!("{a}{b}")));
                let whole = s(h, &format!("{a}{b}"));
                assert!(z.equals(&whole) && z.form() == whole.form());
            }
        }
    });
}

#[test]
fn appending_in_a_loop_shares_storage_and_keeps_old_strs() {
    with_heap(false, |h| {
        let mut rng = Rng::new(1);
        let mut text = String::new();
        let mut v = s(h, "");
        let mut kept = Vec::new();
        let mut places = 0;
        for i in 0..4000 {
            let part = SAMPLES[rng.below(if i < 2000 { 5 } else { 11 }) as usize];
            let part_value = s(h, part);
            let old = v.raw().as_ptr();
            v = v.concat(h, part_value).expect("room");
            places += usize::from(old != v.raw().as_ptr());
            text.push_str(part);
            if i % 500 == 7 {
                // A fork: appending to an old str must not disturb the new one.
                let x = v.concat(h, part_value).expect("room");
                let y = v.concat(h, v).expect("room");
                assert!(x.eq_text(&format!("{text}{part}")) && y.eq_text(&format!("{text}{text}")));
                kept.push((text.clone(), v.hash(HashKey { k0: 1, k1: 2 })));
            }
        }
        assert!(v.eq_text(&text));
        assert!(places < 700, "{places}");
        for (text, hash) in kept {
            assert_eq!(s(h, &text).hash(HashKey { k0: 1, k1: 2 }), hash);
        }
    });
}

#[test]
fn repeating_joining_padding() {
    with_heaps(|h| {
        for a in SAMPLES {
            let v = s(h, a);
            for n in [-1, 0, 1, 2, 3, 7] {
                let r = v.repeat(h, n).expect("room");
                assert!(r.eq_text(&a.repeat(n.max(0) as usize)));
            }
            let p = v.pad(h, 2, 3, 0x100).expect("room");
            assert!(p.eq_text(&format!("ĀĀ{a}ĀĀĀ")));
            let items = [s(h, "x").value(), s(h, "é").value(), s(h, "").value(), v.value()];
            let j = v.join(h, items.iter().copied()).expect("strs");
            assert!(j.eq_text(&["x", "é", "", a].join(a)));
        }
        let v = s(h, "x");
        let bad = [v.value(), crate::value::Value::NONE];
        assert_eq!(v.join(h, bad.iter().copied()).err(), Some(JoinError::NotStr(1)));
        assert!(v.repeat(h, i64::MAX).is_err());
    });
}

#[test]
fn slices_narrow() {
    with_heaps(|h| {
        for text in SAMPLES {
            let v = s(h, text);
            let points: Vec<char> = text.chars().collect();
            for start in -3..5 {
                for stop in -3..8 {
                    for step in [-2, -1, 1, 2, 3] {
                        let extent = adjust_indices(Some(start), Some(stop), step, v.len());
                        let want: String = extent.indices().map(|i| points[i]).collect();
                        let got = v.slice(h, extent).expect("room");
                        let whole = s(h, &want);
                        assert!(
                            got.equals(&whole) && got.form() == whole.form(),
                            "{text} {extent:?}"
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn search_agrees_with_the_obvious_way() {
    with_heap(false, |h| {
        let mut rng = Rng::new(7);
        let alphabets = ["ab", "aé", "aĀa", "āȁ", "a😀", "Ā😀"];
        for _ in 0..4000 {
            let hay_chars: Vec<char> = alphabets[rng.below(6) as usize].chars().collect();
            let sub_chars: Vec<char> = alphabets[rng.below(6) as usize].chars().collect();
            let mut word = |chars: &[char], n: u64| -> Vec<char> {
                (0..rng.below(n)).map(|_| chars[rng.below(chars.len() as u64) as usize]).collect()
            };
            let (hay, sub) = (word(&hay_chars, 20), word(&sub_chars, 4));
            let text = |c: &[char]| c.iter().collect::<String>();
            let (v, w) = (s(h, &text(&hay)), s(h, &text(&sub)));
            let (start, end) = (rng.below(30) as i64 - 12, rng.below(30) as i64 - 6);
            let range = clip(start, end, hay.len());
            let at = |i: usize| hay[i..].starts_with(&sub);
            let all: Vec<usize> = range.map_or(vec![], |(a, b)| {
                (a..=b).filter(|i| i + sub.len() <= b && at(*i)).collect()
            });
            assert_eq!(v.find(&w, start, end), all.first().copied());
            assert_eq!(v.rfind(&w, start, end), all.last().copied());
            let (mut n, mut next) = (0, 0);
            for i in all {
                if i >= next {
                    n += 1;
                    next = i + sub.len();
                }
            }
            assert_eq!(v.count(&w, start, end), n);
            assert_eq!(v.contains(&w), text(&hay).contains(&text(&sub)));
            let new = s(h, SAMPLES[rng.below(9) as usize]);
            let count = rng.below(4) as i64 - 1;
            let got = v.replace(h, w, new, count).expect("room");
            let new = new.to_string_lossy().into_owned();
            let want = match count {
                -1 => text(&hay).replace(&text(&sub), &new),
                n => text(&hay).replacen(&text(&sub), &new, n as usize),
            };
            let whole = s(h, &want);
            assert!(got.equals(&whole) && got.form() == whole.form());
            let starts = range.is_some_and(|(a, b)| hay[a..b].starts_with(&sub));
            let ends = range.is_some_and(|(a, b)| hay[a..b].ends_with(&sub));
            assert_eq!(v.startswith(&w, start, end), starts);
            assert_eq!(v.endswith(&w, start, end), ends);
        }
    });
}

#[test]
fn order_is_by_code_point() {
    with_heaps(|h| {
        for a in SAMPLES {
            for b in SAMPLES {
                let (x, y) = (s(h, a), s(h, b));
                assert_eq!(x.compare(&y), a.cmp(b));
                assert_eq!(x.equals(&y), a == b);
            }
        }
    });
}

#[test]
fn surrogates_are_code_points() {
    with_heaps(|h| {
        let v = Str::from_code_points(h, [0x61, 0xD800, 0x62]).expect("room");
        assert_eq!((v.len(), v.width(), v.char_at(1)), (3, 2, 0xD800));
        assert_eq!(v.to_utf8(), Err(1));
        assert_eq!(v.surrogate_at(), Some(1));
        assert_eq!(v.to_string_lossy(), "a\u{FFFD}b");
        assert_eq!(v.to_wtf8().as_ref(), b"a\xed\xa0\x80b");
    });
}

const HASHES: &[(&str, i64)] = &[
    ("a", 4644417185603328019),
    ("abc", -4594863902769663758),
    ("djba33x", -2075322431006510911),
    ("é", 6047309291227476195),
    ("ĀĀx", -1193011783271833258),
    ("😀a", 1495732039293241016),
    (
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        1359644457043326220,
    ),
];

const HASHES_42: (i64, i64) = (3869580338025362921, -4012854645311167599);
