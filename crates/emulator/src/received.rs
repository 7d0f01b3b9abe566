//! The last requests in full, for tests that look at headers, bodies and connections.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Request, Uri};
use jiff::Timestamp;

/// The TCP connection a request came over. Equal for two requests means that the connection was reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Connection {
    /// Counts accepted connections from 1.
    pub number: u64,
    /// The client's end.
    pub peer: SocketAddr,
}

impl Connection {
    pub(crate) fn new(number: u64, peer: SocketAddr) -> Self {
        Self { number, peer }
    }
}

/// A request to a vendor's path, as it arrived. Its `Debug` text shows neither query nor `Authorization` nor body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// When it was handled.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: Method,
    /// Path and query. TIM's signature is in the query.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// The connection it came over; none for [`World::handle`](crate::World::handle) without a server.
    pub connection: Option<Connection>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .field("connection", &self.connection)
            .finish()
    }
}

/// The newest requests in full, up to a limit.
#[derive(Debug)]
pub(crate) struct ReceivedLog {
    received: VecDeque<Received>,
    limit: usize,
}

impl ReceivedLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { received: VecDeque::new(), limit }
    }

    pub(crate) fn push(&mut self, at: Timestamp, request: &Request<Bytes>) {
        if self.limit == 0 {
            return;
        }
        if self.received.len() == self.limit {
            self.received.pop_front();
        }
        let mut headers = request.headers().clone();
        if let Some(value) = headers.get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        self.received.push_back(Received {
            at,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers,
            // A copy: the slice would keep the connection's whole read buffer alive.
            body: Bytes::copy_from_slice(request.body()),
            connection: request.extensions().get().copied(),
        });
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Received> {
        self.received.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.received.clear();
    }
}
