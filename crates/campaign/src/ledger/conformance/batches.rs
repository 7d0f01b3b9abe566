//! Batches: what is pending, what a guard protects, and how many recipients they have.

use std::time::Duration;

use batchcast_transport::channel::Mark;
use batchcast_transport::time::Unix;

use super::bench::{Bench, attempt, is_on_purpose, on_purpose};
use super::contents::{batches_in, sizes};
use super::sample::{LATEST, MOST, STATES, at, batch, campaign, full_batch, recipient};
use crate::ledger::{BatchNumber, BatchRow, BatchState, CampaignKey, Guard, Tables};

fn with(bench: &Bench, rows: &[BatchRow]) -> CampaignKey {
    bench.write(|tables| {
        let key = tables.insert_campaign(&campaign("a"))?;
        let other = tables.insert_campaign(&campaign("b"))?;
        // What a case must not see, and must not touch.
        tables.insert_batches(other, &[batch(0, BatchState::Pending), batch(1, BatchState::Claimed)])?;
        tables.insert_batches(key, rows)?;
        Ok(key)
    })
}

fn one(bench: &Bench, key: CampaignKey, number: BatchNumber) -> BatchRow {
    bench.read(|view| view.batch(key, number)).expect("it was not removed")
}

pub(super) fn come_back_as_they_were(bench: &Bench) {
    let key = with(bench, &[]);
    let check = |row: BatchRow| {
        bench.write(|tables| tables.insert_batches(key, std::slice::from_ref(&row)));
        assert_eq!(one(bench, key, row.number), row);
        let in_state = bench.read(|view| batches_in(view, key, row.state));
        assert_eq!(in_state.iter().find(|other| other.number == row.number), Some(&row));
    };
    check(BatchRow::new(0, 0));
    check(full_batch(u32::MAX));
    for (number, state) in (10..).zip(STATES) {
        check(batch(number, state));
    }
    for (number, code) in (20..).zip([i64::MIN, -1, 0, 1, 99_991_663, i64::MAX]) {
        check(BatchRow { code: Some(code), ..full_batch(number) });
    }
    // Nothing to say is something else than not to say anything.
    let empty = || Some(String::new());
    let said = BatchRow { message_id: empty(), request_id: empty(), reason: empty(), ..BatchRow::new(30, 1) };
    check(BatchRow { mark: Some(Mark::new("")), by_hand: true, ..said });
    for (number, field) in (40..).zip(0..5) {
        let mut row = full_batch(number);
        match field {
            0 => row.mark = None,
            1 => row.message_id = None,
            2 => row.request_id = None,
            3 => row.code = None,
            _ => row.reason = None,
        }
        check(row);
    }
    assert_eq!(bench.read(|view| view.batch(key, 1)), None);
}

pub(super) fn come_by_number(bench: &Bench) {
    let rows = [7, 300, 0, 65, 64, 2].map(|number| batch(number, BatchState::InFlight));
    let key = with(bench, &rows);
    bench.write(|tables| tables.insert_batches(key, &[batch(1, BatchState::InFlight), batch(3, BatchState::Unknown)]));
    let numbers = |state| {
        let rows = bench.read(|view| batches_in(view, key, state));
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(BatchState::InFlight), [0, 1, 2, 7, 64, 65, 300]);
    assert_eq!(numbers(BatchState::Unknown), [3]);
    assert_eq!(numbers(BatchState::Pending), [0; 0]);
}

pub(super) fn come_some_at_a_time(bench: &Bench) {
    let rows: Vec<_> = [300, 0, 2, 65, 64, 7, 1].into_iter().zip(STATES).map(|(n, state)| batch(n, state)).collect();
    let key = with(bench, &rows);
    let check = |after, limit, expected: &[BatchNumber]| {
        let found = bench.read(|view| view.batches_after(key, after, limit));
        assert_eq!(found.iter().map(|row| row.number).collect::<Vec<_>>(), expected, "{limit} after {after:?}");
        assert!(found.iter().all(|row| rows.contains(row)), "{found:?}");
    };
    let all = [0, 1, 2, 7, 64, 65, 300];
    check(None, usize::MAX, &all);
    check(None, 7, &all);
    check(None, 6, &all[..6]);
    check(None, 1, &[0]);
    check(None, 0, &[]);
    check(Some(0), 2, &[1, 2]);
    check(Some(2), 2, &[7, 64]);
    check(Some(3), 2, &[7, 64]);
    check(Some(64), 9, &[65, 300]);
    check(Some(300), 9, &[]);
    check(Some(u32::MAX), 9, &[]);
    bench.write(|tables| tables.insert_batches(key, &[full_batch(u32::MAX)]));
    assert_eq!(bench.read(|view| view.batches_after(key, Some(300), 2)), [full_batch(u32::MAX)]);
    assert_eq!(bench.read(|view| view.batches_after(CampaignKey(i64::MAX), None, 9)), []);
}

