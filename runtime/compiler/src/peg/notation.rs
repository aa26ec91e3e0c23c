//! The notation of grammars, and how it becomes rules.
//!
//! `x?`, `x*`, `x+`, `s.x+` (separated), `&x` and `!x` (looking ahead), `~` (no other alternative from here), `&&x`
//! (must be), `(…|…)`, `a=x` (named); `'x'` is a keyword or operator, `"x"` a soft keyword, names in capitals are kinds of
//! tokens. An alternative ends in nothing, in `-> kind` (what CPython calls the node, `_` for a blank), in `=> a` (the
//! node is the one named), or in what is wrong: `{ where "message" }` or `{ special name }`. In messages `%a` is what `a`
//! is called, `$a` its text, `#a` its line.

use rustc_hash::FxHashMap;

/// What matches.
#[derive(Debug)]
pub(super) enum Item {
    /// A keyword or operator.
    Word(&'static str),
    /// A name with this text.
    Soft(&'static str),
    /// A kind of token.
    Kind(&'static str),
    Rule(usize),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    /// At least so many.
    Many(Box<Item>, usize),
    Separated(Box<Item>, Box<Item>),
    Ahead(Box<Item>),
    NotAhead(Box<Item>),
    Must(&'static str),
    Cut,
    Named(&'static str, Box<Item>),
}

/// Where an error points.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// From the first to the second.
    Span(&'static str, &'static str),
    /// From there to where the tokenizer has come.
    From(&'static str),
    /// The last token that was looked at.
    Last,
    /// The next token.
    Next,
    /// As `Last`, and it is an IndentationError.
    Indent,
}

/// What an alternative that has matched means.
#[derive(Debug)]
pub(super) enum Action {
    /// A node without a name, or what its only item is.
    None,
    /// A node of a kind.
    Node(&'static str),
    /// The node that was named.
    Same(&'static str),
    Error(Place, &'static str),
    Special(&'static str),
}

#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) items: Vec<Item>,
    pub(super) action: Action,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) left: bool,
    pub(super) mistake: bool,
    pub(super) alternatives: Vec<Alternative>,
}

/// Rules, and their numbers by their names.
pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
    pub(super) names: FxHashMap<&'static str, usize>,
}

/// Reads a grammar. The text is this crate's own: what is wrong in it shows in the tests of this crate.
pub(super) fn read(text: &'static str) -> Grammar {
    let tokens = split(text);
    let mut names = FxHashMap::default();
    for window in tokens.windows(2) {
        if window[1] == ":" && is_name(window[0]) {
            let number = names.len();
            names.entry(window[0]).or_insert(number);
        }
    }
    let mut reader = Reader { tokens, at: 0, names };
    let mut rules = Vec::new();
    while reader.at < reader.tokens.len() {
        rules.push(reader.rule());
    }
    Grammar { rules, names: reader.names }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words of the notation; quoted ones keep their quotes.
fn split(text: &'static str) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '\'' | '"' => {
                let mut escaped = false;
                let end = rest[1..].find(|d: char| {
                    let end = d == c && !escaped;
                    escaped = d == '\\' && !escaped;
                    end
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            _ if ["&&", "->", "=>", ".."].iter().any(|op| rest.starts_with(op)) => 2,
            c => c.len_utf8(),
        };
        out.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    out
}

struct Reader {
    tokens: Vec<&'static str>,
    at: usize,
    names: FxHashMap<&'static str, usize>,
}

impl Reader {
    fn peek(&self, ahead: usize) -> &'static str {
        self.tokens.get(self.at + ahead).copied().unwrap_or("")
    }

    fn next(&mut self) -> &'static str {
        self.at += 1;
        self.tokens.get(self.at - 1).copied().unwrap_or("")
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek(0) == token;
        self.at += usize::from(found);
        found
    }

    fn rule(&mut self) -> Rule {
        let left = self.take("@");
        if left {
            self.next();
        }
        let name = self.next();
        self.take(":");
        Rule { name, left, mistake: name.starts_with("bad_"), alternatives: self.alternatives() }
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        let mut all = vec![self.alternative()];
        while self.take("|") {
            all.push(self.alternative());
        }
        all
    }

    fn alternative(&mut self) -> Alternative {
        let mut items = Vec::new();
        let action = loop {
            match self.peek(0) {
                "" | "|" | ")" | "@" => break Action::None,
                "->" => {
                    self.next();
                    break Action::Node(self.next());
                }
                "=>" => {
                    self.next();
                    break Action::Same(self.next());
                }
                "{" => break self.error(),
                _ if is_name(self.peek(0)) && self.peek(1) == ":" => break Action::None,
                _ => items.push(self.item()),
            }
        };
        Alternative { items, action }
    }

    fn error(&mut self) -> Action {
        self.take("{");
        let first = self.next();
        let place = match first {
            "special" => {
                let name = self.next();
                self.take("}");
                return Action::Special(name);
            }
            "from" => Place::From(self.next()),
            "last" => Place::Last,
            "next" => Place::Next,
            "indent" => Place::Indent,
            a if self.take("..") => Place::Span(a, self.next()),
            a => Place::Span(a, a),
        };
        let message = unquoted(self.next());
        self.take("}");
        Action::Error(place, message)
    }

    fn item(&mut self) -> Item {
        match self.peek(0) {
            "&&" => {
                self.next();
                return Item::Must(unquoted(self.next()));
            }
            "&" => {
                self.next();
                return Item::Ahead(Box::new(self.atom()));
            }
            "!" => {
                self.next();
                return Item::NotAhead(Box::new(self.atom()));
            }
            "~" => {
                self.next();
                return Item::Cut;
            }
            _ => {}
        }
        if is_name(self.peek(0)) && self.peek(1) == "=" {
            let name = self.next();
            self.take("=");
            return Item::Named(name, Box::new(self.repeated()));
        }
        self.repeated()
    }

    fn repeated(&mut self) -> Item {
        let atom = self.atom();
        if self.take(".") {
            let item = self.atom();
            self.take("+");
            return Item::Separated(Box::new(atom), Box::new(item));
        }
        match self.peek(0) {
            "?" => {
                self.next();
                Item::Optional(Box::new(atom))
            }
            "*" => {
                self.next();
                Item::Many(Box::new(atom), 0)
            }
            "+" => {
                self.next();
                Item::Many(Box::new(atom), 1)
            }
            _ => atom,
        }
    }

    fn atom(&mut self) -> Item {
        let token = self.next();
        match token.chars().next() {
            Some('(') => {
                let group = self.alternatives();
                self.take(")");
                Item::Group(group)
            }
            Some('\'') => Item::Word(unquoted(token)),
            Some('"') => Item::Soft(unquoted(token)),
            _ => match self.names.get(token) {
                Some(rule) => Item::Rule(*rule),
                None => Item::Kind(token),
            },
        }
    }
}

fn unquoted(text: &'static str) -> &'static str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or("")
}
