//! A world in real memory, for the evaluator and for machine code alike: preset objects, a heap, a frame, helpers.
//!
//! Traces in text name object `n` as `@n`; `World::load` replaces that by the object's address. `@0` is True and `@1`
//! is False. Two runs in two worlds are compared by `digest`, which names no address.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use habu_gc::{Config, Heap};
use habu_jit::code::{Arena, CodeGen, OptLevel, Stubs, host_isa};
use habu_jit::lower::{
    self, Bounds, Bridge, ExitDescr, ExitKey, FIRST_EXIT, Force, JitContext, Left, NOT_RUN,
    Options, Place, RETURNED, Rebuild, Settled, Support, Tree, TreeInput,
};
use habu_trace::eval::Memory;
use habu_trace::text::parse::symbol_bits;
use habu_trace::{AllocDesc, HelperDesc, MemType, Op, SnapId, Trace, value};

/// Objects that exist from the start.
pub(crate) const PRESET: usize = 8;
/// Words of each.
const WORDS: usize = 16;
/// Shape of a heap float.
const FLOAT: u32 = 99;
/// Slots from here on belong to called trees and are not compared.
const ABOVE: i32 = 16;
/// The tag of all trees.
const TAG: u64 = 77;
/// Slots below the base.
const BELOW: usize = 16;

#[repr(C, align(128))]
struct Preset([u64; WORDS]);

/// The world.
pub(crate) struct World {
    presets: Box<[Preset; PRESET]>,
    heap: Box<Heap>,
    frame: Box<[u64; 96]>,
    /// Slots that are compared.
    slots: Vec<i32>,
    pub(crate) log: Vec<String>,
    /// The frame as calls saw it. A trace stores only what they are meant to see.
    looks: Vec<String>,
    calls: u32,
    python_calls: u32,
    poll: Box<u32>,
    /// The limit and the top of the stack.
    bounds: Box<[*mut u64; 2]>,
    /// To be made invalid after some calls.
    trees: Vec<*const Tree>,
    /// Floats beyond the immediate range that were boxed.
    pub(crate) heap_floats: u32,
    pub(crate) context: Box<JitContext>,
    rebuilding: *const JitContext,
}

/// A header word.
fn header(shape: u32, slots: u16) -> u64 {
    u64::from(shape) | u64::from(slots) << 32
}

impl World {
    /// Whether safepoints leave.
    pub(crate) fn is_polled(&self) -> bool {
        *self.poll != 0
    }

    /// What safepoints look at.
    pub(crate) fn poll_address(&self) -> u64 {
        &raw const *self.poll as u64
    }

    /// The preset objects have shape 7, but for @5, an array of shape 9.
    pub(crate) fn new() -> Box<World> {
        let mut heap = Heap::new(Config::default());
        let poll = Box::new(0);
        let mut bounds =
            Box::new([std::ptr::without_provenance_mut(usize::MAX), std::ptr::null_mut()]);
        let ends = Bounds { limit: &raw const bounds[0], top: &raw mut bounds[1], native: 0 };
        let context =
            Box::new(JitContext::new(&raw mut *heap, &raw const *poll, std::ptr::null_mut(), ends));
        let mut world = Box::new(World {
            presets: Box::new([const { Preset([0; WORDS]) }; PRESET]),
            heap,
            frame: Box::new([1; 96]),
            slots: Vec::new(),
            log: Vec::new(),
            looks: Vec::new(),
            calls: 0,
            python_calls: 0,
            poll,
            bounds,
            trees: Vec::new(),
            heap_floats: 0,
            context,
            rebuilding: std::ptr::null(),
        });
        world.context.vm = (&raw mut *world).cast();
        for n in 0..PRESET {
            let link = world.object((n + 1) % PRESET);
            let words = &mut world.presets[n].0;
            if n == 5 {
                words[0] = header(9, habu_gc::VARIABLE);
                words[1] = 4;
                continue;
            }
            words[0] = header(7, 4);
            words[1] = value::from_int(n as i64 * 3);
            words[2] = value::from_f64(n as f64 / 2.0).expect("small");
            words[3] = link;
            words[5] = n as u64;
            words[6] = (n as f64 * 1.5).to_bits();
            words[7] = n as u64;
        }
        world
    }

    /// The word of a preset object.
    pub(crate) fn object(&self, n: usize) -> u64 {
        &raw const self.presets[n] as u64 + 1
    }

    /// A word as the text form names it.
    pub(crate) fn word(&self, symbol: u64) -> u64 {
        (0..PRESET).find(|&n| symbol == symbol_bits(n as u64)).map_or(symbol, |n| self.object(n))
    }

