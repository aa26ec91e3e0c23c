//! Hosted functions: bodies in Python for native functions that run Python code for each item.
//!
//! A native loop that steps a generator hides it from the recorder and enters the interpreter anew for each item. So
//! where the argument is a generator or a `map` or `filter` of a Python function, or where a Python function is the
//! `key`, a function of the prelude (Python source that `builtins` supplies) runs instead, whose frame nobody sees. The
//! code that is run for each item has an instance of its own, so that compiled loops know what they consume.

use crate::stack::{LINK, reg};
use crate::types::native_def;
use crate::vm::Vm;
use habu_bytecode as bc;
use habu_object::array::gen_slot;
use habu_object::dict::Dict;
use habu_object::{Builtin, Filter, Function, Gc, Generator, Kind, Map, Type, Value, shape};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::rc::Rc;

/// The prelude and what was made of it.
#[derive(Default)]
pub struct Hosted {
    /// Its source.
    source: &'static str,
    /// Native functions that it calls, which are roots under these names.
    functions: Vec<&'static str>,
    /// Its functions, once it was compiled.
    codes: FxHashMap<Box<str>, Rc<bc::Code>>,
    /// Their namespace.
    globals: Option<Gc<Dict>>,
    /// The defaults of their keyword-only parameters, for all of them: functions are made of their codes alone.
    defaults: Option<Gc<Dict>>,
    /// Instances by name and number of the generator's code.
    made: FxHashMap<(&'static str, u32), Gc<Function>>,
}

impl Hosted {
    /// Drops the instances for code that has died.
    pub(crate) fn forget(&mut self, dead: &[u32]) {
        if !self.made.is_empty() {
            self.made.retain(|(_, number), _| !dead.contains(number));
        }
    }

    /// What the collector must know.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Value> {
        let dicts = [self.globals, self.defaults].into_iter().flatten().map(|d| d.value());
        dicts.chain(self.made.values().map(|f| f.value()))
    }
}

/// The Python function that steps of an iterator run.
pub fn stepped_by(v: Value) -> Option<Gc<Function>> {
    match v.shape() {
        shape::GENERATOR => v.cast::<Generator>()?.get(gen_slot::FUNC),
        shape::MAP => v.cast::<Map>()?.func.get(),
        shape::FILTER => v.cast::<Filter>()?.func.get(),
        _ => return None,
    }
    .cast_exact::<Function>()
}

