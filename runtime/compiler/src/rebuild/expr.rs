//! Expressions, constants, f-strings and t-strings.

use super::{Maker, Malformed, Result, as_node, fields, get, int, list, name, node};
use crate::tree::{Field, Node};
use habu_bytecode::Const;
use ruff_python_ast::{
    self as ast, AtomicNodeIndex, BoolOp, CmpOp, ConversionFlag, Expr, ExprContext,
    InterpolatedStringElement as Element, Number, Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

pub(super) fn operator(n: &Node) -> Result<Operator> {
    Ok(match &*n.class {
        "Add" => Operator::Add,
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        "FloorDiv" => Operator::FloorDiv,
        _ => return Err(Malformed),
    })
}

fn comparison(n: &Node) -> Result<CmpOp> {
    Ok(match &*n.class {
        "Eq" => CmpOp::Eq,
        "NotEq" => CmpOp::NotEq,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::LtE,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::GtE,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        "NotIn" => CmpOp::NotIn,
        _ => return Err(Malformed),
    })
}

fn unary(n: &Node) -> Result<UnaryOp> {
    Ok(match &*n.class {
        "Invert" => UnaryOp::Invert,
        "Not" => UnaryOp::Not,
        "UAdd" => UnaryOp::UAdd,
        "USub" => UnaryOp::USub,
        _ => return Err(Malformed),
    })
}

fn context(n: &Node) -> Result<ExprContext> {
    Ok(match &*node(n, "ctx")?.class {
        "Store" => ExprContext::Store,
        "Del" => ExprContext::Del,
        _ => ExprContext::Load,
    })
}

impl Maker {
    pub(super) fn expr(&self, n: &Node) -> Result<Expr> {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.of_expr(n))
    }

    fn of_expr(&self, n: &Node) -> Result<Expr> {
        let open = self.open(n);
        let node_index = AtomicNodeIndex::NONE;
        Ok(match &*n.class {
            "BoolOp" => {
                let op = match &*node(n, "op")?.class {
                    "And" => BoolOp::And,
                    _ => BoolOp::Or,
                };
                let values = self.exprs(n, "values")?;
                Expr::BoolOp(ast::ExprBoolOp { node_index, range: self.close(open), op, values })
            }
            "NamedExpr" => {
                let (target, value) = (self.boxed(n, "target")?, self.boxed(n, "value")?);
                Expr::Named(ast::ExprNamed { node_index, range: self.close(open), target, value })
            }
            "BinOp" => {
                let (left, right) = (self.boxed(n, "left")?, self.boxed(n, "right")?);
                let op = operator(node(n, "op")?)?;
                let range = self.close(open);
                Expr::BinOp(ast::ExprBinOp { node_index, range, left, op, right })
            }
            "UnaryOp" => {
                let (op, operand) = (unary(node(n, "op")?)?, self.boxed(n, "operand")?);
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range: self.close(open), op, operand })
            }
            "Lambda" => {
                let parameters = Some(Box::new(self.parameters(node(n, "args")?)?));
                let body = self.boxed(n, "body")?;
                let range = self.close(open);
                Expr::Lambda(ast::ExprLambda { node_index, range, parameters, body })
            }
            "IfExp" => {
                // In the order of the text.
                let (body, test) = (self.boxed(n, "body")?, self.boxed(n, "test")?);
                let orelse = self.boxed(n, "orelse")?;
                Expr::If(ast::ExprIf { node_index, range: self.close(open), test, body, orelse })
            }
            "Dict" => {
                let values = list(n, "values")?;
                let items = fields(n, "keys")?.iter().zip(values).map(|(key, value)| {
                    let key = match key {
                        Field::Node(key) => Some(self.expr(key)?),
                        _ => None,
                    };
                    Ok(ast::DictItem { key, value: self.expr(value?)? })
                });
                let items = items.collect::<Result<_>>()?;
                Expr::Dict(ast::ExprDict { node_index, range: self.close(open), items })
            }
            "Set" => {
                let elts = self.exprs(n, "elts")?;
                Expr::Set(ast::ExprSet { node_index, range: self.close(open), elts })
            }
            "ListComp" => {
                let (elt, generators) = self.comprehension(n)?;
                Expr::ListComp(ast::ExprListComp {
                    node_index,
                    range: self.close(open),
                    elt,
                    generators,
                })
            }
            "SetComp" => {
                let (elt, generators) = self.comprehension(n)?;
                let range = self.close(open);
                Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
            }
            "GeneratorExp" => {
                let (elt, generators) = self.comprehension(n)?;
                let range = self.close(open);
                let parenthesized = true;
                Expr::Generator(ast::ExprGenerator {
                    node_index,
                    range,
                    elt,
                    generators,
                    parenthesized,
                })
            }
            "DictComp" => {
                let (key, value) = (Some(self.boxed(n, "key")?), self.boxed(n, "value")?);
                let generators = self.generators(n)?;
                let range = self.close(open);
                Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators })
            }
            "Await" => {
                let value = self.boxed(n, "value")?;
                Expr::Await(ast::ExprAwait { node_index, range: self.close(open), value })
            }
            "Yield" => {
                let value = self.maybe(n, "value")?;
                Expr::Yield(ast::ExprYield { node_index, range: self.close(open), value })
            }
            "YieldFrom" => {
                let value = self.boxed(n, "value")?;
                Expr::YieldFrom(ast::ExprYieldFrom { node_index, range: self.close(open), value })
            }
            "Compare" => {
                let left = self.boxed(n, "left")?;
                let ops = list(n, "ops")?.map(|op| comparison(op?)).collect::<Result<_>>()?;
                let comparators = self.exprs::<Vec<_>>(n, "comparators")?.into();
                let range = self.close(open);
                Expr::Compare(ast::ExprCompare { node_index, range, left, ops, comparators })
            }
            "Call" => self.call(n, open)?,
            "FormattedValue" => {
                let element = self.interpolation(n)?;
                self.fstring(vec![element], open)
            }
            "JoinedStr" => {
                let elements = self.elements(n)?;
                self.fstring(elements, open)
            }
            "Interpolation" => {
                let element = self.interpolation(n)?;
                self.tstring(vec![element], open)
            }
            "TemplateStr" => {
                let elements = self.elements(n)?;
                self.tstring(elements, open)
            }
            "Constant" => match get(n, "value")? {
                Field::Const(value) => {
                    let range = self.close(open);
                    self.constant(value, range)
                }
                _ => return Err(Malformed),
            },
            "Attribute" => {
                let value = self.boxed(n, "value")?;
                let (line, col) = open.end;
                let attr = self.identifier(name(n, "attr")?, self.place(line, col));
                let (ctx, range) = (context(n)?, self.close(open));
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx })
            }
            "Subscript" => {
                let (value, slice) = (self.boxed(n, "value")?, self.boxed(n, "slice")?);
                let (ctx, range) = (context(n)?, self.close(open));
                Expr::Subscript(ast::ExprSubscript { node_index, range, value, slice, ctx })
            }
            "Starred" => {
                let value = self.boxed(n, "value")?;
                let (ctx, range) = (context(n)?, self.close(open));
                Expr::Starred(ast::ExprStarred { node_index, range, value, ctx })
            }
            "Name" => {
                let (ctx, range) = (context(n)?, self.close(open));
                Expr::Name(ast::ExprName { node_index, range, id: name(n, "id")?.into(), ctx })
            }
            "List" => {
                let elts = self.exprs(n, "elts")?;
                let (ctx, range) = (context(n)?, self.close(open));
                Expr::List(ast::ExprList { node_index, range, elts, ctx })
            }
            "Tuple" => {
                let elts = self.exprs(n, "elts")?;
                let (ctx, range) = (context(n)?, self.close(open));
                let parenthesized = true;
                Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized })
            }
            "Slice" => {
                let (lower, upper) = (self.maybe(n, "lower")?, self.maybe(n, "upper")?);
                let step = self.maybe(n, "step")?;
                let range = self.close(open);
                Expr::Slice(ast::ExprSlice { node_index, range, lower, upper, step })
            }
            _ => return Err(Malformed),
        })
    }

    fn call(&self, n: &Node, open: super::Open) -> Result<Expr> {
        let func = self.boxed(n, "func")?;
        let start = func.range().end();
        let args = self.exprs::<Vec<_>>(n, "args")?.into();
        let keywords = list(n, "keywords")?.map(|k| self.keyword(k?)).collect::<Result<_>>()?;
        let range = self.close(open);
        let arguments = ast::Arguments {
            range: TextRange::new(start, range.end()),
            node_index: AtomicNodeIndex::NONE,
            args,
            keywords,
        };
        let range_start = range.start();
        Ok(Expr::Call(ast::ExprCall {
            node_index: AtomicNodeIndex::NONE,
            range_start,
            func,
            arguments,
        }))
    }

    pub(super) fn keyword(&self, n: &Node) -> Result<ast::Keyword> {
        let open = self.open(n);
        let arg = self.maybe_identifier(n, "arg", open.start)?;
        let value = self.expr(node(n, "value")?)?;
        Ok(ast::Keyword { range: self.close(open), node_index: AtomicNodeIndex::NONE, arg, value })
    }

    fn comprehension(&self, n: &Node) -> Result<(Box<Expr>, Vec<ast::Comprehension>)> {
        Ok((self.boxed(n, "elt")?, self.generators(n)?))
    }

    fn generators(&self, n: &Node) -> Result<Vec<ast::Comprehension>> {
        let one = |n: &Node| {
            let target = self.expr(node(n, "target")?)?;
            let iter = self.expr(node(n, "iter")?)?;
            let ifs: Vec<Expr> = self.exprs(n, "ifs")?;
            let end = ifs.last().unwrap_or(&iter).end();
            let range = TextRange::new(target.start(), end);
            let is_async = int(n, "is_async")? != 0;
            Ok(ast::Comprehension {
                range,
                node_index: AtomicNodeIndex::NONE,
                target,
                iter,
                ifs,
                is_async,
            })
        };
        list(n, "generators")?.map(|c| one(c?)).collect()
    }

    /// A constant as the literal that it is; what no literal is has a number.
    fn constant(&self, value: &Const, range: TextRange) -> Expr {
        let node_index = AtomicNodeIndex::NONE;
        let number = |value: Number| {
            Expr::NumberLiteral(ast::ExprNumberLiteral {
                node_index: AtomicNodeIndex::NONE,
                range,
                value,
            })
        };
        let digits = |text: &str| {
            let value = ast::Int::from_str_radix(text, 10, text).ok()?;
            Some(number(Number::Int(value)))
        };
        let literal = match value {
            Const::None => Some(Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range })),
            Const::Ellipsis => {
                Some(Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }))
            }
            Const::Bool(value) => Some(Expr::BooleanLiteral(ast::ExprBooleanLiteral {
                node_index,
                range,
                value: *value,
            })),
            Const::Int(n) => u64::try_from(*n).ok().map(|n| number(Number::Int(n.into()))),
            Const::BigInt(text) if !text.starts_with('-') => digits(text),
            Const::Float(x) => Some(number(Number::Float(*x))),
            Const::Complex(real, imag) => {
                Some(number(Number::Complex { real: *real, imag: *imag }))
            }
            Const::Str(text) => Some(Expr::StringLiteral(ast::ExprStringLiteral {
                node_index: AtomicNodeIndex::NONE,
                range,
                value: ast::StringLiteralValue::single(ast::StringLiteral {
                    range,
                    node_index,
                    value: text.clone(),
                    flags: ast::StringLiteralFlags::empty(),
                }),
            })),
            Const::Bytes(bytes) => Some(Expr::BytesLiteral(ast::ExprBytesLiteral {
                node_index: AtomicNodeIndex::NONE,
                range,
                value: ast::BytesLiteralValue::single(ast::BytesLiteral {
                    range,
                    node_index,
                    value: bytes.clone(),
                    flags: ast::BytesLiteralFlags::empty(),
                }),
            })),
            _ => None,
        };
        literal.unwrap_or_else(|| {
            let constants = &mut self.made.borrow_mut().constants;
            constants.push(value.clone());
            Expr::IpyEscapeCommand(ast::ExprIpyEscapeCommand {
                node_index: AtomicNodeIndex::NONE,
                range,
                kind: ast::IpyEscapeKind::Magic,
                value: (constants.len() - 1).to_string().into(),
            })
        })
    }

    fn fstring(&self, elements: Vec<Element>, open: super::Open) -> Expr {
        let range = self.close(open);
        let flags = ast::FStringFlags::empty();
        let part = ast::FString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
            flags,
        };
        let value = ast::FStringValue::single(part);
        Expr::FString(ast::ExprFString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    fn tstring(&self, elements: Vec<Element>, open: super::Open) -> Expr {
        let range = self.close(open);
        let flags = ast::TStringFlags::empty();
        let part = ast::TString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
            flags,
        };
        let value = ast::TStringValue::single(part);
        Expr::TString(ast::ExprTString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    /// The pieces of an f-string or t-string.
    fn elements(&self, n: &Node) -> Result<Vec<Element>> {
        fields(n, "values")?.iter().map(|f| self.element(as_node(f)?)).collect()
    }

    fn element(&self, n: &Node) -> Result<Element> {
        match &*n.class {
            "FormattedValue" | "Interpolation" => self.interpolation(n),
            "Constant" if matches!(get(n, "value")?, Field::Const(Const::Str(_))) => {
                let Field::Const(Const::Str(text)) = get(n, "value")? else {
                    return Err(Malformed);
                };
                let open = self.open(n);
                Ok(Element::Literal(ast::InterpolatedStringLiteralElement {
                    range: self.close(open),
                    node_index: AtomicNodeIndex::NONE,
                    value: text.clone(),
                }))
            }
            // Any other expression stands for its own text.
            _ => {
                let expression = Box::new(self.expr(n)?);
                Ok(Element::Interpolation(ast::InterpolatedElement {
                    range: expression.range(),
                    node_index: AtomicNodeIndex::NONE,
                    expression,
                    debug_text: None,
                    conversion: ConversionFlag::None,
                    format_spec: None,
                }))
            }
        }
    }

    fn interpolation(&self, n: &Node) -> Result<Element> {
        let open = self.open(n);
        let expression = self.boxed(n, "value")?;
        if let Ok(Field::Const(Const::Str(text))) = get(n, "str") {
            self.made.borrow_mut().texts.insert(open.start.to_u32(), text.clone());
        }
        let conversion = match int(n, "conversion")? {
            115 => ConversionFlag::Str,
            114 => ConversionFlag::Repr,
            97 => ConversionFlag::Ascii,
            _ => ConversionFlag::None,
        };
        let format_spec = match get(n, "format_spec")? {
            Field::Node(spec) => {
                let open = self.open(spec);
                let elements = match &*spec.class {
                    "JoinedStr" | "TemplateStr" => self.elements(spec)?,
                    _ => vec![self.element(spec)?],
                };
                let range = self.close(open);
                let elements = elements.into();
                let spec = ast::InterpolatedStringFormatSpec {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    elements,
                };
                Some(Box::new(spec))
            }
            _ => None,
        };
        Ok(Element::Interpolation(ast::InterpolatedElement {
            range: self.close(open),
            node_index: AtomicNodeIndex::NONE,
            expression,
            debug_text: None,
            conversion,
            format_spec,
        }))
    }
}
