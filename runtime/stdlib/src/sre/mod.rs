//! Module `_sre`: regular expressions. `re._compiler` makes the code, `program` reads it, `engine` runs it over strings
//! (`search`); `pattern`, `matched` and `replace` are what Python sees.
//!
//! The engine is our own: those there are know no strings of two and four bytes a character.

mod charset;
mod engine;
mod matched;
mod pattern;
mod program;
mod replace;
mod search;

use crate::util::{arg, new_module, set, set_text};
use charset::ascii_lower;
use habu_object::str::chars;
use habu_object::{Gc, Module, Value, int};
use habu_vm::{NativeDef, PyResult, Vm};

/// The version of the code that `re._compiler` makes.
const MAGIC: i64 = 20_230_612;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "compile",
        "(pattern, flags, code, groups, groupindex, indexgroup)",
        pattern::compile,
    ),
    NativeDef::new("template", "(pattern, template, /)", replace::template),
    NativeDef::new("getcodesize", "()", |_, _| Ok(Value::small_int(4))),
    NativeDef::new("ascii_iscased", "(character, /)", |vm, args| {
        let c = character(vm, args)?;
        Ok(Value::bool(engine::is_cased(c, false)))
    }),
    NativeDef::new("unicode_iscased", "(character, /)", |vm, args| {
        let c = character(vm, args)?;
        Ok(Value::bool(engine::is_cased(c, true)))
    }),
    NativeDef::new("ascii_tolower", "(character, /)", |vm, args| {
        let c = character(vm, args)?;
        Ok(Value::small_int(i64::from(ascii_lower(c))))
    }),
    NativeDef::new("unicode_tolower", "(character, /)", |vm, args| {
        let c = character(vm, args)?;
        Ok(Value::small_int(i64::from(chars::simple_lower(c))))
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_sre", "", FUNCTIONS)?;
    let n = Value::small_int;
    set(vm, m, "MAGIC", n(MAGIC))?;
    set(vm, m, "CODESIZE", n(4))?;
    set(vm, m, "MAXREPEAT", n(i64::from(program::MAX_REPEAT)))?;
    set(vm, m, "MAXGROUPS", n(i64::from(i32::MAX) / 2))?;
    set_text(vm, m, "copyright", " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ")?;
    pattern::install(vm)?;
    matched::install(vm)?;
    replace::install(vm)?;
    Ok(m)
}

fn character(vm: &mut Vm, args: &[Value]) -> PyResult<u32> {
    let n = vm.index(arg(args, 0))?;
    Ok(int::to_i64_clamped(n).clamp(0, i64::from(u32::MAX)) as u32)
}
