//! The rules of the exchange, one file a concern, with literal times.
//!
//! Most tests are a table of scripts and the story that each becomes: who was asked when (in milliseconds), and how it
//! ended. Where several calls meet, each is stepped by hand.

mod chain;
mod deadline;
mod dropped;
mod pacing;
mod preparation;
mod retry;
mod token;
mod unknown;

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use secrecy::SecretString;

use super::*;
use crate::blocking::drive;
use crate::class::Class;
use crate::endpoint::Endpoint;
use crate::error::{ApiError, BuildError, CallError};
use crate::fault::FaultKind;
use crate::operation::{Operation, Replay, Verdict};
use crate::testing::{Answer, Event, ManualTimer, ScriptedTransport, TestCall, TestCredentials};
use crate::time::{Now, Tick, Unix};
use crate::wire::{Request, Response};

const START: u64 = 1_800_000_000;

const THROTTLED: Class = Class::Throttled { after: None };

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn at(millis: u64) -> Tick {
    Tick::after_origin(Duration::from_millis(millis))
}

fn now(millis: u64) -> Now {
    Now::new(at(millis), Unix::from_millis(START * 1000 + millis))
}

fn not_sent() -> Answer {
    Answer::not_sent(FaultKind::Connect)
}

fn maybe_sent() -> Answer {
    Answer::maybe_sent(FaultKind::Connection)
}

fn throttled(after: u64) -> Answer {
    Answer::of(Class::Throttled { after: Some(seconds(after)) })
}

/// A policy whose backoff is nothing, so that stories have exact times.
fn policy() -> RetryPolicy {
    RetryPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO)
}

/// A client with a given token.
fn client(policy: RetryPolicy) -> Surroundings {
    Surroundings { policy, ..crate::testing::surroundings() }
}

/// A client whose tokens are fetched.
fn fetching(policy: RetryPolicy) -> Surroundings {
    Surroundings { session: Arc::new(Session::new(TestCredentials::fetched())), ..client(policy) }
}

/// Runs one call by a script, and says what became of it: `0 send; 1000 send; 1000 done` or, without success,
/// `0 send; 0 permission after 1`.
fn story(around: &Surroundings, replay: Replay, script: impl IntoIterator<Item = Answer>) -> String {
    let timer = ManualTimer::new(Unix::from_secs(START));
    let transport = ScriptedTransport::new(&timer, script);
    let exchange = Exchange::new(TestCall::new(replay), around.clone(), 7);
    let result = drive(&transport, &timer, exchange);
    assert_eq!(transport.answers_left(), 0, "answers that nobody asked for; {result:?}");

    let requests = transport.requests();
    let mut requests = requests.iter().map(described);
    let sent = timer.trace().events().into_iter().filter_map(|event| match event {
        Event::Sent { at, .. } => Some(format!("{} {}", at.since(Tick::ZERO).as_millis(), requests.next()?)),
        _ => None,
    });
    let mut story: Vec<_> = sent.collect();
    story.push(format!("{} {}", timer.elapsed().as_millis(), ended(result)));
    story.join("; ")
}

fn ended(result: Result<String, CallError>) -> String {
    match result {
        Ok(text) => text,
        Err(error) => {
            let class = error.class().map_or("not built", Class::as_str);
            format!("{class} after {}", error.attempts())
        }
    }
}

/// `token` or another path, or `send` and the token that it goes with unless that is the given one.
fn described(request: &Request) -> String {
    let path = request.uri().path().trim_start_matches('/');
    if path != "send" {
        return path.to_owned();
    }
    let bearer = request.headers()[AUTHORIZATION].to_str().unwrap().trim_start_matches("Bearer ");
    if bearer == "canary-given" { "send".to_owned() } else { format!("send {bearer}") }
}

/// One call that is stepped by hand. All times are in milliseconds.
struct Call {
    exchange: Exchange<TestCall>,
}

impl Call {
    fn new(around: &Surroundings) -> Self {
        Self { exchange: Exchange::new(TestCall::new(Replay::Never), around.clone(), 7) }
    }

    #[track_caller]
    fn sends(&mut self, millis: u64) -> String {
        match self.exchange.poll(now(millis)) {
            Step::Send(request) => described(&request),
            step => panic!("at {millis}: {step:?}"),
        }
    }

    #[track_caller]
    fn waits_until(&mut self, millis: u64) -> Tick {
        match self.exchange.poll(now(millis)) {
            Step::WaitUntil(tick) => tick,
            step => panic!("at {millis}: {step:?}"),
        }
    }

    #[track_caller]
    fn ends(&mut self, millis: u64) -> String {
        match self.exchange.poll(now(millis)) {
            Step::Done(result) => ended(result),
            step => panic!("at {millis}: {step:?}"),
        }
    }

    fn answer(&mut self, millis: u64, answer: Answer) -> &mut Self {
        self.exchange.answer(now(millis), answer.into_result());
        self
    }
}
