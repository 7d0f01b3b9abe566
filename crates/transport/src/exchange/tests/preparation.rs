//! Getting ready for a call without making one.

use super::*;

fn token(name: &str) -> Answer {
    Answer::token(name, seconds(7_200))
}

/// Prepares by a script, and says what became of it: `0 token; 0 ready` or, without success,
/// `0 token; 0 not sent after 0`.
fn prepared(around: &Surroundings, script: Vec<Answer>) -> String {
    let timer = ManualTimer::new(Unix::from_secs(START));
    let transport = ScriptedTransport::new(&timer, script);
    let result = drive(&transport, &timer, Preparation::new(around.clone(), 7));
    assert_eq!(transport.answers_left(), 0, "answers that nobody asked for; {result:?}");
    let sent = timer.trace().events().into_iter().filter_map(|event| match event {
        Event::Sent { at, .. } => Some(at.since(Tick::ZERO).as_millis()),
        _ => None,
    });
    let sent = sent.zip(transport.requests()).map(|(at, request)| format!("{at} {}; ", described(&request)));
    let result = result.map(|()| "ready".to_owned());
    format!("{}{} {}", sent.collect::<String>(), timer.elapsed().as_millis(), ended(result))
}

fn check(around: &Surroundings, script: Vec<Answer>, expected: &str) {
    assert_eq!(prepared(around, script), expected);
}

/// A preparation that is stepped by hand. All times are in milliseconds.
fn next(preparation: &mut Preparation, millis: u64) -> String {
    match preparation.poll(now(millis)) {
        Step::Send(request) => described(&request),
        Step::WaitUntil(tick) => format!("waits until {}", tick.since(Tick::ZERO).as_millis()),
        Step::Done(result) => ended(result.map(|()| "ready".to_owned())),
    }
}

#[test]
fn a_token_that_is_at_hand_is_all_it_takes() {
    check(&client(policy()), vec![], "0 ready");
    let around = fetching(policy());
    check(&around, vec![token("t-1")], "0 token; 0 ready");
    check(&around, vec![], "0 ready");
    assert_eq!(story(&around, Replay::Never, [Answer::done("done")]), "0 send t-1; 0 done");
}

#[test]
fn it_takes_no_turn_and_waits_for_none() {
    let pace = Arc::new(MemoryPace::new([Limit::requests(1, seconds(60))]));
    let around = fetching(policy()).with_pace(pace);
    check(&around, vec![token("t-1")], "0 token; 0 ready");
    assert_eq!(Call::new(&around).sends(0), "send t-1");
    check(&around, vec![], "0 ready");
}

#[test]
fn a_token_is_good_for_every_attempt_that_begins_within_a_minute() {
    fn check(lifetime: u64, expected: &str) {
        let around = fetching(policy());
        let mut first = Call::new(&around);
        assert_eq!(first.sends(0), "token");
        first.answer(0, Answer::token("t-1", seconds(lifetime)));
        assert_eq!(next(&mut Preparation::new(around.clone(), 7), 100_000), expected, "{lifetime} s");
        if expected == "ready" {
            assert_eq!(Call::new(&around).sends(160_000), "send t-1", "{lifetime} s");
        }
    }
    // A minute to begin, the deadline of 30 s, and a minute more.
    check(250, "ready");
    check(249, "token");
}

#[test]
fn a_token_endpoint_that_is_down_has_the_budget_of_a_call() {
    fn check_all(policy: &RetryPolicy, tries: usize) {
        for failure in [not_sent, maybe_sent, || Answer::text(502, "text/html", "<html>")] {
            let script = (0..tries).map(|_| failure()).collect();
            let expected = format!("{}0 not sent after 0", "0 token; ".repeat(tries));
            check(&fetching(policy.clone()), script, &expected);
        }
    }
    check_all(&policy(), 5);
    check_all(&policy().with_retries(2), 3);
    check_all(&RetryPolicy::once(), 1);
    check(&fetching(policy()), vec![not_sent(), token("t-1")], "0 token; 0 token; 0 ready");
}