impl Vm {
    /// Supplies the prelude, and the functions that it calls by their names there.
    pub fn set_prelude(&mut self, source: &'static str, functions: Vec<(&'static str, Value)>) {
        self.hosted.source = source;
        for (name, v) in &functions {
            self.set_root(name, *v);
        }
        self.hosted.functions = functions.into_iter().map(|f| f.0).collect();
    }

    /// The function that runs instead of the callee in `window` on its `nargs` arguments, if there is one.
    ///
    /// # Safety
    /// `window` is a call window in the value stack with its arguments initialised.
    #[inline(always)]
    pub unsafe fn hosted(&mut self, window: *mut Value, nargs: usize) -> Option<Gc<Function>> {
        let last = (LINK + nargs) as isize - 1;
        // SAFETY: by contract; without arguments this is a link word.
        let (callee, v) = unsafe { (reg(window, 0), reg(window, last)) };
        if nargs == 0
            || !v.is_ptr()
            || !matches!(v.shape(), shape::GENERATOR | shape::MAP | shape::FILTER)
        {
            return None;
        }
        // SAFETY: as above.
        let first = unsafe { reg(window, LINK as isize) };
        if callee.kind() == Kind::MethodDescr && first.shape() != shape::STR {
            return None;
        }
        self.hosted_for(callee, nargs, v)
    }

    /// The function that runs instead of `callee` if the last of its `nargs` arguments is the iterator `v`.
    pub fn hosted_for(&mut self, callee: Value, nargs: usize, v: Value) -> Option<Gc<Function>> {
        let name = self.hosted_name(callee, nargs)?;
        let f = stepped_by(v)?;
        self.hosted_instance(name, f)
    }

    /// The function that runs instead of `callee` on one positional argument, `first`, and keywords of these names and
    /// values: where there is a `key`, in Python.
    pub fn hosted_by(
        &mut self,
        callee: Value,
        first: Value,
        names: &[Cell<Value>],
        value: impl Fn(usize) -> Value,
    ) -> Option<Gc<Function>> {
        let method = callee.shape() == shape::METHOD_DESCR;
        if !method && callee.shape() != shape::BUILTIN || method && first.kind() != Kind::List {
            return None;
        }
        let name = native_def(callee)?.keyed;
        if name.is_empty() {
            return None;
        }
        let (key, reverse) = (self.names.key, self.names.reverse);
        let mut f = None;
        for (k, word) in names.iter().enumerate() {
            match word.get() {
                word if word == key => f = value(k).cast_exact::<Function>(),
                word if word == reverse && matches!(value(k).kind(), Kind::Int | Kind::Bool) => {}
                _ => return None,
            }
        }
        self.hosted_instance(name, f?)
    }

    /// The instance of a function of the prelude for iterators that run `f`, or for `f` itself as a key.
    fn hosted_instance(&mut self, name: &'static str, f: Gc<Function>) -> Option<Gc<Function>> {
        let key = (name, Vm::function_code(f).number.get());
        if let Some(f) = self.hosted.made.get(&key) {
            return Some(*f);
        }
        let f = self.make_hosted(name)?;
        self.hosted.made.insert(key, f);
        Some(f)
    }

    /// Name in the prelude of what is called.
    fn hosted_name(&self, callee: Value, nargs: usize) -> Option<&'static str> {
        let name = match callee.shape() {
            // Methods bound to an object are left alone.
            shape::BUILTIN if callee.cast::<Builtin>()?.this.get().bound().is_some() => {
                return None;
            }
            shape::BUILTIN | shape::METHOD_DESCR => native_def(callee)?.hosted,
            shape::TYPE => {
                let class = callee.cast::<Type>()?;
                let is = |kind: Kind| class == self.types.of_kind(kind);
                match () {
                    () if is(Kind::List) => "list",
                    () if is(Kind::Tuple) => "tuple",
                    () if is(Kind::Set) => "set",
                    () => return None,
                }
            }
            _ => return None,
        };
        let wanted = if callee.shape() == shape::METHOD_DESCR { 2 } else { 1 };
        (nargs == wanted && !name.is_empty()).then_some(name)
    }

    /// A new instance of a function of the prelude. None if memory is short: then the native function does it.
    #[cold]
    fn make_hosted(&mut self, name: &str) -> Option<Gc<Function>> {
        if self.hosted.codes.is_empty() {
            self.load_prelude();
        }
        let data = Rc::clone(self.hosted.codes.get(name)?);
        let globals = self.hosted.globals?;
        let code = self.load_code(&data).ok()?;
        let f = self.new_function(code, globals.value()).ok()?;
        f.store(&mut self.heap, &f.kwdefaults, self.hosted.defaults?.value());
        Some(f)
    }

    /// Compiles the prelude; its functions name well-known classes, which programs cannot take away.
    fn load_prelude(&mut self) {
        let compile = self.ports.compile_module;
        let Ok(module) = compile(self, self.hosted.source.as_bytes(), "<prelude>") else { return };
        let Ok(globals) = self.new_dict() else { return };
        if globals.add_cells(&mut self.heap).is_err() {
            return;
        }
        self.hosted.globals = Some(globals);
        let Ok(defaults) = self.new_dict() else { return };
        self.hosted.defaults = Some(defaults);
        if self.dict_set_str(defaults, self.names.reverse, Value::FALSE).is_err() {
            return;
        }
        for kind in [Kind::Int, Kind::Bool, Kind::Float, Kind::Complex, Kind::Type] {
            let class = self.types.of_kind(kind);
            if self.dict_set_str(globals, class.name.get(), class.value()).is_err() {
                return;
            }
        }
        let error = self.exc_type(crate::Exc::ValueError);
        let mut named = vec![("ValueError", error.value()), ("__name__", Value::NONE)];
        named.extend(self.hosted.functions.iter().map(|name| (*name, self.root(name))));
        for (name, v) in named {
            if self.dict_set_text(globals, name, v).is_err() {
                return;
            }
        }
        for c in &module.consts {
            if let bc::Const::Code(code) = c {
                let mut hidden = (**code).clone();
                hidden.flags |= bc::flags::HIDDEN;
                self.hosted.codes.insert(hidden.name.clone(), Rc::new(hidden));
            }
        }
    }
}
