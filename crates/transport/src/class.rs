//! What an answer means: [`Class`].

use std::fmt;
use std::time::Duration;

/// What an answer, or the lack of one, means for what may follow.
///
/// Each vendor has one table that leads from its codes to a class; the exchange, the session and the campaign read
/// nothing but the class.
///
/// | class | processed? | a client call | a campaign |
/// |---|---|---|---|
/// | `NotSent` | no | retried with backoff | the batch waits; five in a row pause it |
/// | `Throttled` | no | waits, retries | the batch waits, the shared pace moves |
/// | `TryAgain` | no | retried, at most 5 times | the batch waits, at most 5 times |
/// | `Token` | no | one forced refresh, retried | the same |
/// | `Permission` | no | error | pauses |
/// | `Quota` | no | error | pauses until the quota is there again |
/// | `Recipient` | no | error that names the id | splits the batch |
/// | `Recipients` | no | error | the batch is rejected, the campaign goes on |
/// | `Message` | no | error | pauses, the batch is rejected |
/// | `Endpoint` | no | error | pauses |
/// | `Unknown` | nobody knows | error, never repeated by itself | goes on; three in a row pause it |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Nothing left this machine: name lookup, connect or TLS failed, or the time was up before the first byte.
    NotSent,
    /// Refused as too frequent.
    Throttled {
        /// How long the vendor says to wait, where it does.
        after: Option<Duration>,
    },
    /// Refused, and the vendor's document says to try again.
    TryAgain,
    /// Refused because of the token or signature.
    Token,
    /// Refused because of credentials, scope, the app's state, an address allow-list or the plan.
    Permission,
    /// The day's or month's volume is used up.
    Quota,
    /// Refused because of one of the ids.
    Recipient,
    /// Refused because none of the ids is known.
    Recipients,
    /// Refused because of the message.
    Message,
    /// Nothing is served at that path: the endpoint is wrong.
    Endpoint,
    /// Nobody can know whether the vendor acted on it.
    Unknown,
}

impl Class {
    /// The class in a word, for logs and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not sent",
            Self::Throttled { .. } => "throttled",
            Self::TryAgain => "try again",
            Self::Token => "token",
            Self::Permission => "permission",
            Self::Quota => "quota",
            Self::Recipient => "recipient",
            Self::Recipients => "recipients",
            Self::Message => "message",
            Self::Endpoint => "endpoint",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
