//! Module `_socket`: sockets of the internet and of this machine. `address` converts addresses.

mod address;

use crate::posix::path::{check, descriptor, failure};
use crate::util::{arg, as_f64, given, native, new_class, new_module, new_native, set, slot};
use address::Address;
use habu_object::bytes::Bytes;
use habu_object::{Gc, Kind, List, Module, Native, Tuple, Value, float, type_flags};
use habu_vm::buffer::{self, Buffer};
use habu_vm::fd::{borrow, keep};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, sockopt,
};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const HOST_ERROR: &str = "socket.gaierror";
const SOCKET: &str = "socket.socket";

// Slots of a socket.

/// The descriptor, -1 when closed.
const FD: usize = 0;
const FAMILY: usize = 1;
const TYPE: usize = 2;
const PROTO: usize = 3;
/// Seconds, None for no limit.
const TIMEOUT: usize = 4;

static NUMBERS: &[(&str, i32)] = &[
    ("AF_UNSPEC", libc::AF_UNSPEC),
    ("AF_UNIX", libc::AF_UNIX),
    ("AF_INET", libc::AF_INET),
    ("AF_INET6", libc::AF_INET6),
    ("SOCK_STREAM", libc::SOCK_STREAM),
    ("SOCK_DGRAM", libc::SOCK_DGRAM),
    ("SOCK_RAW", libc::SOCK_RAW),
    ("SOCK_SEQPACKET", libc::SOCK_SEQPACKET),
    ("SOCK_CLOEXEC", libc::SOCK_CLOEXEC),
    ("SOCK_NONBLOCK", libc::SOCK_NONBLOCK),
    ("SOL_SOCKET", libc::SOL_SOCKET),
    ("SO_REUSEADDR", libc::SO_REUSEADDR),
    ("SO_REUSEPORT", libc::SO_REUSEPORT),
    ("SO_KEEPALIVE", libc::SO_KEEPALIVE),
    ("SO_BROADCAST", libc::SO_BROADCAST),
    ("SO_ERROR", libc::SO_ERROR),
    ("SO_TYPE", libc::SO_TYPE),
    ("SO_LINGER", libc::SO_LINGER),
    ("SO_SNDBUF", libc::SO_SNDBUF),
    ("SO_RCVBUF", libc::SO_RCVBUF),
    ("SOMAXCONN", libc::SOMAXCONN),
    ("IPPROTO_IP", libc::IPPROTO_IP),
    ("IPPROTO_TCP", libc::IPPROTO_TCP),
    ("IPPROTO_UDP", libc::IPPROTO_UDP),
    ("IPPROTO_IPV6", libc::IPPROTO_IPV6),
    ("TCP_NODELAY", libc::TCP_NODELAY),
    ("IPV6_V6ONLY", libc::IPV6_V6ONLY),
    ("SHUT_RD", libc::SHUT_RD),
    ("SHUT_WR", libc::SHUT_WR),
    ("SHUT_RDWR", libc::SHUT_RDWR),
    ("MSG_PEEK", libc::MSG_PEEK),
    ("MSG_OOB", libc::MSG_OOB),
    ("MSG_WAITALL", libc::MSG_WAITALL),
    ("MSG_DONTWAIT", libc::MSG_DONTWAIT),
    ("MSG_NOSIGNAL", libc::MSG_NOSIGNAL),
    ("AI_PASSIVE", libc::AI_PASSIVE),
    ("AI_CANONNAME", libc::AI_CANONNAME),
    ("AI_NUMERICHOST", libc::AI_NUMERICHOST),
    ("AI_NUMERICSERV", libc::AI_NUMERICSERV),
    ("AI_ADDRCONFIG", libc::AI_ADDRCONFIG),
    ("EAI_NONAME", libc::EAI_NONAME),
    ("EAI_FAMILY", libc::EAI_FAMILY),
    ("NI_NUMERICHOST", libc::NI_NUMERICHOST),
    ("NI_NUMERICSERV", libc::NI_NUMERICSERV),
    ("INADDR_ANY", 0),
    ("INADDR_LOOPBACK", 0x7f00_0001),
];

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("socketpair", "(family=1, type=1, proto=0, /)", |vm, args| {
        let family = number(vm, args, 0, libc::AF_UNIX)?;
        let kind = number(vm, args, 1, libc::SOCK_STREAM)?;
        let r = rustix::net::socketpair(
            AddressFamily::from_raw(family as u16),
            SocketType::from_raw(kind as u32),
            SocketFlags::CLOEXEC,
            None,
        );
        let (a, b) = check(vm, r)?;
        let a = wrap(vm, keep(a), family, kind)?;
        let b = wrap(vm, keep(b), family, kind)?;
        vm.new_tuple(&[a, b])
    }),
    NativeDef::new("close", "(fd, /)", |vm, args| {
        let fd = descriptor(vm, arg(args, 0))?;
        let r = habu_vm::fd::close(fd);
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("dup", "(fd, /)", |vm, args| {
        let fd = descriptor(vm, arg(args, 0))?;
        let r = borrow(fd).and_then(|fd| rustix::io::fcntl_dupfd_cloexec(fd, 0));
        Ok(Value::small_int(i64::from(keep(check(vm, r)?))))
    }),
    NativeDef::new("gethostname", "()", |vm, _| {
        let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        vm.new_str(&name)
    }),
    NativeDef::new("gethostbyname", "(host, /)", |vm, args| {
        let host = vm.text(arg(args, 0));
        let found = address::lookup(vm, &host)?.into_iter().find(|ip| ip.is_ipv4());
        match found {
            Some(ip) => vm.new_str(&ip.to_string()),
            None => Err(address::unknown_host(vm)),
        }
    }),
    NativeDef::new(
        "getaddrinfo",
        "(host, port, family=0, type=0, proto=0, flags=0)",
        get_address_info,
    ),
    NativeDef::new("inet_aton", "(ip_addr, /)", |vm, args| {
        match vm.text(arg(args, 0)).parse::<std::net::Ipv4Addr>() {
            Ok(ip) => Ok(Bytes::new(&mut vm.heap, &ip.octets())?.value()),
            Err(_) => {
                let msg = "illegal IP address string passed to inet_aton";
                Err(vm.raise_msg(Exc::OSError, msg))
            }
        }
    }),
    NativeDef::new("inet_ntoa", "(packed_ip, /)", |vm, args| {
        let data = Buffer::of(vm, arg(args, 0))?.to_vec();
        match <[u8; 4]>::try_from(data.as_slice()) {
            Ok(octets) => vm.new_str(&std::net::Ipv4Addr::from(octets).to_string()),
            Err(_) => Err(vm.raise_msg(Exc::OSError, "packed IP wrong length")),
        }
    }),
    NativeDef::new("inet_pton", "(address_family, ip_string, /)", |vm, args| {
        let text = vm.text(arg(args, 1));
        let octets = match vm.index_i64(arg(args, 0))? as i32 {
            libc::AF_INET6 => text.parse::<std::net::Ipv6Addr>().map(|ip| ip.octets().to_vec()),
            _ => text.parse::<std::net::Ipv4Addr>().map(|ip| ip.octets().to_vec()),
        };
        match octets {
            Ok(octets) => Ok(Bytes::new(&mut vm.heap, &octets)?.value()),
            Err(_) => {
                let msg = "illegal IP address string passed to inet_pton";
                Err(vm.raise_msg(Exc::OSError, msg))
            }
        }
    }),
    NativeDef::new("htons", "(x, /)", |vm, args| {
        Ok(Value::small_int(i64::from((vm.index_i64(arg(args, 0))? as u16).to_be())))
    }),
    NativeDef::new("ntohs", "(x, /)", |vm, args| {
        Ok(Value::small_int(i64::from((vm.index_i64(arg(args, 0))? as u16).to_be())))
    }),
    NativeDef::new("htonl", "(x, /)", |vm, args| {
        Ok(Value::small_int(i64::from((vm.index_i64(arg(args, 0))? as u32).to_be())))
    }),
    NativeDef::new("ntohl", "(x, /)", |vm, args| {
        Ok(Value::small_int(i64::from((vm.index_i64(arg(args, 0))? as u32).to_be())))
    }),
    NativeDef::new("getdefaulttimeout", "()", |_, _| Ok(Value::NONE)),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc =
        "Implementation module for socket operations.\n\nSee the socket module for documentation.";
    let m = new_module(vm, "_socket", doc, FUNCTIONS)?;
    for (name, n) in NUMBERS {
        set(vm, m, name, Value::small_int(i64::from(*n)))?;
    }
    set(vm, m, "has_ipv6", Value::TRUE)?;
    let class = new_class(vm, "_socket", "socket", Kind::Native, METHODS, GETSETS)?;
    // `socket.socket` has a slot for weak references itself.
    class.flags.set(class.flags.get() & !type_flags::WEAKREFABLE);
    vm.set_root(SOCKET, class.value());
    set(vm, m, "socket", class.value())?;
    set(vm, m, "SocketType", class.value())?;
    let os_error = vm.exc_type(Exc::OSError).value();
    set(vm, m, "error", os_error)?;
    let timeout = vm.exc_type(Exc::TimeoutError).value();
    set(vm, m, "timeout", timeout)?;
    for name in ["gaierror", "herror"] {
        let (text, namespace) = (vm.intern(name)?, vm.new_dict()?);
        let (key, module) = (vm.names.__module__, vm.intern("socket")?);
        vm.dict_set_str(namespace, key, module)?;
        let bases = Tuple::new(&mut vm.heap, &[os_error])?;
        let meta = vm.types.type_();
        let class = vm.new_class(meta, text, bases, namespace)?;
        if name == "gaierror" {
            vm.set_root(HOST_ERROR, class.value());
        }
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}

fn number(vm: &mut Vm, args: &[Value], i: usize, default: i32) -> PyResult<i32> {
    match given(args, i) {
        Some(v) => Ok(vm.index_i64(v)? as i32),
        None => Ok(default),
    }
}

/// A socket object over a descriptor.
fn wrap(vm: &mut Vm, fd: i32, family: i32, kind: i32) -> PyResult<Value> {
    let class = vm.root(SOCKET);
    let n = |n: i32| Value::small_int(i64::from(n));
    new_native(vm, &[class], &[n(fd), n(family), n(kind), n(0), Value::NONE])
}

fn get_address_info(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let host = match given(args, 0) {
        Some(v) => vm.text(v),
        None if number(vm, args, 5, 0)? & libc::AI_PASSIVE != 0 => "0.0.0.0".to_owned(),
        None => "127.0.0.1".to_owned(),
    };
    let port = match given(args, 1) {
        None => 0,
        Some(v) if v.kind() == Kind::Str => match vm.text(v).parse() {
            Ok(port) => port,
            Err(_) => return Err(address::unknown_host(vm)),
        },
        Some(v) => vm.index_i64(v)? as u16,
    };
    let (family, kind) = (number(vm, args, 2, 0)?, number(vm, args, 3, 0)?);
    let kinds: &[(i32, i32)] = &[
        (libc::SOCK_STREAM, libc::IPPROTO_TCP),
        (libc::SOCK_DGRAM, libc::IPPROTO_UDP),
        (libc::SOCK_RAW, 0),
    ];
    let out = List::new(&mut vm.heap, 0)?;
    let name = vm.new_str("")?;
    let found = address::lookup(vm, &host)?;
    for ip in found {
        let of = if ip.is_ipv6() { libc::AF_INET6 } else { libc::AF_INET };
        if family != 0 && family != of {
            continue;
        }
        for (of_kind, proto) in kinds.iter().filter(|(k, _)| kind == 0 || kind == *k) {
            let n = |n: i32| Value::small_int(i64::from(n));
            let address = address::net(vm, &SocketAddr::new(ip, port))?;
            let row = vm.new_tuple(&[n(of), n(*of_kind), n(*proto), name, address])?;
            out.push(&mut vm.heap, row)?;
        }
    }
    if out.is_empty() {
        return Err(address::unknown_host(vm));
    }
    Ok(out.value())
}

fn fd(this: Gc<Native>) -> i32 {
    this.slot(FD).as_int() as i32
}

fn timed_out(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::TimeoutError, "timed out")
}

/// Makes a call on the socket's descriptor; waits first, and again, as the timeout allows.
fn attempt<T>(
    vm: &mut Vm,
    this: Gc<Native>,
    wanted: PollFlags,
    mut call: impl FnMut(rustix::fd::BorrowedFd<'static>) -> Result<T, Errno>,
) -> PyResult<T> {
    let timeout = float::get(this.slot(TIMEOUT));
    let end = timeout.map(|t| Instant::now() + Duration::from_secs_f64(t));
    loop {
        let done = borrow(fd(this));
        let done = vm.without_gil(|| done.and_then(&mut call));
        match done {
            Err(Errno::INTR) => vm.serve_poll()?,
            Err(Errno::AGAIN) if timeout.is_some_and(|t| t > 0.0) => {
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                let left = left.unwrap_or_default();
                if left.is_zero() {
                    return Err(timed_out(vm));
                }
                wait(vm, this, wanted, left)?;
            }
            r => return check(vm, r),
        }
    }
}

fn wait(vm: &mut Vm, this: Gc<Native>, wanted: PollFlags, left: Duration) -> PyResult<()> {
    let fd = borrow(fd(this));
    let fd = check(vm, fd)?;
    let left = rustix::event::Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()),
    };
    let mut fds = [PollFd::from_borrowed_fd(fd, wanted)];
    match vm.without_gil(|| rustix::event::poll(&mut fds, Some(&left))) {
        Err(Errno::INTR) => vm.serve_poll(),
        r => check(vm, r).map(|_| ()),
    }
}

