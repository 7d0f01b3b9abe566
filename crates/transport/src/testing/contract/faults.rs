//! What is no answer, and whether the request may have left.

use std::net::TcpListener;
use std::time::Duration;

use http::Uri;

use super::super::server::{Act, Server, answer};
use super::{Case, Probe};
use crate::fault::{FaultKind, Sent};
use crate::wire::Request;

pub(super) const CASES: &[Case] = &[
    ("a refused connection is not sent", refused),
    ("a truncated answer is a doubt", truncated),
    ("a truncated chunked answer is a doubt", truncated_chunked),
    ("a head that breaks off is a doubt", truncated_head),
    ("an answer that is not HTTP is a doubt", garbage),
    ("a connection closed after the request is a doubt", closed),
    ("a connection reset in the middle of the request is a doubt", reset),
    ("no answer in time is a doubt", silent),
    ("half an answer in time is a doubt", silent_half_way),
    ("TLS to a server that does not speak it is not sent", tls_to_plain),
    ("TLS to a server that closes at once is not sent", tls_to_closing),
    ("TLS to a server that says nothing is not sent", tls_to_silent),
];

/// Long enough for loopback, short enough for a test.
const SHORT: Duration = Duration::from_millis(150);

fn refused(probe: &Probe<'_>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on loopback");
    let address = listener.local_addr().expect("a bound socket has an address");
    drop(listener);
    probe.fault(probe.request_to(&format!("http://{address}")), Sent::No, &[FaultKind::Connect]);
}

fn doubtful(probe: &Probe<'_>, bytes: &[u8], kinds: &[FaultKind]) {
    let server = Server::answering(bytes);
    probe.fault(probe.request(&server), Sent::Maybe, kinds);
    probe.received(&server, 1);
}

fn truncated(probe: &Probe<'_>) {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"code\":0}";
    doubtful(probe, bytes, &[FaultKind::Connection, FaultKind::Protocol]);
}

fn truncated_chunked(probe: &Probe<'_>) {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for rest in ["a\r\n{\"code\":0}\r\n", "a\r\n{\"co", "a", ""] {
        doubtful(probe, format!("{head}{rest}").as_bytes(), &[FaultKind::Connection, FaultKind::Protocol]);
    }
}

fn truncated_head(probe: &Probe<'_>) {
    for bytes in ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 2", "H"] {
        doubtful(probe, bytes.as_bytes(), &[FaultKind::Connection, FaultKind::Protocol]);
    }
}

fn garbage(probe: &Probe<'_>) {
    for bytes in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 twohundred OK\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
        doubtful(probe, bytes.as_bytes(), &[FaultKind::Protocol, FaultKind::Connection]);
    }
}

fn closed(probe: &Probe<'_>) {
    doubtful(probe, b"", &[FaultKind::Connection]);
}

fn reset(probe: &Probe<'_>) {
    // More than fits between the two ends, so that the reset meets a client that is still sending.
    let body = "x".repeat(16_000_000);
    let server = Server::new([vec![Act::ReadOnly(100_000)]]);
    let uri: Uri =
        format!("http://{}/path/send?usersig=canary-sig", server.address()).parse().expect("a legal address");
    let request = Request::post_json(uri, &body).expect("a string is JSON");
    probe.fault(request, Sent::Maybe, &[FaultKind::Connection]);
    probe.received(&server, 0);
}

fn silent(probe: &Probe<'_>) {
    let server = Server::new([vec![Act::Read, Act::Hold]]);
    probe.fault(probe.request(&server).with_timeout(SHORT), Sent::Maybe, &[FaultKind::Timeout]);
}

fn silent_half_way(probe: &Probe<'_>) {
    let mut half = answer("200 OK", "", b"{\"code\":0}");
    half.truncate(half.len() - 3);
    let server = Server::new([vec![Act::Read, Act::Write(half), Act::Hold]]);
    probe.fault(probe.request(&server).with_timeout(SHORT), Sent::Maybe, &[FaultKind::Timeout]);
}

fn tls_fault(probe: &Probe<'_>, script: Vec<Act>, limit: Duration, kinds: &[FaultKind]) {
    let server = Server::new([script]);
    let request = probe.request_to(&format!("https://{}", server.address()));
    probe.fault(request.with_timeout(limit), Sent::No, kinds);
    probe.received(&server, 0);
}

fn tls_to_plain(probe: &Probe<'_>) {
    // One byte of the handshake is enough to make a server of this kind complain.
    let script = vec![Act::ReadOnly(1), Act::Write(answer("400 Bad Request", "", b"plain HTTP only"))];
    tls_fault(probe, script, Duration::from_secs(5), &[FaultKind::Tls, FaultKind::Connect]);
}

fn tls_to_closing(probe: &Probe<'_>) {
    tls_fault(probe, vec![], Duration::from_secs(5), &[FaultKind::Tls, FaultKind::Connect]);
}

fn tls_to_silent(probe: &Probe<'_>) {
    // No connection stands before the handshake is over, so this is the time-out that comes before the request.
    tls_fault(probe, vec![Act::Hold], SHORT, &[FaultKind::Timeout, FaultKind::Connect, FaultKind::Tls]);
}
