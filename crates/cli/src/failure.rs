//! Why a command could not do its work: [`Failure`].

use std::fmt;

use batchcast_campaign::ledger::{LedgerError, LedgerProblem};
use batchcast_campaign::report::{FileError, ReportError};
use batchcast_campaign::source::BadSource;
use batchcast_campaign::{Error, Refusal, Stopped};
use batchcast_model::Invalid;
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, ErrorKind};
use batchcast_transport::time::Unix;
use jiff::Timestamp;

use crate::exit::Exit;

/// What was given cannot be used.
const INPUT: &str = "input";

/// A call came to nothing for now.
const VENDOR: &str = "vendor";

/// A signal ended it.
const INTERRUPTED: &str = "interrupted";

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
        Self::new(INPUT, Exit::BadInput, message)
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

    /// Something could not be written down.
    pub(crate) fn disk(message: impl fmt::Display) -> Self {
        Self::new("disk", Exit::DiskFailed, message)
    }

    /// A signal ended it between two calls of a vendor.
    pub(crate) fn interrupted(message: impl fmt::Display) -> Self {
        Self::new(INTERRUPTED, Exit::Paused, message)
    }

    /// A signal ended it at once, whatever was on the wire.
    pub(crate) fn left(exit: Exit) -> Self {
        let (message, hint) = match exit {
            Exit::InDoubt => (
                "left at once: what was on the wire may be done or not",
                "the same command goes on; what it does twice changes nothing",
            ),
            _ => ("left at once", "nothing was sent; run the same command again"),
        };
        Self::new(INTERRUPTED, exit, message).with_hint(hint)
    }

    /// The same where the process ends otherwise, for what outranks it.
    pub(crate) fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Whether a signal has ended it between two calls.
    pub(crate) fn is_interruption(&self) -> bool {
        self.kind == INTERRUPTED
    }

    /// Whether a call came to nothing, or nobody knows what it came to, and the vendor refused nothing for good.
    pub(crate) fn is_for_now(&self) -> bool {
        self.kind == VENDOR
    }

    /// What to do where a signal has ended it.
    pub(crate) fn if_interrupted(self, hint: impl Into<String>) -> Self {
        if self.is_interruption() { self.with_hint(hint) } else { self }
    }

    /// The user said no.
    pub(crate) fn declined(message: impl fmt::Display) -> Self {
        Self::new("declined", Exit::BadInput, message)
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

    /// A call around a send came to nothing. No message was sent by it.
    fn of_call(error: &CallError) -> Self {
        let (kind, exit) = match error.class() {
            None => ("request", Exit::BadInput),
            Some(Class::Permission | Class::Token) => ("permission", Exit::NotPermitted),
            Some(Class::Quota) => ("quota", Exit::QuotaUsedUp),
            Some(Class::Message | Class::Recipient | Class::Recipients) => ("refused", Exit::BadInput),
            Some(_) => (VENDOR, Exit::Failed),
        };
        let failure = Self::new(kind, exit, error);
        match error.api().and_then(ApiError::remedy) {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }

    /// Whether a row of a file is to blame, so that the others are worth reading.
    pub(crate) fn is_of_a_row(&self) -> bool {
        self.kind == INPUT
    }

    /// The same, of this place.
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// What stopped a run before its end.
    pub(crate) fn of_stop(stopped: &Stopped, exit: Exit) -> Self {
        let resume = stopped.resume_at.map(|at| format!("try again after {}", time(at)));
        let hints: Vec<_> = stopped.remedy.clone().into_iter().chain(resume).collect();
        let failure = Self::new(stopped.why.as_str(), exit, &stopped.reason);
        if hints.is_empty() { failure } else { failure.with_hint(hints.join(" ")) }
    }
}

pub(crate) fn time(at: Unix) -> String {
    let at = i64::try_from(at.as_secs()).ok().and_then(|at| Timestamp::from_second(at).ok());
    at.unwrap_or(Timestamp::MAX).to_string()
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Ledger(error) => error.into(),
            Error::Invalid(invalid) => invalid.into(),
            Error::Refused(refusal) => refusal.into(),
            Error::Held(_) => Self::new("held", Exit::Held, error)
                .with_hint("let it come to its end, or stop it with Ctrl-C where it runs"),
            Error::Vendor(error) => Self::of_call(&error),
            Error::Interrupted => Self::interrupted(error),
            _ => Self::other(error),
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::of_call(&error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let until = match refusal {
            Refusal::TooEarly { until, .. } => format!(": it can be settled after {}", time(until)),
            _ => String::new(),
        };
        let kind = match refusal {
            Refusal::NoRecipients | Refusal::TooManyColumns | Refusal::TooManyRequests => "input",
            _ => "refused",
        };
        Self::new(kind, Exit::BadInput, format!("{refusal}{until}")).with_hint(refusal.hint())
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let exit = match error.problem() {
            // It is not used at all, because of where it is or how it lies there.
            LedgerProblem::NetworkFileSystem | LedgerProblem::ReadableByOthers | LedgerProblem::SecondName => {
                Exit::BadInput
            }
            _ => Exit::DiskFailed,
        };
        let failure = Self::new("ledger", exit, &error);
        match error.hint() {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        let failure = Self::disk(&error);
        match error.hint() {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        use std::io::ErrorKind::{InvalidInput, IsADirectory, NotADirectory, NotFound, PermissionDenied};
        match error.io().kind() {
            NotFound | IsADirectory | NotADirectory | InvalidInput | PermissionDenied => Self::usage(error),
            _ => Self::disk(error),
        }
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
            _ => match &error {
                batchcast_lark::Error::Call(call) => Self::of_call(call),
                _ => Self::other(error),
            },
        }
    }
}
