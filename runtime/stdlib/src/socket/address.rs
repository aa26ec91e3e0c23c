//! Addresses of sockets: Python's tuples and paths to the system's and back, and names of hosts.

use crate::util::{arg, given};
use habu_object::bytes::Bytes;
use habu_object::{Kind, Tuple, Value};
use habu_vm::{Exc, PyResult, Raised, Vm};
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs};

/// An address that was given.
pub(super) enum Address {
    Net(SocketAddr),
    Unix(SocketAddrUnix),
}

/// Raises `socket.gaierror`.
pub(super) fn unknown_host(vm: &mut Vm) -> Raised {
    let class = vm.root(super::HOST_ERROR);
    let made = vm.new_str("Name or service not known");
    match made.and_then(|text| vm.call(class, &[Value::small_int(-2), text])) {
        Ok(e) => vm.reraise(e),
        Err(raised) => raised,
    }
}

/// The addresses of a host.
pub(super) fn lookup(vm: &mut Vm, host: &str) -> PyResult<Vec<IpAddr>> {
    match host {
        "" => return Ok(vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED)]),
        "<broadcast>" => return Ok(vec![IpAddr::V4(Ipv4Addr::BROADCAST)]),
        _ => {}
    }
    if let Ok(ip) = host.parse() {
        return Ok(vec![ip]);
    }
    match (host, 0).to_socket_addrs() {
        Ok(found) => Ok(found.map(|a| a.ip()).collect()),
        Err(_) => Err(unknown_host(vm)),
    }
}

/// The address in argument `i`, for a socket of a family.
pub(super) fn parse(vm: &mut Vm, family: i32, v: Value, method: &str) -> PyResult<Address> {
    let family = AddressFamily::from_raw(family as u16);
    if family == AddressFamily::UNIX {
        let path = match v.cast::<Bytes>() {
            Some(b) => b.bytes().to_vec(),
            None if v.kind() == Kind::Str => vm.text(v).into_bytes(),
            None => {
                let msg = format!("a bytes-like object is required, not '{}'", vm.type_name(v));
                return Err(vm.type_error(&msg));
            }
        };
        let made = match path.split_first() {
            Some((0, name)) => SocketAddrUnix::new_abstract_name(name),
            _ => SocketAddrUnix::new(path.as_slice()),
        };
        return match made {
            Ok(a) => Ok(Address::Unix(a)),
            Err(_) => Err(vm.raise_msg(Exc::OSError, "AF_UNIX path too long")),
        };
    }
    let Some(parts) = v.cast::<Tuple>() else {
        let (name, given) =
            (if family == AddressFamily::INET6 { "AF_INET6" } else { "AF_INET" }, vm.type_name(v));
        return Err(
            vm.type_error(&format!("{method}(): {name} address must be tuple, not {given}"))
        );
    };
    let items: Vec<Value> = parts.items().iter().map(|c| c.get()).collect();
    let host = match arg(&items, 0) {
        v if v.kind() == Kind::Str => vm.text(v),
        v => match v.cast::<Bytes>() {
            Some(b) => String::from_utf8_lossy(b.bytes()).into_owned(),
            None => {
                let msg = format!(
                    "str, bytes or bytearray expected, not {}",
                    if v.is_unbound() { "nothing".to_owned() } else { vm.type_name(v) }
                );
                return Err(vm.type_error(&msg));
            }
        },
    };
    let Some(port) = given(&items, 1) else {
        return Err(vm.type_error(&format!("{method}(): address must be a pair (host, port)")));
    };
    let Ok(port) = u16::try_from(vm.index_clamped(port)?) else {
        let msg = format!("{method}(): port must be 0-65535.");
        return Err(vm.overflow_error(&msg));
    };
    let found = lookup(vm, &host)?;
    let v6 = family == AddressFamily::INET6;
    let fits = found.into_iter().find(|ip| ip.is_ipv6() == v6);
    let ip = match fits {
        Some(ip) => ip,
        None if v6 && host.is_empty() => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        None => return Err(unknown_host(vm)),
    };
    Ok(Address::Net(SocketAddr::new(ip, port)))
}

/// An address of the system as Python sees it.
pub(super) fn value(vm: &mut Vm, address: Option<SocketAddrAny>) -> PyResult<Value> {
    let Some(address) = address else { return Ok(Value::NONE) };
    if let Ok(a) = SocketAddrV4::try_from(address.clone()) {
        return net(vm, &SocketAddr::V4(a));
    }
    if let Ok(a) = SocketAddrV6::try_from(address.clone()) {
        return net(vm, &SocketAddr::V6(a));
    }
    if let Ok(a) = SocketAddrUnix::try_from(address) {
        if let Some(name) = a.abstract_name() {
            let name = [&[0], name].concat();
            return Ok(Bytes::new(&mut vm.heap, &name)?.value());
        }
        let path = a.path().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        return vm.new_str(&path);
    }
    Ok(Value::NONE)
}

/// The tuple of an internet address.
pub(super) fn net(vm: &mut Vm, a: &SocketAddr) -> PyResult<Value> {
    let host = vm.new_str(&a.ip().to_string())?;
    let port = Value::small_int(i64::from(a.port()));
    match a {
        SocketAddr::V4(_) => vm.new_tuple(&[host, port]),
        SocketAddr::V6(a) => {
            let (flow, scope) = (i64::from(a.flowinfo()), i64::from(a.scope_id()));
            vm.new_tuple(&[host, port, Value::small_int(flow), Value::small_int(scope)])
        }
    }
}
