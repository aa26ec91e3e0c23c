//! Attempts: operations tried without running Python code.
//!
//! Compiled code calls the runtime with values only, its frames are not in memory; Python code could look at them. So it
//! calls what *might* run Python code as an attempt: where Python code or a callable of unknown effects would be called,
//! the attempt fails, as it does when an exception is raised, and the interpreter does the operation again from its
//! start. What is attempted must therefore have no effect before the last point where it may fail.

use crate::error::{PyResult, Raised};
use crate::vm::Vm;
use habu_object::{Kind, Value};

impl Vm {
    /// What `f` gives, if that takes neither Python code nor an exception. An exception is kept as `declined`.
    #[inline]
    pub fn attempt<T>(&mut self, f: impl FnOnce(&mut Vm) -> PyResult<T>) -> Option<T> {
        let outer = std::mem::replace(&mut self.attempting, true);
        let result = f(self);
        self.attempting = outer;
        match result {
            Ok(v) => Some(v),
            Err(_) => {
                self.declined = std::mem::replace(&mut self.raised, Value::UNBOUND);
                None
            }
        }
    }

    /// In an attempt, the failure for a call of `f` unless that is a builtin type's method.
    #[inline(always)]
    pub(crate) fn refuse_call(&self, f: Value) -> PyResult<()> {
        if self.attempting && f.kind() != Kind::MethodDescr { self.refuse_python() } else { Ok(()) }
    }

    /// In an attempt, the failure for running Python code. It looks like an exhausted memory to those who catch
    /// exceptions, which nobody does.
    #[inline(always)]
    pub(crate) fn refuse_python(&self) -> PyResult<()> {
        if self.attempting { Err(Raised::pending()) } else { Ok(()) }
    }
}
