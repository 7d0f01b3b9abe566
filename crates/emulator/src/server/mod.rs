//! HTTP in front of a [`World`].

mod arriving;
mod carry;
mod line;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{Request, Response, StatusCode, request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::builder::Clock;
use crate::control::{self, Reply};
use crate::exposure::Exposure;
use crate::received::Connection;
use crate::server::arriving::Arriving;
use crate::server::carry::{Body, whole};
use crate::server::line::{Cut, Line};
use crate::too_large::TooLarge;
use crate::world::World;

/// The largest request body read for a vendor, in bytes. Room for Feishu's largest upload, an image of 10 MB.
const MAX_BODY: usize = 16 << 20;
/// The same for a directory: room for some 400,000 people.
const MAX_DIRECTORY: usize = 64 << 20;
/// The same for whatever else the emulator's own side takes: a plan of thousands of rules.
const MAX_OWN_BODY: usize = 1 << 20;
/// How much of a larger one is read and thrown away before the connection is closed in the middle of it, in bytes.
const MOST_DISCARDED: usize = 1 << 30;
/// How long requests that are being answered may take after the shutdown signal, for a program.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// The same within a test, which is over.
pub(crate) const SHORT_GRACE: Duration = Duration::from_millis(100);
/// Between two attempts to accept a connection where the system has none to give.
const RETRY: Duration = Duration::from_secs(1);

/// A world that several connections share.
pub(crate) struct Served {
    world: Mutex<World>,
    clock: Clock,
    exposure: Exposure,
    arriving: Arriving,
}

impl Served {
    pub(crate) fn new(world: World, clock: Clock, exposure: Exposure) -> Self {
        Self { world: Mutex::new(world), clock, exposure, arriving: Arriving::default() }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn arriving(&self) -> &Arriving {
        &self.arriving
    }

    /// Whether something in the emulator panicked while it answered a request.
    pub(crate) fn is_broken(&self) -> bool {
        self.world.is_poisoned()
    }

    /// With everything delivered that is due by now.
    pub(crate) fn world_now(&self) -> MutexGuard<'_, World> {
        let mut world = self.world();
        world.advance((self.clock)());
        world
    }

    fn respond(&self, request: &Request<Bytes>) -> Reply {
        // The clock is read while nobody else can: what comes later has the later time.
        let mut world = self.world();
        world.respond((self.clock)(), request)
    }
}

/// Serves until `shutdown` completes, and what is being answered then for at most `grace`.
pub(crate) async fn serve<F>(
    listener: std::net::TcpListener,
    served: Arc<Served>,
    grace: Duration,
    shutdown: F,
) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    log::info!("the emulator listens on http://{}", listener.local_addr()?);
    let mut http = http1::Builder::new();
    // Feishu's SDK for Python asks for `Content-Type` and `X-Tt-Logid` in just these letters, and takes a refusal for a
    // success where it does not find the former.
    http.title_case_headers(true);
    let connections = GracefulShutdown::new();
    // What is not answered by the end is broken off, also where nobody waits for the end.
    let mut tasks = JoinSet::new();
    let mut accepted = 0;
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            incoming = accept(&listener) => incoming,
            () = &mut shutdown => break,
        };
        accepted += 1;
        let (line, cut) = Line::new(stream);
        let caller = Caller { connection: Connection::new(accepted, peer), cut };
        let served = Arc::clone(&served);
        let service = service_fn(move |request| {
            let answer = answer(Arc::clone(&served), caller.clone(), request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(line), service));
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                log::debug!("connection of {peer}: {error}");
            }
        });
        while tasks.try_join_next().is_some() {}
    }
    drop(listener);
    let _ = tokio::time::timeout(grace, connections.shutdown()).await;
    Ok(())
}

/// The next connection, without Nagle's delay.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    log::debug!("no TCP_NODELAY for {peer}: {error}");
                }
                return (stream, peer);
            }
            Err(error) if is_of_the_client(&error) => log::debug!("a connection that was not: {error}"),
            Err(error) => {
                log::error!("no connection can be accepted: {error}");
                let _ = tokio::time::timeout(RETRY, std::future::pending::<()>()).await;
            }
        }
    }
}

/// Whether a client went away before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn answer(served: Arc<Served>, caller: Caller, request: Request<Incoming>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let is_own = control::owns(parts.uri.path());
    let most = match parts.uri.path() {
        "/_emulator/directory" => MAX_DIRECTORY,
        _ if is_own => MAX_OWN_BODY,
        _ => MAX_BODY,
    };
    let arrival = served.arriving.begin();
    let counted = body.map_frame(|frame| {
        served.arriving.count(frame.data_ref().map_or(0, Bytes::len));
        frame
    });
    let Some(body) = read(&mut parts, counted, most).await else {
        let mut response = Response::new(whole(Bytes::from_static(b"the request body could not be read")));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    // The body is read all the same, so that the connection can go on.
    if let Some(why) = is_own.then(|| served.exposure.refusal(&parts.headers)).flatten() {
        return control::forbidden(why).map(whole);
    }
    parts.extensions.insert(caller.connection);
    let reply = served.respond(&Request::from_parts(parts, body));
    drop(arrival);
    match reply {
        Reply::Answer(answer) => carry::carry(answer, caller.cut).await,
        Reply::Log(log) => carry::read(served, log),
    }
}

/// The body of a request, or nothing and the word that it was too large. A body that does not arrive is not a request:
/// nothing is processed or logged.
async fn read(parts: &mut request::Parts, mut body: impl Arrives, most: usize) -> Option<Bytes> {
    let declared = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_none_or(|length| length <= most as u64) {
        match Limited::new(&mut body, most).collect().await {
            Ok(body) => return Some(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {}
            Err(_) => return None,
        }
    }
    // Who waits to be told to go on is told not to; others send it all before they look for an answer.
    if !parts.headers.contains_key(EXPECT) {
        discard(body).await?;
    }
    parts.extensions.insert(TooLarge(most));
    Some(Bytes::new())
}

/// Reads what nobody looks at, as long as it ends.
async fn discard(mut body: impl Arrives) -> Option<()> {
    let mut discarded = 0;
    while let Some(frame) = body.frame().await {
        discarded += frame.ok()?.data_ref().map_or(0, Bytes::len);
        if discarded > MOST_DISCARDED {
            break;
        }
    }
    Some(())
}

/// A body that a server receives.
trait Arrives: hyper::body::Body<Data = Bytes, Error = hyper::Error> + Unpin {}

impl<B: hyper::body::Body<Data = Bytes, Error = hyper::Error> + Unpin> Arrives for B {}

/// Who asks, and the way to hang up on them.
#[derive(Debug, Clone)]
struct Caller {
    connection: Connection,
    cut: Cut,
}
