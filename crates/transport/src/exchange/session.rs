//! Being authorized: [`Credentials`], and the [`Session`] that keeps their token good.
//!
//! One call at a time fetches a token (single flight). There are no wakers: whoever fetches holds a lease that ends by
//! itself, so a dropped future blocks nobody, and everybody else looks again after 50 ms. A token is replaced ahead of
//! its expiry, and once when the vendor refuses it; the refusal names the token, so that ten calls that were refused
//! together cause one fetch. If the vendor then refuses the fresh token too, it is a matter of permission.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::class::Class;
use crate::error::{ApiError, BuildError};
use crate::operation::Verdict;
use crate::time::{Now, Tick, Unix};
use crate::wire::{Request, Response};

/// How often somebody who waits for another's fetch looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A token that was issued so recently is used even if it lives shorter than wanted: no better one is to be had.
const FRESH: Duration = Duration::from_secs(60);

/// How a vendor's requests are authorized. Pure: a token is fetched by the exchange, not from in here.
pub trait Credentials: Send + Sync + fmt::Debug {
    /// The next token, or the request that asks for it.
    ///
    /// # Errors
    /// [`BuildError`] where the credentials cannot be written as a request.
    fn issue(&self, now: Now) -> Result<Issue, BuildError>;

    /// Reads the answer to the request of [`Issue::Fetch`].
    fn read(&self, response: &Response, now: Now) -> Verdict<Token>;

    /// The request, authorized.
    ///
    /// # Errors
    /// [`BuildError`] where the token cannot be put into a request.
    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError>;

    /// What must never be shown, even if a server echoes it. The session adds its tokens.
    fn secrets(&self) -> Vec<&SecretString>;
}

/// Where a token comes from.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "made once a token and moved on at once")]
pub enum Issue {
    /// It was computed here, and another can be at any time.
    Made(Token),
    /// The caller gave it, and there is no other.
    Given(Token),
    /// The vendor issues it in answer to this request.
    Fetch(Request),
}

/// What authorizes a request.
#[derive(Debug, Clone)]
pub struct Token {
    secret: SecretString,
    expires: Option<Unix>,
}

impl Token {
    /// A token that is good until `expires`; for ever, as far as we know, without.
    #[must_use]
    pub const fn new(secret: SecretString, expires: Option<Unix>) -> Self {
        Self { secret, expires }
    }

    /// The token itself.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.secret
    }
}

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
}

/// The right to fetch, until it ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    ends: Tick,
    serial: u64,
}

/// What a call that needs authorization does next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once an attempt and moved on at once")]
pub(crate) enum Access {
    Granted(Grant),
    Fetch(Request, Lease),
    WaitUntil(Tick),
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
            Issue::Made(token) => Access::Granted(state.install(token, now, true)),
            Issue::Given(token) => Access::Granted(state.install(token, now, false)),
            Issue::Fetch(request) => {
                state.issued += 1;
                let lease = Lease { ends: now.tick + request.timeout() + LOOK_AGAIN, serial: state.issued };
                state.lease = Some(lease);
                Access::Fetch(request, lease)
            }
        })
    }

    /// The answer to a fetch. Whatever it is, others may fetch again.
    pub(crate) fn fetched(&self, lease: Lease, response: &Response, now: Now) -> Verdict<()> {
        let verdict = self.credentials.read(response, now);
        let mut state = self.lock();
        state.release(lease);
        match verdict {
            // Asking again at once would go on for ever; as a failure it is bounded and waits.
            Verdict::Done(token) if token.expires.is_some_and(|expires| expires <= now.unix) => {
                let text = "the token that was issued has already expired";
                Verdict::Unknown(ApiError::new(Class::NotSent, response.status().as_u16(), text))
            }
            Verdict::Done(token) => {
                state.install(token, now, true);
                Verdict::Done(())
            }
            Verdict::Refused(error) => Verdict::Refused(error.without(self.credentials.secrets())),
            Verdict::Unknown(error) => Verdict::Unknown(error.without(self.credentials.secrets())),
        }
    }

    /// The fetch got no answer.
    pub(crate) fn not_fetched(&self, lease: Lease) {
        self.lock().release(lease);
    }

    /// The vendor refused this very token.
    pub(crate) fn refused(&self, grant: &Grant) -> Refusal {
        let mut state = self.lock();
        if !grant.replaceable {
            return Refusal::Final;
        }
        if state.current.as_ref().is_some_and(|current| current.serial != grant.serial) {
            return Refusal::Replace;
        }
        state.refused = true;
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
        self.credentials.secrets().into_iter().chain([grant.token.secret()])
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn install(&mut self, token: Token, now: Now, replaceable: bool) -> Grant {
        self.issued += 1;
        let grant = Grant { token: Arc::new(token), serial: self.issued, issued: now.tick, replaceable };
        self.on_probation = self.refused;
        self.refused = false;
        self.current = Some(grant.clone());
        grant
    }

    fn release(&mut self, lease: Lease) {
        self.lease = self.lease.filter(|held| *held != lease);
    }
}
