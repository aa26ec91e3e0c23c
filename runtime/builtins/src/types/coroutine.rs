//! `coroutine`: a generator that is awaited, and `coroutine_wrapper`, which drives one as an iterator.

use super::generator::{self, code, delegate, frame, slot, state, suspended};
use crate::args::{arg, or_none};
use habu_object::array::gen_slot;
use habu_object::{AsyncSend, Gc, Generator, Value};
use habu_vm::resume::State;
use habu_vm::types::Variant;
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("send", "(self, arg, /)", generator::send).doc(
        "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.",
    ),
    NativeDef::new("throw", "(self, type, value=None, traceback=None, /)", generator::throw).doc(
        "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or \
         raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of \
         Python.",
    ),
    NativeDef::new("close", "(self, /)", generator::close)
        .doc("close() -> raise GeneratorExit inside coroutine."),
    NativeDef::new("__await__", "(self, /)", wrap)
        .doc("Return an iterator to be used in await expression."),
    NativeDef::new("__repr__", "(self, /)", generator::repr).doc("Return repr(self)."),
    NativeDef::new("__class_getitem__", "(cls, item, /)", super::generic_alias::class_getitem),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("cr_await", delegate),
    GetSetDef::new("cr_running", |_, v| Ok(Value::bool(state(v) == State::Running))),
    GetSetDef::new("cr_suspended", suspended),
    GetSetDef::new("cr_frame", frame),
    GetSetDef::new("cr_code", code),
    GetSetDef::new("cr_origin", |_, v| Ok(or_none(slot(v, gen_slot::HOOK)?))),
];

static WRAPPER_METHODS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0)))
        .doc("Implement iter(self)."),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let g = wrapped(vm, args)?;
        let resumed = vm.resume_generator(g, Value::NONE)?;
        generator::finish(vm, resumed)
    })
    .doc("Implement next(self)."),
    NativeDef::new("send", "(self, arg, /)", |vm, args| {
        let g = wrapped(vm, args)?;
        generator::send(vm, &[g.value(), arg(args, 1)])
    }),
    NativeDef::new("throw", "(self, type, value=None, traceback=None, /)", |vm, args| {
        let g = wrapped(vm, args)?;
        generator::throw(vm, &[g.value(), arg(args, 1), arg(args, 2), arg(args, 3)])
    }),
    NativeDef::new("close", "(self, /)", |vm, args| {
        let g = wrapped(vm, args)?;
        generator::close(vm, &[g.value()])
    }),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.variant(Variant::Coroutine);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, generator::NAMES)?;
    vm.add_getsets(class, GETSETS)?;
    let class = vm.types.variant(Variant::CoroutineWrapper);
    vm.add_methods(class, WRAPPER_METHODS)
}

fn wrap(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let shape = Variant::CoroutineWrapper.shape();
    let wrapper = AsyncSend::blank_with_shape(&mut vm.heap, shape)?;
    wrapper.target.set(arg(args, 0));
    Ok(wrapper.value())
}

fn wrapped(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Generator>> {
    let target = arg(args, 0).cast::<AsyncSend>().map_or(Value::NONE, |w| w.target.get());
    generator::this(vm, &[target])
}
