//! Module `_warnings`: deciding what becomes of a warning (CPython `_warnings.c`).
//!
//! The filters are those of module `warnings` once it is loaded; until then the built-in ones, which need no more than
//! this file. Showing is left to `warnings` if it is there.

use crate::util::{arg, given, items, new_module, set, set_text, text_arg};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Tuple, Type, Value, int};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "warn",
        "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
        warn_function,
    )
    .doc("Issue a warning, or maybe ignore it or raise an exception."),
    NativeDef::new(
        "warn_explicit",
        "(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)",
        warn_explicit_function,
    )
    .doc("Issue a warning, or maybe ignore it or raise an exception."),
    NativeDef::new("_filters_mutated_lock_held", "()", |vm, _| {
        vm.state::<Filters>().version += 1;
        Ok(Value::NONE)
    }),
    NativeDef::new("_acquire_lock", "()", |_, _| Ok(Value::NONE)),
    NativeDef::new("_release_lock", "()", |_, _| Ok(Value::NONE)),
];

/// Counts the changes of the filters; registries remember what they were made for.
#[derive(Default)]
struct Filters {
    version: i64,
}

/// Root of the built-in filters, a list of tuples.
const FILTERS: &str = "_warnings.filters";
const ONCE: &str = "_warnings._onceregistry";

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter \
               start-up.";
    let m = new_module(vm, "_warnings", doc, FUNCTIONS)?;
    let filters = default_filters(vm)?;
    vm.set_root(FILTERS, filters);
    set(vm, m, "filters", filters)?;
    let once = vm.new_dict()?.value();
    vm.set_root(ONCE, once);
    set(vm, m, "_onceregistry", once)?;
    set_text(vm, m, "_defaultaction", "default")?;
    let contextvars = crate::import::import_module(vm, "_contextvars")?;
    let class = vm.getattr_str(contextvars, "ContextVar")?;
    let name = vm.intern("warnings_context")?;
    let context = vm.call(class, &[name])?;
    set(vm, m, "_warnings_context", context)?;
    Ok(m)
}

fn default_filters(vm: &mut Vm) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, 5)?;
    for (action, exc, module) in [
        ("default", Exc::DeprecationWarning, "__main__"),
        ("ignore", Exc::DeprecationWarning, ""),
        ("ignore", Exc::PendingDeprecationWarning, ""),
        ("ignore", Exc::ImportWarning, ""),
        ("ignore", Exc::ResourceWarning, ""),
    ] {
        let action = vm.intern(action)?;
        let module = if module.is_empty() { Value::NONE } else { vm.intern(module)? };
        let class = vm.exc_type(exc).value();
        let row = vm.new_tuple(&[action, Value::NONE, class, module, Value::small_int(0)])?;
        list.push(&mut vm.heap, row)?;
    }
    Ok(list.value())
}

/// A coroutine that nobody refers to any more was never started.
pub fn never_awaited(vm: &mut Vm, coroutine: Value) {
    let name = vm.names.__qualname__;
    let result = vm.getattr(coroutine, name).and_then(|name| {
        let message = format!("coroutine '{}' was never awaited", vm.text(name));
        let message = vm.new_str(&message)?;
        warn_about(vm, Exc::RuntimeWarning, message, coroutine)
    });
    if let Err(e) = result {
        let e = vm.take_raised(e);
        crate::sys::unraisable_in(vm, e, coroutine);
    }
}

/// The compiler warns of a line.
pub fn syntax_warning(vm: &mut Vm, message: &str, filename: &str, line: u32) -> PyResult<()> {
    let message = vm.new_str(message)?;
    let module = if filename.is_empty() { "<unknown>" } else { filename.trim_end_matches(".py") };
    let (filename, module) = (vm.new_str(filename)?, vm.new_str(module)?);
    let line = Value::small_int(i64::from(line));
    let at = At { filename, line, module, registry: Value::NONE };
    let category = vm.exc_type(Exc::SyntaxWarning).value();
    explicit(vm, message, category, &at, Value::NONE)
}

/// Warns of something at the innermost Python frame.
pub fn warn(vm: &mut Vm, category: Exc, message: &str) -> PyResult<()> {
    let message = vm.new_str(message)?;
    warn_about(vm, category, message, Value::NONE)
}

