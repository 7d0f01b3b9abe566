//! Accounts: whether they exist, making them, and who is there.

use std::fmt::Debug;

use batchcast_tim::model::Recipient;
use batchcast_tim::model::tim::{Accounts, Message};
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::operation::{Operation, Verdict};
use batchcast_tim::{
    AccountCheck, AccountImport, AccountStatus, BadAccounts, MsgKey, MultiAccountImport, NewAccount, OnlineStatus,
    QueryState, SendMsg, WithdrawMsg,
};
use serde_json::{Value, json};

use crate::asking::*;

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
