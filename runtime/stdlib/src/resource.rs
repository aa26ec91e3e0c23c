//! Module `resource`: what a process has used and may use.

use crate::posix::path::check;
use crate::structseq::{self, fields};
use crate::util::{arg, given, new_module, set};
use habu_object::{Gc, Kind, Module, Tuple, Value, int};
use habu_vm::control::{limits, usage};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use rustix::io::Errno;

const USAGE: &str = "resource.struct_rusage";

fields!(USAGE_FIELDS:
    0 "ru_utime", 1 "ru_stime", 2 "ru_maxrss", 3 "ru_ixrss", 4 "ru_idrss", 5 "ru_isrss", 6 "ru_minflt", 7 "ru_majflt",
    8 "ru_nswap", 9 "ru_inblock", 10 "ru_oublock", 11 "ru_msgsnd", 12 "ru_msgrcv", 13 "ru_nsignals", 14 "ru_nvcsw",
    15 "ru_nivcsw"
);

const NUMBERS: &[(&str, i64)] = &[
    ("RLIMIT_CPU", 0),
    ("RLIMIT_FSIZE", 1),
    ("RLIMIT_DATA", 2),
    ("RLIMIT_STACK", 3),
    ("RLIMIT_CORE", 4),
    ("RLIMIT_NOFILE", 7),
    ("RLIMIT_OFILE", 7),
    ("RLIMIT_AS", 9),
    ("RLIMIT_RSS", 5),
    ("RLIMIT_NPROC", 6),
    ("RLIMIT_MEMLOCK", 8),
    ("RLIMIT_MSGQUEUE", 12),
    ("RLIMIT_NICE", 13),
    ("RLIMIT_RTPRIO", 14),
    ("RLIMIT_RTTIME", 15),
    ("RLIMIT_SIGPENDING", 11),
    ("RUSAGE_SELF", 0),
    ("RUSAGE_CHILDREN", -1),
    ("RUSAGE_THREAD", 1),
    ("RLIM_INFINITY", -1),
];

/// How many kinds of limits there are.
const KINDS: i64 = 16;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("getrusage", "(who, /)", |vm, args| {
        let who = vm.index_i64(arg(args, 0))?;
        let (user, system, numbers) = match usage(who as i32) {
            Err(Errno::INVAL) => return Err(vm.value_error("invalid who parameter")),
            r => check(vm, r)?,
        };
        let mut items = vec![vm.new_float(user)?, vm.new_float(system)?];
        items.extend(numbers.map(Value::small_int));
        let class = vm.expect_type(vm.root(USAGE));
        structseq::new(vm, class, &items)
    }),
    NativeDef::new("getrlimit", "(resource, /)", |vm, args| {
        let which = resource(vm, arg(args, 0))?;
        change(vm, 0, which, None)
    }),
    NativeDef::new("setrlimit", "(resource, limits, /)", |vm, args| {
        let which = resource(vm, arg(args, 0))?;
        let to = pair(vm, arg(args, 1))?;
        change(vm, 0, which, Some(to))?;
        Ok(Value::NONE)
    }),
    NativeDef::new("prlimit", "(pid, resource, limits=None, /)", |vm, args| {
        let pid = vm.index_i64(arg(args, 0))?;
        let which = resource(vm, arg(args, 1))?;
        let to = match given(args, 2) {
            Some(v) => Some(pair(vm, v)?),
            None => None,
        };
        change(vm, pid as i32, which, to)
    }),
    NativeDef::new("getpagesize", "()", |_, _| {
        Ok(Value::small_int(rustix::param::page_size() as i64))
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "resource", "", FUNCTIONS)?;
    let class = structseq::new_type(vm, "resource", "struct_rusage", USAGE_FIELDS, 16)?;
    vm.set_root(USAGE, class.value());
    set(vm, m, "struct_rusage", class.value())?;
    let error = vm.exc_type(Exc::OSError).value();
    set(vm, m, "error", error)?;
    for (name, n) in NUMBERS {
        set(vm, m, name, Value::small_int(*n))?;
    }
    Ok(m)
}

fn resource(vm: &mut Vm, v: Value) -> PyResult<u32> {
    let which = vm.index_i64(v)?;
    match (0..KINDS).contains(&which) {
        true => Ok(which as u32),
        false => Err(vm.value_error("invalid resource specified")),
    }
}

/// A pair of limits; -1 is none.
fn pair(vm: &mut Vm, v: Value) -> PyResult<(u64, u64)> {
    let items = match v.kind() {
        Kind::Tuple => v,
        _ => {
            let class = vm.types.of_kind(Kind::Tuple).value();
            vm.call(class, &[v])?
        }
    };
    let Some(items) = items.cast::<Tuple>().filter(|t| t.len() == 2) else {
        return Err(vm.value_error("expected a tuple of 2 integers"));
    };
    let soft = vm.index(items.get(0))?;
    let hard = vm.index(items.get(1))?;
    Ok((int::to_u64_wrapping(soft), int::to_u64_wrapping(hard)))
}

/// The limits before they are set to others.
fn change(vm: &mut Vm, pid: i32, which: u32, to: Option<(u64, u64)>) -> PyResult<Value> {
    let (soft, hard) = match limits(pid, which, to) {
        Err(Errno::INVAL) => {
            return Err(vm.value_error("current limit exceeds maximum limit"));
        }
        Err(Errno::PERM) if to.is_some() && pid == 0 => {
            return Err(vm.value_error("not allowed to raise maximum limit"));
        }
        r => check(vm, r)?,
    };
    // No limit is all bits, and -1 in Python.
    let number = |vm: &mut Vm, n: u64| vm.new_int(n as i64);
    let (soft, hard) = (number(vm, soft)?, number(vm, hard)?);
    vm.new_tuple(&[soft, hard])
}
