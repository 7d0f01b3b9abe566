//! One script through the blocking and the async driver leaves the same trace, to the last clock reading.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::{Exchange, Limit, MemoryPace, Preparation, RetryPolicy, Session, Surroundings};
use batchcast_transport::fault::FaultKind;
use batchcast_transport::operation::Replay;
use batchcast_transport::testing::{
    Answer, Event, ManualTimer, ScriptedTransport, TestCall, TestCredentials, surroundings,
};
use batchcast_transport::{asynchronous, blocking};

const SEED: u64 = 20_260_303;

type Script = fn() -> Vec<Answer>;

/// Everything that one call did, and how it ended.
type Story = (Vec<Event>, String);

fn fetching() -> Surroundings {
    surroundings().with_session(Arc::new(Session::new(TestCredentials::fetched())))
}

fn blocking_story(around: Surroundings, replay: Replay, script: Vec<Answer>) -> Story {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, script);
    let exchange = Exchange::new(TestCall::new(replay), around, SEED);
    let result = blocking::drive(&transport, &timer, exchange);
    (timer.trace().events(), ended(&transport, &result))
}

async fn async_story(around: Surroundings, replay: Replay, script: Vec<Answer>) -> Story {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, script);
    let exchange = Exchange::new(TestCall::new(replay), around, SEED);
    let result = asynchronous::drive(&transport, &timer, exchange).await;
    (timer.trace().events(), ended(&transport, &result))
}

fn ended(transport: &ScriptedTransport, result: &Result<String, CallError>) -> String {
    assert_eq!(transport.answers_left(), 0, "answers that nobody asked for: {result:?}");
    match result {
        Ok(text) => format!("done: {text}"),
        Err(error) => format!("{error} / {error:?}"),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime of one thread")
}

fn check(around: fn() -> Surroundings, replay: Replay, script: Script, sends: usize, ending: &str) {
    let one = blocking_story(around(), replay, script());
    let other = runtime().block_on(async_story(around(), replay, script()));
    assert_eq!(one, other);

    let (events, ended) = one;
    assert!(ended.starts_with(ending), "{ended}");
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Sent { .. })).count(), sends, "{events:#?}");
}

const SOON: Duration = Duration::from_millis(80);

fn token(name: &str) -> Answer {
    Answer::token(name, Duration::from_secs(7_200)).taking(SOON)
}

fn down() -> Answer {
    Answer::not_sent(FaultKind::Connect).taking(SOON)
}

#[test]
fn a_success() {
    check(surroundings, Replay::Never, || vec![Answer::done("sent").taking(SOON)], 1, "done: sent");
}

#[test]
fn a_refusal() {
    check(surroundings, Replay::Never, || vec![Answer::of(Class::Message).taking(SOON)], 1, "HTTP 200: message");
}

#[test]
fn a_throttle() {
    let script: Script = || {
        let busy = || Answer::of(Class::Throttled { after: Some(Duration::from_secs(3)) }).taking(SOON);
        vec![busy(), busy(), Answer::done("sent").taking(SOON)]
    };
    check(surroundings, Replay::Never, script, 3, "done: sent");
}

#[test]
fn a_throttle_beyond_patience() {
    let script: Script = || vec![Answer::of(Class::Throttled { after: Some(Duration::from_secs(601)) })];
    check(surroundings, Replay::Never, script, 1, "HTTP 200: throttled");
}

#[test]
fn a_turn_that_is_waited_for() {
    fn paced() -> Surroundings {
        let pace = MemoryPace::new([Limit::requests(1, Duration::from_secs(1))]);
        surroundings().with_pace(Arc::new(pace))
    }
    check(paced, Replay::Never, || vec![down(), down(), Answer::done("sent")], 3, "done: sent");
}

#[test]
fn a_token_that_is_fetched_and_refused_and_fetched_again() {
    let script: Script = || vec![token("t-1"), Answer::of(Class::Token), token("t-2"), Answer::done("sent")];
    check(fetching, Replay::Never, script, 4, "done: sent");
}

#[test]
fn a_fresh_token_that_is_refused() {
    let script: Script = || vec![token("t-1"), Answer::of(Class::Token), token("t-2"), Answer::of(Class::Token)];
    check(fetching, Replay::Never, script, 4, "HTTP 200: token");
}

