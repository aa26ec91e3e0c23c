//! What a trace must know of the registers where it may be left: snapshots, and the values that go along to a loop's next
//! round or into another tree.
//!
//! Registers that nobody will read are not kept: liveness is the bytecode's (`habu_bytecode::liveness`).

use super::Recorder;
use super::state::{Contents, OpenFrame};
use habu_bytecode::liveness::Liveness;
use habu_bytecode::{Code, Decoded};
use habu_semantics::slow;
use habu_trace::{FrameInfo, InstId, Recipe, Resume, Slot, SnapId, Snapshot};
use habu_vm::Vm;
use habu_vm::frame::frame_function;
use std::rc::Rc;

/// The registers of a frame that may still be read.
pub(super) struct LiveRegisters {
    liveness: Rc<Liveness>,
    at: u32,
    /// The handler that may be entered from here though it is not the next instruction's.
    handler: Option<u32>,
    /// Where else a jump goes on that waits for what a callee says.
    target: Option<u32>,
}

impl LiveRegisters {
    /// Whether what the frame calls may look at its variables.
    pub(super) fn reveal(&self) -> bool {
        self.liveness.reveals()
    }

    pub(super) fn has(&self, r: u32) -> bool {
        let places = [Some(self.at), self.handler, self.target];
        places.into_iter().flatten().any(|at| self.liveness.is_live(at, r))
    }
}

