//! That a request arrives as it was given, once, with nothing added that a vendor could stumble over.

use http::Method;

use super::super::server::{Received, Server, answer};
use super::{Case, Probe};
use crate::multipart::Form;
use crate::wire::Request;

pub(super) const CASES: &[Case] = &[
    ("the request line and the body arrive as they are", arrives),
    ("the headers arrive as they are", headers),
    ("nothing is asked of the server beforehand", no_expectation),
    ("a GET and a DELETE have no body", without_body),
    ("a form of a picture's size arrives byte by byte", form),
];

fn sent(probe: &Probe<'_>) -> Received {
    let server = Server::answering(answer("200 OK", "", b"{}"));
    let _ = probe.answer(probe.request(&server));
    probe.received(&server, 1).remove(0)
}

fn arrives(probe: &Probe<'_>) {
    let received = sent(probe);
    let line = received.head.lines().next();
    probe.same("request line", line, Some("POST /path/send?usersig=canary-sig&n=1 HTTP/1.1"));
    probe.same("body", &received.body[..], b"\"canary-body\"");
}

fn headers(probe: &Probe<'_>) {
    let received = sent(probe);
    probe.same("content type", received.header("content-type"), vec!["application/json; charset=utf-8"]);
    probe.same("authorization", received.header("authorization"), vec!["Bearer canary-token"]);
    probe.same("accepted encoding", received.header("accept-encoding"), vec!["identity"]);
    probe.same("length", received.header("content-length"), vec!["13"]);
    probe.same("hosts", received.header("host").len(), 1);
    probe.same("referer", received.header("referer"), vec![]);
    let agent = received.header("user-agent");
    assert!(agent.len() == 1 && agent[0].starts_with("batchcast/"), "{}: user agent: {agent:?}", probe.name);
}

fn no_expectation(probe: &Probe<'_>) {
    let received = sent(probe);
    probe.same("expect", received.header("expect"), vec![]);
    probe.same("upgrade", received.header("upgrade"), vec![]);
    probe.same("transfer encoding", received.header("transfer-encoding"), vec![]);
}

fn without_body(probe: &Probe<'_>) {
    for method in [Method::GET, Method::DELETE] {
        let server = Server::answering(answer("200 OK", "", b"{}"));
        let uri = format!("http://{}/progress?page_size=50", server.address()).parse().expect("a legal address");
        let _ = probe.answer(Request::new(method.clone(), uri));
        let received = probe.received(&server, 1).remove(0);
        let line = format!("{method} /progress?page_size=50 HTTP/1.1");
        probe.same("request line", received.head.lines().next(), Some(&*line));
        probe.same("transfer encoding", received.header("transfer-encoding"), vec![]);
        let length = received.header("content-length");
        assert!(length.is_empty() || length == ["0"], "{}: length: {length:?}", probe.name);
    }
}

fn form(probe: &Probe<'_>) {
    let picture: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
    let form = Form::new().with_text("image_type", "message").with_file("image", "image.png", "image/png", picture);
    let server = Server::answering(answer("200 OK", "", b"{}"));
    let uri = format!("http://{}/images", server.address()).parse().expect("a legal address");
    let request = Request::post_multipart(uri, &form).expect("a form can be written");
    let body = request.body().clone();
    let _ = probe.answer(request);
    let received = probe.received(&server, 1).remove(0);
    let content_type = received.header("content-type");
    assert!(
        content_type.len() == 1 && content_type[0].starts_with("multipart/form-data; boundary="),
        "{content_type:?}"
    );
    probe.same("length", received.header("content-length"), vec![&*body.len().to_string()]);
    assert!(received.body == body, "{}: the body is another one", probe.name);
}