/// Warns of an object.
pub(crate) fn warn_about(
    vm: &mut Vm,
    category: Exc,
    message: Value,
    source: Value,
) -> PyResult<()> {
    let category = vm.exc_type(category).value();
    warn_at(vm, message, category, 1, source, &[])
}

fn warn_function(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let message = arg(args, 0);
    let level = match arg(args, 2).bound() {
        Some(v) => vm.index_i64(v)?,
        None => 1,
    };
    let skip = arg(args, 4);
    if !skip.is_unbound() && skip.cast::<Tuple>().is_none() {
        let msg =
            format!("skip_file_prefixes must be a tuple of strs, not '{}'", vm.type_name(skip));
        return Err(vm.type_error(&msg));
    }
    let prefixes = items(skip);
    if let Some(bad) = prefixes.iter().find(|p| p.kind() != Kind::Str) {
        let msg = format!("Found non-str '{}' in skip_file_prefixes.", vm.type_name(*bad));
        return Err(vm.type_error(&msg));
    }
    let prefixes: Vec<String> = prefixes.into_iter().map(|p| vm.text(p)).collect();
    let category = category_of(vm, message, given(args, 1))?;
    let source = given(args, 3).unwrap_or(Value::NONE);
    let level = if prefixes.is_empty() { level } else { level.max(2) };
    warn_at(vm, message, category, level, source, &prefixes)?;
    Ok(Value::NONE)
}

/// The class of a warning; `UserWarning` if nothing says more.
fn category_of(vm: &mut Vm, message: Value, category: Option<Value>) -> PyResult<Value> {
    let warning = vm.exc_type(Exc::Warning);
    if vm.is_instance_exact(message, warning) {
        return Ok(vm.type_of(message).value());
    }
    let Some(category) = category else { return Ok(vm.exc_type(Exc::UserWarning).value()) };
    match category.cast::<Type>() {
        Some(class) if vm.is_subclass(class, warning) => Ok(category),
        _ => {
            let msg =
                format!("category must be a Warning subclass, not '{}'", vm.type_name(category));
            Err(vm.type_error(&msg))
        }
    }
}

/// A place in a program: file, line, namespace.
struct Place {
    filename: String,
    line: u32,
    globals: Gc<Dict>,
}

fn is_internal(filename: &str) -> bool {
    filename.contains("importlib") && filename.contains("_bootstrap")
}

/// The frame that a warning of this stack level is about.
fn place(vm: &mut Vm, level: i64, prefixes: &[String]) -> PyResult<Place> {
    let mut left = level.max(1);
    let mut every = None;
    let mut found = None;
    vm.visit_frames(|frame| {
        let code = Vm::function_code(frame.func);
        let filename = vm.text(code.filename.get());
        let internal = is_internal(&filename);
        let innermost = every.is_none();
        let skipped = internal || prefixes.iter().any(|p| filename.starts_with(p));
        // Frames of the import system do not count unless one of them warns.
        let every = *every.get_or_insert(level <= 0 || internal);
        if !innermost && !every && skipped {
            return true;
        }
        left -= 1;
        if left > 0 {
            return true;
        }
        let line = vm.code_data(code).position(frame.pc).map_or(0, |p| p.line);
        found = Some((filename, line, frame.func.globals.get()));
        false
    });
    match found {
        Some((filename, line, globals)) => match globals.cast::<Dict>() {
            Some(globals) => Ok(Place { filename, line, globals }),
            None => Err(vm.type_error("globals must be a dict")),
        },
        None => match vm.sys.cast::<Dict>() {
            Some(globals) => Ok(Place { filename: "<sys>".to_owned(), line: 0, globals }),
            None => Err(vm.raise_msg(Exc::SystemError, "sys has no namespace")),
        },
    }
}

