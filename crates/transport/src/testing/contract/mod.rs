//! What an adapter must do, over loopback: [`check`].
//!
//! The suite sees an adapter as a function from a request to an answer or a fault, so the same suite runs over a
//! blocking and an async one. It speaks to a server of its own that does byte by byte what the case says, and it counts
//! what came over the wire. Beside what each case asks, every fault is searched for the secrets of the request.

mod answers;
mod connections;
mod faults;
mod requests;

use std::error::Error;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Uri};

use super::server::{Received, Server};
use crate::fault::{Fault, FaultKind, Sent};
use crate::wire::{Request, Response};

/// An adapter, as the suite sees it.
pub type Send<'a> = dyn Fn(Request) -> Result<Response, Fault> + 'a;

/// What may not turn up in the text of a fault.
const CANARY: &str = "canary";

/// Runs every case over an adapter. Takes about a second; nothing leaves loopback.
///
/// An async adapter is wrapped in a function that blocks on it. The runtime must outlive the suite, and must get a
/// chance to take a connection back into its pool before the function returns.
///
/// # Panics
/// At the first case that the adapter does not pass, with the name of the case.
pub fn check(send: &Send<'_>) {
    let suites = [answers::CASES, requests::CASES, connections::CASES, faults::CASES];
    for (name, case) in suites.into_iter().flatten() {
        case(&Probe { name, send });
    }
}

type Case = (&'static str, fn(&Probe<'_>));

/// One case on its way through one adapter.
struct Probe<'a> {
    name: &'static str,
    send: &'a Send<'a>,
}

impl Probe<'_> {
    /// A POST with secrets in every place that a secret travels in.
    fn request(&self, server: &Server) -> Request {
        self.request_to(&format!("http://{}", server.address()))
    }

    fn request_to(&self, base: &str) -> Request {
        let uri: Uri = format!("{base}/path/send?usersig=canary-sig&n=1").parse().expect("a legal address");
        let request = Request::post_json(uri, "canary-body").expect("a string is JSON");
        let bearer = HeaderValue::from_static("Bearer canary-token");
        request.with_header(AUTHORIZATION, bearer).with_timeout(Duration::from_secs(5))
    }

    /// The answer to this request.
    fn answer(&self, request: Request) -> Response {
        match (self.send)(request) {
            Ok(response) => response,
            Err(fault) => panic!("{}: there was an answer, and this came of it: {fault:?}", self.name),
        }
    }

    /// The answer to one request to a server that gives exactly this.
    fn answer_of(&self, bytes: Vec<u8>) -> Response {
        let server = Server::answering(bytes);
        let response = self.answer(self.request(&server));
        self.received(&server, 1);
        response
    }

    /// Asserts that this request meets a fault, and which.
    fn fault(&self, request: Request, sent: Sent, kinds: &[FaultKind]) {
        match (self.send)(request) {
            Ok(response) => panic!("{}: there was no answer, and this came of it: {response:?}", self.name),
            Err(fault) => self.expect(&fault, sent, kinds),
        }
    }

    fn expect(&self, fault: &Fault, sent: Sent, kinds: &[FaultKind]) {
        assert_eq!(fault.was_sent(), sent, "{}: {fault:?}", self.name);
        assert!(kinds.contains(&fault.kind()), "{}: one of {kinds:?}, not {fault:?}", self.name);
        let mut shown = format!("{fault} {fault:?}");
        let mut deeper = fault.caused_by().map(|cause| cause as &dyn Error);
        while let Some(cause) = deeper {
            shown.push_str(&format!(" {cause} {cause:?}"));
            deeper = cause.source();
        }
        for secret in [CANARY, "usersig", "/path/send"] {
            assert!(!shown.contains(secret), "{}: the fault shows {secret:?}: {shown}", self.name);
        }
    }

    /// What came over the wire: so many requests, and not one more.
    fn received(&self, server: &Server, expected: usize) -> Vec<Received> {
        let received = server.received();
        assert_eq!(received.len(), expected, "{}: requests on the wire: {received:?}", self.name);
        received
    }

    fn same<T: PartialEq + std::fmt::Debug>(&self, what: &str, found: T, expected: T) {
        assert_eq!(found, expected, "{}: {what}", self.name);
    }
}
