//! Abstract syntax trees as Python objects to the compiler's nodes: what `compile()` does with a tree first.
//!
//! The library's `_ast` says which fields a class has and of which types (`_SHAPES`). What is of another type is refused
//! here, in CPython's words; what the grammar has and nobody may write is refused by the compiler.

use habu_bytecode::Const;
use habu_compiler::{Field, Node};
use habu_object::bytes::with_bytes;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Gc, Kind, List, Set, Tuple, Value, complex, float, int};
use habu_vm::{Exc, PyResult, Vm};
use std::cell::Cell;

/// Nested nodes (the native stack would bear more).
const MAX_DEPTH: usize = 10_000;

/// The nodes of a tree that is an instance of a class of `_ast`.
pub(super) fn nodes(vm: &mut Vm, shapes: Gc<Dict>, tree: Value, kind: &str) -> PyResult<Node> {
    Reader { vm, shapes, depth: 0 }.node(tree, kind)
}

struct Reader<'a> {
    vm: &'a mut Vm,
    /// For each class the name of its kind, its fields and its attributes: names with types as in `_ast`'s grammar.
    shapes: Gc<Dict>,
    depth: usize,
}

/// What the shape of a class says.
struct Shape {
    class: String,
    kind: String,
    fields: Gc<Tuple>,
    attributes: Gc<Tuple>,
}

