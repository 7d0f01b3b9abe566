//! How a vendor's requests are authorized: [`Credentials`], and what they answer when a token is needed: [`Issue`].

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use super::Session;
use crate::error::BuildError;
use crate::operation::{Verdict, without_code};
use crate::time::{Now, Unix};
use crate::wire::{Request, Response};

/// How a vendor's requests are authorized. Pure: a token is fetched by the exchange, not from in here.
///
/// The session asks one call at a time, and holds a lock while it does: every method returns at once.
pub trait Credentials: Send + Sync + fmt::Debug {
    /// The next token, or what has to be done for it.
    ///
    /// # Errors
    /// [`BuildError`] where the credentials cannot be written as a request.
    fn issue(&self, now: Now) -> Result<Issue, BuildError>;

    /// Reads the answer to the request of [`Issue::Fetch`], or to [`exchange`](Self::exchange).
    fn read(&self, response: &Response, now: Now) -> Verdict<Token>;

    /// The request that exchanges a token of another session for one of these, after [`Issue::Exchange`]. An answer to
    /// it of the class `Token` means that *that* token was refused.
    ///
    /// # Errors
    /// [`BuildError`] where the credentials cannot be written as a request, and where they never ask for this.
    fn exchange(&self, _token: &SecretString, _now: Now) -> Result<Request, BuildError> {
        Err(BuildError::text("these credentials are not had in exchange for others"))
    }

    /// Reads the answer to the request of [`Issue::Ask`].
    fn asked(&self, response: &Response) -> Verdict<()> {
        Verdict::failed(without_code(response))
    }

    /// The vendor refused this token: the next one to [issue](Self::issue) had better be another.
    fn refused(&self, _token: &SecretString, _now: Now) {}

    /// The request, authorized.
    ///
    /// # Errors
    /// [`BuildError`] where the token cannot be put into a request.
    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError>;

    /// What must never be shown, even if a server echoes it. The session adds its tokens, and those that they were had
    /// in exchange for.
    fn secrets(&self) -> Vec<&SecretString>;
}

/// Where a token comes from.
#[derive(Debug)]
#[non_exhaustive]
pub enum Issue {
    /// It was computed here, and another can be at any time.
    Made(Token),
    /// The caller gave it, and there is no other.
    Given(Token),
    /// The vendor issues it in answer to this request.
    Fetch(Request),
    /// The vendor issues it in exchange for a token of this session, which is got first. So there are chains, as long
    /// as need be, in which each link is fetched once for all, kept, and replaced when it is refused.
    Exchange(Arc<Session>),
    /// The vendor is asked for something first, whose answer is not the token; then for the token once more.
    Ask(Request),
    /// What it takes has not come yet, for this reason, and will come by another way. It is looked for again and again.
    NotYet(String),
}

/// What authorizes a request.
#[derive(Debug, Clone)]
pub struct Token {
    secret: SecretString,
    pub(super) expires: Option<Unix>,
}

impl Token {
    /// A token that is good until `expires`; for ever, as far as we know, without. One that has expired already is good
    /// for what it was issued for, and not kept.
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
