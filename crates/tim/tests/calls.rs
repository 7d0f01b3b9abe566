//! The calls around a send, one by one: the request that each makes and what its answers come to, as the documents show
//! them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fmt::Debug;
use std::num::NonZeroU32;
use std::time::Duration;

use batchcast_tim::model::tim::{Accounts, Message, Stamp, SyncOtherMachine};
use batchcast_tim::model::{IdKind, Recipient};
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_tim::transport::paging::Paged;
use batchcast_tim::transport::time::Unix;
use batchcast_tim::transport::wire::Response;
use batchcast_tim::{
    AccountCheck, AccountImport, AccountStatus, BadAccounts, BadRoamMsgs, MsgKey, MultiAccountImport, NewAccount,
    OnlineStatus, QueryState, RoamMsgs, SendMsg, WithdrawMsg, Withdrawn,
};
use serde_json::{Value, json};

const CHINA: &str = "https://console.tim.qq.com";

fn response(status: u16, body: &str) -> Response {
    let status = http::StatusCode::from_u16(status).unwrap();
    Response::new(status, http::HeaderMap::new(), body.to_owned()).with_request_id(Some("77".to_owned()))
}

/// The request is this one, and counts against its own API.
#[track_caller]
fn posts<O: Operation>(call: &O, path: &str, body: &Value) {
    let request = call.request(&CHINA.parse().unwrap()).unwrap();
    assert_eq!((request.method().as_str(), request.uri().to_string()), ("POST", format!("{CHINA}/v4/{path}")));
    assert_eq!(call.api(), Some(path));
    assert_eq!(request.headers().len(), 1, "authorization is the session's to add");
    assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), body);
}

#[track_caller]
fn is_safe<O: Operation>(call: &O) {
    assert_eq!((call.replay(), call.cost()), (Replay::Safe, Cost::one_request(0)));
}

#[track_caller]
fn done<O: Operation<Output: Debug>>(call: &O, body: &Value) -> O::Output {
    match call.parse(&response(200, &body.to_string())) {
        Verdict::Done(output) => output,
        other => panic!("{body}: {other:?}"),
    }
}

