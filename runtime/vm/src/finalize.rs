//! What a collection leaves to do: callbacks of weak references, and `__del__`.
//!
//! The collector only queues; the queues are worked off at the next safepoint (`Vm::serve_poll`).

use crate::error::Raised;
use crate::vm::Vm;
use habu_object::{Exception, Generator, Native, Value, WeakRef, type_flags};

impl Vm {
    /// Runs what the last collections have queued. Exceptions go to stderr and no further.
    pub fn run_finalizers(&mut self) {
        self.finalize(false);
    }

    /// Runs what is pending. At the end of the program objects keep what they own: finalizers that come later may use
    /// them, standard error for one.
    fn finalize(&mut self, ending: bool) {
        if self.finalizing || !self.heap.has_pending() {
            return;
        }
        self.finalizing = true;
        let handled = std::mem::replace(&mut self.handled, Value::NONE);
        while let Some(object) = self.heap.pop_cleared() {
            let reference = Value::from_bits(object.as_ptr() as u64 + 1);
            let Some(r) = reference.cast::<WeakRef>() else { continue };
            let callback = r.callback.replace(Value::NONE);
            if !callback.is_none()
                && let Err(e) = self.call(callback, &[reference])
            {
                self.unraisable(e, "while calling weakref callback", callback);
            }
        }
        while let Some(object) = self.heap.pop_finalizer() {
            let v = Value::from_bits(object.as_ptr() as u64 + 1);
            if let Some(g) = v.cast::<Generator>() {
                self.finalize_generator(g);
                continue;
            }
            let name = self.names.__del__;
            if let Some(f) = self.special(v, name)
                && let Err(e) = self.call_unbound(f, v, &[])
            {
                self.unraisable(e, "while calling deallocator", f);
            }
            if let Some(native) = v.cast::<Native>()
                && !ending
                && self.type_of(v).has(type_flags::OWNER)
            {
                self.drop_owned(native);
            }
        }
        self.handled = handled;
        self.finalizing = false;
    }

    /// Runs the finalizers of all objects that are still there, at the end of the program.
    pub fn finalize_all(&mut self) {
        self.heap.finalize_all();
        self.finalize(true);
    }

    /// Reports an exception that cannot be passed on: `what` was going on with `object`.
    pub fn unraisable(&mut self, raised: Raised, what: &str, object: Value) {
        let exception = self.take_raised(raised);
        if let Some(e) = exception.cast::<Exception>()
            && (e.traceback.get().is_unbound() || e.traceback.get().is_none())
            && let Some(f) = self.frame_at(0)
        {
            self.add_traceback(exception, f.func, f.pc);
        }
        let object = match self.repr_text(object) {
            Ok(text) => text,
            Err(e) => {
                self.take_raised(e);
                String::new()
            }
        };
        (self.ports.unraisable)(self, exception, &format!("Exception ignored {what} {object}"));
    }
}
