//! An emulator inside the process, on a thread of its own.

use std::fmt;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::builder::Builder;
use crate::deliveries::Delivery;
use crate::directory::Directory;
use crate::faults::FaultPlan;
use crate::inbox::Message;
use crate::received::Received;
use crate::requests::RequestRecord;
use crate::server::{self, Served};
use crate::stats::Stats;
use crate::world::World;

/// How long the emulator may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running emulator. It stops when dropped: at once if idle, after at most a tenth of a second if a request is
/// being answered.
#[must_use = "the emulator stops when this is dropped"]
pub struct Emulator {
    served: Arc<Served>,
    addr: SocketAddr,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Feishu and TIM with sandbox credentials on a free loopback port; for anything else see [`builder`](Self::builder).
    ///
    /// # Errors
    ///
    /// When no loopback port can be had, or no thread.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// An emulator with other settings.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn spawn(listener: TcpListener, served: Served) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let served = Arc::new(served);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("batchcast-emulator".to_owned()).spawn({
            let served = Arc::clone(&served);
            move || {
                let shutdown = async {
                    let _ = stopped.await;
                };
                if let Err(error) = runtime.block_on(server::serve(listener, served, server::SHORT_GRACE, shutdown)) {
                    log::error!("the emulator stopped: {error}");
                }
            }
        })?;
        Ok(Self { served, addr, url: format!("http://{addr}"), stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// As of now.
    pub(crate) fn world_now(&self) -> MutexGuard<'_, World> {
        self.served.world_now()
    }

    /// With everything in it that has reached the emulator by now, by whichever connection, and is due.
    ///
    /// # Panics
    ///
    /// When a request made the emulator panic, so that nothing in it can be relied on.
    #[track_caller]
    pub(crate) fn settled(&self) -> MutexGuard<'_, World> {
        if let Err(error) = self.let_arrive() {
            log::warn!("the emulator could not be asked whether it has read all that has reached it: {error}");
        }
        assert!(!self.served.is_broken(), "the emulator panicked while it answered a request, so nobody can tell");
        self.world_now()
    }

    /// Whoever asks last is answered last: what has arrived whole is processed by then. What is longer takes several
    /// turns, and is waited for as long as more of it comes with each few.
    fn let_arrive(&self) -> io::Result<()> {
        const TURNS: u32 = 10;
        let (mut before, mut idle) = (None, 0);
        self.ask_last()?;
        while let Some(now) = self.served.arriving().progress() {
            idle = if before == Some(now) { idle + 1 } else { 0 };
            if idle > TURNS {
                // A part of it is all that has reached the emulator.
                break;
            }
            before = Some(now);
            self.ask_last()?;
        }
        Ok(())
    }

    fn ask_last(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect_timeout(&self.addr, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /_emulator/health HTTP/1.0\r\n\r\n")?;
        io::copy(&mut stream, &mut io::sink()).map(drop)
    }

    /// See [`World::deliveries`](crate::World::deliveries).
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.world_now().deliveries()
    }

    /// See [`World::messages`](crate::World::messages).
    pub fn messages(&self) -> Vec<Message> {
        self.world_now().messages()
    }

    /// See [`World::requests`](crate::World::requests).
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.world_now().requests()
    }

    /// See [`World::waiting`](crate::World::waiting).
    pub fn waiting(&self) -> usize {
        self.world_now().waiting()
    }

    /// See [`World::received`](crate::World::received).
    pub fn received(&self) -> Vec<Received> {
        self.served.world().received()
    }

    /// See [`World::stats`](crate::World::stats).
    pub fn stats(&self) -> Stats {
        self.world_now().stats()
    }

    /// See [`World::set_directory`](crate::World::set_directory).
    pub fn set_directory(&self, directory: Directory) {
        self.served.world().set_directory(directory);
    }

    /// See [`World::set_faults`](crate::World::set_faults).
    pub fn set_faults(&self, plan: FaultPlan) {
        self.served.world().set_faults(plan);
    }

    /// See [`World::reset`](crate::World::reset).
    pub fn reset(&self) {
        self.served.world().reset();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            if thread.join().is_err() {
                log::error!("the emulator's thread panicked");
            }
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("url", &self.url).finish_non_exhaustive()
    }
}
