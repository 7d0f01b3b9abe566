//! The calls around a batch, one by one: the request that each makes and what its answers come to, as the documents
//! show them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fmt::Debug;

use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_lark::transport::paging::Paged;
use batchcast_lark::transport::wire::Response;
use batchcast_lark::{
    AppTicketResend, BadLookup, BatchGetId, BatchMessageId, DepartmentChildren, DepartmentId, Depth, GetProgress,
    Image, LookupBatches, Platform, ReadUser, RecallBatchMessage, UploadImage, UserIdType, UsersByDepartment,
};
use serde_json::{Value, json};

const FEISHU: &str = "https://open.feishu.cn";

fn response(status: u16, body: &str) -> Response {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-tt-logid", "log-1".parse().unwrap());
    Response::new(http::StatusCode::from_u16(status).unwrap(), headers, body.to_owned())
}

/// `METHOD /path?query`, the content type and the body; and what every one of these calls has in common.
fn written<O: Operation>(call: &O) -> (String, Option<String>, Vec<u8>) {
    assert_eq!((call.replay(), call.cost()), (Replay::Safe, Cost::one_request(0)));
    assert!(call.api().is_some());
    let request = call.request(&FEISHU.parse().unwrap()).unwrap();
    let uri = request.uri().to_string();
    let line = format!("{} {}", request.method(), uri.strip_prefix(FEISHU).unwrap());
    let content_type = request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(request.headers().len(), usize::from(content_type.is_some()), "authorization is the session's to add");
    (line, content_type, request.body().to_vec())
}

#[track_caller]
fn asks<O: Operation>(call: &O, expected: &str) {
    assert_eq!(written(call), (expected.to_owned(), None, Vec::new()));
}

#[track_caller]
fn posts<O: Operation>(call: &O, expected: &str, body: &Value) {
    let (line, content_type, sent) = written(call);
    assert_eq!((line.as_str(), content_type.as_deref()), (expected, Some("application/json; charset=utf-8")));
    assert_eq!(&serde_json::from_slice::<Value>(&sent).unwrap(), body);
}

#[track_caller]
fn done<O: Operation<Output: Debug>>(call: &O, data: &Value) -> O::Output {
    let body = json!({"code": 0, "msg": "success", "data": data}).to_string();
    match call.parse(&response(200, &body)) {
        Verdict::Done(output) => output,
        other => panic!("{body}: {other:?}"),
    }
}

