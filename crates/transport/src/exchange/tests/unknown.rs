//! When nobody knows what became of an attempt.

use super::*;

const KEYED: Replay = Replay::Keyed { within: Duration::from_secs(100) };

fn check(replay: Replay, script: Vec<Answer>, expected: &str) {
    assert_eq!(story(&client(policy()), replay, script), expected, "{replay:?}");
}

/// Everything that leaves a doubt.
fn doubts() -> Vec<Answer> {
    let mut doubts: Vec<_> = [200, 204, 302, 307, 400, 408, 500, 502, 503, 504]
        .map(|status| Answer::text(status, "text/html", "<html>"))
        .into();
    doubts.extend([
        Answer::of(Class::Unknown),
        Answer::text(200, "application/json", "{\"done\":\"do"),
        maybe_sent(),
        Answer::maybe_sent(FaultKind::Timeout),
        Answer::maybe_sent(FaultKind::Protocol),
        Answer::maybe_sent(FaultKind::TooLarge),
    ]);
    doubts
}

#[test]
fn what_must_not_be_repeated_is_sent_once() {
    for doubt in doubts() {
        check(Replay::Never, vec![doubt], "0 send; 0 unknown after 1");
    }
}

#[test]
fn a_doubt_is_told_at_once() {
    let around = client(RetryPolicy::default());
    for replay in [Replay::Never, Replay::Keyed { within: seconds(20) }] {
        assert_eq!(story(&around, replay, [maybe_sent()]), "0 send; 0 unknown after 1", "{replay:?}");
    }
}

#[test]
fn what_may_be_repeated_is() {
    for doubt in doubts() {
        check(Replay::Safe, vec![doubt, Answer::done("done")], "0 send; 0 send; 0 done");
    }
    let all = || (0..6).map(|_| maybe_sent()).collect();
    check(Replay::Safe, all(), &format!("{}0 unknown after 6", "0 send; ".repeat(6)));
}

#[test]
fn a_safe_call_has_the_meaning_of_its_last_answer() {
    check(Replay::Safe, vec![maybe_sent(), Answer::of(Class::Permission)], "0 send; 0 send; 0 permission after 2");
}

#[test]
fn a_keyed_call_is_repeated_while_the_vendor_remembers_the_key() {
    check(KEYED, vec![maybe_sent(), Answer::done("done")], "0 send; 0 send; 0 done");
    // The repeat may take 30 s, and must arrive within 100 s of the first byte.
    let after = |secs| maybe_sent().taking(seconds(secs));
    check(KEYED, vec![after(70), Answer::done("done")], "0 send; 70000 send; 70000 done");
    check(KEYED, vec![after(71)], "0 send; 71000 unknown after 1");
    check(KEYED, vec![after(30), after(30), after(30)], "0 send; 30000 send; 60000 send; 90000 unknown after 3");
}

#[test]
fn the_key_is_counted_from_the_first_attempt_even_if_that_was_refused() {
    let script = vec![throttled(60), maybe_sent().taking(seconds(10)), Answer::done("done")];
    check(KEYED, script, "0 send; 60000 send; 70000 send; 70000 done");
    let script = vec![throttled(60), maybe_sent().taking(seconds(11))];
    check(KEYED, script, "0 send; 60000 send; 71000 unknown after 2");
}

#[test]
fn a_doubt_outlives_whatever_comes_after_it() {
    for class in [Class::Permission, Class::Message, Class::Recipient, Class::Quota, Class::Endpoint, Class::Token] {
        check(KEYED, vec![maybe_sent(), Answer::of(class)], "0 send; 0 send; 0 unknown after 2");
    }
    let mut script = vec![maybe_sent()];
    script.extend((0..5).map(|_| not_sent()));
    check(KEYED, script, &format!("{}0 unknown after 6", "0 send; ".repeat(6)));
    // The turn after "too frequent" comes when the vendor has forgotten the key.
    check(KEYED, vec![maybe_sent(), throttled(71)], "0 send; 0 send; 71000 unknown after 2");
    check(KEYED, vec![maybe_sent(), throttled(700)], "0 send; 0 send; 0 unknown after 2");
}

#[test]
fn a_repeat_that_is_accepted_settles_the_doubt() {
    check(KEYED, vec![maybe_sent(), throttled(3), Answer::done("done")], "0 send; 0 send; 3000 send; 3000 done");
}

#[test]
fn a_doubt_while_fetching_a_token_is_none() {
    let around = fetching(policy().with_retries(1));
    let script = vec![maybe_sent(), maybe_sent()];
    assert_eq!(story(&around, Replay::Never, script), "0 token; 0 token; 0 not sent after 0");
}

#[test]
fn a_doubt_outlives_a_token_endpoint_that_is_down() {
    let around = fetching(policy().with_retries(1));
    let token = Answer::token("t-1", seconds(7200));
    let script = vec![token, maybe_sent(), Answer::of(Class::Token), not_sent(), not_sent()];
    assert_eq!(story(&around, KEYED, script), "0 token; 0 send t-1; 0 send t-1; 0 token; 0 token; 0 unknown after 2");
}

/// Knows what is wrong with the message, and that it may have been sent all the same.
#[derive(Debug)]
struct Undecided;

impl Operation for Undecided {
    type Output = ();

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join("/send")?, "hello")
    }

    fn parse(&self, response: &Response) -> Verdict<()> {
        Verdict::Unknown(ApiError::new(Class::Message, response.status().as_u16(), "half of it was bad"))
    }

    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn cost(&self) -> crate::operation::Cost {
        crate::operation::Cost::one_request(1)
    }
}

#[test]
fn a_doubt_is_a_doubt_whatever_class_the_operation_saw_in_it() {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, [Answer::done("done")]);
    let error = drive(&transport, &timer, Exchange::new(Undecided, client(policy()), 7)).unwrap_err();
    assert_eq!(error.class(), Some(Class::Unknown));
}

#[test]
fn the_error_says_the_doubt_first() {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, [Answer::maybe_sent(FaultKind::Timeout)]);
    let error =
        drive(&transport, &timer, Exchange::new(TestCall::new(Replay::Never), client(policy()), 7)).unwrap_err();
    assert_eq!(error.to_string(), "nobody can know whether it was sent: no complete answer came in time");
    assert_eq!(error.kind(), crate::error::ErrorKind::Unknown);
}
