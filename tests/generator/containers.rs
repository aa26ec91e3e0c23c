//! Lists, dicts and sets of random programs: expressions that make lists, statements that change containers.

use super::{Gen, Kind, MAX_TIMES};

impl Gen {
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
        match self.below(24) {
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
            13 => {
                let (from, to) = (self.below(9) as i64 - 4, self.below(9) as i64 - 2);
                format!("{}[{from}:{to}:{}]", self.list(d), self.pick(&["1", "2", "-1", "-2"]))
            }
            14 => format!("[*{}, {}, *{}]", self.list(d), self.int(d), self.list(0)),
            15 => format!("list(itertools.islice({}, {n}))", self.list(d)),
            16 => {
                let element = self.within("q", |g| g.int(1));
                format!("list({element} for q in {})", self.list(d))
            }
            17 if !self.scope.dicts.is_empty() => {
                let dicts = self.scope.dicts.clone();
                let part = self.pick(&["keys", "values"]);
                format!("list({}.{part}())", self.pick(&dicts))
            }
            18 if !self.scope.sets.is_empty() => {
                let sets = self.scope.sets.clone();
                let (a, b) = (self.pick(&sets), self.list(d));
                let operator = self.pick(&["|", "&", "-", "^"]);
                format!("sorted({a} {operator} set({b}))")
            }
            19 => format!("list(divmod({}, {}))", self.int(d), 3 + self.below(9)),
            20 => {
                let element = self.within("q", |g| g.within("r", |g| g.int(1)));
                format!("[{element} for q in range(3) for r in range(q)]")
            }
            21 => format!("([{}, {}] * {})", self.int(d), self.int(d), self.below(4)),
            22 => match self.callable(Kind::Function) {
                Some(name) => {
                    format!("[{name}(q, {}) for q in ({})[:3]]", self.int(0), self.list(d))
                }
                None => format!("list(itertools.accumulate({}))", self.list(d)),
            },
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

    pub(super) fn assign_list(&mut self) {
        let names = self.scope.lists.clone();
        if names.is_empty() {
            return self.assign_int();
        }
        let name = self.pick(&names);
        match self.below(18) {
            0 | 1 => {
                let value = self.int(2);
                line!(self, "{name}.append({value} % 100003)");
                self.shorten(&name);
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
                self.shorten(&name);
            }
            6 => {
                let value = self.int(1);
                line!(self, "{name}[{}] += {value} % 997", self.below(4));
            }
            7 => {
                let (value, at) = (self.int(2), self.below(5) as i64 - 1);
                line!(self, "{name}.insert({at}, {value} % 251)");
                self.shorten(&name);
            }
            8 => {
                let value = self.list(1);
                let operator = self.pick(&["+=", "+=", "extend"]);
                if operator == "extend" {
                    line!(self, "{name}.extend(({value})[:6])");
                } else {
                    line!(self, "{name} += ({value})[:6]");
                }
                self.shorten(&name);
            }
            9 => {
                let value = self.int(1);
                line!(self, "if {value} in {name}: {name}.remove({value})");
            }
            10 => {
                line!(self, "del {name}[{}::{}]", self.below(4), 2 + self.below(3));
            }
            11 => {
                line!(self, "{name} *= {}", self.below(3));
                self.shorten(&name);
            }
            12 => {
                let other = self.pick(&names);
                line!(self, "{name} = {other}");
            }
            13 => {
                let (first, last) = (self.int(1), self.int(1));
                line!(self, "{name}[::2] = [{first} % 9, {last} % 7]");
            }
            14 if self.times * 20 < MAX_TIMES => {
                let value = self.within("q", |g| g.int(1));
                self.block(format!("for q in {name}"), |g| {
                    line!(g, "if len({name}) > 15: break");
                    line!(g, "{name}.append({value} % 77)");
                });
            }
            15 => line!(self, "{name} = [*map(int, {name})][:9]"),
            _ => {
                let value = self.list(2);
                line!(self, "{name} = [q % (2**63 + 9) for q in ({value})[:12]]");
            }
        }
    }

    fn shorten(&mut self, name: &str) {
        line!(self, "if len({name}) > 20: del {name}[{}:]", self.below(18));
    }

    pub(super) fn assign_dict(&mut self) {
        let names = self.scope.dicts.clone();
        if names.is_empty() {
            return self.assign_int();
        }
        let name = self.pick(&names);
        let (key, value) = (self.int(1), self.int(2));
        match self.below(14) {
            0..=2 => line!(self, "{name}[{key} % 11] = {value} % 100003"),
            3 => line!(self, "{name}[{key} % 11] = {name}.get({key} % 11, 0) + 1"),
            4 => line!(self, "{name}.pop({key} % 11, None)"),
            5 => line!(self, "{name}.setdefault({key} % 11, {value} % 77)"),
            6 => line!(self, "del {name}[{key} % 11]"),
            7 => line!(self, "if {key} % 11 in {name}: {name}[{key} % 11] += {value} % 7"),
            8 => line!(self, "{name} |= {{{key} % 5: {value} % 9, 3: 4}}"),
            9 => line!(self, "{name} = {{**{name}, {key} % 13: {value} % 31}}"),
            10 => line!(self, "if len({name}) > 8: {name}.popitem()"),
            11 if self.times * 12 < MAX_TIMES => {
                let rare = self.condition_rare();
                self.block("try", |g| {
                    g.block(format!("for q in {name}"), |g| {
                        line!(g, "{name}[q] = ({name}[q] + q) % 10007");
                        line!(g, "if {rare}: {name}[{key} % 11 + q] = 1");
                    });
                });
                self.block("except RuntimeError", |g| line!(g, "{name}.clear()"));
            }
            _ => {
                let list = self.list(1);
                line!(self, "{name} = {{q % 11: r for r, q in enumerate({list})}}");
            }
        }
    }

    /// Dicts with strings as keys, and what strings make of them.
    pub(super) fn assign_table(&mut self) {
        let names = self.scope.tables.clone();
        if names.is_empty() {
            return self.assign_dict();
        }
        let name = self.pick(&names);
        let (key, value) = (self.text(1), self.int(2));
        match self.below(8) {
            0..=2 => line!(self, "{name}[({key})[:2]] = {value} % 1009"),
            3 => line!(self, "{name}[({key})[:1]] = {name}.get(({key})[:1], 0) + 1"),
            4 => line!(self, "{name}.pop(({key})[:2], 0)"),
            5 => line!(self, "if ({key})[:1] in {name}: del {name}[({key})[:1]]"),
            6 => line!(self, "for q in ({key})[:5]: {name}[q] = {name}.setdefault(q, 0) + 1"),
            _ => line!(self, "{name} = dict(itertools.islice({name}.items(), {}))", self.below(9)),
        }
    }

    pub(super) fn assign_set(&mut self) {
        let names = self.scope.sets.clone();
        if names.is_empty() {
            return self.assign_list();
        }
        let name = self.pick(&names);
        let value = self.int(2);
        match self.below(8) {
            0..=2 => line!(self, "{name}.add({value} % 23)"),
            3 => line!(self, "{name}.discard({value} % 23)"),
            4 => {
                let list = self.list(1);
                let operator = self.pick(&["|=", "&=", "-=", "^="]);
                line!(self, "{name} {operator} {{q % 23 for q in {list}}}");
            }
            5 => line!(self, "if {value} % 23 in {name}: {name}.remove({value} % 23)"),
            6 => line!(self, "{name} = {{*{name}, {value} % 19}}"),
            _ => {
                let element = self.within("q", |g| g.int(1));
                line!(self, "{name} = {{{element} % 23 for q in {name}}}");
            }
        }
    }
}
