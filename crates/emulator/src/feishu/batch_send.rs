//! `POST /open-apis/message/v4/batch_send/`.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::Answer;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::content;
use crate::feishu::envelope::Envelope;
use crate::feishu::recipients::Recipients;
use crate::feishu::settings::NobodyValid;
use crate::feishu::tasks::SentTask;
use crate::feishu::token::App;
use crate::task::Task;
use crate::world::World;

#[derive(Serialize)]
struct Sent<'a> {
    code: i64,
    msg: &'a str,
    data: Data<'a>,
}

/// In the order of the document's sample.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_department_ids: Option<Invalid<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_open_ids: Option<Invalid<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_user_ids: Option<Invalid<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_union_ids: Option<Invalid<'a>>,
    message_id: &'a str,
}

/// `null` where there is none.
type Invalid<'a> = Option<&'a [Cow<'a, str>]>;

/// Takes a message for everybody who exists and can be reached, and names who does not exist.
pub(crate) fn accept(world: &mut World, now: Timestamp, app: App, body: &[u8]) -> Result<Answer, Refusal> {
    if !world.config.bot.is_active() {
        return Err(codes::APP_WITHOUT_BOT.refusal());
    }
    let envelope = Envelope::parse(body)?;
    let msg_type = envelope.msg_type()?;
    let message = envelope.message(msg_type)?;
    envelope.check_size(msg_type)?;
    let recipients = Recipients::read(&envelope, &world.directory)?;
    let images = world.feishu.images.of(app, world.config.image_keys);
    content::check(msg_type, &message, images, &world.directory)?;

    let settings = world.config.feishu;
    let is_anybody = recipients.lists().iter().any(|list| !list.existing.is_empty());
    if !is_anybody && settings.nobody_valid == NobodyValid::Refused {
        return Err(codes::VALID_USER_IS_NULL.refusal());
    }

    let id = world.feishu.message_ids.next_id();
    let message_id = message_id(id);
    let answer = Answer::ok(&Sent {
        code: 0,
        msg: "ok",
        data: Data {
            invalid_department_ids: settings.empty_lists.listed(&recipients.departments.invalid),
            invalid_open_ids: settings.empty_lists.listed(&recipients.open_ids.invalid),
            invalid_user_ids: settings.empty_lists.listed(&recipients.user_ids.invalid),
            invalid_union_ids: settings.empty_lists.listed(&recipients.union_ids.invalid),
            message_id: &message_id,
        },
    });
    let mut task = Task::new(world.config.provider, message_id, msg_type.as_str(), now).in_lane(app.lane());
    let valid = recipients.lists().iter().map(|list| list.reach(&world.directory, &mut task)).sum();
    if !world.limiter.feishu_messages(now, app, task.len()) {
        return Err(codes::DAILY_QUOTA.refusal());
    }
    let schedule = world.deliver(task);
    world.feishu.tasks.push(id, SentTask { app, at: now, valid, schedule, recalled: None });
    Ok(answer)
}

/// An id as the vendor's document shows it.
pub(crate) fn message_id(number: u128) -> String {
    format!("bm-{number:032x}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::super::testing::{SEND_PATH, Sandbox};
    use crate::deliveries::Provider;

    const TO_ONE: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;

    #[test]
    fn the_answer_has_the_shape_of_the_document() {
        let mut sandbox = Sandbox::logged_in();
        let response = sandbox.send(
            r#"{"department_ids":["3dceba33a33226","d502aaa9514059_invalid"],
                "open_ids":["ou_18eac85d35a26f989317ad4f02e8bbbb","ou_456e168d61cec276083b357f7bd3f1491_invalid"],
                "user_ids":["7cdcc7c2","7cdcc7c22_invalid"],
                "union_ids":["on_cad4860e7af114fb4ff6c5d496d1dd76","gdcq860e7af114fb4ff6c5d496dabcet"],
                "msg_type":"text","content":{"text":"test content"}}"#,
        );
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), "application/json; charset=utf-8");
        let message_id = response.json()["data"]["message_id"].as_str().unwrap().to_owned();
        let digits = message_id.strip_prefix("bm-").unwrap();
        assert!(digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{message_id}");
        let expected = format!(
            r#"{{"code":0,"msg":"ok","data":{{"invalid_department_ids":["d502aaa9514059_invalid"],"invalid_open_ids":["ou_456e168d61cec276083b357f7bd3f1491_invalid"],"invalid_user_ids":["7cdcc7c22_invalid"],"invalid_union_ids":["gdcq860e7af114fb4ff6c5d496dabcet"],"message_id":"{message_id}"}}}}"#
        );
        assert_eq!(response.text, expected);

        let deliveries = sandbox.world.deliveries();
        let lines: Vec<Value> = deliveries.iter().map(|d| serde_json::to_value(d).unwrap()).collect();
        let line = |kind: &str, id: &str| {
            json!({"provider": "feishu", "kind": kind, "id": id, "message_id": message_id,
                   "msg_type": "text", "at": "2026-01-01T00:00:00Z"})
        };
        assert_eq!(
            lines,
            [
                line("department_id", "3dceba33a33226"),
                line("open_id", "ou_18eac85d35a26f989317ad4f02e8bbbb"),
                line("user_id", "7cdcc7c2"),
                line("union_id", "on_cad4860e7af114fb4ff6c5d496d1dd76"),
            ]
        );
        assert_eq!(sandbox.world.stats().feishu.deliveries, 4);
    }

    #[test]
    fn nobody_left_is_still_a_task() {
        let mut sandbox = Sandbox::logged_in();
        let response = sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["nobody"]}"#).json();
        assert_eq!(response["code"], 0);
        assert_eq!(response["data"]["invalid_open_ids"], json!(["nobody"]));
        assert_eq!(response["data"]["invalid_user_ids"], json!([]));
        assert!(response["data"]["message_id"].as_str().unwrap().starts_with("bm-"));
        assert!(sandbox.world.deliveries().is_empty());
    }

    fn message_ids(seed: u64) -> Vec<String> {
        let mut sandbox = Sandbox::from(crate::Emulator::builder().with_seed(seed).world());
        let mut ids = Vec::new();
        for _ in 0..2 {
            sandbox.log_in();
            for _ in 0..50 {
                ids.push(sandbox.send(TO_ONE).json()["data"]["message_id"].as_str().unwrap().to_owned());
            }
            sandbox.world.reset();
        }
        ids
    }

    #[test]
    fn message_ids_follow_from_the_seed_and_never_repeat_even_after_a_reset() {
        assert_eq!(message_ids(1), message_ids(1));
        let all: HashSet<_> = message_ids(1).into_iter().chain(message_ids(2)).collect();
        assert_eq!(all.len(), 200);
    }

    #[test]
    fn both_forms_of_the_path_work_and_the_query_is_not_logged() {
        let mut sandbox = Sandbox::logged_in();
        let bearer = sandbox.bearer.clone();
        for path in [SEND_PATH, "/open-apis/message/v4/batch_send", "/open-apis/message/v4/batch_send/?a=b"] {
            assert_eq!(sandbox.request("POST", path, &bearer, TO_ONE).json()["code"], 0, "{path}");
        }
        let logged = sandbox.world.requests().pop().unwrap();
        assert_eq!(
            serde_json::to_value(logged).unwrap(),
            json!({
            "at": "2026-01-01T00:00:00Z", "method": "POST", "path": SEND_PATH, "status": 200, "code": 0})
        );
    }

    #[test]
    fn lark_is_named_lark() {
        let mut sandbox = Sandbox::from(crate::Emulator::builder().with_lark().world());
        sandbox.log_in();
        sandbox.send(TO_ONE);
        assert_eq!(sandbox.world.deliveries()[0].provider, Provider::Lark);
        assert_eq!(sandbox.world.stats().feishu.deliveries, 1);
    }

    #[test]
    fn log_ids_are_on_every_answer_and_never_repeat() {
        let mut sandbox = Sandbox::logged_in();
        let bearer = sandbox.bearer.clone();
        let mut seen = HashSet::new();
        for (path, authorization, body) in [
            (SEND_PATH, &*bearer, TO_ONE),
            (SEND_PATH, &*bearer, "{"),
            (SEND_PATH, "", TO_ONE),
            ("/open-apis/nowhere", "", ""),
            ("/nowhere", "", ""),
        ] {
            let response = sandbox.request("POST", path, authorization, body);
            let log_id = response.header("x-tt-logid").to_owned();
            assert_eq!(log_id.len(), 32, "{path}");
            assert!(seen.insert(log_id), "{path}");
        }
    }
}
