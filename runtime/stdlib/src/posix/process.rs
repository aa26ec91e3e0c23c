//! Processes: identities, signals, waiting, the environment, facts about the system.

use super::path::{Allow, check, decode, failure, path, retry};
use crate::structseq::{self, fields};
use crate::util::{arg, items, set};
use habu_object::bytes::Bytes;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Gc, Module, Value};
use habu_vm::system::{self, Identity};
use habu_vm::{NativeDef, PyResult, Vm};
use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, WaitStatus};
use std::time::Duration;

fn number(n: u32) -> PyResult<Value> {
    Ok(Value::small_int(i64::from(n)))
}

fn pid_of(pid: Option<Pid>) -> Value {
    Value::small_int(pid.map_or(0, |p| i64::from(p.as_raw_nonzero().get())))
}

/// Argument `i` as a process; None for 0.
fn pid_arg(vm: &mut Vm, args: &[Value], i: usize) -> PyResult<Option<Pid>> {
    let n = vm.index_i64(arg(args, i))?;
    match i32::try_from(n) {
        Ok(n) if n >= 0 => Ok(Pid::from_raw(n)),
        _ => Err(failure(vm, Errno::SRCH, Value::NONE)),
    }
}

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("getpid", "()", |_, _| Ok(pid_of(Some(rustix::process::getpid())))),
    NativeDef::new("getppid", "()", |_, _| Ok(pid_of(rustix::process::getppid()))),
    NativeDef::new("getpgrp", "()", |_, _| Ok(pid_of(Some(rustix::process::getpgrp())))),
    NativeDef::new("getpgid", "(pid)", |vm, args| {
        let pid = pid_arg(vm, args, 0)?;
        let r = rustix::process::getpgid(pid);
        Ok(pid_of(Some(check(vm, r)?)))
    }),
    NativeDef::new("setpgid", "(pid, pgrp, /)", |vm, args| {
        let (a, b) = (pid_arg(vm, args, 0)?, pid_arg(vm, args, 1)?);
        let r = rustix::process::setpgid(a, b);
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("getsid", "(pid, /)", |vm, args| {
        let pid = pid_arg(vm, args, 0)?;
        let r = rustix::process::getsid(pid);
        Ok(pid_of(Some(check(vm, r)?)))
    }),
    NativeDef::new("setsid", "()", |vm, _| {
        let r = rustix::process::setsid();
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("getuid", "()", |_, _| number(rustix::process::getuid().as_raw())),
    NativeDef::new("geteuid", "()", |_, _| number(rustix::process::geteuid().as_raw())),
    NativeDef::new("getgid", "()", |_, _| number(rustix::process::getgid().as_raw())),
    NativeDef::new("getegid", "()", |_, _| number(rustix::process::getegid().as_raw())),
    NativeDef::new("setuid", "(uid, /)", |vm, args| identity(vm, args, Identity::User)),
    NativeDef::new("setgid", "(gid, /)", |vm, args| identity(vm, args, Identity::Group)),
    NativeDef::new("seteuid", "(euid, /)", |vm, args| identity(vm, args, Identity::EffectiveUser)),
    NativeDef::new("setegid", "(egid, /)", |vm, args| identity(vm, args, Identity::EffectiveGroup)),
    NativeDef::new("getgroups", "()", |vm, _| {
        let r = rustix::process::getgroups();
        let groups = check(vm, r)?;
        let values: Vec<Value> =
            groups.into_iter().map(|g| Value::small_int(i64::from(g.as_raw()))).collect();
        vm.new_list(&values)
    }),
    NativeDef::new("getlogin", "()", |vm, _| match std::env::var("LOGNAME") {
        Ok(name) => vm.new_str(&name),
        Err(_) => Err(failure(vm, Errno::NOTTY, Value::NONE)),
    }),
    NativeDef::new("kill", "(pid, signal, /)", |vm, args| {
        let (pid, signal) = (vm.index_i64(arg(args, 0))?, vm.index_i64(arg(args, 1))?);
        let r = system::kill(pid as i32, signal as i32);
        check(vm, r)?;
        vm.serve_poll()?;
        Ok(Value::NONE)
    }),
    NativeDef::new("killpg", "(pgid, signal, /)", |vm, args| {
        let (pid, signal) = (vm.index_i64(arg(args, 0))?, vm.index_i64(arg(args, 1))?);
        let r = system::kill(-(pid as i32), signal as i32);
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("umask", "(mask, /)", |vm, args| {
        let mask = vm.index_i64(arg(args, 0))?;
        let old = rustix::process::umask(Mode::from_bits_truncate(mask as u32));
        number(old.bits())
    }),
    NativeDef::new("waitpid", "(pid, options, /)", waitpid),
    NativeDef::new("wait", "()", |vm, _| waitpid(vm, &[Value::small_int(-1), Value::small_int(0)])),
    NativeDef::new("waitstatus_to_exitcode", "(status)", |vm, args| {
        let status = vm.index_i64(arg(args, 0))? as i32;
        if libc::WIFEXITED(status) {
            return Ok(Value::small_int(i64::from(libc::WEXITSTATUS(status))));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(Value::small_int(-i64::from(libc::WTERMSIG(status))));
        }
        if libc::WIFSTOPPED(status) {
            let msg = format!("process stopped by delivery of signal {}", libc::WSTOPSIG(status));
            return Err(vm.value_error(&msg));
        }
        Err(vm.value_error(&format!("invalid wait status: {status}")))
    }),
    NativeDef::new("WIFEXITED", "(status)", |vm, args| test(vm, args, |s| libc::WIFEXITED(s))),
    NativeDef::new("WIFSIGNALED", "(status)", |vm, args| test(vm, args, |s| libc::WIFSIGNALED(s))),
    NativeDef::new("WIFSTOPPED", "(status)", |vm, args| test(vm, args, |s| libc::WIFSTOPPED(s))),
    NativeDef::new("WIFCONTINUED", "(status)", |vm, args| {
        test(vm, args, |s| libc::WIFCONTINUED(s))
    }),
    NativeDef::new("WCOREDUMP", "(status, /)", |vm, args| test(vm, args, |s| libc::WCOREDUMP(s))),
    NativeDef::new("WEXITSTATUS", "(status)", |vm, args| part(vm, args, |s| libc::WEXITSTATUS(s))),
    NativeDef::new("WTERMSIG", "(status)", |vm, args| part(vm, args, |s| libc::WTERMSIG(s))),
    NativeDef::new("WSTOPSIG", "(status)", |vm, args| part(vm, args, |s| libc::WSTOPSIG(s))),
    NativeDef::new("_exit", "(status)", |vm, args| {
        let status = vm.index_i64(arg(args, 0))?;
        system::exit_now(status as i32)
    }),
    NativeDef::new("abort", "()", |_, _| std::process::abort()),
    NativeDef::new("execv", "(path, argv, /)", |vm, args| {
        let environment = environment().into_iter().map(|(n, v)| [n, b"=".to_vec(), v].concat());
        let environment: Vec<Vec<u8>> = environment.collect();
        execute(vm, args, environment)
    }),
    NativeDef::new("execve", "(path, argv, env)", |vm, args| {
        let environment = environment_arg(vm, arg(args, 2))?;
        execute(vm, args, environment)
    }),
    NativeDef::new("system", "(command)", |vm, args| {
        let p = path(vm, arg(args, 0), "system", "command", Allow::Path)?;
        let _ = vm.stdout.flush();
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::process::ExitStatusExt;
        let command = std::ffi::OsStr::from_bytes(&p.bytes);
        let mut shell = std::process::Command::new("/bin/sh");
        shell.arg("-c").arg(command);
        match vm.without_gil(|| shell.status()) {
            Ok(status) => Ok(Value::small_int(i64::from(status.into_raw()))),
            Err(e) => Err(crate::util::os_error(vm, &e)),
        }
    }),
    NativeDef::new("putenv", "(name, value, /)", |vm, args| {
        let name = path(vm, arg(args, 0), "putenv", "name", Allow::Path)?.bytes;
        let value = path(vm, arg(args, 1), "putenv", "value", Allow::Path)?.bytes;
        if name.is_empty() || name.contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        system::set_variable(&name, &value);
        Ok(Value::NONE)
    }),
    NativeDef::new("unsetenv", "(name, /)", |vm, args| {
        let name = path(vm, arg(args, 0), "unsetenv", "name", Allow::Path)?.bytes;
        if name.is_empty() || name.contains(&b'=') {
            return Err(failure(vm, Errno::INVAL, Value::NONE));
        }
        system::remove_variable(&name);
        Ok(Value::NONE)
    }),
    NativeDef::new("uname", "()", |vm, _| {
        let u = rustix::system::uname();
        let mut out = [Value::NONE; 5];
        let texts = [u.sysname(), u.nodename(), u.release(), u.version(), u.machine()];
        for (slot, text) in out.iter_mut().zip(texts) {
            *slot = decode(vm, text.to_bytes())?;
        }
        let class = vm.expect_type(vm.root(UNAME));
        structseq::new(vm, class, &out)
    }),
    NativeDef::new("times", "()", times),
    NativeDef::new("nice", "(increment, /)", |vm, args| {
        let n = vm.index_i64(arg(args, 0))?;
        let r = rustix::process::nice(n as i32);
        Ok(Value::small_int(i64::from(check(vm, r)?)))
    }),
    NativeDef::new("cpu_count", "()", |_, _| {
        let n = system::sysconf(libc::_SC_NPROCESSORS_ONLN).unwrap_or(1);
        Ok(Value::small_int(n.max(1)))
    }),
    NativeDef::new("sched_yield", "()", |_, _| {
        rustix::thread::sched_yield();
        Ok(Value::NONE)
    }),
    NativeDef::new("sched_getaffinity", "(pid, /)", |vm, args| {
        let pid = pid_arg(vm, args, 0)?;
        let r = rustix::thread::sched_getaffinity(pid);
        let cpus = check(vm, r)?;
        let set = habu_object::Set::new(&mut vm.heap)?;
        for i in (0..rustix::thread::CpuSet::MAX_CPU).filter(|i| cpus.is_set(*i)) {
            vm.set_add(set, Value::small_int(i as i64))?;
        }
        Ok(set.value())
    }),
    NativeDef::new("getloadavg", "()", |vm, _| match system::load_average() {
        Some(loads) => {
            let mut out = [Value::NONE; 3];
            for (slot, load) in out.iter_mut().zip(loads) {
                *slot = vm.new_float(load)?;
            }
            vm.new_tuple(&out)
        }
        None => Err(vm.raise_msg(habu_vm::Exc::OSError, "Load averages are unobtainable")),
    }),
    NativeDef::new("sysconf", "(name, /)", |vm, args| {
        let v = arg(args, 0);
        let name = match v.cast::<Str>() {
            Some(_) => {
                let name = vm.text(v);
                match SYSCONF.iter().find(|(n, _)| *n == name) {
                    Some((_, n)) => *n,
                    None => return Err(vm.value_error("unrecognized configuration name")),
                }
            }
            None => vm.index_i64(v)? as i32,
        };
        let r = system::sysconf(name);
        let n = check(vm, r)?;
        vm.new_int(n)
    }),
    NativeDef::new("strerror", "(code, /)", |vm, args| {
        let n = vm.index_i64(arg(args, 0))?;
        let text = crate::util::os_error_text(&std::io::Error::from_raw_os_error(n as i32));
        vm.new_str(&text)
    }),
    NativeDef::new("ctermid", "()", |vm, _| vm.new_str("/dev/tty")),
];

/// Names for `sysconf`.
static SYSCONF: &[(&str, i32)] = &[
    ("SC_ARG_MAX", libc::_SC_ARG_MAX),
    ("SC_AVPHYS_PAGES", libc::_SC_AVPHYS_PAGES),
    ("SC_CHILD_MAX", libc::_SC_CHILD_MAX),
    ("SC_CLK_TCK", libc::_SC_CLK_TCK),
    ("SC_IOV_MAX", libc::_SC_IOV_MAX),
    ("SC_NPROCESSORS_CONF", libc::_SC_NPROCESSORS_CONF),
    ("SC_NPROCESSORS_ONLN", libc::_SC_NPROCESSORS_ONLN),
    ("SC_OPEN_MAX", libc::_SC_OPEN_MAX),
    ("SC_PAGESIZE", libc::_SC_PAGESIZE),
    ("SC_PAGE_SIZE", libc::_SC_PAGESIZE),
    ("SC_PHYS_PAGES", libc::_SC_PHYS_PAGES),
    ("SC_SEM_NSEMS_MAX", libc::_SC_SEM_NSEMS_MAX),
    ("SC_SEM_VALUE_MAX", libc::_SC_SEM_VALUE_MAX),
    ("SC_VERSION", libc::_SC_VERSION),
];

fields! { UNAME_FIELDS: 0 "sysname", 1 "nodename", 2 "release", 3 "version", 4 "machine" }
fields! { TIMES_FIELDS: 0 "user", 1 "system", 2 "children_user", 3 "children_system", 4 "elapsed" }
const UNAME: &str = "posix.uname_result";
const TIMES: &str = "posix.times_result";

pub(super) fn install(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    for (name, root, fields) in
        [("uname_result", UNAME, UNAME_FIELDS), ("times_result", TIMES, TIMES_FIELDS)]
    {
        let class = structseq::new_type(vm, "posix", name, fields, 5)?;
        vm.set_root(root, class.value());
        set(vm, m, name, class.value())?;
    }
    let names = vm.new_dict()?;
    for (name, n) in SYSCONF {
        vm.dict_set_text(names, name, Value::small_int(i64::from(*n)))?;
    }
    set(vm, m, "sysconf_names", names.value())?;
    let table = vm.new_dict()?;
    for (name, value) in environment() {
        let name = Bytes::new(&mut vm.heap, &name)?.value();
        let value = Bytes::new(&mut vm.heap, &value)?.value();
        vm.dict_set(table, name, value)?;
    }
    set(vm, m, "environ", table.value())
}

/// The environment of the process.
fn environment() -> Vec<(Vec<u8>, Vec<u8>)> {
    use std::os::unix::ffi::OsStringExt;
    std::env::vars_os().map(|(n, v)| (n.into_vec(), v.into_vec())).collect()
}

fn identity(vm: &mut Vm, args: &[Value], what: Identity) -> PyResult<Value> {
    let id = vm.index_i64(arg(args, 0))?;
    let r = system::set_identity(what, id as u32);
    check(vm, r)?;
    Ok(Value::NONE)
}

fn test(vm: &mut Vm, args: &[Value], f: fn(i32) -> bool) -> PyResult<Value> {
    Ok(Value::bool(f(vm.index_i64(arg(args, 0))? as i32)))
}

fn part(vm: &mut Vm, args: &[Value], f: fn(i32) -> i32) -> PyResult<Value> {
    Ok(Value::small_int(i64::from(f(vm.index_i64(arg(args, 0))? as i32))))
}

fn waitpid(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (pid, options) = (vm.index_i64(arg(args, 0))?, vm.index_i64(arg(args, 1))?);
    let options = WaitOptions::from_bits_retain(options as u32);
    let wait = || -> Result<Option<(Pid, WaitStatus)>, Errno> {
        match pid as i32 {
            -1 => rustix::process::wait(options),
            n if n >= 0 => rustix::process::waitpid(Pid::from_raw(n), options),
            n => match Pid::from_raw(-n) {
                Some(group) => rustix::process::waitpgid(group, options),
                None => Err(Errno::CHILD),
            },
        }
    };
    let r = retry(vm, wait)?;
    let (pid, status) = match check(vm, r)? {
        Some((pid, status)) => (pid_of(Some(pid)), i64::from(status.as_raw())),
        None => (Value::small_int(0), 0),
    };
    vm.new_tuple(&[pid, Value::small_int(status)])
}

/// `NAME=value` of each entry of a mapping.
fn environment_arg(vm: &mut Vm, v: Value) -> PyResult<Vec<Vec<u8>>> {
    let d = match v.cast::<Dict>() {
        Some(d) => d,
        None => {
            let dict = vm.types.of_kind(habu_object::Kind::Dict).value();
            let made = vm.call(dict, &[v])?;
            match made.cast::<Dict>() {
                Some(d) => d,
                None => return Err(vm.type_error("execve: environment must be a mapping object")),
            }
        }
    };
    let mut out = Vec::new();
    let mut pos = 0;
    while let Some((next, key, value, _)) = d.next_entry(pos) {
        let name = path(vm, key, "execve", "env", Allow::Path)?.bytes;
        let value = path(vm, value, "execve", "env", Allow::Path)?.bytes;
        out.push([name, b"=".to_vec(), value].concat());
        pos = next;
    }
    Ok(out)
}

fn execute(vm: &mut Vm, args: &[Value], environment: Vec<Vec<u8>>) -> PyResult<Value> {
    let p = path(vm, arg(args, 0), "execv", "path", Allow::Path)?;
    let list = vm.tuple_from_iter(arg(args, 1))?;
    if list.is_empty() {
        return Err(vm.value_error("execv() arg 2 must not be empty"));
    }
    let mut argv = Vec::new();
    for v in items(list.value()) {
        argv.push(path(vm, v, "execv", "argv", Allow::Path)?.bytes);
    }
    let _ = vm.stdout.flush();
    let e = system::execute(&p.bytes, &argv, &environment);
    Err(failure(vm, e, p.given))
}

fn times(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    let cpu: Duration = habu_vm::clock::process();
    let elapsed = habu_vm::clock::monotonic();
    let mut out = [Value::NONE; 5];
    let numbers = [cpu.as_secs_f64(), 0.0, 0.0, 0.0, elapsed.as_secs_f64()];
    for (slot, n) in out.iter_mut().zip(numbers) {
        *slot = vm.new_float(n)?;
    }
    let class = vm.expect_type(vm.root(TIMES));
    structseq::new(vm, class, &out)
}
