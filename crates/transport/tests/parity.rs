//! One script through the blocking and the async driver leaves the same trace, to the last clock reading.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::{Exchange, Limit, MemoryPace, RetryPolicy, Session, Surroundings};
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
    Surroundings { session: Arc::new(Session::new(TestCredentials::fetched())), ..surroundings() }
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
        Surroundings { pace: Arc::new(pace), ..surroundings() }
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
        Surroundings { policy: RetryPolicy::once(), ..surroundings() }
    }
    check(once, Replay::Never, || vec![down()], 1, "not sent");
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
