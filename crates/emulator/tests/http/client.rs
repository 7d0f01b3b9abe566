//! A client of fifty lines that shares no code with the emulator.
#![expect(clippy::unwrap_used, reason = "a helper outside a test function, in a test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

pub(crate) const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
pub(crate) const SEND_PATH: &str = "/open-apis/message/v4/batch_send/";
pub(crate) const CREDENTIALS: &str = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;

/// Made by other code: Python's hmac and zlib, as PyPI's tls-sig-api-v2 uses them, for 180 days from
/// 2026-01-01T00:00:00Z.
pub(crate) const USERSIG: &str = "eJxFjsEKwjAQBX*l5KrUNk1aLHjpRYoioqJeA4llCY1hu0ZB-He1Vn3HmTm8O9stt3EwyMqI8Thh46gnoI0jOMFHKN2Cg45Q0Rm-Saet8h70K0hFMmxw5uYBzdtIKfmfE7Q9LfKCc5n-eAdNf4CqOnDhQ42k9GieVFd7vBzWq0nmF9PUNoQNuWwDezFjjyfSfjYy";

pub(crate) struct Client {
    pub(crate) stream: BufReader<TcpStream>,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Client {
    pub(crate) fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        // Head and body are written apart, and the second would wait for an acknowledgement.
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        self.ask_bytes(method, path, headers, body.as_bytes())
    }

    pub(crate) fn ask_bytes(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Reply {
        let length = body.len();
        self.write(&format!("{method} {path} HTTP/1.1\r\nHost: emulator\r\nContent-Length: {length}\r\n{headers}\r\n"));
        self.write_bytes(body);
        self.read()
    }

    pub(crate) fn read(&mut self) -> Reply {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.stream.read_line(&mut head).unwrap(), 0, "closed after {head:?}");
        }
        let head = head.to_ascii_lowercase();
        let mut body = Vec::new();
        match head.split("content-length: ").nth(1) {
            Some(length) => self.read_more(&mut body, length.lines().next().unwrap().parse().unwrap()),
            None => while self.read_chunk(&mut body).unwrap() {},
        }
        Reply { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body: String::from_utf8(body).unwrap() }
    }

    fn read_more(&mut self, body: &mut Vec<u8>, length: usize) {
        let start = body.len();
        body.resize(start + length, 0);
        self.stream.read_exact(&mut body[start..]).unwrap();
    }

    /// The next chunk, and whether there is another one; nothing where the connection ends instead.
    pub(crate) fn read_chunk(&mut self, body: &mut Vec<u8>) -> Option<bool> {
        let (mut size, mut end) = (String::new(), String::new());
        if self.stream.read_line(&mut size).unwrap() == 0 {
            return None;
        }
        let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
        self.read_more(body, size);
        assert_eq!(self.stream.read_line(&mut end).unwrap(), 2);
        Some(size > 0)
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    pub(crate) fn log_in(&mut self) -> String {
        let granted = self.ask("POST", TOKEN_PATH, "", CREDENTIALS).json();
        format!("Authorization: Bearer {}\r\n", granted["tenant_access_token"].as_str().unwrap())
    }
}
