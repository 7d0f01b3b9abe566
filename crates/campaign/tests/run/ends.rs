//! What ends a run that goes on in spite of single failures.

use std::sync::atomic::{AtomicU32, Ordering};

use batchcast_campaign::{Ending, Run, Why};
use batchcast_transport::class::Class;

use crate::vendor::{Answer, Vendor, accepted, counts, in_doubt, not_sent, refused};

/// One person in a batch; attempt number n gets `script(n)`.
fn run(people: usize, script: impl Fn(u32) -> Answer + Send + Sync) -> Run {
    let attempts = AtomicU32::new(0);
    Vendor::new(1, |_| script(attempts.fetch_add(1, Ordering::Relaxed))).run(people)
}

fn ending(run: &Run) -> Ending {
    run.summary(Default::default()).ending.unwrap()
}

pub(crate) fn stopped_by(run: &Run) -> Option<Why> {
    match ending(run) {
        Ending::Stopped(stopped) => Some(stopped.why),
        _ => None,
    }
}

#[test]
fn five_times_not_sent_in_a_row() {
    let always = run(20, |_| not_sent());
    assert_eq!(counts(&always), [0, 0, 0, 20]);
    assert!(stopped_by(&always) == Some(Why::Unreachable));
    assert_eq!(always.progress(Default::default()).requests.sent, 5);

    let with_a_break = run(20, |n| if n % 5 == 4 { accepted() } else { not_sent() });
    assert_eq!(counts(&with_a_break), [20, 0, 0, 0]);
}

#[test]
fn attempts_that_overlap_and_cannot_be_sent_count_once() {
    let vendor = Vendor::new(1, |_| not_sent());
    let sending = vendor.run_threads(100, 8);
    let requests = sending.look(|run| run.progress(Default::default()).requests);
    assert!((5..=40).contains(&requests.sent), "{requests:?}");
    assert_eq!(sending.look(stopped_by), Some(Why::Unreachable));
}

#[test]
fn three_doubts_in_a_row() {
    let always = run(20, |_| in_doubt());
    assert_eq!(counts(&always), [0, 0, 3, 17]);
    assert!(stopped_by(&always) == Some(Why::TooManyDoubts));

    let with_a_break = run(21, |n| if n % 3 == 2 { accepted() } else { in_doubt() });
    assert_eq!(counts(&with_a_break), [7, 0, 14, 0]);

    let not_sent_between = run(20, |n| if n % 2 == 1 { not_sent() } else { in_doubt() });
    assert_eq!(counts(&not_sent_between), [0, 0, 3, 17], "no answer came, so the row goes on");
}

#[test]
fn what_would_stop_the_rest_stops_nothing_where_there_is_none() {
    let run = run(3, |_| in_doubt());
    assert_eq!((counts(&run), ending(&run)), ([0, 0, 3, 0], Ending::Finished));
}

#[test]
fn try_again_more_than_five_times_is_the_message_s_fault() {
    let alone = run(1, |_| refused(Class::TryAgain));
    assert_eq!(counts(&alone), [0, 1, 0, 0]);
    assert!(stopped_by(&alone) == Some(Why::MessageRefused));
    assert_eq!(alone.progress(Default::default()).requests.sent, 6);

    let among_others = run(20, |_| refused(Class::TryAgain));
    assert_eq!(counts(&among_others), [0, 1, 0, 19]);
}

#[test]
fn more_than_64_splits() {
    let vendor = Vendor::new(200, |batch| {
        if batch.iter().any(|one| one.id().ends_with('3')) { refused(Class::Recipient) } else { accepted() }
    });
    let run = vendor.run(1000);
    assert!(stopped_by(&run) == Some(Why::TooManyBadIds));
    let [accepted, rejected, unknown, pending] = counts(&run);
    assert!(pending > 0 && unknown == 0, "{accepted} {rejected} {unknown} {pending}");
}

