//! Classes of random programs: attributes, methods, properties, operators, inheritance.
//!
//! Every class has the same names, so that an object can take the place of any other; what they do differs.

use super::{Callable, Gen, Kind, Scope};

impl Gen {
    pub(super) fn define_class(&mut self) {
        let name = self.name("C");
        let slots = self.one_in(5);
        let base = if slots { None } else { self.plain_base() };
        match base {
            Some(base) => line!(self, "class {name}({base}):"),
            None => line!(self, "class {name}:"),
        }
        self.indent += 1;
        line!(self, "k = {}", self.below(20));
        if slots {
            self.line("__slots__ = ('a', 'b', 'extra0', 'extra1', 'extra2')");
        }
        self.initialiser();
        self.methods();
        self.operators(&name);
        self.containing();
        self.indent -= 1;
        self.callables.push(Callable { name: name.clone(), kind: Kind::Class, cost: 3 });
        if self.one_in(2) {
            self.define_derived(&name);
        }
    }

    /// A class to inherit from that has no slots.
    fn plain_base(&mut self) -> Option<String> {
        let bases: Vec<String> = self
            .callables
            .iter()
            .filter(|c| c.name.starts_with('D'))
            .map(|c| c.name.clone())
            .collect();
        if bases.is_empty() || self.one_in(2) { None } else { Some(self.pick(&bases)) }
    }

    fn define_derived(&mut self, name: &str) {
        let derived = self.name("D");
        line!(self, "class {derived}({name}):");
        self.indent += 1;
        self.block("def __init__(self, a, b=2)", |g| g.line("super().__init__(b, a)"));
        line!(self, "def m(self, x): return super().m(x + {}) % 4099 + self.a", self.below(5));
        if self.one_in(2) {
            line!(self, "def __add__(self, other): return super().__add__(other)");
        }
        if self.one_in(3) {
            line!(self, "p = property(lambda self: self.a ^ {})", self.below(99));
        }
        if self.one_in(3) {
            line!(self, "def __getattr__(self, name): return len(name) + {}", self.below(9));
        }
        if self.one_in(6) {
            self.block("def __setattr__(self, name, value)", |g| {
                g.line("object.__setattr__(self, name, value)");
            });
        }
        if self.one_in(6) {
            self.line(
                "def __getattribute__(self, name): return object.__getattribute__(self, name)",
            );
        }
        if self.one_in(6) {
            self.line("def __new__(cls, *args): return object.__new__(cls)");
        }
        self.indent -= 1;
        self.callables.push(Callable { name: derived, kind: Kind::Class, cost: 4 });
    }

    fn initialiser(&mut self) {
        let form = self.below(6);
        self.block("def __init__(self, a, b=1)", |g| match form {
            0 => {
                g.line("self.b = b");
                g.line("self.a = a");
            }
            1 => {
                g.block("if a % 3", |g| g.line("self.a = a; self.b = b"));
                g.block("else", |g| g.line("self.b = b; self.a = a"));
            }
            2 => g.line("self.a, self.b = a, b"),
            3 => {
                g.line("self.a = self.b = b");
                g.line("self.a = a");
            }
            _ => {
                g.line("self.a = a");
                g.line("self.b = b");
            }
        });
    }

    fn own(extra: &[&str]) -> Scope {
        Scope {
            ints: [Gen::names(&["self.a", "self.b"]), Gen::names(extra)].concat(),
            ..Scope::default()
        }
    }

    fn methods(&mut self) {
        self.function("def m(self, x)", Gen::own(&["x", "self.k"]), |g| {
            let (first, second) = (g.int(2), g.int(2));
            line!(g, "self.a = {first} % 1000003");
            let condition = g.condition(1);
            line!(g, "if {condition}: self.b = (self.b + 1) % 127");
            if g.one_in(5) {
                let (rare, error) = (g.condition_rare(), g.error());
                line!(g, "if {rare}: raise {error}(self.b)");
            }
            line!(g, "return {second} % 1000003");
        });
        self.function("def n(self, x)", Gen::own(&["x"]), |g| {
            let value = g.int(2);
            line!(g, "return {value} % 8191");
        });
        self.line("@property");
        self.function("def p(self)", Gen::own(&[]), |g| {
            let value = g.int(2);
            line!(g, "return {value} % 65537");
        });
        if self.one_in(2) {
            self.line("@p.setter");
            self.block("def p(self, value)", |g| g.line("self.a = value % 9973"));
        }
        line!(self, "d = Counting({})", self.below(5));
        self.line("@classmethod");
        line!(self, "def make(cls, a): return cls(a % 97, cls.k % 7)");
        self.line("@staticmethod");
        line!(self, "def st(x): return x % {} + 1", 5 + self.below(50));
        if self.one_in(4) {
            self.line("def __getattr__(self, name): return len(name) * 3");
        }
    }

    fn operators(&mut self, name: &str) {
        let other = format!("(other.a if isinstance(other, {name}) else int(other))");
        let new = "type(self)";
        match self.below(3) {
            0 => line!(
                self,
                "def __add__(self, other): return {name}((self.a + {other}) % 100003, self.b)"
            ),
            1 => {
                self.block("def __add__(self, other)", |g| {
                    line!(g, "if not isinstance(other, (int, {name})): return NotImplemented");
                    line!(g, "return {new}((self.a + {other}) % 100003, self.b)");
                });
            }
            _ => line!(
                self,
                "def __add__(self, other): return {new}((self.a + {other}) % 100003, self.b)"
            ),
        }
        line!(self, "def __radd__(self, other): return {new}(self.b % 64, other % 1009)");
        line!(
            self,
            "def __sub__(self, other): return {new}((self.a - {other}) % 9973, self.b ^ 1)"
        );
        line!(self, "def __mul__(self, other): return {new}(self.a * other % 10007, self.b)");
        line!(self, "def __neg__(self): return {new}(-self.a, self.b)");
        if self.one_in(2) {
            self.block("def __iadd__(self, other)", |g| {
                line!(g, "self.a = (self.a + {other}) % 65537");
                g.line("return self");
            });
        }
        self.line("def __eq__(self, other): return self.a == other.a");
        self.line("def __lt__(self, other): return (self.a, self.b) < (other.a, other.b)");
        self.line("def __hash__(self): return self.b");
        self.line("def __repr__(self): return f'<{self.a} {self.b}>'");
        line!(
            self,
            "def __call__(self, x, *, key=1): return (self.a ^ x) % {} + key",
            7 + self.below(999)
        );
        if self.one_in(3) {
            self.line("def __bool__(self): return self.a % 2 == 0");
        }
    }

    fn containing(&mut self) {
        self.line("def __len__(self): return abs(self.b) % 17");
        line!(self, "def __getitem__(self, i): return (self.a + i * {}) % 8191", 1 + self.below(9));
        self.line("def __setitem__(self, i, x): self.b = (i ^ x) % 61");
        self.line("def __contains__(self, x): return x % 3 == self.b % 3");
        match self.below(3) {
            0 => self.block("def __iter__(self)", |g| {
                g.line("yield self.a");
                g.line("yield self.b");
            }),
            1 => self.line("def __iter__(self): return iter([self.a, self.b, 3])"),
            _ => self.line("def __iter__(self): return Upto(self.b % 5)"),
        }
        self.line("def __enter__(self): return self");
        let swallows = self.pick(&["False", "kind is ValueError", "isinstance(value, KeyError)"]);
        line!(self, "def __exit__(self, kind, value, trace): return {swallows}");
    }
}