/// Each of these is an answer that says success and cannot be read, so that nobody knows.
#[track_caller]
fn unreadable<O: Operation<Output: Debug>>(call: &O, answers: &[Value]) {
    for data in answers {
        let body = json!({"code": 0, "data": data}).to_string();
        let verdict = call.parse(&response(200, &body));
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
}

#[track_caller]
fn refused<O: Operation<Output: Debug>>(call: &O, status: u16, codes: &[(i64, Class)]) {
    for (code, class) in codes {
        let body = json!({"code": code, "msg": "no"}).to_string();
        match call.parse(&response(status, &body)) {
            Verdict::Refused(error) => {
                assert_eq!((error.class(), error.code()), (*class, Some(*code)));
                assert!(error.remedy().is_some_and(|remedy| !remedy.is_empty()), "{code}");
                assert_eq!(error.request_id(), Some("log-1"));
            }
            other => panic!("{body}: {other:?}"),
        }
    }
    for code in [424_242, 230_020, 2200] {
        let verdict = call.parse(&response(status, &json!({"code": code, "msg": "who knows"}).to_string()));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{code}: {verdict:?}");
    }
}

/// What the gateway answers to every call.
const GATEWAY: [(i64, Class); 6] = [
    (99991400, Class::Throttled { after: None }),
    (99991403, Class::Quota),
    (99991663, Class::Token),
    (99991672, Class::Permission),
    (99992402, Class::Message),
    (99991201, Class::Endpoint),
];

fn batch() -> BatchMessageId {
    BatchMessageId::new("bm-dc13264520392913993dd051dba21dcf").unwrap()
}

#[test]
fn a_batch_is_recalled() {
    let call = RecallBatchMessage::new(batch());
    asks(&call, "DELETE /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf");
    assert_eq!(done(&call, &json!({})).log_id.as_deref(), Some("log-1"));
    let without_data = call.parse(&response(200, r#"{"code":0,"msg":"ok"}"#));
    assert!(matches!(without_data, Verdict::Done(_)), "{without_data:?}");
    refused(&call, 400, &GATEWAY);
    let codes = [
        (230001, Class::Message),
        (230006, Class::Permission),
        (230009, Class::Message),
        (230026, Class::Message),
        (230027, Class::Permission),
        (230030, Class::Message),
    ];
    refused(&call, 400, &codes);
}

#[test]
fn the_progress_of_a_batch_is_read() {
    let call = GetProgress::new(batch());
    asks(&call, "GET /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf/get_progress");
    let check = |data: Value, expected: (u64, u64, u64, bool, u64)| {
        let progress = done(&call, &data);
        let found = (progress.valid, progress.success, progress.read, progress.recalled, progress.recall_count);
        assert_eq!(found, expected, "{data}");
    };
    let sent = json!({"valid_user_ids_count": 204, "success_user_ids_count": 200, "read_user_ids_count": 150});
    let taken_back = json!({"recall": true, "recall_count": 100});
    let both = json!({"batch_message_send_progress": sent, "batch_message_recall_progress": taken_back});
    check(both, (204, 200, 150, true, 100));
    // As strings, as the read counts are, and without a recall.
    let strings = json!({"valid_user_ids_count": "204", "success_user_ids_count": "200", "read_user_ids_count": "0"});
    check(json!({"batch_message_send_progress": strings}), (204, 200, 0, false, 0));
    let never = json!({"recall": false, "recall_count": 0});
    check(
        json!({"batch_message_send_progress": {"valid_user_ids_count": 0}, "batch_message_recall_progress": never}),
        (0, 0, 0, false, 0),
    );
    let null = json!({"batch_message_send_progress": {}, "batch_message_recall_progress": null});
    check(null, (0, 0, 0, false, 0));
    unreadable(
        &call,
        &[
            json!(null),
            json!({}),
            json!({"batch_message_send_progress": null}),
            json!({"batch_message_send_progress": []}),
            json!({"batch_message_send_progress": {"valid_user_ids_count": -1}}),
            json!({"batch_message_send_progress": {"valid_user_ids_count": "many"}}),
            json!({"batch_message_send_progress": {}, "batch_message_recall_progress": {"recall": "yes"}}),
        ],
    );
    refused(&call, 400, &[(230012, Class::Message), (230030, Class::Message), (230027, Class::Permission)]);
}

#[test]
fn the_readers_of_a_batch_are_counted() {
    let call = ReadUser::new(batch());
    asks(&call, "GET /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf/read_user");
    for counts in [
        json!({"read_count": "10", "total_count": "100"}),
        json!({"read_count": 10, "total_count": 100}),
        json!({"read_count": "10", "total_count": 100}),
    ] {
        let count = done(&call, &json!({ "read_user": counts }));
        assert_eq!((count.read, count.total), (10, 100));
    }
    unreadable(
        &call,
        &[
            json!({}),
            json!({"read_user": {"read_count": "10"}}),
            json!({"read_user": {"read_count": "", "total_count": 1}}),
        ],
    );
    refused(&call, 400, &[(230001, Class::Message), (230012, Class::Message)]);
}

#[test]
fn a_batch_id_stays_within_its_place() {
    let call = GetProgress::new(BatchMessageId::new("../../x?y#z").unwrap());
    asks(&call, "GET /open-apis/im/v1/batch_messages/..%2F..%2Fx%3Fy%23z/get_progress");
}

#[test]
fn a_picture_is_uploaded() {
    let picture = b"GIF89a\x02\0\x02\0\0\0\0;".to_vec();
    let call = UploadImage::new(Image::new(Platform::Lark, picture.clone()).unwrap());
    let (line, content_type, body) = written(&call);
    assert_eq!(line, "POST /open-apis/im/v1/images");
    let boundary = "batchcast-form-0000000000000000";
    assert_eq!(content_type.unwrap(), format!("multipart/form-data; boundary={boundary}"));
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"image\"; filename=\"image.gif\"\r\nContent-Type: image/gif\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    assert_eq!(body, [head.as_bytes(), &picture, tail.as_bytes()].concat());

    let key = done(&call, &json!({"image_key": "img_v2_xxx"}));
    assert_eq!((key.as_str(), String::from(key.clone())), ("img_v2_xxx", "img_v2_xxx".to_owned()));
    unreadable(&call, &[json!({}), json!({"image_key": ""}), json!({"image_key": 7}), json!(null)]);
    refused(&call, 400, &GATEWAY);
    refused(&call, 401, &[(234002, Class::Token)]);
    refused(&call, 400, &[(232096, Class::TryAgain), (234007, Class::Permission), (234042, Class::Permission)]);
    for code in [234001, 234006, 234010, 234011, 234039] {
        refused(&call, 400, &[(code, Class::Message)]);
    }
    refused(&call, 400, &[(234041, Class::Permission)]);
}

fn email(address: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Email, address).unwrap()
}

fn mobile(number: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Mobile, number).unwrap()
}

#[test]
fn people_are_looked_up() {
    let asked =
        [email("zhangsan@example.com"), mobile("13800000000"), email("lisi@example.com"), mobile("+12025550100")];
    let call = BatchGetId::new(UserIdType::OpenId, asked.clone()).unwrap();
    posts(
        &call,
        "POST /open-apis/contact/v3/users/batch_get_id?user_id_type=open_id",
        &json!({"emails": ["zhangsan@example.com", "lisi@example.com"], "mobiles": ["13800000000", "+12025550100"]}),
    );
    // In another order, in another case, and one of nobody.
    let data = json!({"user_list": [
        {"user_id": "ou_4", "mobile": "+12025550100"},
        {"user_id": "ou_3", "email": "LiSi@Example.com", "status": {"is_frozen": true, "is_activated": true}},
        {"mobile": "13800000000"},
        {"user_id": "ou_979112345678741d29069abcdef01234", "email": "zhangsan@example.com", "surprise": 1},
        {"user_id": "ou_9", "email": "stranger@example.com"},
    ]});
    let found = done(&call, &data);
    assert!(found.iter().map(|lookup| &lookup.asked).eq(&asked));
    let ids: Vec<_> = found.iter().map(|lookup| lookup.found.as_ref().map(Recipient::id)).collect();
    assert_eq!(ids, [Some("ou_979112345678741d29069abcdef01234"), None, Some("ou_3"), Some("ou_4")]);
    assert!(found.iter().flat_map(|lookup| &lookup.found).all(|found| found.kind() == IdKind::OpenId));
    assert!(found[2].status.is_some_and(|status| status.is_frozen && status.is_activated && !status.is_resigned));
    assert_eq!(found[0].status, None);

    let nobody = done(&call, &json!({"user_list": [{"user_id": "", "mobile": "13800000000"}]}));
    assert!(nobody.iter().all(|lookup| lookup.found.is_none()));
    let twice = json!({"user_id": "ou_3", "email": "lisi@example.com"});
    assert!(done(&call, &json!({"user_list": [twice, twice]}))[2].found.is_some());
    let with_country = json!({"user_list": [{"user_id": "ou_5", "mobile": "+8613800000000"}]});
    assert_eq!(done(&call, &with_country)[1].found.as_ref().map(Recipient::id), Some("ou_5"));
    unreadable(
        &call,
        &[
            json!({}),
            // Who is this, and what of those who were asked for?
            json!({"user_list": [{"user_id": "ou_9", "email": "stranger@example.com"}]}),
            json!({"user_list": null}),
            json!({"user_list": [7]}),
            json!({"user_list": [{"user_id": 7, "email": "lisi@example.com"}]}),
            json!({"user_list": [{"user_id": "ou 3", "email": "lisi@example.com"}]}),
            // Two people of one address: either would be a guess.
            json!({"user_list": [twice, {"user_id": "ou_8", "email": "lisi@example.com"}]}),
        ],
    );
    refused(&call, 400, &GATEWAY);
}

#[test]
fn the_kind_of_id_is_the_caller_s_choice() {
    for (id_type, name) in
        [(UserIdType::OpenId, "open_id"), (UserIdType::UnionId, "union_id"), (UserIdType::UserId, "user_id")]
    {
        let call = BatchGetId::new(id_type, [mobile("1")]).unwrap();
        let line = format!("POST /open-apis/contact/v3/users/batch_get_id?user_id_type={name}");
        posts(&call, &line, &json!({"mobiles": ["1"]}));
        let found = done(&call, &json!({"user_list": [{"user_id": "x", "mobile": "1"}]}));
        assert_eq!(found[0].found.as_ref().unwrap().kind().as_str(), name);
    }
}

#[test]
fn fifty_of_each_kind_are_looked_up_together_and_no_more() {
    let emails = |count: usize| (0..count).map(|n| email(format!("p{n}@example.com")));
    let mobiles = |count: usize| (0..count).map(|n| mobile(format!("+1202{n:07}")));
    let check = |addresses: Vec<Recipient>, expected: Option<BadLookup>| {
        assert_eq!(BatchGetId::new(UserIdType::OpenId, addresses).err(), expected);
    };
    check(emails(50).chain(mobiles(50)).collect(), None);
    check(emails(51).collect(), Some(BadLookup::TooMany { kind: IdKind::Email, found: 51 }));
    check(mobiles(51).chain(emails(1)).collect(), Some(BadLookup::TooMany { kind: IdKind::Mobile, found: 51 }));
    check(Vec::new(), Some(BadLookup::Empty));
    let id = Recipient::new(IdKind::OpenId, "ou_1").unwrap();
    check(vec![id.clone()], Some(BadLookup::Kind { found: IdKind::OpenId }));

    let sizes = |emails, mobiles| -> Vec<usize> {
        let batches = LookupBatches::new(UserIdType::OpenId, emails, mobiles);
        batches.map(|batch| batch.unwrap().addresses().len()).collect()
    };
    assert_eq!(sizes(emails(5_000), mobiles(5_000)), [100; 100]);
    assert_eq!(sizes(emails(0), mobiles(0)), [0; 0]);
    assert_eq!(sizes(emails(101), mobiles(1)), [51, 50, 1]);
    let mut mixed = LookupBatches::new(UserIdType::OpenId, [id], mobiles(60));
    assert_eq!(mixed.next(), Some(Err(BadLookup::Kind { found: IdKind::OpenId })));
    assert_eq!(mixed.next().unwrap().unwrap().addresses().len(), 10);
    assert_eq!(mixed.next(), None);
}

#[test]
fn the_departments_below_one_are_listed() {
    let call = DepartmentChildren::new(DepartmentId::root());
    let path = "GET /open-apis/contact/v3/departments/0/children?department_id_type=open_department_id";
    asks(&call, &format!("{path}&fetch_child=false&page_size=50"));
    asks(&call.clone().with_depth(Depth::All), &format!("{path}&fetch_child=true&page_size=50"));
    asks(&call.after("a+b/c="), &format!("{path}&fetch_child=false&page_size=50&page_token=a%2Bb%2Fc%3D"));
    let own = DepartmentChildren::new(DepartmentId::new("D096").unwrap());
    asks(
        &own,
        "GET /open-apis/contact/v3/departments/D096/children?department_id_type=department_id&fetch_child=false&page_size=50",
    );

    let data = json!({
        "has_more": true,
        "page_token": "next",
        "items": [
            {
                "name": "DemoName",
                "i18n_name": {"zh_cn": "Demo名称", "ja_jp": "デモ名", "en_us": "Demo Name"},
                "parent_department_id": "D067",
                "department_id": "D096",
                "open_department_id": "od-4e6ac4d14bcd5071a37a39de902c7141",
                "leader_user_id": "ou_7dab8a3d3cdcc9da365777c7ad535d62",
                "chat_id": "oc_5ad11d72b830411d72b836c20",
                "order": "100",
                "unit_ids": ["custom_unit_id"],
                "member_count": 100,
                "status": {"is_deleted": false},
                "primary_member_count": "90"
            },
            {"open_department_id": "od-2", "name": ""}
        ]
    });
    let page = done(&call, &data);
    assert_eq!(page.next.as_deref(), Some("next"));
    let first = &page.items[0];
    assert_eq!(first.open_department_id, "od-4e6ac4d14bcd5071a37a39de902c7141");
    assert_eq!(first.department_id.as_deref(), Some("D096"));
    assert_eq!(first.parent_department_id.as_deref(), Some("D067"));
    assert_eq!(
        (first.name.as_deref(), first.member_count, first.primary_member_count),
        (Some("DemoName"), Some(100), Some(90))
    );
    assert!(first.status.is_some_and(|status| !status.is_deleted));
    assert_eq!((&page.items[1].name, page.items[1].member_count), (&None, None));

    let last = done(&call, &json!({"has_more": false, "page_token": ""}));
    assert_eq!((last.items.len(), last.next), (0, None));
    unreadable(
        &call,
        &[
            json!({}),
            json!({"items": []}),
            json!({"has_more": true, "items": []}),
            json!({"has_more": true, "page_token": "", "items": []}),
            json!({"has_more": false, "items": {}}),
            json!({"has_more": false, "items": [{"name": "no id"}]}),
            json!({"has_more": false, "items": [{"open_department_id": "od-1", "member_count": "many"}]}),
        ],
    );
    // A page that is its own next one would be asked for without end.
    unreadable(&call.after("next"), &[data]);
    refused(&call, 400, &GATEWAY);
    refused(&call, 400, &[(40003, Class::Permission), (40004, Class::Permission)]);
    refused(
        &call,
        400,
        &[(40012, Class::Message), (40162, Class::Message), (43010, Class::Message), (99992357, Class::Recipient)],
    );
}

#[test]
fn the_members_of_a_department_are_listed() {
    let call = UsersByDepartment::new(DepartmentId::new("od-4e6ac4d1").unwrap());
    let line = "GET /open-apis/contact/v3/users/find_by_department?department_id_type=open_department_id\
                &department_id=od-4e6ac4d1&page_size=50";
    asks(&call, line);
    asks(&call.after("next"), &format!("{line}&page_token=next"));
    let page = done(
        &call,
        &json!({"has_more": false, "items": [
            {
                "union_id": "on_94a1ee5551019f18cd73d9f111898cf2",
                "user_id": "3e3cf96b",
                "open_id": "ou_7dab8a3d3cdcc9da365777c7ad535d62",
                "name": "San Zhang",
                "email": "zhangsan@example.com",
                "mobile": "+41446681800",
                "avatar": {"avatar_72": "https://foo.icon.com/xxxx"}
            },
            {"open_id": "ou_2", "email": "", "mobile": null}
        ]}),
    );
    assert_eq!(page.next, None);
    let member = &page.items[0];
    assert_eq!(member.open_id, "ou_7dab8a3d3cdcc9da365777c7ad535d62");
    assert_eq!(member.union_id.as_deref(), Some("on_94a1ee5551019f18cd73d9f111898cf2"));
    assert_eq!((member.user_id.as_deref(), member.name.as_deref()), (Some("3e3cf96b"), Some("San Zhang")));
    assert_eq!(
        (member.email.as_deref(), member.mobile.as_deref()),
        (Some("zhangsan@example.com"), Some("+41446681800"))
    );
    assert_eq!((&page.items[1].email, &page.items[1].mobile), (&None, &None));
    unreadable(&call, &[json!({"has_more": false, "items": [{"user_id": "no open_id"}]})]);
}

#[test]
fn a_ticket_is_asked_for() {
    let call = AppTicketResend::new("cli_store", "canary-secret");
    let body = json!({"app_id": "cli_store", "app_secret": "canary-secret"});
    posts(&call, "POST /open-apis/auth/v3/app_ticket/resend", &body);
    assert!(!format!("{call:?}").contains("canary"));
    let done = call.parse(&response(200, r#"{"code":0,"msg":"success"}"#));
    assert_eq!(done, Verdict::Done(()));
    refused(&call, 200, &[(10016, Class::Permission), (10014, Class::Permission), (10003, Class::Message)]);
}
