//! Both clients over one script: every call that has a name of its own leaves the same trace and comes to the same end.
#![cfg(all(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::transport::exchange::RetryPolicy;
use batchcast_lark::transport::fault::FaultKind;
use batchcast_lark::transport::testing::{Answer, Event, ManualTimer, ScriptedTransport};
use batchcast_lark::{
    AsyncClient, BatchGetId, BatchMessageId, Client, ClientBuilder, Credentials, DepartmentChildren, DepartmentId,
    Image, Platform, UserIdType,
};
use serde_json::{Value, json};

/// The client, its own clock, and the script that it is given.
fn over<C>(
    script: Vec<Answer>,
    over: impl FnOnce(ClientBuilder, ScriptedTransport, ManualTimer) -> C,
) -> (C, ManualTimer, ScriptedTransport) {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, script);
    let token = Credentials::tenant_access_token("t-parity").unwrap();
    let policy = RetryPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
    let builder = ClientBuilder::new(Platform::Lark, token).with_policy(policy);
    (over(builder, transport.clone(), timer.clone()), timer, transport)
}

/// What both clients did: how many requests left, and the end as text.
#[track_caller]
fn check<T: Debug, U: Debug>(
    script: impl Fn() -> Vec<Answer>,
    blocking: impl FnOnce(&Client) -> T,
    asynchronous: impl AsyncFnOnce(&AsyncClient) -> U,
    sent: usize,
    expected: &str,
) {
    let (client, timer, transport) =
        over(script(), |builder, transport, timer| builder.build().unwrap().over(Arc::new(transport), Arc::new(timer)));
    let one = format!("{:?}", blocking(&client));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (other, other_timer) = runtime.block_on(async {
        let (client, timer, _) = over(script(), |builder, transport, timer| {
            builder.build_async().unwrap().over(Arc::new(transport), Arc::new(timer))
        });
        (format!("{:?}", asynchronous(&client).await), timer)
    });

    assert_eq!(one, other);
    assert_eq!(timer.trace().events(), other_timer.trace().events());
    assert_eq!(transport.answers_left(), 0, "{one}");
    assert_eq!(timer.trace().events().iter().filter(|event| matches!(event, Event::Sent { .. })).count(), sent);
    assert!(one.contains(expected), "{one}");
}

fn data(data: Value) -> Answer {
    Answer::json(200, json!({"code": 0, "msg": "success", "data": data})).taking(Duration::from_millis(80))
}

/// Two answers that say nothing of what became of the call, which may be repeated.
fn doubts() -> [Answer; 2] {
    [Answer::maybe_sent(FaultKind::Connection), Answer::text(502, "text/html", "<html>")]
}

fn id() -> BatchMessageId {
    BatchMessageId::new("bm-1").unwrap()
}

#[test]
fn what_follows_a_batch() {
    let recalled = || doubts().into_iter().chain([data(json!({}))]).collect();
    check(recalled, |client| client.recall(&id()), async |client| client.recall(&id()).await, 3, "Ok(Recalled");
    let progress = || vec![data(json!({"batch_message_send_progress": {"valid_user_ids_count": 204}}))];
    check(progress, |client| client.progress(&id()), async |client| client.progress(&id()).await, 1, "valid: 204");
    let read = || vec![data(json!({"read_user": {"read_count": "10", "total_count": "100"}}))];
    check(read, |client| client.read_user(&id()), async |client| client.read_user(&id()).await, 1, "read: 10");
    let over =
        || vec![Answer::json(400, json!({"code": 230009, "msg": "Message can only be recalled within one days."}))];
    check(over, |client| client.recall(&id()), async |client| client.recall(&id()).await, 1, "class: Message");
}

#[test]
fn a_picture() {
    let image = || Image::new(Platform::Lark, b"GIF89a\x02\0\x02\0\0\0\0;".to_vec()).unwrap();
    let again = || {
        let later = Answer::json(400, json!({"code": 232096, "msg": "meta writing stopped"}));
        vec![later, data(json!({"image_key": "img_v3_1"}))]
    };
    check(
        again,
        |client| client.upload_image(&image()),
        async |client| client.upload_image(&image()).await,
        2,
        "img_v3_1",
    );
}

