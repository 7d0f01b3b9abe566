//! Tencent Cloud Chat (TIM).

mod auth;
mod batchsendmsg;
mod body;
mod codes;
mod elements;
mod envelope;
mod offline_push;
mod options;
mod partial;
mod recipients;
mod shape;
#[cfg(test)]
mod testing;
mod url;
mod usersig;

use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::sequence::{Purpose, Sequence};
use crate::tim::codes::Refusal;
use crate::tim::url::Parameters;
use crate::world::World;

pub use partial::PartialShape;

/// What TIM remembers between requests.
#[derive(Debug)]
pub(crate) struct Tim {
    msg_seqs: Sequence,
    msg_ids: Sequence,
}

impl Tim {
    pub(crate) fn new(seed: u64) -> Self {
        Self { msg_seqs: Sequence::new(seed, Purpose::MsgSeq), msg_ids: Sequence::new(seed, Purpose::MsgId) }
    }
}

/// Answers a request under `/v4/`, always with HTTP status 200: URL, signature, administrator, then the body.
pub(crate) fn handle(world: &mut World, now: Timestamp, request: &Request<Bytes>) -> Answer {
    answer(world, now, request).unwrap_or_else(Answer::from)
}

fn answer(world: &mut World, now: Timestamp, request: &Request<Bytes>) -> Result<Answer, Refusal> {
    if request.method() != Method::POST {
        return Err(codes::HTTP_PARSE.refusal());
    }
    match request.uri().path() {
        "/v4/openim/batchsendmsg" => {
            let parameters = Parameters::parse(request.uri().query().unwrap_or_default())?;
            auth::check(&world.config, now, &parameters)?;
            batchsendmsg::accept(world, now, request.body())
        }
        path => Err(codes::RESOURCE.because(format_args!("there is no {path}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::testing::{SEND_PATH, Sandbox, TO_TWO};

    #[test]
    fn unknown_paths_and_methods_are_refused_at_200() {
        fn check(method: &str, path: &str, code: i64, info: &str) {
            let mut sandbox = Sandbox::new();
            let uri = sandbox.uri().replace(SEND_PATH, path);
            let reply = sandbox.request(method, &uri, TO_TWO);
            assert_eq!(reply.status, 200, "{method} {path}");
            let expected = json!({"ActionStatus": "FAIL", "ErrorInfo": info, "ErrorCode": code});
            assert_eq!(reply.json(), expected, "{method} {path}");
            assert_eq!(sandbox.world.requests()[0].code, Some(code), "{method} {path}");
            assert!(sandbox.world.deliveries().is_empty());
        }
        check("GET", SEND_PATH, 60002, "HTTP parse Error");
        check("PUT", SEND_PATH, 60002, "HTTP parse Error");
        for path in ["/v4/", "/v4/openim/", "/v4/openim/sendmsg", "/v4/openim/batchsendmsg/", "/v4/openim/BatchSendMsg"]
        {
            check("POST", path, 60009, &format!("request resource error, check the URL: there is no {path}"));
        }
    }
}
