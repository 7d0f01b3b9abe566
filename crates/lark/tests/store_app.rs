//! A store app, blocking and async over one script: from a ticket to a call, and what becomes of refused tickets and
//! tokens.
#![cfg(all(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::sync::Arc;
use std::time::Duration;

use batchcast_lark::transport::error::ErrorKind;
use batchcast_lark::transport::exchange::RetryPolicy;
use batchcast_lark::transport::testing::{Answer, Event, ManualTimer, ScriptedTransport};
use batchcast_lark::{BatchMessageId, ClientBuilder, Credentials, Error, Platform, TicketSource, Tickets};
use secrecy::SecretString;
use serde_json::{Value, json};

/// How the two clients went about it, which is the same: each request as `path body`, and the end.
#[track_caller]
fn story(credentials: impl Fn() -> Credentials, script: impl Fn() -> Vec<Answer>) -> (Vec<String>, Result<u64, Error>) {
    let policy =
        RetryPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO).with_patience(Duration::from_secs(90));
    let builder = || ClientBuilder::new(Platform::Feishu, credentials()).with_policy(policy.clone());
    let id = BatchMessageId::new("bm-1").unwrap();

    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, script());
    let client = builder().build().unwrap().over(Arc::new(transport.clone()), Arc::new(timer.clone()));
    let one = client.progress(&id);

    let other_timer = ManualTimer::default();
    let other_transport = ScriptedTransport::new(&other_timer, script());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = runtime.block_on(async {
        let client = builder().build_async().unwrap();
        client.over(Arc::new(other_transport.clone()), Arc::new(other_timer.clone())).progress(&id).await
    });

    assert_eq!(format!("{one:?}"), format!("{other:?}"));
    assert_eq!(timer.trace().events(), other_timer.trace().events());
    assert_eq!((transport.answers_left(), other_transport.answers_left()), (0, 0), "{one:?}");
    let sent = timer.trace().events().into_iter().filter(|event| matches!(event, Event::Sent { .. })).count();
    assert_eq!(sent, transport.requests().len());
    let requests = transport.requests().into_iter().map(|request| {
        let path = request.uri().path().trim_start_matches("/open-apis/").to_owned();
        let bearer = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        match serde_json::from_slice::<Value>(request.body()) {
            Ok(mut body) => {
                body.as_object_mut().unwrap().remove("app_secret");
                assert_eq!(bearer, None);
                format!("{path} {body}")
            }
            Err(_) => format!("{path} {}", bearer.unwrap_or_default()),
        }
    });
    (requests.collect(), one.map(|progress| progress.valid))
}

fn app(tickets: impl TicketSource + 'static) -> Credentials {
    Credentials::store_app("cli_store", "canary-app-secret", tickets, "tenant-1")
}

fn holding(ticket: &str) -> Tickets {
    let tickets = Tickets::new();
    tickets.put(ticket);
    tickets
}

fn app_token(token: &str) -> Answer {
    Answer::json(200, json!({"code": 0, "msg": "success", "app_access_token": token, "expire": 7140}))
}

fn tenant_token(token: &str) -> Answer {
    Answer::json(200, json!({"code": 0, "msg": "success", "tenant_access_token": token, "expire": 7140}))
}

fn pushed() -> Answer {
    Answer::json(200, json!({"code": 0, "msg": "success"}))
}

fn progress() -> Answer {
    Answer::json(200, json!({"code": 0, "data": {"batch_message_send_progress": {"valid_user_ids_count": 7}}}))
}

fn code(code: i64) -> Answer {
    Answer::json(200, json!({"code": code, "msg": "no"}))
}

const ASK: &str = r#"auth/v3/app_ticket/resend {"app_id":"cli_store"}"#;
const CALL: &str = "im/v1/batch_messages/bm-1/get_progress Bearer";

