//! Argument binding for Python functions and native ones, with CPython's messages.
//!
//! Language reference 6.3.4 "Calls"; CPython `initialize_locals`, `missing_arguments`, `too_many_positional`.

use crate::error::{PyResult, Raised};
use crate::native::{MAX_PARAMS, NativeDef};
use crate::stack::{reg, set_reg};
use crate::vm::Vm;
use habu_bytecode::flags;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Array, Code, Function, Gc, Tuple, Type, Value, type_flags};

/// Keyword values of a call that need no heap storage while they are bound.
const FEW: usize = 8;

/// The keyword names of a call, if any.
#[derive(Clone, Copy)]
pub struct Keywords(Option<Gc<Tuple>>);

impl Keywords {
    /// No keywords.
    pub const NONE: Keywords = Keywords(None);

    /// These keyword names (interned strs).
    pub fn new(names: Gc<Tuple>) -> Keywords {
        if names.is_empty() { Keywords(None) } else { Keywords(Some(names)) }
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// Number of keywords.
    pub fn len(self) -> usize {
        self.0.map_or(0, |t| t.len())
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.is_none()
    }

    fn name(self, i: usize) -> Value {
        self.0.map_or(Value::NONE, |t| t.get(i))
    }
}

impl Vm {
    /// Rearranges the arguments at `base` into the parameters of `f`.
    ///
    /// # Safety
    /// `nargs` initialised words at `base`, free words above them.
    pub(crate) unsafe fn bind_arguments(
        &mut self,
        f: Gc<Function>,
        base: *mut Value,
        nargs: usize,
        keywords: Keywords,
    ) -> PyResult<()> {
        // SAFETY: a function's code is always a code object.
        let code: Gc<Code> = unsafe { f.code.get().cast_unchecked() };
        let argcount = code.argcount.get() as usize;
        let kwonly = code.kwonly.get() as usize;
        let code_flags = code.flags.get();
        let npos = nargs - keywords.len();
        let named = argcount + kwonly;
        // Keyword values are saved first: parameters will overwrite them.
        // SAFETY: the keyword values follow the positional arguments.
        let given = |i: usize| unsafe { reg(base, (npos + i) as isize) };
        let mut few = [Value::UNBOUND; FEW];
        let mut many: &[std::cell::Cell<Value>] = &[];
        if keywords.len() <= FEW {
            for (i, v) in few.iter_mut().enumerate().take(keywords.len()) {
                *v = given(i);
            }
        } else {
            let values = Array::zeroed(&mut self.heap, keywords.len())?;
            for (i, v) in values.items().iter().enumerate() {
                v.set(given(i));
            }
            // SAFETY: the array lives as long as this slice, by whose address the collector finds it.
            many = unsafe { &*std::ptr::from_ref(values.items()) };
        }
        let mut slot = named;
        let varargs = if code_flags & flags::VARARGS != 0 {
            let extra = npos.saturating_sub(argcount);
            let t = Tuple::zeroed(&mut self.heap, extra)?;
            for i in 0..extra {
                // SAFETY: positional arguments beyond the parameters.
                t.items()[i].set(unsafe { reg(base, (argcount + i) as isize) });
            }
            slot += 1;
            Some((named, if extra == 0 { Value::EMPTY_TUPLE } else { t.value() }))
        } else {
            None
        };
        let kwargs = if code_flags & flags::VARKEYWORDS != 0 {
            Some((slot, self.new_dict()?))
        } else {
            None
        };
        if npos > argcount && varargs.is_none() {
            // SAFETY: as above.
            return Err(unsafe { self.too_many_positional(f, code, base, npos, keywords) });
        }
        for i in npos.min(argcount)..named {
            // SAFETY: parameter registers.
            unsafe { set_reg(base, i as isize, Value::UNBOUND) };
        }
        self.top = base.wrapping_add(code.nregs.get() as usize + 8);
        for i in 0..keywords.len() {
            let v = many.get(i).map_or(few[i % FEW], |v| v.get());
            // SAFETY: passed on.
            unsafe { self.bind_keyword(f, code, base, keywords, i, v, kwargs.map(|k| k.1))? };
        }
        // SAFETY: passed on.
        unsafe { self.fill_defaults(f, code, base)? };
        if let Some((at, v)) = varargs {
            // SAFETY: parameter registers.
            unsafe { set_reg(base, at as isize, v) };
        }
        if let Some((at, d)) = kwargs {
            // SAFETY: parameter registers.
            unsafe { set_reg(base, at as isize, d.value()) };
        }
        Ok(())
    }

