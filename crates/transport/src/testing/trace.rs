//! What happened when: [`Trace`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::time::{Now, Tick};
use crate::wire::Request;

/// One thing that a driver did or met.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It read the clocks.
    Read(Now),
    /// It waited.
    Waited {
        /// When it began to.
        from: Tick,
        /// When it went on.
        until: Tick,
    },
    /// It sent a request.
    Sent {
        /// When.
        at: Tick,
        /// The request to the last byte, as HTTP/1.1 would have it. It shows tokens: never script with real ones.
        request: String,
    },
    /// It got an answer, or learnt that there is none.
    Answered {
        /// When.
        at: Tick,
        /// The status and the body, or the fault.
        answer: String,
    },
}

/// What happened around one [`ManualTimer`](super::ManualTimer), in order. Clones share one list.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    events: Arc<Mutex<Vec<Event>>>,
}

impl Trace {
    /// Everything.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.lock().clone()
    }

    /// Everything but the readings of the clocks: what somebody outside would see.
    #[must_use]
    pub fn seen_from_outside(&self) -> Vec<Event> {
        self.lock().iter().filter(|event| !matches!(event, Event::Read(_))).cloned().collect()
    }

    /// The waits alone, each with its beginning and its end.
    #[must_use]
    pub fn waits(&self) -> Vec<(Tick, Tick)> {
        let wait = |event: &Event| match event {
            Event::Waited { from, until } => Some((*from, *until)),
            _ => None,
        };
        self.lock().iter().filter_map(wait).collect()
    }

    pub(super) fn push(&self, event: Event) {
        self.lock().push(event);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request as HTTP/1.1 would have it, and its limit, which does not travel.
pub(super) fn written_out(request: &Request) -> String {
    let mut text = format!("{} {} (at most {:?})\n", request.method(), request.uri(), request.timeout());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(request.body()));
    text
}
