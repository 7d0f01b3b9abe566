//! Being authorized: the [`Session`] that keeps the token of [`Credentials`] good.
//!
//! One call at a time fetches a token (single flight). There are no wakers: whoever fetches holds a lease that ends by
//! itself, so a dropped future blocks nobody, and everybody else looks again after 50 ms. A token is replaced ahead of
//! its expiry, and once when the vendor refuses it; the refusal names the token, so that ten calls that were refused
//! together cause one fetch. If the vendor then refuses the fresh token too, it is a matter of permission.
//!
//! A token may be had in exchange for one of another session. The rules are the same for every link of such a chain:
//!
//! ```text
//!   ticket ──exchange──▶ app's token ──exchange──▶ tenant's token ──▶ calls
//!     ▲                    │  ▲                      │  ▲               │
//!     └──── refused ───────┘  └─────── refused ──────┘  └── refused ────┘
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use super::credentials::{Credentials, Issue, Token};
use crate::class::Class;
use crate::error::{ApiError, BuildError};
use crate::operation::Verdict;
use crate::time::{Now, Tick, Unix};
use crate::wire::{Request, Response};

/// How often somebody who waits for another's fetch looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A token that was issued so recently is used even if it lives shorter than wanted: no better one is to be had.
const FRESH: Duration = Duration::from_secs(60);

/// The token of one app, shared by all its calls.
#[derive(Debug)]
pub struct Session {
    credentials: Box<dyn Credentials>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Grant>,
    /// The vendor refused the current token.
    refused: bool,
    /// The current token replaced a refused one and was not accepted yet.
    on_probation: bool,
    lease: Option<Lease>,
    issued: u64,
}

/// A token in use. The serial names it without showing it.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    token: Arc<Token>,
    serial: u64,
    issued: Tick,
    replaceable: bool,
    /// What it was had in exchange for.
    from: Option<Arc<Self>>,
}

/// The right to fetch, until it ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lease {
    ends: Tick,
    serial: u64,
}

/// A request on its way to a token: whose it is, and how its answer is read.
#[derive(Debug)]
pub(crate) struct Fetch {
    /// The session further down the chain that sends it; `None` is the session that was asked.
    by: Option<Arc<Session>>,
    lease: Lease,
    purpose: Purpose,
}

#[derive(Debug)]
enum Purpose {
    Token,
    Exchange(Arc<Session>, Grant),
    Question,
}

/// What a call that needs authorization does next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once an attempt and moved on at once")]
pub(crate) enum Access {
    Granted(Grant),
    Fetch(Request, Fetch),
    /// Somebody else is fetching.
    WaitUntil(Tick),
    /// What it takes comes by another way.
    NotYet(Tick, String),
}

/// What follows a refused token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A fresh token is worth an attempt.
    Replace,
    /// It was the fresh one, or there is no other.
    Final,
}

impl Grant {
    fn is_good(&self, now: Now, until: Unix) -> bool {
        self.token
            .expires
            .is_none_or(|expires| expires >= until || (expires > now.unix && now.tick.since(self.issued) < FRESH))
    }

    /// The token, and those that it was had in exchange for.
    fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::successors(Some(self), |grant| grant.from.as_deref()).map(|grant| grant.token.secret())
    }
}

impl Session {
    /// A session that has no token yet.
    #[must_use]
    pub fn new(credentials: impl Credentials + 'static) -> Self {
        Self { credentials: Box::new(credentials), state: Mutex::default() }
    }

    /// A token that is good until `until`, or what to do to get one.
    pub(crate) fn access(&self, now: Now, until: Unix) -> Result<Access, BuildError> {
        let mut state = self.lock();
        if let Some(grant) = state.current.as_ref().filter(|grant| !state.refused && grant.is_good(now, until)) {
            return Ok(Access::Granted(grant.clone()));
        }
        if let Some(lease) = state.lease.filter(|lease| now.tick < lease.ends) {
            return Ok(Access::WaitUntil(lease.ends.min(now.tick + LOOK_AGAIN)));
        }
        Ok(match self.credentials.issue(now)? {
            Issue::Made(token) => Access::Granted(state.install(token, None, now, true)),
            Issue::Given(token) => Access::Granted(state.install(token, None, now, false)),
            Issue::Fetch(request) => state.fetch(request, Purpose::Token, now),
            Issue::Ask(request) => state.fetch(request, Purpose::Question, now),
            Issue::NotYet(why) => Access::NotYet(now.tick + LOOK_AGAIN, why),
            // The locks are taken from the end of the chain to its beginning, by everybody.
            Issue::Exchange(from) => match from.access(now, until)? {
                Access::Granted(grant) => {
                    let request = self.credentials.exchange(grant.token.secret(), now)?;
                    state.fetch(request, Purpose::Exchange(from, grant), now)
                }
                Access::Fetch(request, fetch) => {
                    Access::Fetch(request, Fetch { by: Some(fetch.by.unwrap_or(from)), ..fetch })
                }
                wait @ (Access::WaitUntil(_) | Access::NotYet(..)) => wait,
            },
        })
    }

