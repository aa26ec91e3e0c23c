//! Which thread is making which module: others that import it wait until it is done.
//!
//! Threads that would wait for each other, because modules import each other, do not wait: they get the module as far as
//! it is made, as with CPython's module locks.

use habu_object::Value;
use habu_vm::{PyResult, Vm};
use std::collections::BTreeMap;

/// Modules that are being made.
#[derive(Default)]
struct Turns {
    /// By name: the thread that makes it.
    makers: BTreeMap<String, u64>,
    /// By thread: the module that it waits for.
    waiting: BTreeMap<u64, String>,
}

impl Turns {
    /// The thread that makes a module, if that is another one for which this thread may wait.
    fn to_wait_for(&self, name: &str, own: u64) -> Option<u64> {
        let maker = *self.makers.get(name)?;
        let mut at = maker;
        while at != own {
            match self.waiting.get(&at).and_then(|name| self.makers.get(name)) {
                Some(next) => at = *next,
                None => return Some(maker),
            }
        }
        None
    }
}

/// Waits until no other thread makes the module; whether there was one.
pub(super) fn wait(vm: &mut Vm, name: &str) -> PyResult<bool> {
    let mut waited = false;
    let own = vm.threads.ident();
    if vm.threads.count() == 0 {
        return Ok(false);
    }
    let key = vm.intern(name)?;
    while vm.state::<Turns>().to_wait_for(name, own).is_some() {
        waited = true;
        vm.state::<Turns>().waiting.insert(own, name.to_owned());
        let ended = vm.wait_for(key.bits(), None);
        vm.state::<Turns>().waiting.remove(&own);
        if ended.signalled {
            vm.serve_poll()?;
        }
    }
    Ok(waited)
}

/// Makes a module while other threads that import it wait.
pub(super) fn make(
    vm: &mut Vm,
    name: &str,
    f: impl FnOnce(&mut Vm) -> PyResult<Value>,
) -> PyResult<Value> {
    let own = vm.threads.ident();
    let key = vm.intern(name)?;
    let outer = vm.state::<Turns>().makers.insert(name.to_owned(), own);
    let made = f(vm);
    let turns = vm.state::<Turns>();
    match outer {
        Some(outer) => turns.makers.insert(name.to_owned(), outer),
        None => turns.makers.remove(name),
    };
    vm.wake_all(key.bits());
    made
}

/// In a process that was forked, the other threads make nothing any more.
pub(crate) fn forget_others(vm: &mut Vm) {
    let own = vm.threads.ident();
    let turns = vm.state::<Turns>();
    turns.makers.retain(|_, maker| *maker == own);
    turns.waiting.clear();
}
