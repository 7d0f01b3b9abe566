//! A world, a clock in hand and a signer, for the tests of this folder.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::{Compression, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Request};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::deliveries::Delivery;
use crate::world::World;

pub(crate) const SEND_PATH: &str = "/v4/openim/batchsendmsg";
pub(crate) const TO_TWO: &str = r#"{"To_Account":["bonnie","rong"],"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}]}"#;

/// 2026-01-01T00:00:00Z.
pub(crate) const NOW: i64 = 1_767_225_600;

/// [`TO_TWO`] with one field set.
pub(crate) fn with_field(name: &str, value: Value) -> String {
    let raw = |name: &str, default: &str| (name.to_owned(), default.to_owned());
    let mut fields = vec![
        raw("To_Account", r#"["bonnie","rong"]"#),
        raw("MsgRandom", "1"),
        raw("MsgBody", r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}]"#),
    ];
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_string()));
    let fields: Vec<String> = fields.iter().map(|(name, json)| format!("{name:?}:{json}")).collect();
    format!("{{{}}}", fields.join(","))
}

/// What a signature is made of.
pub(crate) struct Signer {
    pub(crate) sdkappid: u64,
    pub(crate) identifier: &'static str,
    pub(crate) key: &'static str,
    pub(crate) time: i64,
    pub(crate) expire: i64,
}

impl Default for Signer {
    fn default() -> Self {
        Self { sdkappid: 1_400_000_000, identifier: "administrator", key: "sandbox-key", time: NOW, expire: 86_400 }
    }
}

impl Signer {
    pub(crate) fn document(&self) -> Value {
        let Self { sdkappid, identifier, key, time, expire } = self;
        let text =
            format!("TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n");
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        json!({"TLS.ver": "2.0", "TLS.identifier": identifier, "TLS.sdkappid": sdkappid, "TLS.expire": expire,
               "TLS.time": time, "TLS.sig": STANDARD.encode(mac.finalize().into_bytes())})
    }

    pub(crate) fn sign(&self) -> String {
        pack(self.document().to_string().as_bytes())
    }
}

/// Compresses and encodes as the official generators do.
pub(crate) fn pack(document: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(document).unwrap();
    STANDARD.encode(encoder.finish().unwrap()).replace('+', "*").replace('/', "-").replace('=', "_")
}

pub(crate) struct Sandbox {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl From<World> for Sandbox {
    fn from(world: World) -> Self {
        Self { world, now: Timestamp::from_second(NOW).unwrap() }
    }
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::from(crate::Emulator::builder().world())
    }

    /// Path and query with a signature that is valid for the whole of 2026-01-01.
    pub(crate) fn uri(&self) -> String {
        uri(1_400_000_000, "administrator", &Signer::default().sign())
    }

    pub(crate) fn request(&mut self, method: &str, uri: &str, body: &str) -> Reply {
        let request = Request::builder().method(method).uri(uri);
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        let (parts, body) = self.world.handle(self.now, &request).into_parts();
        Reply { status: parts.status.as_u16(), text: String::from_utf8(body.to_vec()).unwrap(), headers: parts.headers }
    }

    /// Path and query with a signature that was made now.
    pub(crate) fn fresh_uri(&self, path: &str) -> String {
        let usersig = Signer { time: self.now.as_second(), ..Signer::default() }.sign();
        path_uri(path, 1_400_000_000, "administrator", &usersig)
    }

    pub(crate) fn call(&mut self, path: &str, body: &str) -> Reply {
        let uri = self.fresh_uri(path);
        self.request("POST", &uri, body)
    }

    pub(crate) fn send(&mut self, body: &str) -> Reply {
        let uri = self.uri();
        self.request("POST", &uri, body)
    }
}

pub(crate) fn uri(sdkappid: u64, identifier: &str, usersig: &str) -> String {
    path_uri(SEND_PATH, sdkappid, identifier, usersig)
}

pub(crate) fn path_uri(path: &str, sdkappid: u64, identifier: &str, usersig: &str) -> String {
    format!("{path}?sdkappid={sdkappid}&identifier={identifier}&usersig={usersig}&random=99999999&contenttype=json")
}

/// The body is refused at HTTP 200 with this code and this text (empty: any), and nobody gets anything.
pub(crate) fn check_refusal(body: &str, code: i64, info: &str) {
    check_call_refusal(SEND_PATH, body, code, info);
}

/// The same for the call at another path.
pub(crate) fn check_call_refusal(path: &str, body: &str, code: i64, info: &str) {
    let mut sandbox = Sandbox::new();
    let shown: String = body.chars().take(300).collect();
    let reply = sandbox.call(path, body);
    let json = reply.json();
    assert_eq!(reply.status, 200, "{shown}");
    assert_eq!(json["ErrorCode"], code, "{shown} -> {json}");
    assert_eq!(json["ActionStatus"], "FAIL", "{shown} -> {json}");
    assert!(info.is_empty() || json["ErrorInfo"] == info, "{shown} -> {json}, expected {info}");
    assert_eq!(json.as_object().unwrap().len(), 3, "{shown} -> {json}");
    assert!(sandbox.world.deliveries().is_empty(), "{shown}");
    assert_eq!(sandbox.world.requests()[0].code, Some(code), "{shown}");
}

/// The body is accepted for everybody in it; returns who got it.
pub(crate) fn check_accepted(body: &str) -> Vec<Delivery> {
    let mut sandbox = Sandbox::new();
    let shown: String = body.chars().take(300).collect();
    let json = sandbox.send(body).json();
    assert_eq!(json["ErrorCode"], 0, "{shown} -> {json}");
    assert_eq!(json["ActionStatus"], "OK", "{shown} -> {json}");
    assert_eq!(json.get("ErrorList"), None, "{shown} -> {json}");
    sandbox.world.deliveries()
}