#[test]
fn a_token_endpoint_that_is_busy_is_waited_for_within_the_patience() {
    check(&fetching(policy()), vec![throttled(7), token("t-1")], "0 token; 7000 token; 7000 ready");
    check(&fetching(policy()), vec![throttled(601)], "0 token; 0 throttled after 0");
    check(&fetching(RetryPolicy::once()), vec![throttled(1)], "0 token; 0 throttled after 0");
    let around = fetching(policy().with_patience(seconds(5)));
    check(&around, vec![throttled(3), throttled(3)], "0 token; 3000 token; 3000 throttled after 0");
    check(&around, vec![not_sent().taking(seconds(6))], "0 token; 6000 not sent after 0");
}

#[test]
fn what_the_token_endpoint_refuses_is_told() {
    for class in [Class::Permission, Class::Quota, Class::Endpoint] {
        check(&fetching(policy()), vec![Answer::of(class)], &format!("0 token; 0 {class} after 0"));
    }
    check(&fetching(policy()), vec![Answer::of(Class::Token)], "0 token; 0 permission after 0");
}

#[test]
fn the_fetch_of_a_call_is_waited_for_and_shared() {
    let around = fetching(policy());
    let (mut call, mut preparation) = (Call::new(&around), Preparation::new(around.clone(), 7));
    assert_eq!(call.sends(0), "token");
    assert_eq!(next(&mut preparation, 0), "waits until 50");
    call.answer(40, token("t-1"));
    assert_eq!(next(&mut preparation, 50), "ready");
}

#[test]
fn whoever_prepares_once_waits_for_another_for_the_deadline_at_most() {
    let patient = fetching(policy());
    let around = patient.clone().with_policy(RetryPolicy::once().with_deadline(seconds(3)));
    let (mut call, mut preparation) = (Call::new(&patient), Preparation::new(around, 7));
    assert_eq!(call.sends(0), "token");
    assert_eq!(next(&mut preparation, 0), "waits until 50");
    assert_eq!(next(&mut preparation, 2_950), "waits until 3000");
    let Step::Done(Err(error)) = preparation.poll(now(2_951)) else { panic!("it would have come too late") };
    let text = "no access token: not sent: its turn would have come later than the call may wait";
    assert_eq!((error.to_string().as_str(), error.attempts()), (text, 0));
}

#[test]
fn the_reason_is_said_as_a_call_says_it() {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, [not_sent()]);
    let error = drive(&transport, &timer, Preparation::new(fetching(RetryPolicy::once()), 7)).unwrap_err();
    assert_eq!(error.to_string(), "no access token: not sent: no connection could be made");
}

#[test]
fn a_machine_that_slept_does_not_go_on_waiting() {
    let around = fetching(policy().with_patience(seconds(600)));
    let mut preparation = Preparation::new(around, 7);
    assert_eq!(next(&mut preparation, 0), "token");
    preparation.answer(now(0), throttled(2).into_result());
    assert_eq!(next(&mut preparation, 0), "waits until 2000");
    let Step::Done(Err(error)) = preparation.poll(Now::new(at(2_000), now(2_000).unix + seconds(3_600))) else {
        panic!("its patience was over long ago")
    };
    assert!(matches!(error.class(), Some(Class::Throttled { .. })), "{error}");
}

#[test]
fn a_single_attempt_asks_for_no_token() {
    let around = fetching(policy()).for_single_attempts();
    assert_eq!(story(&around, Replay::Never, []), "0 token after 0", "nothing is at hand");
    check(&around, vec![token("t-1")], "0 token; 0 ready");
    assert_eq!(story(&around, Replay::Never, [Answer::done("done")]), "0 send t-1; 0 done");
    // Refused to one, it is lost to the next, who sends nothing and keeps nobody from asking for another.
    assert_eq!(story(&around, Replay::Never, [Answer::of(Class::Token)]), "0 send t-1; 0 token after 1");
    assert_eq!(story(&around, Replay::Never, []), "0 token after 0");
    check(&around, vec![token("t-2")], "0 token; 0 ready");
    assert_eq!(story(&around, Replay::Never, [Answer::done("done")]), "0 send t-2; 0 done");
}

#[test]
fn the_minute_beyond_the_deadline_is_there_to_be_used_up() {
    let around = fetching(policy()).for_single_attempts();
    check(&around, vec![Answer::token("t-1", seconds(1_000))], "0 token; 0 ready");
    assert_eq!(Call::new(&around).sends(910_000), "send t-1");
    assert_eq!(Call::new(&around).sends(970_000), "send t-1");
    assert_eq!(Call::new(&around).ends(970_001), "token after 0");
}
