//! Module `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use super::{GETSETS, Hasher, METHODS, State, begin};
use crate::util::{arg, class_arg, new_module, new_owner_class, set};
use habu_object::{Gc, Module, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{NativeDef, PyResult, Vm};
use std::cell::RefCell;

/// What a variant allows, and its name.
struct Limits {
    name: &'static str,
    shown: &'static str,
    digest: usize,
    key: usize,
    salt: usize,
    block: usize,
    /// Bits of a node's offset.
    offset_bits: u32,
}

const B: Limits = Limits {
    name: "blake2b",
    shown: "Blake2b",
    digest: 64,
    key: 64,
    salt: 16,
    block: 128,
    offset_bits: 64,
};
const S: Limits = Limits {
    name: "blake2s",
    shown: "Blake2s",
    digest: 32,
    key: 32,
    salt: 8,
    block: 64,
    offset_bits: 48,
};

/// The parameters of a hash, in bounds.
struct Parameters {
    digest: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

macro_rules! variant {
    ($state:ty, $params:ty, $make:ident) => {
        impl Hasher for $state {
            fn update(&mut self, bytes: &[u8]) {
                <$state>::update(self, bytes);
            }
            fn digest(&self, _: usize) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }
            fn fork(&self) -> Box<dyn Hasher> {
                Box::new(self.clone())
            }
        }

        fn $make(p: &Parameters) -> Box<dyn Hasher> {
            let mut params = <$params>::new();
            params
                .hash_length(p.digest)
                .key(&p.key)
                .salt(&p.salt)
                .personal(&p.person)
                .fanout(p.fanout)
                .max_depth(p.depth)
                .max_leaf_length(p.leaf_size)
                .node_offset(p.node_offset)
                .node_depth(p.node_depth)
                .inner_hash_length(p.inner_size)
                .last_node(p.last_node);
            Box::new(params.to_state())
        }
    };
}

variant!(blake2b_simd::State, blake2b_simd::Params, make_b);
variant!(blake2s_simd::State, blake2s_simd::Params, make_s);

macro_rules! signature {
    ($max:literal) => {
        concat!(
            "(cls, data=b'', /, *, digest_size=",
            $max,
            ", key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, \
             inner_size=0, last_node=False, usedforsecurity=True, string=None)"
        )
    };
}

static NEW_B: &[NativeDef] =
    &[NativeDef::new("__new__", signature!(64), |vm, args| new(vm, args, &B, make_b))
        .doc("Return a new BLAKE2b hash object.")];
static NEW_S: &[NativeDef] =
    &[NativeDef::new("__new__", signature!(32), |vm, args| new(vm, args, &S, make_s))
        .doc("Return a new BLAKE2s hash object.")];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_blake2", "_blake2b provides BLAKE2b for hashlib\n", &[])?;
    for (limits, new) in [(&B, NEW_B), (&S, NEW_S)] {
        let class = new_owner_class(vm, "_blake2", limits.name, METHODS, GETSETS)?;
        vm.add_methods(class, new)?;
        for (name, n) in [
            ("SALT_SIZE", limits.salt),
            ("PERSON_SIZE", limits.salt),
            ("MAX_KEY_SIZE", limits.key),
            ("MAX_DIGEST_SIZE", limits.digest),
        ] {
            let n = Value::small_int(n as i64);
            vm.set_class_entry(class, name, n)?;
            set(vm, m, &format!("{}_{name}", limits.name.to_uppercase()), n)?;
        }
        set(vm, m, limits.name, class.value())?;
    }
    set(vm, m, "_GIL_MINSIZE", Value::small_int(2048))?;
    Ok(m)
}

fn new(
    vm: &mut Vm,
    args: &[Value],
    limits: &Limits,
    make: fn(&Parameters) -> Box<dyn Hasher>,
) -> PyResult<Value> {
    let class = class_arg(vm, args)?;
    let p = parameters(vm, args, limits)?;
    let state = State {
        hasher: RefCell::new(make(&p)),
        name: limits.name,
        digest_size: p.digest,
        block_size: limits.block,
    };
    begin(vm, Some(class), state, arg(args, 1), arg(args, 14))
}

fn parameters(vm: &mut Vm, args: &[Value], limits: &Limits) -> PyResult<Parameters> {
    let digest = small(vm, arg(args, 2), limits.digest as i64)?;
    if digest < 1 || digest > limits.digest as i64 {
        let (name, max) = (limits.shown, limits.digest);
        let message = format!(
            "digest_size for {name} must be between 1 and {max} bytes, here it is {digest}"
        );
        return Err(vm.value_error(&message));
    }
    let salt = bytes(vm, arg(args, 4), "salt", limits.salt)?;
    let person = bytes(vm, arg(args, 5), "person", limits.salt)?;
    let fanout = byte(vm, arg(args, 6), "fanout", 0, 1)?;
    let depth = byte(vm, arg(args, 7), "depth", 1, 1)?;
    let leaf_size = match unsigned(vm, arg(args, 8))?.try_into() {
        Ok(n) => n,
        Err(_) => return Err(vm.overflow_error("leaf_size is too large")),
    };
    let node_offset = unsigned(vm, arg(args, 9))?;
    if limits.offset_bits < 64 && node_offset >> limits.offset_bits != 0 {
        return Err(vm.overflow_error("node_offset is too large"));
    }
    let node_depth = byte(vm, arg(args, 10), "node_depth", 0, 0)?;
    let inner_size = small(vm, arg(args, 11), 0)?;
    if inner_size < 0 || inner_size > limits.digest as i64 {
        let message = format!("inner_size must be between 0 and is {}", limits.digest);
        return Err(vm.value_error(&message));
    }
    let last_node = match arg(args, 12).bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let key = bytes(vm, arg(args, 3), "key", limits.key)?;
    Ok(Parameters {
        digest: digest as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: inner_size as usize,
        last_node,
    })
}

fn small(vm: &mut Vm, v: Value, default: i64) -> PyResult<i64> {
    match v.bound() {
        Some(v) => vm.index_i64(v),
        None => Ok(default),
    }
}

fn byte(vm: &mut Vm, v: Value, what: &str, least: i64, default: i64) -> PyResult<u8> {
    let n = small(vm, v, default)?;
    match u8::try_from(n) {
        Ok(n) if i64::from(n) >= least => Ok(n),
        _ => Err(vm.value_error(&format!("{what} must be between {least} and 255"))),
    }
}

fn unsigned(vm: &mut Vm, v: Value) -> PyResult<u64> {
    let Some(v) = v.bound() else { return Ok(0) };
    let n = vm.index(v)?;
    if int::is_negative(n) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    if int::bit_length(n) > 64 {
        return Err(vm.overflow_error("Python int too large for C unsigned long long"));
    }
    Ok(int::to_u64_wrapping(n))
}

fn bytes(vm: &mut Vm, v: Value, what: &str, max: usize) -> PyResult<Vec<u8>> {
    let Some(v) = v.bound() else { return Ok(Vec::new()) };
    let bytes = Buffer::of(vm, v)?;
    if bytes.len() > max {
        return Err(vm.value_error(&format!("maximum {what} length is {max} bytes")));
    }
    Ok(bytes.to_vec())
}
