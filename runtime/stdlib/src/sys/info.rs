//! What `sys` tells about this implementation: version, flags, limits of ints and floats, places.

use crate::simple_namespace;
use crate::structseq::{self, fields};
use crate::util::{set, set_text};
use habu_object::{Gc, Module, Set, Value};
use habu_vm::{PyResult, Vm};

/// `sys.hexversion`
const HEX_VERSION: i64 = 0x030e_00f0;

fields! { VERSION: 0 "major", 1 "minor", 2 "micro", 3 "releaselevel", 4 "serial" }
fields! { FLOAT: 0 "max", 1 "max_exp", 2 "max_10_exp", 3 "min", 4 "min_exp", 5 "min_10_exp", 6 "dig", 7 "mant_dig",
8 "epsilon", 9 "radix", 10 "rounds" }
fields! { INT: 0 "bits_per_digit", 1 "sizeof_digit", 2 "default_max_str_digits", 3 "str_digits_check_threshold" }
fields! { HASH: 0 "width", 1 "modulus", 2 "inf", 3 "nan", 4 "imag", 5 "algorithm", 6 "hash_bits", 7 "seed_bits",
8 "cutoff" }
fields! { THREAD: 0 "name", 1 "lock", 2 "version" }
fields! { FLAGS: 0 "debug", 1 "inspect", 2 "interactive", 3 "optimize", 4 "dont_write_bytecode", 5 "no_user_site",
6 "no_site", 7 "ignore_environment", 8 "verbose", 9 "bytes_warning", 10 "quiet", 11 "hash_randomization",
12 "isolated", 13 "dev_mode", 14 "utf8_mode", 15 "warn_default_encoding", 16 "safe_path",
17 "int_max_str_digits", 18 "gil", 19 "thread_inherit_context", 20 "context_aware_warnings" }

/// Enters the facts in `sys`.
pub(super) fn fill(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let n = Value::small_int;
    set_text(vm, m, "version", concat!("3.14.0 (habu-", env!("CARGO_PKG_VERSION"), ") [Rust]"))?;
    let release = vm.intern("final")?;
    let version = [n(3), n(14), n(0), release, n(0)];
    let version = structure(vm, m, "version_info", VERSION, &version)?;
    set(vm, m, "hexversion", n(HEX_VERSION))?;
    set(vm, m, "api_version", n(1013))?;
    implementation(vm, m, version)?;
    set_text(vm, m, "copyright", "See the licence of Habu.")?;
    let platform = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    set_text(vm, m, "platform", platform)?;
    let max = vm.new_int(i64::MAX)?;
    set(vm, m, "maxsize", max)?;
    set(vm, m, "maxunicode", n(0x10_ffff))?;
    set_text(vm, m, "byteorder", if cfg!(target_endian = "big") { "big" } else { "little" })?;
    set_text(vm, m, "float_repr_style", "short")?;
    set_text(vm, m, "abiflags", "")?;
    set_text(vm, m, "platlibdir", "lib")?;
    set_text(vm, m, "_framework", "")?;
    set(vm, m, "_home", Value::NONE)?;
    let git = [vm.intern("Habu")?, vm.intern("")?, vm.intern("")?];
    let git = vm.new_tuple(&git)?;
    set(vm, m, "_git", git)?;
    numbers(vm, m)?;
    flags(vm, m)?;
    places(vm, m)?;
    names(vm, m)
}

/// Makes a struct type and its one instance.
fn structure(
    vm: &mut Vm,
    m: Gc<Module>,
    name: &str,
    fields: &'static [habu_vm::GetSetDef],
    items: &[Value],
) -> PyResult<Value> {
    let class = structseq::new_type(vm, "sys", name, fields, fields.len())?;
    let v = structseq::new(vm, class, items)?;
    set(vm, m, name, v)?;
    Ok(v)
}

fn implementation(vm: &mut Vm, m: Gc<Module>, version: Value) -> PyResult<()> {
    let name = vm.intern("habu")?;
    let tag = vm.intern("habu-314")?;
    let arch = vm.intern(if cfg!(target_arch = "aarch64") {
        "aarch64-linux-gnu"
    } else {
        "x86_64-linux-gnu"
    })?;
    let entries = [
        ("name", name),
        ("cache_tag", tag),
        ("version", version),
        ("hexversion", Value::small_int(HEX_VERSION)),
        ("supports_isolated_interpreters", Value::FALSE),
        ("_multiarch", arch),
    ];
    let v = simple_namespace::new(vm, &entries)?;
    set(vm, m, "implementation", v)
}

