//! A form of parts (`multipart/form-data`), read from memory.

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::Multipart;

use crate::feishu::codes::{self, Refusal};

/// The parts that have a name, in the order sent. Of a name that comes twice the first counts.
#[derive(Debug)]
pub(crate) struct Form {
    parts: Vec<(String, Bytes)>,
}

impl Form {
    pub(crate) fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Self, Refusal> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).map_err(|error| malformed(&error))?;
        let body = body.clone();
        let multipart = Multipart::new(stream::once(async move { Ok::<_, std::io::Error>(body) }), boundary);
        // The whole body is there, so that reading it never waits.
        let parts = read(multipart)
            .now_or_never()
            .ok_or_else(|| codes::UPLOAD_PARAM.because("the form ends too early"))?
            .map_err(|error| malformed(&error))?;
        Ok(Self { parts })
    }

    pub(crate) fn part(&self, name: &str) -> Option<&Bytes> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, content)| content)
    }
}

async fn read(mut multipart: Multipart<'static>) -> multer::Result<Vec<(String, Bytes)>> {
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await? {
        let name = field.name().map(str::to_owned);
        let content = field.bytes().await?;
        parts.extend(name.map(|name| (name, content)));
    }
    Ok(parts)
}

fn malformed(error: &multer::Error) -> Refusal {
    codes::UPLOAD_PARAM.because(format_args!("the body must be multipart/form-data: {error}"))
}
