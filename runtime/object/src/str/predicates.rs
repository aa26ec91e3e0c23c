//! The is... methods of str.

use super::chars;
use super::layout::{Str, Unit, units};

/// Whether there are units and all of them satisfy a predicate.
#[inline]
fn all(s: &Str, test: impl Fn(u32) -> bool) -> bool {
    !s.is_empty() && units!(s.units(), u => u.iter().all(|c| test(c.point())))
}

/// Whether all cased characters satisfy `wanted`, and there are some.
#[inline]
fn cased(s: &Str, wanted: impl Fn(u32) -> bool, other: impl Fn(u32) -> bool) -> bool {
    let mut any = false;
    for c in s.units().iter() {
        if other(c) || chars::is_title(c) {
            return false;
        }
        any |= wanted(c);
    }
    any
}

impl Str {
    /// `self.isalpha()`
    pub fn isalpha(&self) -> bool {
        all(self, chars::is_alpha)
    }

    /// `self.isdecimal()`
    pub fn isdecimal(&self) -> bool {
        all(self, chars::is_decimal)
    }

    /// `self.isdigit()`
    pub fn isdigit(&self) -> bool {
        all(self, chars::is_digit)
    }

    /// `self.isnumeric()`
    pub fn isnumeric(&self) -> bool {
        all(self, chars::is_numeric)
    }

    /// `self.isalnum()`
    pub fn isalnum(&self) -> bool {
        all(self, chars::is_alnum)
    }

    /// `self.isspace()`
    pub fn isspace(&self) -> bool {
        all(self, chars::is_space)
    }

    /// `self.isupper()`
    pub fn isupper(&self) -> bool {
        cased(self, chars::is_upper, chars::is_lower)
    }

    /// `self.islower()`
    pub fn islower(&self) -> bool {
        cased(self, chars::is_lower, chars::is_upper)
    }

    /// `self.istitle()`
    pub fn istitle(&self) -> bool {
        let (mut any, mut inside) = (false, false);
        for c in self.units().iter() {
            let capital = chars::is_upper(c) || chars::is_title(c);
            let cased = capital || chars::is_lower(c);
            if cased && capital == inside {
                return false;
            }
            any |= cased;
            inside = cased;
        }
        any
    }

    /// `self.isidentifier()`
    pub fn isidentifier(&self) -> bool {
        let mut points = self.units().iter();
        points.next().is_some_and(chars::is_id_start) && points.all(chars::is_id_continue)
    }

    /// `self.isprintable()`
    pub fn isprintable(&self) -> bool {
        self.is_empty() || all(self, chars::is_printable)
    }
}
