//! Settling doubts by hand, and forgetting who the recipients were.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use batchcast_campaign::ledger::{Again, BatchState, CampaignId};
use batchcast_campaign::protocol::{self, Begun, Claimed, Holder, Resolution, Sent, Started, Terms};
use batchcast_campaign::{Campaign, Error, Outcome, Refusal, State, Step, Why};
use batchcast_transport::channel::Mark;
use batchcast_transport::class::Class;
use batchcast_transport::time::Unix;

use crate::account::account;
use crate::bench::{Bench, DEADLINE, options, write};
use crate::vendor::{Vendor, accepted, accepted_without, in_doubt, person, refused};

/// How long after its begin an attempt may be settled.
const RIPE: Duration = Duration::from_secs(30 + 120);

/// Three batches of ten: one in doubt, two accepted.
fn with_a_doubt(bench: &Bench) -> CampaignId {
    let vendor = Vendor::new(10, |n, _| if n == 0 { in_doubt() } else { accepted() });
    let id = bench.plan(&vendor, 30);
    assert_eq!(bench.run(&id, &vendor).why(), None);
    assert_eq!((bench.counts(&id), bench.standing(&id).next), ([20, 0, 10, 0], Step::Resolve));
    id
}

/// A run that is killed when so many of its requests are on the wire and so many more are claimed.
pub(crate) fn killed(bench: &Bench, vendor: &Vendor<'_>, id: &CampaignId, on_the_wire: u32, claimed: u32) {
    let terms = Terms::of(vendor, DEADLINE);
    write(&*bench.ledger, |tables| {
        let started = protocol::start(tables, id, &Sent::by(vendor), &terms, Holder::Gone, Again::Refuse)?;
        let Started::Yes { tenure, .. } = started else { panic!("{started:?}") };
        for number in 0..on_the_wire + claimed {
            let Claimed::Batch(claim) = protocol::claim(tables, &tenure, &terms, u32::MAX)? else {
                panic!("none left")
            };
            if number < on_the_wire {
                let mark = Some(Mark::new(format!("mark {number}")));
                let Begun::Attempt(_) = protocol::begin(tables, &tenure, &terms, &claim, mark)? else {
                    panic!("it does not begin");
                };
            }
        }
        Ok(())
    });
}

#[test]
fn a_doubt_is_settled_as_it_is_said() {
    #[track_caller]
    fn check(resolution: Resolution, counts: [u64; 4], state: State, reason: Option<&str>) {
        let bench = Bench::memory();
        let id = with_a_doubt(&bench);
        bench.wall.advance(RIPE);
        let resolved = bench.campaign(&id).resolve(None, resolution).unwrap();
        assert_eq!((resolved.batches, resolved.recipients, bench.counts(&id)), (1, 10, counts));
        assert_eq!(bench.standing(&id).state, state);
        let outcome = account(&bench.ledger, &id).outcomes["u0"].clone();
        assert_eq!(outcome.reason().and_then(|reason| reason.split(';').next()), reason);
        // Once is enough.
        assert_eq!(bench.campaign(&id).resolve(None, resolution).unwrap().batches, 0);
        assert_eq!(bench.counts(&id), counts);
    }
    check(Resolution::Delivered, [30, 0, 0, 0], State::Finished, Some("settled by hand: delivered"));
    check(Resolution::NotDelivered, [20, 10, 0, 0], State::Finished, Some("settled by hand: not delivered"));
    check(Resolution::Resend, [20, 0, 0, 10], State::Paused, None);
}

#[test]
fn what_is_to_be_sent_again_is_sent_once_more() {
    let bench = Bench::memory();
    let id = with_a_doubt(&bench);
    bench.wall.advance(RIPE);
    let _ = bench.campaign(&id).resolve(None, Resolution::Resend).unwrap();
    let vendor = Vendor::new(10, |_, _| accepted());
    assert_eq!((bench.run(&id, &vendor).why(), vendor.attempts()), (None, 1));
    assert_eq!((bench.counts(&id), bench.batch(&id, 0).attempt), ([30, 0, 0, 0], 2));
    assert_eq!(bench.standing(&id).requests.retried, 1);
    assert!(matches!(&account(&bench.ledger, &id).outcomes["u0"], Outcome::Accepted { reason: None, .. }));
}

