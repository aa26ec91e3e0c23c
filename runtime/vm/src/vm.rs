//! The runtime's state: heap, value stack, shapes, well-known types and names, pending exception, ports.
//!
//! Everything hangs off a `Vm`; there is no process-global state, so several can live in one process. The upper floors
//! plug in through `Ports`: who evaluates frames, who hears of hot loops.

use crate::error::{PyResult, Raised};
use crate::names::Names;
use crate::shape::Shapes;
use crate::stack::Stack;
use crate::types::Types;
use habu_gc::{Heap, Marker};
use habu_object::dict::Dict;
use habu_object::str::{CharCache, HashKey, Interner, Str};
use habu_object::{Gc, Module, Type, Value, int};
use rustc_hash::FxHashMap;
use std::any::{Any, TypeId};
use std::ffi::c_void;

/// Functions that upper floors install.
#[derive(Clone, Copy)]
pub struct Ports {
    /// Runs the interpreter from `pc` in the window at `base` until its HALT; the result or the pending exception.
    pub run: fn(&mut Vm, *const u32, *mut Value) -> PyResult<Value>,
    /// A counter at a loop header, a function entry or an exit ran out at `pc`; may enter compiled code. Returns
    /// where the interpreter goes on.
    pub hot: fn(&mut Vm, *const u32, *mut Value) -> (*const u32, *mut Value),
    /// Compiled code of tree `link` is entered at `pc`.
    pub enter: fn(&mut Vm, u32, *const u32, *mut Value) -> (*const u32, *mut Value),
    /// Another thread goes on: exchanges what the JIT keeps for the running thread with what it kept for another one.
    pub exchange: fn(&mut Vm, &mut crate::threads::Kept),
    /// Calls a function that forks the process and returns what `fork` does, while the JIT has nothing half done; the
    /// child gets machine code of its own.
    pub fork: fn(&mut Vm, fn() -> i32) -> i32,
    /// Assumptions of compiled code about classes or cells no longer hold.
    pub invalidate: fn(&mut Vm),
    /// Compiles source text.
    pub compile: fn(&mut Vm, &CompileRequest<'_>) -> PyResult<Value>,
    /// Decodes and compiles a module's source file: `(vm, bytes, filename)`.
    pub compile_module: fn(&mut Vm, &[u8], &str) -> PyResult<habu_bytecode::Code>,
    /// An exception that nobody can handle, and what was going on.
    pub unraisable: fn(&mut Vm, Value, &str),
    /// What INTRINSIC does: `(vm, which of bytecode::intrinsic, arguments)`.
    pub intrinsic: fn(&mut Vm, u32, &[Value]) -> PyResult<Value>,
    /// A coroutine that nobody refers to any more was never started.
    pub never_awaited: fn(&mut Vm, Value),
    /// A warning of this category about the innermost frame; the error if warnings are made errors.
    pub warn: fn(&mut Vm, crate::error::Exc, &str) -> PyResult<()>,
    /// An attribute that a module does not have yet: `(vm, module, name)`. `sys.meta_path` and the like are made when
    /// they are asked for.
    pub module_attribute: fn(&mut Vm, Value, Value) -> PyResult<Option<Value>>,
}

/// Source text that is to be compiled.
pub struct CompileRequest<'a> {
    /// The text.
    pub source: &'a str,
    /// The name of its file.
    pub filename: &'a str,
    /// The mode as in `compile()`.
    pub mode: &'a str,
    /// `-O` level.
    pub optimize: u8,
    /// Flags of the features of `__future__` that hold from the beginning.
    pub future: u32,
    /// Whether code that is no function may await.
    pub top_level_await: bool,
}