impl Recorder<'_> {
    /// The values that are not what memory at entry holds, for a loop's end or the entry of another tree.
    pub(super) fn carried(&mut self) -> Vec<(Slot, InstId)> {
        // What only memory has becomes a value; the loop's next round must not look at memory.
        for slot in self.slots.in_memory() {
            let id = self.b.frame_load(slot);
            self.slots.set(slot, Contents::Inst(id));
        }
        let live = self.live_at(self.frames[0].code, self.pc);
        let insts = self.slots.insts();
        insts
            .into_iter()
            .filter(|(slot, _)| *slot < 0 || live.as_ref().is_none_or(|l| l.has(*slot as u32)))
            .collect()
    }

    /// As `carried`, with the live slots that the bridge found as they are: its parents may have changed them.
    pub(super) fn brought(&mut self) -> Vec<(Slot, InstId)> {
        let mut out = self.carried();
        let live = self.live_at(self.frames[0].code, self.pc);
        // SAFETY: the window is live.
        let size = unsafe { slow::window_size(self.base) } as Slot;
        for slot in 0..size {
            let wanted = live.as_ref().is_none_or(|l| l.has(slot as u32));
            if wanted && self.slots.get(slot) == Contents::Entry {
                out.push((slot, self.b.param(slot)));
            }
        }
        out
    }

    /// Which registers of a code object are live before the instruction at an address.
    pub(super) fn live_at(&mut self, code: usize, pc: *const u32) -> Option<LiveRegisters> {
        if code == 0 {
            return None;
        }
        // SAFETY: code whose frame is in a trace is pinned.
        let data = unsafe { &*(code as *const Code) };
        let liveness = Rc::clone(
            self.shelf.liveness.entry(code).or_insert_with(|| Rc::new(Liveness::compute(data))),
        );
        let at = self.entry_of(code, pc)?;
        Some(LiveRegisters { liveness, at, handler: None, target: None })
    }

    /// Which registers of an open frame are to be kept at an exit: of the running one those live at `pc`, of one that
    /// waits for its callee those live where it goes on, which for a jump may be two places, and what the handler reads
    /// if the callee raises.
    pub(super) fn live_in_frame(
        &mut self,
        f: &OpenFrame,
        pc: Option<*const u32>,
    ) -> Option<LiveRegisters> {
        if let Some(pc) = pc {
            return self.live_at(f.code, pc);
        }
        let mut live = self.live_at(f.code, f.resume)?;
        let call = live.at.checked_sub(1)?;
        // SAFETY: code whose frame is in a trace is pinned.
        let code = unsafe { &*(f.code as *const Code) };
        live.handler = code.handler(call).map(|h| h.target);
        let waiting = live.liveness.start_before(live.at)?;
        live.target = Decoded::at(&code.code, waiting).and_then(|d| d.target());
        Some(live)
    }

    /// The word index of an address in the frame whose code data these are.
    pub(super) fn entry_of(&self, code: usize, pc: *const u32) -> Option<u32> {
        for f in self.frames.iter().rev() {
            if f.code != code {
                continue;
            }
            let window = self.tree_base.wrapping_offset(f.base as isize);
            // SAFETY: the frame is open.
            let function = unsafe { frame_function(window) }?;
            let object = Vm::function_code(function);
            let offset = (pc as usize).wrapping_sub(object.entry.get()) / 4;
            // SAFETY: code whose frame is in a trace is pinned.
            let len = unsafe { &*(code as *const Code) }.code.len();
            return (offset < len).then_some(offset as u32);
        }
        None
    }

    /// The snapshot of the running op's start.
    pub(super) fn snapshot(&mut self) -> SnapId {
        if let Some(snap) = self.op_snap {
            return snap;
        }
        let pc = self.op_pc.wrapping_sub(1);
        let snap = self.snapshot_at(pc as u64, Some(pc));
        self.op_snap = Some(snap);
        snap
    }

    /// The slots that a snapshot must load and name because memory alone has them. A slot that is not named counts as
    /// unchanged since entry, which in a later round of the loop is what the loop carries for it: a register of the
    /// first frame, or what lies there when that register is dead, a word of an inlined frame.
    fn only_in_memory(&mut self, pc: Option<*const u32>) -> Vec<Slot> {
        // SAFETY: the tree's window is live.
        let carried = unsafe { slow::window_size(self.tree_base) } as Slot;
        let mut slots = self.slots.in_memory();
        slots.retain(|s| (0..carried).contains(s));
        let first_end = self.frames.get(1).map_or(Slot::MAX, |f| f.base - 3);
        if slots.last().is_none_or(|s| *s < first_end) {
            return slots;
        }
        let frames = self.frames.clone();
        let mut named: Vec<Slot> = slots.iter().copied().filter(|s| *s < first_end).collect();
        for (i, f) in frames.iter().enumerate().skip(1) {
            let next = frames.get(i + 1);
            let live = self.live_in_frame(f, pc.filter(|_| next.is_none()));
            let end = next.map_or(Slot::MAX, |n| n.base - 3);
            named.extend(slots.iter().copied().filter(|s| {
                *s == f.base - 3
                    || (f.base..end).contains(s)
                        && live.as_ref().is_none_or(|l| l.has((*s - f.base) as u32))
            }));
        }
        named
    }

    /// A snapshot with `resume_pc` for the innermost frame; liveness is taken at `pc`, without which that frame too waits
    /// for a callee.
    pub(super) fn snapshot_at(&mut self, resume_pc: u64, pc: Option<*const u32>) -> SnapId {
        // Without a place of its own the exit goes on where the runtime noted, perhaps with an exception.
        let resume = if resume_pc == 0 { Resume::Raise } else { Resume::Normal };
        let mut snapshot = Snapshot { resume, ..Snapshot::default() };
        let frames = self.frames.clone();
        let in_memory = self.only_in_memory(pc);
        for slot in &in_memory {
            let id = self.b.frame_load(*slot);
            self.slots.set(*slot, Contents::Inst(id));
        }
        let insts = self.slots.insts();
        let mut at = 0;
        for (i, f) in frames.iter().enumerate() {
            let last = i + 1 == frames.len();
            let resume = if last { resume_pc } else { f.resume as u64 };
            // Where there is no place to go on from, people still want to know where it is.
            let func = if resume == 0 { pc.unwrap_or(f.resume) as u64 } else { 0 };
            snapshot.frames.push(FrameInfo { func, pc: resume, base: f.base });
            let end = frames.get(i + 1).map_or(Slot::MAX, |next| next.base - 3);
            let live = self.live_in_frame(f, pc.filter(|_| last));
            while at < insts.len() && insts[at].0 < end {
                let (slot, id) = insts[at];
                at += 1;
                // The words below an inlined window belong to its links.
                let below = slot < f.base;
                if below
                    || in_memory.binary_search(&slot).is_ok()
                    || live.as_ref().is_none_or(|l| l.has((slot - f.base) as u32))
                {
                    snapshot.slots.push((slot, Recipe::Inst(id)));
                }
            }
            // The next frame's callee word.
            if let Some(next) = frames.get(i + 1) {
                while at < insts.len() && insts[at].0 < next.base {
                    if insts[at].0 == next.base - 3 {
                        snapshot.slots.push((insts[at].0, Recipe::Inst(insts[at].1)));
                    }
                    at += 1;
                }
            }
        }
        self.b.add_snapshot(snapshot)
    }
}
