//! The parts of random programs: functions, generators, classes and the body that uses them.

use super::{Callable, Gen, Kind, MODULI, Scope};

impl Gen {
    /// Writes a function; its variables are what `scope` says and its cost is returned.
    pub(super) fn function(
        &mut self,
        head: &str,
        scope: Scope,
        body: impl FnOnce(&mut Self),
    ) -> u64 {
        let old = std::mem::replace(&mut self.scope, scope);
        let returnable = std::mem::replace(&mut self.returnable, true);
        let (times, cost, loops) = (self.times, self.cost, self.loops);
        (self.times, self.cost, self.loops) = (1, 1, 1);
        self.breakable = false;
        self.block(head, body);
        let mine = self.cost;
        self.returnable = returnable;
        (self.scope, self.times, self.cost, self.loops) = (old, times, cost, loops);
        mine
    }

    pub(super) fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_string()).collect()
    }

    pub(super) fn define_function(&mut self) {
        let name = self.name("f");
        let scope = Scope {
            ints: Self::names(&["a", "b", "c", "i0"]),
            floats: Self::names(&["x0"]),
            ..Scope::default()
        };
        let factory = self.one_in(5);
        if factory {
            line!(self, "def {name}_(total):");
            self.indent += 1;
        } else if self.one_in(6) {
            self.line("@logged");
        }
        let head = format!("def {name}(a, b=2, c=3, *rest, key=4)");
        let cost = self.function(&head, scope, |g| {
            if factory {
                g.line("nonlocal total");
                g.line("total = (total + a) % 509");
                g.scope.ints.push("total".into());
            } else if g.one_in(4) {
                let seed = g.seed;
                line!(g, "global G_{seed}");
                line!(g, "G_{seed} = (G_{seed} + a) % {}", 3 + g.below(999));
            }
            g.line("i0 = key + len(rest)");
            g.line("x0 = a % 1000 * 0.25");
            let n = 1 + g.below(3);
            g.statements(n, 2);
            let value = g.int(3);
            let modulus = g.pick(MODULI);
            line!(g, "return ({value} + i0) % {modulus}");
        });
        if factory {
            line!(self, "return {name}");
            self.indent -= 1;
            line!(self, "{name} = {name}_({})", self.below(20));
        }
        self.callables.push(Callable { name, kind: Kind::Function, cost });
    }

    pub(super) fn define_recursive(&mut self) {
        let name = self.name("r");
        let twice = self.one_in(3);
        let scope = Scope { ints: Self::names(&["depth", "a"]), ..Scope::default() };
        self.function(&format!("def {name}(depth, a)"), scope, |g| {
            let (condition, value, next) = (g.condition(1), g.int(2), g.int(2));
            line!(g, "if depth <= 0: return {value} % 10007");
            if twice {
                line!(g, "return ({name}(depth - 1, {next} % 10007) + {name}(depth - 2, a + 1)) % 1000003");
            } else {
                line!(g, "if {condition}: a += 1");
                line!(g, "return ({name}(depth - 1, {next} % 10007) * 31 + depth) % (2**61 - 1)");
            }
        });
        self.callables.push(Callable {
            name,
            kind: Kind::Recursive,
            cost: if twice { 80 } else { 20 },
        });
    }

    pub(super) fn define_generator(&mut self) {
        let name = self.name("g");
        let scope = Scope { ints: Self::names(&["n", "a", "i0", "j"]), ..Scope::default() };
        let inner = self.callable(Kind::Generator).filter(|_| self.below(2) == 0);
        self.function(&format!("def {name}(n, a)"), scope, |g| {
            g.line("i0 = 1");
            g.returnable = g.one_in(3);
            if g.one_in(3) {
                g.block("try", |g| g.generator_body(inner.as_deref()));
                g.block("finally", |g| g.line("i0 = 0"));
            } else if g.one_in(3) {
                g.block("try", |g| g.generator_body(inner.as_deref()));
                g.block("except ValueError as e", |g| {
                    g.line("yield -1");
                    g.line("i0 = yield i0 % 257");
                });
                g.line("i0 = i0 or 0");
            } else {
                g.generator_body(inner.as_deref());
            }
            g.line("return i0");
        });
        self.callables.push(Callable { name, kind: Kind::Generator, cost: 60 });
    }

    pub(super) fn generator_body(&mut self, inner: Option<&str>) {
        self.block("for j in range(n)", |g| {
            g.breakable = true;
            g.leave_loop();
            g.assign_int();
            let value = g.int(2);
            if g.one_in(3) {
                g.statement(1);
            }
            if g.one_in(2) {
                line!(g, "sent = yield {value} % 65537");
                g.line("if sent is not None: i0 += sent");
            } else {
                line!(g, "yield {value} % 65537");
            }
            g.breakable = false;
        });
        if let Some(inner) = inner {
            line!(self, "i0 = yield from {inner}(2, a)");
        }
    }

    pub(super) fn whole(&mut self) {
        let seed = self.seed;
        line!(self, "print('== {seed}')");
        line!(self, "G_{seed} = {}", self.below(99));
        self.block(format!("def G_{seed}_set(x)"), |g| {
            line!(g, "global G_{seed}");
            line!(g, "G_{seed} = x");
        });
        for _ in 0..1 + self.below(6) {
            match self.below(8) {
                0..=2 => self.define_function(),
                3 => self.define_recursive(),
                4 => self.define_generator(),
                _ => self.define_class(),
            }
        }
        let in_function = !self.one_in(4);
        if in_function {
            let head = format!("def main_{seed}()");
            self.outer = "nonlocal";
            self.block(head, |g| g.body());
            self.block("try", |g| line!(g, "main_{seed}()"));
        } else {
            self.outer = "global";
            self.block("try", |g| g.body());
        }
        self.block("except Exception as e", |g| g.line("print(type(e).__name__, e, trace(e))"));
    }

    pub(super) fn body(&mut self) {
        (self.times, self.cost, self.loops) = (1, 1, 0);
        let mut scope = Scope {
            ints: Self::names(&["i0", "i1", "i2"]),
            floats: Self::names(&["x0", "x1"]),
            texts: Self::names(&["s0"]),
            lists: Self::names(&["l0", "l1"]),
            dicts: Self::names(&["d0"]),
            tables: Self::names(&["d1"]),
            sets: Self::names(&["e0"]),
            iterators: Vec::new(),
            anys: Self::names(&["v0"]),
            objects: Vec::new(),
        };
        for n in 0..3 {
            let value = self.constant();
            line!(self, "i{n} = {value}");
        }
        self.line("x0 = 0.5; x1 = -1.25; s0 = 'seed'; v0 = 0; w = 0");
        self.line("l0 = [3, 1, 2]; l1 = []; d0 = {}; d1 = {'a': 1}; e0 = {4, 5}");
        let mut shown = String::from("i0, i1, i2, x0, x1, s0, v0, l0, l1, d0, d1, sorted(e0)");
        if self.one_in(3) {
            let iterator = match self.callable(Kind::Generator) {
                Some(name) if self.one_in(2) => format!("{name}(300, 3)"),
                _ => self
                    .pick(&[
                        "iter(range(500))",
                        "itertools.count(3)",
                        "map(abs, range(-400, 400))",
                        "itertools.cycle([1, 2, 3])",
                        "(q * q for q in range(600))",
                        "reversed(range(300))",
                        "Upto(300)",
                    ])
                    .to_string(),
            };
            line!(self, "it0 = {iterator}");
            scope.iterators = Self::names(&["it0"]);
        }
        if let Some(class) = self.callable(Kind::Class) {
            line!(self, "o0 = {class}(5, 6)");
            line!(self, "o1 = {class}(7)");
            scope.objects = Self::names(&["o0", "o1"]);
            shown.push_str(", o0, o1");
        }
        self.scope = scope;
        for _ in 0..2 + self.below(3) {
            self.guarded(|g| {
                g.for_(3);
                g.statement(2);
            });
            line!(self, "print({shown})");
        }
    }

    /// Statements whose exception is printed and does not end the program, mostly.
    pub(super) fn guarded(&mut self, body: impl FnOnce(&mut Self)) {
        if self.one_in(8) {
            return body(self);
        }
        self.block("try", body);
        self.block("except Exception as e", |g| g.line("print(type(e).__name__, e)"));
    }
}
