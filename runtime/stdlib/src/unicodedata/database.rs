//! The properties of characters in Unicode 16 and in Unicode 3.2.
//!
//! The crate's tables are those of Unicode 17: what 16 does not have is left out here, and what changed is put right.

use rustpython_unicode::{LookupResult, Ucd, data};
use rustpython_wtf8::CodePoint;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

const MODERN: Ucd = Ucd::new(true);
const ANCIENT: Ucd = Ucd::new(false);

/// Which version of Unicode is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Database {
    /// Unicode 16.
    New,
    /// Unicode 3.2.
    Old,
}

use Database::{New, Old};

/// The code point; every unit of a str is one.
fn point(c: u32) -> CodePoint {
    CodePoint::from_u32(c).unwrap_or(CodePoint::from_char('\0'))
}

fn is_surrogate(c: u32) -> bool {
    (0xD800..0xE000).contains(&c)
}

/// Ranges reserved for Chinese characters: even what is not assigned there is wide.
fn is_reserved_wide(c: u32) -> bool {
    matches!(c, 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFD | 0x30000..=0x3FFFD)
}

/// Marks of the Balinese script that Unicode 17 made letters of.
const BALINESE: [u32; 3] = [0x1B3A, 0x1B3C, 0x1B42];

/// Cuneiform signs that are numbers since Unicode 17.
const NEW_NUMBERS: [u32; 8] =
    [0x12038, 0x12039, 0x12079, 0x12226, 0x1222B, 0x1230B, 0x1230D, 0x12399];

/// Characters of Unicode 3.2 that were made numbers later.
const LATER_NUMBERS: [u32; 50] = [
    0x9F8, 0x3405, 0x3483, 0x382A, 0x3B4D, 0x4E24, 0x4E96, 0x4EC0, 0x4EE8, 0x4FE9, 0x5006, 0x5344,
    0x534C, 0x53C4, 0x5E7A, 0x5EFE, 0x62D0, 0x6D1E, 0x6F06, 0x7695, 0x79ED, 0x8CB3, 0x920E, 0x94A9,
    0x9621, 0xF96B, 0xF973, 0xF978, 0xF9B2, 0xF9D1, 0xF9D3, 0xF9FD, 0x10341, 0x1034A, 0x20001,
    0x20064, 0x200E2, 0x20121, 0x2092A, 0x20983, 0x2098C, 0x2099C, 0x20AEA, 0x20AFD, 0x20B19,
    0x22390, 0x22998, 0x23B1B, 0x2626D, 0x2F890,
];

impl Database {
    /// Whether the version assigns the code point.
    pub(super) fn assigned(self, c: u32) -> bool {
        match self {
            New => char::from_u32(c)
                .is_none_or(|c| c.general_category() != GeneralCategory::Unassigned),
            Old => data::membership_3_2(c),
        }
    }

    fn ucd(self) -> Ucd {
        match self {
            New => MODERN,
            Old => ANCIENT,
        }
    }

    pub(super) fn category(self, c: u32) -> &'static str {
        match c {
            // A letter without case since Unicode 17.
            0x295 => "Ll",
            c if self.assigned(c) => self.ucd().category(point(c)),
            _ => "Cn",
        }
    }

    pub(super) fn bidirectional(self, c: u32) -> &'static str {
        match c {
            c if is_surrogate(c) => "L",
            c if !self.assigned(c) => "",
            c if BALINESE.contains(&c) => "NSM",
            c => self.ucd().bidirectional(point(c)),
        }
    }

    pub(super) fn combining(self, c: u32) -> u8 {
        if self.assigned(c) { self.ucd().combining(point(c)) } else { 0 }
    }

    pub(super) fn mirrored(self, c: u32) -> i32 {
        if self.assigned(c) { self.ucd().mirrored(point(c)) } else { 0 }
    }

    pub(super) fn east_asian_width(self, c: u32) -> &'static str {
        if self.assigned(c) {
            self.ucd().east_asian_width(point(c))
        } else if !New.assigned(c) && is_reserved_wide(c) {
            "W"
        } else {
            "N"
        }
    }

    /// The decomposition of one step, with its tag.
    pub(super) fn decomposition(self, c: u32) -> String {
        match c {
            // Syllables of three letters decompose at once.
            0xAC00..=0xD7A3 => {
                let i = c - 0xAC00;
                let (first, second, third) =
                    (0x1100 + i / 588, 0x1161 + i % 588 / 28, 0x11A7 + i % 28);
                match third {
                    0x11A7 => format!("{first:04X} {second:04X}"),
                    _ => format!("{first:04X} {second:04X} {third:04X}"),
                }
            }
            // The crate has the corrected ones the wrong way round.
            c if Old.corrected(c) != c => ANCIENT.decomposition(point(c)),
            c if self.assigned(c) => self.ucd().decomposition(point(c)),
            _ => String::new(),
        }
    }

    pub(super) fn decimal(self, c: u32) -> Option<u32> {
        self.assigned(c).then(|| self.ucd().decimal(point(c))).flatten().map(|n| n as u32)
    }

    /// The value of a digit: Unicode 3.2 is answered by 16, as CPython does.
    pub(super) fn digit(self, c: u32) -> Option<u32> {
        New.assigned(c).then(|| MODERN.digit(point(c))).flatten().map(|n| n as u32)
    }

    pub(super) fn numeric(self, c: u32) -> Option<f64> {
        if !self.assigned(c)
            || NEW_NUMBERS.contains(&c)
            || self == Old && LATER_NUMBERS.binary_search(&c).is_ok()
        {
            return None;
        }
        // A Chinese numeral that is a million, and a million millions since Unicode 17.
        if self == New && c == 0x5146 { Some(1e6) } else { self.ucd().numeric(point(c)) }
    }

    pub(super) fn name(self, c: u32) -> Option<String> {
        if !self.assigned(c) {
            return None;
        }
        unicode_names2::name(char::from_u32(c)?).map(|name| name.to_string())
    }

    /// What has this name: one character, or, in Unicode 16, a sequence of them.
    pub(super) fn lookup(self, name: &str) -> Option<String> {
        match character(name) {
            // Unicode 3.2 knows no other names than the first.
            Some(c) if self == Old => {
                self.name(c.into()).filter(|n| n.eq_ignore_ascii_case(name)).map(|_| c.to_string())
            }
            Some(c) => Some(c.to_string()),
            None => match self.ucd().lookup(name)? {
                LookupResult::Sequence(text) => Some(text.to_owned()),
                LookupResult::Character(_) => None,
            },
        }
    }

    /// What a character stands for in normal forms where that was put right after this version.
    pub(super) fn corrected(self, c: u32) -> u32 {
        match (self, c) {
            (Old, 0x2F868) => 0x2136A,
            (Old, 0x2F874) => 0x5F33,
            (Old, 0x2F91F) => 0x43AB,
            (Old, 0x2F95F) => 0x7AAE,
            (Old, 0x2F9BF) => 0x4D57,
            (_, c) => c,
        }
    }

    /// Whether a character takes part in normal forms: one that is not known stands for itself.
    pub(super) fn normalizes(self, c: u32) -> bool {
        New.assigned(c) && (self == New || self.assigned(c) || New.decomposition(c).is_empty())
    }
}

/// The character of this name or alias in Unicode 16, as in `\N{name}`.
pub(crate) fn character(name: &str) -> Option<char> {
    const PADDED: &str = "CJK UNIFIED IDEOGRAPH-0";
    // The crate reads numbers with zeros in front, too.
    let padded = name.get(..PADDED.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(PADDED));
    if padded { None } else { unicode_names2::character(name) }
}
