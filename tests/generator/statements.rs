//! Statements of random programs: which come how often, and the assignments of plain variables.

use super::{Gen, MODULI};

impl Gen {
    pub(super) fn statements(&mut self, n: usize, depth: usize) {
        for _ in 0..n {
            self.statement(depth);
        }
    }

    pub(super) fn statement(&mut self, depth: usize) {
        self.cost += self.times;
        match self.below(if depth == 0 { 24 } else { 48 }) {
            0..=3 => self.assign_int(),
            4 | 5 => self.assign_float(),
            6 => self.assign_text(),
            7 | 8 => self.assign_list(),
            9 => self.assign_dict(),
            10 | 11 => self.assign_any(),
            12 | 13 => self.use_object(),
            14 => self.unpack(),
            15 => self.leave_loop(),
            16 => self.use_object(),
            17 => self.assign_table(),
            18 => self.assign_set(),
            19 => self.mutate_class(),
            20 => self.rebind(),
            21 => self.leave_function(),
            22 => self.assign_large(),
            23 => self.assign_any(),
            24..=28 => self.if_(depth - 1),
            29..=35 => self.for_(depth - 1),
            36 | 37 => self.while_(depth - 1),
            38..=42 => self.try_(depth - 1),
            43 => self.with_(depth - 1),
            44 => self.drive_generator(),
            45 => self.closures(),
            _ => self.inner_function(),
        }
    }

    pub(super) fn assign_int(&mut self) {
        let names = self.assignable();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(9) {
            0 | 1 => {
                let operator = self.pick(&["+", "-", "^", "|"]);
                let value = self.int(2);
                line!(self, "{name} {operator}= {value}");
            }
            2 => {
                let value = self.int(1);
                let modulus = self.pick(MODULI);
                line!(self, "{name} = ({name} * {} + {value}) % {modulus}", 3 + self.below(60));
            }
            3 => {
                let value = self.int(2);
                let then = self.int(1);
                line!(self, "if (w := {value}) % 3: {name} = (w + {then}) % 1000003");
            }
            4 => {
                let value = self.int(5);
                line!(self, "{name} = {value} % 1000003");
            }
            5 if !self.scope.iterators.is_empty() => {
                let iterators = self.scope.iterators.clone();
                let iterator = self.pick(&iterators);
                line!(self, "{name} = ({name} + next({iterator}, -5)) % 65537");
            }
            _ => {
                let value = self.int(3);
                let modulus = self.pick(MODULI);
                line!(self, "{name} = {value} % {modulus}");
            }
        }
    }

    /// Ints that grow past 2^61, past 128 bits, and begin again.
    pub(super) fn assign_large(&mut self) {
        let names = self.assignable();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let limit = self
            .pick(&["2**60", "2**61", "2**62", "2**63", "2**126", "2**127", "2**128", "2**200"]);
        match self.below(5) {
            0 => line!(
                self,
                "{name} = {name} * {} + 1",
                self.pick(&["3", "-7", "1025", "(2**31 + 1)"])
            ),
            1 => line!(self, "{name} += {limit} // {}", self.pick(&["2", "3", "-5", "64"])),
            2 => line!(self, "{name} <<= {}", 1 + self.below(66)),
            3 => line!(self, "{name} = -{name} - {limit} // 7"),
            _ => {
                let value = self.int(1);
                line!(self, "{name} *= {value} % {limit}");
            }
        }
        let start =
            self.pick(&["{} % 1009", "{} // (2**64)", "-7", "{} >> 70", "{} & (2**62 - 1)"]);
        line!(self, "if abs({name}) > {limit}: {name} = {}", start.replace("{}", &name));
    }

    pub(super) fn assign_float(&mut self) {
        let names = self.scope.floats.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let value = self.float(2);
        if self.one_in(6) {
            let factor = self.pick(&["1e30", "-1e9", "1e-40", "0.001", "-2.0"]);
            let (limit, start) = (self.pick(&["1e70", "1e90", "1e300", "math.inf"]), self.below(9));
            line!(self, "{name} = {name} * {factor} + {start}");
            line!(self, "if not -{limit} < {name} < {limit}: {name} = {start}.5");
            return;
        }
        let operator = self.pick(&["=", "=", "+=", "-=", "*=", "/="]);
        line!(self, "{name} {operator} {value}");
    }

    pub(super) fn assign_text(&mut self) {
        let names = self.scope.texts.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let value = self.text(2);
        match self.below(4) {
            0 => {
                line!(self, "{name} += {value}");
                line!(self, "if len({name}) > 40: {name} = {name}[-{}:]", 1 + self.below(30));
            }
            1 => {
                let character = self.text(0);
                line!(
                    self,
                    "for q in {name}[:9]: {name} = ({name} + q if q > {character} else q + {name})[:30]"
                );
            }
            _ => line!(self, "{name} = ({value})[-{}:]", 5 + self.below(30)),
        }
    }

    pub(super) fn assign_any(&mut self) {
        let names = self.scope.anys.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(9) {
            0..=2 => {
                let (value, other, condition) = (self.any(), self.any(), self.condition(1));
                line!(self, "{name} = {value} if {condition} else {other}");
            }
            3 => {
                let (operator, value) = (self.pick(&["+", "-", "<", "=="]), self.int(1));
                self.block("try", |g| line!(g, "{name} = {name} {operator} {value}"));
                self.block("except TypeError", |g| line!(g, "{name} = {}", g.below(9)));
            }
            4 => {
                line!(self, "del {name}");
                self.block("try", |g| line!(g, "print({name})"));
                let value = self.any();
                self.block("except NameError as e", |g| line!(g, "{name} = {value}"));
            }
            5 => {
                let operator = self.pick(&["+", "*", "-", "%"]);
                self.block("try", |g| line!(g, "{name} = {name} {operator} {name}"));
                self.block("except (TypeError, ZeroDivisionError) as e", |g| {
                    line!(g, "{name} = str(e)[:20]")
                });
                self.bound(&name);
            }
            6 => {
                let names = self.assignable();
                if !names.is_empty() {
                    let int = self.pick(&names);
                    line!(self, "if isinstance({name}, int): {int} = ({int} + {name}) % 65537");
                    line!(self, "elif isinstance({name}, (str, list, tuple)): {int} = len({name})");
                }
            }
            7 => {
                let value = self.any();
                self.block("try", |g| line!(g, "{name} += {value}"));
                self.block("except TypeError", |g| line!(g, "{name} = {value}"));
                self.bound(&name);
            }
            _ => {
                let value = self.any();
                line!(self, "{name} = {value}");
            }
        }
    }

    /// Cuts what an untyped variable may have grown to.
    fn bound(&mut self, name: &str) {
        line!(self, "if isinstance({name}, (str, list, tuple, bytes)): {name} = {name}[:9]");
        line!(
            self,
            "elif isinstance({name}, (int, float)) and not abs({name}) < 1e50: {name} = -1"
        );
    }

    pub(super) fn unpack(&mut self) {
        let names = self.assignable();
        if names.len() < 2 {
            return;
        }
        let (a, b) = (self.pick(&names), self.pick(&names));
        let value = self.int(1);
        match self.below(3) {
            0 => line!(self, "{a}, {b} = {b}, {value} % 1000003"),
            1 => {
                let list = self.list(1);
                line!(self, "{a}, *w = [{value} % 97, *({list})[:5]]");
            }
            _ => line!(self, "({a}, {b}), w = ({value} % 65537, {}), 1", self.below(100)),
        }
    }
}