#[test]
fn what_is_sent_again_by_order_is_tried_as_often_as_the_first_time() {
    let bench = Bench::memory();
    let tries = |nth: u32| if nth == 5 || nth > 10 { in_doubt() } else { refused(Class::TryAgain) };
    let vendor = Vendor::new(10, |nth, _| tries(nth));
    let id = bench.plan(&vendor, 10);
    assert_eq!((bench.run(&id, &vendor).why(), vendor.attempts()), (None, 6));
    bench.wall.advance(RIPE);
    let _ = bench.campaign(&id).resolve(None, Resolution::Resend).unwrap();
    assert_eq!((bench.run(&id, &vendor).why(), vendor.attempts()), (None, 12));
    assert_eq!(bench.counts(&id), [0, 0, 10, 0]);
}

#[test]
fn a_doubt_is_settled_when_its_request_is_no_more_on_its_way() {
    #[track_caller]
    fn check(after: Duration, is_early: bool) {
        let bench = Bench::memory();
        let id = with_a_doubt(&bench);
        bench.wall.advance(after);
        let resolved = bench.campaign(&id).resolve(None, Resolution::Delivered);
        match resolved {
            Err(Error::Refused(Refusal::TooEarly { until, .. })) => {
                assert!(is_early && until == Unix::from_secs(1_800_000_000) + RIPE, "{until:?}");
                assert_eq!(bench.counts(&id), [20, 0, 10, 0]);
            }
            other => assert!(!is_early && other.unwrap().batches == 1),
        }
    }
    check(Duration::ZERO, true);
    check(RIPE - Duration::from_millis(1), true);
    check(RIPE, false);
}

#[test]
fn all_doubts_are_settled_or_none() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| {
        bench.wall.advance_secs(20);
        in_doubt()
    });
    let id = bench.plan(&vendor, 20);
    bench.run(&id, &vendor);
    bench.wall.advance(RIPE - Duration::from_secs(40));
    // The first is ripe and the second is not.
    assert!(bench.campaign(&id).resolve(None, Resolution::Delivered).is_err());
    assert_eq!(bench.counts(&id), [0, 0, 20, 0]);
    assert_eq!(bench.campaign(&id).resolve(Some(0), Resolution::Delivered).unwrap().batches, 1);
    assert!(bench.campaign(&id).resolve(Some(1), Resolution::Delivered).is_err());
    assert_eq!(bench.counts(&id), [10, 0, 10, 0]);
}

#[test]
fn what_is_not_in_doubt_is_not_settled() {
    let bench = Bench::memory();
    let id = with_a_doubt(&bench);
    bench.wall.advance(RIPE);
    let campaign = bench.campaign(&id);
    for (number, state) in [(1, Some(BatchState::Accepted)), (7, None)] {
        let refused = campaign.resolve(Some(number), Resolution::Resend).unwrap_err();
        assert!(matches!(&refused, Error::Refused(Refusal::NotInDoubt { batch, state: found, .. })
            if *batch == number && *found == state));
    }
    campaign.cancel().unwrap();
    assert!(matches!(campaign.resolve(None, Resolution::Resend), Err(Error::Refused(Refusal::Cancelled(_)))));
    assert_eq!(campaign.resolve(None, Resolution::Delivered).unwrap().batches, 1);
    assert_eq!(bench.counts(&id), [30, 0, 0, 0]);
}

#[test]
fn what_a_dead_run_left_on_the_wire_is_settled_without_another_run() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 40);
    killed(&bench, &vendor, &id, 2, 1);
    assert_eq!((bench.counts(&id), bench.standing(&id).state), ([0, 0, 20, 20], State::Paused));
    assert_eq!(
        (bench.batches_in(&id, BatchState::InFlight), bench.batches_in(&id, BatchState::Claimed)),
        (vec![0, 1], vec![2])
    );
    bench.wall.advance(RIPE);
    let resolved = bench.campaign(&id).resolve(None, Resolution::Delivered).unwrap();
    assert_eq!((resolved.batches, bench.counts(&id)), (2, [20, 0, 0, 20]));
    assert_eq!(bench.batches_in(&id, BatchState::Pending), [2, 3]);
}

#[test]
fn a_run_that_was_killed_with_its_last_requests_is_to_be_run_again() {
    #[track_caller]
    fn check(on_the_wire: u32, claimed: u32) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| accepted());
        let id = bench.plan(&vendor, 20);
        killed(&bench, &vendor, &id, on_the_wire, claimed);
        assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Paused, Step::Run));
        assert_eq!(bench.run(&id, &vendor).why(), None);
        let next = if on_the_wire > 0 { Step::Resolve } else { Step::Nothing };
        assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Finished, next));
    }
    check(2, 0);
    check(1, 1);
    check(0, 2);
}

