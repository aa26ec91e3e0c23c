//! Calls that are not simple, function objects, returns that need care, hot counters.

use super::{Frame, Jump, store_result};
use habu_bytecode::Insn;
use habu_object::dict::Dict;
use habu_object::{Code, Kind, List, Tuple, Value};
use habu_vm::call::Prepared;
use habu_vm::stack::LINK;
use habu_vm::{Keywords, PyResult};

/// Calls the window at register A.
#[inline(never)]
fn call_window(
    frame: &mut Frame<'_>,
    i: Insn,
    nargs: usize,
    keywords: Keywords,
    words: usize,
) -> PyResult<Jump> {
    let ret = frame.next(words)?.pc;
    let window = frame.base.wrapping_add(i.a());
    let caller = frame.base;
    // SAFETY: verified code puts callee and arguments in the window and nothing live above them.
    match unsafe { frame.vm.prepare_call(window, nargs, keywords, ret, caller)? } {
        Prepared::Frame(pc, base) => Ok(Jump { pc, base }),
        Prepared::Done(v) => store_result(frame, i, v, words),
    }
}

/// The method form with a plain attribute: the arguments move down over the missing self.
#[inline(always)]
fn drop_self(frame: &mut Frame<'_>, i: Insn, nargs: usize) -> usize {
    let base = i.a() + LINK;
    if !frame.reg(base).is_unbound() {
        return nargs + 1;
    }
    for k in 0..nargs {
        let v = frame.reg(base + 1 + k);
        frame.set(base + k, v);
    }
    nargs
}

/// Calls the window at register A with positional arguments: natives directly, the rest as it comes.
#[inline(always)]
fn call_positional(frame: &mut Frame<'_>, i: Insn, nargs: usize) -> PyResult<Jump> {
    let window = frame.base.wrapping_add(i.a());
    // SAFETY: verified code puts callee and arguments in the window and nothing live above them.
    if let Some(f) = unsafe { frame.vm.hosted(window, nargs) } {
        frame.set(i.a(), f.value());
    }
    // SAFETY: as above.
    match unsafe { frame.vm.call_direct(window, nargs) } {
        Some(result) => store_result(frame, i, result?, 0),
        None => call_window(frame, i, nargs, Keywords::NONE, 0),
    }
}

#[inline(always)]
pub(super) fn Call(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    call_positional(frame, i, i.b())
}

#[inline(always)]
pub(super) fn CallMethod(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let nargs = drop_self(frame, i, i.b());
    call_positional(frame, i, nargs)
}

pub(super) fn CallKw(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let names = frame.constant(0).cast::<Tuple>();
    let keywords = names.map_or(Keywords::NONE, Keywords::new);
    let nargs = if i.c() == 1 { drop_self(frame, i, i.b()) } else { i.b() };
    if let Some(names) = names.filter(|names| names.len() + 1 == nargs) {
        let first = i.a() + LINK;
        let (callee, this) = (frame.reg(i.a()), frame.reg(first));
        let values = frame.base.wrapping_add(first + 1);
        // SAFETY: the keywords' values follow the positional argument.
        let value = |k: usize| unsafe { habu_vm::stack::reg(values, k as isize) };
        if let Some(f) = frame.vm.hosted_by(callee, this, names.items(), value) {
            frame.set(i.a(), f.value());
        }
    }
    call_window(frame, i, nargs, keywords, 1)
}

pub(super) fn CallEx(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let callee = frame.reg(i.a());
    let args = frame.reg(i.a() + LINK);
    let kwargs = frame.reg(i.a() + LINK + 1);
    let vm = &mut *frame.vm;
    if !matches!(args.kind(), Kind::List | Kind::Tuple) {
        let (iter, item) = (vm.names.__iter__, vm.names.__getitem__);
        if vm.special(args, iter).is_none() && vm.special(args, item).is_none() {
            let name = vm.callable_name(callee)?;
            let msg =
                format!("{name} argument after * must be an iterable, not {}", vm.type_name(args));
            return Err(vm.type_error(&msg));
        }
    }
    let args = vm.tuple_from_iter(args)?;
    let kwargs = kwargs.cast::<Dict>().filter(|d| !d.is_empty());
    // The window may reach beyond the frame's registers: the compiler did not know how many arguments there are.
    let count = args.len() + kwargs.map_or(0, |d| d.len());
    let window = frame.base.wrapping_add(i.a());
    let end = window.wrapping_add(LINK + count);
    vm.top = vm.top.max(end);
    if vm.top.wrapping_add(64) > vm.stack_limit {
        vm.extend_stack(frame.base, window.wrapping_add(LINK))?;
    }
    let put = |at: usize, v: Value| {
        // SAFETY: the words of the window are this call's; room for them was just checked.
        unsafe { habu_vm::stack::set_reg(window, (LINK + at) as isize, v) };
    };
    for (k, v) in args.items().iter().enumerate() {
        put(k, v.get());
    }
    let keywords = match kwargs {
        Some(d) => {
            let names = Tuple::zeroed(&mut vm.heap, d.len())?;
            let (mut pos, mut n) = (0, 0);
            while let Some((next, key, v, _)) = d.next_entry(pos) {
                if key.kind() != Kind::Str {
                    return Err(vm.type_error("keywords must be strings"));
                }
                put(args.len() + n, v);
                let key = vm.intern_value(key)?;
                names.set(&mut vm.heap, n, key);
                pos = next;
                n += 1;
            }
            Keywords::new(names)
        }
        None => Keywords::NONE,
    };
    call_window(frame, i, count, keywords, 0)
}