    /// From now on collects at every allocation and poisons what is freed. The native stack is scanned up to `base`.
    pub(crate) fn stress(&mut self, base: *const u8) {
        let this = std::ptr::from_mut(self).cast();
        // SAFETY: the heap goes with the world, which is boxed; `base` is in a frame that outlives all runs.
        unsafe {
            self.heap.set_roots(mark_roots, this);
            self.heap.set_stack_base(base);
        }
        self.heap.set_stress(true);
    }

    /// Trees to be made invalid after some calls.
    pub(crate) fn watch(&mut self, trees: &[Tree]) {
        self.trees = trees.iter().map(std::ptr::from_ref).collect();
    }

    pub(crate) fn set(&mut self, slot: i32, word: u64) {
        self.frame[(BELOW as i32 + slot) as usize] = word;
        if slot < ABOVE && !self.slots.contains(&slot) {
            self.slots.push(slot);
            self.slots.sort_unstable();
        }
    }

    pub(crate) fn slot(&self, slot: i32) -> u64 {
        self.frame[(BELOW as i32 + slot) as usize]
    }

    /// The trace with this world's objects and helpers.
    pub(crate) fn load(&self, trace: &Trace) -> Trace {
        let mut trace = trace.clone();
        for inst in trace.insts.iter_mut().filter(|inst| inst.op == Op::ConstVal) {
            inst.imm = self.word(inst.imm);
        }
        for helper in &mut trace.descs.helpers {
            helper.addr = match helper.name.as_str() {
                "mix" => mix as *const () as u64,
                "poke" => poke as *const () as u64,
                "any" => any as *const () as u64,
                "half" => half as *const () as u64,
                "root" => root as *const () as u64,
                "odd" => odd as *const () as u64,
                other => panic!("no helper {other}"),
            };
        }
        trace
    }

    /// Everything that can be seen from the frame and the preset objects.
    pub(crate) fn digest(&self) -> String {
        let mut seen: Vec<u64> = (0..PRESET).map(|n| self.object(n)).collect();
        let mut out = String::new();
        for &slot in &self.slots {
            out += &format!("{slot}={} ", show(self.slot(slot), &mut seen));
        }
        let mut i = 0;
        while i < seen.len() {
            let object = seen[i];
            let head = read(object, 0);
            let (shape, slots) = (head as u32, (head >> 32) as u16);
            out += &format!("\n#{i} shape {shape}:");
            let (first, count) =
                if slots == habu_gc::VARIABLE { (2, read(object, 1)) } else { (1, slots.into()) };
            for w in first..first + count {
                out += &format!(" {}", show(read(object, w), &mut seen));
            }
            if shape == 7 || shape == 8 {
                out += &format!(
                    " raw {:x} {:x} {:x}",
                    read(object, 5),
                    read(object, 6),
                    read(object, 7) & 0xff
                );
            }
            i += 1;
        }
        out + &format!("\n{:?}", self.log)
    }

    /// The same with what calls saw of the frame.
    pub(crate) fn full_digest(&self) -> String {
        format!("{}\n{:?}", self.digest(), self.looks)
    }

    fn helper(&mut self, name: &str, args: &[u64]) -> Option<u64> {
        let int = |v: u64| if value::is_int(v) { value::to_int(v) } else { 17 };
        match name {
            "mix" => {
                return Some(value::from_int(
                    args.iter().fold(7, |h, &v| (h * 31 + int(v)) & 0xffff),
                ));
            }
            "half" => return Some((f64::from_bits(args[0]) / 2.0).to_bits()),
            "root" => {
                let x = f64::from_bits(args[0]);
                return (x >= 0.0).then(|| x.sqrt().to_bits());
            }
            "odd" => return Some(u64::from(args[0] & 1 == 1 && args[1] != 0)),
            _ => {}
        }
        self.calls += 1;
        let mut seen: Vec<u64> = (0..PRESET).map(|n| self.object(n)).collect();
        self.log.push(format!("{name}({})", show(args[0], &mut seen)));
        let n = value::from_int(self.calls.into());
        self.presets[2].0[1] = n;
        if name == "poke" {
            return Some(n);
        }
        self.python_calls += 1;
        // Python code sees the frame.
        let frame: Vec<String> =
            self.slots.iter().map(|&s| show(self.slot(s), &mut seen)).collect();
        self.looks.push(frame.join(" "));
        self.presets[3].0[2] = n;
        self.presets[5].0[3] = n;
        self.presets[4].0[0] = header(7 + self.calls % 2, 4);
        if value::is_ptr(args[0]) && read(args[0], 0) as u32 == 7 {
            write(args[0], 1, n);
        }
        if self.python_calls >= 9 {
            // SAFETY: the trees outlive the run.
            self.trees.iter().for_each(|&tree| unsafe { (*tree).invalidate() });
        }
        if self.python_calls >= 13 {
            *self.poll = 1;
        }
        (!self.calls.is_multiple_of(5)).then_some(n)
    }
}

