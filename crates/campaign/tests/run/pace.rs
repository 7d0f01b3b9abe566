//! The pace of an app, shared through the ledger by all who use it.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use batchcast_campaign::ledger::Slot;
use batchcast_campaign::protocol::{self, Begun, Claimed, Terms};
use batchcast_campaign::{Event, Why};
use batchcast_transport::exchange::{Limit, SLOT_LASTS};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Unix;

use crate::bench::{Bench, DEADLINE, options, write};
use crate::party::Party;
use crate::vendor::{Vendor, accepted, throttled};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Asserts that no window of length T + J holds more than L.
#[track_caller]
pub(crate) fn keeps(limits: &[(u32, u32, Duration)], left: &[(Unix, Cost)]) {
    for (begin, (at, _)) in left.iter().enumerate() {
        for (requests, recipients, period) in limits {
            let end = *at + *period + Duration::from_millis(500);
            let window = left[begin..].iter().take_while(|(at, _)| *at < end).map(|(_, cost)| cost);
            let sum = window.fold((0, 0), |sum, cost| (sum.0 + cost.requests, sum.1 + cost.recipients));
            assert!(sum.0 <= *requests && sum.1 <= *recipients, "{sum:?} within {period:?} of {at:?}");
        }
    }
}

#[test]
fn two_campaigns_of_an_app_share_its_pace() {
    for seed in 0..20 {
        let (bench, mut rng) = (Bench::memory(), fastrand::Rng::with_seed(seed));
        let sizes = [1 + rng.usize(..9), 1 + rng.usize(..9)];
        let limits = [Limit::requests(5, secs(1)), Limit::requests(20, secs(10)), Limit::recipients(70, secs(7))];
        let of = |size, message| Vendor::new(size, |_, _| accepted()).with_limits(limits).with_message(message);
        let vendors = [of(sizes[0], "one"), of(sizes[1], "two")];
        let parties = [Party::new(&bench, &vendors[0], 400), Party::new(&bench, &vendors[1], 400)];
        let mut left = Vec::new();
        for _ in 0..120 {
            let party = rng.usize(..2);
            match parties[party].claim(&bench) {
                Claimed::Batch(claim) => {
                    assert!(claim.wait() <= secs(10) + Duration::from_millis(500), "further ahead than the window");
                    left.push((bench.wall.unix() + claim.wait(), Cost::one_request(claim.size())));
                }
                Claimed::NotYet(wait) => bench.wall.advance(wait),
                Claimed::NonePending => break,
                other => panic!("{other:?}"),
            }
            bench.wall.advance(Duration::from_millis(rng.u64(..400) * u64::from(rng.bool())));
        }
        assert!(left.is_sorted_by_key(|(at, _)| *at), "they leave in the order in which they asked");
        keeps(&[(5, u32::MAX, secs(1)), (20, u32::MAX, secs(10)), (u32::MAX, 70, secs(7))], &left);
        // All of it stands in the ledger, as far as it matters yet.
        let pace = vendors[0].pace();
        assert_eq!(pace, vendors[1].pace());
        let slots = bench.read(|view| view.slots(&pace, Unix::EPOCH));
        let tail = &left[left.len() - slots.len()..];
        assert_eq!(slots, tail.iter().map(|(at, cost)| Slot { at: *at, cost: *cost }).collect::<Vec<_>>());
    }
}

#[test]
fn a_run_sends_at_its_slots() {
    let (bench, left) = (Bench::memory(), Mutex::new(Vec::new()));
    let limits = [Limit::requests(5, secs(1)), Limit::recipients(100, secs(10))];
    let vendor = Vendor::new(7, |_, batch| {
        left.lock().unwrap().push((bench.wall.unix(), Cost::one_request(batch.len().try_into().unwrap())));
        accepted()
    });
    let vendor = vendor.with_limits(limits);
    let ids = [bench.plan(&vendor, 500), bench.plan(&vendor, 300)];
    for id in &ids {
        assert_eq!(bench.run_with(id, &vendor, options(&vendor).again()).why(), None);
    }
    let left = left.lock().unwrap();
    assert_eq!(left.len(), 72 + 43);
    keeps(&[(5, u32::MAX, secs(1)), (u32::MAX, 100, secs(10))], &left);
    // No slower than it must be: 14 full requests in each window of ten seconds and a half.
    let longest = Duration::from_millis(10_500) * 115 / 14;
    assert!(left[114].0.since(left[0].0) <= longest, "{:?}", left[114].0.since(left[0].0));
}

