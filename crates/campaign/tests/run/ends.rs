//! What ends a run that goes on in spite of single failures.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use batchcast_campaign::ledger::BatchState;
use batchcast_campaign::{Event, MaxRejected, Sending, State, Step, Unobserved, Why};
use batchcast_transport::class::Class;

use crate::bench::{Bench, Ran, options, threads, used};
use crate::vendor::{Answer, Vendor, accepted, accepted_without, in_doubt, not_sent, refused, throttled};

/// One person in a batch; attempt number n gets `script(n)`.
fn run(people: usize, script: impl Fn(u32) -> Answer + Send + Sync) -> Ran {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |n, _| script(n));
    let id = bench.plan(&vendor, people);
    let ran = bench.run(&id, &vendor);
    assert_eq!(bench.counts(&id), ran.counts());
    vendor.has_reached_nobody_twice();
    ran
}

#[test]
fn five_times_not_sent_in_a_row() {
    let always = run(20, |_| not_sent());
    assert_eq!((always.counts(), always.why()), ([0, 0, 0, 20], Some(Why::Unreachable)));
    assert_eq!(used(always.progress.requests), [5, 0, 4]);

    let with_a_break = run(20, |n| if n % 5 == 4 { accepted() } else { not_sent() });
    assert_eq!((with_a_break.counts(), with_a_break.why()), ([20, 0, 0, 0], None));
}

/// Requests that are on the wire at once, as long as the run goes on: each waits until so many others have arrived.
struct AtOnce<'a> {
    many: u32,
    arrived: AtomicU32,
    sending: &'a OnceLock<Sending>,
}

impl<'a> AtOnce<'a> {
    const fn new(many: u32, sending: &'a OnceLock<Sending>) -> Self {
        Self { many, arrived: AtomicU32::new(0), sending }
    }

    fn wait(&self) {
        let all = self.arrived.fetch_add(1, Ordering::SeqCst) / self.many * self.many + self.many;
        while self.arrived.load(Ordering::SeqCst) < all && self.sending.get().unwrap().ending().is_none() {
            std::thread::yield_now();
        }
    }
}

#[test]
fn attempts_that_overlap_and_cannot_be_sent_count_once() {
    let (bench, sending) = (Bench::memory(), OnceLock::new());
    let at_once = AtOnce::new(8, &sending);
    let vendor = Vendor::new(1, |_, _| {
        at_once.wait();
        not_sent()
    });
    let id = bench.plan(&vendor, 100);
    let started = bench.start(&id, &vendor, threads(&vendor, 8)).unwrap();
    let ran = bench.carry_out(sending.get_or_init(|| started), &vendor, &Unobserved);
    assert_eq!((ran.why(), vendor.attempts()), (Some(Why::Unreachable), 5 * 8));
    assert_eq!(bench.counts(&id), [0, 0, 0, 100]);
}

#[test]
fn three_doubts_in_a_row() {
    let always = run(20, |_| in_doubt());
    assert_eq!((always.counts(), always.why()), ([0, 0, 3, 17], Some(Why::TooManyDoubts)));
    // The last of all stops nothing.
    let to_the_end = run(3, |_| in_doubt());
    assert_eq!((to_the_end.counts(), to_the_end.why()), ([0, 0, 3, 0], None));
}

#[test]
fn any_answer_ends_a_row_of_doubts() {
    /// Two doubts and then this, again and again.
    #[track_caller]
    fn check(other: fn() -> Answer, ends: bool) {
        let ran = run(12, |n| if n % 3 == 2 { other() } else { in_doubt() });
        assert_eq!(ran.why(), ends.then_some(Why::TooManyDoubts), "{:?}", ran.answers());
    }
    check(accepted, false);
    check(|| refused(Class::Recipients), false);
    check(|| refused(Class::Recipient), false);
    check(|| refused(Class::Token), false);
    check(|| refused(Class::TryAgain), false);
    check(|| refused(Class::Throttled { after: None }), false);
    // No answer came, so the row goes on.
    check(not_sent, true);
}

