//! Module `select`: waiting until descriptors can be read or written.

use crate::posix::path::{check, fd};
use crate::util::{arg, as_f64, given, native, new_class, new_module, seal, set};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Native, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use std::time::{Duration, Instant};

const POLL: &str = "select.poll";

static FLAGS: &[(&str, PollFlags)] = &[
    ("POLLIN", PollFlags::IN),
    ("POLLPRI", PollFlags::PRI),
    ("POLLOUT", PollFlags::OUT),
    ("POLLERR", PollFlags::ERR),
    ("POLLHUP", PollFlags::HUP),
    ("POLLNVAL", PollFlags::NVAL),
    ("POLLRDNORM", PollFlags::RDNORM),
    ("POLLWRNORM", PollFlags::WRNORM),
    ("POLLRDBAND", PollFlags::RDBAND),
    ("POLLWRBAND", PollFlags::WRBAND),
    ("POLLRDHUP", PollFlags::RDHUP),
];

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("select", "(rlist, wlist, xlist, timeout=None, /)", select)
        .doc("Wait until one or more file descriptors are ready for some kind of I/O."),
    NativeDef::new("poll", "()", |vm, _| {
        let class = vm.expect_type(vm.root(POLL));
        let table = vm.new_dict()?.value();
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &[table])?.value())
    })
    .doc("Returns a polling object."),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module supports asynchronous I/O on multiple file descriptors.";
    let m = new_module(vm, "select", doc, FUNCTIONS)?;
    for (name, flag) in FLAGS {
        set(vm, m, name, Value::small_int(i64::from(flag.bits())))?;
    }
    set(vm, m, "PIPE_BUF", Value::small_int(4096))?;
    let os_error = vm.exc_type(Exc::OSError).value();
    set(vm, m, "error", os_error)?;
    let class = new_class(vm, "select", "poll", Kind::Native, METHODS, &[])?;
    seal(class);
    vm.set_root(POLL, class.value());
    Ok(m)
}

/// Waits; which events there are for each descriptor, in order.
fn wait(
    vm: &mut Vm,
    wanted: &[(i32, PollFlags)],
    timeout: Option<Duration>,
) -> PyResult<Vec<PollFlags>> {
    let end = timeout.and_then(|t| Instant::now().checked_add(t));
    let mut fds = Vec::with_capacity(wanted.len());
    for (fd, flags) in wanted {
        let borrowed = habu_vm::fd::borrow(*fd);
        fds.push(PollFd::from_borrowed_fd(check(vm, borrowed)?, *flags));
    }
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        let left = left.map(|d| rustix::event::Timespec {
            tv_sec: d.as_secs() as i64,
            tv_nsec: i64::from(d.subsec_nanos()),
        });
        match vm.without_gil(|| rustix::event::poll(&mut fds, left.as_ref())) {
            Err(Errno::INTR) => vm.serve_poll()?,
            r => {
                check(vm, r)?;
                return Ok(fds.iter().map(|fd| fd.revents()).collect());
            }
        }
    }
}

fn seconds(vm: &mut Vm, v: Option<Value>, scale: f64) -> PyResult<Option<Duration>> {
    let Some(v) = v else { return Ok(None) };
    let t = match as_f64(vm, v) {
        Ok(t) => t / scale,
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            return Err(vm.type_error("timeout must be a float or None"));
        }
    };
    Ok(Some(Duration::try_from_secs_f64(t.max(0.0)).unwrap_or(Duration::MAX)))
}

