//! Expressions of random programs: int, float, str, list, bool and any value, to a given depth.

use super::{Gen, Kind, MAX_TIMES, MODULI, TEXTS};

impl Gen {
    pub(super) fn constant(&mut self) -> String {
        match self.below(8) {
            0 => self.pick(&["255", "1024", "-100", "4096", "99999"]).to_string(),
            1 => self
                .pick(&[
                    "2**31",
                    "2**60",
                    "2**61 - 1",
                    "-2**61",
                    "2**63",
                    "2**64 + 1",
                    "10**20",
                    "-10**30",
                ])
                .to_string(),
            _ => (self.below(14) as i64 - 3).to_string(),
        }
    }

    pub(super) fn int(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(6) {
            let names = self.scope.ints.clone();
            return if names.is_empty() || self.one_in(4) {
                let c = self.constant();
                format!("({c})")
            } else {
                self.pick(&names)
            };
        }
        let d = depth - 1;
        match self.below(34) {
            0..=4 => format!("({} + {})", self.int(d), self.int(d)),
            5..=7 => format!("({} - {})", self.int(d), self.int(d)),
            8..=10 => format!("({} * {} % {})", self.int(d), self.int(d), self.pick(MODULI)),
            11 if self.one_in(4) => format!("({} // {})", self.int(d), self.int(d)),
            11 => format!("({} // ({} or 3))", self.int(d), self.int(d)),
            12 => format!("({} % ({} or 1))", self.int(d), self.int(d)),
            13 => format!("({} & {})", self.int(d), self.int(d)),
            14 => format!("({} | {})", self.int(d), self.int(d)),
            15 => format!("({} ^ {})", self.int(d), self.int(d)),
            16 => format!("(({} & 65535) << {})", self.int(d), self.below(70)),
            17 => format!("({} >> {})", self.int(d), self.below(9)),
            18 => {
                let operator = self.pick(&["-", "~", "+", "abs", "int"]);
                format!("{operator}({})", self.int(d))
            }
            19 => format!("(({} & 15) ** ({} & 7))", self.int(d), self.int(d)),
            20 => format!("({} if {} else {})", self.int(d), self.condition(d), self.int(d)),
            21 => {
                let function = self.pick(&["min", "max"]);
                format!("{function}({}, {})", self.int(d), self.int(d))
            }
            22 => format!("len({})", self.text(d)),
            23 => format!("sum({})", self.list(d)),
            24 => self.item(d),
            25 if !self.scope.dicts.is_empty() => {
                let dict = self.scope.dicts.clone();
                format!("{}.get({} % 11, {})", self.pick(&dict), self.int(d), self.int(0))
            }
            26 => format!("int({})", self.float(d)),
            27 => format!("({} + ({}))", self.int(d), self.condition(d)),
            28 => format!("divmod({}, {})[{}]", self.int(d), self.int(0), self.below(2)),
            29 => format!("pow({}, {}, {})", self.int(d), self.below(40), 2 + self.below(1000)),
            30 => format!("({}).bit_length()", self.int(d)),
            31 => format!("(lambda q: {})({})", "q + 1 if q > 0 else q * 3 % 101", self.int(d)),
            32 => self.attribute(d),
            _ => self.call(d),
        }
    }

    pub(super) fn item(&mut self, d: usize) -> String {
        let names = self.scope.lists.clone();
        if names.is_empty() {
            return self.int(d);
        }
        let list = self.pick(&names);
        if self.one_in(4) {
            format!("{list}[{}]", self.below(6) as i64 - 2)
        } else {
            format!("({list}[{} % len({list})] if {list} else {})", self.int(d), self.below(9))
        }
    }

    pub(super) fn attribute(&mut self, d: usize) -> String {
        let names = self.scope.objects.clone();
        if names.is_empty() {
            return self.int(d);
        }
        let object = self.pick(&names);
        match self.below(8) {
            0 | 1 => format!("{object}.a"),
            2 => format!("{object}.b"),
            3 => format!("{object}.k"),
            4 => format!("{object}.p"),
            5 => format!("len({object})"),
            6 => format!("{object}[{}]", self.int(d)),
            _ if self.times * 3 < MAX_TIMES => format!("{object}.m({})", self.int(d)),
            _ => format!("{object}.a"),
        }
    }

    pub(super) fn call(&mut self, d: usize) -> String {
        if self.one_in(4)
            && let Some(name) = self.callable(Kind::Recursive)
        {
            return format!("{name}({}, {})", self.below(7), self.int(d));
        }
        let Some(name) = self.callable(Kind::Function) else { return self.int(d) };
        let (a, b) = (self.int(d), self.int(d));
        match self.below(8) {
            0 => format!("{name}({a}, b={b})"),
            1 => format!("{name}({a}, {b}, {})", self.int(0)),
            2 => format!("{name}({a}, {b}, 1, {}, 5)", self.int(0)),
            3 => format!("{name}(*({a}, {b}))"),
            4 => format!("{name}({a}, **{{'b': {b}, 'key': {}}})", self.int(0)),
            _ => format!("{name}({a}, {b})"),
        }
    }

