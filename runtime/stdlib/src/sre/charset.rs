//! Sets of characters, categories, and case, as regular expressions see them (CPython `sre_lib.h`, `_sre.c`).

use habu_object::str::chars;

/// What ignoring case means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Case {
    /// ASCII letters only.
    Ascii,
    /// As the locale says; the C locale, so ASCII.
    Locale,
    /// As Unicode says.
    Unicode,
}

impl Case {
    /// The lower case of a character.
    #[inline]
    pub(super) fn lower(self, c: u32) -> u32 {
        match self {
            Case::Unicode => chars::simple_lower(c),
            _ => ascii_lower(c),
        }
    }
}

/// The lower case of an ASCII letter; others as they are.
#[inline]
pub(super) fn ascii_lower(c: u32) -> u32 {
    if (65..=90).contains(&c) { c | 32 } else { c }
}

/// Whether a character belongs to a category.
#[inline]
pub(super) fn in_category(category: u32, c: u32) -> bool {
    let ascii = |f: fn(&u8) -> bool| u8::try_from(c).is_ok_and(|b| f(&b));
    let word = || c == 95 || ascii(u8::is_ascii_alphanumeric);
    let space = || matches!(c, 9..=13 | 32);
    match category {
        0 => ascii(u8::is_ascii_digit),
        1 => !ascii(u8::is_ascii_digit),
        2 => space(),
        3 => !space(),
        4 | 8 => word(),
        5 | 9 => !word(),
        6 => c == 10,
        7 => c != 10,
        10 => chars::is_decimal(c),
        11 => !chars::is_decimal(c),
        12 => chars::is_space(c),
        13 => !chars::is_space(c),
        14 => c == 95 || chars::is_alnum(c),
        15 => !(c == 95 || chars::is_alnum(c)),
        16 => chars::is_line_break(c),
        17 => !chars::is_line_break(c),
        _ => false,
    }
}

/// How many categories there are.
pub(super) const CATEGORIES: u32 = 18;

/// A part of a set.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Negate,
    Literal(u32),
    Range(u32, u32),
    /// A range that also holds what is in it after changing case.
    RangeIgnore(u32, u32),
    Category(u32),
    /// Characters below 256, by bits.
    Bits([u32; 8]),
    /// Characters below 65536: for each 256 of them which of the blocks of bits holds.
    BigBits(Box<[u8; 256]>, Box<[u32]>),
}

/// A set: what it holds below 256 as bits, and the items that tell for all characters.
#[derive(Clone, Debug)]
pub(super) struct CharSet {
    low: [u64; 4],
    items: Vec<Item>,
}

impl CharSet {
    pub(super) fn new(items: Vec<Item>) -> CharSet {
        let mut set = CharSet { low: [0; 4], items };
        for c in 0..256 {
            if set.search(c) {
                set.low[c as usize / 64] |= 1 << (c % 64);
            }
        }
        set
    }

    /// Whether the set holds a character.
    #[inline(always)]
    pub(super) fn has(&self, c: u32) -> bool {
        match self.low.get(c as usize / 64) {
            Some(bits) => bits >> (c % 64) & 1 == 1,
            None => self.search(c),
        }
    }

    fn search(&self, c: u32) -> bool {
        let bit =
            |words: &[u32], n: usize| words.get(n / 32).is_some_and(|w| w >> (n % 32) & 1 == 1);
        let mut ok = true;
        for item in &self.items {
            let hit = match item {
                Item::Negate => {
                    ok = !ok;
                    false
                }
                Item::Literal(l) => c == *l,
                Item::Range(low, high) => (*low..=*high).contains(&c),
                Item::RangeIgnore(low, high) => {
                    (*low..=*high).contains(&c) || (*low..=*high).contains(&chars::simple_upper(c))
                }
                Item::Category(category) => in_category(*category, c),
                Item::Bits(words) => c < 256 && bit(words, c as usize),
                Item::BigBits(map, words) => map.get(c as usize >> 8).is_some_and(|block| {
                    bit(words, usize::from(*block) * 256 + (c as usize & 255))
                }),
            };
            if hit {
                return ok;
            }
        }
        !ok
    }
}
