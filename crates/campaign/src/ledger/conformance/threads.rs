//! Several users at the same time.

use std::sync::Barrier;
use std::thread;

use super::bench::{Bench, attempt, on_purpose, write};
use super::sample::{at, batch, campaign};
use crate::ledger::{Again, BatchRow, BatchState, Ledger, Slot, Tables, Used};

const ROUNDS: u32 = 20;

/// How often `act` wins where a thread of each of these ledgers does it at the same time.
fn wins(ledgers: &[&dyn Ledger], act: impl Fn(&mut dyn Tables, usize) -> bool + Sync) -> usize {
    let start = Barrier::new(ledgers.len());
    thread::scope(|scope| {
        let act = &act;
        let start = &start;
        let threads: Vec<_> = (0..)
            .zip(ledgers)
            .map(|(number, ledger)| {
                scope.spawn(move || {
                    start.wait();
                    write(*ledger, |tables| Ok(act(tables, number)))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it did not panic")).filter(|won| *won).count()
    })
}

pub(super) fn with_the_same_guard_win_once(bench: &Bench) {
    let rows: Vec<_> = (0..ROUNDS).map(|number| batch(number, BatchState::Pending)).collect();
    let key = bench.campaign(&campaign("a"));
    bench.write(|tables| tables.insert_batches(key, &rows));
    let other = bench.another();
    let ledgers = [&*bench.ledger, &*bench.ledger, &*other, &*other];
    for row in rows {
        let won = wins(&ledgers, |tables, number| {
            let epoch = number as u64 + 1;
            let claimed = BatchRow { state: BatchState::Claimed, epoch, ..row.clone() };
            // As a claim does: looked at first, then written.
            let pending = tables.next_pending(key, row.number + 1).expect("a read within the transaction");
            let replaced = tables.replace_batch(key, row.guard(), &claimed).expect("a write that may do nothing");
            assert_eq!(pending.is_some(), replaced, "it was pending and could not be claimed, or the reverse");
            replaced
        });
        assert_eq!(won, 1, "of four claims of batch {}", row.number);
    }
    assert_eq!(bench.read(|view| view.next_pending(key, ROUNDS)), None);
}

pub(super) fn that_start_the_same_campaign_win_once(bench: &Bench) {
    let other = bench.another();
    for round in 0..ROUNDS / 2 {
        let keys = ["a", "b"].map(|name| {
            let mut row = campaign(&format!("{name}{round}"));
            row.plan.identity = crate::ledger::Hash([round as u8; 32]);
            bench.campaign(&row)
        });
        let won = wins(&[&*bench.ledger, &*other], |tables, number| {
            tables.start_campaign(keys[number], at(1), Again::Refuse).expect("a write that may do nothing")
        });
        assert_eq!(won, 1, "of two identical campaigns");
    }
}

pub(super) fn lose_nothing(bench: &Bench) {
    const WRITERS: u32 = 4;
    const WRITES: u32 = 25;
    let key = bench.campaign(&campaign("a"));
    let others = [bench.another(), bench.another()];
    let ledgers: [&dyn Ledger; WRITERS as usize] = [&*bench.ledger, &*bench.ledger, &*others[0], &*others[1]];
    thread::scope(|scope| {
        for (writer, ledger) in (0..).zip(ledgers) {
            scope.spawn(move || {
                for number in (0..WRITES).map(|number| WRITES * writer + number) {
                    write(ledger, |tables| {
                        tables.insert_campaign(&campaign(&format!("n{number}")))?;
                        tables.insert_batches(key, &[BatchRow::new(number, 2)])?;
                        tables.add_use(key, &Used { sent: 3, ..Used::default() })?;
                        tables.insert_slot("app", Slot { at: at(10), cost: Default::default() })?;
                        tables.add_quota("app", at(0), 5)
                    });
                }
            });
        }
    });
    let all = u64::from(WRITERS * WRITES);
    bench.read(|view| {
        assert_eq!(view.campaign_of(key)?.map(|row| row.requests.sent), Some(3 * all));
        assert_eq!(view.campaigns()?.len() as u64, all + 1);
        assert_eq!(view.sizes(key)?, [(BatchState::Pending, 2 * all)]);
        assert_eq!(view.slots("app", at(0))?.len() as u64, all);
        assert_eq!(view.quota("app", at(0))?, [(at(0), 5 * all)]);
        Ok(())
    });
}

pub(super) fn fail_alone(bench: &Bench) {
    // Where several share a commit, what one of them wrote must not go with another, nor stay with it.
    let numbers = || 0..8_i64;
    let start = Barrier::new(numbers().count());
    for round in 1..=ROUNDS {
        thread::scope(|scope| {
            for number in numbers() {
                let (start, ledger) = (&start, &*bench.ledger);
                scope.spawn(move || {
                    start.wait();
                    let result = attempt(ledger, |tables| {
                        tables.add_quota("app", at(0), 1 << (4 * number))?;
                        if number % 2 == 0 { Ok(()) } else { Err(on_purpose()) }
                    });
                    assert_eq!(result.is_ok(), number % 2 == 0, "{result:?}");
                });
            }
        });
        let kept = numbers().filter(|number| number % 2 == 0).map(|number| u64::from(round) << (4 * number)).sum();
        assert_eq!(bench.read(|view| view.quota("app", at(0))), [(at(0), kept)], "in round {round}");
    }
}
