//! Several threads: everybody once, whatever the answers and their order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use batchcast_campaign::{Error, Event, Refusal, State, Why};
use batchcast_transport::class::Class;
use batchcast_transport::exchange::Limit;

use crate::account::account;
use crate::bench::{Bench, options, threads};
use crate::vendor::{Answer, Vendor, accepted, accepted_without, in_doubt, not_sent, refused, throttled};

#[test]
fn everybody_is_sent_to_once() {
    let bench = Bench::memory();
    let vendor = Vendor::new(7, |_, _| accepted());
    let id = bench.plan(&vendor, 1000);
    let ran = bench.run_with(&id, &vendor, threads(&vendor, 8));
    assert_eq!((ran.why(), bench.counts(&id)), (None, [1000, 0, 0, 0]));
    assert_eq!(vendor.reached().len(), 1000);
    vendor.has_reached_nobody_twice();
}

/// Draws an answer for each attempt; runs are ended by most of them now and then.
fn drawn(state: &AtomicU64, batch: &[batchcast_model::Recipient]) -> Answer {
    let drawn = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 59;
    match drawn {
        0 | 1 => in_doubt(),
        2 => refused(Class::Recipients),
        3 | 4 if batch.len() > 1 => refused(Class::Recipient),
        5 => refused(Class::Token),
        6 => refused(Class::TryAgain),
        7 => not_sent(),
        8 => throttled(2),
        9 => refused(Class::Quota),
        10 => accepted_without(batch.first().cloned()),
        _ => accepted(),
    }
}

/// Run after run with eight threads, until it is finished.
#[track_caller]
fn nobody_twice(bench: &Bench, seed: u64) {
    let state = AtomicU64::new(seed);
    let vendor = Vendor::new(5, |_, batch| drawn(&state, batch)).with_daily_quota(10_000);
    let id = bench.plan(&vendor, 200);
    let finished = (0..200).any(|_| {
        let ran = bench.run_with(&id, &vendor, threads(&vendor, 8).again());
        let account = account(&bench.ledger, &id);
        assert_eq!(account.counts, ran.counts(), "seed {seed}");
        account.agrees_with(&vendor.reached());
        ran.why().is_none()
    });
    vendor.has_reached_nobody_twice();
    assert!(finished, "seed {seed}: it does not come to an end");
    let [accepted, rejected, unknown, pending] = bench.counts(&id);
    assert_eq!((accepted + rejected + unknown, pending), (200, 0), "seed {seed}");
    assert_eq!(bench.standing(&id).requests.sent, u64::from(vendor.attempts()), "seed {seed}");
}

#[test]
fn nobody_twice_whatever_the_answers() {
    (0..50).for_each(|seed| nobody_twice(&Bench::memory(), seed));
}

#[cfg(feature = "sqlite")]
#[test]
fn nobody_twice_in_a_file() {
    for seed in 50..52 {
        let folder = tempfile::tempdir().unwrap();
        nobody_twice(&Bench::file(folder.path()), seed);
    }
}

#[test]
fn a_pace_is_kept_by_all_threads_together() {
    let (bench, left) = (Bench::memory(), Mutex::new(Vec::new()));
    let limits = [Limit::requests(5, Duration::from_secs(10))];
    let vendor = Vendor::new(1, |_, _| accepted()).with_limits(limits);
    let id = bench.plan(&vendor, 60);
    let sending = bench.start(&id, &vendor, threads(&vendor, 8)).unwrap();
    bench.carry_out(&sending, &vendor, &|event: &Event| {
        if let Event::Begun { .. } = event {
            left.lock().unwrap().push(bench.wall.elapsed());
        }
    });
    assert_eq!(bench.counts(&id), [60, 0, 0, 0]);
    // 60 requests in windows of five: the last leaves after eleven of them, each with its guard.
    assert!(bench.wall.elapsed() >= Duration::from_millis(11 * 10_500), "{:?}", bench.wall.elapsed());
}

#[test]
fn a_sender_that_panics_leaves_a_doubt_and_ends_the_run() {
    #[track_caller]
    fn check(in_flight: usize) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, batch| {
            assert!(batch[0].id() != "u10", "the sender panics");
            accepted()
        });
        let id = bench.plan(&vendor, 1000);
        let ran = bench.run_with(&id, &vendor, threads(&vendor, in_flight));
        let [accepted, rejected, unknown, pending] = bench.counts(&id);
        assert_eq!((ran.why(), rejected, unknown, accepted + pending), (Some(Why::Broken), 0, 10, 990));
        assert_eq!((ran.counts(), bench.standing(&id).state), (bench.counts(&id), State::Paused));
        let doubt = account(&bench.ledger, &id).outcomes["u10"].reason().unwrap().to_owned();
        assert!(doubt.contains("its sender was gone"), "{doubt}");
        // It is let go, and the others can have it.
        let other = Vendor::new(10, |_, _| self::accepted());
        assert_eq!(bench.run(&id, &other).why(), None);
        assert_eq!(bench.counts(&id), [990, 0, 10, 0]);
    }
    check(1);
    check(8);
}

