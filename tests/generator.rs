//! A seeded generator of Python programs that always end and print what they computed.
//!
//! A program is a few functions, generators and classes, and a body of nested loops over ints (small, large), floats,
//! strings, lists, dicts, sets, objects and variables whose type changes. Classes and globals change while loops run.
//! Programs raise exceptions, catch some, and print the one that ends them. How often a statement runs is counted along (`times`), so that no program runs long; large
//! numbers, strings and lists are cut where they are assigned. Nothing depends on addresses, hashes of strings or time.
//!
//! Everything printed is the same under every Python 3, so CPython is an oracle for all but the texts of a few errors.

use std::fmt::Write;

/// Writes a line; the values are computed first, as they draw on the same random numbers.
macro_rules! line {
    ($g:ident, $($text:tt)*) => {{
        let text = format!($($text)*);
        $g.line(text)
    }};
}

mod classes;
mod containers;
mod expressions;
mod flow;
mod objects;
mod parts;
mod statements;
mod texts;

/// Statements of the innermost loops that one program may run, roughly.
const MAX_TIMES: u64 = 12_000;

/// What programs may name besides their own; stands before the first program of a file.
pub(crate) const PRELUDE: &str = include_str!("generator/prelude.py");

/// The text of the program with this seed; it begins by printing `== seed`.
pub(crate) fn program(seed: u64) -> String {
    let mut g = Gen {
        random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d,
        ..Gen::new(seed)
    };
    g.whole();
    g.out
}

/// A function that expressions may call: its name and what a call costs.
#[derive(Clone)]
struct Callable {
    name: String,
    kind: Kind,
    cost: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Takes (int, int, optional int, *ints, optional keyword), returns an int.
    Function,
    /// Takes (depth, int), returns an int.
    Recursive,
    /// Takes (int, int), yields ints.
    Generator,
    /// Makes objects from two ints.
    Class,
}

/// The names an expression may use.
#[derive(Clone, Default)]
struct Scope {
    ints: Vec<String>,
    floats: Vec<String>,
    texts: Vec<String>,
    lists: Vec<String>,
    dicts: Vec<String>,
    /// Dicts with strings as keys.
    tables: Vec<String>,
    sets: Vec<String>,
    /// Iterators over ints.
    iterators: Vec<String>,
    objects: Vec<String>,
    anys: Vec<String>,
}

struct Gen {
    seed: u64,
    random: u64,
    out: String,
    indent: usize,
    scope: Scope,
    callables: Vec<Callable>,
    /// How often the statement being written runs in one run of its function.
    times: u64,
    /// What the function being written costs.
    cost: u64,
    loops: usize,
    /// Inside a loop whose `break` and `continue` are allowed here.
    breakable: bool,
    /// Inside a function that may return an int or raise anywhere.
    returnable: bool,
    /// The word that lets an inner function assign to the body's variables.
    outer: &'static str,
    fresh: usize,
}

const MODULI: &[&str] = &[
    "7",
    "64",
    "1000",
    "65537",
    "1000003",
    "(2**31 - 1)",
    "(2**61 - 1)",
    "(2**62 + 57)",
    "(2**64 + 13)",
    "(2**125 + 9)",
    "(2**127 - 1)",
    "(2**129 + 3)",
    "10**40",
];
const TEXTS: &[&str] = &[
    "''",
    "'a'",
    "'abc'",
    "'Hello World'",
    "'x,y,,z'",
    "' pad '",
    "'\\u00e9t\\u00e9'",
    "'\\u65e5\\u672c'",
    "'\\U0001f600!'",
    "'12'",
];

impl Gen {
    fn new(seed: u64) -> Gen {
        Gen {
            seed,
            random: 0,
            out: String::new(),
            indent: 0,
            scope: Scope::default(),
            callables: Vec::new(),
            times: 1,
            cost: 1,
            loops: 0,
            breakable: false,
            returnable: false,
            outer: "nonlocal",
            fresh: 0,
        }
    }

    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// The int variables that may be assigned to.
    fn assignable(&self) -> Vec<String> {
        self.scope.ints.iter().filter(|n| n.starts_with('i')).cloned().collect()
    }

    fn name(&mut self, stem: &str) -> String {
        self.fresh += 1;
        format!("{stem}{}_{}", self.fresh, self.seed)
    }

    fn line(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(self.out, "{:1$}{2}", "", self.indent * 4, text.as_ref());
    }

    /// `head:` and an indented block, which always holds something.
    fn block(&mut self, head: impl AsRef<str>, body: impl FnOnce(&mut Self)) {
        line!(self, "{}:", head.as_ref());
        self.indent += 1;
        let before = self.out.len();
        body(self);
        if self.out.len() == before {
            self.line("pass");
        }
        self.indent -= 1;
    }

    /// A block that runs `n` times as often as what stands around it.
    fn looped(&mut self, head: &str, n: u64, body: impl FnOnce(&mut Self)) {
        let (times, breakable) = (self.times, self.breakable);
        self.times = times.saturating_mul(n.max(1));
        self.cost += self.times;
        self.breakable = true;
        self.loops += 1;
        self.block(head, body);
        self.loops -= 1;
        (self.times, self.breakable) = (times, breakable);
    }

    /// A callable of this kind that is cheap enough to be called here.
    fn callable(&mut self, kind: Kind) -> Option<String> {
        let room = MAX_TIMES / self.times.max(1);
        let fitting: Vec<Callable> =
            self.callables.iter().filter(|c| c.kind == kind && c.cost <= room).cloned().collect();
        if fitting.is_empty() {
            return None;
        }
        let chosen = self.pick(&fitting);
        self.cost += self.times * chosen.cost;
        Some(chosen.name)
    }
}
