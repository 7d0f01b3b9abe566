//! What is shown of requests and answers, and what is not.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::SecretString;

use super::*;

#[test]
fn debug_shows_no_query_no_token_and_no_body() {
    let uri = "https://user:canary-pass@vendor.example/v4/send?usersig=canary-sig".parse().unwrap();
    let request = Request::post_json(uri, "canary-body").unwrap();
    let request = request.with_bearer(&SecretString::from("canary-token")).unwrap();
    let shown = format!("{request:?} {:?}", request.headers());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("https://vendor.example/v4/send?…"), "{shown}");

    let mut headers = HeaderMap::new();
    headers.insert("set-cookie", HeaderValue::from_static("canary-cookie"));
    let shown = format!("{:?}", Response::new(StatusCode::OK, headers, "canary-body"));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_token_with_a_line_break_is_refused_without_showing_it() {
    let request = Request::new(Method::GET, "https://vendor.example/".parse().unwrap());
    let error = request.with_bearer(&SecretString::from("canary\r\nX-Evil: 1")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn what_a_server_echoes_is_blotted_out() {
    fn check(body: &'static str, expected: &str) {
        let secrets = [SecretString::from("canary-of-16*chars"), SecretString::from("message")];
        let response = Response::new(StatusCode::OK, HeaderMap::new(), body);
        let shown = response.without(&secrets).unwrap_or(response);
        assert_eq!(&shown.body()[..], expected.as_bytes());
    }
    check("", "");
    check("message_id", "message_id");
    check("canary-of-16*chars", "[hidden]");
    check("canary-of-16%2achars, canary-of-16%2Achars", "[hidden], [hidden]");
    check("好canary-of-16*chars好", "好[hidden]好");
}

#[test]
fn json_is_read_only_when_it_is_plain() {
    fn check(encoding: Option<&'static str>, body: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        let read = Response::new(StatusCode::OK, headers, body).json().is_some();
        assert_eq!(read, expected, "{encoding:?} {body}");
    }
    check(None, "{}", true);
    check(Some("identity"), "{}", true);
    check(Some("gzip"), "{}", false);
    check(None, "{", false);
    check(None, "", false);
}

#[test]
fn only_a_plain_text_404_says_that_nothing_was_processed() {
    fn check(status: u16, content_type: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let response = Response::new(StatusCode::from_u16(status).unwrap(), headers, "404 page not found");
        assert_eq!(response.is_plain_not_found(), expected, "{status} {content_type}");
    }
    check(404, "text/plain", true);
    check(404, "text/plain; charset=utf-8", true);
    check(404, "text/html", false);
    check(404, "application/json", false);
    check(200, "text/plain", false);
}
