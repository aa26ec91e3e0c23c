//! Module `_weakref`: names for the type of weak references, which crate `builtins` fills. Containers of them are in
//! Python (`lib/weakref.py`); there are no proxies.

use crate::util::{new_module, set};
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::{NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("getweakrefcount", "(object, /)", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("getweakrefs", "(object, /)", |vm, _| vm.new_list(&[])),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_weakref", "Weak-reference support module.", FUNCTIONS)?;
    let class = vm.types.of_kind(Kind::WeakRef).value();
    set(vm, m, "ref", class)?;
    set(vm, m, "ReferenceType", class)?;
    Ok(m)
}
