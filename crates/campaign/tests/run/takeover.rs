//! A run that is taken for dead and lives: another takes over, and its own answer comes late.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use batchcast_campaign::ledger::{BatchState, CampaignId};
use batchcast_campaign::protocol::Resolution;
use batchcast_campaign::{Error, Event, State, Step, Why};
use batchcast_transport::class::Class;

use crate::bench::{Bench, DEADLINE, Ran, options};
use crate::party::Party;
use crate::vendor::{Answer, Vendor, accepted, in_doubt, person, refused};

/// The deadline and half a minute: how long after its last heartbeat a run holds its campaign.
const LEASE: Duration = Duration::from_secs(60);

/// What happens while the first request of a run is on the wire.
type Meanwhile<'a> = Box<dyn Fn(&CampaignId) + Send + Sync + 'a>;

/// Three batches of ten. While the first is on the wire, this happens; then its answer comes.
fn late(bench: &Bench, meanwhile: Meanwhile<'_>, answer: fn() -> Answer) -> (CampaignId, Ran) {
    let campaign = OnceLock::new();
    let vendor = Vendor::new(10, |n, _| {
        if n > 0 {
            return accepted();
        }
        meanwhile(campaign.get().unwrap());
        answer()
    });
    let id = bench.plan(&vendor, 30);
    campaign.set(id.clone()).unwrap();
    let ran = bench.run(&id, &vendor);
    (id, ran)
}

/// Waits until the lease is over, and runs the rest as another would.
fn another_runs_the_rest(bench: &Bench, id: &CampaignId) {
    let other = Vendor::new(10, |_, _| accepted());
    bench.wall.advance(LEASE - Duration::from_secs(1));
    assert!(matches!(bench.start(id, &other, options(&other)), Err(Error::Held(_))), "it is held yet");
    assert_eq!(bench.standing(id).state, State::Running);
    bench.wall.advance_secs(1);
    assert_eq!(bench.standing(id).state, State::Paused);
    let ran = bench.run(id, &other);
    assert_eq!((ran.why(), bench.counts(id), ran.counts()), (None, [20, 0, 10, 0], [20, 0, 10, 0]));
    assert!(!other.reached().contains_key(person(0).id()), "what is in doubt is not sent again");
}

#[test]
fn a_late_answer_settles_the_doubt_that_it_left() {
    #[track_caller]
    fn check(answer: fn() -> Answer, state: BatchState, counts: [u64; 4]) {
        let bench = Bench::by_lease();
        let (id, ran) = late(&bench, Box::new(|id| another_runs_the_rest(&bench, id)), answer);
        assert_eq!((ran.why(), bench.batch(&id, 0).state, bench.counts(&id)), (Some(Why::Lost), state, counts));
        assert_eq!(ran.recorded().len(), 1);
        // What the other run said of its end stands.
        assert_eq!(bench.standing(&id).stopped, None);
    }
    check(accepted, BatchState::Accepted, [30, 0, 0, 0]);
    check(|| refused(Class::Recipients), BatchState::Rejected, [20, 10, 0, 0]);
    check(|| refused(Class::Token), BatchState::Pending, [20, 0, 0, 10]);
    check(|| refused(Class::Recipient), BatchState::Split, [20, 0, 0, 10]);
    check(in_doubt, BatchState::Unknown, [20, 0, 10, 0]);
}

#[test]
fn what_a_late_answer_gives_back_is_sent_by_the_next_run() {
    let bench = Bench::by_lease();
    let refused = || refused(Class::Recipient);
    let (id, _) = late(&bench, Box::new(|id| another_runs_the_rest(&bench, id)), refused);
    assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Paused, Step::Run));
    let vendor = Vendor::new(10, |_, _| accepted());
    assert_eq!((bench.run(&id, &vendor).why(), vendor.attempts()), (None, 2));
    assert_eq!(bench.counts(&id), [30, 0, 0, 0]);
}

#[test]
fn an_answer_that_comes_after_somebody_has_settled_it_is_told_and_not_written() {
    #[track_caller]
    fn check(resolution: Resolution, answer: fn() -> Answer, counts: [u64; 4]) {
        let bench = Bench::by_lease();
        let settles = |id: &CampaignId| {
            another_runs_the_rest(&bench, id);
            bench.wall.advance(DEADLINE + Duration::from_secs(120));
            let resolved = bench.campaign(id).resolve(None, resolution).unwrap();
            assert_eq!((resolved.batches, resolved.recipients), (1, 10));
        };
        let (id, ran) = late(&bench, Box::new(settles), answer);
        assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Lost), counts));
        assert!(ran.events.contains(&Event::TooLate { batch: 0, attempt: 1 }), "{:?}", ran.events);
        assert_eq!(ran.recorded().len(), 0);
        assert!(bench.batch(&id, 0).by_hand);
    }
    for answer in [accepted as fn() -> Answer, || refused(Class::Recipients), || refused(Class::Token), in_doubt] {
        check(Resolution::Delivered, answer, [30, 0, 0, 0]);
        check(Resolution::NotDelivered, answer, [20, 10, 0, 0]);
        check(Resolution::Resend, answer, [20, 0, 0, 10]);
    }
}

