//! A server that answers as a test says: one thread a connection, and no opinion of HTTP beyond what a client needs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
pub(crate) const SEND_PATHS: [&str; 2] = ["/open-apis/message/v4/batch_send/", "/v4/openim/batchsendmsg"];

/// A client that says nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// What decides an answer.
type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path, with the query.
    pub path: String,
    /// The request line and the headers.
    pub head: String,
    /// The body, or null where it is no JSON.
    pub body: Value,
    /// How many requests to this path, whatever the query, there were before it.
    pub nth: usize,
}

impl Asked {
    /// The path without the query.
    #[must_use]
    pub fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// A parameter of the query, as it is written there.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path.split_once('?')?;
        query.split('&').find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        let line = self.head.lines().find(|line| named(line))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    /// The ids in one of the lists.
    #[must_use]
    pub fn ids(&self, list: &str) -> Vec<String> {
        let ids = self.body[list].as_array().map(Vec::as_slice).unwrap_or_default();
        ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
#[must_use]
pub struct Answer {
    text: String,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    KeepOpen,
    Close,
    Reset,
}

impl Answer {
    /// A status and a body of this type.
    pub fn new(status: u16, content_type: &str, body: &str) -> Self {
        let length = body.len();
        let text =
            format!("HTTP/1.1 {status} x\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}");
        Self { text, ending: Ending::KeepOpen }
    }

    /// A JSON body with status 200.
    #[expect(clippy::needless_pass_by_value, reason = "written with json!(…) in its place")]
    pub fn json(body: Value) -> Self {
        Self::new(200, "application/json; charset=utf-8", &body.to_string())
    }

    /// Everybody was accepted.
    pub fn accepted(message_id: &str) -> Self {
        Self::json(json!({"code": 0, "msg": "ok", "data": {"message_id": message_id}}))
    }

    /// A business code that is not 0, with status 200.
    pub fn code(code: i64, msg: &str) -> Self {
        Self::json(json!({"code": code, "msg": msg, "data": {}}))
    }

    /// A token.
    pub fn token(token: &str) -> Self {
        Self::json(json!({"code": 0, "msg": "ok", "tenant_access_token": token, "expire": 7200}))
    }

    /// No answer: the request is read and the connection closed.
    pub const fn close() -> Self {
        Self { text: String::new(), ending: Ending::Close }
    }

    /// No answer: the connection is reset.
    pub const fn reset() -> Self {
        Self { text: String::new(), ending: Ending::Reset }
    }

    /// With another header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.text = self.text.replacen("\r\n", &format!("\r\n{name}: {value}\r\n"), 1);
        self
    }

    /// Without its last bytes; then the connection is closed.
    pub fn cut(mut self, bytes: usize) -> Self {
        self.text.truncate(self.text.len() - bytes);
        self.ending = Ending::Close;
        self
    }
}

/// A vendor on loopback.
#[derive(Debug)]
#[must_use = "it takes no more connections when this is dropped"]
pub struct Vendor {
    address: SocketAddr,
    served: Arc<Served>,
}

struct Served {
    script: Box<Script>,
    asked: Mutex<Vec<Asked>>,
    stopped: AtomicBool,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Served").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Vendor {
    /// Issues tokens (`t-scripted-0`, `t-scripted-1`, …) and answers everything else as the script says.
    pub fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::with_tokens(|asked| Answer::token(&format!("t-scripted-{}", asked.nth)), script)
    }

    /// Answers requests for tokens, and all others, as two scripts say.
    pub fn with_tokens(
        tokens: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
        script: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let both = move |asked: &Asked| if asked.path == TOKEN_PATH { tokens(asked) } else { script(asked) };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served =
            Arc::new(Served { script: Box::new(both), asked: Mutex::default(), stopped: AtomicBool::new(false) });
        let accepting = Arc::clone(&served);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if accepting.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let served = Arc::clone(&accepting);
                // A connection that breaks is the client's business.
                std::thread::spawn(move || while let Some(()) = served.answer(&stream) {});
            }
        });
        Self { address, served }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order of arrival.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.served.asked.lock().unwrap().clone()
    }

    /// The messages among them.
    #[must_use]
    pub fn messages(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| SEND_PATHS.contains(&asked.route())).collect()
    }

    /// How often a token was asked for.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.asked().iter().filter(|asked| asked.path == TOKEN_PATH).count()
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.served.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

impl Served {
    /// One request and its answer; none where the connection has ended.
    fn answer(&self, mut stream: &TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let head = read_head(stream)?;
        let mut asked = Asked { path: head.split(' ').nth(1)?.to_owned(), head, body: Value::Null, nth: 0 };
        let length: usize = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        // The last byte is looked at and left where it is: a connection closed over unread bytes is reset.
        let (most, last) = body.split_at_mut(length.saturating_sub(1));
        stream.read_exact(most).ok()?;
        if !last.is_empty() && stream.peek(last).ok()? == 0 {
            return None;
        }
        asked.body = serde_json::from_slice(&body).unwrap_or_default();
        {
            let mut log = self.asked.lock().unwrap();
            asked.nth = log.iter().filter(|earlier| earlier.route() == asked.route()).count();
            log.push(asked.clone());
        }
        let answer = (self.script)(&asked);
        if answer.ending == Ending::Reset {
            return None;
        }
        stream.read_exact(&mut body[length.saturating_sub(1)..]).ok()?;
        stream.write_all(answer.text.as_bytes()).ok()?;
        (answer.ending == Ending::KeepOpen).then_some(())
    }
}

pub(crate) fn read_head(mut stream: &TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.extend_from_slice(&byte);
    }
    String::from_utf8(head).ok()
}

/// The body of what a server has at this address.
#[must_use]
pub fn get(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.") && head.contains(" 200 "), "{url}: {head}");
    body.to_owned()
}
