//! Direct calls of native functions: positional arguments that need no rearranging beyond padding.
//!
//! The short way of `call`: what a callee is, whether its arguments fit and whether a method's self is of its class is
//! told by a few loads, and everything else (keywords, `*args`, subclasses' methods, errors) is left to
//! `Vm::prepare_call`. Classes have a native constructor here once it is known that calling them is one native call.

use crate::error::PyResult;
use crate::native::NativeDef;
use crate::stack::{LINK, reg, set_reg};
use crate::vm::Vm;
use habu_object::{Builtin, Gc, Kind, MethodDescr, Type, Value};

/// The definition at an address that a heap object holds.
#[inline(always)]
fn def_at(address: usize) -> Option<&'static NativeDef> {
    // SAFETY: `Builtin::def`, `MethodDescr::def` and `Type::native` are zero or made from references to static
    // definitions.
    unsafe { (address as *const NativeDef).as_ref() }
}

/// Parameters that a native function called from Rust may have without words of the value stack.
const FEW: usize = 6;

impl Vm {
    /// Calls the native function, method or class in `window` with its `nargs` positional arguments; None, with nothing
    /// changed, if that is not so simple.
    ///
    /// # Safety
    /// `window` is a call window in the value stack, its arguments initialised, nothing live above them; `base` and `pc`
    /// name the calling frame.
    #[inline(always)]
    pub unsafe fn call_direct(
        &mut self,
        window: *mut Value,
        nargs: usize,
    ) -> Option<PyResult<Value>> {
        let args = window.wrapping_add(LINK);
        // SAFETY: word 0 of the window is the callee.
        let callee = unsafe { reg(window, 0) };
        let (def, first) = match callee.kind() {
            Kind::MethodDescr => {
                // SAFETY: the kind names the layout.
                let m: Gc<MethodDescr> = unsafe { callee.cast_unchecked() };
                // SAFETY: the class of a method descriptor is a class.
                let class: Gc<Type> = unsafe { m.class.get().cast_unchecked() };
                // SAFETY: the word is inside the reservation; it counts only if there are arguments.
                let this = unsafe { reg(args, 0) };
                if nargs == 0 || !self.has_exact_shape(this, class) {
                    return None;
                }
                (def_at(m.def.get())?, Value::UNBOUND)
            }
            Kind::Builtin => {
                // SAFETY: as above.
                let b: Gc<Builtin> = unsafe { callee.cast_unchecked() };
                (def_at(b.def.get())?, b.this.get())
            }
            Kind::Type => {
                // SAFETY: as above.
                let class: Gc<Type> = unsafe { callee.cast_unchecked() };
                (def_at(class.native.get())?, callee)
            }
            Kind::Native => (def_at(self.type_of(callee).call.get())?, callee),
            _ => return None,
        };
        let more = !first.is_unbound() as usize;
        let packs = !def.params.fits(nargs + more);
        if packs && !def.params.packs(nargs + more) {
            return None;
        }
        if more != 0 {
            for i in (0..nargs).rev() {
                // SAFETY: the words above the arguments are free. Volatile, or these few words would become vector code.
                unsafe { args.add(i + 1).write_volatile(args.add(i).read_volatile()) };
            }
            // SAFETY: as above.
            unsafe { set_reg(args, 0, first) };
        }
        if packs {
            // SAFETY: passed on.
            return Some(unsafe { self.invoke_packed(def, args, nargs + more) });
        }
        // SAFETY: passed on.
        Some(unsafe { self.invoke(def, args, nargs + more) })
    }

    /// Runs a native function that takes `*args` on `nargs` arguments, at least the required ones.
    ///
    /// # Safety
    /// `args` are `nargs` initialised words of the value stack with nothing live above them.
    #[inline(never)]
    unsafe fn invoke_packed(
        &mut self,
        def: &'static NativeDef,
        args: *mut Value,
        nargs: usize,
    ) -> PyResult<Value> {
        self.top = args.wrapping_add(nargs);
        let total = def.params.total as usize;
        // SAFETY: passed on; the words above the arguments are free.
        unsafe { self.pack_var_args(def, args, nargs)? };
        self.top = args.wrapping_add(total);
        // SAFETY: as in `invoke`.
        let slice = unsafe { std::slice::from_raw_parts(args, total) };
        (def.func)(self, slice)
    }

