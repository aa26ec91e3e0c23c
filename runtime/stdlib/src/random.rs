//! Module `_random`: the Mersenne Twister MT19937, number for number CPython's.

use crate::util::{arg, class_arg, given, int_done, native, new_module, new_owner_class, set};
use habu_object::{Gc, Module, Tuple, Value, float, int};
use habu_vm::{NativeDef, PyResult, Vm};
use std::cell::RefCell;
use std::rc::Rc;

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "Module implements the Mersenne Twister random number generator.";
    let m = new_module(vm, "_random", doc, &[])?;
    let class = new_owner_class(vm, "_random", "Random", METHODS, &[])?;
    set(vm, m, "Random", class.value())?;
    Ok(m)
}

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// The generator's state: its words, and how many of them were used.
struct Twister {
    words: [u32; WORDS],
    at: usize,
}

impl Twister {
    fn from_number(seed: u32) -> Twister {
        let mut words = [seed; WORDS];
        for i in 1..WORDS {
            let last = words[i - 1];
            words[i] = 1_812_433_253u32.wrapping_mul(last ^ last >> 30).wrapping_add(i as u32);
        }
        Twister { words, at: WORDS }
    }

    fn from_key(key: &[u32]) -> Twister {
        let mut t = Twister::from_number(19_650_218);
        let w = &mut t.words;
        let (mut i, mut j) = (1, 0);
        let mix = |w: &[u32; WORDS], i: usize, factor: u32| {
            w[i] ^ (w[i - 1] ^ w[i - 1] >> 30).wrapping_mul(factor)
        };
        for _ in 0..WORDS.max(key.len()) {
            w[i] = mix(w, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            (i, j) = (i + 1, (j + 1) % key.len());
            if i == WORDS {
                w[0] = w[WORDS - 1];
                i = 1;
            }
        }
        for _ in 1..WORDS {
            w[i] = mix(w, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i == WORDS {
                w[0] = w[WORDS - 1];
                i = 1;
            }
        }
        w[0] = 0x8000_0000;
        t
    }

    fn refill(&mut self) {
        for i in 0..WORDS {
            let y = self.words[i] & 0x8000_0000 | self.words[(i + 1) % WORDS] & 0x7fff_ffff;
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + MIDDLE) % WORDS] ^ y >> 1 ^ odd;
        }
        self.at = 0;
    }

    fn next(&mut self) -> u32 {
        if self.at >= WORDS {
            self.refill();
        }
        let mut y = self.words[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }
}

type Shared = RefCell<Twister>;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = class_arg(vm, args)?;
        let fresh = RefCell::new(Twister::from_key(&entropy()));
        Ok(vm.new_owner(class, fresh, &[])?.value())
    }),
    NativeDef::new("__init__", "(self, x=None, /)", seed),
    NativeDef::new("seed", "(self, n=None, /)", seed).doc(
        "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the \
         process identifier.",
    ),
    NativeDef::new("random", "(self, /)", |vm, args| {
        let shared = state(vm, args)?;
        let mut t = shared.borrow_mut();
        let (a, b) = (t.next() >> 5, t.next() >> 6);
        let f = (f64::from(a) * 67_108_864.0 + f64::from(b)) / 9_007_199_254_740_992.0;
        Ok(float::new(&mut vm.heap, f)?)
    })
    .doc("random() -> x in the interval [0, 1)."),
    NativeDef::new("getrandbits", "(self, k, /)", bits)
        .doc("getrandbits(k) -> x.  Generates an int with k random bits."),
    NativeDef::new("getstate", "(self, /)", |vm, args| {
        let shared = state(vm, args)?;
        let words = Tuple::zeroed(&mut vm.heap, WORDS + 1)?;
        let t = shared.borrow();
        for (i, word) in t.words.iter().copied().chain([t.at as u32]).enumerate() {
            words.set(&mut vm.heap, i, Value::small_int(i64::from(word)));
        }
        Ok(words.value())
    })
    .doc("getstate() -> tuple containing the current state."),
    NativeDef::new("setstate", "(self, state, /)", set_state)
        .doc("setstate(state) -> None.  Restores generator state."),
];

fn state(vm: &mut Vm, args: &[Value]) -> PyResult<Rc<Shared>> {
    native(vm, args)?;
    match vm.owned::<Shared>(arg(args, 0)) {
        Some(state) => Ok(state),
        None => Err(vm.type_error("descriptor requires a '_random.Random' object")),
    }
}

/// A key that nobody knows.
fn entropy() -> Vec<u32> {
    let mut bytes = [0; 4 * WORDS];
    let mut done = 0;
    while let Ok(n) =
        rustix::rand::getrandom(&mut bytes[done..], rustix::rand::GetRandomFlags::empty())
    {
        done += n;
        if n == 0 || done == bytes.len() {
            break;
        }
    }
    words_of(&bytes)
}

fn words_of(bytes: &[u8]) -> Vec<u32> {
    let word = |c: &[u8]| c.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b));
    bytes.chunks(4).map(word).collect()
}

fn seed(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let shared = state(vm, args)?;
    let key = match given(args, 1) {
        None => entropy(),
        Some(v) => {
            let n = if int::is_int_like(v) {
                let r = int::abs(&mut vm.heap, v);
                int_done(vm, r)?
            } else {
                let hash = vm.hash(v)?;
                int::from_u64(&mut vm.heap, hash as u64)?
            };
            let len = int::bit_length(n).div_ceil(8).max(1) as usize;
            match int::to_bytes(n, len, false, false) {
                Ok(bytes) => words_of(&bytes),
                Err(_) => return Err(vm.overflow_error("seed is too large")),
            }
        }
    };
    *shared.borrow_mut() = Twister::from_key(&key);
    Ok(Value::NONE)
}

fn bits(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let shared = state(vm, args)?;
    let k = vm.index(arg(args, 1))?;
    if int::is_negative(k) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    if int::bit_length(k) > 64 {
        return Err(vm.overflow_error("Python int too large for C uint64_t"));
    }
    let k = int::to_u64_wrapping(k) as usize;
    let mut t = shared.borrow_mut();
    if k == 0 {
        return Ok(Value::small_int(0));
    }
    if k <= 32 {
        return Ok(Value::small_int(i64::from(t.next() >> (32 - k))));
    }
    if k > 1 << 40 {
        return Err(vm.raise_args(habu_vm::Exc::MemoryError, &[]));
    }
    let mut bytes = Vec::with_capacity(k.div_ceil(32) * 4);
    let mut left = k;
    while left > 0 {
        let mut word = t.next();
        if left < 32 {
            word >>= 32 - left;
        }
        bytes.extend(word.to_le_bytes());
        left = left.saturating_sub(32);
    }
    let r = int::from_bytes(&mut vm.heap, &bytes, false, false);
    int_done(vm, r)
}

fn set_state(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let shared = state(vm, args)?;
    let Some(given) = arg(args, 1).cast::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    if given.len() != WORDS + 1 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut words = [0; WORDS];
    for (i, word) in words.iter_mut().enumerate() {
        let v = vm.index(given.get(i))?;
        if int::is_negative(v) {
            return Err(vm.overflow_error("can't convert negative value to unsigned int"));
        }
        *word = int::to_u64_wrapping(v) as u32;
    }
    let at = vm.index_i64(given.get(WORDS))?;
    let Some(at) = usize::try_from(at).ok().filter(|at| *at <= WORDS) else {
        return Err(vm.value_error("invalid state"));
    };
    *shared.borrow_mut() = Twister { words, at };
    Ok(Value::NONE)
}
