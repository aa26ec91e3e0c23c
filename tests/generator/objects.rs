//! What random programs do with objects, and to their classes while loops run.

use super::{Gen, Kind, MAX_TIMES};

impl Gen {
    pub(super) fn attribute(&mut self, d: usize) -> String {
        let names = self.scope.objects.clone();
        if names.is_empty() {
            return self.int(d);
        }
        let object = self.pick(&names);
        match self.below(17) {
            0 | 1 => format!("{object}.a"),
            2 | 3 => format!("{object}.b"),
            4 => format!("{object}.k"),
            5 => format!("{object}.p"),
            6 => format!("{object}.d"),
            7 => format!("len({object})"),
            8 => format!("{object}[{}]", self.int(d)),
            9 => format!("{object}({})", self.int(d)),
            10 => format!("({object} < {object})"),
            11 => format!("getattr({object}, 'extra{}', {})", self.below(3), self.int(0)),
            12 => format!("sum({object})"),
            13 => format!("{object}.st({})", self.int(d)),
            14 if self.times * 3 < MAX_TIMES => format!("{object}.n({})", self.int(d)),
            _ if self.times * 3 < MAX_TIMES => format!("{object}.m({})", self.int(d)),
            _ => format!("{object}.a"),
        }
    }

    pub(super) fn use_object(&mut self) {
        let names = self.scope.objects.clone();
        if names.is_empty() {
            return self.assign_any();
        }
        let (name, other) = (self.pick(&names), self.pick(&names));
        let value = self.int(2);
        match self.below(24) {
            0 | 1 => line!(self, "{name}.a = {value} % 1000003"),
            2 | 3 => line!(self, "{name}.b += {value} % 101"),
            4 => line!(self, "{name} = {name} + {}", self.below(9)),
            5 => line!(self, "{name} = {name} + {other}"),
            6 => line!(self, "{name} = {} + {name}", self.below(9)),
            7 => line!(self, "{name} += {}", self.below(9)),
            8 => line!(self, "{name} = ({name} - {other}) * {}", self.below(5)),
            9 => line!(self, "{name} = -{other}"),
            10 => {
                if let Some(class) = self.callable(Kind::Class) {
                    let second = self.int(1);
                    line!(self, "{name} = {class}({value} % 1009, {second} % 13)");
                }
            }
            11 => {
                let ints = self.assignable();
                if !ints.is_empty() {
                    let int = self.pick(&ints);
                    line!(self, "if {name} < {other} or {name} == {other}: {int} += 1");
                }
            }
            12 => line!(self, "type({name}).k = {value} % 31"),
            13 => line!(self, "{name}.extra{} = {value} % 11", self.below(3)),
            14 => {
                let attribute = format!("extra{}", self.below(3));
                line!(self, "if hasattr({name}, '{attribute}'):");
                self.indent += 1;
                self.block("try", |g| line!(g, "del {name}.{attribute}"));
                self.block("except AttributeError", |g| g.line("pass"));
                self.indent -= 1;
            }
            15 => line!(self, "{name}[{value}] = {}", self.below(70)),
            16 => line!(self, "{name}.a, {name}.b = {other}.b, {other}.a"),
            17 => line!(self, "{name}.d = {value}"),
            18 => line!(self, "{name} = {other}.make({value})"),
            19 => line!(self, "{name}, {other} = {other}, {name}"),
            20 => {
                let ints = self.assignable();
                if !ints.is_empty() {
                    let int = self.pick(&ints);
                    line!(
                        self,
                        "if {value} in {name}: {int} = ({int} + sum(map({other}, range(3)))) % 65537"
                    );
                }
            }
            21 => {
                self.block("try", |g| line!(g, "{name}.p = {value}"));
                self.block("except AttributeError", |g| line!(g, "{name}.a = 1"));
            }
            _ => {
                if self.times * 3 < MAX_TIMES {
                    line!(self, "{name}.m({value})");
                }
            }
        }
    }

    /// A change to a class or an object's class, in rare rounds of the loop.
    pub(super) fn mutate_class(&mut self) {
        let names = self.scope.objects.clone();
        if names.is_empty() {
            return self.rebind();
        }
        let (name, other) = (self.pick(&names), self.pick(&names));
        let rare = self.condition_rare();
        let class = format!("type({name})");
        let (small, attribute) = (self.below(50), self.below(3));
        self.block(format!("if {rare}"), |g| match g.below(12) {
            0 | 1 => line!(g, "{class}.m, {class}.n = {class}.n, {class}.m"),
            2 => line!(g, "{class}.k = {class}.k % 31 + 1"),
            3 => line!(g, "{class}.p = property(lambda self: self.b + {small})"),
            4 => line!(g, "{class}.__add__ = {class}.__sub__"),
            5 => line!(g, "{class}.extra{attribute} = {small}"),
            6 => {
                g.block("try", |g| line!(g, "{name}.__class__ = type({other})"));
                g.block("except TypeError", |g| line!(g, "{name} = {other}"));
            }
            7 => {
                g.line("try:");
                line!(g, "    {name}.n = lambda x: x % {}", small + 1);
                line!(g, "except AttributeError: pass");
            }
            8 => line!(g, "{class}.__len__ = lambda self: {small}"),
            9 => line!(g, "{class}.d = Counting({small})"),
            10 => {
                line!(g, "{class}.k = property(lambda self: {small})");
                line!(g, "{name}.b = {name}.k");
                line!(g, "{class}.k = {small}");
            }
            _ => {
                line!(g, "if 'extra{attribute}' in {class}.__dict__ and not hasattr({class}, '__slots__'):");
                line!(g, "    del {class}.extra{attribute}");
            }
        });
    }

    /// A change of a global function, or of a global number, in rare rounds.
    pub(super) fn rebind(&mut self) {
        let functions: Vec<String> = self
            .callables
            .iter()
            .filter(|c| c.kind == Kind::Function)
            .map(|c| c.name.clone())
            .collect();
        let rare = self.condition_rare();
        let (seed, value) = (self.seed, self.int(1));
        if functions.is_empty() || self.one_in(3) {
            line!(self, "if {rare}: globals()['G_{seed}'] = {value} % 97");
            return;
        }
        let function = self.pick(&functions);
        let small = self.below(90);
        match self.below(4) {
            0 => line!(
                self,
                "if {rare}: globals()['{function}'] = lambda a, b=2, *rest, key=1: (a + b + key) % {}",
                small + 7
            ),
            1 => line!(self, "if {rare}: {function}.__defaults__ = ({small}, 5)"),
            2 => line!(
                self,
                "if {rare} and {function}.__kwdefaults__: {function}.__kwdefaults__ = {{'key': {small}}}"
            ),
            _ => line!(self, "if {rare}: G_{seed}_set({value} % {})", small + 1),
        }
    }
}