#[test]
fn doubts_that_overlap_count_one_by_one() {
    let (bench, sending) = (Bench::memory(), OnceLock::new());
    let at_once = AtOnce::new(3, &sending);
    let vendor = Vendor::new(1, |nth, _| {
        if nth < 3 {
            at_once.wait();
        }
        in_doubt()
    });
    let id = bench.plan(&vendor, 100);
    let started = bench.start(&id, &vendor, threads(&vendor, 3)).unwrap();
    let ran = bench.carry_out(sending.get_or_init(|| started), &vendor, &Unobserved);
    let [accepted, rejected, unknown, pending] = bench.counts(&id);
    // Whoever was quick was on the wire again before the third was heard.
    assert!((3..=5).contains(&unknown), "{unknown}");
    assert_eq!((ran.why(), accepted, rejected, pending), (Some(Why::TooManyDoubts), 0, 0, 100 - unknown));
}

#[test]
fn a_message_that_is_refused_is_not_tried_again_without_being_asked_to() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| if n == 0 { refused(Class::Message) } else { accepted() });
    let id = bench.plan(&vendor, 30);
    bench.run(&id, &vendor);
    let refusal = bench.start(&id, &vendor, options(&vendor)).unwrap_err().to_string();
    assert!(refusal.contains("refused the message") && refusal.contains("code 7"), "{refusal}");
    assert_eq!(bench.standing(&id).next, Step::RunAgain);

    // A run that was allowed to, and is gone: what the one before it said of its end is no more.
    drop(bench.start(&id, &vendor, options(&vendor).again()).unwrap());
    assert_eq!((bench.standing(&id).stopped, bench.standing(&id).next), (None, Step::Run));

    let again = bench.run_with(&id, &vendor, options(&vendor));
    assert_eq!((again.why(), bench.counts(&id)), (None, [20, 10, 0, 0]));
    assert_eq!(bench.standing(&id).stopped, None);
}

#[test]
fn what_is_to_be_tried_again_is_so_five_times() {
    let bench = Bench::memory();
    let mut bound = Duration::from_millis(250);
    let vendor = Vendor::new(1, |nth, _| if nth < 50 { refused(Class::TryAgain) } else { accepted() });
    let id = bench.plan(&vendor, 1);
    let (sending, tried) = (bench.start(&id, &vendor, options(&vendor)).unwrap(), std::sync::Mutex::new(Vec::new()));
    let ran = bench.carry_out(&sending, &vendor, &|event: &Event| {
        if matches!(event, Event::Recorded { .. }) {
            tried.lock().unwrap().push((bench.batch(&id, 0), bench.wall.unix()));
        }
    });
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::MessageRefused), [0, 1, 0, 0]));
    assert_eq!(used(ran.progress.requests), [6, 0, 5]);
    let tried = tried.into_inner().unwrap();
    for (nth, (batch, now)) in (1..).zip(&tried[..5]) {
        assert_eq!((batch.state, batch.tries_again, batch.attempt), (BatchState::Pending, nth, nth));
        // The jitter draws the wait from nothing to the bound.
        assert!(*now <= batch.not_before && batch.not_before <= *now + bound, "{batch:?} at {now:?}");
        bound *= 2;
    }
    assert!(tried.iter().any(|(batch, now)| batch.not_before > *now), "it waits at all");
    assert!(tried.windows(2).all(|two| two[0].0.not_before <= two[1].0.began_at), "each waits for its time");

    let among_others = run(20, |nth| if nth < 500 { refused(Class::TryAgain) } else { accepted() });
    assert_eq!(among_others.counts(), [0, 1, 0, 19]);
}

#[test]
fn more_than_64_splits() {
    let bench = Bench::memory();
    let vendor = Vendor::new(200, |_, batch| {
        if batch.iter().any(|one| one.id().ends_with('3')) { refused(Class::Recipient) } else { accepted() }
    });
    let id = bench.plan(&vendor, 1000);
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), bench.batches_in(&id, BatchState::Split).len()), (Some(Why::TooManyBadIds), 65));
    let counts @ [_, _, unknown, pending] = bench.counts(&id);
    assert!(pending > 0 && unknown == 0, "{counts:?}");
    // The next run counts anew.
    let mut runs = 1;
    while bench.run(&id, &vendor).why().is_some() {
        runs += 1;
    }
    assert_eq!((bench.counts(&id), runs > 1), ([900, 100, 0, 0], true));
    vendor.has_reached_nobody_twice();
}

