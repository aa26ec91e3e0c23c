//! Small traces by hand.

use habu_jit::code::OptLevel;
use habu_jit::lower::{FIRST_EXIT, Force, Left, NOT_RUN, RETURNED};
use habu_trace::text::parse;
use habu_trace::value::{from_int, to_int};
use habu_trace::verify::verify;

use crate::world::{Jit, World, alone, options};

const SUM: &str = "
trace root sum
entry:
  %0: val = param 0
  %1: val = param 1
  %2: val = param 2
  guard_int %0 s0
  guard_int %1 s0
  guard_int %2 s0
loop(%3: int = %0, %4: int = %1):
  %5: bool = lt %3, %2
  guard_true %5 s1
  %6: int = add_ovf %4, %3 s1
  %7: int = const_val 1
  %8: int = add_ovf %3, %7 s2
  safepoint s3
  jump_loop(%8, %6)
s0: f1@0+0 []
s1: f1@1+0 [0 = %3, 1 = %4]
s2: f1@2+0 [0 = %3, 1 = %6]
s3: f1@3+0 [0 = %8, 1 = %6]
";

#[test]
fn an_int_loop_runs_and_leaves() {
    let trace = parse(SUM).unwrap();
    verify(&trace).unwrap();
    for opt in [OptLevel::None, OptLevel::Speed] {
        let mut world = World::new();
        let mut jit = Jit::new(opt);
        let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
        for (slot, n) in [(0, 0), (1, 0), (2, 1000)] {
            world.set(slot, from_int(n));
        }
        let key = world.run(&tree);
        assert_eq!((key.trace, key.snap.0), (0, 1));
        assert_eq!((to_int(world.slot(0)), to_int(world.slot(1))), (1000, 499_500));
        world.set(0, from_int(5));
        world.set(1, from_int(habu_trace::value::INT_MAX - 6));
        let key = world.run(&tree);
        assert_eq!((key.snap.0, to_int(world.slot(0))), (1, 6));
        world.set(0, world.object(3));
        let key = world.run(&tree);
        assert_eq!(key.snap.0, 0);
    }
}

/// Runs `op` on two params, natively and by the evaluator, with ints from `xs` and `ys`.
fn pairs(op: &str, divides: bool, xs: &[i64], ys: &[i64]) {
    let guarded = op.ends_with("_ovf");
    let exit = if guarded { " s0" } else { "" };
    let text = format!(
        "trace root t\nentry:\n  %0: val = param 0\n  %1: val = param 1\n  guard_int %0 s0\n  guard_int %1 s0\n  \
         %2: int = {op} %0, %1{exit}\n  exit s1\ns0: f1@0+0 []\ns1: f1@1+0 [2 = %2]\n"
    );
    let trace = parse(&text).unwrap();
    let mut jit = Jit::new(OptLevel::Speed);
    let mut world = World::new();
    let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
    for &x in xs {
        for &y in ys {
            let quotient =
                || habu_trace::eval::floordiv(x, y).filter(|&q| habu_trace::value::fits_int(q));
            if divides && (y == 0 || op == "floordiv" && quotient().is_none())
                || op == "rshift" && y < 0
            {
                continue;
            }
            let mut other = World::new();
            for w in [&mut world, &mut other] {
                w.set(0, from_int(x));
                w.set(1, from_int(y));
                w.set(2, 0);
            }
            let key = world.run(&tree);
            let habu_trace::eval::Outcome::Exit { snap, .. } =
                habu_trace::eval::eval(&trace, &mut *other, 100)
            else {
                panic!("no exit")
            };
            assert_eq!((key.snap, world.slot(2)), (snap, other.slot(2)), "{op} {x} {y}");
        }
    }
    jit.free(tree);
}

#[test]
fn int_ops_agree_at_the_edges() {
    use habu_trace::value::{INT_MAX, INT_MIN};
    let mut xs =
        vec![INT_MIN, INT_MIN + 1, INT_MAX, INT_MAX - 1, 1 << 30, -(1 << 30), 1 << 45, -(1 << 45)];
    xs.extend(-9..=9);
    let mut counts: Vec<i64> = vec![59, 60, 61, 62, 63, 64, 1 << 40, INT_MAX, -1];
    counts.extend(0..5);
    for op in ["add_ovf", "sub_ovf", "mul_ovf", "and", "or", "xor"] {
        pairs(op, false, &xs, &xs);
    }
    for op in ["floordiv", "mod"] {
        pairs(op, true, &xs, &xs);
    }
    for op in ["lshift_ovf", "rshift"] {
        pairs(op, false, &xs, &counts);
    }
}

#[test]
fn doubles_are_truncated_and_boxed_as_the_evaluator_does() {
    let text = "
trace root t
entry:
  %0: val = param 0
  %1: raw = val_to_raw %0
  %2: f64 = unbox_float %0
  %3: f64 = const_f64 1e70
  %4: f64 = fmul %2, %3
  %5: val = box_float %4
  frame_store 1, %5
  %6: f64 = ffloor %2
  %7: val = box_float %6
  frame_store 2, %7
  %8: int = f64_to_int %2 s0
  exit s1
s0: f1@0+0 []
s1: f1@1+0 [3 = %8, 4 = %4]
";
    let trace = parse(text).unwrap();
    let mut jit = Jit::new(OptLevel::None);
    let (mut world, mut other) = (World::new(), World::new());
    let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
    let two61 = 2f64.powi(61);
    let mut doubles =
        vec![0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 1e18, -1e18, two61, -two61, 1e30, 1e-70];
    doubles.extend([
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        two61.next_down(),
        -two61.next_down(),
    ]);
    for x in doubles {
        for w in [&mut world, &mut other] {
            w.set(0, habu_trace::value::from_f64(x).expect("immediate"));
            (1..5).for_each(|slot| w.set(slot, 0));
        }
        world.run(&tree);
        habu_trace::eval::eval(&trace, &mut *other, 100);
        assert_eq!(world.digest(), other.digest(), "{x}");
    }
}