/// The fields of a success with these beside them.
fn ok(fields: &Value) -> Value {
    let mut body = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

/// Each of these is an answer that says success and cannot be read, so that nobody knows.
#[track_caller]
fn unreadable<O: Operation<Output: Debug>>(call: &O, answers: &[Value]) {
    for fields in answers {
        let body = ok(fields).to_string();
        let verdict = call.parse(&response(200, &body));
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
}

/// What every call answers, and what this one does beside it; anything else is a doubt.
#[track_caller]
fn refused<O: Operation<Output: Debug>>(call: &O, codes: &[(i64, Class)]) {
    let of_every_call = [
        (60007, Class::Throttled { after: None }),
        (70050, Class::Throttled { after: Some(Duration::from_secs(60)) }),
        (60028, Class::Quota),
        (70001, Class::Token),
        (70009, Class::Permission),
        (90009, Class::Permission),
        (90001, Class::Message),
    ];
    for (code, class) in of_every_call.iter().chain(codes) {
        for (status, code) in [(200, json!(code)), (502, json!(code)), (200, json!(code.to_string()))] {
            let body = json!({"ActionStatus": "FAIL", "ErrorInfo": "no", "ErrorCode": code}).to_string();
            match call.parse(&response(status, &body)) {
                Verdict::Refused(error) => {
                    assert_eq!(error.class(), *class, "{body}");
                    assert!(error.remedy().is_some_and(|remedy| !remedy.is_empty()), "{code}");
                    assert_eq!((error.message(), error.request_id()), ("no", Some("77")));
                }
                other => panic!("{body}: {other:?}"),
            }
        }
    }
    for code in [60008, 91000, 90994, 70500, 90057, 424_242] {
        let verdict = call.parse(&response(200, &json!({"ActionStatus": "FAIL", "ErrorCode": code}).to_string()));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{code}: {verdict:?}");
    }
    for (status, body) in [(200, ""), (200, "{}"), (200, r#"{"ErrorCode":0}"#), (502, "<html>"), (429, "")] {
        let verdict = call.parse(&response(status, body));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{status} {body}: {verdict:?}");
    }
}

fn account(id: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Account, id).unwrap()
}

fn many(count: usize) -> Vec<Recipient> {
    (0..count).map(|n| account(format!("user{n}"))).collect()
}

fn open_id() -> Recipient {
    Recipient::new(IdKind::OpenId, "ou_1").unwrap()
}

const NO_ACCOUNT: BadAccounts = BadAccounts::Kind { found: IdKind::OpenId };

#[test]
fn accounts_are_checked() {
    let call = AccountCheck::new(Accounts::new().with_ids(["UserID_1", "UserID_2"]).unwrap()).unwrap();
    let items = json!([{"UserID": "UserID_1"}, {"UserID": "UserID_2"}]);
    posts(&call, "im_open_login_svc/account_check", &json!({ "CheckItem": items }));
    is_safe(&call);

    let check = |body: &Value, expected: [AccountStatus; 2]| {
        let checked = done(&call, body);
        assert!(checked.iter().map(|checked| &checked.account).eq(call.accounts()));
        assert_eq!(checked.into_iter().map(|checked| checked.status).collect::<Vec<_>>(), expected, "{body}");
    };
    let one = json!({"UserID": "UserID_1", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "Imported"});
    let two = json!({"UserID": "UserID_2", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "NotImported"});
    use AccountStatus::{Imported, NotImported, Other};
    check(&ok(&json!({"ResultItem": [one, two]})), [Imported, NotImported]);
    // In another order, twice, and with less beside it.
    check(&ok(&json!({"ResultItem": [two, one, two]})), [Imported, NotImported]);
    let bare = json!({"UserID": "UserID_2", "AccountStatus": "Suspended"});
    check(&json!({"ActionStatus": "SomeError", "ResultItem": [one, bare]}), [Imported, Other("Suspended".to_owned())]);

    for code in [json!(70169), json!("70169")] {
        let failed = json!({"UserID": "UserID_2", "ResultCode": code, "ResultInfo": "timeout", "AccountStatus": ""});
        let checked = done(&call, &ok(&json!({"ResultItem": [one, failed]})));
        assert_eq!(checked[0].status, Imported);
        let AccountStatus::Failed { code, info, .. } = &checked[1].status else { panic!("{checked:?}") };
        assert_eq!((*code, info.as_str()), (70169, "timeout"));
    }
    unreadable(
        &call,
        &[
            json!({}),
            json!({ "ResultItem": null }),
            json!({"ResultItem": {}}),
            json!({"ResultItem": [one]}),
            json!({"ResultItem": [one, {"UserID": "UserID_2", "ResultCode": 0}]}),
            json!({"ResultItem": [one, {"UserID": "UserID_2", "ResultCode": true, "AccountStatus": "Imported"}]}),
            json!({"ResultItem": [one, two, {"UserID": "stranger", "AccountStatus": "Imported"}]}),
            // Two things of one account: either would be a guess.
            json!({"ResultItem": [one, two, {"UserID": "UserID_2", "AccountStatus": "Imported"}]}),
        ],
    );
    refused(&call, &[(70402, Class::Message), (70403, Class::Permission)]);
    // A code for the whole request goes before what stands beside it.
    let both = json!({"ActionStatus": "FAIL", "ErrorCode": 70402, "ResultItem": [one, two]});
    assert!(matches!(call.parse(&response(200, &both.to_string())), Verdict::Refused(_)));
}

#[test]
fn an_account_is_imported() {
    let new = NewAccount::new(account("test")).unwrap();
    let full = new.clone().with_nick("test").unwrap().with_face_url("http://www.qq.com").unwrap();
    let path = "im_open_login_svc/account_import";
    posts(&AccountImport::new(full), path, &json!({"UserID": "test", "Nick": "test", "FaceUrl": "http://www.qq.com"}));
    let call = AccountImport::new(new);
    posts(&call, path, &json!({"UserID": "test"}));
    is_safe(&call);
    done(&call, &ok(&json!({})));
    refused(
        &call,
        &[
            (40601, Class::Message),
            (70402, Class::Message),
            (70403, Class::Permission),
            (70398, Class::Permission),
            (70399, Class::Recipient),
        ],
    );
}

#[test]
fn up_to_100_accounts_are_imported_and_those_that_failed_are_named() {
    let path = "im_open_login_svc/multiaccount_import";
    let tests = ["test1", "test2", "test3", "test4", "test5"];
    let call = MultiAccountImport::without_profiles(tests.map(account)).unwrap();
    posts(&call, path, &json!({ "Accounts": tests }));
    is_safe(&call);
    // With a profile there is another form.
    let first = NewAccount::new(account("UserID_001")).unwrap().with_nick("Nick_001").unwrap();
    let second = NewAccount::new(account("UserID_002")).unwrap();
    let list = json!([{"UserID": "UserID_001", "Nick": "Nick_001"}, {"UserID": "UserID_002"}]);
    posts(&MultiAccountImport::new([first, second]).unwrap(), path, &json!({ "AccountList": list }));

    let check = |body: Value, expected: &[&str]| {
        let receipt = done(&call, &body);
        assert_eq!(receipt.failed.iter().map(Recipient::id).collect::<Vec<_>>(), expected, "{body}");
        assert_eq!(receipt.random.as_deref(), Some("77"));
    };
    check(ok(&json!({"FailAccounts": ["test3", "test4"]})), &["test3", "test4"]);
    check(ok(&json!({"FailAccounts": ["test4", "test3", "test4"]})), &["test3", "test4"]);
    check(json!({"ActionStatus": "FAIL", "ErrorCode": 0, "FailAccounts": ["test1"]}), &["test1"]);
    for body in [json!({}), json!({"FailAccounts": []}), json!({ "FailAccounts": null })] {
        check(ok(&body), &[]);
    }
    let unclear = [json!({"FailAccounts": "test3"}), json!({"FailAccounts": [3]}), json!({"FailAccounts": ["test6"]})];
    unreadable(&call, &unclear);
    refused(&call, &[(70402, Class::Message), (70398, Class::Permission), (70206, Class::Message)]);
    let both = json!({"ActionStatus": "FAIL", "ErrorCode": 70398, "ErrorInfo": "", "FailAccounts": tests});
    assert!(matches!(call.parse(&response(200, &both.to_string())), Verdict::Refused(_)));
}

#[test]
fn who_is_online_is_asked() {
    let ids = ["id1", "id2", "id3", "id4"];
    let call = QueryState::new(ids.map(account)).unwrap();
    posts(&call, "openim/query_online_status", &json!({ "To_Account": ids }));
    let detailed = call.clone().with_detail();
    posts(&detailed, "openim/query_online_status", &json!({"To_Account": ids, "IsNeedDetail": 1}));
    is_safe(&call);

    use OnlineStatus::{Offline, Online, Other, PushOnline};
    // The field's name in English, and in Chinese.
    for name in ["State", "Status"] {
        let state = |id: &str, state: &str| json!({"To_Account": id, name: state});
        let result = [state("id3", "PushOnline"), state("id1", "Offline"), state("id2", "Online")];
        let list = json!([{"To_Account": "id4", "ErrorCode": 70107}]);
        let states = done(&call, &ok(&json!({"QueryResult": result, "ErrorList": list})));
        assert_eq!(states.iter().map(|state| state.account.id()).collect::<Vec<_>>(), ids);
        assert_eq!([0, 1, 2].map(|at: usize| states[at].status.clone()), [Offline, Online, PushOnline]);
        assert!(matches!(states[3].status, OnlineStatus::Failed { code: Some(70107), .. }), "{states:?}");
        // The page of 2019 has no list of those who are not known.
        let states = done(&call, &ok(&json!({"QueryResult": [state("id1", "Asleep")]})));
        assert_eq!(states[0].status, Other("Asleep".to_owned()));
        assert!(matches!(states[1].status, OnlineStatus::Failed { code: None, .. }), "{states:?}");

        let detail = json!([{"Platform": "iPhone", name: "PushOnline"}, {"Platform": "Web", name: "Online"}]);
        let states =
            done(&detailed, &ok(&json!({"QueryResult": [{"To_Account": "id1", name: "Online", "Detail": detail}]})));
        let found: Vec<_> = states[0].detail.iter().map(|one| (one.platform.as_str(), one.status.clone())).collect();
        assert_eq!(found, [("iPhone", PushOnline), ("Web", Online)]);
    }
    unreadable(
        &call,
        &[
            json!({"QueryResult": {}}),
            json!({"QueryResult": [{"To_Account": "id1"}]}),
            json!({"QueryResult": [{"State": "Online"}]}),
            json!({"QueryResult": [{"To_Account": "stranger", "State": "Online"}]}),
            json!({"QueryResult": [{"To_Account": "id1", "State": "Online", "Detail": [{"Platform": "Web"}]}]}),
            json!({"ErrorList": [{"ErrorCode": 70107}]}),
            json!({"ErrorList": "id4"}),
        ],
    );
    refused(&call, &[(90003, Class::Recipient), (90011, Class::Message)]);
}

#[test]
fn a_call_names_so_many_accounts_and_no_others() {
    #[track_caller]
    fn check<C: Debug>(limit: usize, call: impl Fn(Vec<Recipient>) -> Result<C, BadAccounts>) {
        assert!(call(many(limit)).is_ok());
        assert_eq!(call(many(limit + 1)).unwrap_err(), BadAccounts::TooMany { limit, found: limit + 1 });
        assert_eq!(call(Vec::new()).unwrap_err(), BadAccounts::Empty);
        assert_eq!(call(vec![account("bonnie"), open_id()]).unwrap_err(), NO_ACCOUNT);
    }
    check(100, AccountCheck::new);
    check(100, MultiAccountImport::without_profiles);
    check(500, QueryState::new);
    assert_eq!(NewAccount::new(open_id()).unwrap_err(), NO_ACCOUNT);
    assert_eq!(SendMsg::new(Message::text("hi").unwrap(), open_id()).unwrap_err(), NO_ACCOUNT);
    let key = MsgKey::new("1_2_3").unwrap();
    assert_eq!(WithdrawMsg::new(open_id(), account("a"), key.clone()).unwrap_err(), NO_ACCOUNT);
    assert_eq!(WithdrawMsg::new(account("a"), open_id(), key).unwrap_err(), NO_ACCOUNT);

    let sizes: Vec<_> = AccountCheck::batches(many(201)).map(|call| call.unwrap().accounts().len()).collect();
    assert_eq!(sizes, [100, 100, 1]);
    let new = many(101).into_iter().map(|one| NewAccount::new(one).unwrap());
    let sizes: Vec<_> = MultiAccountImport::batches(new).map(|call| call.unwrap().accounts().len()).collect();
    assert_eq!(sizes, [100, 1]);

    let new = || NewAccount::new(account("bonnie")).unwrap();
    assert!(new().with_nick("n".repeat(500)).is_ok());
    let refused = new().with_nick("字".repeat(167)).unwrap_err();
    assert_eq!(refused.to_string(), "Nick: too long: the limit is 500 bytes, found 501; shorten it");
    let refused = new().with_face_url("u".repeat(501)).unwrap_err();
    assert_eq!(refused, BadAccounts::LongProfile { field: "FaceUrl", found: 501 });
}

#[test]
fn a_message_is_sent_to_one_account() {
    let message = Message::text("hi, beauty").unwrap().with_sync_other_machine(SyncOtherMachine::DoNotSync);
    let message = message.with_cloud_custom_data("your cloud custom data").unwrap();
    let stamp = Stamp { msg_seq: 93847636, msg_random: 1287657 };
    let call = SendMsg::new(message.clone(), account("lumotuwe2")).unwrap().with_stamp(stamp);
    posts(
        &call,
        "openim/sendmsg",
        &json!({
            "SyncOtherMachine": 2, "To_Account": "lumotuwe2", "MsgSeq": 93847636, "MsgRandom": 1287657,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi, beauty"}}],
            "CloudCustomData": "your cloud custom data",
        }),
    );
    assert_eq!(
        (call.replay(), call.cost()),
        (Replay::Keyed { within: Duration::from_secs(100) }, Cost::one_request(1))
    );

    let receipt = done(&call, &ok(&json!({"MsgTime": 1572870301, "MsgKey": "89541_2574206_1572870301"})));
    assert_eq!(receipt.msg_key.as_deref(), Some("89541_2574206_1572870301"));
    assert_eq!(receipt.msg_time, Some(Unix::from_secs(1_572_870_301)));
    assert_eq!((receipt.stamp, receipt.random.as_deref()), (stamp, Some("77")));
    // As in 2019, with neither; it was accepted all the same.
    let receipt = done(&call, &ok(&json!({"MsgTime": "soon"})));
    assert_eq!((receipt.msg_key, receipt.msg_time), (None, None));
    let codes =
        [(90003, Class::Recipient), (90008, Class::Message), (90012, Class::Recipient), (20012, Class::Message)];
    refused(&call, &codes);
    refused(&call, &[(20003, Class::Recipient), (20007, Class::Recipient), (80001, Class::Message)]);
    let webhook = call.parse(&response(200, r#"{"ActionStatus":"FAIL","ErrorCode":120001,"ErrorInfo":"not today"}"#));
    assert!(matches!(&webhook, Verdict::Refused(error) if error.class() == Class::Message), "{webhook:?}");

    // Every value is a message of its own, and its clone is the same message.
    let drawn = || SendMsg::new(message.clone(), account("lumotuwe2")).unwrap();
    assert_ne!(drawn().stamp(), drawn().stamp());
    let one = drawn();
    assert_eq!(one.clone().stamp(), one.stamp());
}

#[test]
fn what_sendmsg_alone_has_travels_with_the_message() {
    let body = json!({
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}],
        "ForbidCallbackControl": ["ForbidBeforeSendMsgCallback"], "SupportMessageExtension": 0,
    });
    let message = Message::from_value(body).unwrap();
    let call = SendMsg::new(message, account("rong")).unwrap();
    let request = call.request(&CHINA.parse().unwrap()).unwrap();
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent["ForbidCallbackControl"], json!(["ForbidBeforeSendMsgCallback"]));
    assert_eq!((&sent["SupportMessageExtension"], &sent["To_Account"]), (&json!(0), &json!("rong")));
}

#[test]
fn a_message_is_taken_back() {
    let key = MsgKey::new("31906_833502_1572869830").unwrap();
    let call = WithdrawMsg::new(account("vinson"), account("dramon"), key).unwrap();
    posts(
        &call,
        "openim/admin_msgwithdraw",
        &json!({"From_Account": "vinson", "To_Account": "dramon", "MsgKey": "31906_833502_1572869830"}),
    );
    is_safe(&call);
    let now = done(&call, &ok(&json!({})));
    assert_eq!((now, now.is_recalled(), now.to_string().as_str()), (Withdrawn::Now, true, "recalled"));
    #[track_caller]
    fn check(call: &WithdrawMsg, code: &Value, expected: Withdrawn, is_recalled: bool) {
        for (status, said) in [(200, "FAIL"), (502, "FAIL"), (200, "OK")] {
            let body = json!({"ActionStatus": said, "ErrorInfo": "", "ErrorCode": code}).to_string();
            assert_eq!(call.parse(&response(status, &body)), Verdict::Done(expected), "{body}");
        }
        assert_eq!(expected.is_recalled(), is_recalled);
    }
    check(&call, &json!(20022), Withdrawn::Gone, false);
    check(&call, &json!(20023), Withdrawn::Before, true);
    check(&call, &json!("20023"), Withdrawn::Before, true);
    check(&call, &json!(20016), Withdrawn::TooLate, false);
    refused(&call, &[(90003, Class::Recipient), (90008, Class::Message), (90054, Class::Message)]);
}

fn history() -> RoamMsgs {
    let times = Unix::from_secs(1_584_669_600)..=Unix::from_secs(1_584_673_200);
    RoamMsgs::new(account("user2"), account("user1"), times).unwrap()
}

fn message(from: &str, to: &str, seq: u32, random: u32, time: u32, text: &str) -> Value {
    json!({
        "From_Account": from, "To_Account": to, "MsgSeq": seq, "MsgRandom": random, "MsgTimeStamp": time,
        "MsgFlagBits": 0, "IsPeerRead": 0, "MsgKey": format!("{seq}_{random}_{time}"),
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
        "CloudCustomData": "your cloud custom data",
    })
}

/// The document's first page, without the ten messages that it leaves out.
fn first_page() -> Value {
    let msg_1 = message("user1", "user2", 549396494, 2578554, 1584669680, "msg 1");
    let msg_2 = message("user2", "user1", 1054803289, 7201, 1584669689, "msg 2");
    let last = json!({"LastMsgTime": 1584669680, "LastMsgKey": "549396494_2578554_1584669680"});
    let mut page = ok(&json!({"Complete": 0, "MsgCnt": 2, "MsgList": [msg_1, msg_2]}));
    page.as_object_mut().unwrap().extend(last.as_object().unwrap().clone());
    page
}

#[test]
fn a_history_is_read_page_by_page() {
    let call = history();
    let path = "openim/admin_getroammsg";
    let mut body = json!({
        "Operator_Account": "user2", "Peer_Account": "user1", "MaxCnt": 100,
        "MinTime": 1584669600, "MaxTime": 1584673200,
    });
    posts(&call, path, &body);
    is_safe(&call);
    let page = done(&call, &first_page());
    let second = call.after(page.next.as_deref().unwrap());
    body["MaxTime"] = json!(1584669680);
    body["LastMsgKey"] = json!("549396494_2578554_1584669680");
    posts(&second, path, &body);
    body["MaxCnt"] = json!(7);
    posts(&second.clone().with_max_cnt(NonZeroU32::new(7).unwrap()).unwrap(), path, &body);

    let [first, other] = &page.items[..] else { panic!("{page:?}") };
    assert_eq!((first.from_account.as_str(), first.to_account.as_str()), ("user1", "user2"));
    assert_eq!(first.stamp(), Some(Stamp { msg_seq: 549396494, msg_random: 2578554 }));
    assert_eq!(first.msg_time_stamp, Unix::from_secs(1_584_669_680));
    assert_eq!((first.msg_key.as_str(), first.is_recalled()), ("549396494_2578554_1584669680", false));
    assert_eq!(first.is_peer_read, Some(false));
    assert_eq!(first.msg_body, json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "msg 1"}}]));
    assert_eq!(first.cloud_custom_data.as_deref(), Some("your cloud custom data"));
    assert_eq!(other.from_account, "user2");

    let msg_13 = message("user1", "user2", 1456, 23287, 1584669601, "msg 13");
    let mut last = ok(&json!({"Complete": 1, "MsgCnt": 1, "MsgList": [msg_13]}));
    last["LastMsgTime"] = json!(1584669601);
    last["LastMsgKey"] = json!("1456_23287_1584669601");
    let page = done(&second, &last);
    assert_eq!((page.items.len(), page.next), (1, None));
}

