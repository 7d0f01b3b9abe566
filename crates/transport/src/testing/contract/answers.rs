//! What is an answer, and that it arrives as it was given.

use super::super::server::{Act, Server, answer};
use super::{Case, Probe};
use crate::adapter::MOST_BODY;
use crate::fault::{FaultKind, Sent};

pub(super) const CASES: &[Case] = &[
    ("an answer with any status is an answer", any_status),
    ("a redirect is an answer and is not followed", redirects),
    ("an answer without a body", without_body),
    ("the headers of an answer arrive", headers),
    ("an encoded body arrives raw", encoded),
    ("a chunked body arrives whole", chunked),
    ("a body that ends with the connection arrives whole", until_close),
    ("an interim answer is not the answer", interim),
    ("a body of the greatest length is read", longest),
    ("a longer body is too large", too_long),
    ("a longer chunked body is too large", too_long_in_chunks),
];

fn any_status(probe: &Probe<'_>) {
    for status in [200, 201, 400, 401, 403, 404, 408, 413, 418, 429, 500, 502, 503, 504, 599] {
        let body = format!(r#"{{"code":{status}}}"#);
        let response = probe.answer_of(answer(&format!("{status} Whatever"), "", body.as_bytes()));
        probe.same("status", response.status().as_u16(), status);
        probe.same("body", &response.body()[..], body.as_bytes());
    }
}

fn redirects(probe: &Probe<'_>) {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::new(std::iter::empty());
        let location = format!("Location: http://{}/elsewhere\r\n", server.address());
        // The server that redirects to the other one sees exactly one request, and the other none.
        let response = probe.answer_of(answer(&format!("{status} Moved"), &location, b"moved"));
        probe.same("status", response.status().as_u16(), status);
        probe.same("body", &response.body()[..], b"moved");
        probe.received(&server, 0);
    }
}

fn without_body(probe: &Probe<'_>) {
    for (bytes, status) in [(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), 204), (answer("200 OK", "", b""), 200)] {
        let response = probe.answer_of(bytes);
        probe.same("status", response.status().as_u16(), status);
        probe.same("body", &response.body()[..], b"");
    }
}

fn headers(probe: &Probe<'_>) {
    let given = "X-Tt-Logid: 20260303-1\r\nContent-Type: application/json; charset=UTF-8\r\n";
    let response = probe.answer_of(answer("200 OK", given, b"{}"));
    probe.same("log id", response.header("x-tt-logid"), Some("20260303-1"));
    probe.same("content type", response.header("content-type"), Some("application/json; charset=UTF-8"));
}

fn encoded(probe: &Probe<'_>) {
    // Not even gzip: whoever unpacks it fails.
    let body = b"\x1f\x8b raw";
    let response = probe.answer_of(answer("200 OK", "Content-Encoding: gzip\r\n", body));
    probe.same("content encoding", response.header("content-encoding"), Some("gzip"));
    probe.same("body", &response.body()[..], body);
}

fn chunked(probe: &Probe<'_>) {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    probe.same("body", &probe.answer_of(bytes.to_vec()).body()[..], b"hello world");
}

fn until_close(probe: &Probe<'_>) {
    let bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world";
    probe.same("body", &probe.answer_of(bytes.to_vec()).body()[..], b"hello world");
}

fn interim(probe: &Probe<'_>) {
    let mut bytes = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    bytes.extend(answer("200 OK", "", b"hello"));
    let response = probe.answer_of(bytes);
    probe.same("status", response.status().as_u16(), 200);
    probe.same("body", &response.body()[..], b"hello");
}

fn longest(probe: &Probe<'_>) {
    let body = vec![b'x'; MOST_BODY];
    probe.same("length", probe.answer_of(answer("200 OK", "", &body)).body().len(), MOST_BODY);
}

fn too_long(probe: &Probe<'_>) {
    let server = Server::answering(answer("200 OK", "", &vec![b'x'; MOST_BODY + 1]));
    probe.fault(probe.request(&server), Sent::Maybe, &[FaultKind::TooLarge]);
    probe.received(&server, 1);
}

fn too_long_in_chunks(probe: &Probe<'_>) {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for length in [MOST_BODY, 1] {
        bytes.extend(format!("{length:x}\r\n").into_bytes());
        bytes.extend(vec![b'x'; length]);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    let server = Server::new([vec![Act::Read, Act::Write(bytes)]]);
    probe.fault(probe.request(&server), Sent::Maybe, &[FaultKind::TooLarge]);
    probe.received(&server, 1);
}