fn exchange_ticket(ticket: &str) -> String {
    format!(r#"auth/v3/app_access_token {{"app_id":"cli_store","app_ticket":"{ticket}"}}"#)
}

fn exchange_token(token: &str) -> String {
    format!(r#"auth/v3/tenant_access_token {{"app_access_token":"{token}","tenant_key":"tenant-1"}}"#)
}

#[test]
fn a_ticket_becomes_the_app_s_token_and_that_the_tenant_s() {
    let (requests, end) =
        story(|| app(holding("ticket-1")), || vec![app_token("a-1"), tenant_token("t-1"), progress()]);
    assert_eq!(requests, [exchange_ticket("ticket-1"), exchange_token("a-1"), format!("{CALL} t-1")]);
    assert_eq!(end.unwrap(), 7);
}

#[test]
fn a_refused_token_is_replaced_and_so_is_the_one_behind_it() {
    let script = || {
        let tokens = [app_token("a-1"), tenant_token("t-1"), code(99991663)];
        let again = [code(99991664), app_token("a-2"), tenant_token("t-2"), progress()];
        tokens.into_iter().chain(again).collect()
    };
    let (requests, end) = story(|| app(holding("ticket-1")), script);
    let expected = [
        exchange_ticket("ticket-1"),
        exchange_token("a-1"),
        format!("{CALL} t-1"),
        exchange_token("a-1"),
        exchange_ticket("ticket-1"),
        exchange_token("a-2"),
        format!("{CALL} t-2"),
    ];
    assert_eq!(requests, expected);
    assert_eq!(end.unwrap(), 7);
}

#[test]
fn a_ticket_that_never_comes_is_asked_for_once_a_minute_and_said_to_be_the_reason() {
    let (requests, end) = story(|| app(Tickets::new()), || vec![pushed(), pushed()]);
    assert_eq!(requests, [ASK, ASK]);
    let error = end.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.to_string().starts_with("no access token: not sent: no usable app_ticket has come"), "{error}");
}

#[test]
fn a_ticket_that_comes_later_is_taken() {
    // The source of another program: nothing at first, then the pushed one.
    let credentials = || {
        let looks = std::sync::atomic::AtomicU32::new(0);
        app(move || {
            let looked = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            (looked > 9).then(|| SecretString::from("ticket-1"))
        })
    };
    let (requests, end) = story(credentials, || vec![pushed(), app_token("a-1"), tenant_token("t-1"), progress()]);
    assert_eq!(requests, [ASK, &exchange_ticket("ticket-1"), &exchange_token("a-1"), &format!("{CALL} t-1")]);
    assert_eq!(end.unwrap(), 7);
}

#[test]
fn a_refused_ticket_is_replaced_by_asking_and_tried_once_more_where_no_other_comes() {
    let (requests, end) = story(|| app(holding("ticket-1")), || vec![code(10012), pushed(), code(10012)]);
    assert_eq!(requests, [exchange_ticket("ticket-1"), ASK.to_owned(), exchange_ticket("ticket-1")]);
    let error = end.unwrap_err();
    assert_eq!((error.kind(), error.api().and_then(|api| api.code())), (ErrorKind::Permission, Some(10012)));
}

#[test]
fn the_only_ticket_that_there_will_be_is_tried_once_and_none_is_asked_for() {
    let (requests, end) = story(|| app(SecretString::from("ticket-1")), || vec![code(10012)]);
    assert_eq!(requests, [exchange_ticket("ticket-1")]);
    let error = end.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert!(error.api().unwrap().remedy().unwrap().contains("app_ticket/resend"));
}

#[test]
fn a_tenant_without_the_app_and_an_app_that_may_not_ask_are_refusals() {
    let (_, end) = story(|| app(holding("ticket-1")), || vec![app_token("a-1"), code(20009)]);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::Permission);
    let (_, end) = story(|| app(Tickets::new()), || vec![code(10016)]);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::Permission);
}

#[test]
fn nothing_secret_is_shown_whoever_echoes_it() {
    let echo = |code: i64, secret: &str| Answer::json(400, json!({"code": code, "msg": format!("bad: {secret}!")}));
    let (ticket, app_access, tenant) = ("canary-ticket-0001", "a-canary-token-0001", "t-canary-token-0001");
    let secrets = ["canary-app-secret", ticket, app_access, tenant];
    for known in 1..=3 {
        for secret in &secrets[..=known] {
            let script = || {
                let mut script = vec![app_token(app_access), tenant_token(tenant)];
                script.truncate(known - 1);
                script.push(echo(99991672, secret));
                script
            };
            let (_, end) = story(|| app(SecretString::from(ticket)), script);
            let error = end.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("[hidden]") && !shown.contains("canary"), "{known} {secret}: {shown}");
        }
    }
    let tickets = holding(ticket);
    let builder = ClientBuilder::new(Platform::Lark, app(tickets.clone()));
    let client = builder.clone().build().unwrap();
    let around = builder.clone().surroundings().unwrap();
    let shown = format!("{tickets:?} {:?} {builder:?} {client:?} {around:?}", app(tickets.clone()));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_client_asks_for_a_ticket_without_having_one() {
    let timer = ManualTimer::default();
    let echo = json!({"code": 10016, "msg": "app resend fail: canary-app-secret"});
    let transport = ScriptedTransport::new(&timer, [pushed(), Answer::json(200, echo)]);
    let client = ClientBuilder::new(Platform::Lark, app(Tickets::new())).build().unwrap();
    let client = client.over(Arc::new(transport.clone()), Arc::new(timer));
    client.resend_app_ticket().unwrap();
    let error = client.resend_app_ticket().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    assert!(transport.requests().iter().all(|request| request.uri().path() == "/open-apis/auth/v3/app_ticket/resend"));
    assert!(transport.requests().iter().all(|request| request.headers().get("authorization").is_none()));

    let custom = ClientBuilder::new(Platform::Lark, Credentials::custom_app("cli_a", "secret")).build().unwrap();
    assert_eq!(custom.resend_app_ticket().unwrap_err().kind(), ErrorKind::InvalidInput);
}
