//! Calls: call windows, frames, construction of instances, native functions, calls from Rust into Python.
//!
//! A call window is the callee register, two link words and the arguments (see `bytecode::ops`). `prepare_call` either
//! finishes the call natively or pushes a frame for the interpreter to go on with, so Python calling Python never
//! recurses on the native stack. Argument binding is in `bind`, the short way of native functions in `direct`.

use crate::bind::Keywords;
use crate::error::PyResult;
use crate::native::NativeDef;
use crate::stack::{CALLEE, CALLER, LINK, RETURN_PC, reg, set_reg};
use crate::types::native_def;
use crate::vm::Vm;
use habu_bytecode::Op;
use habu_object::{
    Builtin, Function, Gc, Instance, Kind, Method, StaticMethod, Tuple, Type, Value, type_flags,
};

/// The outcome of preparing a call.
pub enum Prepared {
    /// A frame was pushed: the interpreter goes on here and the result will be in the window's callee register.
    Frame(*const u32, *mut Value),
    /// The call is complete.
    Done(Value),
}

/// The ops that stand in one-instruction programs, for frames to return to.
const STUB_OPS: [Op; 12] = [
    Op::Halt,
    Op::ContInit,
    Op::ContStore,
    Op::ContBinary,
    Op::ContCompare,
    Op::ContTruth,
    Op::ContSend,
    Op::ContGen,
    Op::ContNext,
    Op::ContFilter,
    Op::ContDrop,
    Op::Leave,
];

/// The one-instruction programs.
static STUBS: [u32; STUB_OPS.len()] = {
    let mut t = [0; STUB_OPS.len()];
    let mut i = 0;
    while i < t.len() {
        t[i] = STUB_OPS[i] as u32;
        i += 1;
    }
    t
};

/// The address of a continuation op's stub.
#[inline(always)]
pub fn stub(op: Op) -> *const u32 {
    let mut i = 0;
    while i + 1 < STUB_OPS.len() && STUB_OPS[i] as u8 != op as u8 {
        i += 1;
    }
    &raw const STUBS[i]
}

/// Words from a continuation frame's base to the base of the frame it waits for: two payload words, callee, links.
pub const CONT_WINDOW: usize = 2;

