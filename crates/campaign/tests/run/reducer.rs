//! The reducer alone: what it says where threads come in any order.

use std::time::Duration;

use batchcast_campaign::{Counts, Ending, Next, Permit, Requests, Run, Why};
use batchcast_transport::class::Class;
use batchcast_transport::time::{Now, Tick, Unix};

use crate::account::four;
use crate::vendor::{Answer, not_sent, refused, throttled};

fn run(pending: u64) -> Run {
    let mut counts = Counts::default();
    (counts.total, counts.pending) = (pending, pending);
    Run::new(counts, Requests::default(), Tick::ZERO, 1)
}

#[track_caller]
fn permit(run: &mut Run) -> Permit {
    match run.next(Tick::ZERO) {
        Next::Claim(permit) => permit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_end_comes_with_the_last_permit() {
    let mut run = run(2);
    let (first, second) = (permit(&mut run), permit(&mut run));
    run.none_pending(second);
    assert!(matches!(run.next(Tick::ZERO), Next::WaitForAnswer));
    assert_eq!(run.ending(), None);
    run.abandoned(first);
    assert!(matches!(run.next(Tick::ZERO), Next::Ended));
}

#[test]
fn what_comes_back_is_handed_out_again() {
    type Back = fn(&mut Run, Permit);
    #[track_caller]
    fn check(comes_first: Back, comes_last: Back) {
        let mut run = run(2);
        let (first, second) = (permit(&mut run), permit(&mut run));
        comes_first(&mut run, first);
        comes_last(&mut run, second);
        assert!(matches!(run.next(Tick::ZERO), Next::Claim(_)), "{run:?}");
    }
    for back in [Run::released as Back, Run::recorded] {
        check(Run::none_pending, back);
        // The ledger had none when it was asked, but what the other one had came back before that was heard here.
        check(back, Run::none_pending);
    }
}

#[test]
fn whoever_is_told_of_none_after_all_came_back_is_believed() {
    let mut run = run(0);
    for _ in 0..3 {
        let held = permit(&mut run);
        run.recorded(held);
    }
    let last = permit(&mut run);
    run.none_pending(last);
    assert!(matches!(run.next(Tick::ZERO), Next::Ended));
    assert_eq!(run.ending(), Some(&Ending::Finished));
}

#[test]
fn those_who_were_put_back_by_somebody_else_are_counted_once() {
    let mut run = run(10);
    let held = permit(&mut run);
    run.begun(10, 1);
    assert_eq!(four(run.progress(Tick::ZERO).recipients), [0, 0, 10, 0]);
    run.abandoned(held);
    // They are in doubt, and somebody has them sent again.
    let _held = permit(&mut run);
    run.begun(10, 2);
    assert_eq!(four(run.progress(Tick::ZERO).recipients), [0, 0, 10, 0]);
}

#[test]
fn what_outranks_the_others_is_told() {
    /// Two threads hear these in this order.
    #[track_caller]
    fn check(first: &dyn Fn() -> Answer, second: &dyn Fn() -> Answer, expected: Why) {
        let mut run = run(2);
        let permits = [permit(&mut run), permit(&mut run)];
        for (permit, answer) in permits.into_iter().zip([first, second]) {
            run.not_ready(&permit, &answer().unwrap_err(), Now::default());
            run.released(permit);
        }
        assert!(matches!(run.next(Tick::ZERO), Next::Ended));
        match run.ending() {
            Some(Ending::Stopped(stopped)) => assert_eq!(stopped.why, expected),
            other => panic!("{other:?}"),
        }
    }
    let ranked: [(&dyn Fn() -> Answer, Why); 5] = [
        (&|| refused(Class::Permission), Why::NotPermitted),
        (&|| refused(Class::Quota), Why::QuotaUsedUp),
        (&|| refused(Class::Endpoint), Why::WrongEndpoint),
        (&|| refused(Class::Message), Why::MessageRefused),
        (&|| throttled(601), Why::LongThrottle),
    ];
    for (rank, (first, why)) in ranked.iter().enumerate() {
        for (second, _) in &ranked[rank..] {
            check(first, second, *why);
            check(second, first, *why);
        }
    }
}

#[test]
fn throttles_that_overlap_are_waited_for_once() {
    let mut run = run(8);
    let permits: Vec<_> = (0..8).map(|_| permit(&mut run)).collect();
    for permit in permits {
        let error = refused(Class::Throttled { after: None }).unwrap_err();
        run.not_ready(&permit, &error, Now::default());
        run.released(permit);
    }
    let Next::WaitUntil(tick) = run.next(Tick::ZERO) else { panic!("{run:?}") };
    let waits = tick.since(Tick::ZERO);
    assert!((1_000..=1_250).contains(&waits.as_millis()), "{waits:?}");
}

#[test]
fn what_cannot_be_sent_is_waited_for_longer_and_longer() {
    let (mut run, mut now) = (run(1), Tick::ZERO);
    for nth in 1..=4 {
        let permit = loop {
            match run.next(now) {
                Next::Claim(permit) => break permit,
                Next::WaitUntil(tick) => now = tick,
                other => panic!("{other:?}"),
            }
        };
        run.not_ready(&permit, &not_sent().unwrap_err(), Now::new(now, Unix::EPOCH));
        run.released(permit);
        // Bounds of a quarter of a second, a half, one and two.
        let most = Duration::from_millis(250 * (2_u64.pow(nth) - 1));
        assert!(now.since(Tick::ZERO) <= most, "{now:?}");
    }
    let Next::WaitUntil(last) = run.next(now) else { panic!("{run:?}") };
    assert!(now > Tick::ZERO && last > now);
}

#[test]
fn what_says_nothing_of_when_is_followed_by_longer_and_longer_pauses() {
    let mut run = run(1);
    let (mut now, mut asked) = (Tick::ZERO, 0);
    while now < Tick::after_origin(Duration::from_secs(600)) && asked < 1000 {
        match run.next(now) {
            Next::WaitUntil(tick) => now = tick,
            Next::Claim(permit) => {
                asked += 1;
                let error = refused(Class::Throttled { after: None }).unwrap_err();
                run.not_ready(&permit, &error, Now::new(now, Unix::EPOCH));
                run.released(permit);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!((30..120).contains(&asked), "{asked} times in ten minutes");
}

#[test]
fn a_run_that_is_ending_hands_out_nothing() {
    #[track_caller]
    fn check(end: fn(&mut Run), expected: Why) {
        let mut run = run(5);
        let held = permit(&mut run);
        end(&mut run);
        assert!(run.is_ending() && matches!(run.next(Tick::ZERO), Next::WaitForAnswer));
        run.recorded(held);
        assert!(matches!(run.next(Tick::ZERO), Next::Ended));
        assert!(matches!(run.ending(), Some(Ending::Stopped(stopped)) if stopped.why == expected));
    }
    check(Run::interrupt, Why::Interrupted);
    check(Run::cancelled, Why::Cancelled);
    check(Run::lost, Why::Lost);
    check(Run::break_off, Why::Broken);
}

#[test]
fn a_stop_stops_nothing_where_nothing_is_left() {
    let mut run = run(0);
    run.interrupt();
    assert!(matches!(run.next(Tick::ZERO), Next::Ended));
    assert_eq!(run.ending(), Some(&Ending::Finished));
}