fn select(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let kinds = [
        (PollFlags::IN, PollFlags::IN | PollFlags::HUP | PollFlags::ERR),
        (PollFlags::OUT, PollFlags::OUT | PollFlags::ERR),
        (PollFlags::PRI, PollFlags::PRI),
    ];
    let timeout = given(args, 3);
    let timeout = match timeout {
        Some(v) if as_f64(vm, v).is_ok_and(|t| t < 0.0) => {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        _ => seconds(vm, timeout, 1.0)?,
    };
    let mut lists = [Value::NONE; 3];
    let mut wanted = Vec::new();
    for (which, list) in lists.iter_mut().enumerate() {
        let items = vm.list_from_iter(arg(args, which))?;
        *list = items.value();
        for i in 0..items.len() {
            let v = items.get(i).unwrap_or(Value::NONE);
            wanted.push((fd(vm, &[v], 0)?, kinds[which].0));
        }
    }
    let ready = wait(vm, &wanted, timeout)?;
    if ready.iter().any(|r| r.contains(PollFlags::NVAL)) {
        let r: Result<(), Errno> = Err(Errno::BADF);
        check(vm, r)?;
    }
    let mut ready = ready.into_iter();
    let mut out = [Value::NONE; 3];
    for (which, list) in lists.iter().enumerate() {
        let found = List::new(&mut vm.heap, 0)?;
        out[which] = found.value();
        let Some(items) = list.cast::<List>() else { continue };
        for i in 0..items.len() {
            let flags = ready.next().unwrap_or(PollFlags::empty());
            if flags.intersects(kinds[which].1)
                && let Some(v) = items.get(i)
            {
                found.push(&mut vm.heap, v)?;
            }
        }
    }
    vm.new_tuple(&out)
}

// The slot of a polling object: a dict from descriptors to the events that are waited for.

fn table(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dict>> {
    match native(vm, args)?.slot(0).cast::<Dict>() {
        Some(d) => Ok(d),
        None => Err(vm.type_error("a polling object is required")),
    }
}

fn register(vm: &mut Vm, args: &[Value], known: bool) -> PyResult<Value> {
    let table = table(vm, args)?;
    let key = Value::small_int(i64::from(fd(vm, args, 1)?));
    let all = PollFlags::IN | PollFlags::PRI | PollFlags::OUT;
    let mask = match arg(args, 2).bound() {
        Some(v) => vm.index_i64(v)?,
        None => i64::from(all.bits()),
    };
    if known && vm.dict_get(table, key)?.is_none() {
        let r: Result<(), Errno> = Err(Errno::NOENT);
        check(vm, r)?;
    }
    vm.dict_set(table, key, Value::small_int(mask & 0xffff))?;
    Ok(Value::NONE)
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("register", "(self, fd, eventmask=7, /)", |vm, args| register(vm, args, false)),
    NativeDef::new("modify", "(self, fd, eventmask, /)", |vm, args| register(vm, args, true)),
    NativeDef::new("unregister", "(self, fd, /)", |vm, args| {
        let table = table(vm, args)?;
        let key = Value::small_int(i64::from(fd(vm, args, 1)?));
        if vm.dict_del(table, key)?.is_none() {
            return Err(vm.key_error(key));
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("poll", "(self, timeout=None, /)", |vm, args| {
        let table = table(vm, args)?;
        let timeout = given(args, 1);
        let timeout = match timeout {
            Some(v) if as_f64(vm, v).is_ok_and(|t| t < 0.0) => None,
            _ => seconds(vm, timeout, 1000.0)?,
        };
        let mut wanted = Vec::new();
        let mut pos = 0;
        while let Some((next, key, mask, _)) = table.next_entry(pos) {
            let flags = PollFlags::from_bits_retain(mask.as_int() as u16);
            wanted.push((key.as_int() as i32, flags));
            pos = next;
        }
        let ready = wait(vm, &wanted, timeout)?;
        let out = List::new(&mut vm.heap, 0)?;
        for ((fd, _), flags) in wanted.iter().zip(ready).filter(|(_, flags)| !flags.is_empty()) {
            let (fd, flags) = (i64::from(*fd), i64::from(flags.bits()));
            let pair = vm.new_tuple(&[Value::small_int(fd), Value::small_int(flags)])?;
            out.push(&mut vm.heap, pair)?;
        }
        Ok(out.value())
    }),
];
