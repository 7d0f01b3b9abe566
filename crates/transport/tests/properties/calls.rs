//! Calls to a vendor that does whatever it likes.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::exchange::{Exchange, Machine, RetryPolicy, Session, Step, Unpaced};
use batchcast_transport::fault::FaultKind;
use batchcast_transport::operation::Replay;
use batchcast_transport::testing::{Answer, TestCall, TestCredentials, surroundings};
use batchcast_transport::time::Tick;
use proptest::prelude::*;

use crate::{at, millis};

/// What the vendor, or the way to it, does to one request.
#[derive(Debug, Clone, Copy)]
enum Reply {
    Success,
    NotSent,
    Doubt,
    Page(u16),
    Is(Class),
}

impl Reply {
    const fn is_doubt(self) -> bool {
        matches!(self, Self::Doubt | Self::Page(_) | Self::Is(Class::Unknown))
    }

    fn answer(self, lifetime: Duration) -> Answer {
        match self {
            // Whoever asks for a token reads the one, and whoever sends reads the other.
            Self::Success => {
                let body = serde_json::json!({ "done": "sent", "token": "t-0001", "expires_in": lifetime.as_secs() });
                Answer::json(200, body)
            }
            Self::NotSent => Answer::not_sent(FaultKind::Connect),
            Self::Doubt => Answer::maybe_sent(FaultKind::Connection),
            Self::Page(status) => Answer::text(status, "text/html", "<html>"),
            Self::Is(class) => Answer::of(class),
        }
    }
}

fn reply() -> impl Strategy<Value = Reply> {
    let after = prop_oneof![Just(None), (0..700_u64).prop_map(|after| Some(Duration::from_secs(after)))];
    prop_oneof![
        2 => Just(Reply::Success),
        3 => Just(Reply::NotSent),
        2 => Just(Reply::Doubt),
        1 => prop::sample::select(vec![200, 302, 500, 502]).prop_map(Reply::Page),
        4 => after.prop_map(|after| Reply::Is(Class::Throttled { after })),
        4 => prop::sample::select(vec![Class::NotSent, Class::TryAgain, Class::Token]).prop_map(Reply::Is),
        1 => prop::sample::select(vec![Class::Permission, Class::Message, Class::Unknown]).prop_map(Reply::Is),
    ]
}

/// Replies that go round for ever, each with the time it takes.
fn replies() -> impl Strategy<Value = Vec<(Reply, Duration)>> {
    prop::collection::vec((reply(), (0..40_000_u64).prop_map(millis)), 1..12)
}

fn replay() -> impl Strategy<Value = Replay> {
    let within = (1..300_u64).prop_map(|within| Replay::Keyed { within: Duration::from_secs(within) });
    prop_oneof![Just(Replay::Never), Just(Replay::Safe), within]
}

#[derive(Debug, Clone)]
struct World {
    replay: Replay,
    retries: u32,
    patience: Duration,
    deadline: Duration,
    credentials: u8,
    lifetime: Duration,
    to_sends: Vec<(Reply, Duration)>,
    to_tokens: Vec<(Reply, Duration)>,
    seed: u64,
}

fn world() -> impl Strategy<Value = World> {
    let policy = (0..7_u32, (0..700_000_u64).prop_map(millis), (1..60_000_u64).prop_map(millis));
    let token = (0..3_u8, (0..400_u64).prop_map(Duration::from_secs));
    (replay(), policy, token, replies(), replies(), any::<u64>()).prop_map(
        |(replay, (retries, patience, deadline), (credentials, lifetime), to_sends, to_tokens, seed)| World {
            replay,
            retries,
            patience,
            deadline,
            credentials,
            lifetime,
            to_sends,
            to_tokens,
            seed,
        },
    )
}

/// What one call did in a world.
#[derive(Debug, Default)]
struct Run {
    /// When each attempt was made, and what came of it.
    attempts: Vec<(Duration, Reply)>,
    tokens: Vec<Reply>,
    /// What it ended as; `None` for a success.
    class: Option<Class>,
    counted: u32,
}