#[test]
fn a_throttle_is_waited_for() {
    let throttled = Class::Throttled { after: Some(std::time::Duration::from_secs(30)) };
    let run = run(3, move |n| if n == 1 { refused(throttled) } else { accepted() });
    assert_eq!(counts(&run), [3, 0, 0, 0]);
    let requests = run.progress(Default::default()).requests;
    assert_eq!((requests.planned, requests.sent, requests.throttled, requests.retried), (3, 4, 1, 1));
}

#[test]
fn what_outranks_the_others_is_told() {
    use batchcast_transport::time::{Now, Tick};
    use std::sync::Arc;

    /// Two batches are on the wire at once and get these answers, in this order.
    fn check(first: Class, second: Class, expected: Why) {
        let vendor = Vendor::new(1, |_| accepted());
        let mut run = Run::new(&vendor.plan(2), Arc::new(batchcast_transport::exchange::Unpaced), Tick::ZERO, 1);
        let mut begin = || match run.next(Tick::ZERO) {
            batchcast_campaign::Next::Claim(claim) => match run.begin(claim, None, Tick::ZERO) {
                batchcast_campaign::Begin::Attempt(attempt) => attempt,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        let attempts = [begin(), begin()];
        for (attempt, class) in attempts.into_iter().zip([first, second]) {
            run.record(attempt, refused(class), Now::default());
        }
        assert!(matches!(run.next(Tick::ZERO), batchcast_campaign::Next::Ended));
        assert_eq!(stopped_by(&run), Some(expected), "{first:?} then {second:?}");
    }
    let long = Class::Throttled { after: Some(std::time::Duration::from_secs(601)) };
    let ranked = [
        (Class::Permission, Why::NotPermitted),
        (Class::Quota, Why::QuotaUsedUp),
        (Class::Endpoint, Why::WrongEndpoint),
        (Class::Message, Why::MessageRefused),
        (long, Why::LongThrottle),
    ];
    for (higher, (first, why)) in ranked.into_iter().enumerate() {
        for (second, _) in &ranked[higher..] {
            check(first, *second, why);
            check(*second, first, why);
        }
    }
}

#[test]
fn an_answer_that_names_a_stranger_is_a_doubt_like_any_other() {
    use crate::vendor::person_named;
    use batchcast_transport::channel::{Receipt, Rejected};

    let names_a_stranger = |_: u32| {
        let stranger = Rejected::new(person_named(999), None, "who is that");
        Ok(Receipt::new(Some("bm-1".to_owned())).with_rejected(vec![stranger]))
    };
    let run = run(10, names_a_stranger);
    assert_eq!(counts(&run), [0, 0, 3, 7]);
    assert_eq!(stopped_by(&run), Some(Why::TooManyDoubts));
}

#[test]
fn a_vendor_that_throttles_and_does_not_say_how_long_is_asked_less_and_less_often() {
    use batchcast_campaign::{Begin, Next};
    use batchcast_transport::time::{Now, Tick, Unix};
    use std::sync::Arc;
    use std::time::Duration;

    let vendor = Vendor::new(1, |_| accepted());
    let mut run = Run::new(&vendor.plan(1), Arc::new(batchcast_transport::exchange::Unpaced), Tick::ZERO, 1);
    let (mut now, mut asked) = (Tick::ZERO, 0);
    while now < Tick::after_origin(Duration::from_secs(600)) {
        match run.next(now) {
            Next::WaitUntil(tick) => now = tick,
            Next::Claim(claim) => match run.begin(claim, None, now) {
                Begin::Attempt(attempt) => {
                    asked += 1;
                    let throttled = refused(Class::Throttled { after: None });
                    run.record(attempt, throttled, Now::new(now, Unix::default()));
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
    assert!((30..120).contains(&asked), "{asked} times in ten minutes");
    assert_eq!(counts(&run), [0, 0, 0, 1]);
}
