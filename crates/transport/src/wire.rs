//! What goes over the wire, as values: [`Request`] and [`Response`].
//!
//! Both are `http` types over [`Bytes`] with two additions: a request knows how long its sender will wait, and neither
//! shows a secret in its `Debug`. TIM's signature travels in the URL's query and Feishu's token in a header, so the
//! query, every header value that is not known to be harmless, and the bodies are left out.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
pub use http::Method;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

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

    /// The same answer, to the request of this [id](Request::id). The exchange sets it.
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

/// Shorter secrets are not looked for in a success. Those that the vendors issue have 32 characters and more.
const LEAST_IN_SUCCESS: usize = 16;

/// A secret as it is, and as servers that echo an address escape it.
pub(crate) fn escaped_forms(secret: &str) -> [String; 4] {
    let star = |escape| secret.replace('*', escape);
    [secret.to_owned(), star("%2A"), star("%2a"), secret.replace('&', "\\u0026")]
}

/// The bytes with `[hidden]` in the place of every occurrence of the secret; `None` where there is none.
fn blotted(bytes: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let find = |bytes: &[u8]| bytes.windows(secret.len()).position(|part| part == secret);
    let mut at = find(bytes)?;
    let (mut rest, mut blotted) = (bytes, Vec::with_capacity(bytes.len()));
    loop {
        blotted.extend_from_slice(&rest[..at]);
        blotted.extend_from_slice(b"[hidden]");
        rest = &rest[at + secret.len()..];
        match find(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    blotted.extend_from_slice(rest);
    Some(blotted)
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

/// An address without its query and without a user's name or password.
pub(crate) struct PublicUri<'a>(pub(crate) &'a Uri);

impl fmt::Display for PublicUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(scheme), Some(host)) = (self.0.scheme_str(), self.0.host()) {
            write!(f, "{scheme}://{host}")?;
        }
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())?;
        if self.0.query().is_some() { f.write_str("?…") } else { Ok(()) }
    }
}

impl fmt::Debug for PublicUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct PublicHeaders<'a>(&'a HeaderMap);

impl fmt::Debug for PublicHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HARMLESS: [HeaderName; 3] = [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING];
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            if HARMLESS.contains(name) {
                map.entry(name, value);
            } else {
                map.entry(name, &format_args!("…"));
            }
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_query_no_token_and_no_body() {
        let uri = "https://user:canary-pass@vendor.example/v4/send?usersig=canary-sig".parse().unwrap();
        let request = Request::post_json(uri, "canary-body").unwrap();
        let request = request.with_bearer(&SecretString::from("canary-token")).unwrap();
        let shown = format!("{request:?} {:?}", request.headers());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("https://vendor.example/v4/send?…"), "{shown}");

        let mut headers = HeaderMap::new();
        headers.insert("set-cookie", HeaderValue::from_static("canary-cookie"));
        let shown = format!("{:?}", Response::new(StatusCode::OK, headers, "canary-body"));
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_without_showing_it() {
        let request = Request::new(Method::GET, "https://vendor.example/".parse().unwrap());
        let error = request.with_bearer(&SecretString::from("canary\r\nX-Evil: 1")).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn what_a_server_echoes_is_blotted_out() {
        fn check(body: &'static str, expected: &str) {
            let secrets = [SecretString::from("canary-of-16*chars"), SecretString::from("message")];
            let response = Response::new(StatusCode::OK, HeaderMap::new(), body);
            let shown = response.without(&secrets).unwrap_or(response);
            assert_eq!(&shown.body()[..], expected.as_bytes());
        }
        check("", "");
        check("message_id", "message_id");
        check("canary-of-16*chars", "[hidden]");
        check("canary-of-16%2achars, canary-of-16%2Achars", "[hidden], [hidden]");
        check("好canary-of-16*chars好", "好[hidden]好");
    }

    #[test]
    fn json_is_read_only_when_it_is_plain() {
        fn check(encoding: Option<&'static str>, body: &'static str, expected: bool) {
            let mut headers = HeaderMap::new();
            if let Some(encoding) = encoding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            let read = Response::new(StatusCode::OK, headers, body).json().is_some();
            assert_eq!(read, expected, "{encoding:?} {body}");
        }
        check(None, "{}", true);
        check(Some("identity"), "{}", true);
        check(Some("gzip"), "{}", false);
        check(None, "{", false);
        check(None, "", false);
    }

    #[test]
    fn only_a_plain_text_404_says_that_nothing_was_processed() {
        fn check(status: u16, content_type: &'static str, expected: bool) {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            let response = Response::new(StatusCode::from_u16(status).unwrap(), headers, "404 page not found");
            assert_eq!(response.is_plain_not_found(), expected, "{status} {content_type}");
        }
        check(404, "text/plain", true);
        check(404, "text/plain; charset=utf-8", true);
        check(404, "text/html", false);
        check(404, "application/json", false);
        check(200, "text/plain", false);
    }
}
