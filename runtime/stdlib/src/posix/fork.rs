//! `fork`, and the functions that are called around it.

use super::path::check;
use crate::util::{arg, quiet};
use habu_object::{List, Value};
use habu_vm::{NativeDef, PyResult, Vm, system};

// Roots of the lists of functions, by when they are called.

const BEFORE: &str = "os.before_fork";
const IN_CHILD: &str = "os.after_fork_in_child";
const IN_PARENT: &str = "os.after_fork_in_parent";

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("fork", "()", fork),
    NativeDef::new(
        "register_at_fork",
        "(*, before=None, after_in_child=None, after_in_parent=None)",
        register,
    ),
];

fn register(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let names = ["before", "after_in_child", "after_in_parent"];
    if args.iter().all(|v| v.is_unbound()) {
        return Err(vm.type_error("At least one argument is required."));
    }
    for (i, name) in names.into_iter().enumerate() {
        if let Some(f) = arg(args, i).bound()
            && vm.special(f, vm.names.__call__).is_none()
        {
            let kind = vm.type_name(f);
            let msg = format!("'{name}' must be callable, not {kind}");
            return Err(vm.type_error(&msg));
        }
    }
    for (i, root) in [BEFORE, IN_CHILD, IN_PARENT].into_iter().enumerate() {
        let Some(f) = arg(args, i).bound() else { continue };
        let list = match vm.root(root).cast::<List>() {
            Some(list) => list,
            None => {
                let list = List::new(&mut vm.heap, 2)?;
                vm.set_root(root, list.value());
                list
            }
        };
        list.push(&mut vm.heap, f)?;
    }
    Ok(Value::NONE)
}

/// Calls what was registered; exceptions are printed.
fn run(vm: &mut Vm, root: &'static str, last_first: bool) {
    let Some(list) = vm.root(root).cast::<List>() else { return };
    let n = list.len();
    for i in 0..n {
        let Some(f) = list.get(if last_first { n - 1 - i } else { i }) else { return };
        if let Err(raised) = vm.call(f, &[]) {
            let e = vm.take_raised(raised);
            let name = vm.repr_text(f);
            let name = quiet(vm, name).unwrap_or_default();
            crate::sys::unraisable(vm, e, &format!("Exception ignored in at-fork callback {name}"));
        }
    }
}

fn fork(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    run(vm, BEFORE, true);
    // The child would write it as well.
    let _ = vm.stdout.flush();
    let alone = vm.threads.count() == 0;
    let others = crate::thread::of_other_threads(vm)?;
    let r = system::fork(vm);
    if r == Ok(0) {
        crate::import::forget_other_threads(vm);
        crate::thread::set_all_done(vm, others);
        run(vm, IN_CHILD, false);
        return Ok(Value::small_int(0));
    }
    run(vm, IN_PARENT, false);
    let child = check(vm, r)?;
    if !alone {
        let msg = format!(
            "This process (pid={}) is multi-threaded, use of fork() may lead to deadlocks in the child.",
            std::process::id()
        );
        crate::warnings::warn(vm, habu_vm::Exc::DeprecationWarning, &msg)?;
    }
    Ok(Value::small_int(i64::from(child)))
}