#[test]
fn no_slot_lies_further_ahead_than_the_window() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(3, secs(60))]);
    let party = Party::new(&bench, &vendor, 20);
    let waits: Vec<_> = (0..6).map(|_| party.claimed(&bench).wait()).collect();
    let window = Duration::from_millis(60_500);
    assert_eq!(waits, [Duration::ZERO, Duration::ZERO, Duration::ZERO, window, window, window]);
    let Claimed::NotYet(wait) = party.claim(&bench) else { panic!("a slot two windows ahead") };
    assert_eq!(wait, window);
    bench.wall.advance(wait);
    assert_eq!(party.claimed(&bench).wait(), window);
}

#[test]
fn a_slot_that_was_missed_is_given_up_for_another() {
    #[track_caller]
    fn check(late: Duration, is_missed: bool) {
        let bench = Bench::memory();
        let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(2, secs(10))]);
        let party = Party::new(&bench, &vendor, 20);
        let claim = party.claimed(&bench);
        bench.wall.advance(late);
        let began = bench.wall.unix();
        match party.begin(&bench, &claim) {
            Begun::Attempt(attempt) => assert!(!is_missed && attempt.attempt() == 1),
            Begun::Later(later) => {
                assert!(is_missed);
                // The one that was given up counts as if it had been used.
                assert_eq!((later.number(), later.wait()), (claim.number(), Duration::ZERO));
                assert!(matches!(party.begin(&bench, &later), Begun::Attempt(_)));
                let slots = bench.read(|view| view.slots(&vendor.pace(), Unix::EPOCH));
                assert_eq!(slots.iter().map(|slot| slot.at).max(), Some(began));
                assert_eq!(slots.len(), 2);
            }
            other => panic!("{other:?}"),
        }
    }
    check(Duration::ZERO, false);
    check(SLOT_LASTS, false);
    check(SLOT_LASTS + Duration::from_millis(1), true);
}

#[test]
fn whoever_missed_a_slot_and_finds_none_near_gives_the_batch_back() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(1, secs(10))]);
    let party = Party::new(&bench, &vendor, 20);
    let (first, second) = (party.claimed(&bench), party.claimed(&bench));
    assert_eq!(second.wait(), Duration::from_millis(10_500));
    bench.wall.advance(Duration::from_millis(501));
    // The next free slot comes after the second one's, and that is more than a window ahead.
    assert!(matches!(party.begin(&bench, &first), Begun::NotYet));
    assert!(matches!(party.claim(&bench), Claimed::NotYet(_)));
    bench.wall.advance(Duration::from_millis(9_999));
    assert!(matches!(party.begin(&bench, &second), Begun::Attempt(_)));
    assert_eq!(party.claimed(&bench).number(), first.number());
}

#[test]
fn what_one_is_told_holds_for_the_other() {
    let (bench, second) = (Bench::memory(), OnceLock::<Party>::new());
    let waits = Mutex::new(Vec::new());
    let vendor = Vendor::new(10, |nth, _| if nth == 0 { throttled(30) } else { accepted() });
    let other = Vendor::new(10, |_, _| accepted()).with_message("other");
    second.set(Party::new(&bench, &other, 100)).ok().unwrap();
    let id = bench.plan(&vendor, 10);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Claimed { batch: 0, .. } | Event::Recorded { .. }) {
            waits.lock().unwrap().push(second.get().unwrap().claimed(&bench).wait());
        }
    });
    let waits = waits.into_inner().unwrap();
    // Before it was told, while it waits, and when it was let go again.
    assert_eq!(waits[0], Duration::ZERO);
    assert!(waits[1] >= secs(30) && waits[1] <= Duration::from_millis(30_250), "{waits:?}");
    assert_eq!(waits[2..], [Duration::ZERO, Duration::ZERO]);
}

#[test]
fn a_long_pause_is_kept_for_an_hour() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| throttled(u64::MAX));
    let id = bench.plan(&vendor, 10);
    assert_eq!(bench.run(&id, &vendor).why(), Some(Why::LongThrottle));
    let party = Party::of(&bench, &vendor, &id);
    assert_eq!(party.claimed(&bench).wait(), secs(3600));
}

