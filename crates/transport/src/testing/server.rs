//! A server on loopback that does to each connection what the script says, byte by byte.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A connection on which nothing comes for so long is given up, so that no mistake hangs a test.
const PATIENCE: Duration = Duration::from_secs(5);

/// One thing that the server does on a connection.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Reads one request to its end and keeps it.
    Read,
    /// Reads so many bytes and no more.
    ReadOnly(usize),
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Does nothing until the server is dropped, or for so long that whoever has no limit of its own is found out.
    Hold,
}

/// One request as it came over the wire.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// Which connection it came on, from 0.
    pub(super) connection: usize,
    /// The request line and the headers.
    pub(super) head: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Received {
    /// Every value of a header.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }
}

/// Runs one script per connection, in the order in which they come, and closes each at the end of its script. Bytes
/// that were not read by then make the operating system reset the connection.
///
/// A connection that no script is left for is answered 599, for whoever sends more than once.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    scripts: Mutex<VecDeque<Vec<Act>>>,
    received: Mutex<Vec<Received>>,
    over: AtomicBool,
    /// Wakes those who hold.
    dropped: (Mutex<bool>, Condvar),
}

impl Server {
    /// A server whose first connection gets the first script, and so on.
    pub(super) fn new(scripts: impl IntoIterator<Item = Vec<Act>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            scripts: Mutex::new(scripts.into_iter().collect()),
            received: Mutex::default(),
            over: AtomicBool::new(false),
            dropped: (Mutex::new(false), Condvar::new()),
        });
        let server = Self { address, shared: Arc::clone(&shared) };
        std::thread::spawn(move || accept(&listener, &shared));
        server
    }

    /// A server that answers one request with these bytes and closes the connection.
    pub(super) fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new([vec![Act::Read, Act::Write(bytes.into())]])
    }

    /// The host and the port.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request that was read to its end.
    pub(super) fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        *lock(&self.shared.dropped.0) = true;
        self.shared.dropped.1.notify_all();
        // Wakes the thread that accepts, which then looks at `over`.
        drop(TcpStream::connect(self.address));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for (connection, stream) in listener.incoming().enumerate() {
        if shared.over.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { return };
        let script = lock(&shared.scripts).pop_front();
        let script = script.unwrap_or_else(|| vec![Act::Read, Act::Write(answer("599 Not Expected", "", b"{}"))]);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || play(&script, stream, connection, &shared));
    }
}

fn play(script: &[Act], mut stream: TcpStream, connection: usize, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    for act in script {
        let going_on = match act {
            Act::Read => match read_request(&mut stream, connection) {
                Some(received) => {
                    lock(&shared.received).push(received);
                    true
                }
                None => false,
            },
            Act::ReadOnly(bytes) => stream.read_exact(&mut vec![0; *bytes]).is_ok(),
            Act::Write(bytes) => stream.write_all(bytes).is_ok(),
            Act::Hold => {
                let waiting = lock(&shared.dropped.0);
                let _ = shared.dropped.1.wait_timeout_while(waiting, PATIENCE, |dropped| !*dropped);
                true
            }
        };
        if !going_on {
            return;
        }
    }
}

/// One request with a length, or without a body; `None` where the client went away in the middle.
fn read_request(stream: &mut TcpStream, connection: usize) -> Option<Received> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut received = Received { connection, head, body: Vec::new() };
    let length = received.header("content-length").first().and_then(|value| value.parse().ok()).unwrap_or(0);
    received.body = vec![0; length];
    stream.read_exact(&mut received.body).ok()?;
    Some(received)
}

/// An answer with a length, and with these further header lines, each ended by a line break.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
