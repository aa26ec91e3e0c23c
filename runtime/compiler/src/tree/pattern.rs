//! The cases of `match` and their patterns.

use super::{Field, Maker, list, maybe_name, name, placeless};
use habu_bytecode::Const;
use ruff_python_ast::{self as ast, Pattern, Singleton};
use ruff_text_size::Ranged;

impl Maker<'_> {
    pub(super) fn case(&self, c: &ast::MatchCase) -> Field {
        let fields = vec![
            ("pattern", self.pattern(&c.pattern)),
            ("guard", self.maybe(c.guard.as_deref())),
            ("body", self.body(&c.body)),
        ];
        placeless("match_case", fields)
    }

    fn pattern(&self, p: &Pattern) -> Field {
        let (class, fields) = match p {
            Pattern::MatchValue(v) => ("MatchValue", vec![("value", self.expr(&v.value))]),
            Pattern::MatchSingleton(s) => {
                let value = match s.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::Bool(true),
                    Singleton::False => Const::Bool(false),
                };
                ("MatchSingleton", vec![("value", Field::Const(value))])
            }
            Pattern::MatchSequence(s) => {
                ("MatchSequence", vec![("patterns", list(&s.patterns, |p| self.pattern(p)))])
            }
            Pattern::MatchMapping(m) => (
                "MatchMapping",
                vec![
                    ("keys", self.exprs(&m.keys)),
                    ("patterns", list(&m.patterns, |p| self.pattern(p))),
                    ("rest", maybe_name(m.rest.as_ref())),
                ],
            ),
            Pattern::MatchClass(c) => {
                let keywords = &c.arguments.keywords;
                (
                    "MatchClass",
                    vec![
                        ("cls", self.expr(&c.cls)),
                        ("patterns", list(&c.arguments.patterns, |p| self.pattern(p))),
                        ("kwd_attrs", list(keywords, |k| name(&k.attr))),
                        ("kwd_patterns", list(keywords, |k| self.pattern(&k.pattern))),
                    ],
                )
            }
            Pattern::MatchStar(s) => ("MatchStar", vec![("name", maybe_name(s.name.as_ref()))]),
            Pattern::MatchAs(a) => {
                let inner = a.pattern.as_deref().map_or(Field::None, |p| self.pattern(p));
                ("MatchAs", vec![("pattern", inner), ("name", maybe_name(a.name.as_ref()))])
            }
            Pattern::MatchOr(o) => {
                ("MatchOr", vec![("patterns", list(&o.patterns, |p| self.pattern(p)))])
            }
        };
        self.node(class, p.range(), fields)
    }
}
