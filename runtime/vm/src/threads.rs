//! Threads of the program: each is a thread of the system with stacks of its own; one at a time runs.
//!
//! The `Vm` always holds the state of the thread that runs, at fixed addresses, so nothing that executes Python code
//! knows of threads. When a thread lets go of the lock (`gil`), its state moves to `Threads::parked`, and its native
//! stack is declared to the collector from where its registers were spilled; when it has the lock again, all is moved
//! back. The lock is let go of around system calls that may take long (`Vm::without_gil`) and where the poll word is
//! served. A program with one thread never does either.

use crate::error::PyResult;
use crate::gil::Gil;
use crate::parking::{Place, Waiting};
use crate::signals;
use crate::stack::{Stack, native_stack_end};
use crate::vm::Vm;
use habu_gc::{Marker, with_spilled_registers};
use habu_object::{Gc, List, Value};
use rustc_hash::FxHashMap;
use std::os::unix::thread::JoinHandleExt;
use std::sync::Arc;

/// What the JIT keeps of a thread that does not run; its own business. All zero for a new thread.
pub type Kept = [u64; 6];

/// Native stack of a thread, unless the program says otherwise.
const NATIVE_STACK: usize = 8 << 20;
/// The least that a thread gets, whatever the program says.
const LEAST_STACK: usize = 4 << 20;
/// Of it, what native code may use beyond its limit.
const STACK_RESERVE: usize = 512 << 10;
/// Microseconds after which a thread that waits asks the running one to let go.
const SWITCH_INTERVAL: u64 = 5000;

/// What threads a runtime has.
pub struct Threads {
    gil: Arc<Gil>,
    /// The states of the threads that do not run, by number.
    parked: FxHashMap<u64, ThreadState>,
    /// Number of the thread that runs.
    running: u64,
    /// Number of the last thread that was started. The first one is 0.
    last: u64,
    /// The identity of the running thread, as the system has it.
    ident: u64,
    /// The identity of the main thread.
    main: u64,
    /// Whether no other thread will ever run again.
    closed: bool,
    /// Where the running thread sleeps.
    pub(crate) place: Place,
    pub(crate) waiting: Waiting,
    /// Objects that modules keep for the running thread, by name.
    locals: FxHashMap<&'static str, Value>,
    /// Native stack for new threads, 0 for the usual one.
    pub stack_size: usize,
}

/// What of the runtime's state belongs to one thread: in the `Vm` while it runs, here while it does not.
struct ThreadState {
    ident: u64,
    stack: Stack,
    stack_limit: *mut Value,
    granted_at: *mut Value,
    base: *mut Value,
    pc: *const u32,
    top: *mut Value,
    native_limit: usize,
    native_end: *const u8,
    handled: Value,
    raised: Value,
    declined: Value,
    attempting: bool,
    finalizing: bool,
    repr_active: Vec<u64>,
    place: Place,
    locals: FxHashMap<&'static str, Value>,
    kept: Kept,
}

impl ThreadState {
    /// Of a thread that has not begun, with this stack.
    fn new(stack: Stack) -> ThreadState {
        let start = stack.start();
        ThreadState {
            ident: 0,
            stack,
            stack_limit: start,
            granted_at: start,
            base: start,
            pc: std::ptr::null(),
            top: start,
            native_limit: 0,
            native_end: std::ptr::null(),
            handled: Value::NONE,
            raised: Value::UNBOUND,
            declined: Value::UNBOUND,
            attempting: false,
            finalizing: false,
            repr_active: Vec::new(),
            place: Place::default(),
            locals: FxHashMap::default(),
            kept: [0; 6],
        }
    }

    /// Exchanges this with what the runtime has.
    fn exchange(&mut self, vm: &mut Vm) {
        use std::mem::swap;
        swap(&mut self.ident, &mut vm.threads.ident);
        swap(&mut self.stack, &mut vm.stack);
        swap(&mut self.stack_limit, &mut vm.stack_limit);
        swap(&mut self.granted_at, &mut vm.granted_at);
        swap(&mut self.base, &mut vm.base);
        swap(&mut self.pc, &mut vm.pc);
        swap(&mut self.top, &mut vm.top);
        swap(&mut self.native_limit, &mut vm.native_limit);
        swap(&mut self.handled, &mut vm.handled);
        swap(&mut self.raised, &mut vm.raised);
        swap(&mut self.declined, &mut vm.declined);
        swap(&mut self.attempting, &mut vm.attempting);
        swap(&mut self.finalizing, &mut vm.finalizing);
        swap(&mut self.repr_active, &mut vm.repr_active);
        swap(&mut self.place, &mut vm.threads.place);
        swap(&mut self.locals, &mut vm.threads.locals);
        self.native_end = vm.heap.exchange_stack_end(self.native_end);
        (vm.ports.exchange)(vm, &mut self.kept);
    }

