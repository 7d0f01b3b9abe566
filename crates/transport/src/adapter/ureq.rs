//! [`UreqTransport`]: the blocking transport, over ureq.
//!
//! ureq itself writes raw bytes of requests to the log at level `trace`, tokens included. Whoever collects logs at that
//! level must leave out the targets `ureq` and `ureq_proto`, as the command line tool does.

use std::cell::Cell;
use std::io;

use ::ureq::config::{Config, ConfigBuilder};
use ::ureq::typestate::AgentScope;
use ::ureq::unversioned::resolver::DefaultResolver;
use ::ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport as Connection,
};
use ::ureq::{Agent, Error, Timeout};

use super::{CONNECT_TIMEOUT, IDLE_TIMEOUT, MOST_BODY, USER_AGENT};
use crate::blocking::Transport;
use crate::fault::{Fault, FaultKind};
use crate::wire::{Request, Response};

thread_local! {
    /// Whether a byte of the request that this thread is sending may have left. ureq writes on the calling thread.
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Sends with ureq. Clones share one pool of connections.
#[derive(Debug, Clone)]
pub struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    /// A transport with its own pool of connections.
    #[must_use]
    pub fn new() -> Self {
        let builder = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .accept_encoding("identity")
            .user_agent(USER_AGENT)
            .max_idle_age(IDLE_TIMEOUT)
            .max_idle_connections(64)
            .max_idle_connections_per_host(64);
        let config = tls(builder).build();
        let connector = DefaultConnector::default().chain(Watch);
        Self { agent: Agent::with_parts(config, connector, DefaultResolver::default()) }
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: Request) -> Result<Response, Fault> {
        LEFT.set(false);
        exchange(&self.agent, request).map_err(fault)
    }
}

fn exchange(agent: &Agent, request: Request) -> Result<Response, Error> {
    let timeout = request.timeout();
    let (head, body) = request.into_http().into_parts();
    let request = agent
        .configure_request(http::Request::from_parts(head, &body[..]))
        .timeout_global(Some(timeout))
        .timeout_connect(Some(timeout.min(CONNECT_TIMEOUT)))
        .build();
    let (head, mut body) = agent.run(request)?.into_parts();
    // The limit is of bytes that may not be reached, and the body must be read to its end for the connection to be
    // kept.
    let body = body.with_config().limit(MOST_BODY as u64 + 1).read_to_vec()?;
    Ok(Response::new(head.status, head.headers, body))
}

fn fault(error: Error) -> Fault {
    let kind = kind(&error);
    let fault = if LEFT.get() { Fault::maybe_sent(kind) } else { Fault::before_sending(kind) };
    // Only io errors are passed on: they hold no address, which ureq's own errors may.
    match error {
        Error::Io(source) => fault.with_cause(source),
        _ => fault,
    }
}

fn kind(error: &Error) -> FaultKind {
    match error {
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => FaultKind::NameLookup,
        Error::ConnectionFailed | Error::Timeout(Timeout::Connect) => FaultKind::Connect,
        Error::Timeout(_) => FaultKind::Timeout,
        Error::Tls(_) | Error::TlsRequired => FaultKind::Tls,
        #[cfg(feature = "rustls")]
        Error::Rustls(_) => FaultKind::Tls,
        #[cfg(feature = "native-tls")]
        Error::NativeTls(_) => FaultKind::Tls,
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => FaultKind::TooLarge,
        Error::Protocol(_) | Error::Http(_) => FaultKind::Protocol,
        // A chunked answer that breaks off.
        Error::BodyStalled => FaultKind::Connection,
        Error::Io(error) if is_tls(error) => FaultKind::Tls,
        Error::Io(error) => match error.kind() {
            io::ErrorKind::TimedOut => FaultKind::Timeout,
            _ if !LEFT.get() => FaultKind::Connect,
            _ => FaultKind::Connection,
        },
        _ => FaultKind::Other,
    }
}

#[cfg(feature = "rustls")]
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|source| source.is::<rustls::Error>())
}

#[cfg(not(feature = "rustls"))]
fn is_tls(error: &io::Error) -> bool {
    let _ = error;
    false
}

#[cfg(feature = "rustls")]
fn tls(builder: ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope> {
    let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    builder.tls_config(::ureq::tls::TlsConfig::builder().unversioned_rustls_crypto_provider(ring).build())
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn tls(builder: ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope> {
    use ::ureq::tls::{RootCerts, TlsConfig, TlsProvider};
    let native = TlsConfig::builder().provider(TlsProvider::NativeTls);
    builder.tls_config(native.root_certs(RootCerts::PlatformVerifier).build())
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn tls(builder: ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope> {
    builder
}

/// The last link of ureq's chain: behind TLS, so that what passes here is the request itself and no handshake.
#[derive(Debug)]
struct Watch;

impl Connector<Box<dyn Connection>> for Watch {
    type Out = Watched;

    fn connect(&self, _: &ConnectionDetails, chained: Option<Box<dyn Connection>>) -> Result<Option<Watched>, Error> {
        Ok(chained.map(Watched))
    }
}

/// A connection that notes when the first byte is about to leave.
#[derive(Debug)]
struct Watched(Box<dyn Connection>);

impl Connection for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        LEFT.set(true);
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