impl Reader<'_> {
    fn node(&mut self, v: Value, kind: &str) -> PyResult<Node> {
        if self.depth >= MAX_DEPTH {
            let msg = format!("maximum recursion depth exceeded while traversing '{kind}' node");
            return Err(self.vm.raise_msg(Exc::RecursionError, &msg));
        }
        self.depth += 1;
        let node = self.of_kind(v, kind);
        self.depth -= 1;
        node
    }

    fn of_kind(&mut self, v: Value, kind: &str) -> PyResult<Node> {
        let shape = self.shape(v)?;
        // CPython looks for the place before it asks what the object is.
        let attributes = match &shape {
            Some(shape) if shape.kind == kind => Some(shape.attributes),
            _ => self.attributes_of(kind)?,
        };
        let span = match attributes {
            Some(names) if !names.items().is_empty() => Some(self.span(v, kind, names)?),
            _ => None,
        };
        let Some(shape) = shape.filter(|s| s.kind == kind) else {
            let repr = self.vm.repr(v)?;
            let msg = format!("expected some sort of {kind}, but got {}", self.vm.text(repr));
            return Err(self.vm.type_error(&msg));
        };
        let mut fields = Vec::new();
        for field in shape.fields.items().iter().map(|f| f.get()) {
            let (of, name) = self.pair(field)?;
            let value = self.field(v, &shape.class, &of, &name)?;
            fields.push((name.into(), value));
        }
        Ok(Node { class: shape.class.into(), fields, span })
    }

    /// The shape of an object's class, or of the base that has one.
    fn shape(&mut self, v: Value) -> PyResult<Option<Shape>> {
        let class = self.vm.type_of(v);
        let mro = self.vm.mro(class);
        for base in mro.items().iter().map(|c| c.get()) {
            let Some(shape) = self.vm.dict_get(self.shapes, base)? else { continue };
            let Some(parts) = shape.cast::<Tuple>() else { continue };
            let part = |i: usize| parts.items().get(i).map(|c| c.get());
            let (Some(class), Some(kind), Some(fields), Some(attributes)) = (
                part(0),
                part(1),
                part(2).and_then(|v| v.cast::<Tuple>()),
                part(3).and_then(|v| v.cast::<Tuple>()),
            ) else {
                continue;
            };
            let (class, kind) = (self.vm.text(class), self.vm.text(kind));
            return Ok(Some(Shape { class, kind, fields, attributes }));
        }
        Ok(None)
    }

    /// The attributes that all classes of a kind have.
    fn attributes_of(&mut self, kind: &str) -> PyResult<Option<Gc<Tuple>>> {
        let key = self.vm.intern(kind)?;
        Ok(self.vm.dict_get(self.shapes, key)?.and_then(|v| v.cast::<Tuple>()))
    }

    /// A type and a name.
    fn pair(&mut self, v: Value) -> PyResult<(String, String)> {
        let parts = v.cast::<Tuple>().filter(|t| t.items().len() == 2);
        match parts {
            Some(t) => Ok((self.vm.text(t.items()[0].get()), self.vm.text(t.items()[1].get()))),
            None => Err(self.vm.raise_msg(Exc::SystemError, "module _ast has a bad shape")),
        }
    }

    /// Lines and columns; the end is the beginning unless it is given.
    fn span(&mut self, v: Value, kind: &str, names: Gc<Tuple>) -> PyResult<[i32; 4]> {
        let mut span = [0; 4];
        for (i, attribute) in names.items().iter().map(|a| a.get()).enumerate().take(4) {
            let (of, name) = self.pair(attribute)?;
            let key = self.vm.intern(&name)?;
            let found = self.vm.getattr_opt(v, key)?;
            span[i] = match found {
                Some(n) if of.ends_with('?') && n.is_none() => span[i - 2],
                Some(n) => self.int(n)? as i32,
                None if of.ends_with('?') => span[i - 2],
                None => return Err(self.missing(&name, kind)),
            };
        }
        Ok(span)
    }

    fn missing(&mut self, field: &str, class: &str) -> habu_vm::Raised {
        let msg = format!("required field \"{field}\" missing from {class}");
        self.vm.type_error(&msg)
    }

    fn int(&mut self, v: Value) -> PyResult<i64> {
        match matches!(v.kind(), Kind::Int | Kind::Bool) {
            true => match int::to_i64(v).filter(|n| i32::try_from(*n).is_ok()) {
                Some(n) => Ok(n),
                None => {
                    let msg = "Python int too large to convert to C int";
                    Err(self.vm.overflow_error(msg))
                }
            },
            false => {
                let repr = self.vm.repr(v)?;
                let msg = format!("invalid integer value: {}", self.vm.text(repr));
                Err(self.vm.value_error(&msg))
            }
        }
    }

    fn field(&mut self, v: Value, class: &str, of: &str, name: &str) -> PyResult<Field> {
        let key = self.vm.intern(name)?;
        let found = self.vm.getattr_opt(v, key)?;
        if let Some(item) = of.strip_suffix('*') {
            return self.list(found, class, item.trim_end_matches('?'), name);
        }
        let optional = of.ends_with('?');
        let plain = of.trim_end_matches('?');
        match found {
            None if optional => Ok(Field::None),
            None => Err(self.missing(name, class)),
            Some(v) if v.is_none() && plain != "constant" && plain != "int" => {
                if optional {
                    return Ok(Field::None);
                }
                let msg = format!("field '{name}' is required for {class}");
                Err(self.vm.value_error(&msg))
            }
            Some(v) if v.is_none() && optional => Ok(Field::None),
            Some(v) => self.one(v, plain),
        }
    }

    fn list(&mut self, v: Option<Value>, class: &str, of: &str, name: &str) -> PyResult<Field> {
        let Some(v) = v else { return Ok(Field::List(Vec::new())) };
        let Some(list) = v.cast::<List>() else {
            let what = self.vm.type_name(v);
            let msg = format!("{class} field \"{name}\" must be a list, not a {what}");
            return Err(self.vm.type_error(&msg));
        };
        let len = list.cells().len();
        let mut items = Vec::with_capacity(len);
        for i in 0..len {
            // Attributes of the items may be anybody's code.
            let Some(item) =
                list.cells().get(i).map(|c| c.get()).filter(|_| list.cells().len() == len)
            else {
                let msg = format!("{class} field \"{name}\" changed size during iteration");
                return Err(self.vm.raise_msg(Exc::RuntimeError, &msg));
            };
            items.push(match item.is_none() {
                true => Field::None,
                false => self.one(item, of)?,
            });
        }
        Ok(Field::List(items))
    }

    fn one(&mut self, v: Value, of: &str) -> PyResult<Field> {
        Ok(match of {
            "identifier" => match v.cast::<Str>() {
                Some(s) => Field::Name(s.to_string_lossy().into()),
                None => return Err(self.vm.type_error("AST identifier must be of type str")),
            },
            "string" => match matches!(v.kind(), Kind::Str | Kind::Bytes) {
                true => Field::Const(self.constant(v)?),
                false => return Err(self.vm.type_error("AST string must be of type str")),
            },
            "int" => Field::Int(self.int(v)?),
            "constant" => Field::Const(self.constant(v)?),
            kind => Field::Node(Box::new(self.node(v, kind)?)),
        })
    }

    fn constant(&mut self, v: Value) -> PyResult<Const> {
        let class = self.vm.type_of(v);
        let exact = class == self.vm.types.of_kind(v.kind());
        Ok(match v.kind() {
            _ if v.is_none() => Const::None,
            _ if v == Value::ELLIPSIS => Const::Ellipsis,
            Kind::Bool => Const::Bool(v == Value::TRUE),
            Kind::Int if exact => match int::to_i64(v) {
                Some(n) => Const::Int(n),
                None => Const::BigInt(int::to_decimal(v).into()),
            },
            Kind::Float if exact => Const::Float(float::get(v).unwrap_or(0.0)),
            Kind::Complex if exact => {
                let (re, im) = complex::get(v).unwrap_or((0.0, 0.0));
                Const::Complex(re, im)
            }
            Kind::Bytes if exact => {
                Const::Bytes(with_bytes(v, |b| b.to_vec()).unwrap_or_default().into())
            }
            Kind::Str if exact => match v.cast::<Str>() {
                Some(s) if s.surrogate_at().is_some() => {
                    Const::Surrogates(s.units().iter().collect())
                }
                Some(s) => Const::Str(s.to_string_lossy().into()),
                None => Const::None,
            },
            Kind::Tuple if exact => match v.cast::<Tuple>() {
                Some(t) => Const::Tuple(self.constants(t.items())?),
                None => Const::None,
            },
            Kind::FrozenSet if exact && v.cast::<Set>().is_some() => {
                let list = self.vm.list_from_iter(v)?;
                let items = self.vm.list_to_tuple(list)?;
                Const::FrozenSet(self.constants(items.items())?)
            }
            _ => {
                let msg = format!("got an invalid type in Constant: {}", self.vm.type_name(v));
                return Err(self.vm.type_error(&msg));
            }
        })
    }

    fn constants(&mut self, items: &[Cell<Value>]) -> PyResult<Box<[Const]>> {
        items.iter().map(|v| self.constant(v.get())).collect()
    }
}
