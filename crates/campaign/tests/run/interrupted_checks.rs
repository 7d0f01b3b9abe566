//! Settling doubts by what the vendor remembers, until somebody interrupts it.

use std::num::NonZeroUsize;
use std::sync::Barrier;

use batchcast_campaign::Interrupt;
use batchcast_campaign::follow_up::{Checked, check};
use batchcast_campaign::ledger::BatchState;
use batchcast_campaign::protocol::Resolution;
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};

use crate::account::account;
use crate::bench::Bench;
use crate::chronicle::{Chronicle, trace};
use crate::settling::{ONE, RIPE, with_doubts};
use crate::vendor::{Vendor, in_doubt};

/// Accepted, rejected, in doubt and left.
fn four(checked: &Checked) -> [u64; 4] {
    [checked.accepted, checked.rejected, checked.in_doubt, checked.left]
}

#[test]
fn what_is_known_is_written_down_and_the_others_are_asked_for_the_next_time() {
    /// Twenty in doubt, of whom the history says the same again and again; interrupted by the question of this number.
    #[track_caller]
    fn interrupted(letters: &str, by: usize, expected: [u64; 4]) {
        let (bench, interrupt) = (Bench::memory(), Interrupt::new());
        let id = with_doubts(&bench, 2);
        let letter = |person: usize| letters.as_bytes()[person % 10];
        let first = Chronicle::new(|nth, person| {
            if nth + 1 == by {
                interrupt.ask();
            }
            Ok(trace(letter(person)))
        });
        if by == 0 {
            interrupt.ask();
        }
        let campaign = bench.campaign(&id).with_interrupt(interrupt.clone());
        let checked = check(&campaign, &first, None, ONE).unwrap();
        let [accepted, rejected, doubt, left] = expected;
        assert_eq!((four(&checked), first.asked().len()), (expected, by), "{letters}, {by}");
        assert_eq!(bench.counts(&id), [20 + accepted, rejected, doubt + left, 0], "{letters}, {by}");

        // Whoever is settled is not asked for again, and the others are as if it had never been interrupted.
        let second = Chronicle::new(|_, person| Ok(trace(letter(person))));
        let _ = check(&bench.campaign(&id), &second, None, ONE).unwrap();
        let settled = |person: &usize| letter(*person) != b'c';
        let before: Vec<_> = first.people().into_iter().filter(settled).collect();
        assert!(before.iter().all(|person| !second.people().contains(person)), "{letters}, {by}");
        let outcomes = account(&bench.ledger, &id).outcomes;
        for person in (0..10).chain(20..30) {
            let expected = ["accepted", "rejected", "unknown"]["fmc".find(char::from(letter(person))).unwrap()];
            assert_eq!(outcomes[&format!("u{person}")].as_str(), expected, "{letters}, {by}: u{person}");
        }
    }
    interrupted("ffffffffff", 0, [0, 0, 0, 20]);
    interrupted("ffffffffff", 1, [1, 0, 0, 19]);
    interrupted("ffffffffff", 7, [7, 0, 0, 13]);
    interrupted("ffffffffff", 10, [10, 0, 0, 10]);
    interrupted("ffffffffff", 11, [11, 0, 0, 9]);
    interrupted("ffffffffff", 20, [20, 0, 0, 0]);
    // The sample is every other one, and comes first.
    interrupted("fmfmfmfmfm", 6, [5, 1, 0, 14]);
    interrupted("ccfmfmfmcf", 6, [3, 0, 3, 14]);
    // So much of a sample as cannot be told of says nothing of the others.
    interrupted("ccccccccff", 2, [0, 0, 2, 18]);
}

#[test]
fn what_the_vendor_wants_to_be_asked_another_time_is_left() {
    // Of the sample, and of the others.
    for answered in [3, 7] {
        let (bench, interrupt) = (Bench::memory(), Interrupt::new());
        let id = with_doubts(&bench, 2);
        let chronicle = Chronicle::new(|nth, _| {
            if nth < answered {
                return Ok(trace(b'f'));
            }
            interrupt.ask();
            let error = ApiError::new(Class::Throttled { after: None }, 200, "too frequent");
            Err(CallError::new(Cause::Api(error), 1))
        });
        let checked = check(&bench.campaign(&id).with_interrupt(interrupt.clone()), &chronicle, None, ONE).unwrap();
        let known = answered as u64;
        assert_eq!((four(&checked), chronicle.asked().len()), ([known, 0, 0, 20 - known], answered + 1));
        assert_eq!(bench.counts(&id), [20 + known, 0, 20 - known, 0]);
    }
}

