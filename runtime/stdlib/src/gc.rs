//! Module `gc`: requests to the collector, and its view of the objects.
//!
//! The collector is a tracing one: there are no reference counts, so everything unreachable waits for a collection, and
//! nothing is uncollectable. What CPython's generations mean has a counterpart in the young and the old; thresholds and
//! debug flags are kept and without effect, and `collect` counts nothing.

use crate::util::{arg, given, items, new_module, set};
use habu_object::{Gc, List, Module, Value};
use habu_vm::{NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("collect", "(generation=2)", collect).doc(
        "Run the garbage collector; with an argument, of that generation and the younger ones.",
    ),
    NativeDef::new("enable", "()", |vm, _| {
        vm.heap.set_enabled(true);
        Ok(Value::NONE)
    })
    .doc("Enable automatic garbage collection."),
    NativeDef::new("disable", "()", |vm, _| {
        vm.heap.set_enabled(false);
        Ok(Value::NONE)
    })
    .doc("Disable automatic garbage collection."),
    NativeDef::new("isenabled", "()", |vm, _| Ok(Value::bool(vm.heap.is_enabled())))
        .doc("Return true if automatic garbage collection is enabled."),
    NativeDef::new("get_objects", "(generation=None)", get_objects)
        .doc("Return a list of the objects that the collector looks at."),
    NativeDef::new("get_referrers", "(*objs)", get_referrers)
        .doc("Return the list of objects that directly refer to any of objs."),
    NativeDef::new("get_referents", "(*objs)", get_referents)
        .doc("Return the list of objects that are directly referred to by objs."),
    NativeDef::new("get_threshold", "()", |vm, _| {
        let kept = vm.state::<Settings>();
        let [a, b, c] = kept.thresholds.map(Value::small_int);
        vm.new_tuple(&[a, b, c])
    })
    .doc("Return the current collection thresholds."),
    NativeDef::new("set_threshold", "(threshold0, threshold1=10, threshold2=0, /)", set_threshold)
        .doc("Set the collection thresholds."),
    NativeDef::new("get_count", "()", |vm, _| {
        vm.new_tuple(&[Value::small_int(0), Value::small_int(0), Value::small_int(0)])
    })
    .doc("Return the current collection counts."),
    NativeDef::new("get_debug", "()", |vm, _| {
        let flags = vm.state::<Settings>().debug;
        Ok(Value::small_int(flags))
    })
    .doc("Get the garbage collection debugging flags."),
    NativeDef::new("set_debug", "(flags, /)", |vm, args| {
        let flags = vm.index_i64(arg(args, 0))?;
        vm.state::<Settings>().debug = flags;
        Ok(Value::NONE)
    })
    .doc("Set the garbage collection debugging flags."),
    NativeDef::new("is_tracked", "(obj, /)", |vm, args| {
        Ok(Value::bool(vm.is_tracked(arg(args, 0))))
    })
    .doc("Return true if the object is tracked by the garbage collector."),
    NativeDef::new("is_finalized", "(obj, /)", |vm, args| {
        Ok(Value::bool(vm.is_finalized(arg(args, 0))))
    })
    .doc("Return true if the object has been already finalized by the garbage collector."),
    NativeDef::new("freeze", "()", |vm, _| {
        let n = vm.live_objects().len() as i64;
        vm.state::<Settings>().frozen = n;
        Ok(Value::NONE)
    })
    .doc("Freeze all current tracked objects and ignore them for future collections."),
    NativeDef::new("unfreeze", "()", |vm, _| {
        vm.state::<Settings>().frozen = 0;
        Ok(Value::NONE)
    })
    .doc("Unfreeze all objects in the permanent generation."),
    NativeDef::new("get_freeze_count", "()", |vm, _| {
        let n = vm.state::<Settings>().frozen;
        Ok(Value::small_int(n))
    })
    .doc("Return the number of objects in the permanent generation."),
    NativeDef::new("get_stats", "()", get_stats)
        .doc("Return a list of dictionaries with statistics of each generation."),
];

