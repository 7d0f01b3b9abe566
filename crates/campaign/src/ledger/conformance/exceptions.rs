//! Recipients whose state is not their batch's.

use super::bench::Bench;
use super::contents::{exceptions, outcomes};
use super::sample::{LATEST, SETTLED, STATES, batch, campaign, exception, recipient};
use crate::ledger::{BatchState, CampaignKey, ExceptionRow, Settled};

/// A campaign with a batch for each state, by its number, and three recipients in each.
fn with(bench: &Bench) -> CampaignKey {
    bench.write(|tables| {
        let key = tables.insert_campaign(&campaign("a"))?;
        tables.insert_batches(key, &STATES.map(|state| batch(state as u32, state)))?;
        let rows: Vec<_> = (0..21).map(|row| recipient(row, row as u32 / 3)).collect();
        tables.insert_recipients(key, &rows)?;
        Ok(key)
    })
}

pub(super) fn are_found_by_batch(bench: &Bench) {
    let key = with(bench);
    let rows =
        [exception(5, 1, Settled::Unknown), exception(3, 1, Settled::Rejected), exception(6, 2, Settled::Accepted)];
    bench.write(|tables| tables.replace_exceptions(key, &rows));
    let of_batch = |number| bench.read(|view| view.exceptions_of(key, number));
    assert_eq!(of_batch(1), [exception(3, 1, Settled::Rejected), exception(5, 1, Settled::Unknown)]);
    assert_eq!(of_batch(2), [exception(6, 2, Settled::Accepted)]);
    assert_eq!(of_batch(0), []);
    let other = bench.write(|tables| tables.insert_campaign(&campaign("b")));
    assert_eq!(bench.read(|view| view.exceptions_of(other, 1)), []);
}

fn of(bench: &Bench, key: CampaignKey) -> Vec<ExceptionRow> {
    bench.read(|view| outcomes(view, key)).into_iter().filter_map(|outcome| outcome.exception).collect()
}

pub(super) fn come_back_as_they_were(bench: &Bench) {
    let key = with(bench);
    let rows = [
        exception(0, 0, Settled::Accepted),
        ExceptionRow { code: Some(i64::MIN), at: LATEST, ..exception(1, 0, Settled::Rejected) },
        ExceptionRow { code: Some(i64::MAX), reason: None, ..exception(2, 0, Settled::Unknown) },
        ExceptionRow { code: None, reason: Some(String::new()), ..exception(3, 1, Settled::Rejected) },
        ExceptionRow { code: Some(0), reason: Some("x".repeat(100_000)), ..exception(4, 1, Settled::Rejected) },
    ];
    bench.write(|tables| tables.replace_exceptions(key, &rows));
    assert_eq!(of(bench, key), rows);
    assert_eq!(bench.read(|view| outcomes(view, key)).len(), 21, "the others have none");
}

pub(super) fn take_the_place_of_those_before(bench: &Bench) {
    let key = with(bench);
    bench.write(|tables| {
        tables.replace_exceptions(key, &[exception(1, 0, Settled::Unknown), exception(2, 0, Settled::Unknown)])
    });
    let after = ExceptionRow { code: None, reason: None, at: LATEST, ..exception(2, 0, Settled::Accepted) };
    bench.write(|tables| tables.replace_exceptions(key, &[after.clone(), exception(0, 0, Settled::Rejected)]));
    let expected = [exception(0, 0, Settled::Rejected), exception(1, 0, Settled::Unknown), after];
    assert_eq!(of(bench, key), expected);
    let counts = SETTLED.map(|state| (BatchState::Pending, state, 1));
    assert_eq!(bench.read(|view| exceptions(view, key)), counts);
}

pub(super) fn are_counted_by_both_states(bench: &Bench) {
    let key = with(bench);
    assert_eq!(bench.read(|view| exceptions(view, key)), []);
    let [accepted, unknown] = [BatchState::Accepted, BatchState::Unknown].map(|state| (state as u32, state));
    let rows = [
        exception(9, accepted.0, Settled::Rejected),
        exception(10, accepted.0, Settled::Rejected),
        exception(11, accepted.0, Settled::Unknown),
        exception(15, unknown.0, Settled::Accepted),
    ];
    bench.write(|tables| tables.replace_exceptions(key, &rows));
    let expected =
        [(accepted.1, Settled::Rejected, 2), (accepted.1, Settled::Unknown, 1), (unknown.1, Settled::Accepted, 1)];
    assert_eq!(bench.read(|view| exceptions(view, key)), expected);
    // They are those of the state that the batch has now.
    let (before, after) = (batch(unknown.0, unknown.1), batch(unknown.0, BatchState::Rejected));
    assert!(bench.write(|tables| tables.replace_batch(key, before.guard(), &after)));
    let moved = [expected[0], expected[1], (BatchState::Rejected, Settled::Accepted, 1)];
    assert_eq!(bench.read(|view| exceptions(view, key)), moved);
}
