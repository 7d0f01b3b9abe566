//! The table of the classes: what each answer leads to where the first batch of three meets it once.

use std::time::Duration;

use batchcast_campaign::ledger::{BatchRow, BatchState};
use batchcast_campaign::{State, Step, Why};
use batchcast_transport::channel::Receipt;
use batchcast_transport::class::Class;
use batchcast_transport::time::Unix;

use crate::account::{account, four};
use crate::bench::{Bench, used, write};
use crate::vendor::{
    Answer, Vendor, accepted, accepted_without, in_doubt, lost_its_token, not_built, not_sent, person, refused,
    throttled,
};

/// What one answer leads to.
struct Expected {
    /// What is written down of the first attempt, and how its batch stands in the end.
    first: (&'static str, BatchState),
    /// Accepted, rejected, unknown and pending in the end.
    counts: [u64; 4],
    /// Requests sent, throttled and retried.
    used: [u64; 3],
    /// Recipients counted against the day's volume.
    volume: u64,
    why: Option<Why>,
    state: State,
    next: Step,
}

/// Everybody has it in the end.
const ALL: Expected = Expected {
    first: ("pending", BatchState::Accepted),
    counts: [30, 0, 0, 0],
    used: [4, 0, 1],
    volume: 30,
    why: None,
    state: State::Finished,
    next: Step::Nothing,
};

/// The campaign pauses, and nobody has it.
const fn nobody(why: Why) -> Expected {
    Expected {
        first: ("pending", BatchState::Pending),
        counts: [0, 0, 0, 30],
        used: [1, 0, 0],
        volume: 0,
        why: Some(why),
        state: State::Paused,
        next: Step::Run,
    }
}

/// Ten people in a batch, three batches; the first attempt gets `first`, all others are accepted.
#[track_caller]
fn check(first: fn() -> Answer, expected: Expected) {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| if n == 0 { first() } else { accepted() }).with_daily_quota(1000);
    let id = bench.plan(&vendor, 30);
    let ran = bench.run(&id, &vendor);
    let standing = bench.standing(&id);
    vendor.has_reached_nobody_twice();
    account(&bench.ledger, &id).agrees_with(&vendor.reached());

    assert_eq!((ran.recorded()[0], bench.batch(&id, 0).state), expected.first);
    assert_eq!((bench.counts(&id), ran.counts()), (expected.counts, expected.counts));
    assert_eq!((used(standing.requests), used(ran.progress.requests)), (expected.used, expected.used));
    assert_eq!(standing.requests.planned, 3);
    assert_eq!(bench.volume(&vendor), expected.volume);
    assert_eq!((ran.why(), standing.stopped.map(|stopped| stopped.why)), (expected.why, expected.why));
    assert_eq!((standing.state, standing.next), (expected.state, expected.next));
    assert_eq!(bench.row(&id).held_until, Unix::EPOCH, "the campaign is let go");
    assert!(
        bench.batches_in(&id, BatchState::Claimed).is_empty() && bench.batches_in(&id, BatchState::InFlight).is_empty()
    );
}

#[test]
fn what_was_accepted() {
    let at_once = Expected { first: ("accepted", BatchState::Accepted), used: [3, 0, 0], ..ALL };
    check(accepted, at_once);
    let but_for_two =
        Expected { counts: [28, 2, 0, 0], first: ("accepted", BatchState::Accepted), used: [3, 0, 0], ..ALL };
    check(|| accepted_without([person(3), person(7)]), but_for_two);
}

#[test]
fn what_is_tried_again() {
    check(not_sent, ALL);
    check(|| refused(Class::NotSent), ALL);
    check(|| refused(Class::Throttled { after: None }), Expected { used: [4, 1, 1], ..ALL });
    check(|| throttled(30), Expected { used: [4, 1, 1], ..ALL });
    check(|| throttled(600), Expected { used: [4, 1, 1], ..ALL });
    check(|| refused(Class::TryAgain), ALL);
    check(|| refused(Class::Token), ALL);
    // Nothing was handed to the transport, so it was no request.
    check(lost_its_token, Expected { used: [3, 0, 0], ..ALL });
}