fn numbers(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let n = Value::small_int;
    let (max, min, epsilon) =
        (vm.new_float(f64::MAX)?, vm.new_float(f64::MIN_POSITIVE)?, vm.new_float(f64::EPSILON)?);
    let float = [max, n(1024), n(308), min, n(-1021), n(-307), n(15), n(53), epsilon, n(2), n(1)];
    structure(vm, m, "float_info", FLOAT, &float)?;
    structure(vm, m, "int_info", INT, &[n(30), n(4), n(4300), n(640)])?;
    let modulus = vm.new_int((1 << 61) - 1)?;
    let algorithm = vm.intern("siphash13")?;
    let hash = [n(64), modulus, n(314_159), n(0), n(1_000_003), algorithm, n(64), n(128), n(0)];
    structure(vm, m, "hash_info", HASH, &hash)?;
    let (name, lock) = (vm.intern("pthread")?, vm.intern("semaphore")?);
    structure(vm, m, "thread_info", THREAD, &[name, lock, Value::NONE])?;
    Ok(())
}

fn flags(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let n = Value::small_int;
    let dont_write = vm.options.dont_write_bytecode;
    let f = vm.options.flags.clone();
    let count = |c: u8| n(i64::from(c));
    let yes = |b: bool| n(i64::from(b));
    let items = [
        count(f.debug),
        count(f.inspect),
        count(f.inspect),
        count(vm.options.optimize),
        yes(dont_write),
        yes(f.no_user_site),
        yes(f.no_site),
        yes(f.ignore_environment),
        count(f.verbose),
        count(f.bytes_warning),
        count(f.quiet),
        yes(vm.options.hash_seed != Some(0)),
        yes(f.isolated),
        Value::bool(f.dev_mode),
        n(1),
        n(0),
        Value::bool(f.safe_path),
        n(vm.int_max_str_digits as i64),
        n(1),
        n(0),
        n(0),
    ];
    structure(vm, m, "flags", FLAGS, &items)?;
    set(vm, m, "dont_write_bytecode", Value::bool(dont_write))?;
    let prefix = match vm.options.pycache_prefix.clone() {
        Some(prefix) => vm.new_str(&prefix)?,
        None => Value::NONE,
    };
    set(vm, m, "pycache_prefix", prefix)?;
    let mut warnings = vm.options.warn_options.clone();
    if f.dev_mode {
        warnings.insert(0, "default".to_owned());
    }
    match f.bytes_warning {
        0 => {}
        1 => warnings.push("default::BytesWarning".to_owned()),
        _ => warnings.push("error::BytesWarning".to_owned()),
    }
    let warnings = super::text_list(vm, &warnings)?;
    set(vm, m, "warnoptions", warnings)?;
    let options = vm.new_dict()?;
    for (name, v) in vm.options.x_given.clone() {
        let v = match v {
            Some(v) => vm.new_str(&v)?,
            None => Value::TRUE,
        };
        vm.dict_set_text(options, &name, v)?;
    }
    set(vm, m, "_xoptions", options.value())
}

/// Places, as far as they are known before `places` looks for them.
fn places(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let args: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let list = super::text_list(vm, &args)?;
    set(vm, m, "orig_argv", list)
}

fn names(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    let mut native: Vec<&str> = crate::registry::MODULES.iter().map(|m| m.0).collect();
    native.extend(["builtins", "sys"]);
    native.sort_unstable();
    let native: Vec<String> = native.into_iter().map(str::to_owned).collect();
    let list = super::text_list(vm, &native)?;
    let tuple = vm.tuple_from_iter(list)?;
    set(vm, m, "builtin_module_names", tuple.value())?;
    let names = Set::new_frozen(&mut vm.heap)?;
    for name in super::names::STDLIB {
        let name = vm.intern(name)?;
        vm.set_add(names, name)?;
    }
    set(vm, m, "stdlib_module_names", names.value())
}