fn set_timeout(vm: &mut Vm, this: Gc<Native>, timeout: Option<f64>) -> PyResult<()> {
    let value = match timeout {
        Some(t) => vm.new_float(t)?,
        None => Value::NONE,
    };
    this.set_slot(&mut vm.heap, TIMEOUT, value);
    let r = borrow(fd(this)).and_then(|fd| rustix::io::ioctl_fionbio(fd, timeout.is_some()));
    check(vm, r)
}

fn init(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let (mut family, mut kind) = (number(vm, args, 1, -1)?, number(vm, args, 2, -1)?);
    let proto = number(vm, args, 3, -1)?.max(0);
    let number = match given(args, 4) {
        Some(v) => {
            let fd = descriptor(vm, v)?;
            if fd < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            let borrowed = borrow(fd);
            let borrowed = check(vm, borrowed)?;
            if family == -1 {
                let r = sockopt::socket_domain(borrowed);
                family = i32::from(check(vm, r)?.as_raw());
            }
            if kind == -1 {
                let r = sockopt::socket_type(borrowed);
                kind = check(vm, r)?.as_raw() as i32;
            }
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
            let r = rustix::net::socket_with(
                AddressFamily::from_raw(family as u16),
                SocketType::from_raw((kind & !flags) as u32),
                SocketFlags::CLOEXEC,
                std::num::NonZeroU32::new(proto as u32).map(rustix::net::Protocol::from_raw),
            );
            keep(check(vm, r)?)
        }
    };
    let kind = kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
    for (i, n) in [(FD, number), (FAMILY, family), (TYPE, kind), (PROTO, proto)] {
        this.set_slot(&mut vm.heap, i, Value::small_int(i64::from(n)));
    }
    Ok(Value::NONE)
}