impl Vm {
    /// Prepares the call in `window` with `nargs` arguments, the last of which are keywords if there are any.
    ///
    /// # Safety
    /// `window` is a call window in the value stack, its arguments initialised, nothing live above them; `ret` is the
    /// instruction to return to and `caller` the window of the calling frame.
    pub unsafe fn prepare_call(
        &mut self,
        window: *mut Value,
        nargs: usize,
        keywords: Keywords,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<Prepared> {
        // SAFETY: word 0 of the window is the callee.
        let callee = unsafe { reg(window, 0) };
        match callee.kind() {
            Kind::Function => {
                // SAFETY: the kind was just checked.
                let f: Gc<Function> = unsafe { callee.cast_unchecked() };
                // SAFETY: passed on.
                unsafe { self.prepare_function(window, f, nargs, keywords, ret, caller) }
            }
            Kind::Method => {
                // SAFETY: the kind was just checked.
                let m: Gc<Method> = unsafe { callee.cast_unchecked() };
                // SAFETY: passed on; one more argument fits above the window.
                unsafe {
                    self.insert_argument(window, nargs, m.this.get());
                    set_reg(window, 0, m.func.get());
                    self.prepare_call(window, nargs + 1, keywords, ret, caller)
                }
            }
            Kind::Builtin => {
                // SAFETY: the kind was just checked.
                let b: Gc<Builtin> = unsafe { callee.cast_unchecked() };
                let mut nargs = nargs;
                if let Some(this) = b.this.get().bound() {
                    // SAFETY: passed on.
                    unsafe { self.insert_argument(window, nargs, this) };
                    nargs += 1;
                }
                // SAFETY: passed on.
                unsafe { self.call_native_window(callee, window, nargs, keywords, ret, caller) }
                    .map(Prepared::Done)
            }
            // SAFETY: passed on.
            Kind::MethodDescr => unsafe {
                self.call_native_window(callee, window, nargs, keywords, ret, caller)
                    .map(Prepared::Done)
            },
            Kind::Type => {
                // SAFETY: the kind was just checked.
                let class: Gc<Type> = unsafe { callee.cast_unchecked() };
                // SAFETY: passed on.
                unsafe { self.prepare_class(window, class, nargs, keywords, ret, caller) }
            }
            Kind::StaticMethod => {
                // SAFETY: the kind was just checked.
                let s: Gc<StaticMethod> = unsafe { callee.cast_unchecked() };
                // SAFETY: passed on.
                unsafe {
                    set_reg(window, 0, s.func.get());
                    self.prepare_call(window, nargs, keywords, ret, caller)
                }
            }
            _ => {
                let name = self.names.__call__;
                let Some(f) = self.special(callee, name) else {
                    let msg = format!("'{}' object is not callable", self.type_name(callee));
                    return Err(self.type_error(&msg));
                };
                let class = self.type_of(callee);
                if matches!(f.kind(), Kind::Function | Kind::MethodDescr) {
                    // SAFETY: passed on.
                    unsafe {
                        self.insert_argument(window, nargs, callee);
                        set_reg(window, 0, f);
                        return self.prepare_call(window, nargs + 1, keywords, ret, caller);
                    }
                }
                self.check_native_stack()?;
                let bound = self.descriptor_get(f, callee, class)?;
                // SAFETY: passed on.
                unsafe {
                    set_reg(window, 0, bound);
                    self.prepare_call(window, nargs, keywords, ret, caller)
                }
            }
        }
    }

    /// Moves the arguments of a window up by one and puts `v` first.
    ///
    /// # Safety
    /// As `prepare_call`.
    unsafe fn insert_argument(&mut self, window: *mut Value, nargs: usize, v: Value) {
        let args = window.wrapping_add(LINK);
        // SAFETY: the words above the arguments are free and inside the reservation.
        unsafe { std::ptr::copy(args, args.wrapping_add(1), nargs) };
        // SAFETY: as above.
        unsafe { set_reg(args, 0, v) };
    }

    /// Binds arguments and pushes the frame of a Python function.
    ///
    /// # Safety
    /// As `prepare_call`.
    unsafe fn prepare_function(
        &mut self,
        window: *mut Value,
        f: Gc<Function>,
        nargs: usize,
        keywords: Keywords,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<Prepared> {
        let base = window.wrapping_add(LINK);
        if keywords.is_none() && f.simple_args.get() as usize == nargs {
            // SAFETY: passed on.
            return unsafe { self.push_frame(f, base, ret, caller) };
        }
        self.top = base.wrapping_add(nargs + 8);
        self.base = caller;
        self.pc = ret;
        // SAFETY: passed on.
        unsafe { self.bind_arguments(f, base, nargs, keywords)? };
        // SAFETY: passed on.
        unsafe { self.push_frame(f, base, ret, caller) }
    }

    /// Pushes the frame of a function whose parameters are in place.
    ///
    /// # Safety
    /// As `prepare_call`; `base` is the callee's window.
    #[inline]
    pub unsafe fn push_frame(
        &mut self,
        f: Gc<Function>,
        base: *mut Value,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<Prepared> {
        if base.wrapping_add(f.nregs.get() as usize) > self.stack_limit {
            self.base = caller;
            self.pc = ret;
            self.top = base.wrapping_add(f.nregs.get() as usize);
            self.extend_stack(caller, base)?;
        }
        // SAFETY: the three link words lie just below the window.
        unsafe {
            set_reg(base, CALLEE, f.value());
            set_reg(base, RETURN_PC, Value::from_bits(ret as u64));
            set_reg(base, CALLER, Value::from_bits(caller as u64));
        }
        Ok(Prepared::Frame(f.entry.get() as *const u32, base))
    }

    /// Pushes a continuation frame at `base` (three words above a free window start) with its two payload words, and
    /// returns the window in which the callee and its arguments are to be put.
    ///
    /// # Safety
    /// The words from `base - 3` up are free.
    pub unsafe fn push_continuation(
        &mut self,
        base: *mut Value,
        payload: [Value; 2],
        ret: *const u32,
        caller: *mut Value,
    ) -> *mut Value {
        // SAFETY: by contract.
        unsafe {
            set_reg(base, CALLEE, Value::NONE);
            set_reg(base, RETURN_PC, Value::from_bits(ret as u64));
            set_reg(base, CALLER, Value::from_bits(caller as u64));
            set_reg(base, 0, payload[0]);
            set_reg(base, 1, payload[1]);
        }
        base.wrapping_add(CONT_WINDOW)
    }

    /// `class(args...)`: `__new__`, then `__init__`, whose frame is pushed if it is a Python function.
    ///
    /// # Safety
    /// As `prepare_call`.
    unsafe fn prepare_class(
        &mut self,
        window: *mut Value,
        class: Gc<Type>,
        nargs: usize,
        keywords: Keywords,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<Prepared> {
        let meta = self.type_of(class.value());
        if meta != self.types.type_() {
            let name = self.names.__call__;
            if let Some(f) = self.class_lookup(meta, name)
                && f.kind() != Kind::MethodDescr
            {
                // SAFETY: passed on.
                unsafe {
                    self.insert_argument(window, nargs, class.value());
                    set_reg(window, 0, f);
                    return self.prepare_call(window, nargs + 1, keywords, ret, caller);
                }
            }
        }
        if class == self.types.type_() && nargs == 1 && keywords.is_none() {
            // SAFETY: one argument is in the window.
            let v = unsafe { reg(window, LINK as isize) };
            return Ok(Prepared::Done(self.type_of(v).value()));
        }
        let (new_name, init_name) = (self.names.__new__, self.names.__init__);
        let new = self.class_lookup(class, new_name).unwrap_or(Value::NONE);
        let init = self.class_lookup(class, init_name).unwrap_or(Value::NONE);
        let refused = type_flags::ABSTRACT | type_flags::NO_NEW;
        let plain = self.object_methods.new == new && !class.has(refused);
        if plain && init == self.object_methods.init && nargs == 0 {
            return self.new_instance(class).map(Prepared::Done);
        }
        if plain && init.kind() == Kind::Function {
            let o = self.new_instance(class)?;
            // SAFETY: the arguments move up to make room for the continuation frame and self.
            let init_window = unsafe {
                let base = window.wrapping_add(LINK);
                let from = base;
                let to = base.wrapping_add(CONT_WINDOW + LINK + 1);
                std::ptr::copy(from, to, nargs);
                self.push_continuation(base, [o, Value::NONE], ret, caller)
            };
            // SAFETY: the continuation's window is free but for the arguments moved there.
            unsafe {
                set_reg(init_window, 0, init);
                set_reg(init_window, LINK as isize, o);
                let kb = window.wrapping_add(LINK);
                return self.prepare_call(init_window, nargs + 1, keywords, stub(Op::ContInit), kb);
            }
        }
        if class.has(type_flags::EXCEPTION)
            && !class.has(type_flags::HAS_DEL)
            && keywords.is_none()
            && new == self.object_methods.exception_new
            && init == self.object_methods.exception_init
        {
            self.base = caller;
            self.pc = ret;
            let args = window.wrapping_add(LINK);
            self.top = args.wrapping_add(nargs);
            // SAFETY: `nargs` initialised words that nothing writes meanwhile, below `top`.
            let args = unsafe { std::slice::from_raw_parts(args, nargs) };
            return Ok(Prepared::Done(self.new_exception(class, args)?.value()));
        }
        // A builtin class whose `__new__` does everything.
        if !plain
            && !class.has(type_flags::HEAP | type_flags::NO_NEW)
            && let Some(f) = new.cast::<StaticMethod>().map(|s| s.func.get())
            && f.kind() == Kind::Builtin
            && init == self.object_methods.init
        {
            if let Some(def) = native_def(f) {
                self.set_constructor(class, def);
            }
            // SAFETY: passed on.
            unsafe {
                self.insert_argument(window, nargs, class.value());
                set_reg(window, 0, f);
                return self
                    .call_native_window(f, window, nargs + 1, keywords, ret, caller)
                    .map(Prepared::Done);
            }
        }
        self.base = caller;
        self.pc = ret;
        let args = window.wrapping_add(LINK);
        let old_top = self.top;
        self.top = args.wrapping_add(nargs + 1);
        // SAFETY: the arguments stay in place below `top`.
        let result = unsafe { self.construct_slow(class, args, nargs, keywords) };
        self.top = old_top;
        result.map(Prepared::Done)
    }

    /// Construction through calls of `__new__` and `__init__`.
    ///
    /// # Safety
    /// `args` are `nargs` initialised words below `top`.
    unsafe fn construct_slow(
        &mut self,
        class: Gc<Type>,
        args: *mut Value,
        nargs: usize,
        keywords: Keywords,
    ) -> PyResult<Value> {
        // SAFETY: by contract; the words do not change while the slice is in use.
        let args = unsafe { std::slice::from_raw_parts(args, nargs) };
        self.construct(class, args, keywords)
    }

    /// `type.__call__(class, args...)`: the last arguments are the keywords' values.
    pub fn construct(
        &mut self,
        class: Gc<Type>,
        args: &[Value],
        keywords: Keywords,
    ) -> PyResult<Value> {
        self.check_native_stack()?;
        if class.has(type_flags::NO_NEW) {
            let (key, name) = (self.names.__module__, self.class_name(class));
            let module = self.dict_get_str(self.class_dict(class), key);
            let msg =
                match module.map(|m| self.text(m)).filter(|m| !matches!(&**m, "" | "builtins")) {
                    Some(module) => format!("cannot create '{module}.{name}' instances"),
                    None => format!("cannot create '{name}' instances"),
                };
            return Err(self.type_error(&msg));
        }
        let new_name = self.names.__new__;
        let new = self.class_lookup(class, new_name).unwrap_or(Value::NONE);
        let new = match new.cast::<StaticMethod>() {
            Some(s) => s.func.get(),
            None => self.descriptor_get_unbound(new, class)?,
        };
        let o = self.call_with_first(new, Some(class.value()), args, keywords)?;
        let made = self.type_of(o);
        if !self.is_subclass(made, class) {
            return Ok(o);
        }
        let init_name = self.names.__init__;
        if let Some(init) = self.class_lookup(made, init_name)
            && init != self.object_methods.init
        {
            let result = if matches!(init.kind(), Kind::Function | Kind::MethodDescr) {
                self.call_with_first(init, Some(o), args, keywords)?
            } else {
                let bound = self.descriptor_get(init, o, made)?;
                self.call_with_first(bound, None, args, keywords)?
            };
            if !result.is_none() {
                let msg =
                    format!("__init__() should return None, not '{}'", self.type_name(result));
                return Err(self.type_error(&msg));
            }
        } else {
            self.check_object_init_args(made, !args.is_empty())?;
        }
        Ok(o)
    }

    /// `object.__init__`'s complaint about arguments (CPython `object_init`, `object_new`).
    pub fn check_object_init_args(&mut self, class: Gc<Type>, excess: bool) -> PyResult<()> {
        let new_name = self.names.__new__;
        let new = self.class_lookup(class, new_name).unwrap_or(Value::NONE);
        if excess && new == self.object_methods.new {
            let msg = format!("{}() takes no arguments", self.class_name(class));
            return Err(self.type_error(&msg));
        }
        Ok(())
    }

    /// A blank instance of a Python class.
    #[inline]
    pub fn new_instance(&mut self, class: Gc<Type>) -> PyResult<Value> {
        let shape = class.instance_shape.get();
        let o = Instance::new(&mut self.heap, shape, class.inline_slots.get())?;
        if class.has(type_flags::HAS_DEL) {
            self.watched = true;
            self.heap.register_finalizer(o.header());
        }
        Ok(o.value())
    }

    /// Calls a native function whose arguments are in a window.
    ///
    /// # Safety
    /// As `prepare_call`.
    unsafe fn call_native_window(
        &mut self,
        callee: Value,
        window: *mut Value,
        nargs: usize,
        keywords: Keywords,
        ret: *const u32,
        caller: *mut Value,
    ) -> PyResult<Value> {
        let Some(def) = native_def(callee) else { return Ok(Value::NONE) };
        self.base = caller;
        self.pc = ret;
        // SAFETY: passed on.
        unsafe { self.call_native(callee, def, window.wrapping_add(LINK), nargs, keywords) }
    }

    /// Calls a native function with `nargs` arguments at `args`; words above them are free.
    ///
    /// # Safety
    /// `args` are initialised words of the value stack with nothing live above them.
    pub unsafe fn call_native(
        &mut self,
        callee: Value,
        def: &'static NativeDef,
        args: *mut Value,
        nargs: usize,
        keywords: Keywords,
    ) -> PyResult<Value> {
        let old_top = self.top;
        let total = def.params.total as usize;
        if keywords.is_none() && def.params.fits(nargs) {
            for i in nargs..total {
                // SAFETY: the words above the arguments are free.
                unsafe { set_reg(args, i as isize, Value::UNBOUND) };
            }
        } else {
            self.top = args.wrapping_add(nargs + total + 8);
            let simple = keywords.is_none() && nargs >= def.params.required as usize;
            let bound = if simple && def.params.var_args != 255 {
                // SAFETY: passed on.
                unsafe { self.pack_var_args(def, args, nargs) }
            } else {
                // SAFETY: passed on.
                unsafe { self.bind_native(callee, def, args, nargs, keywords) }
            };
            if let Err(e) = bound {
                self.top = old_top;
                return Err(e);
            }
        }
        if callee.kind() == Kind::MethodDescr {
            // SAFETY: argument 0 was bound above or `fits` said that there is one.
            let this = unsafe { reg(args, 0) };
            if let Err(e) = self.check_descr_self(callee, def, this, nargs) {
                self.top = old_top;
                return Err(e);
            }
        }
        self.top = args.wrapping_add(total);
        // SAFETY: `total` words are initialised; natives see them through a shared slice and nothing writes them until
        // the call returns, because `top` lies above.
        let slice = unsafe { std::slice::from_raw_parts(args, total) };
        let result = (def.func)(self, slice);
        self.top = old_top;
        result
    }

    /// Binds the arguments of a native function with `*args` that is called without keywords.
    ///
    /// # Safety
    /// `nargs` initialised words at `args`, free words above them.
    pub(crate) unsafe fn pack_var_args(
        &mut self,
        def: &NativeDef,
        args: *mut Value,
        nargs: usize,
    ) -> PyResult<()> {
        let at = def.params.var_args as usize;
        let direct = nargs.min(def.params.positional as usize);
        let extra = nargs - direct;
        // SAFETY: positional arguments beyond the parameters.
        let beyond = unsafe { std::slice::from_raw_parts(args.wrapping_add(direct), extra) };
        let packed = Tuple::new(&mut self.heap, beyond)?.value();
        for i in direct..def.params.total as usize {
            // SAFETY: `total` words at `args` are the callee's parameters.
            unsafe { set_reg(args, i as isize, if i == at { packed } else { Value::UNBOUND }) };
        }
        Ok(())
    }

    /// TypeError unless `this` is an instance of the class that a method descriptor belongs to.
    #[inline]
    pub(crate) fn check_descr_self(
        &mut self,
        callee: Value,
        def: &NativeDef,
        this: Value,
        nargs: usize,
    ) -> PyResult<()> {
        let Some(m) = callee.cast::<habu_object::MethodDescr>() else { return Ok(()) };
        let class = self.expect_type(m.class.get());
        if nargs > 0 && self.type_of(this) == class {
            return Ok(());
        }
        // CPython's slot wrappers word it otherwise than its methods.
        let slot = def.name.starts_with("__");
        if nargs == 0 {
            let class = self.class_name(class);
            let msg = if slot {
                format!("descriptor '{}' of '{class}' object needs an argument", def.name)
            } else {
                format!("unbound method {class}.{}() needs an argument", def.name)
            };
            return Err(self.type_error(&msg));
        }
        if !self.is_instance_exact(this, class) {
            let (class, got) = (self.class_name(class), self.type_name(this));
            let msg = if slot {
                format!(
                    "descriptor '{}' requires a '{class}' object but received a '{got}'",
                    def.name
                )
            } else {
                format!(
                    "descriptor '{}' for '{class}' objects doesn't apply to a '{got}' object",
                    def.name
                )
            };
            return Err(self.type_error(&msg));
        }
        Ok(())
    }

    /// `f(args...)`
    pub fn call(&mut self, f: Value, args: &[Value]) -> PyResult<Value> {
        self.call_with_first(f, None, args, Keywords::NONE)
    }

    /// `f(args..., **kw)`; the last `names.len()` of `args` are the keyword values.
    pub fn call_kw(&mut self, f: Value, args: &[Value], names: Gc<Tuple>) -> PyResult<Value> {
        self.call_with_first(f, None, args, Keywords::new(names))
    }

    /// Calls a class attribute as a method: bound to `this` by the descriptor protocol.
    pub fn call_unbound(&mut self, f: Value, this: Value, args: &[Value]) -> PyResult<Value> {
        if matches!(f.kind(), Kind::Function | Kind::MethodDescr) {
            return self.call_with_first(f, Some(this), args, Keywords::NONE);
        }
        let class = self.type_of(this);
        let bound = self.descriptor_get(f, this, class)?;
        self.call(bound, args)
    }

    /// `v.name(args...)`
    pub fn call_method(&mut self, v: Value, name: Value, args: &[Value]) -> PyResult<Value> {
        let class = self.type_of(v);
        if !class.has(type_flags::CUSTOM_GETATTRIBUTE)
            && !matches!(v.kind(), Kind::Type | Kind::Super)
            && let Some(f) = self.class_lookup(class, name)
            && matches!(f.kind(), Kind::Function | Kind::MethodDescr)
            && self.own_attr(v, name).is_none()
        {
            return self.call_with_first(f, Some(v), args, Keywords::NONE);
        }
        let f = self.getattr(v, name)?;
        self.call(f, args)
    }

    /// Calls the special method `name` of `v`'s class; None if the class has none.
    pub fn call_special(
        &mut self,
        v: Value,
        name: Value,
        args: &[Value],
    ) -> PyResult<Option<Value>> {
        match self.special(v, name) {
            Some(f) => self.call_unbound(f, v, args).map(Some),
            None => Ok(None),
        }
    }

    /// The general call from Rust: an optional first argument, arguments, keywords.
    pub fn call_with_first(
        &mut self,
        f: Value,
        first: Option<Value>,
        args: &[Value],
        keywords: Keywords,
    ) -> PyResult<Value> {
        if keywords.is_none()
            && let Some(result) = self.call_few(f, first, args)
        {
            return result;
        }
        self.check_native_stack()?;
        self.refuse_call(f)?;
        self.lower_stack_limit(self.base);
        let saved = (self.base, self.pc, self.top);
        let kb = self.top.wrapping_add(LINK);
        if kb.wrapping_add(args.len() + 16) >= self.stack.last_base() {
            return Err(self.recursion_error());
        }
        // SAFETY: everything from `top` up is free, and there is room as just checked.
        let result = unsafe {
            set_reg(kb, CALLEE, Value::NONE);
            // The place in the calling frame, for whoever walks the stack; nothing returns there.
            set_reg(kb, RETURN_PC, Value::from_bits(self.pc as u64));
            set_reg(kb, CALLER, Value::from_bits(self.base as u64));
            set_reg(kb, 0, f);
            let mut n = LINK;
            if let Some(v) = first {
                set_reg(kb, n as isize, v);
                n += 1;
            }
            for v in args {
                set_reg(kb, n as isize, *v);
                n += 1;
            }
            self.top = kb.wrapping_add(n);
            match self.prepare_call(kb, n - LINK, keywords, stub(Op::Halt), kb) {
                Ok(Prepared::Done(v)) => Ok(v),
                Ok(Prepared::Frame(pc, base)) => (self.ports.run)(self, pc, base),
                Err(e) => Err(e),
            }
        };
        (self.base, self.pc, self.top) = saved;
        result
    }
}