/// What a program has set.
struct Settings {
    thresholds: [i64; 3],
    debug: i64,
    /// Objects that were there when they were frozen.
    frozen: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { thresholds: [2000, 10, 0], debug: 0, frozen: 0 }
    }
}

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m =
        new_module(vm, "gc", "This module provides access to the garbage collector.", FUNCTIONS)?;
    for name in ["garbage", "callbacks"] {
        let list = vm.new_list(&[])?;
        set(vm, m, name, list)?;
        if name == "callbacks" {
            vm.set_root(CALLBACKS, list);
        }
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

const CALLBACKS: &str = "gc.callbacks";

fn collect(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let generation = match given(args, 0) {
        Some(n) => vm.index_i64(n)?,
        None => 2,
    };
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    tell(vm, "start", generation)?;
    vm.collect(args);
    tell(vm, "stop", generation)?;
    Ok(Value::small_int(0))
}

/// Calls the callbacks; their exceptions go to `sys.unraisablehook`.
fn tell(vm: &mut Vm, phase: &str, generation: i64) -> PyResult<()> {
    let Some(callbacks) = vm.root(CALLBACKS).cast::<List>().filter(|list| !list.is_empty()) else {
        return Ok(());
    };
    let phase = vm.intern(phase)?;
    let info = vm.new_dict()?;
    for (name, n) in [("generation", generation), ("collected", 0), ("uncollectable", 0)] {
        vm.dict_set_text(info, name, Value::small_int(n))?;
    }
    let mut i = 0;
    while let Some(f) = callbacks.get(i) {
        i += 1;
        if let Err(e) = vm.call(f, &[phase, info.value()]) {
            vm.unraisable(e, "while calling GC callback", f);
        }
    }
    Ok(())
}

fn get_objects(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if let Some(generation) = given(args, 0) {
        let n = vm.index_i64(generation)?;
        if n < -1 {
            return Err(vm.value_error("generation parameter cannot be negative"));
        }
        if n > 2 {
            let msg =
                "generation parameter must be less than the number of available generations (3)";
            return Err(vm.value_error(msg));
        }
    }
    let all = vm.live_objects();
    vm.new_list(&all)
}

fn get_referrers(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let wanted = items(arg(args, 0));
    let all = vm.live_objects();
    let refers = |v: &Value| {
        *v != arg(args, 0) && vm.referents(*v).iter().any(|found| wanted.contains(found))
    };
    let found: Vec<Value> = all.into_iter().filter(refers).collect();
    vm.new_list(&found)
}

fn get_referents(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let objects = items(arg(args, 0));
    let found: Vec<Value> = objects.into_iter().flat_map(|v| vm.referents(v)).collect();
    vm.new_list(&found)
}

fn set_threshold(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let mut thresholds = vm.state::<Settings>().thresholds;
    for (threshold, v) in thresholds.iter_mut().zip(args) {
        if let Some(v) = v.bound() {
            *threshold = vm.index_i64(v)?;
        }
    }
    vm.state::<Settings>().thresholds = thresholds;
    Ok(Value::NONE)
}

/// Minor collections count for the youngest generation, full ones for the oldest.
fn get_stats(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let stats = vm.heap.stats();
    let list = vm.new_list(&[])?;
    for collections in [stats.minor, 0, stats.major] {
        let d = vm.new_dict()?;
        let n = vm.new_int(collections as i64)?;
        vm.dict_set_text(d, "collections", n)?;
        vm.dict_set_text(d, "collected", Value::small_int(0))?;
        vm.dict_set_text(d, "uncollectable", Value::small_int(0))?;
        if let Some(list) = list.cast::<List>() {
            list.push(&mut vm.heap, d.value())?;
        }
    }
    Ok(list)
}