fn close(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let number = fd(this);
    this.set_slot(&mut vm.heap, FD, Value::small_int(-1));
    if number >= 0 {
        match habu_vm::fd::close(number) {
            Err(e) if e != Errno::CONNRESET => return Err(failure(vm, e, Value::NONE)),
            _ => {}
        }
    }
    Ok(Value::NONE)
}

fn connect(vm: &mut Vm, args: &[Value]) -> PyResult<Result<(), Errno>> {
    let this = native(vm, args)?;
    let to = address::parse(vm, this.slot(FAMILY).as_int() as i32, arg(args, 1), "connect")?;
    let fd = borrow(fd(this));
    let r = vm.without_gil(|| match (fd, &to) {
        (Ok(fd), Address::Net(a)) => rustix::net::connect(fd, a),
        (Ok(fd), Address::Unix(a)) => rustix::net::connect(fd, a),
        (Err(e), _) => Err(e),
    });
    let timeout = float::get(this.slot(TIMEOUT));
    match r {
        Err(Errno::INPROGRESS | Errno::INTR) if timeout.is_none_or(|t| t > 0.0) => {
            let left = timeout.map_or(Duration::from_secs(1 << 30), Duration::from_secs_f64);
            let begin = Instant::now();
            wait(vm, this, PollFlags::OUT, left)?;
            if begin.elapsed() >= left {
                return Err(timed_out(vm));
            }
            let done = fd.and_then(|fd| sockopt::socket_error(fd).map(|r| r.err()));
            Ok(check(vm, done)?.map_or(Ok(()), Err))
        }
        r => Ok(r),
    }
}

