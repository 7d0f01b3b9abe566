//! When no answer came: [`Fault`].

use std::error::Error as StdError;
use std::fmt;

use crate::error::in_one_line;

/// Whether a byte of the request may have reached the vendor.
///
/// There is no `Yes`: whoever has no answer never knows that much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Certainly not: sending again cannot reach anybody twice.
    No,
    /// Perhaps: nobody can know whether the vendor acted on it.
    Maybe,
}

/// What went wrong, in the order in which a request can meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The host's name has no address.
    NameLookup,
    /// No connection could be made.
    Connect,
    /// The connection could not be secured.
    Tls,
    /// The time for the request ran out.
    Timeout,
    /// The connection broke.
    Connection,
    /// What came back is not HTTP.
    Protocol,
    /// The answer is longer than the adapter reads.
    TooLarge,
    /// Anything else, such as a request that the adapter would not take.
    Other,
}

impl FaultKind {
    const fn text(self) -> &'static str {
        match self {
            Self::NameLookup => "the host's name could not be resolved",
            Self::Connect => "no connection could be made",
            Self::Tls => "the connection could not be secured (TLS)",
            Self::Timeout => "no complete answer came in time",
            Self::Connection => "the connection broke",
            Self::Protocol => "the answer is not valid HTTP",
            Self::TooLarge => "the answer is larger than is read",
            Self::Other => "the request could not be carried out",
        }
    }
}

/// No answer: what went wrong, and whether the vendor may have got the request all the same.
///
/// Opaque on purpose: it holds no type of an HTTP library, and its text holds no address, header or body.
pub struct Fault {
    kind: FaultKind,
    sent: Sent,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Fault {
    /// A fault that came before the first byte could leave.
    #[must_use]
    pub const fn before_sending(kind: FaultKind) -> Self {
        Self { kind, sent: Sent::No, cause: None }
    }

    /// A fault after which nobody knows.
    #[must_use]
    pub const fn maybe_sent(kind: FaultKind) -> Self {
        Self { kind, sent: Sent::Maybe, cause: None }
    }

    /// The same fault with what caused it. The cause's texts, `Debug` included, must hold no address and no secret.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same fault of a request whose fate does not matter, such as one for a token: no message was on the way.
    #[must_use]
    pub(crate) const fn into_unsent(mut self) -> Self {
        self.sent = Sent::No;
        self
    }

    /// What caused it, where the adapter said. Its text is part of this one's.
    #[must_use]
    pub fn caused_by(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.cause.as_deref()
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Whether the vendor may have got the request.
    #[must_use]
    pub const fn was_sent(&self) -> Sent {
        self.sent
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())?;
        self.cause.as_deref().map_or(Ok(()), |cause| write!(f, " ({})", in_one_line(cause)))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("kind", &self.kind)
            .field("sent", &self.sent)
            .field("cause", &self.cause.as_deref().map(|cause| in_one_line(cause)))
            .finish()
    }
}

impl StdError for Fault {}
