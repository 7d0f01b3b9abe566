//! Tencent Cloud Chat (TIM).

mod accounts;
mod allowance;
mod auth;
mod batchsendmsg;
mod body;
mod codes;
mod dirty_words;
mod documented;
mod duplicates;
mod elements;
mod envelope;
#[cfg(test)]
mod every_code;
mod history;
mod msg_key;
mod offline_push;
mod options;
mod outgoing;
mod partial;
mod recipients;
mod route;
mod sendmsg;
pub(crate) mod settings;
mod shape;
#[cfg(test)]
pub(crate) mod testing;
mod url;
mod usersig;

use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::config::Config;
use crate::sequence::{Purpose, Sequence};
use crate::tim::accounts::AccountChanges;
use crate::tim::allowance::Allowance;
use crate::tim::codes::Refusal;
use crate::tim::duplicates::Duplicates;
use crate::tim::history::History;
use crate::tim::route::Call;
use crate::tim::url::Parameters;
use crate::world::World;

pub use accounts::{AccountDeletion, LoginState};
pub use partial::PartialShape;
pub(crate) use settings::Settings;

/// What TIM remembers between requests.
#[derive(Debug)]
pub(crate) struct Tim {
    msg_seqs: Sequence,
    msg_ids: Sequence,
    account_changes: AccountChanges,
    allowance: Allowance,
    /// Signatures made before this second are refused.
    signed_from: i64,
    history: History,
    duplicates: Duplicates,
}

/// About 30 MB of messages that may be sent again, of two minutes at most.
const DUPLICATES_LIMIT: usize = 100_000;

impl Tim {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            msg_seqs: Sequence::new(config.seed, Purpose::MsgSeq),
            msg_ids: Sequence::new(config.seed, Purpose::MsgId),
            account_changes: AccountChanges::new(config.tim.account_limit),
            allowance: Allowance::default(),
            signed_from: i64::MIN,
            history: History::new(config.tim.history_limit),
            duplicates: Duplicates::new(DUPLICATES_LIMIT),
        }
    }

    /// Refuses from now on what was signed in an earlier second.
    pub(crate) fn expire_signatures(&mut self, now: Timestamp) {
        self.signed_from = now.as_second();
    }

    /// A directory says who exists from now on, so imports and deletions before it are void.
    pub(crate) fn directory_was_set(&mut self) {
        self.account_changes.clear();
    }

    /// Forgets everything but which ids were given out.
    pub(crate) fn reset(&mut self) {
        self.account_changes.clear();
        self.allowance = Allowance::default();
        self.signed_from = i64::MIN;
        self.history.clear();
        self.duplicates.clear();
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
    let path = request.uri().path();
    let call = Call::of(path).ok_or_else(|| codes::RESOURCE.because(format_args!("there is no {path}")))?;
    let parameters = Parameters::parse(request.uri().query().unwrap_or_default())?;
    auth::check(world, now, &parameters, call.not_admin())?;
    if !world.limiter.tim_call(now, path, call.a_second()) {
        return Err(codes::CALLED_TOO_OFTEN.refusal());
    }
    world.tim.allowance.call(now, &world.config.tim)?;
    let body = request.body();
    match call {
        Call::BatchSend => batchsendmsg::accept(world, now, body),
        Call::Send => sendmsg::accept(world, now, body),
        Call::PullHistory => history::pull(world, now, body),
        Call::Withdraw => history::withdraw(world, now, body),
        Call::CheckAccounts => accounts::check(world, body),
        Call::DeleteAccounts => accounts::delete(world, now, body),
        Call::ImportAccount => accounts::import_one(world, now, body),
        Call::ImportAccounts => accounts::import_many(world, now, body),
        Call::LoginState(wording) => accounts::query(world, wording, body),
    }
}

/// The answer to a request that a fault refuses with this code.
pub(crate) fn refused(code: i64, info: Option<&str>) -> Answer {
    let known = documented::find(code);
    info.map_or_else(|| known.refusal(), |info| known.saying(info)).into()
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
        for path in
            ["/v4/", "/v4/openim/", "/v4/openim/importmsg", "/v4/openim/batchsendmsg/", "/v4/openim/BatchSendMsg"]
        {
            check("POST", path, 60009, &format!("Request resource error: there is no {path}"));
        }
    }
}
