//! Carrying an answer to the client, with what a fault does to it on the way.

use std::future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::{CONNECTION, CONTENT_LENGTH};
use http::{HeaderValue, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use crate::control::LogReader;
use crate::server::Served;
use crate::server::line::Cut;
use crate::wire::WireFault;

/// The body of an answer, whole or in parts.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// All at once.
pub(super) fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

fn parts(parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
    StreamBody::new(parts.map(|part| part.map(Frame::data))).boxed_unsync()
}

/// Sends the answer, late, in part or not at all where its extension says so.
pub(super) async fn carry(mut answer: Response<Bytes>, cut: Cut) -> Response<Body> {
    match answer.extensions_mut().remove::<WireFault>() {
        None => answer.map(whole),
        Some(WireFault::Delay(delay)) => {
            pause(delay).await;
            answer.map(whole)
        }
        Some(WireFault::Reset) => {
            cut.reset();
            Response::new(whole(Bytes::new()))
        }
        Some(WireFault::Truncate(bytes)) => truncated(announced(answer), bytes, cut),
        Some(WireFault::Slow(pace)) => announced(answer).map(|body| slow(body, pace)),
    }
}

/// With the length of the whole body in its head.
fn announced(mut answer: Response<Bytes>) -> Response<Bytes> {
    let length = HeaderValue::from(answer.body().len());
    answer.headers_mut().insert(CONTENT_LENGTH, length);
    answer
}

/// An answer that breaks off, and a connection that ends with it.
fn truncated(mut answer: Response<Bytes>, bytes: usize, cut: Cut) -> Response<Body> {
    if bytes >= answer.body().len() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        return answer.map(whole);
    }
    answer.map(|body| {
        let part = body.slice(..bytes);
        let end = stream::once(async move {
            cut.close();
            // The connection ends here once the part is on its way; what would be the rest never comes.
            future::pending().await
        });
        parts(stream::iter((!part.is_empty()).then_some(Ok(part))).chain(end))
    })
}

/// A log: whole where it is short, else in parts, between which others are served.
pub(super) fn read(served: Arc<Served>, mut log: LogReader) -> Response<Body> {
    let head = log.head();
    let first = log.next_part(&served.world());
    if log.is_read() {
        if let Ok(lines) = first {
            return head.map(|()| whole(lines.unwrap_or_default()));
        }
    }
    let rest = stream::unfold(Some(log), move |log| {
        let part = log.and_then(|mut log| match log.next_part(&served.world()) {
            Ok(part) => part.map(|part| (Ok(part), Some(log))),
            Err(reset) => Some((Err(reset), None)),
        });
        future::ready(part)
    });
    head.map(|()| parts(stream::iter(first.transpose()).chain(rest)))
}

fn slow(body: Bytes, pace: Duration) -> Body {
    parts(stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        pause(pace).await;
        Some((Ok(rest.split_to(1)), rest))
    }))
}

#[expect(clippy::disallowed_methods, reason = "a fault that takes its time; nothing else of the emulator waits")]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
