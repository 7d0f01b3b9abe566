//! What is tried again, how often and when.

use super::*;

fn check(policy: RetryPolicy, script: Vec<Answer>, expected: &str) {
    assert_eq!(story(&client(policy), Replay::Never, script), expected);
}

fn times(count: usize, answer: fn() -> Answer) -> Vec<Answer> {
    (0..count).map(|_| answer()).collect()
}

fn and_done(mut script: Vec<Answer>) -> Vec<Answer> {
    script.push(Answer::done("done"));
    script
}

#[test]
fn a_success_is_the_end() {
    check(policy(), vec![Answer::done("done")], "0 send; 0 done");
    check(policy(), vec![Answer::done("done").taking(seconds(3))], "0 send; 3000 done");
}

#[test]
fn what_was_not_processed_is_tried_five_times_more() {
    fn check_both(answer: fn() -> Answer, class: &str) {
        let sends = "0 send; ".repeat(6);
        check(policy(), times(6, answer), &format!("{sends}0 {class} after 6"));
        check(policy(), and_done(times(5, answer)), &format!("{sends}0 done"));
        check(policy().with_retries(2), times(3, answer), &format!("0 send; 0 send; 0 send; 0 {class} after 3"));
    }
    check_both(not_sent, "not sent");
    check_both(|| Answer::of(Class::NotSent), "not sent");
    check_both(|| Answer::of(Class::TryAgain), "try again");
}

#[test]
fn different_reasons_share_one_budget() {
    let script = || vec![not_sent(), Answer::of(Class::TryAgain), not_sent()];
    check(policy().with_retries(2), script(), "0 send; 0 send; 0 send; 0 not sent after 3");
    check(policy().with_retries(3), and_done(script()), "0 send; 0 send; 0 send; 0 send; 0 done");
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    let classes =
        [Class::Permission, Class::Quota, Class::Recipient, Class::Recipients, Class::Message, Class::Endpoint];
    for class in classes {
        check(policy(), vec![Answer::of(class)], &format!("0 send; 0 {class} after 1"));
    }
}

#[test]
fn once_is_one_attempt_whatever_comes() {
    let once = || RetryPolicy::once().with_backoff(Duration::ZERO, Duration::ZERO);
    let classes = [
        Class::NotSent,
        THROTTLED,
        Class::TryAgain,
        Class::Permission,
        Class::Quota,
        Class::Recipient,
        Class::Recipients,
        Class::Message,
        Class::Endpoint,
        Class::Unknown,
    ];
    for class in classes {
        check(once(), vec![Answer::of(class)], &format!("0 send; 0 {class} after 1"));
    }
    check(once(), vec![not_sent()], "0 send; 0 not sent after 1");
    check(once(), vec![maybe_sent()], "0 send; 0 unknown after 1");
    check(once(), vec![Answer::done("done")], "0 send; 0 done");
    // Even where a fresh token would be worth an attempt.
    let made = Surroundings { session: Arc::new(Session::new(TestCredentials::made(seconds(600)))), ..client(once()) };
    assert_eq!(story(&made, Replay::Never, [Answer::of(Class::Token)]), "0 send made-1; 0 token after 1");
}

#[test]
fn once_does_not_repeat_what_may_be_repeated_either() {
    let once = RetryPolicy::once();
    for replay in [Replay::Safe, Replay::Keyed { within: seconds(100) }] {
        assert_eq!(story(&client(once.clone()), replay, [maybe_sent()]), "0 send; 0 unknown after 1", "{replay:?}");
    }
}

#[test]
fn too_frequent_waits_as_long_as_the_vendor_says_and_a_second_at_least() {
    check(policy(), vec![throttled(7), Answer::done("done")], "0 send; 7000 send; 7000 done");
    check(policy(), vec![throttled(0), Answer::done("done")], "0 send; 1000 send; 1000 done");
    check(policy(), vec![Answer::of(THROTTLED), Answer::done("done")], "0 send; 1000 send; 1000 done");
    let late = throttled(7).taking(seconds(2));
    check(policy(), vec![late, Answer::done("done")], "0 send; 9000 send; 9000 done");
}

#[test]
fn too_frequent_is_bounded_by_patience_and_not_by_retries() {
    let script = || times(60, || throttled(10));
    let expected: String = (0..=60).map(|n| format!("{} send; ", n * 10_000)).collect();
    check(policy().with_retries(1), and_done(script()), &format!("{expected}600000 done"));
    // The next attempt would come at 610 s: nobody waits for what cannot be.
    let mut longer = script();
    longer.push(throttled(10));
    check(policy().with_retries(1), longer, &format!("{expected}600000 throttled after 61"));
    check(policy(), vec![throttled(601)], "0 send; 0 throttled after 1");
}

#[test]
fn a_wait_that_no_clock_can_hold_is_the_end() {
    check(RetryPolicy::default(), vec![throttled(u64::MAX)], "0 send; 0 throttled after 1");
}

#[test]
fn the_backoff_doubles_and_is_drawn_from_the_seed() {
    fn waits(seed: u64) -> Vec<Duration> {
        let timer = ManualTimer::new(Unix::from_secs(START));
        let transport = ScriptedTransport::new(&timer, times(6, not_sent));
        let around = client(RetryPolicy::default());
        let result = drive(&transport, &timer, Exchange::new(TestCall::new(Replay::Never), around, seed));
        assert!(result.is_err());
        timer.trace().waits().into_iter().map(|(from, until)| until.since(from)).collect()
    }
    for seed in 0..200 {
        let waits = waits(seed);
        for (wait, bound) in waits.iter().zip([250, 500, 1_000, 2_000, 4_000]) {
            assert!(*wait <= Duration::from_millis(bound), "seed {seed}: {waits:?}");
        }
        assert_eq!(waits.len(), 5, "seed {seed}");
    }
    assert_eq!(waits(1), waits(1));
    assert_ne!(waits(1), waits(2));
}

#[derive(Debug)]
struct Unwritable;

impl Operation for Unwritable {
    type Output = ();

    fn request(&self, _: &Endpoint) -> Result<Request, BuildError> {
        Err(BuildError::text("no such message"))
    }

    fn parse(&self, _: &Response) -> Verdict<()> {
        Verdict::Done(())
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn cost(&self) -> crate::operation::Cost {
        crate::operation::Cost::default()
    }
}

#[test]
fn what_cannot_be_written_is_not_sent() {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, []);
    let error = drive(&transport, &timer, Exchange::new(Unwritable, client(policy()), 7)).unwrap_err();
    assert_eq!((error.class(), error.attempts()), (None, 0));
    assert_eq!(error.to_string(), "the request could not be built: no such message");
    assert!(transport.requests().is_empty());
}