    /// Puts one keyword argument in its parameter or in `**kwargs`.
    ///
    /// # Safety
    /// As `bind_arguments`.
    unsafe fn bind_keyword(
        &mut self,
        f: Gc<Function>,
        code: Gc<Code>,
        base: *mut Value,
        keywords: Keywords,
        n: usize,
        value: Value,
        kwargs: Option<Gc<Dict>>,
    ) -> PyResult<()> {
        let name = keywords.name(n);
        let data = self.code_data(code);
        let named = (code.argcount.get() + code.kwonly.get()) as usize;
        let posonly = data.posonly as usize;
        let at = self.param_index(code, name, named);
        match at {
            Some(i) if i >= posonly => {
                // SAFETY: a parameter register.
                if !unsafe { reg(base, i as isize) }.is_unbound() {
                    let msg = format!(
                        "{}() got multiple values for argument '{}'",
                        self.text(f.qualname.get()),
                        self.text(name)
                    );
                    return Err(self.type_error(&msg));
                }
                // SAFETY: a parameter register.
                unsafe { set_reg(base, i as isize, value) };
                Ok(())
            }
            _ => match kwargs {
                Some(d) => self.dict_set_str(d, name, value),
                None if at.is_some() => Err(self.positional_only_by_name(f, code, keywords)),
                None => {
                    let msg = format!(
                        "{}() got an unexpected keyword argument '{}'",
                        self.text(f.qualname.get()),
                        self.text(name)
                    );
                    Err(self.type_error(&msg))
                }
            },
        }
    }

    /// The TypeError that names every positional-only parameter given by keyword.
    fn positional_only_by_name(
        &mut self,
        f: Gc<Function>,
        code: Gc<Code>,
        keywords: Keywords,
    ) -> Raised {
        let data = self.code_data(code);
        let given: Vec<String> = (0..keywords.len()).map(|i| self.text(keywords.name(i))).collect();
        let only = &data.varnames[..data.posonly as usize];
        let names: Vec<&str> =
            only.iter().map(|n| &**n).filter(|n| given.iter().any(|g| g == n)).collect();
        let msg = format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            self.text(f.qualname.get()),
            names.join(", ")
        );
        self.type_error(&msg)
    }

    fn param_index(&mut self, code: Gc<Code>, name: Value, named: usize) -> Option<usize> {
        let names = code.varnames.get().cast::<Array>()?;
        if let Some(i) = names.items()[..named].iter().position(|n| n.get() == name) {
            return Some(i);
        }
        let text = self.text(name);
        (0..named).find(|i| self.text(names.get(*i)) == text)
    }