#[test]
fn what_was_refused_for_somebody() {
    let halves = Expected { first: ("split", BatchState::Split), used: [5, 0, 0], ..ALL };
    check(|| refused(Class::Recipient), halves);
    let none = Expected {
        first: ("rejected", BatchState::Rejected),
        counts: [20, 10, 0, 0],
        used: [3, 0, 0],
        volume: 20,
        ..ALL
    };
    check(|| refused(Class::Recipients), none);
}

#[test]
fn what_is_in_doubt() {
    let doubt = || Expected {
        first: ("unknown", BatchState::Unknown),
        counts: [20, 0, 10, 0],
        used: [3, 0, 0],
        next: Step::Resolve,
        ..ALL
    };
    check(in_doubt, doubt());
    check(|| refused(Class::Unknown), doubt());
    check(|| accepted_without([person(999)]), doubt());
}

#[test]
fn what_pauses_the_campaign() {
    check(|| refused(Class::Permission), nobody(Why::NotPermitted));
    check(|| refused(Class::Quota), nobody(Why::QuotaUsedUp));
    check(|| refused(Class::Endpoint), nobody(Why::WrongEndpoint));
    check(|| throttled(601), Expected { used: [1, 1, 0], ..nobody(Why::LongThrottle) });
    check(not_built, Expected { used: [0, 0, 0], ..nobody(Why::Broken) });
    let message = Expected {
        first: ("rejected", BatchState::Rejected),
        counts: [0, 10, 0, 20],
        next: Step::RunAgain,
        ..nobody(Why::MessageRefused)
    };
    check(|| refused(Class::Message), message);
}

#[test]
fn a_batch_keeps_what_was_said_of_it() {
    #[track_caller]
    fn check(
        answer: fn() -> Answer,
        message_id: Option<&str>,
        request_id: Option<&str>,
        code: Option<i64>,
        reason: &str,
    ) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| answer());
        let id = bench.plan(&vendor, 10);
        bench.run(&id, &vendor);
        let batch = bench.batch(&id, 0);
        assert_eq!((batch.message_id.as_deref(), batch.request_id.as_deref()), (message_id, request_id));
        assert_eq!((batch.code, batch.reason.as_deref().unwrap_or_default()), (code, reason));
        assert_eq!((batch.attempt, batch.mark.as_ref().unwrap().as_str()), (1, "mark 0"));
        assert_eq!((batch.at, batch.began_at), (bench.wall.unix(), bench.wall.unix()));
    }
    check(accepted, Some("bm-1"), Some("log-1"), None, "");
    check(|| Ok(Receipt::new(None)), None, None, None, "");
    check(|| refused(Class::Recipients), None, Some("log-2"), Some(7), "code 7: recipients (request id log-2)");
    check(|| refused(Class::Message), None, Some("log-2"), Some(7), "code 7: message (request id log-2)");
    let doubt = "nobody can know whether it was sent: code 7: unknown (request id log-2)";
    check(|| refused(Class::Unknown), None, Some("log-2"), Some(7), doubt);
}

#[test]
fn those_whom_the_receipt_names_are_rejected_once() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, batch| {
        let named: Vec<_> = batch.iter().filter(|one| one.id().ends_with('7')).cloned().collect();
        accepted_without(named.iter().chain(&named).cloned())
    });
    let id = bench.plan(&vendor, 30);
    let ran = bench.run(&id, &vendor);
    assert_eq!((bench.counts(&id), ran.counts()), ([27, 3, 0, 0], [27, 3, 0, 0]));
    let outcome = &account(&bench.ledger, &id).outcomes["u17"];
    assert_eq!((outcome.as_str(), outcome.code(), outcome.reason()), ("rejected", Some(20003), Some("not imported")));
    assert_eq!(bench.standing(&id).message_ids, ["bm-1", "bm-1", "bm-1"]);
}

