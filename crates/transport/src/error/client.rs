//! All that a vendor's client can fail with: [`Error`].

use batchcast_model::Invalid;

use super::{ApiError, CallError, ErrorKind};
use crate::endpoint::InvalidEndpoint;
use crate::fault::Fault;

/// An error of a vendor's client. It never holds a token, a signature, a secret or the query of an address.
///
/// That some recipients were turned down is not an error: it stands in the receipt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The message, its recipients or the credentials break a documented rule. Nothing was sent.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The endpoint cannot be one. Nothing was sent.
    #[error(transparent)]
    Endpoint(#[from] InvalidEndpoint),
    /// The HTTP library could not be set up. Nothing was sent.
    #[error("the HTTP client could not be set up: {0}")]
    Setup(Fault),
    /// The call ended without success.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Error {
    /// What it means, in the words that all vendors share.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::Endpoint(_) => ErrorKind::InvalidInput,
            Self::Setup(_) => ErrorKind::NotSent,
            Self::Call(error) => error.kind(),
        }
    }

    /// Whether nobody can know who got it, so that sending again may reach people twice.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.kind() == ErrorKind::Unknown
    }

    /// The vendor's answer, where there was one: its code, its text, what to do, and its id for support.
    #[must_use]
    pub const fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Call(error) => error.api(),
            _ => None,
        }
    }
}
