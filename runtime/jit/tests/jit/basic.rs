//! Small traces by hand.

use habu_jit::code::OptLevel;
use habu_jit::lower::{Force, Leads};
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
        let Leads::Out(key) = world.run(&tree) else { panic!("a tree exit") };
        assert_eq!((key.trace, key.snap.0), (0, 1));
        assert_eq!((to_int(world.slot(0)), to_int(world.slot(1))), (1000, 499_500));
        world.set(0, from_int(5));
        world.set(1, from_int(habu_trace::value::INT_MAX - 6));
        let Leads::Out(key) = world.run(&tree) else { panic!("a tree exit") };
        assert_eq!((key.snap.0, to_int(world.slot(0))), (1, 6));
        world.set(0, world.object(3));
        let Leads::Out(key) = world.run(&tree) else { panic!("a tree exit") };
        assert_eq!(key.snap.0, 0);
    }
}