    /// Fills missing parameters from defaults; TypeError naming those that have none.
    ///
    /// # Safety
    /// As `bind_arguments`.
    unsafe fn fill_defaults(
        &mut self,
        f: Gc<Function>,
        code: Gc<Code>,
        base: *mut Value,
    ) -> PyResult<()> {
        let argcount = code.argcount.get() as usize;
        let kwonly = code.kwonly.get() as usize;
        let defaults = f.defaults.get().cast::<Tuple>();
        let first = argcount - defaults.map_or(0, |d| d.len()).min(argcount);
        let mut missing: Vec<usize> = Vec::new();
        for i in 0..argcount {
            // SAFETY: a parameter register.
            if !unsafe { reg(base, i as isize) }.is_unbound() {
                continue;
            }
            match defaults {
                // SAFETY: a parameter register.
                Some(d) if i >= first => unsafe { set_reg(base, i as isize, d.get(i - first)) },
                _ => missing.push(i),
            }
        }
        if !missing.is_empty() {
            return Err(self.missing_arguments(f, code, &missing, "positional"));
        }
        if kwonly == 0 {
            return Ok(());
        }
        let kwdefaults = f.kwdefaults.get().cast::<Dict>();
        let names = code.varnames.get().cast::<Array>();
        for i in argcount..argcount + kwonly {
            // SAFETY: a parameter register.
            if !unsafe { reg(base, i as isize) }.is_unbound() {
                continue;
            }
            let name = names.map_or(Value::NONE, |n| n.get(i));
            match kwdefaults.and_then(|d| self.dict_get_str(d, name)) {
                // SAFETY: a parameter register.
                Some(v) => unsafe { set_reg(base, i as isize, v) },
                None => missing.push(i),
            }
        }
        if !missing.is_empty() {
            return Err(self.missing_arguments(f, code, &missing, "keyword-only"));
        }
        Ok(())
    }

    fn missing_arguments(
        &mut self,
        f: Gc<Function>,
        code: Gc<Code>,
        missing: &[usize],
        kind: &str,
    ) -> Raised {
        let data = self.code_data(code);
        let names: Vec<String> =
            missing.iter().map(|i| format!("'{}'", data.varnames[*i])).collect();
        let list = join_and(&names);
        let plural = if missing.len() == 1 { "" } else { "s" };
        let msg = format!(
            "{}() missing {} required {kind} argument{plural}: {list}",
            self.text(f.qualname.get()),
            missing.len()
        );
        self.type_error(&msg)
    }

    /// # Safety
    /// As `bind_arguments`.
    unsafe fn too_many_positional(
        &mut self,
        f: Gc<Function>,
        code: Gc<Code>,
        base: *mut Value,
        given: usize,
        keywords: Keywords,
    ) -> Raised {
        let _ = base;
        let argcount = code.argcount.get() as usize;
        let kwonly = code.kwonly.get() as usize;
        let data = self.code_data(code);
        let kwonly_given = (0..keywords.len())
            .filter(|i| {
                let name = self.text(keywords.name(*i));
                data.varnames[argcount..argcount + kwonly].iter().any(|v| **v == *name)
            })
            .count();
        let defaults = f.defaults.get().cast::<Tuple>().map_or(0, |d| d.len());
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let takes = if defaults > 0 {
            format!("from {} to {argcount}", argcount - defaults.min(argcount))
        } else {
            argcount.to_string()
        };
        let takes_plural = if defaults > 0 { "s" } else { plural(argcount) };
        let tail = if kwonly_given > 0 {
            format!(
                " positional argument{} (and {kwonly_given} keyword-only argument{}) were given",
                plural(given),
                plural(kwonly_given)
            )
        } else {
            format!(" {} given", if given == 1 { "was" } else { "were" })
        };
        let msg = format!(
            "{}() takes {takes} positional argument{takes_plural} but {given}{tail}",
            self.text(f.qualname.get())
        );
        self.type_error(&msg)
    }

