//! A world with a clock in hand, for the tests of this folder.

use bytes::Bytes;
use http::{HeaderMap, Request};
use jiff::Timestamp;
use serde_json::Value;

use crate::deliveries::Delivery;
use crate::world::World;

pub(crate) const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
pub(crate) const SEND_PATH: &str = "/open-apis/message/v4/batch_send/";

pub(crate) struct Sandbox {
    pub(crate) world: World,
    pub(crate) bearer: String,
    now: Timestamp,
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

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl From<World> for Sandbox {
    fn from(world: World) -> Self {
        let mut sandbox = Self { world, bearer: String::new(), now: Timestamp::UNIX_EPOCH };
        sandbox.set_time("00:00:00");
        sandbox
    }
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::from(crate::Emulator::builder().world())
    }

    pub(crate) fn logged_in() -> Self {
        let mut sandbox = Self::new();
        sandbox.log_in();
        sandbox
    }

    /// A time of day on 2026-01-01, UTC.
    pub(crate) fn set_time(&mut self, time: &str) {
        self.now = format!("2026-01-01T{time}Z").parse().unwrap();
    }

    pub(crate) fn request(&mut self, method: &str, path: &str, authorization: &str, body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !authorization.is_empty() {
            request = request.header("Authorization", authorization);
        }
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        let (parts, body) = self.world.handle(self.now, &request).into_parts();
        Reply { status: parts.status.as_u16(), text: String::from_utf8(body.to_vec()).unwrap(), headers: parts.headers }
    }

    pub(crate) fn log_in(&mut self) -> Value {
        let body = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
        let granted = self.request("POST", TOKEN_PATH, "", body).json();
        self.bearer = format!("Bearer {}", granted["tenant_access_token"].as_str().unwrap());
        granted
    }

    pub(crate) fn send(&mut self, body: &str) -> Reply {
        let bearer = self.bearer.clone();
        self.request("POST", SEND_PATH, &bearer, body)
    }
}

/// The body is refused at HTTP 200 with this code and a text that starts so, and nobody gets anything.
pub(crate) fn check_refusal(body: &str, code: i64, msg: &str) {
    let mut sandbox = Sandbox::logged_in();
    let shown: String = body.chars().take(300).collect();
    let reply = sandbox.send(body);
    let json = reply.json();
    assert_eq!(reply.status, 200, "{shown}");
    assert_eq!(json["code"], code, "{shown} -> {json}");
    assert!(json["msg"].as_str().unwrap().starts_with(msg), "{shown} -> {json}, expected {msg}");
    assert_eq!(json.as_object().unwrap().len(), 2, "{shown} -> {json}");
    assert!(sandbox.world.deliveries().is_empty(), "{shown}");
}

/// The body is accepted with nobody invalid; returns who got it.
pub(crate) fn check_accepted(body: &str) -> Vec<Delivery> {
    let mut sandbox = Sandbox::logged_in();
    let shown: String = body.chars().take(300).collect();
    let json = sandbox.send(body).json();
    assert_eq!(json["code"], 0, "{shown} -> {json}");
    for list in ["department_ids", "open_ids", "user_ids", "union_ids"] {
        assert_eq!(json["data"][format!("invalid_{list}")], serde_json::json!([]), "{shown}");
    }
    sandbox.world.deliveries()
}