    pub(super) fn float(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(6) {
            let names = self.scope.floats.clone();
            return if names.is_empty() || self.one_in(3) {
                self.pick(&["0.5", "1.25", "-3.75", "1e10", "2.0", "1e-3", "0.1", "-0.0", "1e300"])
                    .to_string()
            } else {
                self.pick(&names)
            };
        }
        let d = depth - 1;
        match self.below(15) {
            0 | 1 => format!("({} + {})", self.float(d), self.float(d)),
            2 | 3 => format!("({} - {})", self.float(d), self.float(d)),
            4 | 5 => format!("({} * {})", self.float(d), self.float(d)),
            6 => format!("({} / {})", self.float(d), self.float(d)),
            7 => format!("({} / {})", self.int(d), self.int(d)),
            8 => format!("({} * {})", self.int(d), self.float(d)),
            9 => format!("float({})", self.int(d)),
            10 => format!("math.sqrt(abs({}))", self.float(d)),
            11 => format!("round({}, {})", self.float(d), self.below(4)),
            12 => format!("({} % {})", self.float(d), self.pick(&["7.5", "0.3", "-2.0"])),
            13 => format!("({} if {} else {})", self.float(d), self.condition(d), self.float(d)),
            _ => format!("({} // {})", self.float(d), self.pick(&["1.5", "-0.7", "3"])),
        }
    }

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
        match self.below(18) {
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

    pub(super) fn list(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(4) {
            let names = self.scope.lists.clone();
            return if names.is_empty() || self.one_in(4) {
                format!("[{}, {}, {}]", self.int(0), self.int(0), self.int(0))
            } else {
                self.pick(&names)
            };
        }
        let d = depth - 1;
        if self.times * 10 > MAX_TIMES {
            return format!("[{}, {}]", self.int(d), self.int(d));
        }
        let n = 2 + self.below(6);
        self.cost += self.times * n as u64;
        match self.below(14) {
            0 => format!("[{}, {}]", self.int(d), self.int(d)),
            1 => format!("({} + {})", self.list(d), self.list(d)),
            2 => format!("{}[{}:]", self.list(d), self.below(3)),
            3 => format!("sorted({})", self.list(d)),
            4 => format!("sorted({}, key=lambda q: (q % 5, q), reverse=True)", self.list(d)),
            5 => format!("list(range({}, {}, {}))", self.below(4), n * 2, 1 + self.below(3)),
            6 => {
                let element = self.within("q", |g| g.int(1));
                format!("[{element} for q in range({n})]")
            }
            7 => {
                let element = self.within("q", |g| g.int(1));
                let filter = self.within("q", |g| g.condition(1));
                format!("[{element} for q in {} if {filter}]", self.list(d))
            }
            8 => format!("list(map(lambda q: q ^ {}, {}))", self.below(50), self.list(d)),
            9 => format!("list(filter(None, {}))", self.list(d)),
            10 => format!("[q - r for q, r in zip({}, {})]", self.list(d), self.list(d)),
            11 => format!("sorted({{q % 9 for q in {}}})", self.list(d)),
            12 => format!("list({}[::-1])", self.list(d)),
            _ => match self.callable(Kind::Generator) {
                Some(name) => format!("list({name}({n}, {}))", self.int(d)),
                None => format!("[q for r in range(2) for q in {}]", self.list(0)),
            },
        }
    }

    /// Writes something in which one more int variable can be named.
    pub(super) fn within(&mut self, name: &str, write: impl FnOnce(&mut Self) -> String) -> String {
        let times = self.times;
        self.times *= 8;
        self.scope.ints.push(name.into());
        let text = write(self);
        self.scope.ints.pop();
        self.times = times;
        text
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let comparison = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
        match self.below(if depth == 0 { 4 } else { 14 }) {
            0..=2 => format!("{} {comparison} {}", self.int(d), self.int(d)),
            3 => format!("{} % {} == {}", self.int(d), 2 + self.below(5), self.below(2)),
            4 => format!("{} {comparison} {}", self.float(d), self.float(d)),
            5 => format!("{} {comparison} {}", self.text(d), self.text(d)),
            6 => format!("({} and {})", self.condition(d), self.condition(d)),
            7 => format!("({} or {})", self.condition(d), self.condition(d)),
            8 => format!("(not {})", self.condition(d)),
            9 => format!("{} in {}", self.int(d), self.list(d)),
            10 => format!("{} < {} <= {}", self.int(d), self.int(d), self.int(d)),
            11 => format!("{} in {}", self.text(0), self.text(d)),
            12 if !self.scope.anys.is_empty() => {
                let names = self.scope.anys.clone();
                let name = self.pick(&names);
                let test = self.pick(&["is None", "is not None", "== 3", "!= 'a'"]);
                if self.one_in(2) {
                    format!("isinstance({name}, (int, str))")
                } else {
                    format!("{name} {test}")
                }
            }
            _ => format!("{} {comparison} {}", self.int(d), self.float(d)),
        }
    }

    /// A value of any type.
    pub(super) fn any(&mut self) -> String {
        match self.below(8) {
            0 | 1 => self.int(1),
            2 => self.float(1),
            3 => format!("{}[:9]", self.text(1)),
            4 => String::from("None"),
            5 => format!("({})", self.condition(1)),
            6 => format!("({}, {})", self.int(0), self.text(0)),
            _ => self.list(0),
        }
    }
}