#[test]
fn a_bad_id_is_found_by_splitting_and_nobody_else_suffers() {
    #[track_caller]
    fn check(people: usize, size: usize, bad: &[usize]) {
        let bench = Bench::memory();
        let bad: Vec<_> = bad.iter().map(|number| person(*number)).collect();
        let is_bad = |batch: &[_]| batch.iter().any(|one| bad.contains(one));
        let vendor = Vendor::new(size, |_, batch| if is_bad(batch) { refused(Class::Recipient) } else { accepted() })
            .with_daily_quota(1000);
        let id = bench.plan(&vendor, people);
        let ran = bench.run(&id, &vendor);
        let expected = [(people - bad.len()) as u64, bad.len() as u64, 0, 0];
        assert_eq!((bench.counts(&id), ran.counts(), ran.why()), (expected, expected, None));
        let account = account(&bench.ledger, &id);
        assert!(bad.iter().all(|one| account.outcomes[one.id()].as_str() == "rejected"));
        assert_eq!(bench.volume(&vendor), expected[0], "what was refused is given back");
        vendor.has_reached_nobody_twice();
    }
    check(100, 100, &[13]);
    check(100, 100, &[0]);
    check(100, 100, &[99]);
    check(1, 1, &[0]);
    check(2, 2, &[1]);
    check(3, 3, &[0, 1, 2]);
    check(100, 7, &[6, 7, 50, 98]);
}

#[test]
fn the_halves_of_a_batch_get_the_message_that_it_was_to_get() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |nth, _| if nth == 0 { refused(Class::Recipient) } else { accepted() });
    let id = bench.plan(&vendor, 10);
    let (key, batch) = (bench.row(&id).key, bench.batch(&id, 0));
    let other = BatchRow { variant: 3, ..batch.clone() };
    assert!(write(&*bench.ledger, |tables| tables.replace_batch(key, batch.guard(), &other)));
    bench.run(&id, &vendor);
    let halves = [1, 2].map(|number| bench.batch(&id, number));
    assert_eq!(halves.map(|half| (half.variant, half.size, half.attempt)), [(3, 5, 1), (3, 5, 1)]);
}

#[test]
fn a_throttle_moves_the_pace_of_everybody() {
    #[track_caller]
    fn check(answer: fn() -> Answer, least: u64) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |n, _| if n == 0 { answer() } else { accepted() });
        let id = bench.plan(&vendor, 30);
        let began = bench.wall.unix();
        bench.run(&id, &vendor);
        let (until, asked) = bench.read(|view| view.pause(&vendor.pace())).unwrap();
        // With the jitter of a first backoff.
        let (least, most) = (Duration::from_secs(least), Duration::from_millis(1000 * least + 250));
        assert!((least..=most).contains(&asked), "{asked:?}");
        assert_eq!(until, began + asked);
        assert!(bench.wall.elapsed() >= least);
    }
    check(|| refused(Class::Throttled { after: None }), 1);
    check(|| throttled(0), 1);
    check(|| throttled(30), 30);
    check(|| throttled(600), 600);
}

#[test]
fn counts_of_a_standing_are_those_of_the_run() {
    let bench = Bench::memory();
    let classes = [Class::Token, Class::Recipients, Class::TryAgain, Class::Unknown, Class::Recipient, Class::NotSent];
    let vendor = Vendor::new(5, |n, _| match classes.get(n as usize % 8) {
        Some(class) => refused(*class),
        None => accepted(),
    });
    let id = bench.plan(&vendor, 500);
    let ran = bench.run(&id, &vendor);
    assert_eq!(ran.why(), None);
    let standing = bench.standing(&id);
    assert_eq!(four(standing.recipients), ran.counts());
    assert_eq!(standing.requests, ran.progress.requests);
    assert_eq!(u64::from(vendor.attempts()), standing.requests.sent);
    account(&bench.ledger, &id).agrees_with(&vendor.reached());
    vendor.has_reached_nobody_twice();
}
