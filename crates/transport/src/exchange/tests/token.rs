//! Getting a token, keeping it good, and what a refused one leads to.

use super::*;

fn check(around: &Surroundings, script: Vec<Answer>, expected: &str) {
    assert_eq!(story(around, Replay::Never, script), expected);
}

fn token(name: &str) -> Answer {
    Answer::token(name, seconds(7_200))
}

fn refused() -> Answer {
    Answer::of(Class::Token)
}

fn done() -> Answer {
    Answer::done("done")
}

/// The same session under another policy.
fn fetching_as(around: &Surroundings, policy: RetryPolicy) -> Surroundings {
    around.clone().with_policy(policy)
}

/// A client with the token `t-1` in hand.
fn with_token(policy: RetryPolicy) -> Surroundings {
    let around = fetching(policy);
    check(&around, vec![token("t-1"), done()], "0 token; 0 send t-1; 0 done");
    around
}

#[test]
fn a_token_is_fetched_once_and_used_by_all() {
    let around = with_token(policy());
    check(&around, vec![done()], "0 send t-1; 0 done");
}

#[test]
fn a_token_is_replaced_ahead_of_its_end() {
    fn check(lifetime: u64, asked_at: u64, expected: &str) {
        let around = fetching(policy());
        let mut first = Call::new(&around);
        assert_eq!(first.sends(0), "token");
        first.answer(0, Answer::token("t-1", seconds(lifetime)));
        assert_eq!(first.sends(0), "send t-1");
        assert_eq!(Call::new(&around).sends(asked_at), expected, "{lifetime} s, asked at {asked_at} ms");
    }
    // It must outlive the deadline of 30 s and a minute more.
    check(1_000, 910_000, "send t-1");
    check(1_000, 911_000, "token");
    // One that was issued just now is used as long as it lives at all: no better one is to be had.
    check(30, 0, "send t-1");
    check(30, 29_999, "send t-1");
    check(30, 30_000, "token");
    check(80, 59_999, "send t-1");
    check(80, 60_000, "token");
}

#[test]
fn a_token_is_looked_at_again_when_the_turn_has_come() {
    let pace = Arc::new(MemoryPace::new([]));
    pace.defer(seconds(500), at(0));
    let around = Surroundings { pace, ..fetching(policy()) };
    let script = vec![Answer::token("t-1", seconds(300)), token("t-2"), done()];
    check(&around, script, "0 token; 500000 token; 500000 send t-2; 500000 done");
}

#[test]
fn a_token_that_is_issued_dead_does_not_go_round_for_ever() {
    let dead = || Answer::token("t-0", seconds(0));
    let five = (0..5).map(|_| dead()).collect();
    check(&fetching(policy()), five, &format!("{}0 not sent after 0", "0 token; ".repeat(5)));
    check(&fetching(policy()), vec![dead(), token("t-1"), done()], "0 token; 0 token; 0 send t-1; 0 done");
}

#[test]
fn a_refused_token_is_replaced_once() {
    let around = with_token(policy());
    check(&around, vec![refused(), token("t-2"), done()], "0 send t-1; 0 token; 0 send t-2; 0 done");
    // Once accepted, it may be refused again, hours later.
    check(&around, vec![refused(), token("t-3"), done()], "0 send t-2; 0 token; 0 send t-3; 0 done");
}

#[test]
fn a_fresh_token_that_is_refused_too_is_a_matter_of_permission() {
    let around = with_token(policy());
    let script = vec![refused(), token("t-2"), refused()];
    check(&around, script, "0 send t-1; 0 token; 0 send t-2; 0 permission after 2");
    // Until something is done about it, every further call asks for one token and makes one attempt.
    check(&around, vec![token("t-3"), refused()], "0 token; 0 send t-3; 0 permission after 1");
    check(&around, vec![token("t-4"), done()], "0 token; 0 send t-4; 0 done");
}

#[test]
fn a_refusal_for_another_reason_accepts_the_token() {
    let around = with_token(policy());
    let script = vec![refused(), token("t-2"), Answer::of(Class::Message)];
    check(&around, script, "0 send t-1; 0 token; 0 send t-2; 0 message after 2");
    check(&around, vec![refused(), token("t-3"), done()], "0 send t-2; 0 token; 0 send t-3; 0 done");
}

#[test]
fn what_a_gateway_says_before_it_looks_at_the_token_does_not_accept_it() {
    for class in [THROTTLED, Class::NotSent, Class::TryAgain] {
        let around = with_token(policy());
        let script = vec![refused(), token("t-2"), Answer::of(class), refused()];
        let then = if class == THROTTLED { 1_000 } else { 0 };
        let expected = format!("0 send t-1; 0 token; 0 send t-2; {then} send t-2; {then} permission after 3");
        check(&around, script, &expected);
    }
    for answer in [|| Answer::of(Class::Endpoint), || Answer::of(Class::Unknown)] {
        let around = with_token(policy());
        let _ = story(&around, Replay::Never, [refused(), token("t-2"), answer()]);
        check(&around, vec![refused()], "0 send t-2; 0 permission after 1");
    }
}