    fn trace(&self, marker: &mut Marker<'_>) {
        let end = self.stack.clamp(self.top.max(self.base), 0);
        // SAFETY: both ends lie in the stack reservation, whose untouched pages read as zeros.
        unsafe { marker.mark_conservative_range(self.stack.start().cast(), end.cast()) };
        for v in [self.handled, self.raised, self.declined].iter().chain(self.locals.values()) {
            marker.mark_word(v.bits());
        }
    }
}

/// Why a thread cannot be started: the system has no room for another one.
#[derive(Clone, Copy, Debug)]
pub struct NoThread;

impl Threads {
    /// With the calling thread alone.
    pub(crate) fn new() -> Threads {
        let ident = current();
        Threads {
            gil: Arc::new(Gil::held(std::ptr::null_mut(), SWITCH_INTERVAL)),
            parked: FxHashMap::default(),
            running: 0,
            last: 0,
            ident,
            main: ident,
            closed: false,
            place: Place::default(),
            waiting: Waiting::default(),
            locals: FxHashMap::default(),
            stack_size: 0,
        }
    }

    /// Names the runtime's poll word, once it has its place.
    pub(crate) fn begin(&mut self, poll: *mut u32) {
        self.gil = Arc::new(Gil::held(poll, SWITCH_INTERVAL));
    }

    pub(crate) fn trace(&self, marker: &mut Marker<'_>) {
        self.parked.values().for_each(|state| state.trace(marker));
        self.locals.values().for_each(|v| marker.mark_word(v.bits()));
    }

    /// The identity of the running thread.
    pub fn ident(&self) -> u64 {
        self.ident
    }

    /// The identity of the main thread.
    pub fn main(&self) -> u64 {
        self.main
    }

    /// Whether the running thread is the only one that there is.
    #[inline]
    fn is_alone(&self) -> bool {
        self.closed || self.parked.is_empty()
    }

    /// How many threads there are beside the main one.
    pub fn count(&self) -> usize {
        self.parked.len()
    }

    /// The identities of all threads.
    pub fn idents(&self) -> Vec<u64> {
        std::iter::once(self.ident).chain(self.parked.values().map(|state| state.ident)).collect()
    }

    /// Whether no thread can be started any more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Seconds after which a thread that waits asks the running one to let go.
    pub fn switch_interval(&self) -> f64 {
        self.gil.interval() as f64 / 1e6
    }

    /// Sets them.
    pub fn set_switch_interval(&self, seconds: f64) {
        self.gil.set_interval((seconds * 1e6) as u64);
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.gil.close();
    }
}

/// The identity of the calling thread.
pub(crate) fn current() -> u64 {
    // SAFETY: asks only.
    unsafe { libc::pthread_self() as u64 }
}

impl Vm {
    /// Calls `f`, which does not touch the runtime and may take long, while other threads may run.
    ///
    /// The memory that `f` uses must not be in the heap: it may be changed or freed meanwhile.
    pub fn without_gil<T>(&mut self, f: impl FnOnce() -> T) -> T {
        // In an attempt frames are not in memory as others would find them, and attempts are short.
        if self.threads.is_alone() || self.attempting {
            return f();
        }
        let gil = Arc::clone(&self.threads.gil);
        self.parked(|| {
            gil.release();
            let r = f();
            gil.acquire();
            r
        })
    }

    /// Lets another thread run if one has waited for long enough.
    pub(crate) fn yield_gil(&mut self) {
        if self.threads.is_alone() || !self.threads.gil.is_wanted() {
            return;
        }
        let gil = Arc::clone(&self.threads.gil);
        self.parked(|| gil.pass());
    }

    /// Calls `f`, which lets go of the lock and takes it again.
    fn parked<T>(&mut self, f: impl FnOnce() -> T) -> T {
        // What other threads do to the runtime meanwhile, they do through this pointer.
        let vm: *mut Vm = std::hint::black_box(&raw mut *self);
        with_spilled_registers(|low| {
            // SAFETY: the caller's exclusive reference, unused until this returns; the lock is held.
            let number = unsafe { (*vm).park(low) };
            let r = f();
            // SAFETY: as above, the lock is held again.
            unsafe { (*vm).unpark(number) };
            r
        })
    }

    /// Moves the state of the running thread out of the way; below `low` its native stack holds nothing.
    #[inline(never)]
    fn park(&mut self, low: *const u64) -> u64 {
        let mut state = ThreadState::new(Stack::none());
        state.exchange(self);
        // SAFETY: the stack is of this thread, which does not leave the calling function before it is back.
        unsafe { self.heap.add_stack_range(low.cast(), state.native_end) };
        self.threads.parked.insert(self.threads.running, state);
        self.threads.running
    }

    /// Moves the state of a thread back.
    #[inline(never)]
    fn unpark(&mut self, number: u64) {
        let Some(mut state) = self.threads.parked.remove(&number) else {
            unreachable!("a thread that does not run is parked")
        };
        self.heap.remove_stack_range(state.native_end);
        state.exchange(self);
        self.threads.running = number;
        if self.serves_signals() && signals::have_come() {
            self.poll = 1;
        }
    }

