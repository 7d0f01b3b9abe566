//! What is sent: [`Request`].

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::public::{PublicHeaders, PublicUri};
use crate::error::BuildError;
use crate::multipart::Form;

/// How long one request may take where nobody said otherwise.
pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(30);

/// One HTTP request, complete and ready to be sent as it is.
#[derive(Clone)]
pub struct Request {
    head: http::Request<()>,
    body: Bytes,
    timeout: Duration,
    id: Option<String>,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, uri: Uri) -> Self {
        let mut head = http::Request::new(());
        *head.method_mut() = method;
        *head.uri_mut() = uri;
        Self { head, body: Bytes::new(), timeout: DEFAULT_DEADLINE, id: None }
    }

    /// A POST of `body` as JSON, with the `Content-Type` that Feishu and Lark fix to the letter
    /// ("Send messages in batches", 2026-03-03) and TIM accepts.
    ///
    /// # Errors
    /// [`BuildError`] where `body` cannot be serialised, which for the types of this project is a bug.
    pub fn post_json<B: Serialize + ?Sized>(uri: Uri, body: &B) -> Result<Self, BuildError> {
        let body = serde_json::to_vec(body).map_err(BuildError::new)?;
        let mut request = Self::new(Method::POST, uri);
        let content_type = HeaderValue::from_static("application/json; charset=utf-8");
        request.head.headers_mut().insert(CONTENT_TYPE, content_type);
        request.body = body.into();
        Ok(request)
    }

    /// A POST of `form` as `multipart/form-data`.
    ///
    /// # Errors
    /// [`BuildError`] where the form cannot be written, which for the types of this project is a bug.
    pub fn post_multipart(uri: Uri, form: &Form) -> Result<Self, BuildError> {
        let (content_type, body) = form.written();
        let content_type = HeaderValue::from_str(&content_type).map_err(BuildError::new)?;
        let mut request = Self::new(Method::POST, uri).with_header(CONTENT_TYPE, content_type);
        request.body = body;
        Ok(request)
    }

    /// The same request with one header set.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.head.headers_mut().insert(name, value);
        self
    }

    /// The same request with `Authorization: Bearer …`.
    ///
    /// # Errors
    /// [`BuildError`] where the token holds a character that no header may carry; the text does not show the token.
    pub fn with_bearer(self, token: &SecretString) -> Result<Self, BuildError> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| BuildError::text("the access token holds a character that no HTTP header may carry"))?;
        value.set_sensitive(true);
        Ok(self.with_header(AUTHORIZATION, value))
    }

    /// The same request to another address.
    #[must_use]
    pub fn with_uri(mut self, uri: Uri) -> Self {
        *self.head.uri_mut() = uri;
        self
    }

    /// The same request with another limit from the first step (name lookup) to the last byte of the answer.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same request under the id by which the vendor's support finds it, where the caller chooses that id. It is
    /// shown in errors and reports, so it must not be a secret.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The id by which the vendor's support finds it, where the caller chose one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// How long the sender waits, from the name lookup to the last byte of the answer.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.head.method()
    }

    /// The whole address. It may hold a signature: never print it.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        self.head.uri()
    }

    /// The headers. They may hold a token: never print them.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// The body, empty where there is none.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// For adapters: the request as the `http` crate has it.
    #[must_use]
    pub fn into_http(self) -> http::Request<Bytes> {
        self.head.map(|()| self.body)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", self.method())
            .field("uri", &PublicUri(self.uri()))
            .field("headers", &PublicHeaders(self.headers()))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("timeout", &self.timeout)
            .finish()
    }
}
