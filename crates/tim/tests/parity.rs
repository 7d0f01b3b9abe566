//! Both clients over one script: every call that has a name of its own sends the same, leaves the same trace and comes
//! to the same end.
#![cfg(all(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use batchcast_tim::model::tim::{Message, Stamp};
use batchcast_tim::model::{IdKind, Recipient};
use batchcast_tim::transport::exchange::RetryPolicy;
use batchcast_tim::transport::fault::FaultKind;
use batchcast_tim::transport::testing::{Answer, Event, ManualTimer, ScriptedTransport};
use batchcast_tim::transport::time::Unix;
use batchcast_tim::transport::wire::Request;
use batchcast_tim::usersig::SecretKey;
use batchcast_tim::{
    AccountCheck, AccountImport, AsyncClient, Client, ClientBuilder, Credentials, MsgKey, MultiAccountImport,
    NewAccount, QueryState, Region, RoamMsgs, SendMsg, WithdrawMsg,
};
use serde_json::{Value, json};

fn builder() -> ClientBuilder {
    let key = SecretKey::new("sandbox-key").unwrap();
    let credentials = Credentials::secret_key(1_400_000_000, "administrator", key).unwrap();
    let policy = RetryPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
    ClientBuilder::new(Region::China, credentials).with_policy(policy)
}

fn stage(script: Vec<Answer>) -> (ScriptedTransport, ManualTimer) {
    let timer = ManualTimer::default();
    (ScriptedTransport::new(&timer, script), timer)
}

/// The calls that left, without the signature and `random`, which are never the same.
fn sent(transport: &ScriptedTransport) -> Vec<(String, Value)> {
    let sent = |request: &Request| (request.uri().path().to_owned(), serde_json::from_slice(request.body()).unwrap());
    transport.requests().iter().map(sent).collect()
}

/// What happened, without the requests themselves.
fn trace(timer: &ManualTimer) -> Vec<String> {
    let shown = |event: &Event| match event {
        Event::Sent { at, .. } => format!("sent at {at:?}"),
        other => format!("{other:?}"),
    };
    timer.trace().events().iter().map(shown).collect()
}

/// Both clients send these bodies to this path, and come to an end that shows `expected`.
#[track_caller]
fn check<T: Debug, U: Debug>(
    script: impl Fn() -> Vec<Answer>,
    blocking: impl FnOnce(&Client) -> T,
    asynchronous: impl AsyncFnOnce(&AsyncClient) -> U,
    (path, bodies): (&str, &[Value]),
    expected: &str,
) {
    let (transport, timer) = stage(script());
    let client = builder().build().unwrap().over(Arc::new(transport.clone()), Arc::new(timer.clone()));
    let one = format!("{:?}", blocking(&client));

    let (other_transport, other_timer) = stage(script());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = runtime.block_on(async {
        let client = builder().build_async().unwrap();
        let client = client.over(Arc::new(other_transport.clone()), Arc::new(other_timer.clone()));
        format!("{:?}", asynchronous(&client).await)
    });

    // The random of the address ends every receipt and error, and is never the same.
    let without_random = |text: &str| {
        let ends = ["random: Some", "request_id: Some"].into_iter().filter_map(|end| text.find(end));
        text[..ends.min().unwrap_or(text.len())].to_owned()
    };
    assert_eq!(without_random(&one), without_random(&other));
    let expected_sent: Vec<_> = bodies.iter().map(|body| (format!("/v4/{path}"), body.clone())).collect();
    assert_eq!(sent(&transport), expected_sent);
    assert_eq!(sent(&other_transport), expected_sent);
    assert_eq!(trace(&timer), trace(&other_timer));
    assert_eq!(transport.answers_left(), 0, "{one}");
    assert!(one.contains(expected), "{one}");
}

fn ok(fields: Value) -> Answer {
    let mut body = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Answer::json(200, body).taking(Duration::from_millis(80))
}

fn fail(code: i64) -> Answer {
    Answer::json(200, json!({"ActionStatus": "FAIL", "ErrorInfo": "no", "ErrorCode": code}))
}

/// Three answers that say nothing of what became of the call, which may be repeated.
fn doubts() -> [Answer; 3] {
    [Answer::maybe_sent(FaultKind::Connection), Answer::text(502, "text/html", "<html>"), fail(91000)]
}

fn account(id: &str) -> Recipient {
    Recipient::new(IdKind::Account, id).unwrap()
}

