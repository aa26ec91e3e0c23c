//! Tests of the heap through its public face, as one binary.

mod barriers;
mod finalizers;
mod immortals;
mod limits;
mod lookup;
mod mixed;
mod model;
mod registry;
mod speed;
mod stacks;
mod weak;
mod world;