    /// Whether `v` is an instance of exactly this builtin class.
    #[inline(always)]
    fn has_exact_shape(&self, v: Value, class: Gc<Type>) -> bool {
        let shape = match v.header() {
            Some(h) => h.shape.get(),
            None => v.shape(),
        };
        shape == class.instance_shape.get()
    }

    /// Runs a native function on `nargs` arguments that fit it.
    ///
    /// # Safety
    /// `args` are `nargs` initialised words of the value stack with nothing live above them; `def.params.fits(nargs)`.
    #[inline(always)]
    unsafe fn invoke(
        &mut self,
        def: &'static NativeDef,
        args: *mut Value,
        nargs: usize,
    ) -> PyResult<Value> {
        let total = def.params.total as usize;
        for i in nargs..total {
            // SAFETY: the words above the arguments are free. Volatile as above.
            unsafe { args.add(i).write_volatile(Value::UNBOUND) };
        }
        self.top = args.wrapping_add(total);
        // SAFETY: `total` words are initialised; natives see them through a shared slice and nothing writes them until
        // the call returns, because `top` lies above.
        let slice = unsafe { std::slice::from_raw_parts(args, total) };
        (def.func)(self, slice)
    }

    /// Calls a native function, method or class with these positional arguments, which need no room in the value stack;
    /// None if that is not so simple.
    #[inline]
    pub fn call_few(
        &mut self,
        f: Value,
        first: Option<Value>,
        args: &[Value],
    ) -> Option<PyResult<Value>> {
        let (def, this) = match f.kind() {
            Kind::MethodDescr => {
                // SAFETY: the kind names the layout.
                let m: Gc<MethodDescr> = unsafe { f.cast_unchecked() };
                // SAFETY: the class of a method descriptor is a class.
                let class: Gc<Type> = unsafe { m.class.get().cast_unchecked() };
                let this = first.or(args.first().copied())?;
                if !self.has_exact_shape(this, class) {
                    return None;
                }
                (def_at(m.def.get())?, None)
            }
            Kind::Builtin => {
                // SAFETY: as above.
                let b: Gc<Builtin> = unsafe { f.cast_unchecked() };
                (def_at(b.def.get())?, b.this.get().bound())
            }
            Kind::Type => {
                // SAFETY: as above.
                let class: Gc<Type> = unsafe { f.cast_unchecked() };
                (def_at(class.native.get())?, Some(f))
            }
            Kind::Native => (def_at(self.type_of(f).call.get())?, Some(f)),
            _ => return None,
        };
        let before = this.is_some() as usize + first.is_some() as usize;
        let total = def.params.total as usize;
        if !def.params.fits(before + args.len()) || total > FEW {
            return None;
        }
        // In the native stack, where the collector finds them.
        let mut few = [Value::UNBOUND; FEW];
        few[0] = this.or(first).unwrap_or(Value::UNBOUND);
        if let (Some(_), Some(v)) = (this, first) {
            few[1] = v;
        }
        for (to, v) in few[before..].iter_mut().zip(args) {
            *to = *v;
        }
        if let Err(e) = self.check_native_stack() {
            return Some(Err(e));
        }
        Some((def.func)(self, &few[..total]))
    }

    /// `next(it)` of an iterator whose builtin class has a `__next__` of its own; None if it has not.
    #[inline]
    pub(crate) fn step_native(&mut self, it: Value) -> Option<PyResult<Value>> {
        let def = def_at(self.type_of(it).step.get())?;
        if let Err(e) = self.check_native_stack() {
            return Some(Err(e));
        }
        Some((def.func)(self, &[it]))
    }

    /// Makes a native function what calling a builtin class does when the arguments after the class fit it. It must do
    /// what `__new__` and `__init__` would.
    pub fn set_constructor(&mut self, class: Gc<Type>, def: &'static NativeDef) {
        class.native.set(&raw const *def as usize);
    }
}
