//! What the emulator answers, before it becomes HTTP.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

/// An answer and the business code in it, which the request log shows.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<i64>,
    content_type: &'static str,
    body: Bytes,
}

impl Answer {
    /// A JSON body with the vendors' content type.
    pub(crate) fn json(status: StatusCode, code: Option<i64>, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self { status, code, content_type: "application/json; charset=utf-8", body: body.into() },
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

    pub(crate) fn ndjson(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, code: None, content_type: "application/x-ndjson", body: body.into() }
    }

    pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, code: None, content_type: "text/plain", body: body.into() }
    }

    /// What the gateway says to an unknown path or a wrong method, seen live on 2026-09-11.
    pub(crate) fn page_not_found() -> Self {
        Self::text(StatusCode::NOT_FOUND, "404 page not found")
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        response
    }
}
