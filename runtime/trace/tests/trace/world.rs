//! A little heap with objects, frames, helpers and a generational collector that checks write barriers.
//!
//! Object `n` lies at `(n + 1) * 4096`, so that `@n` in the text form is object `n`. The first `PRESET` objects exist
//! from the start; `@0` is True and `@1` is False.

use std::collections::{BTreeMap, BTreeSet};

use habu_trace::eval::Memory;
use habu_trace::value;
use habu_trace::{AllocDesc, HelperDesc, MemType};

/// Objects that exist from the start.
pub(crate) const PRESET: usize = 8;
const WORDS: usize = 16;

#[derive(Clone)]
struct Object {
    shape: u32,
    words: [u64; WORDS],
    born: u32,
}

/// The world.
#[derive(Clone)]
pub(crate) struct World {
    objects: Vec<Object>,
    /// The frame.
    pub(crate) frame: BTreeMap<i32, u64>,
    /// What helpers were called with.
    pub(crate) log: Vec<String>,
    /// Floats beyond the immediate range that were boxed.
    pub(crate) heap_floats: u32,
    /// A young pointer stayed in an old object without a barrier.
    pub(crate) missed_barrier: bool,
    calls: u32,
    python_calls: u32,
    polls: u32,
    epoch: u32,
    remembered: BTreeSet<usize>,
    dirty: BTreeSet<usize>,
    /// Allocations.
    pub(crate) allocated: u32,
}

/// The word of a preset object.
pub(crate) fn object(n: u64) -> u64 {
    habu_trace::text::parse::symbol_bits(n)
}

impl World {
    /// A world whose preset objects have the shape 7, but for @5 (shape 9).
    pub(crate) fn new() -> World {
        let mut objects = Vec::new();
        for n in 0..PRESET {
            let mut words = [0; WORDS];
            words[2] = value::from_int(n as i64 * 3);
            words[3] = value::from_f64(n as f64 / 2.0).expect("small");
            words[4] = n as u64;
            words[5] = (n as f64 * 1.5).to_bits();
            words[6] = n as u64;
            words[7] = object((n as u64 + 1) % PRESET as u64);
            objects.push(Object { shape: if n == 5 { 9 } else { 7 }, words, born: 0 });
        }
        World {
            objects,
            frame: BTreeMap::new(),
            log: Vec::new(),
            heap_floats: 0,
            missed_barrier: false,
            calls: 0,
            python_calls: 0,
            polls: 0,
            epoch: 1,
            remembered: BTreeSet::new(),
            dirty: BTreeSet::new(),
            allocated: 0,
        }
    }

    fn index(&self, addr: u64) -> (usize, usize) {
        ((addr / 4096) as usize - 1, (addr % 4096) as usize)
    }

    /// The shape of an object, if there is one.
    pub(crate) fn shape_of(&self, obj: u64) -> Option<u32> {
        self.objects.get(self.index(obj - 1).0).map(|o| o.shape)
    }

    fn gc(&mut self) {
        self.missed_barrier |= self.dirty.iter().any(|obj| !self.remembered.contains(obj));
        self.dirty.clear();
        self.remembered.clear();
        self.epoch += 1;
    }

    /// Everything that can be seen from the frame and the preset objects, without addresses.
    pub(crate) fn digest(&self) -> String {
        let mut seen: Vec<usize> = (0..PRESET).collect();
        let mut out = String::new();
        for (slot, &v) in &self.frame {
            out += &format!("{slot}={} ", self.show(v, &mut seen));
        }
        let mut i = 0;
        while i < seen.len() {
            let obj = &self.objects[seen[i]];
            out += &format!("\n#{i} shape {}:", obj.shape);
            for (w, &bits) in obj.words.iter().enumerate() {
                // Words 4 and 6 are raw fields, 5 is a double. The bits of a NaN are nobody's business.
                let text = match w {
                    4 | 6 => format!("{bits:x}"),
                    5 => format!("{:?}", f64::from_bits(bits)),
                    _ => self.show(bits, &mut seen),
                };
                out += &format!(" {text}");
            }
            i += 1;
        }
        out
    }

    fn show(&self, v: u64, seen: &mut Vec<usize>) -> String {
        if value::is_int(v) {
            value::to_int(v).to_string()
        } else if value::is_ptr(v) {
            let obj = self.index(v - 1).0;
            let n = seen.iter().position(|&o| o == obj).unwrap_or_else(|| {
                seen.push(obj);
                seen.len() - 1
            });
            format!("#{n}")
        } else {
            format!("{:?}", value::to_f64(v))
        }
    }

