//! What is removed of a campaign, and that nothing is removed of the others.

use super::bench::Bench;
use super::contents::{Contents, exceptions, fill, outcomes, sizes};
use super::sample::{SETTLED, exception, reach, recall, recipient};
use crate::ledger::{BatchRow, BatchState, ExceptionRow, RecallRow, Slot};

pub(super) fn of_a_deleted_campaign_is_gone(bench: &Bench) {
    let now = bench.now();
    let (gone, stays) = bench.write(|tables| {
        tables.insert_slot("app", Slot { at: now, cost: Default::default() })?;
        Ok((fill(tables, "gone")?, fill(tables, "stays")?))
    });
    let before = bench.read(|view| Contents::of(view, stays));
    bench.write(|tables| tables.delete_campaign(gone));
    assert_eq!(bench.read(|view| Contents::of(view, gone)), Contents::NOTHING);
    assert_eq!(bench.read(|view| Contents::of(view, stays)), before);
    assert_eq!(bench.read(|view| view.campaigns()), Vec::from_iter(before.row));
    assert_eq!(bench.read(|view| view.slots("app", Default::default())).len(), 1, "the pace is the app's");
    let again = bench.write(|tables| fill(tables, "gone"));
    assert_eq!(bench.read(|view| sizes(view, again)), before.sizes);
}

pub(super) fn of_forgotten_recipients_has_no_names(bench: &Bench) {
    let (key, other) = bench.write(|tables| Ok((fill(tables, "a")?, fill(tables, "b")?)));
    let [before, others] = [key, other].map(|key| bench.read(|view| Contents::of(view, key)));
    bench.write(|tables| tables.forget_recipients(key));
    let nameless = |batch: BatchRow| BatchRow { reason: None, ..batch };
    let expected = Contents {
        row: before.row,
        batches: before.batches.into_iter().map(nameless).collect(),
        sizes: before.sizes,
        exceptions: before.exceptions,
        reach: before.reach,
        recalls: before.recalls.into_iter().map(|recall| RecallRow { reason: None, ..recall }).collect(),
        recall_counts: before.recall_counts,
        ..Contents::NOTHING
    };
    assert_eq!(bench.read(|view| Contents::of(view, key)), expected);
    assert_eq!(bench.read(|view| Contents::of(view, other)), others);
    // The exceptions are counted still; who they were of shows when somebody has their row again.
    bench.write(|tables| tables.insert_recipients(key, &[recipient(3, 1)]));
    let found = bench.read(|view| outcomes(view, key)).pop().and_then(|outcome| outcome.exception);
    assert_eq!(found, Some(ExceptionRow { reason: None, ..exception(3, 1, SETTLED[1]) }));
    assert_eq!(bench.read(|view| view.members(key, 1)).len(), 1, "the others are still in the batch");
    bench.write(|tables| tables.forget_recipients(key));
    assert_eq!(bench.read(|view| Contents::of(view, key)), expected, "forgotten twice");
}

pub(super) fn is_every_campaigns_own(bench: &Bench) {
    let (one, other) = bench.write(|tables| Ok((fill(tables, "one")?, fill(tables, "other")?)));
    let before = bench.read(|view| Contents::of(view, other));
    bench.write(|tables| {
        let batch = BatchRow { state: BatchState::Unknown, ..BatchRow::new(0, 2) };
        assert!(tables.replace_batch(one, BatchRow::new(0, 2).guard(), &batch)?);
        tables.move_members(one, 0, 0, 2)?;
        tables.replace_exceptions(one, &[exception(1, 1, SETTLED[0])])?;
        tables.replace_reach(one, &[reach(1, 9)])?;
        tables.replace_recalls(one, &[RecallRow { reason: None, ..recall(1, None) }])
    });
    assert_eq!(bench.read(|view| Contents::of(view, other)), before);
    let expected = [(BatchState::Accepted, SETTLED[0], 1), (BatchState::Accepted, SETTLED[1], 1)];
    assert_eq!(bench.read(|view| exceptions(view, one)), expected);
}