pub(super) fn ContInit(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    let r = frame.result();
    if r.is_none() {
        let o = frame.reg(0);
        let jump = frame.leave_continuation();
        // The continuation frame's callee word is the call's result register.
        // SAFETY: the frame has a callee word.
        unsafe { habu_vm::stack::set_reg(frame.base, habu_vm::stack::CALLEE, o) };
        return Ok(jump);
    }
    let msg = format!("__init__() should return None, not '{}'", frame.vm.type_name(r));
    Err(frame.vm.type_error(&msg))
}

pub(super) fn Halt(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    Ok(Jump { pc: std::ptr::null(), base: frame.base })
}

pub(super) fn MakeFunction(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let globals = frame.function().globals.get();
    let builtins = frame.function().builtins.get();
    let Some(code) = frame.constant(0).cast::<Code>() else {
        return Err(frame.vm.type_error("MAKE_FUNCTION without code"));
    };
    let f = frame.vm.new_function(code, globals)?;
    f.store(&mut frame.vm.heap, &f.builtins, builtins);
    let mut at = i.b();
    for (bit, field) in
        [&f.defaults, &f.kwdefaults, &f.annotate, &f.closure].into_iter().enumerate()
    {
        if i.c() & (1 << bit) != 0 {
            let v = frame.reg(at);
            f.store(&mut frame.vm.heap, field, v);
            at += 1;
        }
    }
    store_result(frame, i, f.value(), 1)
}

pub(super) fn LoadBuildClass(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let v = frame.vm.root("__build_class__");
    store_result(frame, i, v, 0)
}

/// Counts down the hot counter in word `k` and serves the poll flag; where to go instead if that changed the course.
#[inline(always)]
pub(super) fn count(frame: &mut Frame<'_>, k: usize) -> PyResult<Option<Jump>> {
    let left = frame.word(k);
    if frame.vm.poll == 0 && left > 1 {
        frame.set_word(k as isize, left - 1);
        return Ok(None);
    }
    count_slowly(frame, k)
}

#[cold]
#[inline(never)]
fn count_slowly(frame: &mut Frame<'_>, k: usize) -> PyResult<Option<Jump>> {
    if frame.vm.poll != 0 {
        frame.vm.serve_poll()?;
    }
    let left = frame.word(k);
    if left == u32::MAX {
        return Ok(None);
    }
    if left > 1 {
        frame.set_word(k as isize, left - 1);
        return Ok(None);
    }
    let before = (frame.pc.wrapping_sub(1), frame.base);
    let (pc, base) = (frame.vm.ports.hot)(frame.vm, before.0, before.1);
    if (pc, base) == before { Ok(None) } else { Ok(Some(Jump { pc, base })) }
}

pub(super) fn Enter(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    match count(frame, 0)? {
        Some(jump) => Ok(jump),
        None => frame.next(2),
    }
}

pub(super) fn JumpBack(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    match count(frame, 1)? {
        Some(jump) => Ok(jump),
        None => frame.jump(0),
    }
}

/// Goes on in compiled code.
fn enter_tree(frame: &mut Frame<'_>, link: usize) -> PyResult<Jump> {
    if frame.vm.poll != 0 {
        frame.vm.serve_poll()?;
    }
    let tree = frame.word(link);
    let (pc, base) = (frame.vm.ports.enter)(frame.vm, tree, frame.pc.wrapping_sub(1), frame.base);
    Ok(Jump { pc, base })
}

pub(super) fn EnterTree(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    enter_tree(frame, 1)
}

pub(super) fn JumpBackTree(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    enter_tree(frame, 2)
}

pub(super) fn ForLoopTree(frame: &mut Frame<'_>, _i: Insn) -> PyResult<Jump> {
    enter_tree(frame, 2)
}

/// The callee's argument list under construction.
pub(super) fn list(frame: &Frame<'_>, r: usize) -> Option<habu_object::Gc<List>> {
    frame.reg(r).cast::<List>()
}