fn warn_at(
    vm: &mut Vm,
    message: Value,
    category: Value,
    level: i64,
    source: Value,
    prefixes: &[String],
) -> PyResult<()> {
    let place = place(vm, level, prefixes)?;
    let key = vm.intern("__warningregistry__")?;
    let registry = match vm.dict_get_str(place.globals, key) {
        Some(r) => r,
        None => {
            let r = vm.new_dict()?.value();
            vm.dict_set_str(place.globals, key, r)?;
            r
        }
    };
    let name = vm.names.__name__;
    let module = match vm.dict_get_str(place.globals, name) {
        Some(m) if m.kind() == Kind::Str => m,
        Some(_) | None => vm.intern("<string>")?,
    };
    let filename = vm.new_str(&place.filename)?;
    let at = At { filename, line: Value::small_int(i64::from(place.line)), module, registry };
    explicit(vm, message, category, &at, source)
}

/// What `warn_explicit` is told of a place.
struct At {
    filename: Value,
    line: Value,
    module: Value,
    registry: Value,
}

fn warn_explicit_function(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (message, filename) = (arg(args, 0), arg(args, 2));
    let category = category_of(vm, message, given(args, 1))?;
    if filename.kind() != Kind::Str {
        let msg = format!(
            "warn_explicit() argument 'filename' must be str, not {}",
            vm.type_name(filename)
        );
        return Err(vm.type_error(&msg));
    }
    let line = vm.index(arg(args, 3))?;
    let module = match given(args, 4) {
        Some(m) => m,
        None => {
            let text = vm.text(filename);
            let text = if text.is_empty() { "<unknown>" } else { text.trim_end_matches(".py") };
            vm.new_str(text)?
        }
    };
    let registry = given(args, 5).unwrap_or(Value::NONE);
    if !registry.is_none() && registry.kind() != Kind::Dict {
        let msg = format!("'registry' must be a dict or None, not '{}'", vm.type_name(registry));
        return Err(vm.type_error(&msg));
    }
    let at = At { filename, line, module, registry };
    explicit(vm, message, category, &at, given(args, 7).unwrap_or(Value::NONE))?;
    Ok(Value::NONE)
}

fn explicit(vm: &mut Vm, message: Value, category: Value, at: &At, source: Value) -> PyResult<()> {
    let warning = vm.exc_type(Exc::Warning);
    let (text, message, category) = if vm.is_instance_exact(message, warning) {
        (vm.str(message)?, message, vm.type_of(message).value())
    } else {
        (message, vm.call(category, &[message])?, category)
    };
    let key = vm.new_tuple(&[text, category, at.line])?;
    let registry = at.registry.cast::<Dict>();
    if let Some(r) = registry
        && already_warned(vm, r, key, false)?
    {
        return Ok(());
    }
    let (action, filter) = action(vm, category, text, at)?;
    match action.as_str() {
        "error" => {
            let Some(e) = message.cast::<habu_object::Exception>() else {
                return Err(vm.type_error("exceptions must derive from BaseException"));
            };
            return Err(vm.raise(e));
        }
        "ignore" => return Ok(()),
        _ => {}
    }
    let repeated = match action.as_str() {
        "always" | "all" => false,
        _ => {
            if let Some(r) = registry {
                vm.dict_set(r, key, Value::TRUE)?;
            }
            match action.as_str() {
                "once" => {
                    let once = once_registry(vm)?;
                    update(vm, once, text, category)?
                }
                "module" => match registry {
                    Some(r) => update(vm, r, text, category)?,
                    None => false,
                },
                "default" => false,
                _ => {
                    let filter = vm.repr_text(filter)?;
                    let msg =
                        format!("Unrecognized action ({action}) in warnings.filters:\n {filter}");
                    return Err(vm.raise_msg(Exc::RuntimeError, &msg));
                }
            }
        }
    };
    if repeated { Ok(()) } else { show(vm, message, category, text, at, source) }
}

/// Whether a registry has seen a key; it is emptied when the filters have changed.
fn already_warned(vm: &mut Vm, registry: Gc<Dict>, key: Value, enter: bool) -> PyResult<bool> {
    let version = vm.state::<Filters>().version;
    let name = vm.intern("version")?;
    let seen = vm.dict_get_str(registry, name);
    if seen.and_then(int::to_i64) != Some(version) {
        registry.clear();
        vm.dict_set_str(registry, name, Value::small_int(version))?;
    } else if let Some(v) = vm.dict_get(registry, key)?
        && vm.truth(v)?
    {
        return Ok(true);
    }
    if enter {
        vm.dict_set(registry, key, Value::TRUE)?;
    }
    Ok(false)
}