    fn describe(&self, v: u64) -> String {
        match value::is_ptr(v) {
            true if self.index(v - 1).0 < PRESET => format!("@{}", self.index(v - 1).0),
            true => format!("shape {}", self.objects[self.index(v - 1).0].shape),
            false => self.show(v, &mut Vec::new()),
        }
    }
}

impl World {
    /// What a call may do, whatever it is; its result.
    fn effect(&mut self, name: &str, args: &[u64], python: bool) -> u64 {
        self.gc();
        self.calls += 1;
        let words: Vec<String> = args.iter().map(|&v| self.describe(v)).collect();
        self.log.push(format!("{name}({})", words.join(", ")));
        let n = value::from_int(self.calls.into());
        self.objects[2].words[2] = n;
        if python {
            self.python_calls += 1;
            self.objects[3].words[3] = n;
            self.objects[5].words[9] = n;
            self.objects[4].shape = 7 + self.calls % 2;
            if let Some(&v) = args.first().filter(|&&v| value::is_ptr(v)) {
                let obj = self.index(v - 1).0;
                self.objects[obj].words[2] = n;
            }
        }
        n
    }
}

impl Memory for World {
    fn load(&mut self, addr: u64, offset: i64, ty: MemType) -> u64 {
        let (obj, at) = self.index(addr.wrapping_add(offset as u64));
        if at == 0 && ty == MemType::Raw32 {
            return self.objects[obj].shape.into();
        }
        self.objects[obj].words[at / 8]
    }

    fn store(&mut self, addr: u64, offset: i64, ty: MemType, bits: u64) {
        let (obj, at) = self.index(addr.wrapping_add(offset as u64));
        if at == 0 && ty == MemType::Raw32 {
            self.objects[obj].shape = bits as u32;
            return;
        }
        let mask = u64::MAX >> (64 - ty.bytes() * 8);
        self.objects[obj].words[at / 8] = bits & mask;
        if ty == MemType::Val && value::is_ptr(bits) && self.objects[obj].born < self.epoch {
            let young = self.objects[self.index(bits - 1).0].born == self.epoch;
            if young {
                self.dirty.insert(obj);
            }
        }
    }

    fn alloc(&mut self, desc: &AllocDesc, _len: u64) -> u64 {
        self.gc();
        self.allocated += 1;
        self.objects.push(Object { shape: desc.shape, words: [0; WORDS], born: self.epoch });
        object(self.objects.len() as u64 - 1)
    }

    fn shape(&mut self, obj: u64) -> u32 {
        self.objects[self.index(obj - 1).0].shape
    }

    fn call(&mut self, helper: &HelperDesc, args: &[u64]) -> Option<u64> {
        let int = |v: u64| if value::is_int(v) { value::to_int(v) } else { 17 };
        if helper.effects.pure {
            return Some(value::from_int(args.iter().fold(7, |h, &v| (h * 31 + int(v)) & 0xffff)));
        }
        let n = self.effect(&helper.name, args, helper.effects.may_call_python);
        (!helper.effects.may_raise || !self.calls.is_multiple_of(13)).then_some(n)
    }

    fn call_tree(&mut self, tree: u32, window: i32) -> Option<u64> {
        let argument = self.frame(window);
        let n = self.effect(&format!("tree {tree}"), &[argument], true);
        // The window is the callee's.
        self.set_frame(window, n);
        (!self.calls.is_multiple_of(13)).then_some(n)
    }

    fn box_float(&mut self, _x: f64) -> u64 {
        self.heap_floats += 1;
        object(0)
    }

    fn truth(&mut self, b: bool) -> u64 {
        object(u64::from(!b))
    }

    fn barrier(&mut self, obj: u64, _v: u64) {
        let obj = self.index(obj - 1).0;
        self.remembered.insert(obj);
    }

    fn frame(&mut self, slot: i32) -> u64 {
        self.frame.get(&slot).copied().unwrap_or(1)
    }

    fn set_frame(&mut self, slot: i32, v: u64) {
        self.frame.insert(slot, v);
    }

    fn frame_addr(&mut self, slot: i32) -> u64 {
        value::from_int(slot.into())
    }

    fn poll(&mut self) -> bool {
        self.polls += 1;
        self.polls > 60
    }

    fn valid(&mut self) -> bool {
        self.python_calls < 9
    }
}