#[test]
fn a_token_endpoint_that_is_down() {
    check(fetching, Replay::Never, || (0..5).map(|_| down()).collect(), 5, "no access token: not sent");
}

#[test]
fn a_fault_before_sending() {
    check(surroundings, Replay::Never, || vec![down(), Answer::done("sent")], 2, "done: sent");
    check(surroundings, Replay::Never, || (0..6).map(|_| down()).collect(), 6, "not sent: no connection");
}

#[test]
fn a_fault_after_which_nobody_knows() {
    let script: Script = || vec![Answer::maybe_sent(FaultKind::Timeout).taking(Duration::from_secs(30))];
    check(surroundings, Replay::Never, script, 1, "nobody can know whether it was sent");
}

#[test]
fn an_answer_after_which_nobody_knows() {
    let script: Script = || vec![Answer::text(502, "text/html", "<html>").taking(SOON)];
    check(surroundings, Replay::Never, script, 1, "nobody can know whether it was sent: HTTP 502");
}

#[test]
fn a_repeat_that_settles_a_doubt() {
    let within = Duration::from_secs(100);
    let script: Script = || vec![Answer::maybe_sent(FaultKind::Connection).taking(SOON), Answer::done("sent")];
    check(surroundings, Replay::Keyed { within }, script, 2, "done: sent");
    check(surroundings, Replay::Safe, script, 2, "done: sent");
}

#[test]
fn one_attempt_and_no_more() {
    fn once() -> Surroundings {
        surroundings().with_policy(RetryPolicy::once())
    }
    check(once, Replay::Never, || vec![down()], 1, "not sent");
}

#[test]
fn a_preparation() {
    fn check(script: Script, sends: usize, ending: &str) {
        let ended = |result: Result<(), CallError>| result.map_or_else(|error| error.to_string(), |()| "ready".into());
        let (timer, other) = (ManualTimer::default(), ManualTimer::default());
        let transport = ScriptedTransport::new(&timer, script());
        let one = ended(blocking::drive(&transport, &timer, Preparation::new(fetching(), SEED)));
        let transport = ScriptedTransport::new(&other, script());
        let preparation = Preparation::new(fetching(), SEED);
        let two = ended(runtime().block_on(asynchronous::drive(&transport, &other, preparation)));
        assert_eq!((one.as_str(), timer.trace().events()), (two.as_str(), other.trace().events()));
        assert!(one.starts_with(ending), "{one}");
        assert_eq!(transport.requests().len(), sends);
    }
    check(|| vec![token("t-1")], 1, "ready");
    check(|| vec![down(), token("t-1")], 2, "ready");
    check(|| (0..5).map(|_| down()).collect(), 5, "no access token: not sent");
}

#[test]
fn a_caller_that_is_ready_sends_at_once() {
    fn check(script: Script, ready: bool, sends: usize) {
        let timer = ManualTimer::default();
        let transport = ScriptedTransport::new(&timer, script());
        let caller = blocking::Caller::new(fetching()).over(Arc::new(transport.clone()), Arc::new(timer));
        assert_eq!(caller.ready().is_ok(), ready);
        assert_eq!(caller.call(TestCall::new(Replay::Never)).is_ok(), ready);
        assert_eq!(transport.requests().len(), sends);

        let timer = ManualTimer::default();
        let transport = ScriptedTransport::new(&timer, script());
        let caller = asynchronous::AsyncCaller::new(fetching()).unwrap();
        let caller = caller.over(Arc::new(transport.clone()), Arc::new(timer));
        runtime().block_on(async {
            assert_eq!(caller.ready().await.is_ok(), ready);
            assert_eq!(caller.call(TestCall::new(Replay::Never)).await.is_ok(), ready);
        });
        assert_eq!(transport.requests().len(), sends);
    }
    check(|| vec![token("t-1"), Answer::done("sent")], true, 2);
    check(|| vec![Answer::of(Class::Permission), Answer::of(Class::Permission)], false, 2);
}

#[test]
fn a_call_can_be_spawned() {
    fn assert_send<F: Future + Send + 'static>(future: F) -> F {
        future
    }
    let call = assert_send(async_story(fetching(), Replay::Safe, vec![token("t-1"), down(), Answer::done("sent")]));
    let (_, ended) = runtime().block_on(async { tokio::spawn(call).await }).unwrap();
    assert_eq!(ended, "done: sent");
}
