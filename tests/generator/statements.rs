//! Statements of random programs: assignments, branches, loops, exceptions, closures.

use super::{Gen, Kind, MAX_TIMES, MODULI};

impl Gen {
    pub(super) fn statements(&mut self, n: usize, depth: usize) {
        for _ in 0..n {
            self.statement(depth);
        }
    }

    pub(super) fn statement(&mut self, depth: usize) {
        self.cost += self.times;
        match self.below(if depth == 0 { 16 } else { 34 }) {
            0..=3 => self.assign_int(),
            4 | 5 => self.assign_float(),
            6 => self.assign_text(),
            7 | 8 => self.assign_list(),
            9 => self.assign_dict(),
            10 | 11 => self.assign_any(),
            12 | 13 => self.use_object(),
            14 => self.unpack(),
            15 => self.leave_loop(),
            16..=19 => self.if_(depth - 1),
            20..=26 => self.for_(depth - 1),
            27 | 28 => self.while_(depth - 1),
            29..=31 => self.try_(depth - 1),
            32 => self.with_(depth - 1),
            _ => self.inner_function(),
        }
    }

    pub(super) fn assign_int(&mut self) {
        let names = self.scope.ints.clone();
        let names: Vec<String> = names.into_iter().filter(|n| n.starts_with('i')).collect();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(7) {
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
            _ => {
                let value = self.int(3);
                let modulus = self.pick(MODULI);
                line!(self, "{name} = {value} % {modulus}");
            }
        }
    }

    pub(super) fn assign_float(&mut self) {
        let names = self.scope.floats.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let value = self.float(2);
        let operator = self.pick(&["=", "=", "+=", "-=", "*="]);
        line!(self, "{name} {operator} {value}");
    }

    pub(super) fn assign_text(&mut self) {
        let names = self.scope.texts.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let value = self.text(2);
        match self.below(3) {
            0 => {
                line!(self, "{name} += {value}");
                line!(self, "if len({name}) > 40: {name} = {name}[-{}:]", 1 + self.below(30));
            }
            _ => line!(self, "{name} = ({value})[-{}:]", 5 + self.below(30)),
        }
    }

    pub(super) fn assign_list(&mut self) {
        let names = self.scope.lists.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(9) {
            0 | 1 => {
                let value = self.int(2);
                line!(self, "{name}.append({value} % 100003)");
                line!(self, "if len({name}) > 20: del {name}[{}:]", self.below(18));
            }
            2 => line!(self, "if {name}: {name}.pop({})", self.pick(&["", "0", "-1"])),
            3 => {
                let (index, value) = (self.int(1), self.int(2));
                line!(self, "if {name}: {name}[{index} % len({name})] = {value} % (2**61 - 1)");
            }
            4 => line!(self, "{name}.{}()", self.pick(&["reverse", "sort", "copy"])),
            5 => {
                let value = self.list(1);
                line!(self, "{name}[{}:{}] = ({value})[:4]", self.below(3), 2 + self.below(3));
                line!(self, "if len({name}) > 20: del {name}[{}:]", self.below(18));
            }
            6 => {
                let value = self.int(1);
                line!(self, "{name}[{}] += {value} % 997", self.below(4));
            }
            _ => {
                let value = self.list(2);
                line!(self, "{name} = [q % (2**63 + 9) for q in ({value})[:12]]");
            }
        }
    }

    pub(super) fn assign_dict(&mut self) {
        let names = self.scope.dicts.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let (key, value) = (self.int(1), self.int(2));
        match self.below(8) {
            0..=2 => line!(self, "{name}[{key} % 11] = {value} % 100003"),
            3 => line!(self, "{name}[{key} % 11] = {name}.get({key} % 11, 0) + 1"),
            4 => line!(self, "{name}.pop({key} % 11, None)"),
            5 => line!(self, "{name}.setdefault({key} % 11, {value} % 77)"),
            6 => line!(self, "del {name}[{key} % 11]"),
            _ => {
                let list = self.list(1);
                line!(self, "{name} = {{q % 11: r for r, q in enumerate({list})}}");
            }
        }
    }