    /// Whether the running thread is the one that serves signals.
    pub fn serves_signals(&self) -> bool {
        self.threads.ident == self.threads.main
    }

    /// Starts a thread that calls `body`, with objects kept for it under names; its identity.
    pub fn start_thread(
        &mut self,
        locals: &[(&'static str, Value)],
        body: fn(&mut Vm),
    ) -> Result<u64, NoThread> {
        let mut state = ThreadState::new(Stack::of_thread().ok_or(NoThread)?);
        state.locals.extend(locals.iter().copied());
        let gil = Arc::clone(&self.threads.gil);
        let number = self.threads.last + 1;
        let size = match self.threads.stack_size {
            0 => NATIVE_STACK,
            n => n.max(LEAST_STACK),
        };
        let address = (&raw mut *self).expose_provenance();
        let thread = std::thread::Builder::new().stack_size(size);
        let started = thread.spawn(move || {
            gil.acquire();
            let vm = std::ptr::with_exposed_provenance_mut::<Vm>(address);
            let run = std::panic::AssertUnwindSafe(|| {
                // SAFETY: a runtime that goes away closes the lock first; it is held.
                let vm = unsafe { &mut *vm };
                vm.begin_thread(number, size);
                body(vm);
                vm.end_thread()
            });
            // Nobody else would ever get the lock.
            let Ok(state) = std::panic::catch_unwind(run) else { std::process::abort() };
            gil.release();
            drop(state);
        });
        let ident = started.map_err(|_| NoThread)?.as_pthread_t();
        state.ident = ident;
        self.threads.last = number;
        self.threads.parked.insert(number, state);
        Ok(ident)
    }

    /// The first thing that a thread does: its state, and with it its native stack, becomes the runtime's.
    fn begin_thread(&mut self, number: u64, size: usize) {
        let here = 0usize;
        let here = &raw const here as usize;
        if let Some(state) = self.threads.parked.get_mut(&number) {
            state.native_end = native_stack_end().unwrap_or((here + 4096) as *const u8);
            state.native_limit = here.saturating_sub(size - STACK_RESERVE);
        }
        self.unpark(number);
        self.set_recursion_limit(self.recursion_limit);
    }

    /// The last thing that a thread does: what was its own, to be dropped once the lock is free.
    fn end_thread(&mut self) -> impl Sized {
        let mut state = ThreadState::new(Stack::none());
        state.exchange(self);
        state.locals.clear();
        state
    }

    /// The object that is kept for the running thread under a name, UNBOUND if none.
    pub fn thread_root(&self, name: &'static str) -> Value {
        self.threads.locals.get(name).copied().unwrap_or(Value::UNBOUND)
    }

    /// Keeps an object for the running thread under a name.
    pub fn set_thread_root(&mut self, name: &'static str, v: Value) {
        self.threads.locals.insert(name, v);
    }

    /// Appends the objects that are kept for the other threads under a name.
    pub fn others_roots(&mut self, name: &'static str, to: Gc<List>) -> PyResult<()> {
        for state in self.threads.parked.values() {
            if let Some(v) = state.locals.get(name) {
                to.push(&mut self.heap, *v)?;
            }
        }
        Ok(())
    }

    /// From now on no other thread runs.
    pub fn close_threads(&mut self) {
        self.threads.gil.close();
        self.threads.closed = true;
    }

    /// In a process that was forked only the calling thread is left.
    pub(crate) fn forget_threads(&mut self) {
        let threads = &mut self.threads;
        threads.gil = Arc::new(Gil::held(&raw mut self.poll, threads.gil.interval()));
        threads.main = threads.ident;
        threads.waiting.clear();
        for (_, state) in threads.parked.drain() {
            self.heap.remove_stack_range(state.native_end);
        }
        signals::listen_here(&threads.place);
    }

    /// What the thread of this identity is doing: its innermost window, its instruction, the bottom of its stack.
    fn place_of(&self, ident: u64) -> Option<(*mut Value, *const u32, *mut Value)> {
        if ident == self.threads.ident {
            return Some((self.base, self.pc, self.stack.start()));
        }
        let state = self.threads.parked.values().find(|state| state.ident == ident)?;
        Some((state.base, state.pc, state.stack.start()))
    }

    /// The innermost frame of the thread of this identity.
    pub fn frame_of_thread(&mut self, ident: u64) -> PyResult<Option<Value>> {
        match self.place_of(ident) {
            Some((base, pc, bottom)) => self.innermost_frame(base, pc, bottom),
            None => Ok(None),
        }
    }

    /// The exception that the thread of this identity handles, None if none.
    pub fn handled_by(&self, ident: u64) -> Value {
        if ident == self.threads.ident {
            return self.handled;
        }
        let state = self.threads.parked.values().find(|state| state.ident == ident);
        state.map_or(Value::NONE, |state| state.handled)
    }
}