#[test]
fn accounts_are_checked_imported_and_asked_for() {
    let check_two = || AccountCheck::new(["UserID_1", "UserID_2"].map(account)).unwrap();
    let told = || {
        let item = |id: &str, status: &str| json!({"UserID": id, "ResultCode": 0, "AccountStatus": status});
        let items = [item("UserID_1", "Imported"), item("UserID_2", "NotImported")];
        doubts().into_iter().chain([ok(json!({ "ResultItem": items }))]).collect()
    };
    let items = json!({"CheckItem": [{"UserID": "UserID_1"}, {"UserID": "UserID_2"}]});
    check(
        told,
        |client| client.account_check(&check_two()),
        async |client| client.account_check(&check_two()).await,
        ("im_open_login_svc/account_check", &[items.clone(), items.clone(), items.clone(), items]),
        "NotImported",
    );

    let one = || AccountImport::new(NewAccount::new(account("test")).unwrap());
    let body = json!({"UserID": "test"});
    check(
        || vec![Answer::maybe_sent(FaultKind::Timeout), ok(json!({}))],
        |client| client.account_import(&one()),
        async |client| client.account_import(&one()).await,
        ("im_open_login_svc/account_import", &[body.clone(), body.clone()]),
        "Ok(())",
    );
    check(
        || vec![fail(70398)],
        |client| client.account_import(&one()),
        async |client| client.account_import(&one()).await,
        ("im_open_login_svc/account_import", &[body]),
        "class: Permission",
    );

    let several = || MultiAccountImport::without_profiles(["test1", "test3"].map(account)).unwrap();
    check(
        || vec![ok(json!({"FailAccounts": ["test3"]}))],
        |client| client.multiaccount_import(&several()),
        async |client| client.multiaccount_import(&several()).await,
        ("im_open_login_svc/multiaccount_import", &[json!({"Accounts": ["test1", "test3"]})]),
        r#"failed: [Recipient { kind: Account, id: "test3" }]"#,
    );

    let query = || QueryState::new([account("id1")]).unwrap();
    check(
        || vec![ok(json!({"QueryResult": [{"To_Account": "id1", "Status": "PushOnline"}]}))],
        |client| client.query_state(&query()),
        async |client| client.query_state(&query()).await,
        ("openim/query_online_status", &[json!({"To_Account": ["id1"]})]),
        "PushOnline",
    );
}

fn hi() -> (SendMsg, Value) {
    let stamp = Stamp { msg_seq: 93847636, msg_random: 1287657 };
    let call = SendMsg::new(Message::text("hi").unwrap(), account("rong")).unwrap().with_stamp(stamp);
    let body = json!({
        "To_Account": "rong", "MsgSeq": 93847636, "MsgRandom": 1287657,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}],
    });
    (call, body)
}

#[test]
fn a_message_in_doubt_is_sent_again_under_its_key() {
    let (call, body) = hi();
    let sent = || ok(json!({"MsgTime": 1572870301, "MsgKey": "93847636_1287657_1572870301"}));
    let doubted = || doubts().into_iter().chain([sent()]).collect();
    check(
        doubted,
        |client| client.send_msg(&call),
        async |client| client.send_msg(&call).await,
        ("openim/sendmsg", &[body.clone(), body.clone(), body.clone(), body]),
        r#"msg_key: Some("93847636_1287657_1572870301")"#,
    );
}

#[test]
fn a_message_in_doubt_is_not_sent_again_when_its_key_may_be_forgotten() {
    // With 30 s for an attempt the last that arrives within 100 s of the first begins 70 s after it.
    let (call, body) = hi();
    let late = |millis| {
        move || vec![Answer::maybe_sent(FaultKind::Timeout).taking(Duration::from_millis(millis)), fail(20003)]
    };
    let bodies = [body.clone(), body];
    // What was refused the second time may have been sent the first time.
    check(
        late(70_000),
        |client| client.send_msg(&call).map_err(|error| error.kind()),
        async |client| client.send_msg(&call).await.map_err(|error| error.kind()),
        ("openim/sendmsg", &bodies),
        "Err(Unknown)",
    );
    let only_one = || late(70_001)().into_iter().take(1).collect();
    check(
        only_one,
        |client| client.send_msg(&call).map_err(|error| error.kind()),
        async |client| client.send_msg(&call).await.map_err(|error| error.kind()),
        ("openim/sendmsg", &bodies[..1]),
        "Err(Unknown)",
    );
}

#[test]
fn a_recall_may_be_made_twice() {
    let call =
        || WithdrawMsg::new(account("vinson"), account("dramon"), MsgKey::new("31906_833502_1572869830").unwrap());
    let body = json!({"From_Account": "vinson", "To_Account": "dramon", "MsgKey": "31906_833502_1572869830"});
    for (answer, expected) in
        [(20023, "Ok(Before)"), (20022, "Ok(Gone)"), (20016, "Ok(TooLate)"), (90054, "class: Message")]
    {
        check(
            || vec![Answer::maybe_sent(FaultKind::Connection), fail(answer)],
            |client| client.withdraw(&call().unwrap()),
            async |client| client.withdraw(&call().unwrap()).await,
            ("openim/admin_msgwithdraw", &[body.clone(), body.clone()]),
            expected,
        );
    }
}

