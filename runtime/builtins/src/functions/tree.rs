//! Abstract syntax trees as Python objects: `compile()` with `PyCF_ONLY_AST`, and of trees that it is given.
//!
//! The classes are those of the library's `_ast`. The way back, from objects to nodes, is in `nodes`.

use super::evaluate::import_by_name;
use habu_compiler::{Field, Invalid, Mode, Node, Options, SyntaxError, TreeError};
use habu_object::dict::Dict;
use habu_object::{Gc, List, Type, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};
use std::rc::Rc;

/// A mode by its name in `compile()`.
pub(crate) fn mode(name: &str) -> Mode {
    match name {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    }
}

/// Parses source text.
pub(crate) fn parse(vm: &mut Vm, text: &str, filename: &str, mode: &str) -> PyResult<Value> {
    let tree = match habu_compiler::tree(text, filename, self::mode(mode)) {
        Ok(tree) => tree,
        Err(e) => return Err(raise_syntax_error(vm, &e)),
    };
    let classes = classes(vm)?;
    let contexts = vm.new_dict()?;
    let mut maker = Maker { vm, classes, contexts };
    maker.node(&tree)
}

/// The namespace of `_ast`.
fn classes(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let module = import_by_name(vm, "_ast")?;
    match vm.getattr_str(module, "__dict__")?.cast::<Dict>() {
        Some(d) => Ok(d),
        None => Err(vm.raise_msg(Exc::SystemError, "module _ast has no namespace")),
    }
}

struct Maker<'a> {
    vm: &'a mut Vm,
    classes: Gc<Dict>,
    /// Nodes without fields, by the names of their classes: one object serves all.
    contexts: Gc<Dict>,
}

const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

impl Maker<'_> {
    fn node(&mut self, node: &Node) -> PyResult<Value> {
        let single = node.fields.is_empty() && node.span.is_none();
        let key = self.vm.intern(&node.class)?;
        if single && let Some(v) = self.vm.dict_get_str(self.contexts, key) {
            return Ok(v);
        }
        let class = match self.vm.dict_get_str(self.classes, key).and_then(|c| c.cast::<Type>()) {
            Some(class) => class,
            None => {
                let msg = format!("module _ast has no class {}", node.class);
                return Err(self.vm.raise_msg(Exc::SystemError, &msg));
            }
        };
        let object = self.vm.types.object().value();
        let new = self.vm.getattr_str(object, "__new__")?;
        let made = self.vm.call(new, &[class.value()])?;
        for (name, field) in &node.fields {
            let v = self.field(field)?;
            self.set(made, name, v)?;
        }
        for (name, n) in PLACE.into_iter().zip(node.span.into_iter().flatten()) {
            self.set(made, name, Value::small_int(i64::from(n)))?;
        }
        if single {
            self.vm.dict_set_str(self.contexts, key, made)?;
        }
        Ok(made)
    }

    fn set(&mut self, object: Value, name: &str, v: Value) -> PyResult<()> {
        let name = self.vm.intern(name)?;
        self.vm.setattr(object, name, v)
    }

    fn field(&mut self, field: &Field) -> PyResult<Value> {
        Ok(match field {
            Field::None => Value::NONE,
            Field::Node(node) => self.node(node)?,
            Field::Name(name) => self.vm.intern(name)?,
            Field::Int(n) => self.vm.new_int(*n)?,
            Field::Const(c) => self.vm.load_const(c)?,
            Field::List(items) => {
                let list = List::new(&mut self.vm.heap, items.len())?;
                for item in items {
                    let v = self.field(item)?;
                    list.push(&mut self.vm.heap, v)?;
                }
                list.value()
            }
        })
    }
}

/// The nodes of a tree that `compile()` was given; None if it was given something else.
pub(crate) fn given(vm: &mut Vm, v: Value, mode: &str) -> PyResult<Option<Node>> {
    let wanted = match mode {
        "eval" => "Expression",
        "single" => "Interactive",
        "func_type" => "FunctionType",
        _ => "Module",
    };
    let Some(module) = loaded(vm)? else { return Ok(None) };
    let class = vm.getattr_str(module, wanted)?;
    if !habu_vm::classinfo::is_instance(vm, v, class)? {
        let msg = format!("expected {wanted} node, got {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    match vm.getattr_str(module, "_SHAPES")?.cast::<Dict>() {
        Some(shapes) => super::nodes::nodes(vm, shapes, v, "mod").map(Some),
        None => Err(vm.raise_msg(Exc::SystemError, "module _ast has no shapes")),
    }
}

/// Whether a value is a tree.
pub(crate) fn is_tree(vm: &mut Vm, v: Value) -> PyResult<bool> {
    let Some(module) = loaded(vm)? else { return Ok(false) };
    let base = vm.getattr_str(module, "AST")?;
    habu_vm::classinfo::is_instance(vm, v, base)
}

/// The module of the classes: only who has it can have a tree.
fn loaded(vm: &mut Vm) -> PyResult<Option<Value>> {
    let Some(modules) = vm.modules.cast::<Dict>() else { return Ok(None) };
    let key = vm.intern("_ast")?;
    Ok(vm.dict_get_str(modules, key))
}

/// Compiles the nodes of a tree.
pub(crate) fn compile(
    vm: &mut Vm,
    node: &Node,
    filename: &str,
    options: &Options,
) -> PyResult<Value> {
    match habu_compiler::compile_tree(node, filename, options) {
        Ok(code) => Ok(vm.load_code(&Rc::new(code))?.value()),
        Err(TreeError::Syntax(e)) => Err(raise_syntax_error(vm, &e)),
        Err(TreeError::Invalid(Invalid::Value(msg))) => Err(vm.value_error(&msg)),
        Err(TreeError::Invalid(Invalid::Type(msg))) => Err(vm.type_error(&msg)),
    }
}

/// Raises a compiler's SyntaxError as a Python exception.
pub fn raise_syntax_error(vm: &mut Vm, e: &SyntaxError) -> Raised {
    let exc = match e.kind {
        habu_compiler::Kind::Syntax => Exc::SyntaxError,
        habu_compiler::Kind::Indentation => Exc::IndentationError,
        habu_compiler::Kind::Tab => Exc::TabError,
    };
    let made = details(vm, e).and_then(|(msg, details)| {
        let class = vm.exc_type(exc);
        vm.call(class.value(), &[msg, details])
    });
    match made {
        Ok(v) => match v.cast::<habu_object::Exception>() {
            Some(exc) => vm.raise(exc),
            None => vm.raise_msg(exc, &e.msg),
        },
        Err(raised) => raised,
    }
}

fn details(vm: &mut Vm, e: &SyntaxError) -> PyResult<(Value, Value)> {
    let msg = vm.new_str(&e.msg)?;
    let filename = vm.new_str(&e.filename)?;
    let text = match &e.text {
        Some(t) => vm.new_str(t)?,
        None => Value::NONE,
    };
    let n = |n: u32| Value::small_int(n as i64);
    let end = Value::small_int(i64::from(e.end_col));
    let details = [filename, n(e.line), n(e.col), text, n(e.end_line), end];
    let details = vm.new_tuple(&details)?;
    Ok((msg, details))
}