#[test]
fn whatever_panics_ends_the_run_and_nobody_waits_for_ever() {
    #[track_caller]
    fn check(panics: fn(&Event) -> bool, in_flight: usize) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| accepted());
        let id = bench.plan(&vendor, 1000);
        let sending = bench.start(&id, &vendor, threads(&vendor, in_flight)).unwrap();
        let ran = bench.carry_out(&sending, &vendor, &|event: &Event| assert!(!panics(event), "the observer panics"));
        let [_, rejected, unknown, pending] = bench.counts(&id);
        assert_eq!((ran.why(), rejected), (Some(Why::Broken), 0));
        assert!(unknown <= 10 * in_flight as u64 && pending > 0, "{unknown} {pending}");
        assert_eq!(bench.standing(&id).state, State::Paused);
    }
    for in_flight in [1, 4] {
        check(|event| matches!(event, Event::Claimed { .. }), in_flight);
        check(|event| matches!(event, Event::Begun { .. }), in_flight);
        check(|event| matches!(event, Event::Answered { .. }), in_flight);
        check(|event| matches!(event, Event::Recorded { .. }), in_flight);
    }
}

#[test]
fn getting_ready_that_panics_leaves_no_doubt() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted()).with_readiness(|| panic!("getting ready panics"));
    let id = bench.plan(&vendor, 1000);
    let ran = bench.run_with(&id, &vendor, threads(&vendor, 4));
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::Broken), [0, 0, 0, 1000]));
}

#[test]
fn a_campaign_has_one_run_at_a_time() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let first = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let held = |result| matches!(result, Err(Error::Held(other)) if other == id);
    assert!(held(bench.start(&id, &vendor, options(&vendor))));
    assert!(held(bench.start(&id, &vendor, options(&vendor).again())));
    assert!(matches!(bench.campaign(&id).forget(), Err(Error::Held(_))));
    assert_eq!(bench.standing(&id).state, State::Running);
    bench.carry_out(&first, &vendor, &batchcast_campaign::Unobserved);
    // It is let go at its end, though it is still looked at.
    assert_eq!(bench.standing(&id).state, State::Finished);
    assert!(bench.start(&id, &vendor, options(&vendor)).is_ok());
    assert_eq!(first.progress(batchcast_transport::time::Tick::ZERO).recipients.accepted, 30);
}

#[test]
fn a_run_that_is_dropped_lets_its_campaign_go() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    drop(bench.start(&id, &vendor, options(&vendor)).unwrap());
    assert_eq!(bench.standing(&id).state, State::Paused);
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [30, 0, 0, 0]));
}

#[test]
fn what_would_go_elsewhere_or_be_another_message_is_refused() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 10);
    #[track_caller]
    fn check(bench: &Bench, id: &batchcast_campaign::ledger::CampaignId, address: [&str; 3], what: &str) {
        let [provider, endpoint, app] = address;
        let address = batchcast_transport::channel::Address::new(provider, endpoint, app);
        let other = Vendor::new(10, |_, _| accepted()).with_address(address);
        let refused = bench.start(id, &other, options(&other)).unwrap_err().to_string();
        assert!(refused.contains(&format!("the {what} is not the one of the plan")), "{refused}");
    }
    check(&bench, &id, ["other", "https://vendor.example.com", "app-1"], "provider");
    check(&bench, &id, ["test", "https://other.example.com", "app-1"], "endpoint");
    check(&bench, &id, ["test", "https://vendor.example.com", "app-2"], "app");
    let other = Vendor::new(10, |_, _| accepted()).with_message("another");
    let refused = bench.start(&id, &other, options(&other));
    assert!(matches!(refused, Err(Error::Refused(Refusal::OtherMessage(campaign))) if campaign == id));
    assert_eq!(bench.standing(&id).state, State::Planned);
}

#[test]
fn through_another_channel_than_it_was_started_with_nothing_is_sent() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 30);
    let other = Vendor::new(10, |_, _| accepted()).with_message("another");
    let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
    let ran = bench.carry_out(&sending, &other, &batchcast_campaign::Unobserved);
    assert_eq!((ran.why(), other.attempts(), bench.counts(&id)), (Some(Why::Broken), 0, [0, 0, 0, 30]));
}