#[test]
fn the_countdown_leaves_at_the_guard_it_ends_at() {
    let trace = parse(SUM).unwrap();
    let mut jit = Jit::new(OptLevel::Speed);
    let mut world = World::new();
    let tree = jit.compile(&alone(&trace), &options(&world, Force::Countdown));
    // Three guards before the loop, four in it.
    for (countdown, snap, iterations) in
        [(1, 0, 0), (4, 1, 0), (6, 2, 0), (7, 3, 1), (3 + 4 * 50 + 3, 2, 50)]
    {
        (0..3).for_each(|slot| world.set(slot, from_int(if slot == 2 { 1000 } else { 0 })));
        world.context.countdown = countdown;
        let key = world.run(&tree);
        assert_eq!((key.snap.0, to_int(world.slot(0))), (snap, iterations), "{countdown}");
    }
}

#[test]
fn a_background_thread_compiles_and_the_stub_enters() {
    let trace = parse(SUM).unwrap();
    let mut world = World::new();
    let options = options(&world, Force::No);
    let (tree, _jit) = std::thread::spawn(move || {
        let mut jit = Jit::new(OptLevel::Speed);
        (jit.compile(&alone(&trace), &options), jit)
    })
    .join()
    .expect("compiled");
    habu_jit::code::arena::synchronise();
    (0..3).for_each(|slot| world.set(slot, from_int(if slot == 2 { 10 } else { 0 })));
    let stubs =
        habu_jit::code::Stubs::new(habu_jit::code::host_isa(OptLevel::None, true).unwrap(), &[])
            .unwrap();
    let (context, base) = world.raw();
    // SAFETY: the tree was compiled for this context and frame.
    let left = unsafe { stubs.enter(tree.code.address(), context.cast(), base) };
    let exit = (left.how - FIRST_EXIT) as usize;
    assert!(tree.exits[exit].key.snap.0 == 1);
    assert!(tree.is_valid());
    tree.invalidate();
    assert!(!tree.is_valid());
}

#[test]
fn what_cannot_be_lowered_is_said() {
    use habu_jit::lower::{ExitKey, LowerError};
    let root = parse(SUM).unwrap();
    let bridge = parse("trace bridge 1/s9\nentry:\n  exit s0\ns0: f1@0+0 []\n").unwrap();
    let world = World::new();
    let options = options(&world, Force::No);
    let mut jit = Jit::new(OptLevel::None);
    let bridges = [crate::world::at(0, 9, &bridge)];
    let input = crate::world::tree(&root, &bridges);
    let key = ExitKey { trace: 0, snap: habu_trace::SnapId(9) };
    assert_eq!(jit.try_compile(&input, &options).err(), Some(LowerError::NoSuchExit(key)));
    let open = parse("trace root t\nentry:\n  open\n").unwrap();
    assert_eq!(jit.try_compile(&alone(&open), &options).err(), Some(LowerError::Open));
    // The compiler is as good as new.
    jit.compile(&alone(&root), &options);
}

#[test]
fn what_crosses_threads_can() {
    fn crosses<T: Send + Sync>() {}
    crosses::<habu_jit::lower::Tree>();
    crosses::<habu_jit::lower::Options>();
    crosses::<std::sync::Mutex<habu_jit::code::Arena>>();
    fn moves<T: Send>() {}
    moves::<habu_jit::code::CodeGen>();
    moves::<habu_jit::code::Stubs>();
}

const CALLS: &str = "
trace root calls
entry:
  %0: val = param 0
  frame_store 20, %0
  %1: val = frame_addr 3
  %2: raw = val_to_raw %1
  %3: val = frame_addr 20
  %4: raw = val_to_raw %3
  %5: raw = rsub %4, %2
  %6: int = raw_to_int %5
  %7: val = call_tree 1 @ 20 s0
  frame_store 21, %7
  %8: val = call_tree 0 @ 21 s0
  %9: bool = is %0, %8
  guard_false %9 s1
  return %6
s0: f1@0+0 [1 = %6] raise
s1: f1@1+0 [1 = %6]
";

#[test]
fn a_tree_calls_and_returns() {
    let trace = parse(CALLS).unwrap();
    verify(&trace).unwrap();
    for opt in [OptLevel::None, OptLevel::Speed] {
        let mut world = World::new();
        let mut jit = Jit::new(opt);
        let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
        world.set(0, from_int(100));
        world.set(1, 0);
        // 17 slots lie between the two.
        let left = world.leave(&tree);
        assert_eq!(left, Left { how: RETURNED, what: from_int(17 * 8) });
        assert_eq!(world.log, ["tree1(100)", "tree0(1)"]);
        // The fifth call raises.
        world.leave(&tree);
        let key = world.run(&tree);
        assert_eq!((key.snap.0, to_int(world.slot(1))), (0, 17 * 8));
    }
}

#[test]
fn a_tree_without_room_does_nothing() {
    let trace = parse(CALLS).unwrap();
    let mut world = World::new();
    let mut jit = Jit::new(OptLevel::Speed);
    let tree = jit.compile(&alone(&trace), &options(&world, Force::No));
    for (slots, native, runs) in [(40, 0, true), (39, 0, false), (40, u64::MAX, false)] {
        world.set(0, from_int(1));
        world.limit(slots);
        world.context.bounds.native = native;
        let calls = world.log.len();
        assert_eq!(world.leave(&tree).how == NOT_RUN, !runs);
        assert_eq!(world.log.len() > calls, runs);
    }
}