#[test]
fn a_long_throttle_is_not_waited_for() {
    #[track_caller]
    fn check(seconds: u64, why: Option<Why>) {
        let bench = Bench::memory();
        let vendor = Vendor::new(1, |n, _| if n == 0 { throttled(seconds) } else { accepted() });
        let id = bench.plan(&vendor, 3);
        let began = bench.wall.unix();
        let ran = bench.run(&id, &vendor);
        assert_eq!(ran.why(), why);
        let Some(stopped) = ran.stopped() else { return };
        let resume_at = stopped.resume_at.unwrap();
        let most = Duration::from_millis(seconds.saturating_mul(1000).saturating_add(250));
        assert!(resume_at >= began + Duration::from_secs(seconds) && resume_at <= began + most, "{resume_at:?}");
        assert_eq!(bench.standing(&id).stopped.as_ref(), Some(stopped));
        assert!(bench.wall.elapsed() < Duration::from_secs(1));
    }
    check(600, None);
    check(601, Some(Why::LongThrottle));
    check(86_400, Some(Why::LongThrottle));
    check(u64::MAX, Some(Why::LongThrottle));
}

#[test]
fn throttles_that_overlap_are_one_event() {
    let (bench, sending) = (Bench::memory(), OnceLock::new());
    let at_once = AtOnce::new(8, &sending);
    let vendor = Vendor::new(5, |nth, _| {
        if nth >= 8 {
            return accepted();
        }
        at_once.wait();
        refused(Class::Throttled { after: None })
    });
    let id = bench.plan(&vendor, 100);
    let started = bench.start(&id, &vendor, threads(&vendor, 8)).unwrap();
    let ran = bench.carry_out(sending.get_or_init(|| started), &vendor, &Unobserved);
    assert_eq!((ran.why(), bench.counts(&id)), (None, [100, 0, 0, 0]));
    assert_eq!(used(ran.progress.requests), [28, 8, 8]);
}

#[test]
fn any_other_answer_ends_a_row_of_throttles() {
    let bench = Bench::memory();
    let throttled = || refused(Class::Throttled { after: None });
    let vendor = Vendor::new(1, |nth, _| if nth % 2 == 0 { throttled() } else { accepted() });
    let id = bench.plan(&vendor, 20);
    assert_eq!(bench.run(&id, &vendor).why(), None);
    // Each is the first of its row, and waits for a second and a quarter at most.
    assert!(bench.wall.elapsed() <= 20 * Duration::from_millis(1_250), "{:?}", bench.wall.elapsed());
}

#[test]
fn more_are_rejected_than_are_to_be() {
    #[track_caller]
    fn check(max: MaxRejected, expected: Option<u64>) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, batch| accepted_without(batch[..2].iter().cloned()));
        let id = bench.plan(&vendor, 100);
        let ran = bench.run_with(&id, &vendor, options(&vendor).with_max_rejected(max));
        let [accepted, rejected, unknown, pending] = bench.counts(&id);
        assert_eq!((ran.why(), unknown), (expected.map(|_| Why::TooManyRejected), 0));
        assert_eq!((rejected, accepted), (expected.unwrap_or(20), expected.unwrap_or(20) * 4));
        assert_eq!(bench.standing(&id).state, if pending > 0 { State::Paused } else { State::Finished });
    }
    check(MaxRejected::Count(0), Some(2));
    check(MaxRejected::Count(2), Some(4));
    check(MaxRejected::Count(5), Some(6));
    check(MaxRejected::Percent(5.0), Some(6));
    check(MaxRejected::Percent(6.0), Some(8));
    check(MaxRejected::Count(20), None);
    check(MaxRejected::Percent(20.0), None);
}

#[test]
fn those_rejected_before_count_too() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, batch| accepted_without(batch[..2].iter().cloned()));
    let id = bench.plan(&vendor, 100);
    let one = || options(&vendor).with_max_rejected(MaxRejected::Count(1));
    assert_eq!((bench.run_with(&id, &vendor, one()).why(), vendor.attempts()), (Some(Why::TooManyRejected), 1));
    // They are too many already.
    assert_eq!((bench.run_with(&id, &vendor, one()).why(), vendor.attempts()), (Some(Why::TooManyRejected), 1));
    let three = options(&vendor).with_max_rejected(MaxRejected::Count(3));
    assert_eq!((bench.run_with(&id, &vendor, three).why(), vendor.attempts()), (Some(Why::TooManyRejected), 2));
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [80, 20, 0, 0]));
}
