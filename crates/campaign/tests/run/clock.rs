//! A clock that is set back: nobody is stalled until it comes round again, and nothing leaves too early.

use std::time::Duration;

use batchcast_campaign::protocol::{self, Begun, Claimed};
use batchcast_campaign::{Event, Why};
use batchcast_transport::class::Class;
use batchcast_transport::exchange::Limit;
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Unix;

use crate::bench::{Bench, options, write};
use crate::pace::keeps;
use crate::party::Party;
use crate::vendor::{Vendor, accepted, refused};

const DAY: Duration = Duration::from_secs(86_400);

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_clock_that_is_set_back_stalls_for_a_window_and_the_last_pause_at_most() {
    /// When the clock is set back, after so many requests and perhaps a pause.
    #[track_caller]
    fn check(back: Duration, requests: usize, pause: Option<Duration>, most: Duration) {
        let bench = Bench::memory();
        let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(3, secs(60))]);
        let party = Party::new(&bench, &vendor, 40);
        for _ in 0..requests {
            let claim = party.claimed(&bench);
            assert!(matches!(party.begin(&bench, &claim), Begun::Attempt(_)));
        }
        if let Some(pause) = pause {
            write(&*bench.ledger, |tables| protocol::defer(tables, &party.terms, pause));
        }
        bench.wall.set_back(back);
        let (from, mut left) = (bench.wall.elapsed(), Vec::new());
        while left.len() < 9 {
            match party.claim(&bench) {
                Claimed::NotYet(wait) => bench.wall.advance(wait),
                Claimed::Batch(claim) => {
                    bench.wall.advance(claim.wait());
                    left.push(bench.wall.elapsed() - from);
                    assert!(matches!(party.begin(&bench, &claim), Begun::Attempt(_)));
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(left[0] <= most, "{back:?}: it stalls for {:?}", left[0]);
        // Those before may have left at this very moment, so there is no room beside them.
        let least = if requests == 3 { Duration::from_millis(60_500) } else { Duration::ZERO };
        assert!(left[0] >= least, "{back:?}: it comes too early, after {:?}", left[0]);
        let left: Vec<_> = left.into_iter().map(|at| (Unix::EPOCH + at, Cost::one_request(1))).collect();
        keeps(&[(3, u32::MAX, secs(60))], &left);
    }
    let (day, window) = (DAY, Duration::from_millis(60_500));
    check(Duration::ZERO, 3, None, window);
    check(day, 3, None, window);
    check(day, 1, None, window);
    check(day, 0, Some(secs(20)), secs(20));
    check(day, 3, Some(secs(20)), window);
    check(day, 3, Some(secs(600)), window + secs(600));
    check(secs(3600), 3, Some(secs(30)), window + secs(30));
}

#[test]
fn a_claim_from_before_the_clock_was_set_back_is_given_another_slot() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits([Limit::requests(3, secs(60))]);
    let party = Party::new(&bench, &vendor, 10);
    let claim = party.claimed(&bench);
    bench.wall.set_back(secs(3600));
    let Begun::Later(later) = party.begin(&bench, &claim) else { panic!("it left at a time of the old clock") };
    assert!(later.wait() <= Duration::from_millis(60_500), "{:?}", later.wait());
    bench.wall.advance(later.wait());
    assert!(matches!(party.begin(&bench, &later), Begun::Attempt(_)));
}

#[test]
fn what_waits_for_another_try_does_not_wait_for_a_day() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |nth, _| if nth == 0 { refused(Class::TryAgain) } else { accepted() });
    let id = bench.plan(&vendor, 10);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Recorded { state: "pending", .. }) {
            bench.wall.set_back(DAY);
        }
    });
    assert_eq!((ran.why(), bench.counts(&id)), (None, [10, 0, 0, 0]));
    assert!(bench.wall.elapsed() < secs(61), "{:?}", bench.wall.elapsed());
}

#[test]
fn volume_ages_in_a_day_all_the_same() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted()).with_daily_quota(20);
    let id = bench.plan(&vendor, 60);
    assert_eq!(bench.run(&id, &vendor).why(), Some(Why::QuotaUsedUp));
    bench.wall.set_back(DAY);
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), vendor.attempts()), (Some(Why::QuotaUsedUp), 2), "it is used up as it was");
    let resume_at = ran.stopped().unwrap().resume_at.unwrap();
    assert!(resume_at <= bench.wall.unix() + DAY + secs(60), "{resume_at:?}");
    bench.wall.advance(DAY + secs(60));
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (Some(Why::QuotaUsedUp), [40, 0, 0, 20]));
}

#[test]
fn an_attempt_that_took_long_to_begin_does_not_leave() {
    /// So long after it was begun.
    #[track_caller]
    fn check(late: Duration, attempts: u32) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| accepted()).with_daily_quota(100);
        let id = bench.plan(&vendor, 10);
        let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
        let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
            if matches!(event, Event::Begun { .. }) && bench.wall.elapsed() == Duration::ZERO {
                // The machine slept.
                bench.wall.advance(late);
            }
        });
        assert_eq!((ran.why(), ran.counts(), vendor.attempts()), (None, [10, 0, 0, 0], 1));
        assert_eq!((ran.recorded().len() as u32, bench.batch(&id, 0).attempt), (attempts, 1));
        // What did not leave was no request, and took nothing of the volume.
        assert_eq!((bench.standing(&id).requests.sent, bench.volume(&vendor)), (1, 10));
    }
    check(secs(5), 1);
    check(secs(6), 2);
}
