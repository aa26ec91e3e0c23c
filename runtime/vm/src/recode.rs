//! `f.__code__ = code`: calls from now on run the new code; what runs the old one goes on with it.
//!
//! Frames and generators know their code by their function, so those of the function that changes get another one: a
//! copy of what it has been until now.

use crate::error::PyResult;
use crate::stack::{CALLEE, CALLER, reg, set_reg};
use crate::vm::Vm;
use habu_object::array::gen_slot;
use habu_object::{Code, Function, Gc, Generator, Value};

impl Vm {
    /// Makes `code` the code of `f`.
    pub fn replace_code(&mut self, f: Gc<Function>, code: Gc<Code>) -> PyResult<()> {
        let before = self.copy_function(f)?;
        self.put_in_frames(f.value(), before.value());
        self.put_in_generators(f.value(), before);
        // Compiled code may still stand in it.
        self.pin_code(Vm::function_code(f));
        self.set_function_code(f, code);
        self.flush_caches();
        Ok(())
    }

    fn copy_function(&mut self, f: Gc<Function>) -> PyResult<Gc<Function>> {
        let copy = self.new_function(Vm::function_code(f), f.globals.get())?;
        let heap = &mut self.heap;
        copy.store(heap, &copy.builtins, f.builtins.get());
        copy.store(heap, &copy.closure, f.closure.get());
        copy.store(heap, &copy.defaults, f.defaults.get());
        copy.store(heap, &copy.kwdefaults, f.kwdefaults.get());
        copy.store(heap, &copy.name, f.name.get());
        copy.store(heap, &copy.qualname, f.qualname.get());
        Ok(copy)
    }

    fn put_in_frames(&mut self, f: Value, copy: Value) {
        let mut base = self.base;
        while base > self.stack.start() {
            // SAFETY: the chain of caller words leads through live windows to the bottom; a window has link words.
            base = unsafe {
                if reg(base, CALLEE) == f {
                    set_reg(base, CALLEE, copy);
                }
                reg(base, CALLER).bits() as *mut Value
            };
        }
    }

    fn put_in_generators(&mut self, f: Value, copy: Gc<Function>) {
        let mut found: Vec<Gc<Generator>> = Vec::new();
        self.heap.for_each_object(&mut |o| {
            let g = Value::from_bits(o.as_ptr() as u64 + 1).cast::<Generator>();
            found.extend(g.filter(|g| g.get(gen_slot::FUNC) == f));
        });
        for g in found {
            g.set(&mut self.heap, gen_slot::FUNC, copy.value());
        }
    }
}