fn flags(vm: &mut Vm, args: &[Value], i: usize) -> PyResult<u32> {
    Ok(number(vm, args, i, 0)? as u32)
}

fn send(vm: &mut Vm, this: Gc<Native>, data: &[u8], flags: u32) -> PyResult<usize> {
    let flags = SendFlags::from_bits_retain(flags) | SendFlags::NOSIGNAL;
    attempt(vm, this, PollFlags::OUT, |fd| rustix::net::send(fd, data, flags))
}

/// Size of a buffer that is asked for.
fn size_arg(vm: &mut Vm, v: Value, method: &str) -> PyResult<usize> {
    match usize::try_from(vm.index_i64(v)?) {
        Ok(n) => Ok(n),
        Err(_) => Err(vm.value_error(&format!("negative buffersize in {method}"))),
    }
}

fn recv(vm: &mut Vm, this: Gc<Native>, n: usize, flags: u32) -> PyResult<Vec<u8>> {
    let mut room = vec![0; n];
    let flags = RecvFlags::from_bits_retain(flags);
    let (got, _) =
        attempt(vm, this, PollFlags::IN, |fd| rustix::net::recv(fd, room.as_mut_slice(), flags))?;
    room.truncate(got);
    Ok(room)
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let n = |n: i64| Value::small_int(n);
        new_native(vm, args, &[n(-1), n(0), n(0), n(0), Value::NONE])
    }),
    NativeDef::new("__init__", "(self, /, family=-1, type=-1, proto=-1, fileno=None)", init),
    NativeDef::new("close", "(self, /)", close),
    NativeDef::new("__del__", "(self, /)", close),
    NativeDef::new("detach", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let number = this.slot(FD);
        this.set_slot(&mut vm.heap, FD, Value::small_int(-1));
        Ok(number)
    }),
    NativeDef::new("fileno", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(FD))),
    NativeDef::new("bind", "(self, address, /)", |vm, args| {
        let this = native(vm, args)?;
        let to = address::parse(vm, this.slot(FAMILY).as_int() as i32, arg(args, 1), "bind")?;
        let r = borrow(fd(this)).and_then(|fd| match &to {
            Address::Net(a) => rustix::net::bind(fd, a),
            Address::Unix(a) => rustix::net::bind(fd, a),
        });
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("listen", "(self, backlog=128, /)", |vm, args| {
        let this = native(vm, args)?;
        let backlog = number(vm, args, 1, 128)?.max(0);
        let r = borrow(fd(this)).and_then(|fd| rustix::net::listen(fd, backlog));
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("_accept", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let (made, from) = attempt(vm, this, PollFlags::IN, |fd| {
            rustix::net::acceptfrom_with(fd, SocketFlags::CLOEXEC)
        })?;
        let (number, from) = (i64::from(keep(made)), address::value(vm, from)?);
        vm.new_tuple(&[Value::small_int(number), from])
    }),
    NativeDef::new("connect", "(self, address, /)", |vm, args| {
        let r = connect(vm, args)?;
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("connect_ex", "(self, address, /)", |vm, args| {
        let r = connect(vm, args)?;
        Ok(Value::small_int(r.err().map_or(0, |e| i64::from(e.raw_os_error()))))
    }),
    NativeDef::new("send", "(self, data, flags=0, /)", |vm, args| {
        let (this, flags) = (native(vm, args)?, flags(vm, args, 2)?);
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        Ok(Value::small_int(send(vm, this, &data, flags)? as i64))
    }),
    NativeDef::new("sendall", "(self, data, flags=0, /)", |vm, args| {
        let (this, flags) = (native(vm, args)?, flags(vm, args, 2)?);
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        let mut rest = data.as_slice();
        while !rest.is_empty() {
            let n = send(vm, this, rest, flags)?;
            rest = &rest[n..];
            vm.serve_poll()?;
        }
        Ok(Value::NONE)
    }),
    NativeDef::new("sendto", "(self, data, flags_or_address, address=None, /)", |vm, args| {
        let this = native(vm, args)?;
        let data = Buffer::of(vm, arg(args, 1))?.to_vec();
        let (flags, to) = match given(args, 3) {
            Some(to) => (flags(vm, args, 2)?, to),
            None => (0, arg(args, 2)),
        };
        let to = address::parse(vm, this.slot(FAMILY).as_int() as i32, to, "sendto")?;
        let flags = SendFlags::from_bits_retain(flags) | SendFlags::NOSIGNAL;
        let n = attempt(vm, this, PollFlags::OUT, |fd| match &to {
            Address::Net(a) => rustix::net::sendto(fd, &data, flags, a),
            Address::Unix(a) => rustix::net::sendto(fd, &data, flags, a),
        })?;
        Ok(Value::small_int(n as i64))
    }),
    NativeDef::new("recv", "(self, bufsize, flags=0, /)", |vm, args| {
        let (this, flags) = (native(vm, args)?, flags(vm, args, 2)?);
        let n = size_arg(vm, arg(args, 1), "recv")?;
        let data = recv(vm, this, n, flags)?;
        Ok(Bytes::new(&mut vm.heap, &data)?.value())
    }),
    NativeDef::new("recv_into", "(self, buffer, nbytes=0, flags=0)", |vm, args| {
        let (this, flags) = (native(vm, args)?, flags(vm, args, 3)?);
        let target = arg(args, 1);
        let room = Buffer::of(vm, target)?.len();
        let n = match given(args, 2) {
            Some(v) => size_arg(vm, v, "recv_into")?,
            None => 0,
        };
        let data = recv(vm, this, if n == 0 { room } else { n.min(room) }, flags)?;
        buffer::write(vm, target, 0, &data)?;
        Ok(Value::small_int(data.len() as i64))
    }),
    NativeDef::new("recvfrom", "(self, bufsize, flags=0, /)", |vm, args| {
        let (this, flags) = (native(vm, args)?, flags(vm, args, 2)?);
        let mut room = vec![0; size_arg(vm, arg(args, 1), "recvfrom")?];
        let flags = RecvFlags::from_bits_retain(flags);
        let (got, _, from) = attempt(vm, this, PollFlags::IN, |fd| {
            rustix::net::recvfrom(fd, room.as_mut_slice(), flags)
        })?;
        let data = Bytes::new(&mut vm.heap, &room[..got])?.value();
        let from = address::value(vm, from)?;
        vm.new_tuple(&[data, from])
    }),
    NativeDef::new("getsockname", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let r = borrow(fd(this)).and_then(rustix::net::getsockname);
        let found = check(vm, r)?;
        address::value(vm, Some(found))
    }),
    NativeDef::new("getpeername", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let r = borrow(fd(this)).and_then(rustix::net::getpeername);
        let found = check(vm, r)?;
        address::value(vm, found)
    }),
    NativeDef::new("shutdown", "(self, how, /)", |vm, args| {
        let this = native(vm, args)?;
        let how = match number(vm, args, 1, 0)? {
            libc::SHUT_RD => Shutdown::Read,
            libc::SHUT_WR => Shutdown::Write,
            _ => Shutdown::Both,
        };
        let r = borrow(fd(this)).and_then(|fd| rustix::net::shutdown(fd, how));
        check(vm, r)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("setblocking", "(self, flag, /)", |vm, args| {
        let this = native(vm, args)?;
        let timeout = if vm.truth(arg(args, 1))? { None } else { Some(0.0) };
        set_timeout(vm, this, timeout)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("getblocking", "(self, /)", |vm, args| {
        let timeout = native(vm, args)?.slot(TIMEOUT);
        Ok(Value::bool(float::get(timeout) != Some(0.0)))
    }),
    NativeDef::new("settimeout", "(self, timeout, /)", |vm, args| {
        let this = native(vm, args)?;
        let timeout = match given(args, 1) {
            Some(v) => Some(as_f64(vm, v)?),
            None => None,
        };
        if timeout.is_some_and(|t| t.is_nan() || t < 0.0) {
            return Err(vm.value_error("Timeout value out of range"));
        }
        set_timeout(vm, this, timeout)?;
        Ok(Value::NONE)
    }),
    NativeDef::new("gettimeout", "(self, /)", |vm, args| Ok(native(vm, args)?.slot(TIMEOUT))),
    NativeDef::new("setsockopt", "(self, level, option, value, /)", set_option),
    NativeDef::new("getsockopt", "(self, level, option, buflen=0, /)", |vm, args| {
        let this = native(vm, args)?;
        let (level, option) = (number(vm, args, 1, 0)?, number(vm, args, 2, 0)?);
        let r = borrow(fd(this)).and_then(|fd| match (level, option) {
            (libc::SOL_SOCKET, libc::SO_ERROR) => sockopt::socket_error(fd)
                .map(|r| r.err().map_or(0, |e| i64::from(e.raw_os_error()))),
            (libc::SOL_SOCKET, libc::SO_TYPE) => {
                sockopt::socket_type(fd).map(|t| i64::from(t.as_raw()))
            }
            (libc::SOL_SOCKET, libc::SO_REUSEADDR) => sockopt::socket_reuseaddr(fd).map(i64::from),
            (libc::SOL_SOCKET, libc::SO_KEEPALIVE) => sockopt::socket_keepalive(fd).map(i64::from),
            (libc::SOL_SOCKET, libc::SO_BROADCAST) => sockopt::socket_broadcast(fd).map(i64::from),
            (libc::IPPROTO_TCP, libc::TCP_NODELAY) => sockopt::tcp_nodelay(fd).map(i64::from),
            (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY) => sockopt::ipv6_v6only(fd).map(i64::from),
            _ => Err(Errno::NOPROTOOPT),
        });
        Ok(Value::small_int(check(vm, r)?))
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let v = arg(args, 0);
        let [fd, family, kind, proto] = [FD, FAMILY, TYPE, PROTO].map(|i| slot(v, i).as_int());
        let text = format!("<socket object, fd={fd}, family={family}, type={kind}, proto={proto}>");
        vm.new_str(&text)
    }),
];

fn set_option(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let (level, option) = (number(vm, args, 1, 0)?, number(vm, args, 2, 0)?);
    let n = vm.index_i64(arg(args, 3))?;
    let on = n != 0;
    let r = borrow(fd(this)).and_then(|fd| match (level, option) {
        (libc::SOL_SOCKET, libc::SO_REUSEADDR) => sockopt::set_socket_reuseaddr(fd, on),
        (libc::SOL_SOCKET, libc::SO_REUSEPORT) => sockopt::set_socket_reuseport(fd, on),
        (libc::SOL_SOCKET, libc::SO_KEEPALIVE) => sockopt::set_socket_keepalive(fd, on),
        (libc::SOL_SOCKET, libc::SO_BROADCAST) => sockopt::set_socket_broadcast(fd, on),
        (libc::SOL_SOCKET, libc::SO_RCVBUF) => sockopt::set_socket_recv_buffer_size(fd, n as usize),
        (libc::SOL_SOCKET, libc::SO_SNDBUF) => sockopt::set_socket_send_buffer_size(fd, n as usize),
        (libc::IPPROTO_TCP, libc::TCP_NODELAY) => sockopt::set_tcp_nodelay(fd, on),
        (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY) => sockopt::set_ipv6_v6only(fd, on),
        _ => Err(Errno::NOPROTOOPT),
    });
    check(vm, r)?;
    Ok(Value::NONE)
}

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("family", |_, v| Ok(slot(v, FAMILY))),
    GetSetDef::new("type", |_, v| Ok(slot(v, TYPE))),
    GetSetDef::new("proto", |_, v| Ok(slot(v, PROTO))),
    GetSetDef::new("timeout", |_, v| Ok(slot(v, TIMEOUT))),
];