/// What the command line or the embedder decides.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether hot code is compiled.
    pub jit: bool,
    /// Iterations before a loop is hot.
    pub jit_hot: u32,
    /// `-O` level.
    pub optimize: u8,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// PYTHONHASHSEED.
    pub hash_seed: Option<u32>,
    /// `-X max-heap`, in bytes.
    pub max_heap: Option<usize>,
    /// `-X gc-stress`
    pub gc_stress: bool,
    /// Further `-X` keys for the upper floors, as given.
    pub x: Vec<(String, String)>,
    /// All `-X` keys, as given.
    pub x_given: Vec<(String, Option<String>)>,
    /// `-W` and PYTHONWARNINGS.
    pub warn_options: Vec<String>,
    /// The options that say yes or how often.
    pub flags: Flags,
    /// `-X int_max_str_digits`
    pub int_max_str_digits: usize,
    /// `-X pycache_prefix`
    pub pycache_prefix: Option<String>,
    /// PYTHONPATH
    pub python_path: Option<String>,
    /// PYTHONIOENCODING
    pub io_encoding: Option<String>,
}

/// CPython's options that say yes or how often, as `sys.flags` shows them.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `-b`
    pub bytes_warning: u8,
    /// `-d`
    pub debug: u8,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-i`
    pub inspect: u8,
    /// `-I`
    pub isolated: bool,
    /// `-X no_debug_ranges`
    pub no_debug_ranges: bool,
    /// `-S`
    pub no_site: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-q`
    pub quiet: u8,
    /// `-P`
    pub safe_path: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-v`
    pub verbose: u8,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            jit: true,
            jit_hot: 1039,
            optimize: 0,
            dont_write_bytecode: false,
            hash_seed: None,
            max_heap: None,
            gc_stress: false,
            x: Vec::new(),
            x_given: Vec::new(),
            warn_options: Vec::new(),
            flags: Flags::default(),
            int_max_str_digits: 4300,
            pycache_prefix: None,
            python_path: None,
            io_encoding: None,
        }
    }
}

/// The methods of `object` and `BaseException` that calls ask for by identity: inheriting them means that there is little
/// to do.
#[derive(Clone, Copy)]
pub struct ObjectMethods {
    /// `object.__new__`
    pub new: Value,
    /// `object.__init__`
    pub init: Value,
    /// `object.__hash__`
    pub hash: Value,
    /// `BaseException.__new__`
    pub exception_new: Value,
    /// `BaseException.__init__`
    pub exception_init: Value,
}

impl Default for ObjectMethods {
    fn default() -> ObjectMethods {
        let none = Value::UNBOUND;
        ObjectMethods {
            new: none,
            init: none,
            hash: none,
            exception_new: none,
            exception_init: none,
        }
    }
}

/// A runtime.
#[repr(C)]
pub struct Vm {
    /// End of the stack that frames may use without a look at the recursion limit.
    pub stack_limit: *mut Value,
    /// The window from which `stack_limit` was granted.
    pub(crate) granted_at: *mut Value,
    /// Not zero when the interpreter must look up from its work at the next back-edge.
    pub poll: u32,
    /// Bumped when a module global begins to hide a builtin.
    pub shadow_version: u32,
    /// The exception being handled, None if none.
    pub handled: Value,
    /// The pending exception, UNBOUND if none.
    pub raised: Value,
    /// Window of the frame that last left the interpreter's handlers.
    pub base: *mut Value,
    /// Its instruction (any word of it).
    pub pc: *const u32,
    /// First stack word no live frame uses, when native code runs.
    pub top: *mut Value,
    /// The heap.
    pub heap: Box<Heap>,
    /// The value stack.
    pub stack: Stack,
    /// Shapes.
    pub shapes: Shapes,
    /// Well-known classes.
    pub types: Types,
    /// Well-known names, interned.
    pub names: Names,
    /// Interned strs.
    pub interner: Interner,
    /// One-character strs.
    pub chars: CharCache,
    /// Key of str hashes.
    pub hash_key: HashKey,
    /// Preallocated MemoryError.
    pub memory_error: Value,
    /// `sys.modules`
    pub modules: Value,
    /// The builtins namespace.
    pub builtins: Value,
    /// The `sys` module's namespace.
    pub sys: Value,
    /// Objects that upper floors keep alive, by name.
    pub roots: FxHashMap<&'static str, Value>,
    /// Methods that calls ask for by identity, also among the roots.
    pub object_methods: ObjectMethods,
    /// Python frames allowed.
    pub recursion_limit: usize,
    /// Address below which native code may not recurse further.
    pub native_limit: usize,
    /// Attribute lookups in classes: (class version, name) to cell.
    pub(crate) class_cache: Vec<(u32, u64, Value)>,
    /// Words of the value stack that the collection under way passes over, in order.
    pub(crate) passed_over: Vec<*mut Value>,
    /// Python bodies of native functions.
    pub(crate) hosted: crate::hosted::Hosted,
    /// Registers that generators save, by the address they go on at.
    pub(crate) saved_at: FxHashMap<usize, std::rc::Rc<[u32]>>,
    /// How attributes are loaded, by shape and name.
    pub attr_plans: crate::plans::LoadPlans,
    /// How attributes are stored, by shape and name.
    pub store_plans: crate::plans::StorePlans,
    pub(crate) next_version: u32,
    /// Bumped whenever inline caches were flushed: what a recording took for granted may be wrong.
    pub class_epoch: u32,
    /// The data of code objects, by their numbers.
    pub(crate) loaded: Vec<Option<crate::loader::Loaded>>,
    /// Code objects that live as long as the runtime.
    pub(crate) pinned: Vec<Value>,
    /// The code objects with filled attribute caches, which are flushed when classes change.
    pub(crate) warm: Vec<u32>,
    /// Ports.
    pub ports: Ports,
    /// Options.
    pub options: Options,
    /// What the JIT keeps; opaque here.
    pub jit: Option<Box<dyn std::any::Any>>,
    /// How many NaNs were made that are not each other.
    nans: u32,
    /// What native modules keep, one value of each type; holds no `Value`.
    states: FxHashMap<TypeId, Box<dyn Any>>,
    /// `sys.get_int_max_str_digits()`, 0 for no limit.
    pub int_max_str_digits: usize,
    /// Standard output, when Python code has not replaced it.
    pub stdout: crate::output::OutputBuffer,
    /// Objects whose repr is being computed.
    pub(crate) repr_active: Vec<u64>,
    /// Whether any object wants to be seen after its death: set by those who register it with the heap.
    pub watched: bool,
    /// Whether finalizers are being run.
    pub(crate) finalizing: bool,
    /// Whether Python code must not run: see `attempt`.
    pub(crate) attempting: bool,
    /// The exception that the last failed attempt raised, UNBOUND if it needed Python code.
    pub declined: Value,
    /// The threads. All fields that belong to the running one are exchanged when another one goes on.
    pub threads: crate::threads::Threads,
}

impl Vm {
    /// A runtime with core types but no builtin methods yet; `native_stack` is how much native stack may be used.
    pub fn new(options: Options, ports: Ports, native_stack: usize) -> Box<Vm> {
        habu_object::singletons::init();
        let mut heap =
            Heap::new(habu_gc::Config { max_heap: options.max_heap, ..habu_gc::Config::default() });
        heap.interrupted = crate::signals::is_interrupted;
        let marker_here = 0usize;
        let here = &raw const marker_here as usize;
        // SAFETY: the whole of this thread's stack; only this thread runs the runtime.
        unsafe {
            heap.set_stack_base(
                crate::stack::native_stack_end().unwrap_or((here + 4096) as *const u8),
            )
        };
        let hash_key = HashKey::from_seed(options.hash_seed);
        let int_max_str_digits = options.int_max_str_digits;
        let unbuffered = options.flags.unbuffered;
        let stack = Stack::new();
        let stack_start = stack.start();
        let mut interner = Interner::new();
        let names = Names::new(&mut interner, &mut heap, hash_key);
        let mut vm = Box::new(Vm {
            stack_limit: stack_start,
            granted_at: stack_start,
            poll: 0,
            shadow_version: 1,
            handled: Value::NONE,
            raised: Value::UNBOUND,
            base: stack_start,
            pc: std::ptr::null(),
            top: stack_start,
            heap,
            stack,
            shapes: Shapes::new(),
            types: Types::new(),
            names,
            interner,
            chars: CharCache::new(),
            hash_key,
            memory_error: Value::UNBOUND,
            modules: Value::UNBOUND,
            builtins: Value::UNBOUND,
            sys: Value::UNBOUND,
            roots: FxHashMap::default(),
            object_methods: ObjectMethods::default(),
            recursion_limit: 1000,
            native_limit: here.saturating_sub(native_stack.saturating_sub(256 * 1024)),
            class_cache: vec![(0, 0, Value::UNBOUND); 4096],
            passed_over: Vec::new(),
            hosted: crate::hosted::Hosted::default(),
            saved_at: FxHashMap::default(),
            attr_plans: Default::default(),
            store_plans: Default::default(),
            next_version: 1,
            class_epoch: 0,
            loaded: Vec::new(),
            pinned: Vec::new(),
            warm: Vec::new(),
            ports,
            options,
            jit: None,
            nans: 0,
            int_max_str_digits,
            stdout: crate::output::OutputBuffer::stdout(unbuffered),
            states: FxHashMap::default(),
            repr_active: Vec::new(),
            watched: false,
            finalizing: false,
            attempting: false,
            declined: Value::UNBOUND,
            threads: crate::threads::Threads::new(),
        });
        vm.threads.begin(&raw mut vm.poll);
        let ctx = (&raw mut *vm).cast::<c_void>();
        // SAFETY: the Vm is boxed and outlives its heap, which it owns.
        unsafe { vm.heap.set_roots(trace_roots, ctx) };
        vm.set_recursion_limit(1000);
        crate::types::boot(&mut vm).expect("an empty heap has room for the core types");
        let Vm { chars, heap, interner, .. } = &mut *vm;
        chars.fill(heap, interner, hash_key).expect("an empty heap has room for the characters");
        vm
    }

    /// A new str.
    pub fn new_str(&mut self, text: &str) -> PyResult<Value> {
        Ok(Str::new(&mut self.heap, text)?.value())
    }

    /// The interned str of this text.
    pub fn intern(&mut self, text: &str) -> PyResult<Value> {
        Ok(self.interner.intern(&mut self.heap, self.hash_key, text)?.value())
    }

    /// An int of any 64-bit number.
    #[inline]
    pub fn new_int(&mut self, n: i64) -> PyResult<Value> {
        match Value::try_small_int(n) {
            Some(v) => Ok(v),
            None => Ok(int::from_i64(&mut self.heap, n)?),
        }
    }

    /// A float.
    #[inline]
    pub fn new_float(&mut self, f: f64) -> PyResult<Value> {
        match Value::try_imm_float(f) {
            Some(v) => Ok(v),
            None => Ok(habu_object::float::new(&mut self.heap, f)?),
        }
    }

    /// A NaN that is identical with no other, as `float("nan")` makes.
    pub fn fresh_nan(&mut self, negative: bool) -> f64 {
        self.nans = self.nans.wrapping_add(1);
        habu_object::float::numbered_nan(self.nans, negative)
    }

    /// A tuple.
    #[inline]
    pub fn new_tuple(&mut self, items: &[Value]) -> PyResult<Value> {
        Ok(habu_object::Tuple::new(&mut self.heap, items)?.value())
    }

    /// A list.
    pub fn new_list(&mut self, items: &[Value]) -> PyResult<Value> {
        Ok(habu_object::List::from_slice(&mut self.heap, items)?.value())
    }

    /// An empty dict.
    pub fn new_dict(&mut self) -> PyResult<Gc<Dict>> {
        Ok(Dict::new(&mut self.heap)?)
    }

    /// A module with an empty namespace that has its `__name__`; not entered in `sys.modules`.
    pub fn new_module(&mut self, name: &str) -> PyResult<Gc<Module>> {
        let dict = Dict::with_cells(&mut self.heap)?;
        let name = self.intern(name)?;
        let m = Module::blank(&mut self.heap)?;
        m.dict.set(dict.value());
        m.name.set(name);
        self.dict_set_str(dict, self.names.__name__, name)?;
        for key in
            [self.names.__doc__, self.names.__package__, self.names.__loader__, self.names.__spec__]
        {
            self.dict_set_str(dict, key, Value::NONE)?;
        }
        // A module's attributes are cached by its shape, so each has one of its own.
        let class = self.types.of_kind(habu_object::Kind::Module);
        let shape = self.shapes.add_root(class, habu_object::Kind::Module, 0, 0);
        self.set_shape(m.value(), shape);
        Ok(m)
    }

    /// The class of a value.
    #[inline(always)]
    pub fn type_of(&self, v: Value) -> Gc<Type> {
        let class = self.shapes.get(v.shape()).class;
        // SAFETY: every shape that objects carry has a class once `types::boot` has run.
        unsafe { class.cast_unchecked() }
    }

    /// `type(v).__name__`
    pub fn type_name(&self, v: Value) -> String {
        self.class_name(self.type_of(v))
    }

    /// `class.__name__`
    pub fn class_name(&self, class: Gc<Type>) -> String {
        self.text(class.name.get())
    }

    /// The text of a str, lone surrogates replaced; empty for anything else.
    pub fn text(&self, v: Value) -> String {
        v.cast::<Str>().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Gives an object another shape of the same layout.
    pub fn set_shape(&mut self, v: Value, shape: u32) {
        if let Some(h) = v.header() {
            h.shape.set(shape);
        }
    }

    /// What a native module keeps, made when first asked for. It must hold no `Value`: the collector does not look here.
    pub fn state<T: Default + 'static>(&mut self) -> &mut T {
        let boxed = self.states.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default());
        boxed.downcast_mut().expect("each value is kept under its own type")
    }

    /// Keeps a value alive under a name.
    pub fn set_root(&mut self, name: &'static str, v: Value) {
        match name {
            "object.__new__" => self.object_methods.new = v,
            "object.__init__" => self.object_methods.init = v,
            "object.__hash__" => self.object_methods.hash = v,
            "BaseException.__new__" => self.object_methods.exception_new = v,
            "BaseException.__init__" => self.object_methods.exception_init = v,
            _ => {}
        }
        self.roots.insert(name, v);
    }

    /// The value kept under a name, UNBOUND if none.
    pub fn root(&self, name: &'static str) -> Value {
        self.roots.get(name).copied().unwrap_or(Value::UNBOUND)
    }

    /// Raises RecursionError if native code has used up its stack.
    #[inline]
    pub fn check_native_stack(&mut self) -> PyResult<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.native_limit {
            return Err(self.recursion_error());
        }
        Ok(())
    }

    /// Raises RecursionError.
    #[cold]
    pub fn recursion_error(&mut self) -> Raised {
        self.raise_msg(crate::error::Exc::RecursionError, "maximum recursion depth exceeded")
    }

    /// A class version never used before.
    pub(crate) fn fresh_version(&mut self) -> u32 {
        self.next_version += 1;
        self.next_version
    }
}

/// Reports everything the runtime refers to.
unsafe fn trace_roots(ctx: *mut c_void, marker: &mut Marker<'_>) {
    let vm = ctx.cast::<Vm>();
    // SAFETY: the context is the Vm that owns the heap; nobody relies on the flag while an allocation is under way.
    unsafe {
        // After the collection the interpreter looks for finalizers.
        if (&raw const (*vm).watched).read() {
            (&raw mut (*vm).poll).write_volatile(1);
        }
    }
    // SAFETY: the heap calls this during an allocation of the very Vm that owns it; only plain reads follow.
    let vm = unsafe { &*vm };
    let top = vm.top.max(vm.base);
    // Registers above a frame's window may be stale, so the stack is scanned conservatively.
    let end = vm.stack.clamp(top, 0);
    // SAFETY: both ends lie in the stack reservation, whose untouched pages read as zeros.
    unsafe { vm.mark_stack(marker, end) };
    let single =
        [vm.handled, vm.raised, vm.memory_error, vm.modules, vm.builtins, vm.sys, vm.declined];
    for v in single.iter().chain(vm.roots.values()).chain(&vm.pinned) {
        marker.mark_word(v.bits());
    }
    vm.hosted.roots().for_each(|v| marker.mark_word(v.bits()));
    for (_, _, v) in &vm.class_cache {
        marker.mark_word(v.bits());
    }
    vm.threads.trace(marker);
    vm.shapes.trace(marker);
    vm.types.trace(marker);
    vm.interner.trace(marker);
    vm.chars.trace(marker);
}