/// The frame, the preset objects and the values of an exit.
unsafe fn mark_roots(world: *mut std::ffi::c_void, marker: &mut habu_gc::Marker<'_>) {
    // SAFETY: `stress` gave the address of a world that is alive.
    let world = unsafe { &*world.cast::<World>() };
    let presets = world.presets.iter().flat_map(|preset| &preset.0[1..5]);
    let items = &world.presets[5].0[2..6];
    for &word in world.frame.iter().chain(presets).chain(items) {
        marker.mark_word(word);
    }
    // SAFETY: a context that is being rebuilt from is alive.
    if let Some(context) = unsafe { world.rebuilding.as_ref() } {
        let from = context.slots.as_ptr();
        // SAFETY: the words are those of the context.
        unsafe { marker.mark_conservative_range(from, from.add(context.live)) };
    }
}

fn read(object: u64, word: u64) -> u64 {
    // SAFETY: tests read words of live objects only.
    unsafe { *((object - 1 + 8 * word) as *const u64) }
}

fn write(object: u64, word: u64, v: u64) {
    // SAFETY: as in `read`.
    unsafe { *((object - 1 + 8 * word) as *mut u64) = v }
}

fn show(v: u64, seen: &mut Vec<u64>) -> String {
    if value::is_int(v) {
        value::to_int(v).to_string()
    } else if !value::is_ptr(v) {
        format!("{:?}", value::to_f64(v))
    } else if v == 1 {
        "unbound".to_string()
    } else if read(v, 0) as u32 == FLOAT {
        format!("{:?}", f64::from_bits(read(v, 1)))
    } else {
        let n = seen.iter().position(|&o| o == v).unwrap_or_else(|| {
            seen.push(v);
            seen.len() - 1
        });
        format!("#{n}")
    }
}

/// What a helper that may raise returns.
#[repr(C)]
struct Status(u64, u64);

fn world<'a>(context: *mut JitContext) -> &'a mut World {
    // SAFETY: `vm` is the world of the context; nothing else uses it while compiled code runs.
    unsafe { &mut *(*context).vm.cast() }
}

extern "C" fn mix(context: *mut JitContext, a: u64, b: u64) -> u64 {
    world(context).helper("mix", &[a, b]).unwrap_or(0)
}

extern "C" fn poke(context: *mut JitContext, a: u64) -> u64 {
    world(context).helper("poke", &[a]).unwrap_or(0)
}

extern "C" fn any(context: *mut JitContext, a: u64) -> Status {
    let v = world(context).helper("any", &[a]);
    Status(v.unwrap_or(0), v.is_none().into())
}

extern "C" fn half(context: *mut JitContext, x: f64) -> f64 {
    f64::from_bits(world(context).helper("half", &[x.to_bits()]).unwrap_or(0))
}

extern "C" fn root(context: *mut JitContext, x: f64) -> Status {
    let v = world(context).helper("root", &[x.to_bits()]);
    Status(v.unwrap_or(0), v.is_none().into())
}

extern "C" fn odd(context: *mut JitContext, n: u64, b: u64) -> u64 {
    world(context).helper("odd", &[n, b]).unwrap_or(0)
}

/// Trees that traces call; each third call does nothing at first, as if there were no code.
fn called(context: *mut JitContext, window: *mut u64, number: u32) -> Left {
    let world = world(context);
    if world.calls.is_multiple_of(3) {
        return Left { how: NOT_RUN, what: number.into() };
    }
    // SAFETY: the trace calls in a window of the world's frame.
    let argument = unsafe { *window };
    match world.helper(&format!("tree{number}"), &[argument]) {
        Some(v) => Left { how: RETURNED, what: v },
        None => Left { how: FIRST_EXIT + 7, what: 99 },
    }
}

extern "C" fn tree0(context: *mut u8, window: *mut u64) -> Left {
    called(context.cast(), window, 0)
}

extern "C" fn tree1(context: *mut u8, window: *mut u64) -> Left {
    called(context.cast(), window, 1)
}

