//! The names among which a suggestion is sought: attributes, what a module offers, variables in sight.

use super::{attribute, suggest};
use crate::util::quiet;
use habu_object::dict::Dict;
use habu_object::{Code, Exception, Kind, List, Traceback, Value};
use habu_vm::{Exc, Vm};

/// What is added to an exception's text: ". Did you mean: 'x'?", or nothing.
pub(super) fn suggestion(vm: &mut Vm, e: Value) -> String {
    let is = |vm: &Vm, exc: Exc| vm.is_instance_exact(e, vm.exc_type(exc));
    if is(vm, Exc::ImportError) {
        let Some(name) = attribute(vm, e, "name_from").filter(|n| n.kind() == Kind::Str) else {
            return String::new();
        };
        let wrong = vm.text(name);
        let names = import_names(vm, e, &wrong).unwrap_or_default();
        return meant(suggest::nearest(&names, &wrong));
    }
    let name_error = is(vm, Exc::NameError);
    if !name_error && !is(vm, Exc::AttributeError) {
        return String::new();
    }
    let Some(name) = attribute(vm, e, "name").filter(|n| n.kind() == Kind::Str) else {
        return String::new();
    };
    let wrong = vm.text(name);
    let names = if name_error { variables(vm, e) } else { attributes(vm, e, &wrong) };
    let mut text = meant(suggest::nearest(&names.unwrap_or_default(), &wrong));
    if name_error && crate::sys::names::STDLIB.binary_search(&wrong.as_str()).is_ok() {
        let or = if text.is_empty() { ". Did" } else { " Or did" };
        text.push_str(&format!("{or} you forget to import '{wrong}'?"));
    }
    text
}

fn meant(name: Option<String>) -> String {
    name.map(|n| format!(". Did you mean: '{n}'?")).unwrap_or_default()
}

/// `sorted(dir(v))`, without names that begin with an underscore unless the wrong one does.
fn dir(vm: &mut Vm, v: Value, wrong: &str, hide: bool) -> Option<Vec<String>> {
    let name = vm.intern("dir");
    let name = quiet(vm, name)?;
    let f = vm.builtins.cast::<Dict>().and_then(|d| vm.dict_get_str(d, name))?;
    let list = vm.call(f, &[v]);
    let list = quiet(vm, list)?.cast::<List>()?;
    let hide = hide && !wrong.starts_with('_');
    let strs = list.cells().iter().map(|c| c.get()).filter(|v| v.kind() == Kind::Str);
    let mut names: Vec<String> =
        strs.map(|v| vm.text(v)).filter(|n| !(hide && n.starts_with('_'))).collect();
    names.sort();
    Some(names)
}

fn attributes(vm: &mut Vm, e: Value, wrong: &str) -> Option<Vec<String>> {
    let object = attribute(vm, e, "obj").unwrap_or(Value::NONE);
    dir(vm, object, wrong, true)
}

fn import_names(vm: &mut Vm, e: Value, wrong: &str) -> Option<Vec<String>> {
    let name = attribute(vm, e, "name").filter(|n| n.kind() == Kind::Str)?;
    let modules = vm.modules.cast::<Dict>()?;
    let name = vm.intern_value(name);
    let name = quiet(vm, name)?;
    let module = vm.dict_get_str(modules, name)?;
    dir(vm, module, wrong, true)
}

/// Names that the innermost frame could see: its variables, globals, builtins.
fn variables(vm: &mut Vm, e: Value) -> Option<Vec<String>> {
    let mut t = e.cast::<Exception>()?.traceback.get().cast::<Traceback>()?;
    while let Some(next) = t.next.get().cast::<Traceback>() {
        t = next;
    }
    let mut out = Vec::new();
    if let Some(code) = t.code.get().cast::<Code>() {
        let data = vm.code_data(code);
        out.extend(data.varnames.iter().map(|n| n.to_string()));
        out.extend(data.freevars.iter().map(|v| v.name.to_string()));
    }
    for namespace in [t.globals.get(), vm.builtins] {
        let Some(d) = namespace.cast::<Dict>() else { continue };
        let mut pos = 0;
        while let Some((next, key, v, _)) = d.next_entry(pos) {
            pos = next;
            if key.kind() == Kind::Str
                && !Vm::cell_contents(v).is_unbound() | v.kind().ne(&Kind::Cell)
            {
                out.push(vm.text(key));
            }
        }
    }
    Some(out)
}
