//! The table of the classes: what each leads to where the first batch of three meets it once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use batchcast_campaign::{Ending, Why};
use batchcast_transport::channel::{Receipt, Rejected};
use batchcast_transport::class::Class;

use crate::vendor::{Answer, Vendor, accepted, counts, in_doubt, not_sent, person_named, refused};

/// Ten people in a batch, three batches; the first attempt gets `first`, all others are accepted.
fn once(first: fn() -> Answer) -> ([u64; 4], Ending, u64) {
    let attempts = AtomicU32::new(0);
    let vendor = Vendor::new(10, |_| if attempts.fetch_add(1, Ordering::Relaxed) == 0 { first() } else { accepted() });
    let run = vendor.run(30);
    let summary = run.summary(Default::default());
    assert!(vendor.sent().values().all(|times| *times == 1), "somebody was sent to twice");
    (counts(&run), summary.ending.unwrap(), summary.progress.requests.sent)
}

fn stopped(ending: &Ending, why: Why) -> bool {
    matches!(ending, Ending::Stopped(stopped) if stopped.why == why)
}

#[test]
fn each_class_has_its_consequence() {
    fn check(first: fn() -> Answer, expected: [u64; 4], sent: u64, ends: fn(&Ending) -> bool) {
        let (counts, ending, requests) = once(first);
        assert_eq!((counts, requests), (expected, sent), "{ending:?}");
        assert!(ends(&ending), "{ending:?}");
    }
    let finished = |ending: &Ending| matches!(ending, Ending::Finished);
    check(accepted, [30, 0, 0, 0], 3, finished);
    check(not_sent, [30, 0, 0, 0], 4, finished);
    check(|| refused(Class::Throttled { after: None }), [30, 0, 0, 0], 4, finished);
    check(|| refused(Class::TryAgain), [30, 0, 0, 0], 4, finished);
    check(|| refused(Class::Token), [30, 0, 0, 0], 4, finished);
    check(|| refused(Class::Recipient), [30, 0, 0, 0], 5, finished);
    check(|| refused(Class::Recipients), [20, 10, 0, 0], 3, finished);
    check(in_doubt, [20, 0, 10, 0], 3, finished);
    check(|| refused(Class::Unknown), [20, 0, 10, 0], 3, finished);
    check(|| refused(Class::Message), [0, 10, 0, 20], 1, |e| stopped(e, Why::MessageRefused));
    check(|| refused(Class::Permission), [0, 0, 0, 30], 1, |e| stopped(e, Why::NotPermitted));
    check(|| refused(Class::Quota), [0, 0, 0, 30], 1, |e| stopped(e, Why::QuotaUsedUp));
    check(|| refused(Class::Endpoint), [0, 0, 0, 30], 1, |e| stopped(e, Why::WrongEndpoint));
    let long = || refused(Class::Throttled { after: Some(Duration::from_secs(601)) });
    check(long, [0, 0, 0, 30], 1, |e| stopped(e, Why::LongThrottle));
}

#[test]
fn those_whom_the_receipt_names_are_rejected_once() {
    let vendor = Vendor::new(10, |batch| {
        let named = batch.iter().filter(|one| one.id().ends_with('7'));
        let rejected = named.map(|one| Rejected::new(one.clone(), Some(20003), "not imported"));
        let rejected = rejected.flat_map(|once| [once.clone(), once]).collect();
        Ok(Receipt::new(Some("bm-1".to_owned())).with_rejected(rejected))
    });
    let run = vendor.run(30);
    assert_eq!(counts(&run), [27, 3, 0, 0]);
    assert_eq!(run.outcomes()[17].1.as_str(), "rejected");
}

#[test]
fn a_bad_id_is_found_by_splitting_and_nobody_else_suffers() {
    let bad = person_named(13);
    let vendor = Vendor::new(100, |batch| if batch.contains(&bad) { refused(Class::Recipient) } else { accepted() });
    let run = vendor.run(100);
    assert_eq!(counts(&run), [99, 1, 0, 0]);
    assert_eq!(run.outcomes()[13].1.as_str(), "rejected");
    assert!(vendor.sent().values().all(|times| *times == 1));
}
