//! The protocol against a few-line reference: any sequence of operations by several parties, with crashes, takeovers,
//! late answers and orders from outside.

mod history;
mod operation;
mod reference;
mod world;

use proptest::prelude::*;

use self::operation::{Operation, operations};
use self::world::World;
use crate::bench::Bench;

fn agrees(bench: Bench, operations: &[Operation]) {
    let mut world = World::new(bench);
    operations.iter().for_each(|operation| world.step(operation));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn in_memory(operations in operations(100)) {
        agrees(Bench::memory(), &operations);
    }
}

#[cfg(feature = "sqlite")]
proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn in_a_file(operations in operations(60)) {
        let folder = tempfile::tempdir().unwrap();
        agrees(Bench::file(folder.path()), &operations);
    }
}