    /// Rearranges the arguments at `args` into one value per parameter of a native function.
    ///
    /// # Safety
    /// `nargs` initialised words at `args`, free words above them.
    pub(crate) unsafe fn bind_native(
        &mut self,
        callee: Value,
        def: &'static NativeDef,
        args: *mut Value,
        nargs: usize,
        keywords: Keywords,
    ) -> PyResult<()> {
        let p = &def.params;
        let npos = nargs - keywords.len();
        let total = p.total as usize;
        // In the native stack, where the collector finds them.
        let mut bound = [Value::UNBOUND; MAX_PARAMS];
        let direct = npos.min(p.positional as usize);
        for (i, v) in bound.iter_mut().enumerate().take(direct) {
            // SAFETY: positional arguments.
            *v = unsafe { reg(args, i as isize) };
        }
        let first = bound[0];
        if callee.kind() == habu_object::Kind::MethodDescr {
            self.check_descr_self(callee, def, first, npos)?;
        }
        if p.positional_only < p.total && npos < p.required.min(p.positional_only) as usize {
            return Err(self.native_arity(callee, def, npos, first));
        }
        let is_method = callee.kind() == habu_object::Kind::MethodDescr
            || callee.cast::<habu_object::Builtin>().is_some_and(|b| !b.this.get().is_unbound());
        if p.var_args != 255 {
            let extra = npos - direct;
            // SAFETY: positional arguments beyond the parameters.
            let beyond = unsafe { std::slice::from_raw_parts(args.wrapping_add(direct), extra) };
            bound[p.var_args as usize] = self.new_tuple(beyond)?;
        } else if npos > p.positional as usize {
            return Err(self.native_arity(callee, def, npos, first));
        }
        let mut kwargs: Option<Gc<Dict>> = None;
        for i in 0..keywords.len() {
            let name = keywords.name(i);
            // SAFETY: the keyword values follow the positional arguments.
            let value = unsafe { reg(args, (npos + i) as isize) };
            let at = name
                .cast::<Str>()
                .and_then(|name| def.param_names().position(|n| name.eq_text(n)))
                .filter(|i| *i >= p.positional_only as usize)
                .filter(|i| *i != p.var_args as usize && *i != p.var_kwargs as usize);
            match at {
                Some(at) if !bound[at].is_unbound() => {
                    let msg = format!(
                        "argument for {}() given by name ('{}') and position ({})",
                        self.bare_name(callee, def, first),
                        self.text(name),
                        at + 1 - is_method as usize
                    );
                    return Err(self.type_error(&msg));
                }
                Some(at) => bound[at] = value,
                None if p.var_kwargs != 255 => {
                    let d = match kwargs {
                        Some(d) => d,
                        None => {
                            let d = self.new_dict()?;
                            kwargs = Some(d);
                            bound[p.var_kwargs as usize] = d.value();
                            d
                        }
                    };
                    self.dict_set_str(d, name, value)?;
                }
                None if p.positional_only as usize >= total => {
                    let function = match constructed(callee, def, first) {
                        Some(class) => self.class_name(class),
                        None => self.native_name(callee, def),
                    };
                    let msg = format!("{function}() takes no keyword arguments");
                    return Err(self.type_error(&msg));
                }
                None => {
                    let (function, name) = (self.bare_name(callee, def, first), self.text(name));
                    let msg = format!("{function}() got an unexpected keyword argument '{name}'");
                    return Err(self.type_error(&msg));
                }
            }
        }
        for (i, v) in bound.iter().enumerate().take(p.required as usize) {
            if v.is_unbound() {
                if p.positional_only as usize > i {
                    return Err(self.native_arity(callee, def, npos, first));
                }
                let name = def.param_names().nth(i).unwrap_or("");
                let function = self.bare_name(callee, def, first);
                let place = match &*function {
                    "enumerate" => String::new(),
                    _ => format!(" (pos {})", i + 1 - is_method as usize),
                };
                let msg = format!("{function}() missing required argument '{name}'{place}");
                return Err(self.type_error(&msg));
            }
        }
        for (i, v) in bound.iter().enumerate().take(total) {
            // SAFETY: `total` words at `args` are the callee's parameters.
            unsafe { set_reg(args, i as isize, *v) };
        }
        Ok(())
    }

    /// `type.name` for methods; `module.name` for functions, the bare name for those of `builtins`.
    pub fn native_name(&self, callee: Value, def: &NativeDef) -> String {
        match callee.cast::<habu_object::Builtin>() {
            Some(b)
                if !b.this.get().is_unbound()
                    && b.this.get().kind() != habu_object::Kind::Module =>
            {
                let this = b.this.get();
                match this.cast::<habu_object::Type>() {
                    Some(class) => format!("{}.{}", self.class_name(class), def.name),
                    None => format!("{}.{}", self.type_name(this), def.name),
                }
            }
            Some(b) => match self.text(b.module.get()) {
                module if module.is_empty() || module == "builtins" => def.name.to_owned(),
                module => format!("{module}.{}", def.name),
            },
            None => match callee.cast::<habu_object::MethodDescr>() {
                Some(m) => {
                    format!("{}.{}", self.class_name(self.expect_type(m.class.get())), def.name)
                }
                None => def.name.to_owned(),
            },
        }
    }

