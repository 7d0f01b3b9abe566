//! `/open-apis/im/v1/batch_messages/:batch_message_id…`: recall, progress and read counts.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::answer::Answer;
use crate::config::Config;
use crate::deliveries::Provider;
use crate::feishu::Feishu;
use crate::feishu::batch_send::message_id;
use crate::feishu::codes::{self, Code, Refusal};
use crate::feishu::tasks::SentTask;
use crate::feishu::token::App;
use crate::world::World;

/// Lark's page on recall (2024-06-05); Feishu has what the tenant's administrator set.
const LARK_RECALL_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// The pages on progress and read counts: messages of the last 30 days.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// `DELETE …/:batch_message_id`. Everything that was delivered is taken back at once, and what was not never will be;
/// doing it again changes nothing.
pub(crate) fn recall(world: &mut World, now: Timestamp, app: App, id: &str) -> Result<Answer, Refusal> {
    require_bot(&world.config)?;
    let window = recall_window(&world.config);
    let (number, task) = find(&mut world.feishu, app, id, codes::NO_PERMISSION_TO_RECALL)?;
    if window.is_some_and(|window| now.duration_since(task.at) > window) {
        return Err(codes::RECALLED_TOO_LATE.refusal());
    }
    if task.recalled.is_none() {
        task.recalled = Some(now);
        task.schedule.cut(now);
        let message_id = message_id(number);
        world.outbox.stop(app.lane(), &message_id);
    }
    Ok(Answer::ok(&json!({"code": 0, "data": {}, "msg": "ok"})))
}

/// `GET …/:batch_message_id/get_progress`.
pub(crate) fn progress(world: &mut World, now: Timestamp, app: App, id: &str) -> Result<Answer, Refusal> {
    require_bot(&world.config)?;
    let task = *recent(&mut world.feishu, now, app, id)?;
    let delivered = task.schedule.by(now);
    // The page: 0 also where a message has not had its turn yet.
    let valid = if now < task.schedule.start() { 0 } else { task.valid };
    Ok(Answer::ok(&json!({
        "code": 0,
        "msg": "success",
        "data": {
            "batch_message_send_progress": {
                "valid_user_ids_count": valid,
                "success_user_ids_count": delivered,
                "read_user_ids_count": readers(&world.config, now, &task),
            },
            "batch_message_recall_progress": {
                "recall": task.recalled.is_some(),
                "recall_count": task.recalled.map_or(0, |_| delivered),
            },
        },
    })))
}

/// `GET …/:batch_message_id/read_user`. The counts are strings, as in the document's sample.
pub(crate) fn read_user(world: &mut World, now: Timestamp, app: App, id: &str) -> Result<Answer, Refusal> {
    let task = *recent(&mut world.feishu, now, app, id)?;
    let (read, total) = (readers(&world.config, now, &task), task.schedule.by(now));
    let read_user = json!({"read_count": read.to_string(), "total_count": total.to_string()});
    Ok(Answer::ok(&json!({"code": 0, "data": {"read_user": read_user}, "msg": "ok"})))
}

/// How many have read a message by now. Nobody reads what was taken back.
fn readers(config: &Config, now: Timestamp, task: &SentTask) -> usize {
    let now = task.recalled.map_or(now, |recalled| recalled.min(now));
    task.schedule.read_by(now, config.reads, config.reads_over)
}

fn recall_window(config: &Config) -> Option<SignedDuration> {
    config.recall_window.or((config.provider == Provider::Lark).then_some(LARK_RECALL_WINDOW))
}

fn require_bot(config: &Config) -> Result<(), Refusal> {
    if config.bot.is_active() { Ok(()) } else { Err(codes::BOT_NOT_ACTIVATED.refusal()) }
}

fn recent<'a>(feishu: &'a mut Feishu, now: Timestamp, app: App, id: &str) -> Result<&'a SentTask, Refusal> {
    let (_, task) = find(feishu, app, id, codes::BOT_IS_NOT_THE_SENDER)?;
    if now.duration_since(task.at) > KEPT {
        return Err(codes::MESSAGE_NOT_FOUND.refusal());
    }
    Ok(task)
}

