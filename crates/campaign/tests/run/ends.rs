//! What ends a run that goes on in spite of single failures.

use std::sync::atomic::{AtomicU32, Ordering};

use batchcast_campaign::{Ending, Run};
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

#[test]
fn five_times_not_sent_in_a_row() {
    let always = run(20, |_| not_sent());
    assert_eq!(counts(&always), [0, 0, 0, 20]);
    assert!(matches!(ending(&always), Ending::Unreachable(_)));
    assert_eq!(always.summary(Default::default()).requests.sent, 5);

    let with_a_break = run(20, |n| if n % 5 == 4 { accepted() } else { not_sent() });
    assert_eq!(counts(&with_a_break), [20, 0, 0, 0]);
}

#[test]
fn three_doubts_in_a_row() {
    let always = run(20, |_| in_doubt());
    assert_eq!(counts(&always), [0, 0, 3, 17]);
    assert!(matches!(ending(&always), Ending::TooManyDoubts(_)));

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
    assert!(matches!(ending(&alone), Ending::MessageRefused(_)));
    assert_eq!(alone.summary(Default::default()).requests.sent, 6);

    let among_others = run(20, |_| refused(Class::TryAgain));
    assert_eq!(counts(&among_others), [0, 1, 0, 19]);
}

#[test]
fn more_than_64_splits() {
    let vendor = Vendor::new(200, |batch| {
        if batch.iter().any(|one| one.id().ends_with('3')) { refused(Class::Recipient) } else { accepted() }
    });
    let run = vendor.run(1000);
    assert!(matches!(ending(&run), Ending::TooManyBadIds(_)));
    let [accepted, rejected, unknown, pending] = counts(&run);
    assert!(pending > 0 && unknown == 0, "{accepted} {rejected} {unknown} {pending}");
}

#[test]
fn a_throttle_is_waited_for() {
    let throttled = Class::Throttled { after: Some(std::time::Duration::from_secs(30)) };
    let run = run(3, move |n| if n == 1 { refused(throttled) } else { accepted() });
    assert_eq!(counts(&run), [3, 0, 0, 0]);
    let requests = run.summary(Default::default()).requests;
    assert_eq!((requests.planned, requests.sent, requests.throttled, requests.retried), (3, 4, 1, 1));
}
