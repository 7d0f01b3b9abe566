//! The limits as a client meets them.

use jiff::SignedDuration;
use serde_json::json;

use crate::feishu::testing::{Sandbox, TOKEN_PATH};
use crate::tim::testing as tim;
use crate::{Emulator, RateLimits, ThrottledStatus, Windows};

const TO_ONE: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;

fn limited(limits: RateLimits) -> Sandbox {
    let mut sandbox = Sandbox::from(Emulator::builder().with_rate_limits(limits).world());
    sandbox.log_in();
    sandbox
}

/// How many of `tries` messages in a row are accepted.
fn accepted(sandbox: &mut Sandbox, tries: usize) -> usize {
    (0..tries).filter(|_| sandbox.send(TO_ONE).json()["code"] == 0).count()
}

#[test]
fn fifty_a_second_and_a_thousand_a_minute_for_each_api_and_app() {
    let mut sandbox = limited(RateLimits::documented());
    assert_eq!(accepted(&mut sandbox, 60), 50);
    let reply = sandbox.send(TO_ONE);
    assert_eq!(reply.json(), json!({"code": 99_991_400, "msg": "request trigger frequency limit"}));
    assert_eq!(
        (reply.status, reply.header("x-ogw-ratelimit-limit"), reply.header("x-ogw-ratelimit-reset")),
        (429, "50", "1")
    );
    let id = sandbox.world.deliveries()[0].message_id.clone();
    let progress = sandbox.get(&format!("/open-apis/im/v1/batch_messages/{id}/get_progress"));
    assert_eq!(progress.json()["code"], 0, "another API has its own");
    for _ in 0..60 {
        sandbox.log_in();
    }
    assert_eq!(sandbox.world.requests()[70].path, TOKEN_PATH, "tokens have no limit");
    sandbox.log_in_store();
    assert_eq!(accepted(&mut sandbox, 60), 50, "another app has its own");
    sandbox.log_in();

    for second in 1..20 {
        sandbox.wait(SignedDuration::from_secs(1));
        assert_eq!(accepted(&mut sandbox, 60), 50, "second {second}");
    }
    sandbox.wait(SignedDuration::from_millis(1_500));
    let reply = sandbox.send(TO_ONE);
    let headers = (reply.header("x-ogw-ratelimit-limit"), reply.header("x-ogw-ratelimit-reset"));
    assert_eq!((reply.status, headers), (429, ("1000", "40")));
    sandbox.wait(SignedDuration::from_millis(39_500));
    assert_eq!(accepted(&mut sandbox, 60), 50);
}

#[test]
fn what_the_documents_leave_open_can_be_chosen() {
    let mut sandbox = limited(RateLimits::documented().with_throttled_status(ThrottledStatus::BadRequest));
    assert_eq!(accepted(&mut sandbox, 50), 50);
    assert_eq!(sandbox.send(TO_ONE).status, 400);
    let mut sandbox = limited(RateLimits::documented().with_windows(Windows::Fixed));
    sandbox.wait(SignedDuration::from_millis(900));
    assert_eq!(accepted(&mut sandbox, 60), 50);
    sandbox.wait(SignedDuration::from_millis(100));
    assert_eq!(accepted(&mut sandbox, 60), 50);
    let mut sandbox = Sandbox::logged_in();
    assert_eq!(accepted(&mut sandbox, 200), 200, "without limits there are none");
}

#[test]
fn token_and_scope_come_before_the_rate_and_the_rate_before_the_body() {
    let mut sandbox = limited(RateLimits::documented());
    assert_eq!(accepted(&mut sandbox, 50), 50);
    assert_eq!(sandbox.send("{").json()["code"], 99_991_400);
    let bearer = std::mem::replace(&mut sandbox.bearer, "Bearer t-x".to_owned());
    assert_eq!(sandbox.send(TO_ONE).json()["code"], 99_991_663);
    sandbox.bearer = bearer;
    let scopes = crate::FeishuDirectory::new().with_scope("im:resource");
    sandbox.world.set_directory(crate::Directory::new().with_feishu(scopes).unwrap());
    assert_eq!(sandbox.send(TO_ONE).json()["code"], 99_991_672);
}

#[test]
fn a_day_has_its_messages_and_each_delivery_is_one() {
    let mut sandbox = limited(RateLimits::documented().with_daily_messages(5));
    let to = |ids: &str| format!(r#"{{"msg_type":"text","content":{{"text":"x"}},"open_ids":[{ids}]}}"#);
    let mut check = |ids: &str, code: i64| {
        let reply = sandbox.send(&to(ids));
        assert_eq!((reply.status, &reply.json()["code"]), (200, &json!(code)), "{ids}");
    };
    check(r#""ou_1","ou_2","ou_3","ou_nobody_invalid""#, 0);
    check(r#""ou_1","ou_2","ou_3""#, 11247);
    check(r#""ou_1","ou_2""#, 0);
    check(r#""ou_1""#, 11247);
    assert_eq!(sandbox.world.deliveries().len(), 5);
    sandbox.set_time("16:00:00");
    sandbox.log_in();
    assert_eq!(accepted(&mut sandbox, 6), 5, "a day of UTC+8 has begun");
    sandbox.world.reset();
    sandbox.log_in();
    assert_eq!(accepted(&mut sandbox, 6), 5);
}

#[test]
fn tim_counts_calls_and_recipients() {
    let body = |accounts: usize| {
        let accounts: Vec<String> = (0..accounts).map(|n| format!("a{n}")).collect();
        tim::with_field("To_Account", json!(accounts))
    };
    let mut sandbox = tim::Sandbox::from(Emulator::builder().with_rate_limits(RateLimits::documented()).world());
    let one = body(1);
    for call in 0..200 {
        assert_eq!(sandbox.send(&one).json()["ErrorCode"], 0, "{call}");
    }
    assert_eq!(sandbox.send("{").json()["ErrorCode"], 60007, "before the body");
    sandbox.now += SignedDuration::from_secs(1);
    for call in 0..23 {
        assert_eq!(sandbox.send(&body(500)).json()["ErrorCode"], 0, "{call}");
    }
    assert_eq!(sandbox.send(&body(301)).json()["ErrorCode"], 90057);
    assert_eq!(sandbox.send(&body(300)).json()["ErrorCode"], 0);
    assert_eq!(sandbox.send(&one).json()["ErrorCode"], 90057);
    sandbox.now += SignedDuration::from_secs(59);
    assert_eq!(sandbox.send(&body(200)).json()["ErrorCode"], 0);
    assert_eq!(sandbox.send(&one).json()["ErrorCode"], 90057);
    assert_eq!(sandbox.world.deliveries().len(), 12_200);
}
