//! bool: the int that prints as a word.

use habu_object::{Kind, Value};
use habu_vm::{BinOp, Effects, Exc, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__and__", "(self, value, /)", and).effects(Effects::Pure),
    NativeDef::new("__invert__", "(self, /)", invert),
    NativeDef::new("__new__", "(cls, object=False, /)", new).effects(Effects::PureOfPlain),
    NativeDef::new("__or__", "(self, value, /)", or).effects(Effects::Pure),
    NativeDef::new("__rand__", "(self, value, /)", and).effects(Effects::Pure),
    NativeDef::new("__repr__", "(self, /)", repr).effects(Effects::Pure),
    NativeDef::new("__ror__", "(self, value, /)", or).effects(Effects::Pure),
    NativeDef::new("__rxor__", "(self, value, /)", xor).effects(Effects::Pure),
    NativeDef::new("__xor__", "(self, value, /)", xor).effects(Effects::Pure),
];

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Bool);
    vm.add_methods(class, METHODS)?;
    let doc = vm.new_str(
        "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two \
         instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
    )?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let object = args[1];
    Ok(Value::bool(!object.is_unbound() && vm.truth(object)?))
}

fn invert(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.warn(
        Exc::DeprecationWarning,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. Use the 'not' \
         operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.",
    )?;
    Ok(Value::small_int(if args[0] == Value::TRUE { -2 } else { -1 }))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.intern(if args[0] == Value::TRUE { "True" } else { "False" })
}

fn and(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, BinOp::And, args)
}

fn or(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, BinOp::Or, args)
}

fn xor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    operate(vm, BinOp::Xor, args)
}

/// The operators are symmetric; two bools give a bool.
fn operate(vm: &mut Vm, op: BinOp, args: &[Value]) -> PyResult<Value> {
    if !habu_object::int::is_int_like(args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.int_op(op, args[0], args[1])
}
