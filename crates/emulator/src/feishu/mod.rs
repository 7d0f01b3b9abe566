//! Feishu and Lark: one API on two hosts.

mod auth;
mod batch_send;
mod card;
mod codes;
mod content;
mod envelope;
mod post;
mod recipients;
#[cfg(test)]
mod testing;
mod token;

use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::feishu::token::Tokens;
use crate::sequence::{Purpose, Sequence};
use crate::world::World;

/// What Feishu remembers between requests.
#[derive(Debug)]
pub(crate) struct Feishu {
    tokens: Tokens,
    token_ids: Sequence,
    message_ids: Sequence,
}

impl Feishu {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            tokens: Tokens::default(),
            token_ids: Sequence::new(seed, Purpose::Token),
            message_ids: Sequence::new(seed, Purpose::Message),
        }
    }

    pub(crate) fn reset(&mut self) {
        self.tokens = Tokens::default();
    }
}

/// Answers a request under `/open-apis/`. A path may end in a slash or not; the token is checked before the body.
pub(crate) fn handle(world: &mut World, now: Timestamp, request: &Request<Bytes>) -> Answer {
    let path = request.uri().path();
    let path = path.strip_suffix('/').unwrap_or(path);
    let answer = match (request.method(), path) {
        (&Method::POST, "/open-apis/auth/v3/tenant_access_token/internal") => token::issue(world, now, request.body()),
        (&Method::POST, "/open-apis/message/v4/batch_send") => {
            auth::check(&world.feishu.tokens, now, request.headers())
                .and_then(|()| batch_send::accept(world, now, request.body()))
        }
        _ => Ok(Answer::page_not_found()),
    };
    answer.unwrap_or_else(Answer::from)
}

#[cfg(test)]
mod tests {
    use super::testing::{Sandbox, TOKEN_PATH};

    #[test]
    fn unknown_paths_and_methods_are_a_plain_404() {
        fn check(method: &str, path: &str) {
            let mut sandbox = Sandbox::new();
            let response = sandbox.request(method, path, "", "{}");
            assert_eq!(response.status, 404, "{method} {path}");
            assert_eq!(response.text, "404 page not found", "{method} {path}");
            assert_eq!(response.header("content-type"), "text/plain", "{method} {path}");
            assert_eq!(sandbox.world.requests()[0].code, None, "{method} {path}");
        }
        check("GET", TOKEN_PATH);
        check("GET", "/open-apis/message/v4/batch_send/");
        check("PUT", "/open-apis/message/v4/batch_send/");
        check("POST", "/open-apis/message/v4/batch_send//");
        check("POST", "/open-apis/message/v4/batch_sent/");
        check("POST", "/open-apis/");
    }
}