#[test]
fn what_was_swept_does_not_count_as_seen_in_a_row() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| if n < 2 { in_doubt() } else { accepted() });
    let id = bench.plan(&vendor, 100);
    killed(&bench, &vendor, &id, 4, 1);
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), ran.counts(), bench.counts(&id)), (None, [40, 0, 60, 0], [40, 0, 60, 0]));
    let doubt = account(&bench.ledger, &id).outcomes["u0"].clone();
    assert!(matches!(&doubt, Outcome::Unknown { mark: Some(mark), reason, .. }
        if mark.as_str() == "mark 0" && reason.contains("its sender was gone")));
}

#[test]
fn a_doubt_settled_while_a_run_goes_on_is_sent_by_it() {
    let (bench, campaign) = (Bench::memory(), OnceLock::<Campaign>::new());
    let vendor = Vendor::new(10, |n, _| {
        if n == 0 {
            return in_doubt();
        }
        if n == 1 {
            bench.wall.advance(RIPE);
            let resolved = campaign.get().unwrap().resolve(None, Resolution::Resend).unwrap();
            assert_eq!(resolved.batches, 1);
        }
        accepted()
    });
    let id = bench.plan(&vendor, 30);
    campaign.set(bench.campaign(&id)).unwrap();
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), bench.counts(&id), vendor.attempts()), (None, [30, 0, 0, 0], 4));
    assert_eq!(ran.counts(), [30, 0, 0, 0]);
}

#[test]
fn who_they_were_is_forgotten_and_how_many_is_not() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| match n {
        0 => in_doubt(),
        1 => accepted_without([person(13)]),
        _ => refused(Class::Recipients),
    });
    let id = bench.plan(&vendor, 30);
    bench.run(&id, &vendor);
    let campaign = bench.campaign(&id);
    let before = campaign.standing().unwrap();
    campaign.forget().unwrap();
    campaign.forget().unwrap();
    let after = campaign.standing().unwrap();
    assert_eq!(
        (after.recipients, after.plan.identity, after.message_ids),
        (before.recipients, before.plan.identity, before.message_ids)
    );
    assert_eq!((after.state, after.next), (State::Finished, Step::Nothing));
    assert!(matches!(campaign.message(), Err(Error::Refused(Refusal::Forgotten(_)))));
    assert!(matches!(bench.start(&id, &vendor, options(&vendor).again()), Err(Error::Refused(Refusal::Forgotten(_)))));
    bench.read(|view| view.outcomes(campaign.key(), &mut |row| panic!("{row:?} is there")));
    assert_eq!(bench.batch(&id, 2).reason, None);
    bench.wall.advance(RIPE);
    assert!(matches!(campaign.resolve(None, Resolution::Resend), Err(Error::Refused(Refusal::Forgotten(_)))));
    assert_eq!(campaign.resolve(None, Resolution::Delivered).unwrap().recipients, 10);
}

#[test]
fn those_who_are_left_are_not_forgotten_before_they_are_given_up() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| if n == 0 { accepted() } else { refused(Class::Permission) });
    let id = bench.plan(&vendor, 30);
    assert_eq!(bench.run(&id, &vendor).why(), Some(Why::NotPermitted));
    let campaign = bench.campaign(&id);
    let refused = campaign.forget().unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::Unfinished { pending: 20, .. })), "{refused:?}");
    campaign.cancel().unwrap();
    campaign.forget().unwrap();
    assert_eq!(bench.read(|view| view.columns(campaign.key())), Vec::<String>::new());
}

#[test]
fn an_answer_that_comes_after_they_were_forgotten_names_nobody() {
    let (bench, campaign) = (Bench::by_lease(), OnceLock::<CampaignId>::new());
    let vendor = Vendor::new(10, |_, batch| {
        let campaign = bench.campaign(campaign.get().unwrap());
        bench.wall.advance_secs(60);
        campaign.forget().unwrap();
        accepted_without(batch[..2].iter().cloned())
    });
    let id = bench.plan(&vendor, 10);
    campaign.set(id.clone()).unwrap();
    bench.run(&id, &vendor);
    let key = bench.row(&id).key;
    assert_eq!(
        bench.read(|view| view.exceptions(key)),
        [],
        "an exception names a row, and its reason may name a person"
    );
    assert_eq!(bench.standing(&id).recipients.unknown, 10, "the counts stay");
}

#[test]
fn what_never_started_can_be_removed() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    assert!(bench.campaign(&id).discard().unwrap());
    assert!(matches!(Campaign::open(Arc::clone(&bench.ledger), &id), Err(Error::Refused(Refusal::NoSuchCampaign(_)))));
    let id = with_a_doubt(&bench);
    assert!(!bench.campaign(&id).discard().unwrap());
    assert_eq!(bench.counts(&id), [20, 0, 10, 0]);
}
