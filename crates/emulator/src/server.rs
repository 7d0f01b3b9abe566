//! HTTP in front of a [`World`].

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, State};
use axum::handler::Handler;
use axum::serve::{IncomingStream, Listener};
use http::header::CONTENT_LENGTH;
use http::{Request, Response, StatusCode};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::builder::Clock;
use crate::received::Connection;
use crate::world::World;

/// The largest request body read, in bytes. Room for Feishu's largest upload, an image of 10 MB.
const MAX_BODY: usize = 16 << 20;
/// How long requests that are being answered may take after the shutdown signal.
const GRACE: Duration = Duration::from_millis(100);

/// A world that several connections share.
pub(crate) struct Served {
    world: Mutex<World>,
    clock: Clock,
}

impl Served {
    pub(crate) fn new(world: World, clock: Clock) -> Self {
        Self { world: Mutex::new(world), clock }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until `shutdown` completes, then for at most [`GRACE`].
pub(crate) async fn serve<F>(listener: std::net::TcpListener, served: Arc<Served>, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    listener.set_nonblocking(true)?;
    let listener = Numbered { listener: TcpListener::from_std(listener)?, accepted: 0 };
    log::info!("the emulator listens on http://{}", listener.listener.local_addr()?);
    let service = answer.with_state(served).into_make_service_with_connect_info::<Connection>();
    let (stopping, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        drop(stopping);
    });
    let overdue = async {
        let _ = stopped.await;
        let _ = tokio::time::timeout(GRACE, std::future::pending::<()>()).await;
    };
    tokio::select! {
        result = serving.into_future() => result,
        () = overdue => Ok(()),
    }
}

async fn answer(
    State(served): State<Arc<Served>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let declared = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let mut request = Request::from_parts(parts, ());
    if declared.is_some_and(|length| length > MAX_BODY as u64) {
        let now = (served.clock)();
        return served.world().refuse_body(now, &request, MAX_BODY).map(Body::from);
    }
    // A body that does not arrive is not a request: nothing is processed or logged.
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        let mut response = Response::new(Body::from("the request body could not be read"));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    request.extensions_mut().insert(connection);
    let now = (served.clock)();
    let request = request.map(|()| body);
    served.world().handle(now, &request).map(Body::from)
}

/// A listener that counts its connections and answers without Nagle's delay.
struct Numbered {
    listener: TcpListener,
    accepted: u64,
}

impl Listener for Numbered {
    type Io = TcpStream;
    type Addr = Connection;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer): (TcpStream, SocketAddr) = Listener::accept(&mut self.listener).await;
        if let Err(error) = stream.set_nodelay(true) {
            log::debug!("no TCP_NODELAY for {peer}: {error}");
        }
        self.accepted += 1;
        (stream, Connection::new(self.accepted, peer))
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Connection::new(self.accepted, self.listener.local_addr()?))
    }
}

impl Connected<IncomingStream<'_, Numbered>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Numbered>) -> Self {
        *stream.remote_addr()
    }
}