extern "C" fn tree_left(
    context: *mut JitContext,
    window: *mut u64,
    left: Left,
    tree: u64,
) -> Settled {
    if left.how == NOT_RUN {
        assert_eq!(left.what, tree);
        // SAFETY: as in `called`.
        let argument = unsafe { *window };
        let v = world(context).helper(&format!("tree{}", left.what), &[argument]);
        return Settled { value: v.unwrap_or(0), status: v.is_none().into() };
    }
    assert_eq!(left, Left { how: FIRST_EXIT + 7, what: 99 });
    Settled { value: 0, status: 1 }
}

thread_local! {
    /// How trees are entered, and what the first cells hold.
    static STUBS: Stubs =
        Stubs::new(host_isa(OptLevel::None, true).unwrap(), &[tree0, tree1]).unwrap();
    /// What the cells hold; the third is for a tree of the test's.
    static ENTRIES: &'static [AtomicU64; 3] = {
        let entry = |n| AtomicU64::new(STUBS.with(|stubs| stubs.native(n)) as u64);
        Box::leak(Box::new([entry(0), entry(1), AtomicU64::new(0)]))
    };
    /// The addresses of the cells.
    static CELLS: &'static [u64] = {
        let addresses = ENTRIES.with(|entries| entries.each_ref().map(|e| e.as_ptr() as u64));
        Box::leak(Box::new(addresses))
    };
}

/// The third cell holds this tree from now on.
pub(crate) fn plant(tree: &Tree) {
    ENTRIES.with(|entries| entries[2].store(tree.code.address() as u64, Ordering::Relaxed));
}

extern "C" fn box_float(context: *mut JitContext, x: f64) -> u64 {
    Memory::box_float(world(context), x)
}

impl Memory for World {
    fn load(&mut self, addr: u64, offset: i64, ty: MemType) -> u64 {
        let p = addr.wrapping_add_signed(offset);
        // SAFETY: tests load from objects only.
        unsafe {
            match ty.bytes() {
                8 => *(p as *const u64),
                4 => (*(p as *const u32)).into(),
                2 => (*(p as *const u16)).into(),
                _ => (*(p as *const u8)).into(),
            }
        }
    }

    fn store(&mut self, addr: u64, offset: i64, ty: MemType, bits: u64) {
        let p = addr.wrapping_add_signed(offset);
        // SAFETY: tests store into objects only.
        unsafe {
            match ty.bytes() {
                8 => *(p as *mut u64) = bits,
                4 => *(p as *mut u32) = bits as u32,
                2 => *(p as *mut u16) = bits as u16,
                _ => *(p as *mut u8) = bits as u8,
            }
        }
    }

    fn alloc(&mut self, desc: &AllocDesc, len: u64) -> u64 {
        let bytes = u64::from(desc.size) + 8 * len;
        Rebuild::alloc(self, desc.header, bytes as u32)
    }

    fn shape(&mut self, obj: u64) -> u32 {
        read(obj, 0) as u32
    }

    fn call(&mut self, helper: &HelperDesc, args: &[u64]) -> Option<u64> {
        self.helper(&helper.name, args)
    }

    fn call_tree(&mut self, tree: u32, window: i32) -> Option<u64> {
        let argument = self.slot(window);
        self.helper(&format!("tree{tree}"), &[argument])
    }

    fn box_float(&mut self, x: f64) -> u64 {
        self.heap_floats += 1;
        let object = Rebuild::alloc(self, header(FLOAT, 0), 16);
        write(object, 1, x.to_bits());
        object
    }

    fn truth(&mut self, b: bool) -> u64 {
        self.object(usize::from(!b))
    }

    fn frame(&mut self, slot: i32) -> u64 {
        self.slot(slot)
    }

    fn set_frame(&mut self, slot: i32, v: u64) {
        self.set(slot, v);
    }

    fn frame_addr(&mut self, slot: i32) -> u64 {
        &raw const self.frame[(BELOW as i32 + slot) as usize] as u64
    }

    fn poll(&mut self) -> bool {
        *self.poll != 0
    }

    fn valid(&mut self) -> bool {
        self.python_calls < 9
    }
}

impl Rebuild for World {
    fn alloc(&mut self, header: u64, size: u32) -> u64 {
        let p = self.heap.alloc_zeroed(size as usize).expect("memory").as_ptr() as u64;
        write(p + 1, 0, header);
        p + 1
    }

    fn store(&mut self, object: u64, place: Place, bits: u64) {
        Memory::store(self, object - 1, place.offset.into(), place.ty, bits);
    }

    fn float(&mut self, x: f64) -> u64 {
        value::from_f64(x).unwrap_or_else(|| Memory::box_float(self, x))
    }

    fn truth(&mut self, b: bool) -> u64 {
        Memory::truth(self, b)
    }