    pub(super) fn assign_any(&mut self) {
        let names = self.scope.anys.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(6) {
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
            _ => {
                let value = self.any();
                line!(self, "{name} = {value}");
            }
        }
    }

    pub(super) fn use_object(&mut self) {
        let names = self.scope.objects.clone();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        let value = self.int(2);
        match self.below(9) {
            0 => line!(self, "{name}.a = {value} % 1000003"),
            1 => line!(self, "{name}.b += {value} % 101"),
            2 => line!(self, "{name} = {name} + {}", self.below(9)),
            3 => {
                let other = self.pick(&names);
                line!(self, "{name} = {name} + {other}");
            }
            4 => {
                if let Some(class) = self.callable(Kind::Class) {
                    let other = self.int(1);
                    line!(self, "{name} = {class}({value} % 1009, {other} % 13)");
                }
            }
            5 => {
                let other = self.pick(&names);
                let ints: Vec<String> =
                    self.scope.ints.iter().filter(|n| n.starts_with('i')).cloned().collect();
                if !ints.is_empty() {
                    let int = self.pick(&ints);
                    line!(self, "if {name} < {other} or {name} == {other}: {int} += 1");
                }
            }
            6 => line!(self, "type({name}).k = {value} % 31"),
            7 => line!(self, "{name}.extra{} = {value} % 11", self.below(3)),
            _ => {
                if self.times * 3 < MAX_TIMES {
                    line!(self, "{name}.m({value})");
                }
            }
        }
    }

