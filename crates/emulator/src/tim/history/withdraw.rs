//! `POST /v4/openim/admin_msgwithdraw`, by the page "Recalling One-to-One Messages" (2020-05-14 to 2025-10-23).

use std::borrow::Cow;

use jiff::Timestamp;

use crate::answer::Answer;
use crate::outbox::Lane;
use crate::tim::accounts::Accounts;
use crate::tim::body;
use crate::tim::codes::{self, Code, Refusal};
use crate::tim::envelope::{Envelope, text};
use crate::tim::history::Withdrawal;
use crate::tim::msg_key::MsgKey;
use crate::world::World;

/// Takes a message back from one recipient; a batch is taken back with its one MsgKey and a call for each.
pub(crate) fn withdraw(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::JSON)?;
    let accounts = Accounts::of(world);
    let from = account(&envelope, "From_Account", codes::FROM_ACCOUNT, accounts)?;
    let to = account(&envelope, "To_Account", codes::TO_ACCOUNT, accounts)?;
    let key = text(envelope.required("MsgKey", codes::MSG_KEY)?).and_then(|key| key.parse().ok());
    let key: MsgKey = key.ok_or_else(|| codes::MSG_KEY.refusal())?;
    let window = world.config.tim.recall_window;
    let earliest = window.map_or(i64::MIN, |window| now.as_second().saturating_sub(window.as_secs()));
    match world.tim.history.withdraw(&from, &to, key, earliest) {
        Withdrawal::Done(number) => {
            world.outbox.stop_for(Lane::Tim, number, &to);
            Ok(body::done(body::Nothing {}))
        }
        Withdrawal::Unknown => Err(codes::MESSAGE_NOT_EXIST.refusal()),
        Withdrawal::Again => Err(codes::WITHDRAWN_BEFORE.refusal()),
        Withdrawal::TooLate => Err(codes::WITHDRAWN_TOO_LATE.refusal()),
    }
}