#[test]
fn a_history_has_several_spellings_and_loses_nothing() {
    let call = history();
    for complete in [json!(1), json!("1"), json!(true)] {
        let page = done(&call, &ok(&json!({ "Complete": complete })));
        assert_eq!((page.items.len(), page.next), (0, None));
    }
    let mut odd = message("user1", "user2", 1, 2, 1584669700, "gone");
    odd["MsgSeq"] = json!("1");
    odd["MsgFlagBits"] = json!(8);
    odd["IsPeerRead"] = json!(true);
    odd["MsgBody"] = json!([{"MsgType": "TIMTomorrowElem", "MsgContent": 7}]);
    odd["MsgVersion"] = json!({"of": ["tomorrow"]});
    odd.as_object_mut().unwrap().remove("CloudCustomData");
    let page = done(&call, &ok(&json!({"Complete": 1, "MsgList": [odd]})));
    let found = &page.items[0];
    assert_eq!(found.stamp(), Some(Stamp { msg_seq: 1, msg_random: 2 }));
    assert_eq!((found.is_recalled(), found.is_peer_read, &found.cloud_custom_data), (true, Some(true), &None));
    assert_eq!(found.msg_body, odd["MsgBody"]);
    assert_eq!(Value::Object(found.extra.clone()), json!({"MsgVersion": {"of": ["tomorrow"]}}));
    // A client's own message may have numbers that no batch has.
    let mut large = message("user1", "user2", 1, 2, 1584669700, "large");
    large["MsgSeq"] = json!(u64::MAX);
    assert_eq!(done(&call, &ok(&json!({"Complete": 1, "MsgList": [large]}))).items[0].stamp(), None);
}