    /// The answer to a fetch. Whatever it is, others may fetch again.
    pub(crate) fn fetched(&self, fetch: Fetch, response: &Response, now: Now) -> Verdict<()> {
        match &fetch.by {
            Some(by) => by.answered(fetch.lease, &fetch.purpose, response, now),
            None => self.answered(fetch.lease, &fetch.purpose, response, now),
        }
    }

    fn answered(&self, lease: Lease, purpose: &Purpose, response: &Response, now: Now) -> Verdict<()> {
        let verdict = match purpose {
            Purpose::Question => self.credentials.asked(response).map(|()| None),
            Purpose::Token | Purpose::Exchange(..) => self.credentials.read(response, now).map(Some),
        };
        let verdict = match verdict {
            // Asking again at once would go on for ever; as a failure it is bounded and waits.
            Verdict::Done(Some(token)) if token.expires.is_some_and(|expires| expires <= now.unix) => {
                let text = "the token that was issued has already expired";
                Verdict::Unknown(ApiError::new(Class::NotSent, response.status().as_u16(), text))
            }
            verdict => verdict,
        };
        let verdict = purpose.settled(verdict, now);
        let mut state = self.lock();
        state.release(lease);
        let from = match purpose {
            Purpose::Exchange(_, from) => Some(from),
            Purpose::Token | Purpose::Question => None,
        };
        let secrets = || self.credentials.secrets().into_iter().chain(from.into_iter().flat_map(Grant::secrets));
        match verdict {
            Verdict::Done(Some(token)) => {
                state.install(token, from.cloned().map(Arc::new), now, true);
                Verdict::Done(())
            }
            Verdict::Done(None) => Verdict::Done(()),
            Verdict::Refused(error) => Verdict::Refused(error.without(secrets())),
            Verdict::Unknown(error) => Verdict::Unknown(error.without(secrets())),
        }
    }

    /// The fetch got no answer.
    pub(crate) fn not_fetched(&self, fetch: &Fetch) {
        fetch.by.as_deref().unwrap_or(self).lock().release(fetch.lease);
    }

    /// The vendor refused this very token.
    pub(crate) fn refused(&self, grant: &Grant, now: Now) -> Refusal {
        let mut state = self.lock();
        if !grant.replaceable {
            return Refusal::Final;
        }
        if state.current.as_ref().is_some_and(|current| current.serial != grant.serial) {
            return Refusal::Replace;
        }
        state.refused = true;
        self.credentials.refused(grant.token.secret(), now);
        if state.on_probation { Refusal::Final } else { Refusal::Replace }
    }

    /// The vendor answered in a way that shows that it took the token.
    pub(crate) fn accepted(&self, grant: &Grant) {
        let mut state = self.lock();
        if state.current.as_ref().is_some_and(|current| current.serial == grant.serial) {
            state.on_probation = false;
        }
    }

    pub(crate) fn authorize(&self, request: Request, grant: &Grant) -> Result<Request, BuildError> {
        self.credentials.authorize(request, grant.token.secret())
    }

    pub(crate) fn secrets<'a>(&'a self, grant: &'a Grant) -> impl Iterator<Item = &'a SecretString> {
        self.credentials.secrets().into_iter().chain(grant.secrets())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn install(&mut self, token: Token, from: Option<Arc<Grant>>, now: Now, replaceable: bool) -> Grant {
        self.issued += 1;
        let grant = Grant { token: Arc::new(token), serial: self.issued, issued: now.tick, replaceable, from };
        self.on_probation = self.refused;
        self.refused = false;
        self.current = Some(grant.clone());
        grant
    }

    fn fetch(&mut self, request: Request, purpose: Purpose, now: Now) -> Access {
        self.issued += 1;
        let lease = Lease { ends: now.tick + request.timeout() + LOOK_AGAIN, serial: self.issued };
        self.lease = Some(lease);
        Access::Fetch(request, Fetch { by: None, lease, purpose })
    }

    fn release(&mut self, lease: Lease) {
        self.lease = self.lease.filter(|held| *held != lease);
    }
}

impl Purpose {
    /// What the answer says of the token that was exchanged. A refused one that can be replaced is replaced and the
    /// exchange tried again.
    fn settled<T>(&self, verdict: Verdict<T>, now: Now) -> Verdict<T> {
        let Self::Exchange(session, from) = self else { return verdict };
        match verdict {
            Verdict::Refused(error) if error.class() == Class::Token => match session.refused(from, now) {
                Refusal::Replace => Verdict::Refused(error.with_class(Class::TryAgain)),
                Refusal::Final => Verdict::Refused(error),
            },
            Verdict::Refused(error) if proves_token(error.class()) => {
                session.accepted(from);
                Verdict::Refused(error)
            }
            Verdict::Done(token) => {
                session.accepted(from);
                Verdict::Done(token)
            }
            verdict => verdict,
        }
    }
}

/// Whether a refusal of this class shows that the token was good. A gateway may say "too frequent", "try again" or "not
/// found" before it has looked at the token.
pub(super) const fn proves_token(class: Class) -> bool {
    match class {
        Class::Permission | Class::Quota | Class::Recipient | Class::Recipients | Class::Message => true,
        Class::Token
        | Class::NotSent
        | Class::Throttled { .. }
        | Class::TryAgain
        | Class::Endpoint
        | Class::Unknown => false,
    }
}
