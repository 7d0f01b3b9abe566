//! Carrying an answer to the client, with what a fault does to it on the way.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

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
        Some(WireFault::Truncate(bytes)) => announced(answer).map(|body| truncated(body, bytes)),
        Some(WireFault::Slow(pace)) => announced(answer).map(|body| slow(body, pace)),
    }
}

/// With the length of the whole body in its head.
fn announced(mut answer: Response<Bytes>) -> Response<Bytes> {
    let length = HeaderValue::from(answer.body().len());
    answer.headers_mut().insert(CONTENT_LENGTH, length);
    answer
}

/// A body that breaks off, for which the server closes the connection.
fn truncated(body: Bytes, bytes: usize) -> Body {
    let part = body.slice(..bytes.min(body.len()));
    parts(stream::unfold(Some(part), |part| async move {
        match part {
            Some(part) if !part.is_empty() => Some((Ok(part), Some(Bytes::new()))),
            Some(_) => {
                // What there is so far is written while this waits.
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::UnexpectedEof)), None))
            }
            None => None,
        }
    }))
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
