//! `POST /v4/openim/sendmsg`, by the page "Sending One-to-One Messages to One User" (2024-07-16; Chinese 2026-02-04 and
//! 2019, whose codes these are).

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::Answer;
use crate::tim::accounts::{Absence, Accounts};
use crate::tim::body;
use crate::tim::codes::{self, Refusal};
use crate::tim::dirty_words;
use crate::tim::duplicates::Identity;
use crate::tim::envelope::{Envelope, text};
use crate::tim::outgoing::{Outgoing, Sent};
use crate::tim::recipients;
use crate::tim::shape::{Field, Type, optional};
use crate::world::World;

/// Fields that a batch does not have, and no code of their own.
const PLAIN: &[Field] =
    &[optional("ForbidCallbackControl", Type::Strings), optional("SupportMessageExtension", Type::OneOf(&[0, 1]))];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Accepted {
    msg_time: i64,
    msg_key: String,
    msg_id: String,
}

/// Delivers at once, unless the same message was sent in the last 120 seconds: then the answer is that of the first.
pub(crate) fn accept(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::JSON)?;
    let accounts = Accounts::of(world);
    let sender = recipients::sender(&envelope, accounts)?;
    let to = recipient(&envelope)?;
    let outgoing = Outgoing::read(&envelope, sender, codes::PACKET_TOO_LONG)?;
    for field in PLAIN {
        envelope.check(field)?;
    }
    match accounts.absence(&to) {
        None => {}
        Some(Absence::Deleted) => return Err(codes::ACCOUNT_DELETED.refusal()),
        Some(Absence::NeverImported) => return Err(codes::NOBODY_EXISTS.refusal()),
    }
    dirty_words::check(&world.config.tim.dirty_words, outgoing.msg_body)?;

    let identity = Identity::of(&outgoing, &to);
    if let Some(first) = identity.as_ref().and_then(|identity| world.tim.duplicates.first(now, identity)) {
        return Ok(answer(first));
    }
    let sent = outgoing.send(world, now, &[to]);
    let answer = answer(&sent);
    if let Some(identity) = identity {
        world.tim.duplicates.note(now, identity, sent);
    }
    Ok(answer)
}

fn answer(sent: &Sent) -> Answer {
    let Sent { msg_key, msg_id } = sent;
    body::done(Accepted { msg_time: msg_key.at, msg_key: msg_key.to_string(), msg_id: msg_id.clone() })
}

fn recipient<'a>(envelope: &Envelope<'a>) -> Result<Cow<'a, str>, Refusal> {
    let json = envelope.required("To_Account", codes::TO_ACCOUNT)?;
    text(json).filter(|to| !to.is_empty()).ok_or_else(|| codes::TO_ACCOUNT.refusal())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Sandbox, check_call_refusal};

    const PATH: &str = "/v4/openim/sendmsg";

    fn message(changes: Value) -> String {
        let mut body = json!({"To_Account": "bonnie", "MsgSeq": 93847636, "MsgRandom": 1287657,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi, beauty"}}]});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.to_string()
    }

    #[test]
    fn the_answer_has_the_shape_of_the_document() {
        let mut sandbox = Sandbox::new();
        let mut reply =
            sandbox.call(PATH, &message(json!({"SyncOtherMachine": 2, "SupportMessageExtension": 0}))).json();
        let msg_id = reply.as_object_mut().unwrap().remove("MsgId").unwrap();
        assert!(msg_id.as_str().unwrap().ends_with("-1767225600-1287657"), "{msg_id}");
        let key = "93847636_1287657_1767225600";
        let expected = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgTime": 1767225600,
            "MsgKey": key});
        assert_eq!(reply, expected);
        let delivery = sandbox.world.deliveries().pop().unwrap();
        assert_eq!((delivery.id.as_str(), delivery.message_id.as_str()), ("bonnie", key));
        assert_eq!(delivery.msg_type, "TIMTextElem");
        assert_eq!(sandbox.world.stats().tim.deliveries, 1);
    }

    #[test]
    fn what_passes() {
        fn check(changes: Value) {
            let mut sandbox = Sandbox::new();
            let reply = sandbox.call(PATH, &message(changes.clone())).json();
            assert_eq!(reply["ErrorCode"], 0, "{changes}: {reply}");
            assert_eq!(sandbox.world.deliveries().len(), 1, "{changes}");
        }
        check(json!({"From_Account": "dave", "MsgLifeTime": 60, "MsgTimeStamp": 1557387418}));
        check(json!({"MsgSeq": null, "ForbidCallbackControl": ["ForbidBeforeSendMsgCallback"], "Tomorrow": {}}));
        check(json!({"From_Account": "bonnie"}));
    }

    #[test]
    fn what_is_refused() {
        fn check(changes: Value, code: i64, info: &str) {
            check_call_refusal(PATH, &message(changes), code, info);
        }
        check_call_refusal(PATH, "{", 90001, "Fail to Parse json data of body, Please check it");
        for to in [json!(null), json!(1), json!(["bonnie"]), json!({}), json!("")] {
            check(json!({"To_Account": to}), 90003, "Invalid format of To_Account");
        }
        check_call_refusal(PATH, r#"{"MsgRandom":1}"#, 90003, "Invalid format of To_Account");
        check(json!({"To_Account": "bonnie_invalid"}), 90012, "invalid To_Account");
        check(json!({"From_Account": 1}), 90008, "Invalid format of From_Account");
        let nobody = "Invalid format of From_Account: account \"dave_invalid\" does not exist";
        check(json!({"From_Account": "dave_invalid"}), 90008, nobody);
        check(json!({"MsgSeq": "1"}), 90004, "Invalid format of MsgSeq");
        check(json!({"MsgRandom": null}), 90005, "Invalid format of MsgRandom");
        check(json!({"MsgRandom": 4_294_967_296_u64}), 90005, "Invalid format of MsgRandom");
        check(json!({"MsgTimeStamp": "now"}), 90006, "Invalid format of MsgTimeStamp");
        check(json!({"MsgBody": {}}), 90007, "MsgBody field error: it is not an Array");
        check(json!({"MsgBody": []}), 90002, "Invalid format of MsgBody: it is empty");
        check(json!({"MsgBody": [{"MsgType": "TIMTextElm", "MsgContent": {}}]}), 90010, "");
        check(json!({"MsgLifeTime": 604_801}), 90026, "");
        check(json!({"MsgLifeTime": "1"}), 90044, "Invalid format of MsgLifeTime");
        check(json!({"SyncOtherMachine": "1"}), 90031, "Invalid format of SyncOtherMachine");
        check(json!({"OfflinePushInfo": []}), 90043, "");
        let format = "Request format error";
        check(
            json!({"SupportMessageExtension": 2}),
            90010,
            &format!("{format}: SupportMessageExtension must be 0 or 1"),
        );
        let strings = format!("{format}: ForbidCallbackControl must be an array of strings");
        check(json!({"ForbidCallbackControl": "x"}), 90010, &strings);
        let text = "x".repeat(12_000);
        let long = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]);
        check(json!({"MsgBody": long}), 93000, "");
    }
}