    /// The name without its class or module; that of the class for a constructor.
    fn bare_name(&self, callee: Value, def: &NativeDef, first: Value) -> String {
        constructed(callee, def, first).map_or_else(|| def.name.to_owned(), |c| self.class_name(c))
    }

    /// CPython's complaints about the number of arguments of C functions.
    fn native_arity(
        &mut self,
        callee: Value,
        def: &NativeDef,
        given: usize,
        first: Value,
    ) -> Raised {
        let descr = callee.cast::<habu_object::MethodDescr>();
        let bound =
            callee.cast::<habu_object::Builtin>().is_some_and(|b| !b.this.get().is_unbound());
        let class = constructed(callee, def, first);
        let hidden = (descr.is_some() || bound || def.name == "__new__") as usize;
        let p = def.params;
        let max = (p.positional as usize).saturating_sub(hidden);
        let min = (p.required as usize).saturating_sub(hidden);
        let given = given.saturating_sub(hidden);
        let name = class.map_or_else(|| def.name.to_owned(), |c| self.class_name(c));
        let name = if name == "super" { "super()".to_owned() } else { name };
        if matches!(def.name, "__pow__" | "__rpow__") {
            return self.type_error(&format!("expected 1 or 2 arguments, got {given}"));
        }
        if class.is_none() && min == max && hidden == 1 && crate::types::is_slot(def.name) {
            let plural = if max == 1 { "" } else { "s" };
            return self.type_error(&format!("expected {max} argument{plural}, got {given}"));
        }
        let full = if class.is_some() { name.clone() } else { self.native_name(callee, def) };
        let expected = |how: &str, n: usize| {
            let plural = if n == 1 { "" } else { "s" };
            format!("{name} expected {how}{n} argument{plural}, got {given}")
        };
        // Counted by hand in CPython, not by its argument parser.
        let counted = matches!(&*name, "int" | "str" | "sorted");
        let keywords = p.positional_only < p.positional;
        let msg = if max == 0 && p.total as usize > hidden {
            format!("{name}() takes no positional arguments")
        } else if max == 0 {
            format!("{full}() takes no arguments ({given} given)")
        } else if given > max && keywords && !counted {
            let how = if min == max { "exactly" } else { "at most" };
            let what = if p.total > p.positional { "positional argument" } else { "argument" };
            let plural = if max == 1 { "" } else { "s" };
            format!("{name}() takes {how} {max} {what}{plural} ({given} given)")
        } else if given < min && keywords && !counted {
            let min = (p.required.min(p.positional_only) as usize).saturating_sub(hidden);
            let how = if min == max { "exactly" } else { "at least" };
            let plural = if min == 1 { "" } else { "s" };
            format!("{name}() takes {how} {min} positional argument{plural} ({given} given)")
        } else if min == max && max == 1 && !counted && class.is_none() {
            format!("{full}() takes exactly one argument ({given} given)")
        } else if min == max {
            expected("", max)
        } else if given < min {
            expected("at least ", min)
        } else {
            expected("at most ", max)
        };
        self.type_error(&msg)
    }
}

/// The builtin class that a `__new__` or `__init__` belongs to.
fn constructed(callee: Value, def: &NativeDef, first: Value) -> Option<Gc<Type>> {
    match def.name {
        "__new__" => first.cast::<Type>().map(native_base),
        "__init__" => callee.cast::<habu_object::MethodDescr>()?.class.get().cast::<Type>(),
        _ => None,
    }
}

/// The builtin class from which a class gets its layout.
fn native_base(class: Gc<Type>) -> Gc<Type> {
    let mut at = class;
    while at.has(type_flags::HEAP)
        && let Some(base) = at.base.get().cast::<Type>()
    {
        at = base;
    }
    at
}

/// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
fn join_and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
    }
}
