//! When a connection is used again, and what happens when it is no longer there.

use super::super::server::{Act, Server, answer};
use super::{Case, Probe};
use crate::adapter::MOST_BODY;
use crate::fault::{FaultKind, Sent};

pub(super) const CASES: &[Case] = &[
    ("an idle connection is used again", reused),
    ("an idle connection is used again after an error status", reused_after_error),
    ("`Connection: close` is honoured", closed_by_header),
    ("a connection with half an answer on it is not used again", not_reused_half_read),
    ("a reused connection that breaks after the request is a doubt", broken_after_reuse),
    ("a connection that was closed while idle is sent on once at most", closed_while_idle),
];

fn ok() -> Act {
    Act::Write(answer("200 OK", "", b"{}"))
}

fn connections_of_two(probe: &Probe<'_>, server: &Server) -> Vec<usize> {
    let _ = probe.answer(probe.request(server));
    let _ = probe.answer(probe.request(server));
    probe.received(server, 2).iter().map(|received| received.connection).collect()
}

fn reused(probe: &Probe<'_>) {
    let server = Server::new([vec![Act::Read, ok(), Act::Read, ok(), Act::Hold]]);
    probe.same("connections", connections_of_two(probe, &server), vec![0, 0]);
}

fn reused_after_error(probe: &Probe<'_>) {
    let busy = Act::Write(answer("429 Too Many Requests", "", b"{}"));
    let server = Server::new([vec![Act::Read, busy, Act::Read, ok(), Act::Hold]]);
    probe.same("connections", connections_of_two(probe, &server), vec![0, 0]);
}

fn closed_by_header(probe: &Probe<'_>) {
    // The server says that it closes, and does not: a second request on this connection would be lost.
    let last = Act::Write(answer("200 OK", "Connection: close\r\n", b"{}"));
    let server = Server::new([vec![Act::Read, last, Act::Hold], vec![Act::Read, ok()]]);
    probe.same("connections", connections_of_two(probe, &server), vec![0, 1]);
}

fn not_reused_half_read(probe: &Probe<'_>) {
    let large = Act::Write(answer("200 OK", "", &vec![b'x'; 2 * MOST_BODY]));
    let server = Server::new([vec![Act::Read, large, Act::Hold], vec![Act::Read, ok()]]);
    probe.fault(probe.request(&server), Sent::Maybe, &[FaultKind::TooLarge]);
    let response = probe.answer(probe.request(&server));
    probe.same("body", &response.body()[..], b"{}");
    probe.same("connection", probe.received(&server, 2)[1].connection, 1);
}

fn broken_after_reuse(probe: &Probe<'_>) {
    let server = Server::new([vec![Act::Read, ok(), Act::Read]]);
    let _ = probe.answer(probe.request(&server));
    probe.fault(probe.request(&server), Sent::Maybe, &[FaultKind::Connection, FaultKind::Protocol]);
    probe.received(&server, 2);
}

fn closed_while_idle(probe: &Probe<'_>) {
    let server = Server::new([vec![Act::Read, ok()], vec![Act::Read, ok()]]);
    let _ = probe.answer(probe.request(&server));
    // Whether the close is seen before the request is written is a race: it goes over a new connection, or nobody
    // knows.
    match (probe.send)(probe.request(&server)) {
        Ok(_) => probe.same("connection", probe.received(&server, 2)[1].connection, 1),
        Err(fault) => {
            probe.expect(&fault, fault.was_sent(), &[FaultKind::Connection, FaultKind::Protocol]);
            probe.received(&server, 1);
        }
    }
}
