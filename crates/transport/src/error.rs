//! Why a call did not succeed: [`ApiError`] (the vendor said no, or something unreadable), [`CallError`] (the whole
//! story of a call) and [`ErrorKind`] (what a caller matches on).

use std::error::Error as StdError;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::class::Class;
use crate::fault::{Fault, Sent};

/// Longer vendor texts are cut: an HTML page of a proxy is no error message.
const MAX_MESSAGE_CHARS: usize = 500;

/// Ends a text that was cut.
const ELLIPSIS: char = '…';

/// A request could not be made from what was given. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("the request could not be built: {text}")]
pub struct BuildError {
    text: String,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl BuildError {
    /// A reason with its cause. The cause's text must hold no secret.
    pub fn new(source: impl StdError + Send + Sync + 'static) -> Self {
        Self { text: source.to_string(), source: Some(Box::new(source)) }
    }

    /// A reason in words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), source: None }
    }
}

/// An answer of the vendor that is not a success, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    class: Class,
    code: Option<i64>,
    status: u16,
    message: String,
    remedy: Option<&'static str>,
    request_id: Option<String>,
}

impl ApiError {
    /// An answer of this class with this HTTP status.
    #[must_use]
    pub fn new(class: Class, status: u16, message: impl Into<String>) -> Self {
        let message = cut(message.into());
        Self { class, code: None, status, message, remedy: None, request_id: None }
    }

    /// With the vendor's business code.
    #[must_use]
    pub const fn with_code(mut self, code: i64) -> Self {
        self.code = Some(code);
        self
    }

    /// With what to do about it.
    #[must_use]
    pub const fn with_remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// With the id that the vendor's support asks for.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<impl Into<String>>) -> Self {
        self.request_id = id.map(|id| cut(id.into()));
        self
    }

    /// The same answer, read as another class.
    #[must_use]
    pub const fn with_class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// The same answer with every occurrence of these secrets blotted out, should a server have echoed one.
    #[must_use]
    pub(crate) fn without<'a>(mut self, secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        for secret in secrets {
            // Blotting out something as short as "a" would only make the text unreadable.
            if secret.expose_secret().len() >= 6 {
                self.message = blot(&self.message, secret.expose_secret());
                self.request_id = self.request_id.map(|id| blot(&id, secret.expose_secret()));
            }
        }
        self
    }

    /// What it means.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The vendor's business code, where the answer held one.
    #[must_use]
    pub const fn code(&self) -> Option<i64> {
        self.code
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The vendor's text, or ours where there was none. It may hold terminal control characters.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where the code is known.
    #[must_use]
    pub const fn remedy(&self) -> Option<&'static str> {
        self.remedy
    }

    /// The id that the vendor's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// The text without the secret, also where the text was [cut](cut) in the middle of it.
fn blot(text: &str, secret: &str) -> String {
    let text = text.replace(secret, "[hidden]");
    let Some(shown) = text.strip_suffix(ELLIPSIS) else { return text };
    let beginnings = secret.char_indices().map(|(end, _)| &secret[..end]).rev();
    let part = beginnings.into_iter().find(|part| !part.is_empty() && shown.ends_with(part));
    match part {
        Some(part) => format!("{}[hidden]{ELLIPSIS}", &shown[..shown.len() - part.len()]),
        None => text,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => format!("{}{ELLIPSIS}", &text[..end]),
        None => text,
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "code {code}: {}", self.message)?,
            None => write!(f, "HTTP {}: {}", self.status, self.message)?,
        }
        self.request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request id {id})"))
    }
}

impl StdError for ApiError {}

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

/// Why a call ended without success.
#[derive(Debug)]
pub struct CallError {
    cause: Cause,
    attempts: u32,
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
    /// The time that the caller was willing to wait was up before the first byte of an attempt.
    OutOfTime,
}

impl Cause {
    const fn class(&self) -> Option<Class> {
        match self {
            Self::Build(_) => None,
            Self::OutOfTime => Some(Class::NotSent),
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
            Self::Build(_) | Self::Fault(_) | Self::OutOfTime => None,
        }
    }

    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Build(error) => error.source(),
            Self::Fault(fault) => fault.source(),
            Self::NoToken(cause) => cause.source(),
            Self::Api(_) | Self::OutOfTime => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::OutOfTime => f.write_str("not sent: its turn would have come later than the call may wait"),
            Self::NoToken(cause) => write!(f, "no access token: {cause}"),
            Self::Api(api) if api.class() == Class::Unknown => {
                write!(f, "nobody can know whether it was sent: {api}")
            }
            Self::Api(api) => api.fmt(f),
            Self::Fault(fault) => {
                let certainty = match fault.was_sent() {
                    Sent::No => "not sent",
                    Sent::Maybe => "nobody can know whether it was sent",
                };
                write!(f, "{certainty}: {fault}")?;
                fault.source().map_or(Ok(()), |source| write!(f, " ({source})"))
            }
        }
    }
}

impl CallError {
    /// An error of this cause after so many attempts, for whoever writes a channel of their own.
    #[must_use]
    pub const fn new(cause: Cause, attempts: u32) -> Self {
        Self { cause, attempts }
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
}

impl From<BuildError> for CallError {
    fn from(error: BuildError) -> Self {
        Self::new(Cause::Build(error), 0)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)?;
        if self.attempts > 1 { write!(f, " after {} attempts", self.attempts) } else { Ok(()) }
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn a_secret_that_a_server_echoes_is_blotted_out() {
        let secret = SecretString::from("t-canary-0001");
        let error = ApiError::new(Class::Token, 400, "bad token t-canary-0001!").with_request_id(Some("t-canary-0001"));
        let error = error.without([&secret]);
        assert_eq!(error.message(), "bad token [hidden]!");
        assert_eq!(error.request_id(), Some("[hidden]"));
    }

    #[test]
    fn a_secret_that_the_cut_leaves_half_is_blotted_out_too() {
        fn check(before: usize, expected_end: &str) {
            let secret = SecretString::from("t-canary-0001");
            let text = format!("{}t-canary-0001 and more", "x".repeat(before));
            let error = ApiError::new(Class::Token, 400, text).without([&secret]);
            assert!(error.message().ends_with(expected_end), "{before}: {}", error.message());
            assert!(!error.message().contains("t-"), "{before}: {}", error.message());
        }
        check(400, "x[hidden] and more");
        check(MAX_MESSAGE_CHARS - 13, "x[hidden]…");
        check(MAX_MESSAGE_CHARS - 12, "x[hidden]…");
        check(MAX_MESSAGE_CHARS - 2, "x[hidden]…");
        check(MAX_MESSAGE_CHARS, "x…");
    }

    #[test]
    fn a_page_of_text_is_cut() {
        let error = ApiError::new(Class::Unknown, 502, "好".repeat(10_000));
        assert_eq!(error.message().chars().count(), MAX_MESSAGE_CHARS + 1);
    }

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
