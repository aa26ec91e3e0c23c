//! What a code point is: Python's character predicates, and case mappings of single characters.

use super::tables::{DIGITS, FOLD, LATIN1, NUMERICS, TITLE, bit};
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

#[inline(always)]
fn ask(c: u32, bit: u16, wide: impl FnOnce(char) -> bool) -> bool {
    match LATIN1.get(c as usize) {
        Some(bits) => bits & bit != 0,
        None => char::from_u32(c).is_some_and(wide),
    }
}

fn in_ranges(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let i = ranges.partition_point(|r| r.1 < c);
    ranges.get(i).is_some_and(|r| r.0 <= c)
}

/// Whether the character is a letter.
#[inline]
pub fn is_alpha(c: u32) -> bool {
    ask(c, bit::ALPHA, |c| {
        use Category::*;
        matches!(
            c.general_category(),
            UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
        )
    })
}

/// Whether the character is a decimal digit.
#[inline]
pub fn is_decimal(c: u32) -> bool {
    ask(c, bit::DECIMAL, |c| c.general_category() == Category::DecimalNumber)
}

/// The value of a decimal digit: they come in runs of ten.
pub fn decimal_value(c: u32) -> Option<u32> {
    match c {
        0x30..=0x39 => Some(c - 0x30),
        0..0x660 => None,
        _ if !is_decimal(c) => None,
        // The mathematical digits are five runs that do not begin at a multiple of ten.
        0x1D7CE..=0x1D7FF => Some((c - 0x1D7CE) % 10),
        _ => Some((0..10).take_while(|n| is_decimal(c - n - 1)).count() as u32 % 10),
    }
}

/// Whether the character is a digit, superscripts and the like included.
#[inline]
pub fn is_digit(c: u32) -> bool {
    ask(c, bit::DIGIT, |c| c.general_category() == Category::DecimalNumber || in_ranges(DIGITS, c))
}

/// Whether the character is a number.
#[inline]
pub fn is_numeric(c: u32) -> bool {
    ask(c, bit::NUMERIC, |c| {
        use Category::*;
        matches!(c.general_category(), DecimalNumber | LetterNumber | OtherNumber)
            || in_ranges(NUMERICS, c)
    })
}

/// Whether the character is a letter or a number.
#[inline]
pub fn is_alnum(c: u32) -> bool {
    ask(c, bit::ALPHA | bit::NUMERIC, |c| is_alpha(c.into()) || is_numeric(c.into()))
}

/// Whether the character is white space.
#[inline]
pub fn is_space(c: u32) -> bool {
    match LATIN1.get(c as usize) {
        Some(bits) => bits & bit::SPACE != 0,
        None => matches!(c, 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000),
    }
}

/// Whether `splitlines` ends a line here.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    match LATIN1.get(c as usize) {
        Some(bits) => bits & bit::BREAK != 0,
        None => matches!(c, 0x2028 | 0x2029),
    }
}

/// Whether the character is upper case.
#[inline]
pub fn is_upper(c: u32) -> bool {
    ask(c, bit::UPPER, |c| c.is_uppercase() && !is_later_letter(c.into()))
}

/// Whether the character is lower case.
#[inline]
pub fn is_lower(c: u32) -> bool {
    // U+0295 was a lower case letter before Unicode 17.
    ask(c, bit::LOWER, |c| c.is_lowercase() && !is_later_letter(c.into()) || c == '\u{295}')
}

/// Whether the character is title case, such as U+01C5.
#[inline]
pub fn is_title(c: u32) -> bool {
    ask(c, 0, |c| c.general_category() == Category::TitlecaseLetter)
}

/// Whether `repr` shows the character as it is.
#[inline]
pub fn is_printable(c: u32) -> bool {
    ask(c, bit::PRINTABLE, |c| {
        use Category::*;
        !matches!(
            c.general_category(),
            Control
                | Format
                | Surrogate
                | PrivateUse
                | Unassigned
                | LineSeparator
                | ParagraphSeparator
                | SpaceSeparator
        )
    })
}

/// Whether Unicode 16 has the character: std and the crate of identifiers know later ones.
fn is_assigned(c: char) -> bool {
    c.general_category() != Category::Unassigned
}

/// Letters with case that came after Unicode 16.
#[inline]
fn is_later_letter(c: u32) -> bool {
    matches!(c, 0xA7CE | 0xA7CF | 0xA7D2 | 0xA7D4 | 0xA7F1 | 0x16EA0..=0x16EB8 | 0x16EBB..=0x16ED3)
}

