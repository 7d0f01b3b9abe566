//! A vendor's call as a value: [`Operation`], and what its answer comes to: [`Verdict`].

use std::time::Duration;

use http::StatusCode;

use crate::class::Class;
use crate::endpoint::Endpoint;
use crate::error::{ApiError, BuildError};
use crate::wire::{Request, Response};

/// One call of a vendor: how it becomes a request, and how its answer is read.
///
/// No IO, no clock, no async: the same value is sent by the blocking and the async client.
pub trait Operation: Send + Sync {
    /// What a success yields.
    type Output;

    /// The request, without authorization, which the session adds.
    ///
    /// # Errors
    /// [`BuildError`] where the value cannot be written as a request.
    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError>;

    /// What the answer means.
    fn parse(&self, response: &Response) -> Verdict<Self::Output>;

    /// Whether the call may be sent again when nobody knows what became of it.
    fn replay(&self) -> Replay;

    /// What the call is charged by the pacer.
    fn cost(&self) -> Cost {
        Cost::one_request(0)
    }

    /// The vendor's name of the API whose limits the call counts against, where the vendor counts each API apart; calls
    /// of one name share a [pace](crate::exchange::PacePerApi). Calls without a name share one too.
    fn api(&self) -> Option<&'static str> {
        None
    }
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict<T> {
    /// Accepted, wholly or in part.
    Done(T),
    /// Refused: certainly not processed.
    Refused(ApiError),
    /// Nobody can know.
    Unknown(ApiError),
}

impl<T> Verdict<T> {
    /// A failure by its class: [`Class::Unknown`] is a doubt, everything else a refusal.
    pub fn failed(error: ApiError) -> Self {
        if error.class() == Class::Unknown { Self::Unknown(error) } else { Self::Refused(error) }
    }

    /// The same with what a success yields made into something else.
    pub fn map<U>(self, made: impl FnOnce(T) -> U) -> Verdict<U> {
        match self {
            Self::Done(output) => Verdict::Done(made(output)),
            Self::Refused(error) => Verdict::Refused(error),
            Self::Unknown(error) => Verdict::Unknown(error),
        }
    }
}

/// Whether a call may be sent again when nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Yes: it only reads, or doing it twice is doing it once.
    Safe,
    /// For this long from the first byte of the first attempt: the vendor drops a repeat by its key. Then no more.
    Keyed {
        /// How long the vendor remembers the key.
        within: Duration,
    },
    /// No: a repeat may reach people twice.
    Never,
}

/// What a call is charged by the pacer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Cost {
    /// HTTP requests.
    pub requests: u32,
    /// People addressed.
    pub recipients: u32,
}

impl Cost {
    /// One request to so many recipients.
    #[must_use]
    pub const fn one_request(recipients: u32) -> Self {
        Self { requests: 1, recipients }
    }

    /// The same, charged as so many recipients.
    #[must_use]
    pub const fn with_recipients(mut self, recipients: u32) -> Self {
        self.recipients = recipients;
        self
    }
}

/// The meaning of an answer in which no business code was found: then, and only then, the HTTP status counts.
///
/// The rules are the same for every vendor. Whatever is not listed here is a doubt: a proxy's error page says nothing
/// about what happened behind it. A vendor that has a header of its own for the pause after "too frequent" adds it by
/// [`ApiError::with_pause`].
#[must_use]
pub fn without_code(response: &Response) -> ApiError {
    let status = response.status();
    let (class, message) = if response.is_plain_not_found() {
        (Class::Endpoint, "nothing is served at this path; is the endpoint right?")
    } else {
        match status {
            StatusCode::TOO_MANY_REQUESTS => (Class::Throttled { after: retry_after(response) }, "too many requests"),
            StatusCode::PAYLOAD_TOO_LARGE => (Class::Message, "the request is too large"),
            status if status.is_success() => (Class::Unknown, "the answer could not be read"),
            status if status.is_redirection() => (Class::Unknown, "a redirect, which is never followed"),
            status => (Class::Unknown, status.canonical_reason().unwrap_or("an answer without a code")),
        }
    };
    ApiError::new(class, status.as_u16(), message)
}

/// How long the standard `Retry-After` header says to wait, where it gives seconds.
#[must_use]
pub fn retry_after(response: &Response) -> Option<Duration> {
    seconds(response, "retry-after")
}

/// A header's value as a number of seconds.
#[must_use]
pub fn seconds(response: &Response, header: &str) -> Option<Duration> {
    response.header(header)?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn a_status_counts_only_where_its_meaning_is_sure() {
        fn check(status: u16, content_type: &'static str, expected: Class) {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static(content_type));
            let response = Response::new(StatusCode::from_u16(status).unwrap(), headers, "");
            assert_eq!(without_code(&response).class(), expected, "{status} {content_type}");
        }
        check(200, "application/json", Class::Unknown);
        check(204, "", Class::Unknown);
        check(301, "text/html", Class::Unknown);
        check(307, "text/html", Class::Unknown);
        check(400, "text/html", Class::Unknown);
        check(401, "text/html", Class::Unknown);
        check(403, "text/html", Class::Unknown);
        check(404, "text/html", Class::Unknown);
        check(404, "text/plain", Class::Endpoint);
        check(408, "", Class::Unknown);
        check(413, "text/html", Class::Message);
        check(429, "text/html", Class::Throttled { after: None });
        check(500, "text/plain", Class::Unknown);
        check(502, "text/html", Class::Unknown);
        check(504, "", Class::Unknown);
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        fn check(value: &'static str, expected: Option<u64>) {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", HeaderValue::from_static(value));
            let response = Response::new(StatusCode::TOO_MANY_REQUESTS, headers, "");
            assert_eq!(retry_after(&response), expected.map(Duration::from_secs), "{value}");
        }
        check("52", Some(52));
        check(" 1 ", Some(1));
        check("-1", None);
        check("Sat, 21 Nov 2026 22:00:00 GMT", None);
    }
}
