//! Stopping before the end: on request, for ever, and after the first recipients.

use std::num::NonZeroU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use batchcast_campaign::ledger::{BatchState, CampaignId};
use batchcast_campaign::{Campaign, CanaryResult, Error, Event, Planner, Refusal, Sending, State, Step, Why};
use batchcast_transport::class::Class;
use batchcast_transport::exchange::Limit;

use crate::bench::{Bench, options, threads};
use crate::vendor::{Answer, Vendor, accepted, in_doubt, person, refused};

/// A vendor that takes ten recipients in a request, and one request a minute.
fn slow<'a>(script: impl Fn(u32) -> crate::vendor::Answer + Send + Sync + 'a) -> Vendor<'a> {
    Vendor::new(10, move |n, _| script(n)).with_limits([Limit::requests(1, Duration::from_secs(60))])
}

#[test]
fn what_is_on_the_wire_when_it_is_stopped_is_written_down() {
    #[track_caller]
    fn check(in_flight: usize) {
        let (bench, sending) = (Bench::memory(), OnceLock::<Sending>::new());
        let vendor = Vendor::new(10, |_, _| {
            sending.get().unwrap().stop();
            accepted()
        });
        let id = bench.plan(&vendor, 1000);
        let started = bench.start(&id, &vendor, threads(&vendor, in_flight)).unwrap();
        let ran = bench.carry_out(sending.get_or_init(|| started), &vendor, &batchcast_campaign::Unobserved);
        let [accepted, rejected, unknown, pending] = bench.counts(&id);
        assert!((10..=10 * in_flight as u64).contains(&accepted) && pending == 1000 - accepted, "{accepted}");
        assert_eq!((rejected, unknown, ran.why()), (0, 0, Some(Why::Interrupted)));
        let standing = bench.standing(&id);
        assert_eq!((standing.state, standing.next), (State::Paused, Step::Run));

        let rest = Vendor::new(10, |_, _| self::accepted());
        assert_eq!(bench.run(&id, &rest).why(), None);
        assert_eq!((bench.counts(&id), rest.attempts()), ([1000, 0, 0, 0], 100 - vendor.attempts()));
    }
    check(1);
    check(4);
}

#[test]
fn what_waits_for_its_slot_when_it_is_stopped_is_given_back() {
    let bench = Bench::memory();
    let vendor = slow(|_| accepted());
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Claimed { wait_ms: 1.., .. }) {
            sending.stop();
        }
    });
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Interrupted), [10, 0, 0, 20]));
    assert_eq!(bench.batches_in(&id, BatchState::Pending), [1, 2]);
    assert!(bench.wall.elapsed() < Duration::from_secs(1), "nobody waits for it any more");
}

#[test]
fn a_stop_before_the_beginning_is_heard() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    sending.stop();
    let ran = bench.carry_out(&sending, &vendor, &batchcast_campaign::Unobserved);
    assert_eq!((ran.why(), vendor.attempts()), (Some(Why::Interrupted), 0));
}

#[test]
fn a_stop_while_it_gets_ready_is_heard_before_its_request_leaves() {
    let (bench, sending) = (Bench::memory(), OnceLock::<Sending>::new());
    let vendor = Vendor::new(10, |_, _| accepted()).with_readiness(|| {
        sending.get().unwrap().stop();
        Ok(())
    });
    let id = bench.plan(&vendor, 30);
    let started = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(sending.get_or_init(|| started), &vendor, &batchcast_campaign::Unobserved);
    assert_eq!((ran.why(), vendor.attempts(), bench.counts(&id)), (Some(Why::Interrupted), 0, [0, 0, 0, 30]));
    assert_eq!((bench.batch(&id, 0).state, bench.batch(&id, 0).attempt), (BatchState::Pending, 0));
}

#[test]
fn a_cancelled_campaign_ends_before_its_next_request() {
    /// Cancelled at the first of these.
    #[track_caller]
    fn check(at: fn(&Event) -> bool, counts: [u64; 4]) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |n, _| if n == 0 { in_doubt() } else { accepted() });
        let id = bench.plan(&vendor, 30);
        let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
        let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
            if at(event) {
                bench.campaign(&id).cancel().unwrap();
            }
        });
        assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Cancelled), counts));
        let standing = bench.standing(&id);
        assert!(standing.is_cancelled);
        let next = if counts[2] > 0 { Step::Resolve } else { Step::Nothing };
        assert_eq!((standing.state, standing.next), (State::Finished, next));
        assert_eq!(standing.stopped.unwrap().why, Why::Cancelled);
        let refused = bench.start(&id, &vendor, options(&vendor).again());
        assert!(matches!(refused, Err(Error::Refused(Refusal::Cancelled(other))) if other == id));
    }
    check(|event| matches!(event, Event::Claimed { batch: 0, .. }), [0, 0, 0, 30]);
    check(|event| matches!(event, Event::Begun { batch: 0, .. }), [0, 0, 10, 20]);
    check(|event| matches!(event, Event::Recorded { batch: 0, .. }), [0, 0, 10, 20]);
    check(|event| matches!(event, Event::Claimed { batch: 2, .. }), [10, 0, 10, 10]);
}