#[test]
fn people() {
    let asked = || {
        let address = Recipient::new(IdKind::Email, "zhangsan@example.com").unwrap();
        BatchGetId::new(UserIdType::OpenId, [address]).unwrap()
    };
    let found = || vec![data(json!({"user_list": [{"user_id": "ou_1", "email": "zhangsan@example.com"}]}))];
    check(found, |client| client.batch_get_id(&asked()), async |client| client.batch_get_id(&asked()).await, 1, "ou_1");
}

#[test]
fn pages() {
    fn page(token: &str, ids: &[&str]) -> Answer {
        let items: Vec<_> = ids.iter().map(|id| json!({"open_department_id": id, "open_id": id})).collect();
        data(json!({"has_more": !token.is_empty(), "page_token": token, "items": items}))
    }
    let three = || vec![page("b", &["od-1", "od-2"]), page("c", &[]), page("", &["od-3"])];
    let children = || DepartmentChildren::new(DepartmentId::root());
    let ids = r#"["od-1", "od-2"], [], ["od-3"]"#;
    check(
        three,
        |client| {
            let pages = client.department_children(children()).map(Result::unwrap);
            pages.map(|page| page.into_iter().map(|item| item.open_department_id).collect()).collect::<Vec<Vec<_>>>()
        },
        async |client| {
            let (mut pages, mut all) = (client.department_children(children()), Vec::new());
            while let Some(page) = pages.next().await {
                all.push(page.unwrap().into_iter().map(|item| item.open_department_id).collect::<Vec<_>>());
            }
            all
        },
        3,
        ids,
    );
    // After an error there is nothing more, and what came before it was handed out.
    let broken = || vec![page("b", &["ou_1"]), Answer::json(400, json!({"code": 40012, "msg": "page token"}))];
    let members = || DepartmentId::new("od-1").unwrap();
    check(
        broken,
        |client| client.users_by_department(members()).map(|page| page.map(|page| page.len()).ok()).collect::<Vec<_>>(),
        async |client| {
            let (mut pages, mut all) = (client.users_by_department(members()), Vec::new());
            while let Some(page) = pages.next().await {
                all.push(page.map(|page| page.len()).ok());
            }
            all
        },
        2,
        "[Some(1), None]",
    );
}

#[test]
fn each_api_keeps_its_own_pace() {
    // The 51st call of one API within a second waits for its window; another API does not.
    let read = || data(json!({"read_user": {"read_count": 1, "total_count": 1}})).taking(Duration::ZERO);
    let progress = || data(json!({"batch_message_send_progress": {}})).taking(Duration::ZERO);
    let timer = ManualTimer::default();
    let script = (0..50).map(|_| read()).chain([progress(), read()]);
    let transport = ScriptedTransport::new(&timer, script);
    let token = Credentials::tenant_access_token("t-parity").unwrap();
    let client = ClientBuilder::new(Platform::Lark, token).build().unwrap();
    let client = client.over(Arc::new(transport), Arc::new(timer.clone()));
    for _ in 0..50 {
        client.read_user(&id()).unwrap();
    }
    client.progress(&id()).unwrap();
    assert_eq!(timer.elapsed(), Duration::ZERO);
    client.read_user(&id()).unwrap();
    assert_eq!(timer.elapsed(), Duration::from_millis(1_500));
}

#[test]
fn the_futures_of_all_calls_can_be_spawned() {
    fn assert_send<T: Send>(_: &T) {}
    let token = Credentials::tenant_access_token("t-parity").unwrap();
    let client = ClientBuilder::new(Platform::Lark, token).build_async().unwrap();
    let (id, image) = (id(), Image::new(Platform::Lark, b"GIF89a\x02\0\x02\0\0\0\0;".to_vec()).unwrap());
    let asked = BatchGetId::new(UserIdType::OpenId, [Recipient::new(IdKind::Mobile, "1").unwrap()]).unwrap();
    assert_send(&client.recall(&id));
    assert_send(&client.progress(&id));
    assert_send(&client.read_user(&id));
    assert_send(&client.upload_image(&image));
    assert_send(&client.batch_get_id(&asked));
    assert_send(&client.resend_app_ticket());
    assert_send(&client.department_children(DepartmentChildren::new(DepartmentId::root())).next());
    assert_send(&client.users_by_department(DepartmentId::root()).next());
}