pub(super) fn stop_where_their_visitor_fails(bench: &Bench) {
    let rows = [0, 1, 2].map(|number| batch(number, BatchState::Pending));
    let key = with(bench, &rows);
    let mut seen = Vec::new();
    is_on_purpose(bench.ledger.read(&mut |view| {
        view.batches_in(key, BatchState::Pending, &mut |row| {
            seen.push(row.number);
            if row.number == 1 { Err(on_purpose()) } else { Ok(()) }
        })
    }));
    assert_eq!(seen, [0, 1]);
}

pub(super) fn let_their_visitor_look_around(bench: &Bench) {
    let key = with(bench, &[2, 5].map(|number| batch(number, BatchState::Unknown)));
    bench.write(|tables| tables.insert_recipients(key, &[recipient(7, 5), recipient(9, 2)]));
    let mut seen = Vec::new();
    let looked = bench.ledger.read(&mut |view| {
        view.batches_in(key, BatchState::Unknown, &mut |row| {
            let members = view.members(key, row.number)?.into_iter().map(|(row, _)| row);
            let all = batches_in(view, key, BatchState::Unknown)?.len();
            seen.push((row.number, members.collect::<Vec<_>>(), all));
            Ok(())
        })
    });
    assert!(looked.is_ok(), "{looked:?}");
    assert_eq!(seen, [(2, vec![9], 2), (5, vec![7], 2)]);
}

pub(super) fn have_numbers_of_their_own(bench: &Bench) {
    let key = with(bench, &[batch(0, BatchState::Accepted)]);
    bench.refuses("a second batch 0", |tables| tables.insert_batches(key, &[batch(0, BatchState::Pending)]));
    assert_eq!(one(bench, key, 0), batch(0, BatchState::Accepted));
}

pub(super) fn pend_until_their_time_comes(bench: &Bench) {
    let now = bench.now();
    let pending = |number, after: u64| BatchRow {
        not_before: now + Duration::from_millis(after),
        ..batch(number, BatchState::Pending)
    };
    let others = (10..).zip(STATES).filter(|(_, state)| *state != BatchState::Pending);
    let mut rows: Vec<_> = others.map(|(number, state)| batch(number, state)).collect();
    rows.extend([pending(20, 2_000), pending(21, 1_000), pending(22, 3_000)]);
    let key = with(bench, &rows);
    let check = |due: Option<BatchNumber>, first: u64| {
        let found = bench.read(|view| view.next_pending(key, u32::MAX));
        assert_eq!(found.as_ref().map(|row| row.number), due);
        if let Some(row) = found {
            assert_eq!(one(bench, key, row.number), row);
        }
        let expected = Some(now + Duration::from_millis(first));
        assert_eq!(bench.read(|view| view.first_not_before(key, u32::MAX)), expected);
    };
    check(None, 1_000);
    bench.advance(Duration::from_millis(999));
    check(None, 1_000);
    bench.advance(Duration::from_millis(1));
    check(Some(21), 1_000);
    bench.advance(Duration::from_millis(1_000));
    // The lowest number, not the one that waits longest.
    check(Some(20), 1_000);

    let replace = |to: BatchRow| {
        assert!(bench.write(|tables| {
            let guard = tables.batch(key, to.number)?.expect("it was not removed").guard();
            tables.replace_batch(key, guard, &to)
        }));
    };
    replace(batch(20, BatchState::Claimed));
    check(Some(21), 1_000);
    replace(batch(21, BatchState::InFlight));
    check(None, 3_000);
    replace(pending(20, 1_500));
    check(Some(20), 1_500);
    replace(batch(20, BatchState::Accepted));
    replace(batch(22, BatchState::Accepted));
    assert_eq!(bench.read(|view| view.next_pending(key, u32::MAX)), None);
    assert_eq!(bench.read(|view| view.first_not_before(key, u32::MAX)), None);
}

pub(super) fn pend_below_a_bound(bench: &Bench) {
    let due = bench.now();
    let later = due + Duration::from_secs(1);
    let pending = |number, not_before| BatchRow { not_before, ..batch(number, BatchState::Pending) };
    let key = with(bench, &[pending(5, later), pending(7, due), pending(9, due)]);
    let check = |below, number: Option<BatchNumber>, first: Option<Unix>| {
        let found = bench.read(|view| Ok((view.next_pending(key, below)?, view.first_not_before(key, below)?)));
        assert_eq!((found.0.map(|row| row.number), found.1), (number, first), "below {below}");
    };
    check(0, None, None);
    check(5, None, None);
    check(6, None, Some(later));
    check(7, None, Some(later));
    check(8, Some(7), Some(due));
    check(u32::MAX, Some(7), Some(due));
}