#[test]
fn what_never_began_can_be_cancelled() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Planned, Step::Run));
    bench.campaign(&id).cancel().unwrap();
    assert!(bench.start(&id, &vendor, options(&vendor)).is_err());
    assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Finished, Step::Nothing));
    // An identical one may go instead: this one has sent nothing.
    let other = bench.plan(&vendor, 30);
    assert_eq!(bench.run(&other, &vendor).why(), None);
}

/// A plan for 40 people, the first 12 of whom are the canary.
fn with_canary(bench: &Bench, vendor: &Vendor<'_>) -> CampaignId {
    let planner = Planner::new(Arc::clone(&bench.ledger), vendor, "hello").unwrap();
    let mut planner = planner.with_canary(NonZeroU64::new(12).unwrap(), vendor);
    for number in 0..40 {
        planner.add(person(number), &[], &Vec::new()).unwrap();
    }
    planner.save().unwrap()
}

#[test]
fn the_first_alone_and_then_the_rest() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = with_canary(&bench, &vendor);
    let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
    assert_eq!((ran.why(), bench.counts(&id), vendor.attempts()), (Some(Why::Canary), [12, 0, 0, 28], 2));
    assert!((0..12).all(|number| vendor.reached().contains_key(person(number).id())));
    let standing = bench.standing(&id);
    assert_eq!((standing.state, standing.next), (State::Paused, Step::Run));
    assert_eq!((standing.awaits_canary(), standing.canary_result()), (false, Some(CanaryResult::AllAccepted)));

    // Once more: they have their answer already.
    let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
    assert_eq!((ran.why(), vendor.attempts()), (Some(Why::Canary), 2));

    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), bench.counts(&id), vendor.attempts()), (None, [40, 0, 0, 0], 5));
    let standing = bench.standing(&id);
    assert_eq!((standing.awaits_canary(), standing.canary_result()), (false, None));
    vendor.has_reached_nobody_twice();
}

#[test]
fn a_canary_with_a_bad_id_is_split_and_all_of_it_is_sent() {
    #[track_caller]
    fn check(bad: usize, attempts: u32) {
        let bench = Bench::memory();
        let bad = person(bad);
        let vendor =
            Vendor::new(10, |_, batch| if batch.contains(&bad) { refused(Class::Recipient) } else { accepted() });
        let id = with_canary(&bench, &vendor);
        let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
        assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Canary), [11, 1, 0, 28]));
        assert_eq!(vendor.attempts(), attempts);
        assert!(vendor.reached().keys().all(|one| (0..12).any(|number| person(number).id() == one)));
        let ran = bench.run(&id, &vendor);
        assert_eq!((ran.why(), bench.counts(&id)), (None, [39, 1, 0, 0]));
        vendor.has_reached_nobody_twice();
    }
    // Twelve in two requests: ten and two, halved until the bad id stands alone.
    check(0, 8);
    check(9, 10);
    check(11, 4);
}

#[test]
fn a_canary_that_is_refused_keeps_the_others_from_it() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| refused(Class::Message));
    let id = with_canary(&bench, &vendor);
    let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::MessageRefused), [0, 10, 0, 30]));
    let standing = bench.standing(&id);
    assert_eq!((standing.awaits_canary(), standing.canary_result()), (true, None));
}

#[test]
fn what_came_of_the_canary_is_told() {
    #[track_caller]
    fn check(answer: fn() -> Answer, awaits_canary: bool, result: Option<CanaryResult>) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |n, _| if n == 1 { answer() } else { accepted() });
        let id = with_canary(&bench, &vendor);
        assert!(bench.standing(&id).awaits_canary());
        bench.run_with(&id, &vendor, options(&vendor).canary_alone());
        let standing = bench.standing(&id);
        assert_eq!((standing.awaits_canary(), standing.canary_result()), (awaits_canary, result));
    }
    check(accepted, false, Some(CanaryResult::AllAccepted));
    check(|| refused(Class::TryAgain), false, Some(CanaryResult::AllAccepted));
    check(|| refused(Class::Recipients), false, Some(CanaryResult::NotAll));
    check(in_doubt, false, Some(CanaryResult::NotAll));
    check(|| refused(Class::Permission), true, None);
}

#[test]
fn no_others_are_first_than_the_canary_or_everybody() {
    #[track_caller]
    fn check(campaign: &Campaign, first: u64, expected: bool) {
        let refused = Refusal::NoSuchCanary { campaign: campaign.id().clone(), asked: first };
        assert_eq!(campaign.may_begin_with(first), if expected { Ok(()) } else { Err(refused) }, "{first}");
    }
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let with = bench.campaign(&with_canary(&bench, &vendor));
    for (first, expected) in [(1, false), (11, false), (12, true), (13, false), (40, false)] {
        check(&with, first, expected);
    }
    let without = bench.campaign(&bench.plan(&vendor, 30));
    for (first, expected) in [(1, false), (29, false), (30, true), (31, true)] {
        check(&without, first, expected);
    }
}

#[test]
fn a_plan_without_a_canary_is_sent_to_everybody() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
    assert_eq!((ran.why(), bench.counts(&id)), (None, [30, 0, 0, 0]));
}
