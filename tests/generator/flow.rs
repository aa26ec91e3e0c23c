//! Control flow of random programs: branches, loops, exceptions, with, closures.

use super::{Gen, Kind, MAX_TIMES};

impl Gen {
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

    /// `return` or `raise` in rare cases, inside a function.
    pub(super) fn leave_function(&mut self) {
        if !self.returnable {
            return self.leave_loop();
        }
        let (rare, value) = (self.condition_rare(), self.int(1));
        if self.one_in(2) {
            line!(self, "if {rare}: return {value} % 4093");
        } else {
            let error = self.error();
            line!(self, "if {rare}: raise {error}({value})");
        }
    }

    pub(super) fn error(&mut self) -> &'static str {
        self.pick(&["ValueError", "KeyError", "ZeroDivisionError", "RuntimeError", "IndexError"])
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
                let error = g.error();
                let value = g.int(0);
                line!(g, "if {condition}: raise {error}({value})");
            }
        });
        let both = self.one_in(5);
        if !both || self.one_in(2) {
            let error = self.pick(&errors);
            self.block(format!("except {error} as e"), |g| {
                g.some(0);
                if !g.assignable().is_empty() && g.one_in(2) {
                    let ints = g.assignable();
                    let int = g.pick(&ints);
                    line!(g, "{int} = ({int} * 31 + trace(e)) % 1000003");
                }
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
            let breakable = self.breakable;
            self.breakable = breakable && self.one_in(5);
            self.block("finally", |g| g.some(0));
            self.breakable = breakable;
        }
    }

    pub(super) fn with_(&mut self, depth: usize) {
        let value = self.int(1);
        let name = match self.callable(Kind::Class) {
            Some(name) if self.one_in(2) => name,
            _ => {
                let variables = self.assignable();
                let target = match variables.is_empty() {
                    true => String::new(),
                    false => format!(" as {}", self.pick(&variables)),
                };
                let swallow = self.pick(&["True", "False"]);
                return self.block(format!("with Guard({swallow}){target}"), |g| g.some(depth));
            }
        };
        self.block(format!("with {name}({value} % 19, 2) as o9"), |g| g.some(depth));
    }

    pub(super) fn inner_function(&mut self) {
        if self.times > 40 || self.indent > 3 || self.returnable {
            return self.assign_int();
        }
        let captured = self.assignable();
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

    /// Runs a generator by hand: next, send, throw, close.
    pub(super) fn drive_generator(&mut self) {
        let (ints, name) = (self.assignable(), self.callable(Kind::Generator));
        let (Some(name), false) = (name, ints.is_empty() || self.times * 40 > MAX_TIMES) else {
            return self.assign_int();
        };
        let (int, value) = (self.pick(&ints), self.int(1));
        let (rounds, thrown) = (3 + self.below(9), self.below(9));
        line!(self, "t = {name}({rounds}, {value})");
        self.block("try", |g| {
            g.block(format!("for q in range({rounds})"), |g| {
                line!(g, "{int} = ({int} * 3 + t.send(None if q == 0 else q)) % 1000003");
                if g.one_in(2) {
                    line!(g, "if q == {thrown}: {int} += t.throw({}({thrown}))", g.error());
                }
            });
        });
        self.block("except (StopIteration, ValueError) as e", |g| {
            line!(g, "{int} ^= trace(e)");
        });
        if self.one_in(2) {
            self.line("t.close()");
        }
    }

    /// Functions made in a loop, each with cells of its own, called afterwards.
    pub(super) fn closures(&mut self) {
        let ints = self.assignable();
        if ints.is_empty() || self.times * 60 > MAX_TIMES {
            return self.assign_int();
        }
        let (int, maker) = (self.pick(&ints), self.name("make"));
        let value = self.within("held", |g| g.within("y", |g| g.int(2)));
        self.block(format!("def {maker}(held)"), |g| {
            g.line("count = 0");
            g.block("def call(y, *rest)", |g| {
                g.line("nonlocal count, held");
                g.line("count += 1");
                line!(g, "held = (held + {value} + len(rest)) % 8191");
                g.line("return held ^ count");
            });
            g.line("return call");
        });
        let n = 2 + self.below(4);
        line!(self, "t = [{maker}(q) for q in range({n})]");
        self.block("for q in range(12)", |g| {
            line!(g, "{int} = ({int} + t[q % {n}](q, *range(q % 3))) % 65537");
        });
    }
}
