//! Why a command could not do its work: [`Failure`].

use std::fmt;

use batchcast_campaign::source::BadSource;
use batchcast_campaign::{Ending, Why};
use batchcast_model::Invalid;
use batchcast_transport::error::ErrorKind;
use jiff::Timestamp;

use crate::exit::Exit;

/// What went wrong, in a word for programs and in a sentence for people, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
}

impl Failure {
    /// Nothing was sent, because of what was asked for.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new("usage", Exit::BadInput, message)
    }

    /// Nothing was sent, because of what was given.
    pub(crate) fn input(message: impl fmt::Display) -> Self {
        Self::new("input", Exit::BadInput, message)
    }

    /// The same, from an error whose text ends with what to do.
    fn input_with_hint(error: &dyn fmt::Display, hint: Option<&str>) -> Self {
        let text = error.to_string();
        let Some((what, hint)) = hint.and_then(|hint| Some((text.strip_suffix(hint)?.strip_suffix("; ")?, hint)))
        else {
            return Self::input(text);
        };
        Self::input(what).with_hint(hint)
    }

    /// This is the first of several of its kind.
    pub(crate) fn and_more(mut self, more: u64) -> Self {
        self.message = format!("{} (and {more} more bad rows)", self.message);
        self
    }

    /// Nothing was sent, because there is nothing to send with.
    pub(crate) fn credentials(message: impl fmt::Display) -> Self {
        Self::new("credentials", Exit::NotPermitted, message)
    }

    /// Something that neither the user nor the vendor is to blame for.
    pub(crate) fn other(message: impl fmt::Display) -> Self {
        Self::new("other", Exit::Failed, message)
    }

    fn new(kind: &'static str, exit: Exit, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string(), hint: None, exit }
    }

    /// There are not as many recipients as the user expects.
    pub(crate) fn count_mismatch(expected: u64, found: u64) -> Self {
        Self::new("count_mismatch", Exit::BadInput, format!("{expected} recipients were expected, there are {found}"))
            .with_hint("nothing was sent; look at the recipients, then give the right count")
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What stopped a run before its end; `None` where it came to its end.
    pub(crate) fn of_ending(ending: &Ending, exit: Exit) -> Option<Self> {
        let Ending::Stopped(stopped) = ending else {
            return None;
        };
        let kind = match stopped.why {
            Why::Interrupted => "interrupted",
            Why::MessageRefused => "message",
            Why::NotPermitted => "permission",
            Why::QuotaUsedUp => "quota",
            Why::WrongEndpoint => "endpoint",
            Why::Unreachable => "not_sent",
            Why::LongThrottle => "throttled",
            Why::TooManyDoubts => "unknown",
            Why::TooManyBadIds => "recipients",
            _ => "other",
        };
        let resume = stopped.resume_at.and_then(|at| Timestamp::from_second(at.as_secs().try_into().ok()?).ok());
        let resume = resume.map(|at| format!("try again after {at}"));
        let hints: Vec<_> = stopped.remedy.map(str::to_owned).into_iter().chain(resume).collect();
        let failure = Self::new(kind, exit, &stopped.reason);
        Some(if hints.is_empty() { failure } else { failure.with_hint(hints.join(" ")) })
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::input_with_hint(&invalid, invalid.hint())
    }
}

impl From<BadSource> for Failure {
    fn from(bad: BadSource) -> Self {
        Self::input_with_hint(&bad, bad.hint().as_deref())
    }
}

impl From<batchcast_lark::Error> for Failure {
    fn from(error: batchcast_lark::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidInput => Self::input(error),
            _ => Self::other(error),
        }
    }
}