#[test]
fn what_only_a_good_token_gets_to_hear_accepts_it() {
    for class in [Class::Message, Class::Recipient, Class::Recipients, Class::Quota, Class::Permission] {
        let around = with_token(policy());
        let script = vec![refused(), token("t-2"), Answer::of(class)];
        check(&around, script, &format!("0 send t-1; 0 token; 0 send t-2; 0 {class} after 2"));
        check(&around, vec![refused(), token("t-3"), done()], "0 send t-2; 0 token; 0 send t-3; 0 done");
    }
}

#[test]
fn a_given_token_that_is_refused_is_a_matter_of_permission() {
    check(&client(policy()), vec![refused()], "0 send; 0 permission after 1");
}

#[test]
fn a_made_token_is_made_again() {
    let session = Arc::new(Session::new(TestCredentials::made(seconds(600))));
    let around = Surroundings { session, ..client(policy()) };
    check(&around, vec![done()], "0 send made-1; 0 done");
    check(&around, vec![refused(), done()], "0 send made-1; 0 send made-2; 0 done");
    check(&around, vec![refused(), refused()], "0 send made-2; 0 send made-3; 0 permission after 2");
}

#[test]
fn ten_calls_that_are_refused_together_cause_one_fetch() {
    let around = with_token(policy());
    let mut calls: Vec<_> = (0..10).map(|_| Call::new(&around)).collect();
    for call in &mut calls {
        assert_eq!(call.sends(1_000), "send t-1");
    }
    for call in &mut calls {
        call.answer(1_100, refused());
    }
    assert_eq!(calls[0].sends(1_100), "token");
    for call in &mut calls[1..] {
        assert_eq!(call.waits_until(1_100), at(1_150));
    }
    calls[0].answer(1_140, token("t-2"));
    for call in &mut calls {
        assert_eq!(call.sends(1_150), "send t-2");
    }
}

#[test]
fn a_late_refusal_of_an_old_token_does_not_discard_the_new_one() {
    let around = with_token(policy());
    let mut late = Call::new(&around);
    assert_eq!(late.sends(0), "send t-1");
    check(&around, vec![refused(), token("t-2"), done()], "0 send t-1; 0 token; 0 send t-2; 0 done");
    late.answer(9_000, refused());
    assert_eq!(late.sends(9_000), "send t-2");
}

#[test]
fn a_late_success_with_an_old_token_says_nothing_of_the_new_one() {
    let around = with_token(policy());
    let (mut late, mut call) = (Call::new(&around), Call::new(&around));
    assert_eq!(late.sends(0), "send t-1");
    assert_eq!(call.sends(0), "send t-1");
    call.answer(10, refused());
    assert_eq!(call.sends(10), "token");
    call.answer(20, token("t-2"));
    assert_eq!(call.sends(20), "send t-2");
    late.answer(30, done());
    call.answer(40, refused());
    assert_eq!(call.ends(40), "permission after 2");
}

#[test]
fn a_call_gives_up_on_tokens_that_others_keep_replacing() {
    let around = with_token(policy());
    let mut call = Call::new(&around);
    for (old, new) in [("t-1", "t-2"), ("t-2", "t-3"), ("t-3", "t-4")] {
        assert_eq!(call.sends(0), format!("send {old}"));
        let expected = format!("0 send {old}; 0 token; 0 send {new}; 0 done");
        check(&around, vec![refused(), token(new), done()], &expected);
        call.answer(0, refused());
    }
    assert_eq!(call.ends(0), "token after 3");
}

#[test]
fn whoever_waits_for_the_token_of_another_looks_again_every_50_ms() {
    let around = fetching(policy());
    let (mut holder, mut other) = (Call::new(&around), Call::new(&around));
    assert_eq!(holder.sends(0), "token");
    for millis in [0, 50, 100] {
        assert_eq!(other.waits_until(millis), at(millis + 50));
    }
    holder.answer(120, token("t-1"));
    assert_eq!(other.sends(150), "send t-1");
}

#[test]
fn who_makes_one_attempt_waits_for_the_token_of_another_for_the_deadline_at_most() {
    let around = fetching(RetryPolicy::once().with_deadline(seconds(3)));
    let (mut holder, mut other) = (Call::new(&fetching_as(&around, policy())), Call::new(&around));
    assert_eq!(holder.sends(0), "token");
    assert_eq!(other.waits_until(1_000), at(1_050));
    assert_eq!(other.waits_until(3_950), at(4_000));
    assert_eq!(other.ends(4_000), "not sent after 0");
    let mut patient = Call::new(&fetching_as(&around, policy()));
    assert_eq!(patient.waits_until(1_000), at(1_050));
    assert_eq!(patient.waits_until(3_951), at(4_001));
}