/// Whether an identifier may begin with the character.
#[inline]
pub fn is_id_start(c: u32) -> bool {
    ask(c, bit::START, |c| unicode_ident::is_xid_start(c) && is_assigned(c))
}

/// Whether an identifier may go on with the character.
#[inline]
pub fn is_id_continue(c: u32) -> bool {
    ask(c, bit::CONTINUE, |c| unicode_ident::is_xid_continue(c) && is_assigned(c))
}

/// Whether the character has case.
pub(super) fn is_cased(c: u32) -> bool {
    is_lower(c) || is_upper(c) || is_title(c)
}

/// Whether the search for a cased neighbour of a sigma goes past the character.
pub(super) fn is_case_ignorable(c: u32) -> bool {
    const PUNCTUATION: [u32; 17] = [
        0x27, 0x2E, 0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13,
        0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A,
    ];
    if PUNCTUATION.contains(&c) {
        return true;
    }
    use Category::*;
    char::from_u32(c).is_some_and(|c| {
        matches!(
            c.general_category(),
            NonspacingMark | EnclosingMark | Format | ModifierLetter | ModifierSymbol
        )
    })
}

fn look_up(table: &'static [(u32, &'static str)], c: u32) -> Option<&'static str> {
    table.binary_search_by_key(&c, |row| row.0).ok().map(|i| table[i].1)
}

/// Calls `f` with the lower case of a character that is no capital sigma in a word.
#[inline]
pub(crate) fn each_lower(c: u32, mut f: impl FnMut(u32)) {
    match char::from_u32(c) {
        Some(c) if c.is_ascii() => f(c.to_ascii_lowercase().into()),
        Some(c) if !is_later_letter(c.into()) => c.to_lowercase().map(u32::from).for_each(f),
        _ => f(c),
    }
}

/// Calls `f` with the upper case of a character.
#[inline]
pub(crate) fn each_upper(c: u32, mut f: impl FnMut(u32)) {
    match char::from_u32(c) {
        Some(c) if c.is_ascii() => f(c.to_ascii_uppercase().into()),
        // The upper case of the two came with Unicode 17.
        Some(c) if !is_later_letter(c.into()) && !matches!(c, '\u{A7D3}' | '\u{A7D5}') => {
            c.to_uppercase().map(u32::from).for_each(f);
        }
        _ => f(c),
    }
}

/// Calls `f` with the title case of a character.
#[inline]
pub(crate) fn each_title(c: u32, mut f: impl FnMut(u32)) {
    match c {
        0x10D0..=0x10FF => f(c),
        _ if c < 0xDF => each_upper(c, f),
        _ => match look_up(TITLE, c) {
            Some(text) => text.chars().map(u32::from).for_each(f),
            None => each_upper(c, f),
        },
    }
}

/// Calls `f` with the case folding of a character.
#[inline]
pub(crate) fn each_fold(c: u32, f: impl FnMut(u32)) {
    match c {
        0x13A0..=0x13FD | 0xAB70..=0xABBF => each_upper(c, f),
        _ => match look_up(FOLD, c) {
            Some(text) => text.chars().map(u32::from).for_each(f),
            None => each_lower(c, f),
        },
    }
}

/// Whether the upper case of a character is another one, or several.
pub fn changes_in_upper(c: u32) -> bool {
    let mut same = true;
    each_upper(c, &mut |mapped| same &= mapped == c);
    !same
}

/// The lower case of a character that has one of a single character; else the character.
pub fn simple_lower(c: u32) -> u32 {
    // The one character whose full lower case is longer.
    if c == 0x130 {
        return 0x69;
    }
    single(c, |f| each_lower(c, f))
}

/// The upper case of a character that has one of a single character; else the character.
pub fn simple_upper(c: u32) -> u32 {
    match c {
        // Greek letters with iota: their full upper case has two characters, these forms have one.
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => c + 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => c + 9,
        _ => single(c, |f| each_upper(c, f)),
    }
}

fn single(c: u32, each: impl FnOnce(&mut dyn FnMut(u32))) -> u32 {
    let (mut n, mut last) = (0, c);
    each(&mut |mapped| {
        n += 1;
        last = mapped;
    });
    if n == 1 { last } else { c }
}