fn update(vm: &mut Vm, registry: Gc<Dict>, text: Value, category: Value) -> PyResult<bool> {
    let key = vm.new_tuple(&[text, category, Value::small_int(0)])?;
    already_warned(vm, registry, key, true)
}

/// `warnings.name` if the module is loaded.
fn of_warnings(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    match crate::import::loaded(vm, "warnings")? {
        Some(m) if !m.is_none() => {
            let name = vm.intern(name)?;
            vm.getattr_opt(m, name)
        }
        _ => Ok(None),
    }
}

fn once_registry(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let v = match of_warnings(vm, "onceregistry")? {
        Some(v) => v,
        None => vm.root(ONCE),
    };
    match v.cast::<Dict>() {
        Some(d) => Ok(d),
        None => {
            let msg = format!("_warnings.onceregistry must be a dict, not '{}'", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

/// What the first filter that fits says, and the filter.
fn action(vm: &mut Vm, category: Value, text: Value, at: &At) -> PyResult<(String, Value)> {
    let filters = match of_warnings(vm, "filters")? {
        Some(f) => f,
        None => match vm.root(FILTERS) {
            f if f.is_unbound() => default_filters(vm)?,
            f => f,
        },
    };
    let Some(list) = filters.cast::<List>() else {
        return Err(vm.value_error("_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(row) = list.get(i) {
        let Some(t) = row.cast::<Tuple>().filter(|t| t.len() == 5) else {
            let msg = format!("_warnings.filters item {i} isn't a 5-tuple");
            return Err(vm.value_error(&msg));
        };
        i += 1;
        let (Some(class), line) = (t.get(2).cast::<Type>(), vm.index_i64(t.get(4))?) else {
            continue;
        };
        if line != 0 && Some(line) != int::to_i64(at.line) {
            continue;
        }
        let own = vm.expect_type(category);
        if vm.is_subclass(own, class)
            && matches(vm, t.get(1), text)?
            && matches(vm, t.get(3), at.module)?
        {
            return Ok((vm.text(t.get(0)), row));
        }
    }
    let default = match of_warnings(vm, "defaultaction")? {
        Some(v) => text_arg(vm, v, "_warnings.defaultaction")?,
        None => "default".to_owned(),
    };
    Ok((default, Value::NONE))
}

/// Whether a filter's pattern (None, a str, or a compiled regular expression) fits.
fn matches(vm: &mut Vm, pattern: Value, text: Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.kind() == Kind::Str {
        return vm.eq(pattern, text);
    }
    let name = vm.intern("match")?;
    let r = vm.call_method(pattern, name, &[text])?;
    vm.truth(r)
}

fn show(
    vm: &mut Vm,
    message: Value,
    category: Value,
    text: Value,
    at: &At,
    source: Value,
) -> PyResult<()> {
    let Some(show) = of_warnings(vm, "_showwarnmsg")? else {
        return show_plainly(vm, category, text, at);
    };
    let Some(class) = of_warnings(vm, "WarningMessage")? else {
        return Err(vm.raise_msg(Exc::RuntimeError, "unable to get warnings.WarningMessage"));
    };
    let args = [message, category, at.filename, at.line, Value::NONE, Value::NONE, source];
    let msg = vm.call(class, &args)?;
    vm.call(show, &[msg])?;
    Ok(())
}

fn show_plainly(vm: &mut Vm, category: Value, text: Value, at: &At) -> PyResult<()> {
    let class = vm.expect_type(category);
    let (file, line) = (vm.text(at.filename), int::to_i64_clamped(at.line));
    let (name, text) = (vm.class_name(class), vm.str_text(text)?);
    let mut out = format!("{file}:{line}: {name}: {text}\n");
    let source =
        crate::traceback::source_line(vm, &file, line.clamp(0, i64::from(u32::MAX)) as u32);
    if !source.is_empty() {
        out.push_str(&format!("  {}\n", source.trim()));
    }
    crate::io::write_stderr(vm, &out);
    Ok(())
}
