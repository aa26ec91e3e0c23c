//! Modules `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`: what `hashlib` stands on. The algorithms are RustCrypto's and
//! blake2_simd's; here are the objects that Python sees, of all of them alike. `blake2` and `sha3` make their own.

mod blake2;
mod sha3;

use crate::util::{arg, new_module, new_owner_class, seal_made, set};
use ::sha2::Digest;
use habu_object::bytes::Bytes;
use habu_object::{Gc, Kind, Module, Type, Value};
use habu_vm::buffer::Buffer;
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};
use std::cell::RefCell;
use std::rc::Rc;

pub(crate) use blake2::module as blake2_module;
pub(crate) use sha3::module as sha3_module;

/// The state of an algorithm.
trait Hasher {
    /// Takes more bytes in.
    fn update(&mut self, bytes: &[u8]);
    /// What comes out for the bytes so far; `len` is asked of algorithms that give as much as one likes.
    fn digest(&self, len: usize) -> Vec<u8>;
    /// A copy.
    fn fork(&self) -> Box<dyn Hasher>;
}

/// A function with a digest of fixed size.
#[derive(Clone)]
struct Fixed<D>(D);

impl<D: Digest + Clone + 'static> Hasher for Fixed<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
}

/// What a hash object owns.
struct State {
    hasher: RefCell<Box<dyn Hasher>>,
    name: &'static str,
    digest_size: usize,
    block_size: usize,
}

/// An algorithm without parameters.
struct Algorithm {
    class: &'static str,
    name: &'static str,
    digest_size: usize,
    block_size: usize,
    make: fn() -> Box<dyn Hasher>,
}

macro_rules! algorithms {
    ($($class:literal, $name:literal, $digest:literal, $block:literal, $type:ty;)*) => {
        static ALGORITHMS: &[Algorithm] = &[$(Algorithm {
            class: $class,
            name: $name,
            digest_size: $digest,
            block_size: $block,
            make: || Box::new(Fixed(<$type>::default())),
        },)*];
    };
}

algorithms! {
    "md5", "md5", 16, 64, md5::Md5;
    "sha1", "sha1", 20, 64, sha1::Sha1;
    "SHA224Type", "sha224", 28, 64, ::sha2::Sha224;
    "SHA256Type", "sha256", 32, 64, ::sha2::Sha256;
    "SHA384Type", "sha384", 48, 128, ::sha2::Sha384;
    "SHA512Type", "sha512", 64, 128, ::sha2::Sha512;
    "sha3_224", "sha3_224", 28, 144, ::sha3::Sha3_224;
    "sha3_256", "sha3_256", 32, 136, ::sha3::Sha3_256;
    "sha3_384", "sha3_384", 48, 104, ::sha3::Sha3_384;
    "sha3_512", "sha3_512", 64, 72, ::sha3::Sha3_512;
}

const MAKE: &str = "(data=b'', *, usedforsecurity=True, string=None)";

macro_rules! function {
    ($name:literal, $index:literal, $doc:literal) => {
        NativeDef::new($name, MAKE, |vm, args| {
            let algorithm = &ALGORITHMS[$index];
            let class = vm.root(algorithm.class).cast::<Type>();
            start(vm, class, algorithm, arg(args, 0), arg(args, 2))
        })
        .doc($doc)
    };
}

static MD5: &[NativeDef] =
    &[function!("md5", 0, "Return a new MD5 hash object; optionally initialized with a string.")];
static SHA1: &[NativeDef] =
    &[function!("sha1", 1, "Return a new SHA1 hash object; optionally initialized with a string.")];
static SHA2: &[NativeDef] = &[
    function!(
        "sha256",
        3,
        "Return a new SHA-256 hash object; optionally initialized with a string."
    ),
    function!(
        "sha224",
        2,
        "Return a new SHA-224 hash object; optionally initialized with a string."
    ),
    function!(
        "sha512",
        5,
        "Return a new SHA-512 hash object; optionally initialized with a string."
    ),
    function!(
        "sha384",
        4,
        "Return a new SHA-384 hash object; optionally initialized with a string."
    ),
];

pub(crate) fn md5_module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    module(vm, "_md5", MD5, &[("MD5Type", "md5")])
}

pub(crate) fn sha1_module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    module(vm, "_sha1", SHA1, &[("SHA1Type", "sha1")])
}

pub(crate) fn sha2_module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let names = ["SHA224Type", "SHA256Type", "SHA384Type", "SHA512Type"];
    module(vm, "_sha2", SHA2, &names.map(|name| (name, name)))
}

