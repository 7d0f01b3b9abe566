//! `POST /v4/openim/batchsendmsg`.

use jiff::Timestamp;

use crate::answer::Answer;
use crate::tim::accounts::Accounts;
use crate::tim::codes::{self, Refusal};
use crate::tim::dirty_words;
use crate::tim::envelope::Envelope;
use crate::tim::outgoing::Outgoing;
use crate::tim::partial;
use crate::tim::recipients::{self, Recipients};
use crate::world::World;

/// Delivers at once to everybody who exists, and lists who does not. Fields are checked in the order of the
/// document's table, and only then whether anybody exists.
pub(crate) fn accept(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::JSON)?;
    let accounts = Accounts::of(world);
    let sender = recipients::sender(&envelope, accounts)?;
    let recipients = Recipients::read(&envelope, accounts)?;
    let outgoing = Outgoing::read(&envelope, sender, codes::TOO_LONG)?;
    if recipients.existing.is_empty() {
        return Err(codes::NOBODY_EXISTS.refusal());
    }
    dirty_words::check(&world.config.tim.dirty_words, outgoing.msg_body)?;
    if !world.limiter.tim_messages(now, recipients.existing.len() + recipients.absent.len()) {
        return Err(codes::TOO_MANY_MESSAGES.refusal());
    }

    let sent = outgoing.send(world, now, &recipients.existing);
    Ok(partial::answer(world.config.tim_partial_shape, &sent, &recipients.absent))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::super::testing::{SEND_PATH, Sandbox, TO_TWO, check_accepted, check_refusal, with_field};

    #[test]
    fn the_answer_has_the_shape_of_the_document() {
        let mut sandbox = Sandbox::new();
        let body = with_field("MsgSeq", json!(28360)).replace("\"MsgRandom\":1,", "\"MsgRandom\":19901224,");
        let reply = sandbox.send(&body);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply.header("x-tt-logid"), None, "that is Feishu's");
        let msg_id = reply.json()["MsgId"].as_str().unwrap().to_owned();
        assert!(msg_id.starts_with("144115") && msg_id.ends_with("-1767225600-19901224"), "{msg_id}");
        let key = "28360_19901224_1767225600";
        let expected =
            format!(r#"{{"ErrorInfo":"","ActionStatus":"OK","ErrorCode":0,"MsgKey":"{key}","MsgId":"{msg_id}"}}"#);
        assert_eq!(reply.text, expected);

        let lines: Vec<Value> = sandbox.world.deliveries().iter().map(|d| serde_json::to_value(d).unwrap()).collect();
        let line = |id: &str| {
            json!({"provider": "tim", "kind": "account", "id": id, "message_id": key, "msg_type": "TIMTextElem",
                   "at": "2026-01-01T00:00:00Z"})
        };
        assert_eq!(lines, [line("bonnie"), line("rong")]);
        let stats = sandbox.world.stats();
        assert_eq!((stats.tim.requests, stats.tim.deliveries), (1, 2));
        assert_eq!((stats.feishu.requests, stats.feishu.deliveries), (0, 0));
    }

    #[test]
    fn the_documents_samples_are_accepted() {
        fn check(body: &str) {
            let ids: Vec<_> = check_accepted(body).into_iter().map(|delivery| delivery.id).collect();
            assert_eq!(ids, ["bonnie", "rong"], "{body}");
        }
        check(
            r#"{"SyncOtherMachine":2,"To_Account":["bonnie","rong"],"MsgSeq":28360,"MsgRandom":19901224,
                "MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}],
                "CloudCustomData":"your cloud custom data"}"#,
        );
        check(
            r#"{"SyncOtherMachine":1,"From_Account":"dave","To_Account":["bonnie","rong"],"MsgSeq":28360,
                "MsgRandom":19901224,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}],
                "CloudCustomData":"your cloud custom data","OfflinePushInfo":{"PushFlag":0,"Desc":"x","Ext":"y",
                "AndroidInfo":{"Sound":"android.mp3"},"ApnsInfo":{"Sound":"apns.mp3","BadgeMode":1,
                "Title":"apns title","SubTitle":"apns subtitle","Image":"www.image.com"}}}"#,
        );
    }

    #[test]
    fn seq_and_random_are_unsigned_32_bit_integers() {
        for value in [json!(0), json!(4_294_967_295_u32)] {
            check_accepted(&with_field("MsgSeq", value.clone()));
            check_accepted(&with_field("MsgRandom", value));
        }
        for value in [json!("1"), json!(-1), json!(1.5), json!(4_294_967_296_u64), json!(true), json!([1])] {
            check_refusal(&with_field("MsgSeq", value.clone()), 90004, "Invalid format of MsgSeq");
            check_refusal(&with_field("MsgRandom", value), 90005, "Invalid format of MsgRandom");
        }
        check_refusal(&with_field("MsgRandom", json!(null)), 90005, "Invalid format of MsgRandom");
        check_refusal(&TO_TWO.replace("\"MsgRandom\":1,", ""), 90005, "Invalid format of MsgRandom");
    }

    fn keys(seed: u64) -> Vec<(String, String)> {
        let mut sandbox = Sandbox::from(crate::Emulator::builder().with_seed(seed).world());
        let mut keys = Vec::new();
        for _ in 0..2 {
            for _ in 0..50 {
                let reply = sandbox.send(TO_TWO).json();
                let text = |name: &str| reply[name].as_str().unwrap().to_owned();
                assert!(text("MsgKey").len() <= 50);
                keys.push((text("MsgKey"), text("MsgId")));
            }
            sandbox.world.reset();
        }
        keys
    }

    #[test]
    fn without_a_seq_a_random_one_is_filled_in_that_follows_from_the_seed() {
        assert_eq!(keys(1), keys(1));
        let (msg_keys, msg_ids): (HashSet<_>, HashSet<_>) = keys(1).into_iter().chain(keys(2)).unzip();
        assert_eq!((msg_keys.len(), msg_ids.len()), (200, 200));
        assert!(msg_keys.iter().all(|key| key.ends_with("_1_1767225600")), "{msg_keys:?}");
    }

    #[test]
    fn a_repeat_is_delivered_again() {
        let mut sandbox = Sandbox::new();
        let body = with_field("MsgSeq", json!(7));
        assert_eq!(sandbox.send(&body).json()["MsgKey"], sandbox.send(&body).json()["MsgKey"]);
        assert_eq!(sandbox.world.deliveries().len(), 4);
    }

    #[test]
    fn the_first_thing_wrong_is_what_is_answered() {
        fn check(body: &str, code: i64) {
            check_refusal(body, code, "");
        }
        check(r#"{"From_Account":1,"To_Account":1,"MsgSeq":"","MsgRandom":"","MsgBody":1,"MsgLifeTime":""}"#, 90008);
        check(r#"{"To_Account":1,"MsgSeq":"","MsgRandom":"","MsgBody":1,"MsgLifeTime":""}"#, 90028);
        check(r#"{"To_Account":["x_invalid"],"MsgSeq":"","MsgRandom":"","MsgBody":1,"MsgLifeTime":""}"#, 90004);
        check(r#"{"To_Account":["x_invalid"],"MsgRandom":"","MsgBody":1,"MsgLifeTime":""}"#, 90005);
        check(r#"{"To_Account":["x_invalid"],"MsgRandom":1,"MsgBody":1,"MsgLifeTime":""}"#, 90007);
        check(
            r#"{"To_Account":["x_invalid"],"MsgRandom":1,"MsgLifeTime":"",
                "MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}"#,
            90044,
        );
    }

    #[test]
    fn the_query_is_neither_logged_nor_shown() {
        let mut sandbox = Sandbox::new();
        sandbox.send(TO_TWO);
        let logged = sandbox.world.requests().pop().unwrap();
        assert_eq!(
            serde_json::to_value(logged).unwrap(),
            json!({"at": "2026-01-01T00:00:00Z", "method": "POST", "path": SEND_PATH, "status": 200, "code": 0})
        );
        let received = sandbox.world.received().pop().unwrap();
        assert!(received.uri.query().unwrap().contains("usersig="));
        let shown = format!("{received:?}");
        assert!(shown.contains(SEND_PATH) && !shown.contains("usersig"), "{shown}");
    }
}