#[test]
fn a_page_that_might_hide_something_cannot_be_read() {
    let call = history();
    let good = message("user1", "user2", 1, 2, 1584669700, "good");
    let without = |name: &str| {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(name);
        json!({"Complete": 1, "MsgList": [bad]})
    };
    unreadable(
        &call,
        &[
            json!({}),
            json!({"MsgList": [good]}),
            json!({"Complete": 2, "MsgList": []}),
            json!({"Complete": 1, "MsgList": {}}),
            json!({"Complete": 1, "MsgCnt": 2, "MsgList": [good]}),
            json!({"Complete": 1, "MsgCnt": "many", "MsgList": [good]}),
            json!({"Complete": 0, "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669700, "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669700, "LastMsgKey": "", "MsgList": [good]}),
            // Times that were not asked for.
            json!({"Complete": 0, "LastMsgTime": 1584673201, "LastMsgKey": "1_2_3", "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669599, "LastMsgKey": "1_2_3", "MsgList": [good]}),
            without("MsgSeq"),
            without("MsgRandom"),
            without("MsgTimeStamp"),
            without("MsgKey"),
            without("From_Account"),
            without("To_Account"),
        ],
    );
    // A page that is its own next one would be asked for without end.
    unreadable(&call.after("1584669680 549396494_2578554_1584669680"), &[first_page()]);
    refused(&call, &[(90003, Class::Recipient), (90008, Class::Message)]);
}

#[test]
fn a_history_is_asked_for_within_its_bounds() {
    let new = |operator, from, to| RoamMsgs::new(operator, account("a"), Unix::from_secs(from)..=Unix::from_secs(to));
    assert!(new(account("b"), 5, 5).is_ok());
    assert_eq!(new(account("b"), 6, 5).unwrap_err(), BadRoamMsgs::Times { from: 6, to: 5 });
    assert_eq!(new(open_id(), 5, 6).unwrap_err(), BadRoamMsgs::Account(NO_ACCOUNT));
    let most = |count| new(account("b"), 5, 6).unwrap().with_max_cnt(NonZeroU32::new(count).unwrap());
    assert!(most(100).is_ok());
    assert_eq!(
        most(101).unwrap_err().to_string(),
        "MaxCnt: too many: the limit is 100 messages, found 101; turn the pages"
    );
}
