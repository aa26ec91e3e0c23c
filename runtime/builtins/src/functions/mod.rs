//! The `builtins` module: its functions, one file for each subject, and what else its namespace holds.

pub(crate) mod evaluate;
pub(crate) mod items;
pub(crate) mod iteration;
pub(crate) mod nodes;
mod numbers;
pub(crate) mod objects;
pub(crate) mod print;
pub(crate) mod sorting;
pub mod tree;

use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::error::EXCEPTIONS;
use habu_vm::{Exc, PyResult, Vm};

/// Classes that `builtins` names.
const PUBLIC: &[Kind] = &[
    Kind::Instance,
    Kind::Int,
    Kind::Float,
    Kind::Complex,
    Kind::Bool,
    Kind::Str,
    Kind::Bytes,
    Kind::ByteArray,
    Kind::Tuple,
    Kind::List,
    Kind::Dict,
    Kind::Set,
    Kind::FrozenSet,
    Kind::Range,
    Kind::Slice,
    Kind::Property,
    Kind::ClassMethod,
    Kind::StaticMethod,
    Kind::Super,
    Kind::Type,
    Kind::Enumerate,
    Kind::Zip,
    Kind::Map,
    Kind::Filter,
    Kind::Reversed,
    Kind::MemoryView,
];

/// Makes the module, enters it in `sys.modules` and makes its namespace the runtime's builtins.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let module = vm.new_module("builtins")?;
    let Some(dict) = module.dict.get().cast::<Dict>() else { return Ok(()) };
    vm.builtins = dict.value();
    let doc = vm.new_str(DOC)?;
    vm.dict_set_text(dict, "__doc__", doc)?;
    for kind in PUBLIC {
        let class = vm.types.of_kind(*kind);
        vm.dict_set_str(dict, class.name.get(), class.value())?;
    }
    for (exc, name, _) in EXCEPTIONS {
        let class = vm.exc_type(*exc);
        vm.dict_set_text(dict, name, class.value())?;
    }
    let os_error = vm.exc_type(Exc::OSError).value();
    vm.dict_set_text(dict, "EnvironmentError", os_error)?;
    vm.dict_set_text(dict, "IOError", os_error)?;
    for (name, v) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("__debug__", Value::bool(vm.options.optimize == 0)),
        ("__build_class__", vm.root("__build_class__")),
        ("BaseExceptionGroup", vm.root("BaseExceptionGroup")),
        ("ExceptionGroup", vm.root("ExceptionGroup")),
    ] {
        if !v.is_unbound() {
            vm.dict_set_text(dict, name, v)?;
        }
    }
    add_functions(vm, module)?;
    enter_module(vm, module)
}

const DOC: &str = "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to \
                   all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in \
                   function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be \
                   useful in modules that provide\nobjects with the same name as a builtin and need to\nwrap the \
                   builtin.";

fn add_functions(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for table in [
        evaluate::FUNCTIONS,
        iteration::FUNCTIONS,
        numbers::FUNCTIONS,
        objects::FUNCTIONS,
        print::FUNCTIONS,
        sorting::FUNCTIONS,
    ] {
        vm.add_functions(module, table)?;
    }
    Ok(())
}

fn enter_module(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let modules = match vm.modules.cast::<Dict>() {
        Some(modules) => modules,
        None => {
            let modules = vm.new_dict()?;
            vm.modules = modules.value();
            modules
        }
    };
    vm.dict_set_str(modules, module.name.get(), module.value())
}
