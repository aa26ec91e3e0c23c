//! Module `_sha3`: its classes are called themselves, and the SHAKE ones give digests of any length.

use super::{
    ALGORITHMS, Algorithm, GETSETS, Hasher, METHODS, copy, digest, hexadecimal, start, state,
    update,
};
use crate::util::{arg, class_arg, new_module, new_owner_class, seal, set, set_text};
use ::shake::digest::{ExtendableOutput, Update};
use ::shake::{Shake128, Shake256};
use habu_object::bytes::Bytes;
use habu_object::{Gc, Module, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

/// A function of Keccak that gives as much as one likes.
#[derive(Clone)]
struct Shake<S>(S);

impl<S: Update + ExtendableOutput + Clone + 'static> Hasher for Shake<S> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn digest(&self, len: usize) -> Vec<u8> {
        let mut out = vec![0; len];
        self.0.clone().finalize_xof_into(&mut out);
        out
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
}

static SHAKES: [Algorithm; 2] = [
    Algorithm {
        class: "shake_128",
        name: "shake_128",
        digest_size: 0,
        block_size: 168,
        make: || Box::new(Shake(Shake128::default())),
    },
    Algorithm {
        class: "shake_256",
        name: "shake_256",
        digest_size: 0,
        block_size: 136,
        make: || Box::new(Shake(Shake256::default())),
    },
];

const NEW: &str = "(cls, /, data=b'', *, usedforsecurity=True, string=None)";

macro_rules! new {
    ($algorithm:expr) => {
        &[NativeDef::new("__new__", NEW, |vm, args| {
            let class = class_arg(vm, args)?;
            start(vm, Some(class), $algorithm, arg(args, 1), arg(args, 3))
        })]
    };
}

/// `__new__` of each class.
static NEWS: [&[NativeDef]; 6] = [
    new!(&ALGORITHMS[6]),
    new!(&ALGORITHMS[7]),
    new!(&ALGORITHMS[8]),
    new!(&ALGORITHMS[9]),
    new!(&SHAKES[0]),
    new!(&SHAKES[1]),
];

/// The bits of Keccak's state.
const STATE_BITS: i64 = 1600;

static KECCAK: &[GetSetDef] = &[
    GetSetDef::new("_capacity_bits", |vm, v| {
        Ok(Value::small_int(STATE_BITS - 8 * state(vm, v)?.block_size as i64))
    }),
    GetSetDef::new("_rate_bits", |vm, v| Ok(Value::small_int(8 * state(vm, v)?.block_size as i64))),
    GetSetDef::new("_suffix", |vm, v| {
        let suffix = if state(vm, v)?.digest_size == 0 { b"\x1f" } else { b"\x06" };
        Ok(Bytes::new(&mut vm.heap, suffix)?.value())
    }),
];

static SHAKE_METHODS: &[NativeDef] = &[
    NativeDef::new("copy", "(self, /)", copy).doc("Return a copy of the hash object."),
    NativeDef::new("digest", "(self, /, length)", |vm, args| {
        let digest = long_digest(vm, args)?;
        Ok(Bytes::new(&mut vm.heap, &digest)?.value())
    })
    .doc("Return the digest value as a bytes object."),
    NativeDef::new("hexdigest", "(self, /, length)", |vm, args| {
        let digest = long_digest(vm, args)?;
        vm.new_str(&hexadecimal(&digest))
    })
    .doc("Return the digest value as a string of hexadecimal digits."),
    NativeDef::new("update", "(self, data, /)", update)
        .doc("Update this hash object's state with the provided bytes-like object."),
];

/// No digest is as long.
const TOO_LONG: i64 = 1 << 29;

fn long_digest(vm: &mut Vm, args: &[Value]) -> PyResult<Vec<u8>> {
    let n = vm.index(arg(args, 1))?;
    if int::is_negative(n) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    match int::to_i64_clamped(n) {
        len if len < TOO_LONG => digest(vm, arg(args, 0), len as usize),
        _ => Err(vm.value_error("length is too large")),
    }
}

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_sha3", "", &[])?;
    let fixed = ALGORITHMS[6..].iter().map(|a| (a, METHODS));
    let shakes = SHAKES.iter().map(|a| (a, SHAKE_METHODS));
    for ((algorithm, methods), new) in fixed.chain(shakes).zip(NEWS) {
        let class = new_owner_class(vm, "_sha3", algorithm.class, methods, GETSETS)?;
        vm.add_methods(class, new)?;
        vm.add_getsets(class, KECCAK)?;
        seal(class);
        set(vm, m, algorithm.name, class.value())?;
    }
    set_text(vm, m, "implementation", "RustCrypto")?;
    set(vm, m, "_GIL_MINSIZE", Value::small_int(2048))?;
    Ok(m)
}
