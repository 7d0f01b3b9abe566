//! The vendor's answer, where it is not a success: [`ApiError`].

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::class::Class;
use crate::wire::escaped_forms;

/// Shorter secrets are not looked for: their text would only become unreadable.
const LEAST_SECRET: usize = 6;

/// Longer vendor texts are cut: an HTML page of a proxy is no error message.
const MAX_MESSAGE_CHARS: usize = 500;

/// Ends a text that was cut.
const ELLIPSIS: char = '…';

/// An answer of the vendor that is not a success, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    class: Class,
    code: Option<i64>,
    status: u16,
    message: String,
    remedy: Option<&'static str>,
    request_id: Option<Box<str>>,
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
        self.request_id = id.map(|id| cut(id.into()).into_boxed_str());
        self
    }

    /// The same answer, read as another class.
    #[must_use]
    pub const fn with_class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// The same answer with this pause to keep, where it is a refusal as too frequent and the vendor said how long; it
    /// goes before a pause that was found elsewhere. Any other answer, and `None`, change nothing.
    #[must_use]
    pub const fn with_pause(mut self, pause: Option<Duration>) -> Self {
        if let (Class::Throttled { .. }, Some(_)) = (self.class, pause) {
            self.class = Class::Throttled { after: pause };
        }
        self
    }

    /// The same answer with every occurrence of these secrets blotted out, should a server have echoed one.
    #[must_use]
    pub(crate) fn without<'a>(mut self, secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        for secret in secrets {
            if secret.expose_secret().len() >= LEAST_SECRET {
                for form in escaped_forms(secret.expose_secret()) {
                    self.message = blot(&self.message, &form);
                    self.request_id = self.request_id.map(|id| blot(&id, &form).into_boxed_str());
                }
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_pause_belongs_to_what_was_too_frequent() {
        fn check(class: Class, pause: Option<u64>, expected: Class) {
            let error = ApiError::new(class, 429, "slow down").with_pause(pause.map(Duration::from_secs));
            assert_eq!(error.class(), expected, "{class:?} with {pause:?}");
        }
        let throttled = |after: Option<u64>| Class::Throttled { after: after.map(Duration::from_secs) };
        check(throttled(None), Some(52), throttled(Some(52)));
        // The vendor's own word goes before that of a proxy.
        check(throttled(Some(3)), Some(52), throttled(Some(52)));
        check(throttled(Some(3)), None, throttled(Some(3)));
        check(throttled(None), None, throttled(None));
        check(Class::Message, Some(52), Class::Message);
        check(Class::Unknown, Some(52), Class::Unknown);
    }

    #[test]
    fn a_page_of_text_is_cut() {
        let error = ApiError::new(Class::Unknown, 502, "好".repeat(10_000));
        assert_eq!(error.message().chars().count(), MAX_MESSAGE_CHARS + 1);
    }
}