#[test]
fn a_short_pause_after_a_long_one_moves_no_slot_that_was_handed_out() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(3, secs(60))]);
    let party = Party::new(&bench, &vendor, 40);
    let defer = |pause| write(&*bench.ledger, |tables| protocol::defer(tables, &party.terms, pause));
    let next = || loop {
        match party.claim(&bench) {
            Claimed::Batch(claim) => return bench.wall.unix() + claim.wait(),
            Claimed::NotYet(wait) => bench.wall.advance(wait),
            other => panic!("{other:?}"),
        }
    };
    defer(secs(600));
    // That pause is over for long, and many ask at once.
    bench.wall.advance_secs(3600);
    let mut left: Vec<_> = (0..30).map(|_| next()).collect();
    defer(secs(1));
    left.push(next());
    keeps(&[(3, u32::MAX, secs(60))], &left.iter().map(|at| (*at, Cost::one_request(1))).collect::<Vec<_>>());
    // When they have gone, no more than the last pause is remembered.
    bench.wall.advance_secs(3600);
    defer(secs(1));
    let pause = bench.read(|view| view.pause(&vendor.pace()));
    assert_eq!(pause, Some((bench.wall.unix() + secs(1), secs(1))));
}

#[test]
fn without_a_pace_everything_goes_at_once() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(1, secs(60))]);
    let party = Party::new(&bench, &vendor, 10);
    let unlimited = Party { tenure: party.tenure, terms: Terms::of(&vendor, DEADLINE).unlimited() };
    assert!((0..10).all(|_| unlimited.claimed(&bench).wait() == Duration::ZERO));
    assert_eq!(bench.read(|view| view.slots(&vendor.pace(), Unix::EPOCH)), []);
}

#[test]
fn a_pace_of_ones_own_is_nobody_elses() {
    let bench = Bench::memory();
    let of =
        |message| Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(10, secs(60))]).with_message(message);
    let (slow, quick) = (of("slow"), of("quick"));
    let (slow, quick) = (Party::new(&bench, &slow, 50), Party::new(&bench, &quick, 50));
    let own = Limit::requests(1, secs(4)).with_guard(Duration::ZERO);
    let slow = Party { terms: slow.terms.with_own_limits(vec![own]), ..slow };
    let mut left = Vec::new();
    while left.len() < 5 {
        match slow.claim(&bench) {
            Claimed::Batch(claim) => left.push(bench.wall.unix() + claim.wait()),
            Claimed::NotYet(wait) => bench.wall.advance(wait),
            other => panic!("{other:?}"),
        }
    }
    assert!(left.windows(2).all(|two| two[1].since(two[0]) >= secs(4)), "{left:?}");
    // The other has all that the app is left, at once.
    let waits: Vec<_> = (0..5).map(|_| quick.claimed(&bench).wait()).collect();
    assert!(waits.iter().all(|wait| *wait <= Duration::from_millis(100)), "{waits:?}");
    let next = bench.wall.unix() + quick.claimed(&bench).wait();
    assert_eq!(next, left[0] + Duration::from_millis(60_500), "the pace of the app is kept by both together");
}

#[test]
fn a_pace_of_ones_own_is_kept_where_the_app_has_no_room() {
    let bench = Bench::memory();
    let of =
        |message| Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(10, secs(60))]).with_message(message);
    let (slow, quick) = (of("slow"), of("quick"));
    let (slow, quick) = (Party::new(&bench, &slow, 50), Party::new(&bench, &quick, 50));
    let own = Limit::requests(1, secs(4)).with_guard(Duration::ZERO);
    let slow = Party { terms: slow.terms.with_own_limits(vec![own]), ..slow };
    (0..10).for_each(|_| assert_eq!(quick.claimed(&bench).wait(), Duration::ZERO));
    let mut left = Vec::new();
    while left.len() < 4 {
        match slow.claim(&bench) {
            Claimed::Batch(claim) => left.push(bench.wall.unix() + claim.wait()),
            Claimed::NotYet(wait) => bench.wall.advance(wait),
            other => panic!("{other:?}"),
        }
    }
    assert!(left.windows(2).all(|two| two[1].since(two[0]) >= secs(4)), "{left:?}");
}

#[test]
fn limits_of_ones_own_go_before_those_of_the_vendor() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(1, secs(60))]);
    let party = Party::new(&bench, &vendor, 2);
    let own = Limit::requests(1, secs(2)).with_guard(Duration::ZERO);
    let party = Party { terms: party.terms.with_limits(vec![own]), ..party };
    assert_eq!([party.claimed(&bench).wait(), party.claimed(&bench).wait()], [secs(0), secs(2)]);
}