/// A module with functions that make objects of classes, which are there by other names.
fn module(
    vm: &mut Vm,
    name: &str,
    functions: &'static [NativeDef],
    classes: &[(&str, &'static str)],
) -> PyResult<Gc<Module>> {
    let m = new_module(vm, name, "", functions)?;
    for (shown, class) in classes {
        let made = new_owner_class(vm, name, class, METHODS, GETSETS)?;
        seal_made(made);
        vm.set_root(class, made.value());
        set(vm, m, shown, made.value())?;
    }
    set(vm, m, "_GIL_MINSIZE", Value::small_int(2048))?;
    Ok(m)
}

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("block_size", |vm, v| Ok(Value::small_int(state(vm, v)?.block_size as i64))),
    GetSetDef::new("name", |vm, v| {
        let name = state(vm, v)?.name;
        vm.intern(name)
    }),
    GetSetDef::new("digest_size", |vm, v| Ok(Value::small_int(state(vm, v)?.digest_size as i64))),
];

static METHODS: &[NativeDef] = &[
    NativeDef::new("copy", "(self, /)", copy).doc("Return a copy of the hash object."),
    NativeDef::new("digest", "(self, /)", |vm, args| {
        let digest = digest(vm, arg(args, 0), 0)?;
        Ok(Bytes::new(&mut vm.heap, &digest)?.value())
    })
    .doc("Return the digest value as a bytes object."),
    NativeDef::new("hexdigest", "(self, /)", |vm, args| {
        let digest = digest(vm, arg(args, 0), 0)?;
        vm.new_str(&hexadecimal(&digest))
    })
    .doc("Return the digest value as a string of hexadecimal digits."),
    NativeDef::new("update", "(self, obj, /)", update)
        .doc("Update this hash object's state with the provided string."),
];

fn state(vm: &mut Vm, v: Value) -> PyResult<Rc<State>> {
    match vm.owned::<State>(v) {
        Some(state) => Ok(state),
        None => Err(vm.type_error("descriptor requires a hash object")),
    }
}

fn digest(vm: &mut Vm, v: Value, len: usize) -> PyResult<Vec<u8>> {
    let digest = state(vm, v)?.hasher.borrow().digest(len);
    Ok(digest)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|d| char::from(b"0123456789abcdef"[d as usize]))
        .collect()
}

fn copy(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let old = state(vm, v)?;
    let hasher = RefCell::new(old.hasher.borrow().fork());
    let (name, digest_size, block_size) = (old.name, old.digest_size, old.block_size);
    let class = vm.type_of(v);
    Ok(vm.new_owner(class, State { hasher, name, digest_size, block_size }, &[])?.value())
}

fn update(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let state = state(vm, arg(args, 0))?;
    let bytes = hashable(vm, arg(args, 1))?;
    state.hasher.borrow_mut().update(&bytes);
    Ok(Value::NONE)
}

/// The bytes of something that can be hashed.
fn hashable(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
    if v.kind() == Kind::Str {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    match Buffer::try_of(vm, v)? {
        Some(bytes) => Ok(bytes),
        None => Err(vm.type_error("object supporting the buffer API required")),
    }
}

/// The data of a constructor: `string` is its old name.
fn data_argument(vm: &mut Vm, data: Value, string: Value) -> PyResult<Value> {
    match (data.bound(), string.bound()) {
        (Some(_), Some(_)) => Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version.",
        )),
        (data, string) => Ok(data.or(string).unwrap_or(Value::UNBOUND)),
    }
}

/// A hash object of an algorithm, begun with `data` or (its old name) `string`.
fn start(
    vm: &mut Vm,
    class: Option<Gc<Type>>,
    algorithm: &Algorithm,
    data: Value,
    string: Value,
) -> PyResult<Value> {
    let &Algorithm { name, digest_size, block_size, .. } = algorithm;
    let hasher = (algorithm.make)();
    begin(
        vm,
        class,
        State { hasher: RefCell::new(hasher), name, digest_size, block_size },
        data,
        string,
    )
}

fn begin(
    vm: &mut Vm,
    class: Option<Gc<Type>>,
    state: State,
    data: Value,
    string: Value,
) -> PyResult<Value> {
    let Some(class) = class else {
        return Err(vm.type_error("hash module is gone"));
    };
    if let Some(data) = data_argument(vm, data, string)?.bound() {
        let bytes = hashable(vm, data)?;
        state.hasher.borrow_mut().update(&bytes);
    }
    Ok(vm.new_owner(class, state, &[])?.value())
}