#[test]
fn what_was_sent_again_by_order_has_an_answer_of_its_own() {
    let bench = Bench::by_lease();
    let again = Vendor::new(10, |_, _| accepted());
    let sends_again = |id: &CampaignId| {
        another_runs_the_rest(&bench, id);
        bench.wall.advance(DEADLINE + Duration::from_secs(120));
        let _ = bench.campaign(id).resolve(Some(0), Resolution::Resend).unwrap();
        assert_eq!(bench.run(id, &again).why(), None);
    };
    let (id, ran) = late(&bench, Box::new(sends_again), || refused(Class::Recipients));
    assert!(ran.events.contains(&Event::TooLate { batch: 0, attempt: 1 }), "{:?}", ran.events);
    assert_eq!((bench.counts(&id), again.attempts()), ([30, 0, 0, 0], 1));
    assert_eq!((bench.batch(&id, 0).attempt, bench.batch(&id, 0).by_hand), (2, false));
}

#[test]
fn a_claim_of_a_run_that_was_taken_over_is_not_sent() {
    let bench = Bench::by_lease();
    let vendor = Vendor::new(10, |_, _| accepted());
    let other = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Claimed { batch: 1, .. }) {
            bench.wall.advance(LEASE);
            assert_eq!(bench.run(&id, &other).why(), None);
        }
    });
    assert_eq!((ran.why(), vendor.attempts(), other.attempts()), (Some(Why::Lost), 1, 2));
    assert_eq!(bench.counts(&id), [30, 0, 0, 0]);
}

#[test]
fn a_heartbeat_keeps_the_campaign() {
    let (bench, held) = (Bench::by_lease(), Mutex::new(Vec::new()));
    // Every request takes six seconds, and the whole of it longer than a lease.
    let vendor = Vendor::new(1, |_, _| {
        bench.wall.advance_secs(6);
        accepted()
    });
    let id = bench.plan(&vendor, 20);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Begun { .. }) {
            held.lock().unwrap().push(bench.row(&id).held_until.since(bench.wall.unix()));
        }
    });
    assert_eq!(ran.why(), None);
    assert!(held.lock().unwrap().iter().all(|held| *held == LEASE), "{held:?}");
    assert_eq!(bench.standing(&id).elapsed, Duration::from_secs(120));
    assert_eq!(ran.progress.elapsed, Duration::from_secs(120));
}

#[test]
fn whoever_waits_for_its_slot_lives() {
    let (bench, held) = (Bench::by_lease(), Mutex::new(Vec::new()));
    let minute = batchcast_transport::exchange::Limit::requests(1, Duration::from_secs(600));
    let vendor = Vendor::new(10, |_, _| accepted()).with_limits([minute]);
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Begun { .. }) {
            held.lock().unwrap().push(bench.row(&id).held_until.since(bench.wall.unix()));
        }
    });
    let longest_silence = Duration::from_millis(5_100);
    assert!(held.lock().unwrap().iter().all(|held| *held >= LEASE - longest_silence), "{held:?}");
    assert_eq!(bench.standing(&id).elapsed, Duration::from_secs(1201));
}

#[test]
fn a_run_that_is_lost_hears_it_by_its_heartbeat() {
    let bench = Bench::by_lease();
    let minute = batchcast_transport::exchange::Limit::requests(1, Duration::from_secs(600));
    let vendor = Vendor::new(10, |_, _| accepted()).with_limits([minute]);
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Claimed { wait_ms: 1.., .. }) {
            bench.wall.advance(LEASE);
            drop(bench.start(&id, &vendor, options(&vendor)).unwrap());
        }
    });
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Lost), [10, 0, 0, 20]));
    assert!(bench.wall.elapsed() < Duration::from_secs(70), "{:?}", bench.wall.elapsed());
    let standing = bench.standing(&id);
    assert_eq!((standing.state, standing.stopped), (State::Running, None), "it is the other's");
}

#[test]
fn a_run_that_is_lost_hears_it_by_its_next_claim() {
    let bench = Bench::by_lease();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Recorded { batch: 0, .. }) {
            let _other = Party::of(&bench, &vendor, &id);
        }
    });
    assert_eq!((ran.why(), vendor.attempts(), bench.counts(&id)), (Some(Why::Lost), 1, [10, 0, 0, 20]));
}

#[test]
fn nobody_is_swept_while_the_lease_lasts() {
    let bench = Bench::by_lease();
    let looks = |id: &CampaignId| {
        bench.wall.advance(LEASE - Duration::from_secs(1));
        let early = bench.campaign(id).resolve(None, Resolution::Resend);
        assert_eq!((early.unwrap().batches, bench.batch(id, 0).state), (0, BatchState::InFlight));
        assert!(matches!(bench.campaign(id).forget(), Err(Error::Held(_))));
    };
    let (id, ran) = late(&bench, Box::new(looks), accepted);
    assert_eq!((ran.why(), bench.counts(&id)), (None, [30, 0, 0, 0]));
}
