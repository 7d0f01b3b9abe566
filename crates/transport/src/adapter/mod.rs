//! The HTTP libraries, one file each. Nothing outside this folder names them.
//!
//! What both keep to, and the contract suite in [`testing`](crate::testing) proves of both:
//!
//! | | |
//! |---|---|
//! | redirects | never followed: a POST answered 302 would be sent again as something else |
//! | retries | none: one call is one request on the wire |
//! | any HTTP status | is an answer, read to its end |
//! | the environment | is not looked at: no proxy variables |
//! | the answer's body | at most [`MOST_BODY`] bytes, never decompressed |
//! | idle connections | closed after 5 s, before a load balancer does it in the middle of a request |
//! | a fault | says whether a byte of the request can have left, and holds no address |
//!
//! With the feature `rustls` both use ring and the Mozilla roots, so a server that one of them trusts is trusted by
//! the other; with `native-tls` alone, both use the operating system's store.

#[cfg(feature = "async")]
pub mod reqwest;
#[cfg(feature = "blocking")]
pub mod ureq;

use std::time::Duration;

/// The longest body of an answer that is read, in bytes. The largest answer that the documents allow, 800 invalid ids
/// of 64 bytes, has some 54 KB.
pub const MOST_BODY: usize = 1_000_000;

/// How long connecting may take, TLS included, where the request's own limit is not shorter.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An idle connection older than this is not used again. Vendors do not say when they close theirs.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Names this library to the vendor.
const USER_AGENT: &str = concat!("batchcast/", env!("CARGO_PKG_VERSION"));
