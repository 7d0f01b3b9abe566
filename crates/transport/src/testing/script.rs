//! Prepared answers: [`Answer`] and [`ScriptedTransport`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::timer::ManualTimer;
use super::trace::{Event, written_out};
use crate::class::Class;
use crate::fault::{Fault, FaultKind};
use crate::wire::{Request, Response};

/// What a [`ScriptedTransport`] gives for one request.
#[derive(Debug)]
#[must_use]
pub struct Answer {
    taking: Duration,
    answer: Result<Parts, Fault>,
}

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// An HTTP answer whose body is JSON.
    ///
    /// # Panics
    /// Where `status` is not between 100 and 999.
    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    /// An HTTP answer with this `Content-Type` and body.
    ///
    /// # Panics
    /// Where `status` is not between 100 and 999.
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).expect("a scripted status is between 100 and 999");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self::new(Ok(Parts { status, headers, body: body.into() }))
    }

    /// No answer.
    pub const fn fault(fault: Fault) -> Self {
        Self::new(Err(fault))
    }

    /// No answer, and nothing can have left.
    pub const fn not_sent(kind: FaultKind) -> Self {
        Self::fault(Fault::before_sending(kind))
    }

    /// No answer, and nobody knows.
    pub const fn maybe_sent(kind: FaultKind) -> Self {
        Self::fault(Fault::maybe_sent(kind))
    }

    /// What a [`TestCall`](super::TestCall) takes for a success that yields `text`.
    pub fn done(text: &str) -> Self {
        Self::json(200, json!({ "done": text }))
    }

    /// What a [`TestCall`](super::TestCall) and the token endpoint of a [`TestCredentials`](super::TestCredentials)
    /// take for this class.
    pub fn of(class: Class) -> Self {
        let after = match class {
            Class::Throttled { after } => after.map(|after| after.as_secs()),
            _ => None,
        };
        Self::json(200, json!({ "class": class.as_str(), "after": after }))
    }

    /// What a [`TestCredentials`](super::TestCredentials) takes for a token that is good for `lifetime`.
    pub fn token(token: &str, lifetime: Duration) -> Self {
        Self::json(200, json!({ "token": token, "expires_in": lifetime.as_secs() }))
    }

    /// The same answer with one more header; a fault stays as it is.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Ok(parts) = &mut self.answer {
            parts.headers.insert(name, value);
        }
        self
    }

    /// The same answer, coming after so long on the [`ManualTimer`]; at once unless set.
    pub const fn taking(mut self, time: Duration) -> Self {
        self.taking = time;
        self
    }

    /// What a transport returns for it, however long it takes.
    ///
    /// # Errors
    /// The scripted [`Fault`].
    pub fn into_result(self) -> Result<Response, Fault> {
        self.answer.map(|Parts { status, headers, body }| Response::new(status, headers, body))
    }

    const fn new(answer: Result<Parts, Fault>) -> Self {
        Self { taking: Duration::ZERO, answer }
    }
}

/// A transport that gives prepared answers in their order and keeps the requests. Clones share one script.
///
/// # Panics
/// Sending panics when the script is over: the test did not expect that request.
#[derive(Debug, Clone)]
pub struct ScriptedTransport {
    timer: ManualTimer,
    script: Arc<Mutex<Script>>,
}

#[derive(Debug)]
struct Script {
    answers: VecDeque<Answer>,
    requests: Vec<Request>,
}

impl ScriptedTransport {
    /// A transport with this script, whose answers take their time on `timer` and go into its trace.
    #[must_use]
    pub fn new(timer: &ManualTimer, script: impl IntoIterator<Item = Answer>) -> Self {
        let script = Script { answers: script.into_iter().collect(), requests: Vec::new() };
        Self { timer: timer.clone(), script: Arc::new(Mutex::new(script)) }
    }

    /// Every request that it got, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// How many answers nobody has asked for.
    #[must_use]
    pub fn answers_left(&self) -> usize {
        self.lock().answers.len()
    }

    /// The next answer of the script, as both traits give it.
    ///
    /// # Errors
    /// The scripted [`Fault`].
    ///
    /// # Panics
    /// When the script is over.
    pub fn answer(&self, request: Request) -> Result<Response, Fault> {
        let sent = Event::Sent { at: self.timer.tick(), request: written_out(&request) };
        self.timer.trace().push(sent);
        let shown = format!("{request:?}");
        // Bound first: a guard in the scrutinee would still be held, and poisoned by the panic.
        let next = {
            let mut script = self.lock();
            script.requests.push(request);
            script.answers.pop_front()
        };
        let Some(answer) = next else {
            panic!("the script is over, and this was sent: {shown}");
        };
        self.timer.advance(answer.taking);
        let text = match &answer.answer {
            Ok(parts) => format!("{} {}", parts.status, String::from_utf8_lossy(&parts.body)),
            Err(fault) => format!("{:?}: {:?}", fault.was_sent(), fault.kind()),
        };
        self.timer.trace().push(Event::Answered { at: self.timer.tick(), answer: text });
        answer.into_result()
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "blocking")]
impl crate::blocking::Transport for ScriptedTransport {
    fn send(&self, request: Request) -> Result<Response, Fault> {
        self.answer(request)
    }
}

#[cfg(feature = "async")]
#[async_trait::async_trait]
impl crate::asynchronous::AsyncTransport for ScriptedTransport {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        self.answer(request)
    }
}
