//! What comes back: [`Response`].

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::blot::{LEAST_IN_SUCCESS, blotted, escaped_forms};
use super::public::PublicHeaders;

/// One HTTP answer, read to its end.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
}

impl Response {
    /// An answer from its parts.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into(), request_id: None }
    }

    /// The same answer, to the request of this [id](super::Request::id). The exchange sets it.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// The id of the request that this answers, where the caller chose one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The value of a header, where it is there and is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON; `None` where it is not JSON, or is encoded although nobody asked for that.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        let plain = self.header(CONTENT_ENCODING.as_str()).is_none_or(|e| e.eq_ignore_ascii_case("identity"));
        plain.then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }

    /// The same answer with every occurrence of these secrets blotted out, should the server have echoed one; `None` where
    /// it did not. Short secrets are not looked for: they could be part of a name or an id.
    #[must_use]
    pub(crate) fn without<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) -> Option<Self> {
        let mut blotted = self.clone();
        for secret in secrets.into_iter().filter(|secret| secret.expose_secret().len() >= LEAST_IN_SUCCESS) {
            for form in escaped_forms(secret.expose_secret()) {
                blotted.blot(form.as_bytes());
            }
        }
        (blotted.body != self.body || blotted.headers != self.headers).then_some(blotted)
    }

    fn blot(&mut self, secret: &[u8]) {
        if let Some(body) = blotted(&self.body, secret) {
            self.body = body.into();
        }
        for value in self.headers.values_mut() {
            if blotted(value.as_bytes(), secret).is_some() {
                *value = HeaderValue::from_static("[hidden]");
            }
        }
    }

    /// Whether this is a gateway's plain `404 page not found`: the path does not exist there, so nothing was processed.
    #[must_use]
    pub fn is_plain_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
            && self.header(CONTENT_TYPE.as_str()).is_some_and(|t| t.to_ascii_lowercase().starts_with("text/plain"))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("headers", &PublicHeaders(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
