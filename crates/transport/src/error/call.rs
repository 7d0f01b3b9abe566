//! Why a call ended without success: [`CallError`] and what it came from, [`Cause`].

use std::error::Error as StdError;
use std::fmt;

use super::{ApiError, BuildError, ErrorKind};
use crate::class::Class;
use crate::fault::{Fault, Sent};

/// Why a call ended without success.
#[derive(Debug)]
pub struct CallError {
    cause: Cause,
    attempts: u32,
    request_id: Option<Box<str>>,
}

/// What a [`CallError`] came from.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The request could not be made.
    Build(BuildError),
    /// No answer came.
    Fault(Fault),
    /// The vendor's answer.
    Api(ApiError),
    /// No token was to be had, for this reason. No attempt was made with it.
    NoToken(Box<Self>),
    /// What is needed comes from elsewhere, and did not come in time. Nothing was sent.
    NotYet(String),
    /// The token that was at hand was refused to another call meanwhile, or has come to its end. Nothing was sent.
    TokenLost,
    /// The time that the caller was willing to wait was up before the first byte of an attempt.
    OutOfTime,
}

impl Cause {
    const fn class(&self) -> Option<Class> {
        match self {
            Self::Build(_) => None,
            Self::OutOfTime | Self::NotYet(_) => Some(Class::NotSent),
            Self::TokenLost => Some(Class::Token),
            Self::Api(api) => Some(api.class()),
            Self::NoToken(cause) => cause.class(),
            Self::Fault(fault) => Some(match fault.was_sent() {
                Sent::No => Class::NotSent,
                Sent::Maybe => Class::Unknown,
            }),
        }
    }

    const fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(api) => Some(api),
            Self::NoToken(cause) => cause.api(),
            Self::Build(_) | Self::Fault(_) | Self::NotYet(_) | Self::TokenLost | Self::OutOfTime => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::OutOfTime => f.write_str("not sent: its turn would have come later than the call may wait"),
            Self::NoToken(cause) => write!(f, "no access token: {cause}"),
            Self::TokenLost => f.write_str("not sent: the access token was not good any more"),
            Self::NotYet(why) => write!(f, "not sent: {why}"),
            Self::Api(api) if api.class() == Class::Unknown => {
                write!(f, "nobody can know whether it was sent: {api}")
            }
            Self::Api(api) => api.fmt(f),
            Self::Fault(fault) => {
                let certainty = match fault.was_sent() {
                    Sent::No => "not sent",
                    Sent::Maybe => "nobody can know whether it was sent",
                };
                write!(f, "{certainty}: {fault}")
            }
        }
    }
}

impl CallError {
    /// An error of this cause after so many attempts, for whoever writes a channel of their own.
    #[must_use]
    pub const fn new(cause: Cause, attempts: u32) -> Self {
        Self { cause, attempts, request_id: None }
    }

    /// What it came from.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// How many times the request was handed to the transport; token requests are not counted.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What it means for what may follow; `None` where no request could be made at all.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        self.cause.class()
    }

    /// What it means to the caller.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.class().map_or(ErrorKind::InvalidInput, ErrorKind::from)
    }

    /// The vendor's answer, where there was one.
    #[must_use]
    pub const fn api(&self) -> Option<&ApiError> {
        self.cause.api()
    }

    /// With the id by which the vendor's support finds the last attempt.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id.map(String::into_boxed_str);
        self
    }

    /// The id by which the vendor's support finds the last attempt: the vendor's own where it answered one, else the
    /// one that was sent.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.api().and_then(ApiError::request_id).or(self.request_id.as_deref())
    }
}

impl From<BuildError> for CallError {
    fn from(error: BuildError) -> Self {
        Self::new(Cause::Build(error), 0)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)?;
        if self.attempts > 1 {
            write!(f, " after {} attempts", self.attempts)?;
        }
        // An answer of the vendor's shows its id itself.
        self.request_id.as_ref().filter(|_| self.api().is_none()).map_or(Ok(()), |id| write!(f, " (request id {id})"))
    }
}

impl StdError for CallError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn a_doubt_is_said_first() {
        fn check(cause: Cause, attempts: u32, kind: ErrorKind, text: &str) {
            let error = CallError::new(cause, attempts);
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
        }
        check(
            Cause::Fault(Fault::maybe_sent(FaultKind::Timeout)),
            1,
            ErrorKind::Unknown,
            "nobody can know whether it was sent: no complete answer came in time",
        );
        check(
            Cause::Fault(Fault::before_sending(FaultKind::Connect)),
            5,
            ErrorKind::NotSent,
            "not sent: no connection could be made after 5 attempts",
        );
        check(
            Cause::Api(ApiError::new(Class::Unknown, 502, "Bad Gateway")),
            1,
            ErrorKind::Unknown,
            "nobody can know whether it was sent: HTTP 502: Bad Gateway",
        );
        check(
            Cause::Api(ApiError::new(Class::Message, 200, "no").with_code(10002).with_request_id(Some("log"))),
            1,
            ErrorKind::Message,
            "code 10002: no (request id log)",
        );
    }
}
