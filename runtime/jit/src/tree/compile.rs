//! From the traces of a tree to its code, and what the code keeps alive.

use super::Jit;
use super::grove::BridgeTrace;
use crate::lower::{self, Bridge, Tree, TreeInput};
use habu_object::{List, Value};
use habu_trace::Trace;
use habu_vm::Vm;

impl Jit {
    pub(super) fn compile(
        &mut self,
        vm: &mut Vm,
        key: u64,
        root: &Trace,
        bridges: &[BridgeTrace],
    ) -> Result<Tree, lower::LowerError> {
        let bridges: Vec<Bridge<'_>> =
            bridges.iter().map(|b| Bridge { at: b.at, trace: &b.trace }).collect();
        let input = TreeInput { key, root, after: None, bridges: &bridges };
        let tree = lower::compile(&mut self.gen_, &*self.isa, &self.arena, &input, &self.options)?;
        crate::code::arena::synchronise();
        self.stats.compilations += 1;
        keep_alive(vm, &tree.objects);
        Ok(tree)
    }
}

/// Object constants of compiled code stay alive with the runtime.
fn keep_alive(vm: &mut Vm, objects: &[u64]) {
    let root = vm.root("jit.objects");
    let list = match root.cast::<List>() {
        Some(list) => list,
        None => match List::new(&mut vm.heap, 64) {
            Ok(list) => {
                vm.set_root("jit.objects", list.value());
                list
            }
            Err(_) => return,
        },
    };
    for bits in objects {
        let v = Value::from_bits(*bits);
        if v.object().is_some() && !v.is_unbound() {
            let _ = list.push(&mut vm.heap, v);
        }
    }
}