#[test]
fn a_batch_that_was_sent_again_stays_whole_until_somebody_in_it_is_settled() {
    let (bench, interrupt) = (Bench::memory(), Interrupt::new());
    let vendor = Vendor::new(10, |_, _| in_doubt());
    let id = bench.plan(&vendor, 10);
    bench.run(&id, &vendor);
    bench.wall.advance(RIPE);
    assert_eq!(bench.campaign(&id).resolve(None, Resolution::Resend).unwrap().recipients, 10);
    bench.run(&id, &vendor);
    bench.wall.advance(RIPE);
    let (before, batches) = (bench.batch(&id, 0), bench.row(&id).batches);
    assert!(before.by_hand, "{before:?}");
    // Who does not have it may have it of the first request.
    let chronicle = Chronicle::new(|nth, _| {
        if nth == 2 {
            interrupt.ask();
        }
        Ok(trace(b'm'))
    });
    let checked = check(&bench.campaign(&id).with_interrupt(interrupt.clone()), &chronicle, None, ONE).unwrap();
    assert_eq!(four(&checked), [0, 0, 3, 7]);
    assert_eq!((bench.batch(&id, 0), bench.row(&id).batches), (before, batches));
}

#[test]
fn whom_somebody_else_has_settled_meanwhile_is_not_said_to_be_in_doubt() {
    /// What the history says of the first of twenty, while somebody settles all and interrupts it.
    #[track_caller]
    fn settled(letter: u8) {
        let (bench, interrupt) = (Bench::memory(), Interrupt::new());
        let id = with_doubts(&bench, 2);
        let campaign = bench.campaign(&id);
        let chronicle = Chronicle::new(|_, _| {
            let _ = campaign.resolve(None, Resolution::NotDelivered).unwrap();
            interrupt.ask();
            Ok(trace(letter))
        });
        let checked = check(&bench.campaign(&id).with_interrupt(interrupt.clone()), &chronicle, None, ONE).unwrap();
        assert_eq!((four(&checked), checked.settled_by_others), ([0; 4], 20), "{letter}");
        assert_eq!(bench.counts(&id), [20, 20, 0, 0]);
    }
    settled(b'f');
    settled(b'c');
}

#[test]
fn those_not_asked_for_are_in_doubt_as_they_were() {
    let (bench, interrupt) = (Bench::memory(), Interrupt::new());
    let id = with_doubts(&bench, 1);
    let before = bench.batch(&id, 0);
    let chronicle = Chronicle::new(|_, person| {
        interrupt.ask();
        Ok(trace(if person == 0 { b'f' } else { b'm' }))
    });
    let checked = check(&bench.campaign(&id).with_interrupt(interrupt.clone()), &chronicle, None, ONE).unwrap();
    assert_eq!(four(&checked), [1, 0, 0, 9]);
    let left = bench.batches_in(&id, BatchState::Unknown);
    let [left] = left[..] else { panic!("{left:?}") };
    let left = bench.batch(&id, left);
    assert_eq!((left.size, &left.reason, left.at, &left.mark), (9, &before.reason, before.at, &before.mark));
    assert_eq!((left.began_at, left.deadline), (before.began_at, before.deadline));
}

#[test]
fn all_that_are_on_the_wire_come_to_their_end() {
    let (bench, interrupt, three) = (Bench::memory(), Interrupt::new(), NonZeroUsize::new(3).unwrap());
    let id = with_doubts(&bench, 1);
    let all_on_the_wire = Barrier::new(3);
    let chronicle = Chronicle::new(|nth, _| {
        // The five of the sample are asked for one after the other, and the five others three at once: two, two, one.
        if (5..8).contains(&nth) {
            all_on_the_wire.wait();
            interrupt.ask();
        }
        Ok(trace(b'f'))
    });
    let checked = check(&bench.campaign(&id).with_interrupt(interrupt.clone()), &chronicle, None, three).unwrap();
    assert_eq!((four(&checked), chronicle.asked().len()), ([8, 0, 0, 2], 8));
    assert_eq!(bench.counts(&id), [18, 0, 2, 0]);
}
