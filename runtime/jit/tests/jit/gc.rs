//! Machine code under a collector that runs at every allocation.

use habu_jit::code::OptLevel;
use habu_jit::lower::{Force, Rebuild};
use habu_trace::eval::eval;
use habu_trace::text::parse;
use habu_trace::value::from_int;
use habu_trace::verify::verify;

use crate::world::{Jit, World, alone, options};

const DESCS: &str = "
field x +8 val alias 3
field y +16 val alias 4
alloc Pair size 24 header 0x20000000b shape 11! [x, y]
helper poke (val) -> val reads 3 writes 3
";

fn same_under_stress(text: &str, prepare: impl Fn(&mut World)) {
    let trace = parse(&format!("{DESCS}{text}")).unwrap();
    verify(&trace).unwrap();
    for opt in [OptLevel::None, OptLevel::Speed] {
        let (mut world, mut other) = (World::new(), World::new());
        let mut jit = Jit::new(opt);
        world.stress((&raw const jit).cast());
        let tree = jit.compile(&alone(&world.load(&trace)), &options(&world, Force::No));
        for _ in 0..5 {
            for w in [&mut world, &mut other] {
                prepare(w);
            }
            world.run(&tree);
            let trace = other.load(&trace);
            eval(&trace, &mut *other, 100_000);
            assert_eq!(world.digest(), other.digest(), "{opt:?}");
        }
    }
}

/// Fields that are not stored before the collector may look are zero, also in memory used before.
#[test]
fn new_objects_have_no_old_words() {
    let text = "
trace root t
entry:
  %0: val = param 0
  %1: val = new Pair
  %2: val = call poke, %0
  %3: val = new Pair
  store x, %3, %0
  store y, %3, %0
  store y, %1, %3
  exit s0
s0: f1@1+0 [1 = %1]
";
    same_under_stress(text, |world| {
        for _ in 0..100 {
            let junk = Rebuild::alloc(world, 0x2_0000_000b, 24);
            habu_trace::eval::Memory::store(world, junk - 1, 8, habu_trace::MemType::Val, junk);
        }
        world.set(0, from_int(7));
        world.set(1, 0);
    });
}

/// A list grows from an old object: without the barrier its young links would be lost.
#[test]
fn stores_into_old_objects_are_told() {
    let text = "
trace root t
entry:
  %0: val = param 0
  %1: val = param 1
  guard_shape 11!, %0 s0
  guard_int %1 s0
loop(%2: int = %1):
  %3: int = const_val 60
  %4: bool = lt %2, %3
  guard_true %4 s1
  %5: val = load x, %0
  %6: val = new Pair
  store x, %6, %5
  store y, %6, %2
  store x, %0, %6
  barrier %0, %6
  %7: val = new Pair
  store x, %7, %2
  store y, %7, %2
  %8: int = const_val 1
  %9: int = add_ovf %2, %8 s1
  jump_loop(%9)
s0: f1@0+0 []
s1: f1@1+0 [1 = %2]
";
    same_under_stress(text, |world| {
        let head = Rebuild::alloc(world, 0x2_0000_000b, 24);
        world.set(0, head);
        world.set(1, 0);
        for _ in 0..8 {
            Rebuild::alloc(world, 0x2_0000_000b, 24);
        }
    });
}
