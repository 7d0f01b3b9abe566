//! The network between the program and a vendor, where the program can be killed in the middle of a request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::process::Process;
use crate::vendor::{SEND_PATHS, read_head};

/// A client that says nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WirePoint {
    /// A connection was accepted, and nothing was read from it.
    Connected,
    /// A part of a request was read, of which the vendor gets nothing.
    MidWrite,
    /// The vendor has processed a request, and nothing of its answer was passed on.
    Written,
    /// A part of the answer was passed on.
    MidAnswer,
}

/// A proxy on loopback that passes on requests and answers, one connection to the vendor for each of the program's, and
/// knows just enough of HTTP/1.1 to tell them apart.
#[derive(Debug)]
#[must_use = "it takes no more connections when this is dropped"]
pub struct Proxy {
    address: SocketAddr,
    wire: Arc<Wire>,
}

#[derive(Debug)]
struct Wire {
    vendor: SocketAddr,
    latency: Duration,
    trap: Mutex<Option<Trap>>,
    /// How many connections are open; none where no more are taken.
    open: Mutex<Option<usize>>,
    closed: Condvar,
}

#[derive(Debug)]
struct Trap {
    point: WirePoint,
    left: usize,
    victim: Receiver<Process>,
}

/// A request or an answer as it came.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Proxy {
    /// Passes on to the server at `http://HOST:PORT`. Requests with a message take so much longer, half of it before the
    /// vendor sees them and half of it after.
    pub fn start(vendor: &str, latency: Duration) -> Self {
        let vendor = vendor.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (trap, open) = (Mutex::default(), Mutex::new(Some(0)));
        let wire = Arc::new(Wire { vendor, latency, trap, open, closed: Condvar::new() });
        let accepting = Arc::clone(&wire);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                match accepting.open.lock().unwrap().as_mut() {
                    Some(open) => *open += 1,
                    None => return,
                }
                let wire = Arc::clone(&accepting);
                std::thread::spawn(move || {
                    // A connection that breaks is the program's business.
                    let _ = wire.carry(client);
                    if let Some(open) = wire.open.lock().unwrap().as_mut() {
                        *open -= 1;
                    }
                    wire.closed.notify_all();
                });
            }
        });
        Self { address, wire }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, kills at this point of the `nth` request that carries a message, counted from 1; or, for
    /// [`WirePoint::Connected`], at the `nth` connection, each of which then carries one request, whatever it is for.
    /// Whom it kills is sent to where this says; until then everything waits at the point.
    #[must_use = "it waits for whom to kill"]
    pub fn arm(&self, point: WirePoint, nth: usize) -> Sender<Process> {
        let (aim, victim) = mpsc::channel();
        *self.wire.trap.lock().unwrap() = Some(Trap { point, left: nth, victim });
        aim
    }

    /// Kills nobody any more.
    pub fn disarm(&self) {
        *self.wire.trap.lock().unwrap() = None;
    }

    /// Waits until every connection is closed by who opened it and everything that came over it is passed on. Also what
    /// a dead program has left on its way.
    pub fn wait_until_idle(&self) {
        // Connections are taken in their order: when this one has been taken, all before it have.
        let mut last = TcpStream::connect(self.address).unwrap();
        last.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(last.read(&mut [0]).unwrap(), 0);
        let open = self.wire.open.lock().unwrap();
        let busy = |open: &mut Option<usize>| open.is_some_and(|open| open > 0);
        let (_open, waited) = self.wire.closed.wait_timeout_while(open, PATIENCE, busy).unwrap();
        assert!(!waited.timed_out(), "a connection is still open after {PATIENCE:?}");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        *self.wire.open.lock().unwrap() = None;
        let _ = TcpStream::connect(self.address);
    }
}

impl Wire {
    /// Everything of one connection; none where it has ended.
    fn carry(&self, client: TcpStream) -> Option<()> {
        if let Some(trap) = self.caught(|point| point == WirePoint::Connected) {
            return trap.spring();
        }
        let vendor = TcpStream::connect(self.vendor).ok()?;
        for stream in [&client, &vendor] {
            stream.set_nodelay(true).ok()?;
            stream.set_read_timeout(Some(PATIENCE)).ok()?;
        }
        loop {
            let mut request = Message::head(&client)?;
            let trap =
                request.carries_a_message().then(|| self.caught(|point| point != WirePoint::Connected)).flatten();
            let point = trap.as_ref().map(|trap| trap.point);
            if point == Some(WirePoint::MidWrite) {
                request.read(&client, |length| length / 2)?;
                return trap?.spring();
            }
            request.read(&client, |length| length)?;
            let latency = if request.carries_a_message() { self.latency / 2 } else { Duration::ZERO };
            pass(latency);
            request.write(&vendor)?;
            let mut answer = Message::head(&vendor)?;
            answer.read(&vendor, |length| length)?;
            pass(latency);
            let one_request = self.awaits_a_connection();
            if one_request {
                answer.head = answer.head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            }
            if point == Some(WirePoint::MidAnswer) {
                answer.body.truncate(answer.body.len() / 2);
                answer.write(&client)?;
            }
            if let Some(trap) = trap {
                return trap.spring();
            }
            answer.write(&client)?;
            if one_request {
                return None;
            }
        }
    }

