//! How long a request may take, and how long a call.

use super::*;

#[test]
fn a_request_has_the_deadline_of_the_policy() {
    let mut exchange = Exchange::new(TestCall::new(Replay::Never), client(policy().with_deadline(seconds(12))), 7);
    let Step::Send(request) = exchange.poll(now(0)) else { panic!("nothing was sent") };
    assert_eq!(request.timeout(), seconds(12));
}

#[test]
fn patience_that_ends_before_the_first_byte_is_not_sent() {
    let pace = Arc::new(MemoryPace::new([]));
    pace.defer(seconds(20), at(0));
    let around = |patience| Surroundings { pace: pace.clone(), ..client(policy().with_patience(patience)) };
    // Nobody waits for a turn that comes too late.
    assert_eq!(story(&around(seconds(19)), Replay::Never, []), "0 not sent after 0");
    assert_eq!(story(&around(seconds(20)), Replay::Never, [Answer::done("done")]), "20000 send; 20000 done");
}

#[test]
fn the_end_of_patience_says_what_it_ended_with() {
    fn check(script: Vec<Answer>, expected: &str) {
        assert_eq!(story(&client(policy().with_patience(seconds(5))), Replay::Never, script), expected);
    }
    check(vec![not_sent().taking(seconds(6))], "0 send; 6000 not sent after 1");
    check(vec![Answer::of(Class::TryAgain).taking(seconds(6))], "0 send; 6000 try again after 1");
    check(vec![not_sent().taking(seconds(1)), throttled(5)], "0 send; 1000 send; 1000 throttled after 2");
    check(vec![not_sent().taking(seconds(5)), Answer::done("done")], "0 send; 5000 send; 5000 done");
}

#[test]
fn patience_is_counted_from_the_first_poll() {
    let around = client(policy().with_patience(seconds(5)));
    let mut call = Call::new(&around);
    assert_eq!(call.sends(3_000_000), "send");
    call.answer(3_000_000, throttled(5));
    assert_eq!(call.waits_until(3_000_000), at(3_005_000));
    assert_eq!(call.sends(3_005_000), "send");
    call.answer(3_005_000, throttled(1));
    assert_eq!(call.ends(3_005_000), "throttled after 2");
}

#[test]
fn a_driver_that_wakes_too_late_does_not_send() {
    // As on a laptop that slept: the turn was in time, the call is not.
    let around = client(policy().with_patience(seconds(5)));
    let mut call = Call::new(&around);
    let _ = call.sends(0);
    call.answer(0, throttled(2));
    assert_eq!(call.waits_until(0), at(2_000));
    assert_eq!(call.ends(5_001), "throttled after 1");
}

#[test]
fn a_turn_that_came_in_time_and_is_taken_too_late_is_not_sent() {
    let pace = Arc::new(MemoryPace::new([]));
    pace.defer(Duration::from_millis(4_900), at(0));
    let mut call = Call::new(&Surroundings { pace, ..client(policy().with_patience(seconds(5))) });
    assert_eq!(call.waits_until(0), at(4_900));
    assert_eq!(call.ends(5_001), "not sent after 0");
}

#[test]
fn a_driver_that_wakes_too_early_waits_on() {
    let mut call = Call::new(&client(policy()));
    let _ = call.sends(0);
    call.answer(0, throttled(2));
    for millis in [0, 500, 1_999] {
        assert_eq!(call.waits_until(millis), at(2_000));
    }
    assert_eq!(call.sends(2_000), "send");
}

#[test]
fn a_deadline_without_end_does_not_overflow() {
    let endless = || client(policy().with_deadline(Duration::MAX).with_patience(Duration::MAX));
    assert_eq!(story(&endless(), Replay::Never, [not_sent(), Answer::done("done")]), "0 send; 0 send; 0 done");
    let keyed = Replay::Keyed { within: seconds(100) };
    assert_eq!(story(&endless(), keyed, [maybe_sent()]), "0 send; 0 unknown after 1");
}