    fn int(&mut self, n: i64) -> u64 {
        (n << 2) as u64
    }

    fn set_slot(&mut self, slot: i32, word: u64) {
        self.set(slot, word);
    }
}

/// A compiler and its arena.
pub(crate) struct Jit {
    codegen: CodeGen,
    isa: cranelift_codegen::isa::OwnedTargetIsa,
    arena: Mutex<Arena>,
}

impl Jit {
    pub(crate) fn new(opt: OptLevel) -> Jit {
        Jit::with(opt, true)
    }

    pub(crate) fn with(opt: OptLevel, verify: bool) -> Jit {
        let isa = host_isa(opt, verify).expect("a target");
        Jit {
            codegen: CodeGen::new(),
            isa,
            arena: Mutex::new(Arena::new(64 << 20).expect("an arena")),
        }
    }

    pub(crate) fn compile(&mut self, input: &TreeInput<'_>, options: &Options) -> Tree {
        match lower::compile(&mut self.codegen, &*self.isa, &self.arena, input, options) {
            Ok(tree) => tree,
            Err(e) => panic!("{e}\n{}\n{}", input.root, self.codegen.clif()),
        }
    }

    pub(crate) fn try_compile(
        &mut self,
        input: &TreeInput<'_>,
        options: &Options,
    ) -> Result<Tree, lower::LowerError> {
        lower::compile(&mut self.codegen, &*self.isa, &self.arena, input, options)
    }

    /// Frees a tree's code.
    pub(crate) fn free(&mut self, tree: Tree) {
        // SAFETY: tests run code on this thread only, and it has returned.
        unsafe { self.arena.lock().expect("not poisoned").free(tree.code) };
    }
}

/// The options for a world.
pub(crate) fn options(world: &World, force: Force) -> Options {
    let truth = [world.object(1), world.object(0)];
    let support = Support::new(box_float, tree_left, u64::MAX);
    let poll = world.poll_address();
    Options { support, truth, poll, force, passes: true, texts: false }
}

/// A trace alone.
pub(crate) fn alone(trace: &Trace) -> TreeInput<'_> {
    tree(trace, &[])
}

/// A root with its bridges.
pub(crate) fn tree<'a>(root: &'a Trace, bridges: &'a [Bridge<'a>]) -> TreeInput<'a> {
    let cells = CELLS.with(|cells| *cells);
    TreeInput { key: 1, root, after: None, bridges, extent: 40, cells }
}

/// A root with bridges at its snapshots.
pub(crate) fn at(trace: u32, snap: u32, bridge: &Trace) -> Bridge<'_> {
    Bridge { at: ExitKey { trace, snap: SnapId(snap) }, trace: bridge }
}

impl World {
    /// Runs a tree to its exit, without rebuilding anything.
    pub(crate) fn enter<'t>(&mut self, tree: &'t Tree) -> &'t ExitDescr {
        tree.set_tag(TAG);
        let left = self.leave(tree);
        assert!(left.how < FIRST_EXIT || left.what == TAG);
        &tree.exits[(left.how - FIRST_EXIT) as usize]
    }

    /// Runs a tree until it leaves.
    pub(crate) fn leave(&mut self, tree: &Tree) -> Left {
        let base = &raw mut self.frame[BELOW];
        let mut context = std::mem::take(&mut self.context);
        context.vm = std::ptr::from_mut(self).cast();
        // SAFETY: the tree was compiled for this world's context and frame.
        let left = STUBS.with(|stubs| unsafe { tree.enter(stubs, &mut context, base) });
        self.context = context;
        if left.how != NOT_RUN {
            assert_eq!(self.bounds[1], base.wrapping_add(40));
        }
        left
    }

    /// Lets the stack end after so many slots.
    pub(crate) fn limit(&mut self, slots: usize) {
        self.bounds[0] = (&raw mut self.frame[BELOW]).wrapping_add(slots);
    }

    /// Context and base.
    pub(crate) fn raw(&mut self) -> (*mut JitContext, *mut u64) {
        (&raw mut *self.context, &raw mut self.frame[BELOW])
    }

    /// Runs a tree and rebuilds the state; where it left.
    pub(crate) fn run(&mut self, tree: &Tree) -> ExitKey {
        let exit = self.enter(tree).clone();
        self.rebuild(&exit);
        exit.key
    }

    pub(crate) fn rebuild(&mut self, exit: &ExitDescr) {
        let mut context = std::mem::take(&mut self.context);
        self.rebuilding = &raw const *context;
        exit.rebuild(&mut context, self);
        self.rebuilding = std::ptr::null();
        self.context = context;
    }
}