/// A batch in hand, and what would become of it.
const HELD: Guard = Guard { epoch: 3, attempt: 2, state: BatchState::InFlight };

fn held() -> BatchRow {
    let Guard { epoch, attempt, state } = HELD;
    BatchRow { epoch, attempt, ..batch(1, state) }
}

fn replace(tables: &mut dyn Tables, key: CampaignKey, guard: Guard) -> bool {
    tables.replace_batch(key, guard, &full_batch(1)).expect("a write that may do nothing")
}

pub(super) fn are_replaced_where_the_guard_holds(bench: &Bench) {
    let neighbour = BatchRow { number: 2, ..held() };
    let key = with(bench, &[batch(0, BatchState::Pending), held(), neighbour.clone()]);
    assert!(bench.write(|tables| Ok(replace(tables, key, HELD))));
    assert_eq!(one(bench, key, 1), full_batch(1));
    assert_eq!(one(bench, key, 0), batch(0, BatchState::Pending));
    assert_eq!(one(bench, key, 2), neighbour);
    assert!(!bench.write(|tables| Ok(replace(tables, key, HELD))), "it is another by now");

    // And back: every `Some` may become `None` again.
    let back = batch(1, BatchState::Pending);
    assert!(bench.write(|tables| tables.replace_batch(key, full_batch(1).guard(), &back)));
    assert_eq!(one(bench, key, 1), back);
}

pub(super) fn are_left_alone_where_it_does_not(bench: &Bench) {
    let key = with(bench, &[held()]);
    let states = STATES.into_iter().filter(|state| *state != HELD.state).map(|state| Guard { state, ..HELD });
    let epochs = [0, 2, 4, MOST].map(|epoch| Guard { epoch, ..HELD });
    let attempts = [0, 1, 3, u32::MAX].map(|attempt| Guard { attempt, ..HELD });
    for guard in states.chain(epochs).chain(attempts) {
        assert!(!bench.write(|tables| Ok(replace(tables, key, guard))), "it is not {guard:?}");
        assert_eq!(one(bench, key, 1), held(), "{guard:?} does not hold, and something was written");
    }
    let absent = BatchRow { number: 2, ..held() };
    assert!(!bench.write(|tables| tables.replace_batch(key, HELD, &absent)), "there is no batch 2");
    assert_eq!(bench.read(|view| view.batch(key, 2)), None);
}

pub(super) fn sum_up_by_state(bench: &Bench) {
    let sized = |number, state, size| BatchRow { size, ..batch(number, state) };
    let rows = [
        sized(0, BatchState::Pending, 200),
        sized(1, BatchState::Pending, 7),
        sized(2, BatchState::Claimed, 1),
        sized(3, BatchState::InFlight, 2),
        sized(4, BatchState::Accepted, u32::MAX),
        sized(5, BatchState::Accepted, u32::MAX),
        sized(6, BatchState::Rejected, 4),
        sized(7, BatchState::Unknown, 5),
        sized(8, BatchState::Split, 6),
    ];
    let key = with(bench, &rows);
    let expected = [
        (BatchState::Pending, 207),
        (BatchState::Claimed, 1),
        (BatchState::InFlight, 2),
        (BatchState::Accepted, 2 * u64::from(u32::MAX)),
        (BatchState::Rejected, 4),
        (BatchState::Unknown, 5),
    ];
    assert_eq!(bench.read(|view| sizes(view, key)), expected);
    assert!(bench.write(|tables| tables.replace_batch(key, rows[7].guard(), &sized(7, BatchState::Split, 5))));
    assert_eq!(bench.read(|view| sizes(view, key)), expected[..5]);
    assert_eq!(bench.read(|view| sizes(view, CampaignKey(i64::MAX))), []);
}

pub(super) fn wait_for_the_end_of_time(bench: &Bench) {
    // Where sums of times end. Not every SQL has such a number: then it is as late as can be.
    let never = BatchRow { not_before: at(u64::MAX), slot: at(u64::MAX), ..batch(0, BatchState::Pending) };
    let key = with(bench, &[]);
    let kept = attempt(&*bench.ledger, |tables| tables.insert_batches(key, std::slice::from_ref(&never)));
    assert!(kept.is_ok(), "a batch that never comes could not be kept: {kept:?}");
    assert!(one(bench, key, 0).slot >= LATEST);
    assert_eq!(bench.read(|view| view.next_pending(key, 1)), None);
    assert!(bench.read(|view| view.first_not_before(key, 1)) >= Some(LATEST));
}
