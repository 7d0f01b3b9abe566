//! [`ReqwestTransport`]: the async transport, over reqwest and tokio.
//!
//! reqwest's own errors print the whole address, and TIM's signature is in the address; no error of reqwest leaves this
//! file before [`without_url`](::reqwest::Error::without_url).

use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use ::reqwest::redirect::Policy;
use ::reqwest::{Body, Client, ClientBuilder};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, HeaderValue};
use http_body::{Frame, SizeHint};

use super::{CONNECT_TIMEOUT, IDLE_TIMEOUT, MOST_BODY, USER_AGENT};
use crate::asynchronous::AsyncTransport;
use crate::fault::{Fault, FaultKind};
use crate::wire::{Request, Response};

/// Sends with reqwest. Clones share one pool of connections.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: Client,
}

impl ReqwestTransport {
    /// A transport with its own pool of connections.
    ///
    /// # Errors
    /// [`Fault`] where the TLS library cannot be set up.
    pub fn new() -> Result<Self, Fault> {
        let builder = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .retry(::reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT);
        let client = tls(builder).build().map_err(|error| fault(error, false))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        let left = Arc::new(AtomicBool::new(false));
        let answer = exchange(&self.client, request, Arc::clone(&left)).await;
        answer.map_err(|failure| match failure {
            Failure::Http(error) => fault(error, left.load(Ordering::Acquire)),
            Failure::TooLarge => Fault::maybe_sent(FaultKind::TooLarge),
        })
    }
}

enum Failure {
    Http(::reqwest::Error),
    TooLarge,
}

async fn exchange(client: &Client, request: Request, left: Arc<AtomicBool>) -> Result<Response, Failure> {
    let timeout = request.timeout();
    let has_body = !request.body().is_empty();
    let (mut head, body) = request.into_http().into_parts();
    head.headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
    let body = if has_body {
        Body::wrap(Watched { body: Some(body), left })
    } else {
        // Nothing tells when an empty body is read, so a request without one counts as sent.
        left.store(true, Ordering::Release);
        Body::default()
    };
    let head = http::Request::from_parts(head, body);
    let mut request = ::reqwest::Request::try_from(head).map_err(Failure::Http)?;
    *request.timeout_mut() = Some(timeout);
    let mut response = client.execute(request).await.map_err(Failure::Http)?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::Http)? {
        if body.len() + chunk.len() > MOST_BODY {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response::new(response.status(), std::mem::take(response.headers_mut()), body))
}

fn fault(error: ::reqwest::Error, left: bool) -> Fault {
    let error = error.without_url();
    let kind = kind(&error);
    let fault = if left && !error.is_connect() { Fault::maybe_sent(kind) } else { Fault::before_sending(kind) };
    match causes(&error).last() {
        Some(cause) => fault.with_cause(cause.to_string()),
        None => fault,
    }
}

fn kind(error: &::reqwest::Error) -> FaultKind {
    if error.is_dns() {
        FaultKind::NameLookup
    } else if is_tls(error) {
        FaultKind::Tls
    } else if error.is_connect() {
        FaultKind::Connect
    } else if error.is_timeout() {
        FaultKind::Timeout
    } else if error.is_builder() {
        FaultKind::Other
    } else {
        FaultKind::Connection
    }
}

/// What led to the error, from the outside in. None of these holds an address.
fn causes(error: &::reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

#[cfg(feature = "rustls")]
fn is_tls(error: &::reqwest::Error) -> bool {
    causes(error).any(|cause| {
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>())
    })
}

#[cfg(not(feature = "rustls"))]
fn is_tls(_: &::reqwest::Error) -> bool {
    false
}

#[cfg(feature = "rustls")]
fn tls(builder: ClientBuilder) -> ClientBuilder {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
    match versions {
        Ok(config) => builder.tls_backend_preconfigured(config.with_root_certificates(roots).with_no_client_auth()),
        // ring has every version that rustls asks for; should that ever change, building the client reports it.
        Err(_) => builder,
    }
}

#[cfg(not(feature = "rustls"))]
fn tls(builder: ClientBuilder) -> ClientBuilder {
    builder
}

/// A body that notes when it is first asked for. hyper asks once a connection stands and the head is written into its
/// buffer, and before it flushes; so as long as nobody asked, not a byte has left.
struct Watched {
    body: Option<Bytes>,
    left: Arc<AtomicBool>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.left.store(true, Ordering::Release);
        Poll::Ready(self.body.take().map(|body| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.as_ref().map_or(0, |body| body.len() as u64))
    }
}
