//! The cases of `match` and their patterns.

use super::{Maker, Malformed, Result, fields, get, list, name, node, text};
use crate::tree::{Field, Node};
use habu_bytecode::Const;
use ruff_python_ast::{self as ast, AtomicNodeIndex, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};

impl Maker {
    pub(super) fn case(&self, n: &Node) -> Result<ast::MatchCase> {
        let pattern = self.pattern(node(n, "pattern")?)?;
        let guard = self.maybe(n, "guard")?;
        let body = self.body(n, "body")?;
        let end = body.last().map_or(pattern.end(), Ranged::end);
        let range = TextRange::new(pattern.start(), end);
        Ok(ast::MatchCase { range, node_index: AtomicNodeIndex::NONE, pattern, guard, body })
    }

    fn patterns<C: FromIterator<Pattern>>(&self, n: &Node, field: &str) -> Result<C> {
        list(n, field)?.map(|p| self.pattern(p?)).collect()
    }

    fn pattern(&self, n: &Node) -> Result<Pattern> {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.of_pattern(n))
    }

    fn of_pattern(&self, n: &Node) -> Result<Pattern> {
        let open = self.open(n);
        let node_index = AtomicNodeIndex::NONE;
        Ok(match &*n.class {
            "MatchValue" => {
                let value = self.boxed(n, "value")?;
                let range = self.close(open);
                Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            "MatchSingleton" => {
                let value = match get(n, "value")? {
                    Field::Const(Const::None) => Singleton::None,
                    Field::Const(Const::Bool(true)) => Singleton::True,
                    Field::Const(Const::Bool(false)) => Singleton::False,
                    _ => return Err(Malformed),
                };
                let range = self.close(open);
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => {
                let patterns = self.patterns(n, "patterns")?;
                let range = self.close(open);
                Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            "MatchMapping" => {
                let (keys, patterns) = (self.exprs(n, "keys")?, self.patterns(n, "patterns")?);
                let rest = self.maybe_identifier(n, "rest", open.start)?;
                let range = self.close(open);
                Pattern::MatchMapping(ast::PatternMatchMapping {
                    node_index,
                    range,
                    keys,
                    patterns,
                    rest,
                })
            }
            "MatchClass" => {
                let cls = self.boxed(n, "cls")?;
                let patterns = self.patterns(n, "patterns")?;
                let names = fields(n, "kwd_attrs")?.iter().zip(list(n, "kwd_patterns")?);
                let keywords = names.map(|(attr, pattern)| {
                    let pattern = self.pattern(pattern?)?;
                    let attr = self.identifier(text(attr)?, pattern.start());
                    let range = pattern.range();
                    Ok(ast::PatternKeyword {
                        range,
                        node_index: AtomicNodeIndex::NONE,
                        attr,
                        pattern,
                    })
                });
                let keywords = keywords.collect::<Result<_>>()?;
                let range = self.close(open);
                let arguments = ast::PatternArguments {
                    range: TextRange::new(cls.end(), range.end()),
                    node_index: AtomicNodeIndex::NONE,
                    patterns,
                    keywords,
                };
                Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            "MatchStar" => {
                let name = self.maybe_identifier(n, "name", open.start)?;
                let range = self.close(open);
                Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            "MatchAs" => {
                let pattern = match get(n, "pattern")? {
                    Field::Node(p) => Some(Box::new(self.pattern(p)?)),
                    _ => None,
                };
                let name = self.maybe_identifier(n, "name", open.start)?;
                let range = self.close(open);
                Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
            "MatchOr" => {
                let patterns = self.patterns(n, "patterns")?;
                let range = self.close(open);
                Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
            _ => return Err(Malformed),
        })
    }

    pub(super) fn type_params(&self, n: &Node) -> Result<Option<Box<ast::TypeParams>>> {
        let one = |n: &Node| {
            let open = self.open(n);
            let node_index = AtomicNodeIndex::NONE;
            let name = self.identifier(name(n, "name")?, open.start);
            Ok(match &*n.class {
                "TypeVar" => {
                    let bound = self.maybe(n, "bound")?;
                    let default = self.maybe(n, "default_value")?;
                    let range = self.close(open);
                    ast::TypeParam::TypeVar(ast::TypeParamTypeVar {
                        node_index,
                        range,
                        name,
                        bound,
                        default,
                    })
                }
                "ParamSpec" => {
                    let default = self.maybe(n, "default_value")?;
                    let range = self.close(open);
                    ast::TypeParam::ParamSpec(ast::TypeParamParamSpec {
                        node_index,
                        range,
                        name,
                        default,
                    })
                }
                "TypeVarTuple" => {
                    let default = self.maybe(n, "default_value")?;
                    let range = self.close(open);
                    ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                        node_index,
                        range,
                        name,
                        default,
                    })
                }
                _ => return Err(Malformed),
            })
        };
        let type_params: Vec<ast::TypeParam> =
            list(n, "type_params")?.map(|p| one(p?)).collect::<Result<_>>()?;
        let (Some(first), Some(last)) = (type_params.first(), type_params.last()) else {
            return Ok(None);
        };
        let range = TextRange::new(first.start(), last.end());
        Ok(Some(Box::new(ast::TypeParams {
            range,
            node_index: AtomicNodeIndex::NONE,
            type_params,
        })))
    }
}