#[test]
fn a_history_is_read_to_its_end() {
    fn page(complete: u8, time: u64, texts: &[&str]) -> Answer {
        let message = |text: &&str| {
            json!({"From_Account": "administrator", "To_Account": "rong", "MsgSeq": 1, "MsgRandom": 2,
                "MsgTimeStamp": time, "MsgKey": text, "MsgBody": []})
        };
        let list: Vec<_> = texts.iter().map(message).collect();
        ok(json!({"Complete": complete, "MsgCnt": list.len(), "LastMsgTime": time, "LastMsgKey": format!("at_{time}"),
            "MsgList": list}))
    }
    let history = || {
        let times = Unix::from_secs(100)..=Unix::from_secs(900);
        RoamMsgs::new(account("rong"), account("administrator"), times).unwrap()
    };
    let body = |max_time: u64, last: Option<&str>| {
        let mut body = json!({"Operator_Account": "rong", "Peer_Account": "administrator", "MaxCnt": 100,
            "MinTime": 100, "MaxTime": max_time});
        if let Some(last) = last {
            body["LastMsgKey"] = json!(last);
        }
        body
    };
    let bodies = [body(900, None), body(800, Some("at_800")), body(700, Some("at_700"))];
    let both = |script: fn() -> Vec<Answer>, expected: &str| {
        check(
            script,
            |client| {
                let page = |page: Result<Vec<_>, _>| page.map(keys).map_err(|_| ());
                client.roam_messages(history()).map(page).collect::<Vec<_>>()
            },
            async |client| {
                let (mut pages, mut all) = (client.roam_messages(history()), Vec::new());
                while let Some(page) = pages.next().await {
                    all.push(page.map(keys).map_err(|_| ()));
                }
                all
            },
            ("openim/admin_getroammsg", &bodies),
            expected,
        );
    };
    both(
        || vec![page(0, 800, &["a", "b"]), page(0, 700, &[]), page(1, 600, &["c"])],
        r#"[Ok(["a", "b"]), Ok([]), Ok(["c"])]"#,
    );
    // After an error there is nothing more, and what came before it was handed out.
    both(|| vec![page(0, 800, &["a"]), page(0, 700, &["b"]), fail(90008)], r#"[Ok(["a"]), Ok(["b"]), Err(())]"#);
}

fn keys(page: Vec<batchcast_tim::RoamMsg>) -> Vec<String> {
    page.into_iter().map(|message| message.msg_key).collect()
}

#[test]
fn each_api_keeps_its_own_pace() {
    // The 201st recall within a second waits for its window; a check of accounts does not.
    let checked = || ok(json!({"ResultItem": [{"UserID": "a", "AccountStatus": "Imported"}]})).taking(Duration::ZERO);
    let script = (0..200).map(|_| fail(20023)).chain([checked(), fail(20023)]).collect();
    let (transport, timer) = stage(script);
    let client = builder().build().unwrap().over(Arc::new(transport), Arc::new(timer.clone()));
    let recall = || WithdrawMsg::new(account("b"), account("a"), MsgKey::new("1_2_3").unwrap()).unwrap();
    for _ in 0..200 {
        let _ = client.withdraw(&recall()).unwrap();
    }
    client.account_check(&AccountCheck::new([account("a")]).unwrap()).unwrap();
    assert_eq!(timer.elapsed(), Duration::ZERO);
    let _ = client.withdraw(&recall()).unwrap();
    assert_eq!(timer.elapsed(), Duration::from_millis(1_500));
}

#[test]
fn the_futures_of_all_calls_can_be_spawned() {
    fn assert_send<T: Send>(_: &T) {}
    let client = builder().build_async().unwrap();
    let times = Unix::from_secs(1)..=Unix::from_secs(2);
    assert_send(&client.send_msg(&hi().0));
    assert_send(&client.account_check(&AccountCheck::new([account("a")]).unwrap()));
    assert_send(&client.account_import(&AccountImport::new(NewAccount::new(account("a")).unwrap())));
    assert_send(&client.multiaccount_import(&MultiAccountImport::without_profiles([account("a")]).unwrap()));
    assert_send(&client.query_state(&QueryState::new([account("a")]).unwrap()));
    let recall = WithdrawMsg::new(account("b"), account("a"), MsgKey::new("1_2_3").unwrap()).unwrap();
    assert_send(&client.withdraw(&recall));
    assert_send(&client.roam_messages(RoamMsgs::new(account("a"), account("b"), times).unwrap()).next());
}
