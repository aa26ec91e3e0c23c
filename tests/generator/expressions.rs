//! Expressions of random programs, to a given depth: ints, floats, conditions, values of any type.

use super::{Gen, Kind, MODULI};

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
                    "-2**61 + 1",
                    "2**127 - 1",
                    "-2**127",
                    "2**127",
                    "True",
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
        match self.below(48) {
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
            32..=36 => self.attribute(d),
            37 => format!("G_{}", self.seed),
            38 => String::from("line()"),
            39 => format!("sum(map(ord, {}))", self.text(d)),
            40 => format!("({} and {})", self.int(d), self.int(d)),
            41 => format!("({} or {})", self.int(d), self.int(d)),
            42 if !self.scope.iterators.is_empty() => {
                let iterators = self.scope.iterators.clone();
                format!("next({}, {})", self.pick(&iterators), self.below(9))
            }
            42 => format!("max({}, default={})", self.list(d), self.int(0)),
            43 => match self.callable(Kind::Generator) {
                Some(name) => format!("sum({name}(3, {}))", self.int(d)),
                None => format!("functools.reduce(operator.xor, {}, 0)", self.list(d)),
            },
            44 => format!("({}, {})[{} % 2]", self.int(d), self.int(d), self.int(d)),
            45 => format!("max({}, {}, key=lambda q: q % 7)", self.int(d), self.int(d)),
            _ => self.call(d),
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

    fn float_constant(&mut self) -> String {
        let usual = ["0.5", "1.25", "-3.75", "1e10", "2.0", "1e-3", "0.1", "-0.0"];
        // Where floats leave the range that fits a word; what is no number; the smallest.
        let rare = [
            "1e300",
            "2.0**256",
            "-2.0**257",
            "1e77",
            "1e78",
            "2.0**-254",
            "1e-77",
            "5e-324",
            "math.inf",
            "math.nan",
        ];
        if self.one_in(5) { self.pick(&rare) } else { self.pick(&usual) }.to_string()
    }

    pub(super) fn float(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(6) {
            let names = self.scope.floats.clone();
            return if names.is_empty() || self.one_in(3) {
                self.float_constant()
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
            9 => format!("float({} % 10**9)", self.int(d)),
            10 => format!("math.sqrt(abs({}))", self.float(d)),
            11 => format!("round({}, {})", self.float(d), self.below(4)),
            12 => format!("({} % {})", self.float(d), self.pick(&["7.5", "0.3", "-2.0"])),
            13 => format!("({} if {} else {})", self.float(d), self.condition(d), self.float(d)),
            _ => format!("({} // {})", self.float(d), self.pick(&["1.5", "-0.7", "3"])),
        }
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
        match self.below(11) {
            0 | 1 => self.int(1),
            2 => self.float(1),
            8 => format!("{{{}: {}}}", self.int(0), self.int(0)),
            9 if !self.scope.objects.is_empty() => {
                let objects = self.scope.objects.clone();
                self.pick(&objects)
            }
            10 => self
                .pick(&["True", "2**61", "-2**61 - 1", "2**127", "math.nan", "()", "b'ab'"])
                .to_string(),
            3 => format!("{}[:9]", self.text(1)),
            4 => String::from("None"),
            5 => format!("({})", self.condition(1)),
            6 => format!("({}, {})", self.int(0), self.text(0)),
            _ => self.list(0),
        }
    }
}
