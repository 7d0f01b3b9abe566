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

/// A reading of the clocks of a machine that was suspended for so many seconds: its ticks stood still.
fn after_sleep(millis: u64, slept: u64) -> Now {
    Now::new(at(millis), now(millis).unix + seconds(slept))
}

/// What the next step comes to.
fn next(exchange: &mut Exchange<TestCall>, now: Now) -> String {
    match exchange.poll(now) {
        Step::Send(request) => described(&request),
        Step::Done(result) => ended(result),
        Step::WaitUntil(tick) => format!("waits until {tick:?}"),
    }
}

#[test]
fn patience_goes_on_while_the_machine_is_suspended() {
    fn check(slept: u64, expected: &str) {
        let around = client(policy().with_patience(seconds(600)));
        let mut call = Call::new(&around);
        let _ = call.sends(0);
        call.answer(0, throttled(2));
        assert_eq!(call.waits_until(0), at(2_000));
        assert_eq!(next(&mut call.exchange, after_sleep(2_000, slept)), expected, "slept {slept} s");
    }
    check(0, "send");
    check(598, "send");
    check(599, "throttled after 1");
    check(28_800, "throttled after 1");
}

#[test]
fn a_call_that_has_its_answer_is_told_it_however_late() {
    let mut call = Call::new(&client(policy().with_patience(seconds(5))));
    let _ = call.sends(0);
    call.exchange.answer(after_sleep(100, 28_800), Answer::done("done").into_result());
    assert_eq!(next(&mut call.exchange, after_sleep(100, 28_800)), "done");
}

#[test]
fn a_key_is_forgotten_while_the_machine_is_suspended() {
    fn check(slept: u64, expected: &str) {
        let keyed = Replay::Keyed { within: seconds(100) };
        // It slept while the answer was awaited …
        let mut exchange = Exchange::new(TestCall::new(keyed), client(policy()), 7);
        assert!(matches!(exchange.poll(now(0)), Step::Send(_)));
        exchange.answer(after_sleep(10_000, slept), maybe_sent().into_result());
        assert_eq!(next(&mut exchange, after_sleep(10_000, slept)), expected, "slept {slept} s");

        // … or between the attempts.
        let mut exchange = Exchange::new(TestCall::new(keyed), client(policy()), 7);
        assert!(matches!(exchange.poll(now(0)), Step::Send(_)));
        exchange.answer(now(1_000), maybe_sent().into_result());
        assert_eq!(next(&mut exchange, after_sleep(10_000, slept)), expected, "slept {slept} s between the attempts");
    }
    // The repeat may take 30 s, and must arrive within 100 s of the first byte.
    check(0, "send");
    check(60, "send");
    check(61, "unknown after 1");
    check(28_800, "unknown after 1");
}

#[test]
fn a_wall_clock_that_is_set_back_makes_no_key_live_longer() {
    let keyed = Replay::Keyed { within: seconds(100) };
    let mut exchange = Exchange::new(TestCall::new(keyed), client(policy()), 7);
    assert!(matches!(exchange.poll(now(0)), Step::Send(_)));
    let set_back = Now::new(at(71_000), Unix::from_secs(START - 3_600));
    exchange.answer(set_back, maybe_sent().into_result());
    assert_eq!(next(&mut exchange, set_back), "unknown after 1");
}
