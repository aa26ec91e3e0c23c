//! `__index__`: values as ints, as numbers of the machine, and what may be returned for an int.
//!
//! The other conversions stand with their types, in crate `builtins`.

use crate::error::{Exc, PyResult};
use crate::vm::Vm;
use habu_object::{Value, int, shape};

impl Vm {
    /// `operator.index(v)`: an int (perhaps of a subclass).
    pub fn index(&mut self, v: Value) -> PyResult<Value> {
        if int::is_int_like(v) {
            return Ok(v);
        }
        let name = self.names.__index__;
        let Some(r) = self.call_special(v, name, &[])? else {
            let msg = format!("'{}' object cannot be interpreted as an integer", self.type_name(v));
            return Err(self.type_error(&msg));
        };
        self.converted(r, "__index__")
    }

    /// What a special method that must give an int has given.
    pub fn converted(&mut self, r: Value, method: &str) -> PyResult<Value> {
        if matches!(r.shape(), shape::INT | shape::BIG_INT) {
            return Ok(r);
        }
        let name = self.type_name(r);
        if !int::is_int_like(r) {
            let msg = format!("{method} returned non-int (type {name})");
            return Err(self.type_error(&msg));
        }
        let msg = format!(
            "{method} returned non-int (type {name}).  The ability to return an instance of a strict subclass of int is \
             deprecated, and may be removed in a future version of Python."
        );
        self.warn(Exc::DeprecationWarning, &msg)?;
        Ok(r)
    }

    /// `operator.index(v)` as a number; OverflowError (or the given class) if it does not fit.
    pub fn index_i64(&mut self, v: Value) -> PyResult<i64> {
        let n = self.index(v)?;
        match int::to_i64(n) {
            Some(n) => Ok(n),
            None => {
                let msg = format!("cannot fit '{}' into an index-sized integer", self.type_name(v));
                Err(self.raise_msg(Exc::IndexError, &msg))
            }
        }
    }

    /// `operator.index(v)` clamped to 64 bits, as slices and ranges of indices want it.
    pub fn index_clamped(&mut self, v: Value) -> PyResult<i64> {
        let n = self.index(v)?;
        Ok(int::to_i64_clamped(n))
    }
}
