//! Module `gc`: requests to the collector. There are no generations to tune and no uncollectable objects.

use crate::util::{arg, new_module, set};
use habu_object::{Gc, Module, Value};
use habu_vm::{NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("collect", "(generation=2)", |vm, args| {
        vm.collect(args);
        Ok(Value::small_int(0))
    }),
    NativeDef::new("enable", "()", |vm, _| {
        vm.heap.set_enabled(true);
        Ok(Value::NONE)
    }),
    NativeDef::new("disable", "()", |vm, _| {
        vm.heap.set_enabled(false);
        Ok(Value::NONE)
    }),
    NativeDef::new("isenabled", "()", |vm, _| Ok(Value::bool(vm.heap.is_enabled()))),
    NativeDef::new("get_objects", "(generation=None)", |vm, _| vm.new_list(&[])),
    NativeDef::new("get_referrers", "(*objs)", |vm, _| vm.new_list(&[])),
    NativeDef::new("get_referents", "(*objs)", |vm, _| vm.new_list(&[])),
    NativeDef::new("get_threshold", "()", |vm, _| {
        vm.new_tuple(&[Value::small_int(2000), Value::small_int(10), Value::small_int(0)])
    }),
    NativeDef::new("set_threshold", "(threshold0, threshold1=10, threshold2=0, /)", |_, _| {
        Ok(Value::NONE)
    }),
    NativeDef::new("get_count", "()", |vm, _| {
        vm.new_tuple(&[Value::small_int(0), Value::small_int(0), Value::small_int(0)])
    }),
    NativeDef::new("get_debug", "()", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("set_debug", "(flags, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("is_tracked", "(obj, /)", |_, args| Ok(Value::bool(arg(args, 0).is_ptr()))),
    NativeDef::new("is_finalized", "(obj, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("freeze", "()", |_, _| Ok(Value::NONE)),
    NativeDef::new("unfreeze", "()", |_, _| Ok(Value::NONE)),
    NativeDef::new("get_freeze_count", "()", |_, _| Ok(Value::small_int(0))),
    NativeDef::new("get_stats", "()", |vm, _| vm.new_list(&[])),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m =
        new_module(vm, "gc", "This module provides access to the garbage collector.", FUNCTIONS)?;
    for name in ["garbage", "callbacks"] {
        let list = vm.new_list(&[])?;
        set(vm, m, name, list)?;
    }
    for (name, n) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        set(vm, m, name, Value::small_int(n))?;
    }
    Ok(m)
}
