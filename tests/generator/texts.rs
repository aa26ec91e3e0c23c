//! Strings of random programs.

use super::{Gen, TEXTS};

impl Gen {
    pub(super) fn text(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(5) {
            let names = self.scope.texts.clone();
            return if names.is_empty() || self.one_in(2) {
                self.pick(TEXTS).to_string()
            } else {
                self.pick(&names)
            };
        }
        let d = depth - 1;
        match self.below(23) {
            0 | 1 => format!("({} + {})", self.text(d), self.text(d)),
            2 => format!("({} * {})", self.text(d), self.below(4)),
            3 => format!("{}[{}:{}]", self.text(d), self.below(3), self.below(8) as i64 - 2),
            4 => format!("{}[::{}]", self.text(d), self.pick(&["-1", "2", "-2"])),
            5 => {
                let method =
                    self.pick(&["upper", "lower", "strip", "title", "swapcase", "capitalize"]);
                format!("{}.{method}()", self.text(d))
            }
            6 => format!("{}.replace({}, {})", self.text(d), self.pick(TEXTS), self.pick(TEXTS)),
            7 => format!("str({})", self.int(d)),
            8 => format!("f'{{{}}}:{{{}}}'", self.name_of_int(), self.name_of_text()),
            9 => format!(
                "f'{{{}:{}}}'",
                self.name_of_int(),
                self.pick(&["5d", "x", "08b", ",", "+", "<6", "^9"])
            ),
            10 => {
                format!("('%d|%s|%5.2f' % ({}, {}, {}))", self.int(d), self.text(d), self.float(0))
            }
            11 => format!("','.join(map(str, {}))", self.list(d)),
            12 => format!("chr(97 + {} % 26)", self.int(d)),
            13 => format!(
                "'-'.join({}.split({}))",
                self.text(d),
                self.pick(&["','", "' '", "'a'", ""])
            ),
            14 => format!("repr({})", self.list(d)),
            18 => format!(
                "'%-5s|%05d|%x' % ({}, {}, {} & 0xffff)",
                self.text(d),
                self.int(d),
                self.int(d)
            ),
            19 => format!("''.join(reversed({}))", self.text(d)),
            20 => format!("''.join(q for q in {} if q > {})", self.text(d), self.pick(TEXTS)),
            21 => format!("({})[{} % 3:]", self.text(d), self.int(d)),
            22 => format!("repr({})", self.any()),
            15 => format!("({} if {} else {})", self.text(d), self.condition(d), self.text(d)),
            16 => format!("'{{:.3g}}/{{!r}}'.format({}, {})", self.float(d), self.text(d)),
            _ => format!(
                "{}.{}({})",
                self.text(d),
                self.pick(&["ljust", "rjust", "center", "zfill"]),
                self.below(9)
            ),
        }
    }

    pub(super) fn name_of_int(&mut self) -> String {
        let names = self.scope.ints.clone();
        if names.is_empty() { String::from("42") } else { self.pick(&names) }
    }

    pub(super) fn name_of_text(&mut self) -> String {
        let names = self.scope.texts.clone();
        if names.is_empty() { String::from("9") } else { self.pick(&names) }
    }
}