/// Runs a call, or says that it did not end.
fn run(world: &World) -> Result<Run, TestCaseError> {
    let policy =
        RetryPolicy::default().with_retries(world.retries).with_patience(world.patience).with_deadline(world.deadline);
    let credentials = match world.credentials {
        0 => TestCredentials::given("t-0001"),
        1 => TestCredentials::made(world.lifetime),
        _ => TestCredentials::fetched(),
    };
    let session = Arc::new(Session::new(credentials));
    let around = surroundings().with_session(session).with_policy(policy).with_pace(Arc::new(Unpaced));
    let mut exchange = Exchange::new(TestCall::new(world.replay), around, world.seed);
    let mut to_sends = world.to_sends.iter().cycle();
    let mut to_tokens = world.to_tokens.iter().cycle();
    let (mut run, mut elapsed) = (Run::default(), Duration::ZERO);
    // Every second of patience allows for one "too frequent" of either endpoint, each with a wait.
    for _ in 0..4_000 {
        match exchange.poll(at(elapsed)) {
            Step::WaitUntil(tick) => elapsed = tick.since(Tick::ZERO),
            Step::Send(request) => {
                let is_token = request.uri().path() == "/token";
                let next = if is_token { to_tokens.next() } else { to_sends.next() };
                let (reply, taking) = *next.expect("a cycle has no end");
                if is_token {
                    run.tokens.push(reply)
                } else {
                    run.attempts.push((elapsed, reply))
                }
                elapsed += taking;
                exchange.answer(at(elapsed), reply.answer(world.lifetime).into_result());
            }
            Step::Done(Ok(_)) => {
                run.counted = u32::try_from(run.attempts.len()).expect("few attempts");
                return Ok(run);
            }
            Step::Done(Err(error)) => {
                run.class = error.class();
                run.counted = error.attempts();
                return Ok(run);
            }
        }
    }
    Err(TestCaseError::fail(format!("no end after {} attempts and {} tokens", run.attempts.len(), run.tokens.len())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_call_ends_and_its_attempts_are_bounded(world in world()) {
        let run = run(&world)?;
        let throttles = run.attempts.iter().filter(|(_, reply)| matches!(reply, Reply::Is(Class::Throttled { .. })));
        // The first, the retries, two refreshed tokens, and one after each "too frequent".
        let bound = 1 + world.retries as usize + 2 + throttles.count();
        prop_assert!(run.attempts.len() <= bound, "{} attempts: {run:?}", run.attempts.len());
        prop_assert_eq!(run.counted as usize, run.attempts.len());
        let last = run.attempts.last();
        prop_assert!(last.is_none_or(|(at, _)| *at <= world.patience), "an attempt after the end of patience: {run:?}");
    }

    #[test]
    fn what_is_in_doubt_is_repeated_only_where_that_is_allowed(world in world()) {
        let run = run(&world)?;
        let Some(first_doubt) = run.attempts.iter().position(|(_, reply)| reply.is_doubt()) else { return Ok(()) };
        let repeats = &run.attempts[first_doubt + 1..];
        match world.replay {
            Replay::Safe => {}
            Replay::Never => prop_assert!(repeats.is_empty(), "{run:?}"),
            Replay::Keyed { within } => {
                let first = run.attempts[0].0;
                let in_time = |(at, _): &(Duration, Reply)| *at - first + world.deadline <= within;
                prop_assert!(repeats.iter().all(in_time), "{run:?}");
            }
        }
    }

    #[test]
    fn a_doubt_is_never_hidden_and_never_made_up(world in world()) {
        let run = run(&world)?;
        let doubtful = run.attempts.iter().any(|(_, reply)| reply.is_doubt());
        if world.replay == Replay::Safe || run.class.is_none() {
            return Ok(());
        }
        prop_assert_eq!(run.class == Some(Class::Unknown), doubtful, "{:?}", run);
    }

    #[test]
    fn a_success_is_a_success(world in world()) {
        let run = run(&world)?;
        let accepted = run.attempts.iter().filter(|(_, reply)| matches!(reply, Reply::Success)).count();
        prop_assert_eq!(accepted, usize::from(run.class.is_none()), "{:?}", run);
    }
}