    pub(super) fn unpack(&mut self) {
        let names: Vec<String> =
            self.scope.ints.iter().filter(|n| n.starts_with('i')).cloned().collect();
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

    pub(super) fn leave_loop(&mut self) {
        if !self.breakable {
            return self.assign_int();
        }
        let condition = self.condition(1);
        let how = self.pick(&["break", "continue", "continue"]);
        line!(self, "if {condition} and {}: {how}", self.condition_rare());
    }

    pub(super) fn condition_rare(&mut self) -> String {
        let value = self.int(0);
        format!("{value} % {} == 0", 3 + self.below(9))
    }

    pub(super) fn if_(&mut self, depth: usize) {
        let condition = self.condition(2);
        self.block(format!("if {condition}"), |g| g.some(depth));
        if self.one_in(3) {
            let condition = self.condition(1);
            self.block(format!("elif {condition}"), |g| g.some(depth));
        }
        if self.one_in(2) {
            self.block("else", |g| g.some(depth));
        }
    }

    pub(super) fn some(&mut self, depth: usize) {
        let n = 1 + self.below(3);
        self.statements(n, depth);
    }

    pub(super) fn for_(&mut self, depth: usize) {
        let room = MAX_TIMES / self.times / 4;
        if room < 3 || self.loops >= 3 {
            return self.assign_int();
        }
        let n = match self.loops {
            0 => 20 + self.below(180),
            1 => 3 + self.below(20),
            _ => 2 + self.below(5),
        };
        let n = (n as u64).min(room);
        let variable = format!("j{}", self.loops);
        let mut known = vec![variable.clone()];
        let (head, times) = match self.below(12) {
            0..=5 => (format!("for {variable} in range({n})"), n),
            6 => (
                format!("for {variable} in range({}, -{n}, -{})", self.below(4), 1 + self.below(2)),
                n,
            ),
            7 => (format!("for {variable} in ({})[:12]", self.list(1)), 12),
            8 => {
                known.push(format!("{variable}b"));
                (format!("for {variable}, {variable}b in enumerate(range({n}))"), n)
            }
            9 if !self.scope.dicts.is_empty() => {
                let dicts = self.scope.dicts.clone();
                known.push(format!("{variable}b"));
                (format!("for {variable}, {variable}b in list({}.items())", self.pick(&dicts)), 11)
            }
            10 => {
                let text = self.text(1);
                (format!("for {variable} in map(ord, ({text})[:20])"), 20)
            }
            _ => match self.callable(Kind::Generator) {
                Some(name) => {
                    (format!("for {variable} in {name}({}, {})", n.min(9), self.int(1)), 9)
                }
                None => (format!("for {variable} in range({n})"), n),
            },
        };
        for name in &known {
            self.scope.ints.push(name.clone());
        }
        self.looped(&head, times, |g| g.some(depth));
        for _ in &known {
            self.scope.ints.pop();
        }
        if self.one_in(6) {
            self.block("else", |g| g.some(0));
        }
    }

    pub(super) fn while_(&mut self, depth: usize) {
        let room = MAX_TIMES / self.times / 4;
        if room < 3 || self.loops >= 3 {
            return self.assign_int();
        }
        let n = (3 + self.below(if self.loops == 0 { 120 } else { 12 }) as u64).min(room);
        let variable = format!("n{}", self.loops);
        line!(self, "{variable} = 0");
        let head = if self.one_in(3) {
            let condition = self.condition(1);
            format!("while {variable} < {n} and ({condition} or {variable} < {})", n / 2)
        } else {
            format!("while {variable} < {n}")
        };
        self.scope.ints.push(variable.clone());
        self.looped(&head, n, |g| {
            line!(g, "{variable} += 1");
            g.some(depth);
        });
        self.scope.ints.pop();
    }

    pub(super) fn try_(&mut self, depth: usize) {
        let errors = [
            "ZeroDivisionError",
            "(IndexError, KeyError)",
            "(ValueError, TypeError)",
            "ArithmeticError",
            "Exception",
        ];
        self.block("try", |g| {
            g.some(depth);
            if g.one_in(3) {
                let condition = g.condition(1);
                let error =
                    g.pick(&["ValueError", "KeyError", "ZeroDivisionError", "RuntimeError"]);
                let value = g.int(0);
                line!(g, "if {condition}: raise {error}({value})");
            }
        });
        let both = self.one_in(5);
        if !both || self.one_in(2) {
            let error = self.pick(&errors);
            self.block(format!("except {error} as e"), |g| {
                g.some(0);
                if g.one_in(6) {
                    g.line("raise");
                } else if g.one_in(6) {
                    g.line("raise RuntimeError(type(e).__name__) from e");
                }
            });
            if self.one_in(5) {
                self.block("except Exception", |g| g.some(0));
            }
            if self.one_in(4) {
                self.block("else", |g| g.some(0));
            }
        }
        if both {
            let breakable = std::mem::replace(&mut self.breakable, false);
            self.block("finally", |g| g.some(0));
            self.breakable = breakable;
        }
    }

    pub(super) fn with_(&mut self, depth: usize) {
        let Some(name) = self.callable(Kind::Class) else { return self.assign_int() };
        let value = self.int(1);
        self.block(format!("with {name}({value} % 19, 2) as o9"), |g| g.some(depth));
    }

    pub(super) fn inner_function(&mut self) {
        if self.times > 40 || self.indent > 3 {
            return self.assign_int();
        }
        let captured: Vec<String> =
            self.scope.ints.iter().filter(|n| n.starts_with('i')).cloned().collect();
        if captured.is_empty() {
            return;
        }
        let shared = self.pick(&captured);
        let name = self.name("c");
        let outer = self.outer;
        self.scope.ints.push(String::from("y"));
        let times = self.times;
        let calls = (MAX_TIMES / self.times / 8).clamp(1, 40);
        self.times = times * calls;
        let (kept, value, result) = (self.int(1), self.int(2), self.int(2));
        self.scope.ints.pop();
        self.block(format!("def {name}(y, z={kept_default})", kept_default = self.seed % 7), |g| {
            line!(g, "{outer} {shared}");
            line!(g, "{shared} = ({shared} + {value} + z) % 1000003");
            line!(g, "return {result} + {kept}");
        });
        self.scope.ints.push(String::from("j9"));
        self.looped(&format!("for j9 in range({calls})"), calls, |g| {
            line!(g, "{shared} ^= {name}(j9) % 65537");
        });
        self.scope.ints.pop();
        self.times = times;
    }
}
