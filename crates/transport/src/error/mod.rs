//! Why a call did not succeed: [`ApiError`] (the vendor said no, or something unreadable), [`CallError`] (the whole
//! story of a call), [`Error`] (all that a client can fail with) and [`ErrorKind`] (what a caller matches on).
//!
//! The text of each holds the whole story in one line, down to the first cause. So none of them has a `source()`, which
//! would be said twice by whoever prints the chain; where the cause is an error of its own, `caused_by()` has it.

mod api;
mod call;
mod client;
#[cfg(test)]
mod tests;

use std::error::Error as StdError;

pub use api::ApiError;
pub use call::{CallError, Cause};
pub use client::Error;

use crate::class::Class;

/// A request could not be made from what was given. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("the request could not be built: {text}")]
pub struct BuildError {
    text: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl BuildError {
    /// A reason with its cause. The cause's texts must hold no secret.
    pub fn new(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self { text: in_one_line(&cause), cause: Some(Box::new(cause)) }
    }

    /// A reason in words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), cause: None }
    }

    /// What caused it, where that is an error of its own. Its text is part of this one's.
    #[must_use]
    pub fn caused_by(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.cause.as_deref()
    }
}

/// An error and all that led to it, in one line. What a text shows already is not said again.
pub(crate) fn in_one_line(error: &(dyn StdError + 'static)) -> String {
    let deeper = std::iter::successors(error.source(), |cause| (*cause).source());
    deeper.fold(error.to_string(), |line, cause| {
        let text = cause.to_string();
        if line.contains(&text) { line } else { format!("{line}: {text}") }
    })
}

/// What an error means to the caller, the same words for every vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is not legal. Nothing was sent.
    InvalidInput,
    /// Nothing left this machine. It may be sent again.
    NotSent,
    /// Refused as too frequent, for longer than the call was willing to wait. It may be sent again later.
    Throttled,
    /// Refused for a reason that passes. It may be sent again.
    TryAgain,
    /// Refused: credentials or permission.
    Permission,
    /// Refused: the day's or month's volume is used up.
    Quota,
    /// Refused because of one of the ids. Nobody got it.
    Recipient,
    /// Refused because of the message. Nobody got it.
    Message,
    /// The endpoint does not serve this API. Nobody got it.
    Endpoint,
    /// Nobody can know who got it. Sending again may reach people twice.
    Unknown,
}

impl From<Class> for ErrorKind {
    fn from(class: Class) -> Self {
        match class {
            Class::NotSent => Self::NotSent,
            Class::Throttled { .. } => Self::Throttled,
            Class::TryAgain => Self::TryAgain,
            // A token that is refused even though it is fresh is a matter of permission.
            Class::Token | Class::Permission => Self::Permission,
            Class::Quota => Self::Quota,
            Class::Recipient | Class::Recipients => Self::Recipient,
            Class::Message => Self::Message,
            Class::Endpoint => Self::Endpoint,
            Class::Unknown => Self::Unknown,
        }
    }
}
