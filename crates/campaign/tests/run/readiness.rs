//! No token is to be had: nothing is sent, and what was claimed is pending again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use batchcast_campaign::ledger::BatchState;
use batchcast_campaign::{Options, Why};
use batchcast_transport::class::Class;
use batchcast_transport::error::{CallError, Cause};

use crate::bench::{Bench, DEADLINE, options, threads, used};
use crate::vendor::{Answer, Vendor, accepted, not_sent, refused, throttled};

/// What a channel says that has no token, for this reason.
fn no_token(answer: Answer) -> Result<(), CallError> {
    match answer.unwrap_err().api() {
        Some(api) => Err(CallError::new(Cause::NoToken(Box::new(Cause::Api(api.clone()))), 0)),
        None => Err(CallError::new(Cause::NoToken(Box::new(Cause::OutOfTime)), 0)),
    }
}

#[test]
fn one_failure_is_waited_for_and_every_other_ends_the_run() {
    /// Getting ready fails once like this.
    #[track_caller]
    fn check(fails: fn() -> Answer, expected: Option<Why>) {
        let (bench, times) = (Bench::memory(), AtomicU32::new(0));
        let vendor = Vendor::new(10, |_, _| accepted()).with_daily_quota(1000);
        let vendor = vendor.with_readiness(|| match times.fetch_add(1, Ordering::SeqCst) {
            0 => no_token(fails()),
            _ => Ok(()),
        });
        let id = bench.plan(&vendor, 30);
        let ran = bench.run(&id, &vendor);
        let accepted = if expected.is_none() { 30 } else { 0 };
        assert_eq!((ran.why(), bench.counts(&id)), (expected, [accepted, 0, 0, 30 - accepted]));
        assert_eq!(ran.counts(), bench.counts(&id));
        assert_eq!((used(ran.progress.requests), bench.volume(&vendor)), ([accepted / 10, 0, 0], accepted));
        assert_eq!(bench.batch(&id, 0).attempt, u32::from(expected.is_none()), "it was not an attempt");
        assert!(bench.batches_in(&id, BatchState::Claimed).is_empty());
    }
    check(not_sent, None);
    check(|| refused(Class::NotSent), None);
    check(|| throttled(3), None);
    check(|| refused(Class::Token), None);
    check(|| throttled(601), Some(Why::LongThrottle));
    check(|| refused(Class::Permission), Some(Why::NotPermitted));
    check(|| refused(Class::Endpoint), Some(Why::WrongEndpoint));
    check(|| refused(Class::Quota), Some(Why::QuotaUsedUp));
    check(|| refused(Class::Message), Some(Why::MessageRefused));
}

#[test]
fn a_token_endpoint_that_cannot_be_reached_ends_the_run() {
    #[track_caller]
    fn check(in_flight: usize) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| accepted()).with_readiness(|| no_token(not_sent()));
        let id = bench.plan(&vendor, 300);
        let ran = bench.run_with(&id, &vendor, threads(&vendor, in_flight));
        assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Unreachable), [0, 0, 0, 300]));
        assert_eq!((vendor.attempts(), used(ran.progress.requests)), (0, [0, 0, 0]));
    }
    check(1);
    check(8);
}

#[test]
fn a_slow_token_costs_a_slot_and_nothing_else() {
    #[track_caller]
    fn check(options: fn(&Vendor<'_>) -> Options) {
        let (bench, times) = (Bench::memory(), AtomicU32::new(0));
        let vendor = Vendor::new(10, |_, _| accepted()).with_readiness(|| {
            // The first asks for a token, and the others have it.
            if times.fetch_add(1, Ordering::SeqCst) == 0 {
                bench.wall.advance_secs(7);
            }
            Ok(())
        });
        let id = bench.plan(&vendor, 30);
        let ran = bench.run_with(&id, &vendor, options(&vendor));
        assert_eq!((ran.why(), bench.counts(&id), vendor.attempts()), (None, [30, 0, 0, 0], 3));
    }
    check(options);
    check(|vendor| Options::new(batchcast_campaign::protocol::Terms::of(vendor, DEADLINE).unlimited()));
}

#[test]
fn whoever_is_always_late_gets_on_all_the_same() {
    let (bench, times) = (Bench::memory(), AtomicU32::new(0));
    let vendor = Vendor::new(10, |_, _| accepted()).with_readiness(|| {
        bench.wall.advance(Duration::from_millis(800));
        // So that the test ends where the run does not.
        if times.fetch_add(1, Ordering::SeqCst) < 100 { Ok(()) } else { no_token(refused(Class::Permission)) }
    });
    let id = bench.plan(&vendor, 30);
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), bench.counts(&id)), (None, [30, 0, 0, 0]));
    // Each gave up one slot for another.
    assert_eq!(times.load(Ordering::SeqCst), 6);
}