    /// The trap, if it is for such a point and this was what it was waiting for.
    fn caught(&self, is_here: impl Fn(WirePoint) -> bool) -> Option<Trap> {
        let mut set = self.trap.lock().unwrap();
        let trap = set.as_mut().filter(|trap| is_here(trap.point))?;
        trap.left -= 1;
        if trap.left == 0 { set.take() } else { None }
    }

    fn awaits_a_connection(&self) -> bool {
        self.trap.lock().unwrap().as_ref().is_some_and(|trap| trap.point == WirePoint::Connected)
    }
}

impl Trap {
    /// Kills. The connection ends with it, so there is nothing to go on with.
    fn spring(self) -> Option<()> {
        self.victim.recv().ok()?.kill();
        None
    }
}

impl Message {
    fn head(from: &TcpStream) -> Option<Self> {
        Some(Self { head: read_head(from)?, body: Vec::new() })
    }

    /// Reads so much of the body.
    fn read(&mut self, mut from: &TcpStream, part: impl Fn(usize) -> usize) -> Option<()> {
        let length = self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        self.body = vec![0; part(length.unwrap_or(0))];
        from.read_exact(&mut self.body).ok()
    }

    fn write(&self, mut to: &TcpStream) -> Option<()> {
        to.write_all(&[self.head.as_bytes(), &self.body].concat()).ok()
    }

    fn carries_a_message(&self) -> bool {
        let path = self.head.split([' ', '?']).nth(1).unwrap_or_default();
        SEND_PATHS.contains(&path)
    }
}

#[expect(clippy::disallowed_methods, reason = "a network that takes its time")]
fn pass(time: Duration) {
    if !time.is_zero() {
        std::thread::sleep(time);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::vendor::{Answer, Vendor};

    const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
    const BODY: &str = r#"{"open_ids":["ou_1"]}"#;

    /// A program that does nothing until it is killed.
    fn idle() -> Process {
        let cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        Process::new(cat.unwrap())
    }

    fn post(connection: &TcpStream, path: &str) {
        let head = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n", BODY.len());
        Message { head, body: BODY.into() }.write(connection).unwrap();
    }

    /// What comes back: the whole answer, or all that came before the end.
    fn answer(mut connection: &TcpStream) -> Result<String, String> {
        let mut came = String::new();
        loop {
            let mut byte = [0];
            if !matches!(connection.read(&mut byte), Ok(1..)) {
                return Err(came);
            }
            came.push(byte[0].into());
            if let Some((head, body)) = came.split_once("\r\n\r\n") {
                if head.ends_with(&format!(" {}", body.len())) {
                    return Ok(came);
                }
            }
        }
    }

    /// The third request is caught, or for a connection the third one; what then came back, and what the vendor has seen.
    fn third(point: WirePoint) -> (String, usize) {
        let vendor = Vendor::start(|asked| Answer::accepted(&format!("bm-{}", asked.nth)));
        let proxy = Proxy::start(&vendor.url(), Duration::from_millis(1));
        let aim = proxy.arm(point, 3);
        let victim = idle();
        aim.send(victim.clone()).unwrap();
        let mut connection = TcpStream::connect(proxy.address).unwrap();
        for path in [TOKEN_PATH, SEND_PATHS[0], SEND_PATHS[0], SEND_PATHS[0]] {
            post(&connection, path);
            match answer(&connection) {
                Ok(answer) if answer.contains("Connection: close") => {
                    assert_eq!(point, WirePoint::Connected);
                    connection = TcpStream::connect(proxy.address).unwrap();
                }
                Ok(_) => assert_ne!(point, WirePoint::Connected),
                Err(part) => {
                    let status = victim.wait();
                    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{point:?}");
                    drop(connection);
                    proxy.wait_until_idle();
                    return (part, vendor.messages().len());
                }
            }
        }
        panic!("{point:?}: nobody was killed")
    }

    #[test]
    fn each_point_is_where_it_says() {
        fn check(point: WirePoint, came: &str, processed: usize) {
            let (part, messages) = third(point);
            assert_eq!(messages, processed, "{point:?}");
            assert_eq!(part.is_empty(), came.is_empty(), "{point:?}: {part:?}");
            assert!(part.contains(came) && !part.contains("bm-2"), "{point:?}: {part:?}");
        }
        // The third connection is that of the second message.
        check(WirePoint::Connected, "", 1);
        check(WirePoint::MidWrite, "", 2);
        check(WirePoint::Written, "", 3);
        check(WirePoint::MidAnswer, "{\"code\":0,", 3);
    }

    #[test]
    fn what_is_not_armed_passes() {
        let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
        let proxy = Proxy::start(&vendor.url(), Duration::ZERO);
        let victim = idle();
        proxy.arm(WirePoint::MidWrite, 1).send(victim.clone()).unwrap();
        proxy.disarm();
        let connection = TcpStream::connect(proxy.address).unwrap();
        for _ in 0..3 {
            post(&connection, &format!("{}?random=1", SEND_PATHS[1]));
            assert!(answer(&connection).is_ok());
        }
        drop(connection);
        proxy.wait_until_idle();
        assert_eq!(vendor.messages().len(), 3);
        victim.kill();
    }

    #[test]
    fn what_the_dead_have_sent_still_arrives() {
        let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
        let proxy = Proxy::start(&vendor.url(), Duration::from_millis(20));
        let connection = TcpStream::connect(proxy.address).unwrap();
        post(&connection, SEND_PATHS[0]);
        drop(connection);
        proxy.wait_until_idle();
        assert_eq!(vendor.messages().len(), 1);
    }
}
