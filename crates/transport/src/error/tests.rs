//! Every error tells its whole story once.

use std::io;

use super::*;
use crate::fault::{Fault, FaultKind};

/// An error with another one below it, which its own text does not show.
#[derive(Debug, thiserror::Error)]
#[error("the handshake failed")]
struct Outer(#[source] io::Error);

/// An error whose text shows what is below it already, against the custom.
#[derive(Debug, thiserror::Error)]
#[error("the handshake failed: {0}")]
struct Repeating(#[source] io::Error);

fn inner() -> io::Error {
    io::Error::other("unknown issuer")
}

fn fault() -> Fault {
    Fault::before_sending(FaultKind::Tls).with_cause(Outer(inner()))
}

fn no_token(cause: Cause) -> Cause {
    Cause::NoToken(Box::new(cause))
}

/// The error as whoever prints a whole chain does: from the outside in, and each text once.
fn check(error: impl StdError + 'static, expected: &str) {
    let chain: Vec<_> = std::iter::successors(Some(&error as &(dyn StdError + 'static)), |error| (*error).source())
        .map(ToString::to_string)
        .collect();
    for (depth, text) in chain.iter().enumerate() {
        let repeated = chain[..depth].iter().any(|outer| outer.contains(text));
        assert!(!repeated, "{text:?} is said twice: {chain:?}");
    }
    assert_eq!(chain[0], expected);
}

#[test]
fn a_whole_story_is_told_in_one_line_and_once() {
    let tls = "the connection could not be secured (TLS) (the handshake failed: unknown issuer)";
    let built = "the request could not be built: the handshake failed: unknown issuer";
    check(fault(), tls);
    check(BuildError::new(Outer(inner())), built);
    check(BuildError::new(Repeating(inner())), built);
    check(BuildError::new(inner()), "the request could not be built: unknown issuer");
    check(CallError::from(BuildError::new(Outer(inner()))), built);
    check(CallError::new(Cause::Fault(fault()), 2), &format!("not sent: {tls} after 2 attempts"));
    check(CallError::new(no_token(Cause::Fault(fault())), 0), &format!("no access token: not sent: {tls}"));
    check(Error::Setup(fault()), &format!("the HTTP client could not be set up: {tls}"));
    check(Error::Call(CallError::new(Cause::Fault(fault()), 1)), &format!("not sent: {tls}"));

    let api = || Cause::Api(ApiError::new(Class::Message, 200, "no such card").with_code(10002));
    check(CallError::new(api(), 1), "code 10002: no such card");
    check(CallError::new(no_token(api()), 0), "no access token: code 10002: no such card");
    check(Error::Call(CallError::new(api(), 1)), "code 10002: no such card");
}

#[test]
fn a_cause_can_be_looked_at() {
    let fault = fault();
    assert!(fault.caused_by().is_some_and(|cause| cause.is::<Outer>()));
    assert!(BuildError::new(inner()).caused_by().is_some_and(|cause| cause.is::<io::Error>()));
    assert!(BuildError::text("no such message").caused_by().is_none());
}