fn find<'a>(feishu: &'a mut Feishu, app: App, id: &str, of_another: Code) -> Result<(u128, &'a mut SentTask), Refusal> {
    // The documents' samples have both `bm-` and `bm_`.
    let digits = id.strip_prefix("bm-").or_else(|| id.strip_prefix("bm_"));
    let digits = digits
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_alphanumeric()))
        .ok_or_else(|| codes::INVALID_MESSAGE_ID.refusal())?;
    let number = u128::from_str_radix(digits, 16).ok().filter(|&number| message_id(number)[3..] == *digits);
    let number = number.ok_or_else(|| codes::MESSAGE_NOT_FOUND.refusal())?;
    let task = feishu.tasks.find_mut(&number).ok_or_else(|| codes::MESSAGE_NOT_FOUND.refusal())?;
    if task.app == app { Ok((number, task)) } else { Err(of_another.refusal()) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use super::super::testing::{Sandbox, office};
    use crate::{Builder, Directory, Emulator, FeishuDirectory};

    const BASE: &str = "/open-apis/im/v1/batch_messages";
    const TO_FOUR: &str = r#"{"msg_type":"text","content":{"text":"x"},
        "open_ids":["ou_1","ou_2","ou_3","ou_4_invalid"],"user_ids":["u1"]}"#;

    fn sent(builder: Builder) -> (Sandbox, String) {
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        let id = sandbox.send(TO_FOUR).json()["data"]["message_id"].as_str().unwrap().to_owned();
        (sandbox, id)
    }

    fn progress(sandbox: &mut Sandbox, id: &str) -> [Value; 5] {
        let reply = sandbox.get(&format!("{BASE}/{id}/get_progress"));
        assert_eq!(reply.status, 200, "{}", reply.text);
        let json = reply.json();
        assert_eq!((&json["code"], &json["msg"]), (&json!(0), &json!("success")));
        let (send, recall) =
            (&json["data"]["batch_message_send_progress"], &json["data"]["batch_message_recall_progress"]);
        [
            send["valid_user_ids_count"].clone(),
            send["success_user_ids_count"].clone(),
            send["read_user_ids_count"].clone(),
            recall["recall"].clone(),
            recall["recall_count"].clone(),
        ]
    }

    fn read_user(sandbox: &mut Sandbox, id: &str) -> Value {
        let reply = sandbox.get(&format!("{BASE}/{id}/read_user"));
        assert_eq!((reply.status, &reply.json()["code"]), (200, &json!(0)), "{}", reply.text);
        reply.json()["data"].clone()
    }

    fn recall(sandbox: &mut Sandbox, id: &str) -> (u16, Value) {
        let reply = sandbox.request_with("DELETE", &format!("{BASE}/{id}"), "", b"");
        (reply.status, reply.json())
    }

    #[test]
    fn counts_are_final_right_after_the_send() {
        fn check(reads: f64, read: u64) {
            let (mut sandbox, id) = sent(Emulator::builder().with_reads(reads));
            assert_eq!(progress(&mut sandbox, &id), [json!(4), json!(4), json!(read), json!(false), json!(0)]);
            let counts = json!({"read_user": {"read_count": read.to_string(), "total_count": "4"}});
            assert_eq!(read_user(&mut sandbox, &id), counts);
        }
        check(0.0, 0);
        check(0.5, 2);
        check(0.7, 3);
        check(1.0, 4);
        check(7.0, 4);
        check(-1.0, 0);
        check(f64::NAN, 0);
    }

    #[test]
    fn who_cannot_be_reached_is_valid_and_never_served() {
        let mut sandbox = Sandbox::in_office(office());
        let mut check = |lists: Value, valid: u64, delivered: u64| {
            let mut body = json!({"msg_type": "text", "content": {"text": "x"}});
            body.as_object_mut().unwrap().extend(lists.as_object().unwrap().clone());
            let id = sandbox.send(&body.to_string()).json()["data"]["message_id"].as_str().unwrap().to_owned();
            let counts = progress(&mut sandbox, &id);
            assert_eq!(counts[..2], [json!(valid), json!(delivered)], "{lists}");
        };
        check(json!({"open_ids": ["ou_ann", "ou_cid"]}), 2, 1);
        check(json!({"department_ids": ["od-sales"]}), 3, 2);
        check(json!({"department_ids": ["od-sales", "north", "od-works"]}), 3, 2);
        check(json!({"department_ids": ["od-works"], "user_ids": ["ben"]}), 2, 2);
        check(json!({"open_ids": ["ou_nobody"]}), 0, 0);
    }

    #[test]
    fn a_recall_takes_back_what_was_delivered_and_again_changes_nothing() {
        let (mut sandbox, id) = sent(Emulator::builder());
        for _ in 0..2 {
            assert_eq!(recall(&mut sandbox, &id), (200, json!({"code": 0, "data": {}, "msg": "ok"})));
            assert_eq!(progress(&mut sandbox, &id), [json!(4), json!(4), json!(0), json!(true), json!(4)]);
        }
        assert_eq!(sandbox.world.deliveries().len(), 4, "the log is of what was delivered");
        assert_eq!(recall(&mut sandbox, &id.replace("bm-", "bm_")).0, 200, "the documents have both");
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn lark_recalls_for_a_day_and_feishu_for_ever() {
        fn check(builder: Builder, after: SignedDuration, code: i64) {
            let (mut sandbox, id) = sent(builder);
            sandbox.wait(after);
            sandbox.log_in();
            let (status, reply) = recall(&mut sandbox, &id);
            assert_eq!((status == 200, &reply["code"]), (code == 0, &json!(code)), "{after:?}: {reply}");
        }
        let (day, instant) = (SignedDuration::from_hours(24), SignedDuration::from_micros(1));
        check(Emulator::builder().with_lark(), day, 0);
        check(Emulator::builder().with_lark(), day + instant, 230_009);
        check(Emulator::builder(), day * 1_000, 0);
        let hour = SignedDuration::from_hours(1);
        check(Emulator::builder().with_recall_window(HOUR), hour, 0);
        check(Emulator::builder().with_recall_window(HOUR), hour + instant, 230_009);
        check(Emulator::builder().with_lark().with_recall_window(HOUR * 48), day * 2, 0);
    }

    #[test]
    fn counts_are_there_for_thirty_days() {
        let (mut sandbox, id) = sent(Emulator::builder());
        sandbox.wait(SignedDuration::from_hours(30 * 24));
        sandbox.log_in();
        progress(&mut sandbox, &id);
        sandbox.wait(SignedDuration::from_micros(1));
        for call in ["get_progress", "read_user"] {
            assert_eq!(sandbox.get(&format!("{BASE}/{id}/{call}")).json()["code"], 230_030, "{call}");
        }
    }

    /// The codes of recall, progress and read counts for an id, and their texts.
    fn check(sandbox: &mut Sandbox, id: &str, expected: [(i64, &str); 3]) {
        let calls = [("DELETE", String::new()), ("GET", "/get_progress".into()), ("GET", "/read_user".into())];
        for ((method, rest), (code, msg)) in calls.into_iter().zip(expected) {
            let reply = sandbox.request_with(method, &format!("{BASE}/{id}{rest}"), "", b"");
            let shown = format!("{method} {id}{rest}: {}", reply.text);
            assert_eq!(reply.status, if code == 0 { 200 } else { 400 }, "{shown}");
            assert_eq!((&reply.json()["code"], &reply.json()["msg"]), (&json!(code), &json!(msg)), "{shown}");
            assert_eq!(reply.header("x-tt-logid").len(), 32, "{shown}");
        }
    }

    #[test]
    fn refusals_are_the_documented_ones() {
        let (mut sandbox, id) = sent(Emulator::builder());
        let invalid = (230_001, "Your request contains an invalid request parameter.");
        let not_found = (230_030, "The message id is invalid, record not found.");
        let ok = [(0, "ok"), (0, "success"), (0, "ok")];
        check(&mut sandbox, &id, ok);
        for id in ["om_dc13264520392913993dd051dba21dcf", "bm-", "bm-1%20", "1", "bm"] {
            check(&mut sandbox, id, [invalid; 3]);
        }
        let other_letters = id.to_uppercase().replace("BM-", "bm-");
        assert_ne!(other_letters, id);
        for id in ["bm-dc13264520392913993dd051dba21dcf", "bm_1", "bm-nonsense", &other_letters, &format!("{id}0")] {
            check(&mut sandbox, id, [not_found; 3]);
        }
        sandbox.log_in_store();
        let sender = (230_012, "Bot is NOT the sender of the message.");
        check(&mut sandbox, &id, [(230_026, "No permission to recall this message."), sender, sender]);
        let own = sandbox.send(TO_FOUR).json()["data"]["message_id"].as_str().unwrap().to_owned();
        check(&mut sandbox, &own, ok);

        sandbox.world.reset();
        sandbox.log_in();
        check(&mut sandbox, &id, [not_found; 3]);
        sandbox.bearer = "Bearer t-x".to_owned();
        let token = (99_991_663, "Invalid access token for authorization. Please make a request with token attached");
        check(&mut sandbox, "1", [token; 3]);
    }

    #[test]
    fn permission_and_bot_come_before_the_id() {
        let mut sandbox = Sandbox::from(Emulator::builder().without_bot().world());
        sandbox.log_in();
        let bot = (230_006, "Bot ability is not activated.");
        check(&mut sandbox, "1", [bot, bot, (230_001, "Your request contains an invalid request parameter.")]);
        let scoped = |scope: &str| Directory::new().with_feishu(FeishuDirectory::new().with_scope(scope)).unwrap();
        sandbox.world.set_directory(scoped("im:message"));
        check(&mut sandbox, "1", [(230_027, "Lack of necessary permissions."); 3]);
        sandbox.world.set_directory(scoped("im:message:send_multi_depts"));
        check(&mut sandbox, "1", [bot, bot, (230_001, "Your request contains an invalid request parameter.")]);
    }

    #[test]
    fn the_oldest_message_gives_way() {
        let (mut sandbox, first) = sent(Emulator::builder().with_message_limit(2));
        let mut ids = vec![first];
        for _ in 0..2 {
            ids.push(sandbox.send(TO_FOUR).json()["data"]["message_id"].as_str().unwrap().to_owned());
        }
        let codes = ids.iter().map(|id| recall(&mut sandbox, id).1["code"].clone());
        assert_eq!(codes.collect::<Vec<_>>(), [json!(230_030), json!(0), json!(0)]);
    }
}
