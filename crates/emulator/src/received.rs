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

/// The most bytes that all requests kept in full have together.
const MOST: usize = 64 << 20;

/// The newest requests in full, up to a limit.
#[derive(Debug)]
pub(crate) struct ReceivedLog {
    received: VecDeque<Received>,
    bytes: usize,
    limit: usize,
}

impl ReceivedLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { received: VecDeque::new(), bytes: 0, limit }
    }

    pub(crate) fn push(&mut self, at: Timestamp, request: &Request<Bytes>) {
        if self.limit == 0 {
            return;
        }
        let mut headers = request.headers().clone();
        for (name, value) in headers.iter_mut() {
            value.set_sensitive(name == AUTHORIZATION);
        }
        let received = Received {
            at,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers,
            // A copy: the slice would keep the connection's whole read buffer alive.
            body: Bytes::copy_from_slice(request.body()),
            connection: request.extensions().get().copied(),
        };
        self.bytes += size(&received);
        self.received.push_back(received);
        while self.received.len() > self.limit || self.bytes > MOST {
            let oldest = self.received.pop_front();
            self.bytes -= oldest.as_ref().map_or(self.bytes, size);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Received> {
        self.received.iter()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }
}

/// About how much memory it takes, in bytes.
fn size(received: &Received) -> usize {
    let headers: usize = received.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let uri = received.uri.path_and_query().map_or(0, |path| path.as_str().len());
    size_of::<Received>() + headers + uri + received.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_requests_are_kept_up_to_a_number_of_bytes() {
        fn check(limit: usize, length: usize, expected: usize) {
            let mut log = ReceivedLog::new(limit);
            let request = Request::post("/open-apis/").body(Bytes::from(vec![b'x'; length])).unwrap();
            for second in 0..20 {
                log.push(Timestamp::from_second(second).unwrap(), &request);
            }
            let kept: Vec<i64> = log.iter().map(|received| received.at.as_second()).collect();
            assert_eq!(kept, (20 - expected as i64..20).collect::<Vec<_>>(), "{length} bytes, limit {limit}");
            assert_eq!(log.bytes, log.iter().map(size).sum::<usize>());
        }
        check(100, 1, 20);
        check(3, 1, 3);
        check(0, 1, 0);
        check(100, 16 << 20, 3);
        check(2, 16 << 20, 2);
        check(100, MOST, 0);
    }
}