#[test]
fn a_token_that_nobody_got_in_time_is_said_to_be_the_reason() {
    let around = fetching(policy().with_patience(seconds(5)));
    let (mut holder, mut other) = (Call::new(&around), Call::new(&around));
    assert_eq!(holder.sends(0), "token");
    assert_eq!(other.waits_until(0), at(50));
    let Step::Done(Err(error)) = other.exchange.poll(now(4_999)) else { panic!("it would have come too late") };
    let expected = "no access token: not sent: its turn would have come later than the call may wait";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn whoever_drops_a_fetch_blocks_nobody_for_longer_than_it_could_have_taken() {
    let around = fetching(policy());
    let mut dropped = Call::new(&around);
    assert_eq!(dropped.sends(0), "token");
    drop(dropped);
    let mut other = Call::new(&around);
    // A request takes 30 s at most.
    assert_eq!(other.waits_until(30_020), at(30_050));
    assert_eq!(other.sends(30_050), "token");
}

#[test]
fn a_fetch_that_fails_lets_the_next_one_try() {
    for failure in [not_sent, || Answer::text(500, "text/html", "<html>"), || Answer::of(THROTTLED)] {
        let around = fetching(policy());
        let (mut holder, mut other) = (Call::new(&around), Call::new(&around));
        assert_eq!(holder.sends(0), "token");
        assert_eq!(other.waits_until(0), at(50));
        holder.answer(20, failure());
        assert_eq!(other.sends(50), "token");
    }
}

#[test]
fn a_fetch_that_comes_late_does_not_end_the_lease_of_the_next_one() {
    let around = fetching(policy());
    let (mut slow, mut next, mut third) = (Call::new(&around), Call::new(&around), Call::new(&around));
    assert_eq!(slow.sends(0), "token");
    assert_eq!(next.sends(30_050), "token");
    slow.answer(30_100, not_sent());
    assert_eq!(third.waits_until(30_100), at(30_150));
}

#[test]
fn a_token_endpoint_that_is_down_is_not_sent_after_five_tries() {
    fn check_all(policy: &RetryPolicy, tries: usize) {
        let failures: [fn() -> Answer; 5] = [
            not_sent,
            maybe_sent,
            || Answer::text(502, "text/html", "<html>"),
            || Answer::text(200, "text/html", "log in to the hotel's network"),
            || Answer::of(Class::TryAgain),
        ];
        for failure in failures {
            let script = (0..tries).map(|_| failure()).collect();
            check(&fetching(policy.clone()), script, &format!("{}0 not sent after 0", "0 token; ".repeat(tries)));
        }
    }
    check_all(&policy(), 5);
    check_all(&policy().with_retries(9), 5);
    check_all(&policy().with_retries(2), 3);
    check_all(&RetryPolicy::once(), 1);
}

#[test]
fn tries_for_a_token_are_not_attempts() {
    let script = vec![not_sent(), not_sent(), token("t-1"), Answer::of(Class::Message)];
    check(&fetching(policy()), script, "0 token; 0 token; 0 token; 0 send t-1; 0 message after 1");
}

#[test]
fn a_token_endpoint_that_is_busy_is_waited_for() {
    let script = vec![throttled(7), token("t-1"), done()];
    check(&fetching(policy()), script, "0 token; 7000 token; 7000 send t-1; 7000 done");
    check(&fetching(policy()), vec![throttled(601)], "0 token; 0 throttled after 0");
    check(&fetching(RetryPolicy::once()), vec![throttled(1)], "0 token; 0 throttled after 0");
}

#[test]
fn what_the_token_endpoint_refuses_is_a_matter_of_credentials() {
    fn check_class(class: Class, expected: &str) {
        check(&fetching(policy()), vec![Answer::of(class)], &format!("0 token; 0 {expected} after 0"));
    }
    check_class(Class::Token, "permission");
    check_class(Class::Message, "permission");
    check_class(Class::Recipient, "permission");
    check_class(Class::Recipients, "permission");
    check_class(Class::Permission, "permission");
    check_class(Class::Quota, "quota");
    check_class(Class::Endpoint, "endpoint");
}

#[test]
fn a_secret_that_a_server_echoes_is_not_shown() {
    fn check(around: &Surroundings, script: Vec<Answer>) {
        let timer = ManualTimer::default();
        let transport = ScriptedTransport::new(&timer, script);
        let exchange = Exchange::new(TestCall::new(Replay::Never), around.clone(), 7);
        let error = drive(&transport, &timer, exchange).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("[hidden]"), "{shown}");
    }
    let echo = |class: Class, secret: &str| {
        Answer::json(200, serde_json::json!({ "class": class.as_str(), "message": format!("bad: {secret}!") }))
    };
    for class in [Class::Permission, Class::Message, Class::Token, Class::Quota, Class::Unknown] {
        check(&client(policy()), vec![echo(class, "canary-given")]);
        check(&client(policy()), vec![echo(class, TestCredentials::APP_SECRET)]);
        let fetched = Answer::token("canary-fetched", seconds(7_200));
        check(&fetching(RetryPolicy::once()), vec![fetched, echo(class, "canary-fetched")]);
        check(&fetching(RetryPolicy::once()), vec![echo(class, TestCredentials::APP_SECRET)]);
    }
}

#[test]
fn no_token_is_said_to_be_the_reason() {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, [not_sent()]);
    let around = fetching(RetryPolicy::once());
    let error = drive(&transport, &timer, Exchange::new(TestCall::new(Replay::Never), around, 7)).unwrap_err();
    assert_eq!(error.to_string(), "no access token: not sent: no connection could be made");
}
