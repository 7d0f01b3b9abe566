//! A world with a clock in hand, for the tests of this folder.

use bytes::Bytes;
use http::{HeaderMap, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::deliveries::Delivery;
use crate::directory::{Department, Directory, FeishuDirectory, Person};
use crate::world::World;

pub(crate) const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
pub(crate) const SEND_PATH: &str = "/open-apis/message/v4/batch_send/";
pub(crate) const IMAGES_PATH: &str = "/open-apis/im/v1/images";

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

    pub(crate) fn in_office(office: FeishuDirectory) -> Self {
        let directory = Directory::new().with_feishu(office).unwrap();
        let mut sandbox = Self::from(crate::Emulator::builder().with_directory(directory).world());
        sandbox.log_in();
        sandbox
    }

    /// A time of day on 2026-01-01, UTC.
    pub(crate) fn set_time(&mut self, time: &str) {
        self.now = format!("2026-01-01T{time}Z").parse().unwrap();
    }

    pub(crate) fn wait(&mut self, duration: SignedDuration) {
        self.now += duration;
    }

    pub(crate) fn request(&mut self, method: &str, path: &str, authorization: &str, body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !authorization.is_empty() {
            request = request.header("Authorization", authorization);
        }
        self.ask(request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
    }

    /// With the token and this content type, where it is not empty.
    pub(crate) fn request_with(&mut self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("Authorization", &self.bearer);
        if !content_type.is_empty() {
            request = request.header("Content-Type", content_type);
        }
        self.ask(request.body(Bytes::copy_from_slice(body)).unwrap())
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.request_with("GET", path, "", b"")
    }

    pub(crate) fn upload(&mut self, image_type: &str, image: &[u8]) -> Reply {
        let body = form("7MA4YWxkTrZu0gW", image_type, image);
        self.request_with("POST", IMAGES_PATH, "multipart/form-data; boundary=7MA4YWxkTrZu0gW", &body)
    }

    fn ask(&mut self, request: Request<Bytes>) -> Reply {
        let (parts, body) = self.world.handle(self.now, &request).into_parts();
        Reply { status: parts.status.as_u16(), text: String::from_utf8(body.to_vec()).unwrap(), headers: parts.headers }
    }

    pub(crate) fn log_in(&mut self) -> Value {
        let body = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
        let granted = self.request("POST", TOKEN_PATH, "", body).json();
        self.bearer = format!("Bearer {}", granted["tenant_access_token"].as_str().unwrap());
        granted
    }

    /// As the store app, in the tenant that has it.
    pub(crate) fn log_in_store(&mut self) {
        let body =
            r#"{"app_id":"cli_sandbox_store","app_secret":"sandbox-store-secret","app_ticket":"sandbox-store-ticket"}"#;
        let granted = self.request("POST", "/open-apis/auth/v3/app_access_token", "", body).json();
        let body = format!(r#"{{"app_access_token":{},"tenant_key":"sandbox-tenant"}}"#, granted["app_access_token"]);
        let granted = self.request("POST", "/open-apis/auth/v3/tenant_access_token", "", &body).json();
        self.bearer = format!("Bearer {}", granted["tenant_access_token"].as_str().unwrap());
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

/// Sales with Sales North in it, Works, and four people; Cid is out of the bot's range.
pub(crate) fn office() -> FeishuDirectory {
    FeishuDirectory::new()
        .with_department(Department::new("od-sales").with_department_id("sales").with_name("Sales"))
        .with_department(
            Department::new("od-north").with_department_id("north").with_parent("sales").with_name("Sales North"),
        )
        .with_department(Department::new("od-works").with_department_id("works").with_name("Works"))
        .with_user(Person::new("ou_ann").with_mobile("+8613800000001").with_department("od-sales"))
        .with_user(
            Person::new("ou_ben")
                .with_user_id("ben")
                .with_union_id("on_ben")
                .with_name("Ben")
                .with_email("ben@example.com")
                .with_mobile("+4915100000000")
                .with_department("sales")
                .with_department("od-works"),
        )
        .with_user(Person::new("ou_cid").with_user_id("cid").with_department("od-north").unreachable())
        .with_user(Person::new("ou_dan"))
}

/// An upload as the document's sample has it.
pub(crate) fn form(boundary: &str, image_type: &str, image: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\n{image_type}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(image);
    body.extend(format!("\r\n--{boundary}--\r\n").bytes());
    body
}

/// The header of a PNG of this size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend(b"\x08\x06\x00\x00\x00");
    png
}

/// The header of a GIF of this size.
pub(crate) fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut gif = b"GIF89a".to_vec();
    gif.extend(width.to_le_bytes());
    gif.extend(height.to_le_bytes());
    gif.extend(b"\x00\x00\x00");
    gif
}
