//! Expressions, operators, f-strings and t-strings.

use super::{Field, Fields, Maker, list, name, placeless};
use crate::surrogates;
use habu_bytecode::Const;
use ruff_python_ast::{
    self as ast, BoolOp, CmpOp, ConversionFlag, Expr, ExprContext, FStringPart,
    InterpolatedStringElement as Element, Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

/// The node of a binary operator.
pub(super) fn operator(op: Operator) -> Field {
    let class = match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    };
    placeless(class, vec![])
}

fn comparison(op: &CmpOp) -> Field {
    let class = match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    };
    placeless(class, vec![])
}

fn context(ctx: ExprContext) -> (&'static str, Field) {
    let class = match ctx {
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::Load | ExprContext::Invalid => "Load",
    };
    ("ctx", placeless(class, vec![]))
}

impl Maker<'_> {
    pub(super) fn maybe(&self, e: Option<&Expr>) -> Field {
        e.map_or(Field::None, |e| self.expr(e))
    }

    pub(super) fn exprs(&self, all: &[Expr]) -> Field {
        list(all, |e| self.expr(e))
    }

    pub(super) fn expr(&self, e: &Expr) -> Field {
        let (class, fields) = self.of_expr(e);
        self.node(class, e.range(), fields)
    }

    fn constant(&self, value: Const, unicode: bool) -> (&'static str, Fields) {
        let kind = if unicode { Field::Const(Const::Str("u".into())) } else { Field::None };
        ("Constant", vec![("value", Field::Const(value)), ("kind", kind)])
    }

    fn of_expr(&self, e: &Expr) -> (&'static str, Fields) {
        match e {
            Expr::BoolOp(b) => {
                let op = placeless(if b.op == BoolOp::And { "And" } else { "Or" }, vec![]);
                ("BoolOp", vec![("op", op), ("values", self.exprs(&b.values))])
            }
            Expr::Named(n) => {
                ("NamedExpr", vec![("target", self.expr(&n.target)), ("value", self.expr(&n.value))])
            }
            Expr::BinOp(b) => (
                "BinOp",
                vec![
                    ("left", self.expr(&b.left)),
                    ("op", operator(b.op)),
                    ("right", self.expr(&b.right)),
                ],
            ),
            Expr::UnaryOp(u) => {
                let op = match u.op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                let op = placeless(op, vec![]);
                ("UnaryOp", vec![("op", op), ("operand", self.expr(&u.operand))])
            }
            Expr::Lambda(l) => {
                let args = self.parameters(l.parameters.as_deref());
                ("Lambda", vec![("args", args), ("body", self.expr(&l.body))])
            }
            Expr::If(i) => (
                "IfExp",
                vec![
                    ("test", self.expr(&i.test)),
                    ("body", self.expr(&i.body)),
                    ("orelse", self.expr(&i.orelse)),
                ],
            ),
            Expr::Dict(d) => (
                "Dict",
                vec![
                    ("keys", list(&d.items, |i| self.maybe(i.key.as_ref()))),
                    ("values", list(&d.items, |i| self.expr(&i.value))),
                ],
            ),
            Expr::Set(s) => ("Set", vec![("elts", self.exprs(&s.elts))]),
            Expr::ListComp(c) => ("ListComp", self.comprehension(&c.elt, &c.generators)),
            Expr::SetComp(c) => ("SetComp", self.comprehension(&c.elt, &c.generators)),
            Expr::Generator(c) => ("GeneratorExp", self.comprehension(&c.elt, &c.generators)),
            Expr::DictComp(c) => (
                "DictComp",
                vec![
                    ("key", self.maybe(c.key.as_deref())),
                    ("value", self.expr(&c.value)),
                    ("generators", self.generators(&c.generators)),
                ],
            ),
            Expr::Await(a) => ("Await", vec![("value", self.expr(&a.value))]),
            Expr::Yield(y) => ("Yield", vec![("value", self.maybe(y.value.as_deref()))]),
            Expr::YieldFrom(y) => ("YieldFrom", vec![("value", self.expr(&y.value))]),
            Expr::Compare(c) => (
                "Compare",
                vec![
                    ("left", self.expr(&c.left)),
                    ("ops", list(&c.ops, comparison)),
                    ("comparators", self.exprs(&c.comparators)),
                ],
            ),
            Expr::Call(c) => (
                "Call",
                vec![
                    ("func", self.expr(&c.func)),
                    ("args", self.arguments(&c.arguments)),
                    ("keywords", list(&c.arguments.keywords, |k| self.keyword(k))),
                ],
            ),
            Expr::FString(f) => {
                let mut pieces = Pieces::default();
                for part in f.value.iter() {
                    match part {
                        FStringPart::Literal(s) => {
                            let points = surrogates::of_literal(s, self.source.text);
                            pieces.text(&s.value, points, s.range);
                        }
                        FStringPart::FString(f) => {
                            let raw = f.flags.prefix().is_raw();
                            self.elements(&f.elements, raw, false, &mut pieces);
                        }
                    }
                }
                ("JoinedStr", vec![("values", self.pieces(pieces))])
            }
            Expr::TString(t) => {
                let mut pieces = Pieces::default();
                for part in t.value.iter() {
                    let raw = part.flags.prefix().is_raw();
                    self.elements(&part.elements, raw, true, &mut pieces);
                }
                ("TemplateStr", vec![("values", self.pieces(pieces))])
            }
            Expr::StringLiteral(s) => {
                let unicode = s.value.iter().next().is_some_and(|s| s.flags.prefix().is_unicode());
                let value = crate::fold::fold(e, self.source, 0).unwrap_or(Const::None);
                self.constant(value, unicode)
            }
            Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            // The parser makes no commands of another language.
            | Expr::IpyEscapeCommand(_) => {
                self.constant(crate::fold::fold(e, self.source, 0).unwrap_or(Const::None), false)
            }
            Expr::Attribute(a) => (
                "Attribute",
                vec![("value", self.expr(&a.value)), ("attr", name(&a.attr)), context(a.ctx)],
            ),
            Expr::Subscript(s) => (
                "Subscript",
                vec![("value", self.expr(&s.value)), ("slice", self.expr(&s.slice)), context(s.ctx)],
            ),
            Expr::Starred(s) => ("Starred", vec![("value", self.expr(&s.value)), context(s.ctx)]),
            Expr::Name(n) => ("Name", vec![("id", name(&n.id)), context(n.ctx)]),
            Expr::List(l) => ("List", vec![("elts", self.exprs(&l.elts)), context(l.ctx)]),
            Expr::Tuple(t) => ("Tuple", vec![("elts", self.exprs(&t.elts)), context(t.ctx)]),
            Expr::Slice(s) => (
                "Slice",
                vec![
                    ("lower", self.maybe(s.lower.as_deref())),
                    ("upper", self.maybe(s.upper.as_deref())),
                    ("step", self.maybe(s.step.as_deref())),
                ],
            ),
        }
    }

    fn arguments(&self, a: &ast::Arguments) -> Field {
        match &*a.args {
            // The parentheses of the call are its own.
            [Expr::Generator(g)] if !g.parenthesized => {
                let (class, fields) = self.of_expr(&a.args[0]);
                Field::List(vec![self.node(class, a.range, fields)])
            }
            args => self.exprs(args),
        }
    }

    fn comprehension(&self, elt: &Expr, generators: &[ast::Comprehension]) -> Fields {
        vec![("elt", self.expr(elt)), ("generators", self.generators(generators))]
    }

    fn generators(&self, all: &[ast::Comprehension]) -> Field {
        list(all, |c| {
            let fields = vec![
                ("target", self.expr(&c.target)),
                ("iter", self.expr(&c.iter)),
                ("ifs", self.exprs(&c.ifs)),
                ("is_async", Field::Int(c.is_async.into())),
            ];
            placeless("comprehension", fields)
        })
    }

    /// Adds the pieces of an f-string or, as templates have them, of a t-string.
    fn elements<'e>(
        &self,
        all: impl IntoIterator<Item = &'e Element>,
        raw: bool,
        template: bool,
        pieces: &mut Pieces,
    ) {
        for element in all {
            match element {
                Element::Literal(l) => {
                    let source = self.source.slice(l.range);
                    let points =
                        if raw { None } else { surrogates::code_points(&l.value, source, true) };
                    pieces.text(&l.value, points, l.range);
                }
                Element::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        let start = value.range.start() + ruff_text_size::TextSize::new(1);
                        let size = ruff_text_size::TextSize::of(debug.as_str());
                        pieces.text(debug.as_str(), None, TextRange::at(start, size));
                    }
                    let field = self.interpolation(value, template);
                    pieces.done.push(Piece::Value(field));
                }
            }
        }
    }

    fn interpolation(&self, value: &ast::InterpolatedElement, template: bool) -> Field {
        let conversion = match value.conversion {
            ConversionFlag::Str => 115,
            ConversionFlag::Repr => 114,
            ConversionFlag::Ascii => 97,
            ConversionFlag::None if value.debug_text.is_some() && value.format_spec.is_none() => {
                114
            }
            ConversionFlag::None => -1,
        };
        let spec = value.format_spec.as_ref().map_or(Field::None, |spec| {
            let mut inner = Pieces::default();
            self.elements(&spec.elements, false, template, &mut inner);
            let values = self.pieces(inner);
            // With its colon.
            let start = spec.range().start() - ruff_text_size::TextSize::new(1);
            let range = TextRange::new(start, spec.range().end());
            self.node("JoinedStr", range, vec![("values", values)])
        });
        let mut fields = vec![("value", self.expr(&value.expression))];
        if template {
            let text = self.source.slice(value.expression.range());
            fields.push(("str", Field::Const(Const::Str(text.into()))));
        }
        fields.push(("conversion", Field::Int(conversion)));
        fields.push(("format_spec", spec));
        let class = if template { "Interpolation" } else { "FormattedValue" };
        self.node(class, value.range, fields)
    }

    fn pieces(&self, pieces: Pieces) -> Field {
        list(pieces.done, |piece| match piece {
            Piece::Value(field) => field,
            Piece::Text(points, range) => {
                let text: Option<String> = points.iter().map(|c| char::from_u32(*c)).collect();
                let value = match text {
                    Some(text) => Const::Str(text.into()),
                    None => Const::Surrogates(points.into()),
                };
                let (class, fields) = self.constant(value, false);
                self.node(class, range, fields)
            }
        })
    }
}

/// A piece of an f-string: text, or a finished node.
enum Piece {
    Text(Vec<u32>, TextRange),
    Value(Field),
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
}

impl Pieces {
    /// Adjacent texts are one.
    fn text(&mut self, text: &str, points: Option<Vec<u32>>, range: TextRange) {
        if text.is_empty() {
            return;
        }
        let points = points.unwrap_or_else(|| text.chars().map(u32::from).collect());
        match self.done.last_mut() {
            Some(Piece::Text(before, whole)) => {
                before.extend(points);
                *whole = TextRange::new(whole.start(), range.end());
            }
            _ => self.done.push(Piece::Text(points, range)),
        }
    }
}
