//! What the emulator answers, before it becomes HTTP.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// An answer and the business code in it, which the request log shows.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<i64>,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// A JSON body with the vendors' content type.
    pub(crate) fn json(status: StatusCode, code: Option<i64>, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::of_type("application/json; charset=utf-8", status, code, body),
            Err(error) => Self::text(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("the emulator could not write its answer: {error}"),
            ),
        }
    }

    /// A vendor's JSON body with code 0.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, Some(0), body)
    }

    /// The head of lines of JSON, which no browser is to take for anything else.
    pub(crate) fn ndjson() -> Self {
        Self::of_type("application/x-ndjson", StatusCode::OK, None, Bytes::new())
            .with_header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
    }

    pub(crate) fn html(status: StatusCode, body: String) -> Self {
        Self::of_type("text/html; charset=utf-8", status, None, body)
    }

    pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::of_type("text/plain", status, None, body)
    }

    /// Any headers and any body. The code, which the log shows, is looked for where the vendors have it.
    pub(crate) fn foreign(status: StatusCode, headers: HeaderMap, body: String) -> Self {
        let json: Option<Value> = serde_json::from_str(&body).ok();
        let code = json.and_then(|json| json.get("code").or_else(|| json.get("ErrorCode"))?.as_i64());
        Self { status, code, headers, body: body.into() }
    }

    /// No answer at all.
    pub(crate) fn none() -> Self {
        Self { status: StatusCode::OK, code: None, headers: HeaderMap::new(), body: Bytes::new() }
    }

    fn of_type(content_type: &'static str, status: StatusCode, code: Option<i64>, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Self { status, code, headers, body: body.into() }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn with_code(self, code: Option<i64>) -> Self {
        Self { code, ..self }
    }

    /// With one more header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// What the gateway says to an unknown path or a wrong method, seen live on 2026-09-11.
    pub(crate) fn page_not_found() -> Self {
        Self::text(StatusCode::NOT_FOUND, "404 page not found")
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