fn account<'a>(
    envelope: &Envelope<'a>,
    name: &str,
    code: Code,
    accounts: Accounts<'_>,
) -> Result<Cow<'a, str>, Refusal> {
    text(envelope.required(name, code)?).filter(|account| accounts.has(account)).ok_or_else(|| code.refusal())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::super::super::testing::{NOW, Sandbox, check_call_refusal, with_field};
    use crate::Emulator;

    const PATH: &str = "/v4/openim/admin_msgwithdraw";

    fn request(from: &str, to: &str, key: &str) -> String {
        json!({"From_Account": from, "To_Account": to, "MsgKey": key}).to_string()
    }

    /// A batch of `MsgSeq` 7 and `MsgRandom` 1 to bonnie and rong, sent at [`NOW`].
    fn batch() -> (Sandbox, String) {
        let mut sandbox = Sandbox::new();
        let key = sandbox.send(&with_field("MsgSeq", json!(7))).json()["MsgKey"].as_str().unwrap().to_owned();
        assert_eq!(key, format!("7_1_{NOW}"));
        (sandbox, key)
    }

    fn code(sandbox: &mut Sandbox, from: &str, to: &str, key: &str) -> i64 {
        sandbox.call(PATH, &request(from, to, key)).json()["ErrorCode"].as_i64().unwrap()
    }

    #[test]
    fn a_batch_is_taken_back_from_each_with_its_one_key() {
        let (mut sandbox, key) = batch();
        let plain = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0});
        assert_eq!(sandbox.call(PATH, &request("administrator", "bonnie", &key)).json(), plain);
        assert_eq!(code(&mut sandbox, "administrator", "bonnie", &key), 20023, "again");
        assert_eq!(code(&mut sandbox, "administrator", "rong", &key), 0, "the other recipient");
        assert_eq!(sandbox.world.deliveries().len(), 2, "the log says who got it, recalled or not");
    }

    #[test]
    fn what_there_is_not_to_take_back() {
        let (mut sandbox, key) = batch();
        assert_eq!(code(&mut sandbox, "administrator", "dave", &key), 20022);
        assert_eq!(code(&mut sandbox, "dave", "bonnie", &key), 20022);
        assert_eq!(code(&mut sandbox, "bonnie", "administrator", &key), 20022);
        for other in [format!("8_1_{NOW}"), format!("7_2_{NOW}"), format!("7_1_{}", NOW + 1)] {
            assert_eq!(code(&mut sandbox, "administrator", "bonnie", &other), 20022, "{other}");
        }
        sandbox.world.reset();
        assert_eq!(code(&mut sandbox, "administrator", "bonnie", &key), 20022);
    }

    #[test]
    fn two_messages_with_one_key_are_taken_back_one_by_one() {
        let (mut sandbox, key) = batch();
        sandbox.send(&with_field("MsgSeq", json!(7)));
        let codes: Vec<i64> = (0..3).map(|_| code(&mut sandbox, "administrator", "bonnie", &key)).collect();
        assert_eq!(codes, [0, 0, 20023]);
    }

    #[test]
    fn a_message_of_somebody_else_and_a_single_one() {
        let mut sandbox = Sandbox::new();
        sandbox.send(&with_field("From_Account", json!("dave")).replace("\"MsgRandom\"", "\"MsgSeq\":7,\"MsgRandom\""));
        let key = format!("7_1_{NOW}");
        assert_eq!(code(&mut sandbox, "administrator", "bonnie", &key), 20022);
        assert_eq!(code(&mut sandbox, "dave", "bonnie", &key), 0);
        let single =
            r#"{"To_Account":"rong","MsgRandom":9,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}"#;
        let key = sandbox.call("/v4/openim/sendmsg", single).json()["MsgKey"].as_str().unwrap().to_owned();
        assert_eq!(code(&mut sandbox, "administrator", "rong", &key), 0);
    }

    #[test]
    fn for_ever_or_within_a_window() {
        fn check(window: Option<u64>, later: i64, expected: i64) {
            let mut builder = Emulator::builder();
            if let Some(seconds) = window {
                builder = builder.with_tim_recall_window(Duration::from_secs(seconds));
            }
            let mut sandbox = Sandbox::from(builder.world());
            sandbox.send(&with_field("MsgSeq", json!(7)));
            sandbox.now = Timestamp::from_second(NOW + later).unwrap();
            let key = format!("7_1_{NOW}");
            assert_eq!(code(&mut sandbox, "administrator", "bonnie", &key), expected, "{window:?} {later}");
        }
        check(None, 0, 0);
        check(None, 400 * 86_400, 0);
        check(Some(120), 120, 0);
        check(Some(120), 121, 20016);
        check(Some(u64::MAX), 400 * 86_400, 0);
    }

    #[test]
    fn what_is_refused() {
        fn check(name: &str, value: Value, code: i64, info: &str) {
            let mut body =
                json!({"From_Account": "vinson", "To_Account": "dramon", "MsgKey": "31906_833502_1572869830"});
            body[name] = value;
            check_call_refusal(PATH, &body.to_string(), code, info);
        }
        check_call_refusal(PATH, "{", 90001, "Fail to Parse json data of body, Please check it");
        check_call_refusal(PATH, "{}", 90008, "Invalid format of From_Account");
        check_call_refusal(PATH, r#"{"From_Account":"vinson"}"#, 90003, "Invalid format of To_Account");
        let no_key = r#"{"From_Account":"vinson","To_Account":"dramon"}"#;
        check_call_refusal(PATH, no_key, 90054, "MsgKey field error.");
        for wrong in [json!(null), json!(1), json!(""), json!("x_invalid"), json!(["vinson"])] {
            check("From_Account", wrong.clone(), 90008, "Invalid format of From_Account");
            check("To_Account", wrong, 90003, "Invalid format of To_Account");
        }
        for wrong in [json!(null), json!(1), json!(""), json!("x"), json!("1_2"), json!("1_2_3_4")] {
            check("MsgKey", wrong, 90054, "MsgKey field error.");
        }
        check("MsgKey", json!("1_2_3"), 20022, "Message does not exist.");
    }
}
