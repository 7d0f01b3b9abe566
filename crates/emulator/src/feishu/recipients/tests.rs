//! Who is named, who exists, and who may be written to.

use serde_json::{Value, json};

use super::super::testing::{Sandbox, check_accepted, check_refusal, office};
use crate::deliveries::IdKind;

fn body(lists: &str) -> String {
    format!(r#"{{"msg_type":"text","content":{{"text":"x"}},{lists}}}"#)
}

#[test]
fn lists_that_are_refused() {
    fn check(lists: &str, because: &str) {
        check_refusal(&body(lists), 10003, &format!("Invalid parameter. {because}"));
    }
    let nobody = "at least one of department_ids, open_ids, user_ids and union_ids";
    check(r#""emails":["a@example.com"]"#, nobody);
    check(r#""open_ids":[]"#, nobody);
    check(r#""open_ids":null,"user_ids":[]"#, nobody);
    check(r#""open_ids":"ou_1""#, "open_ids must be a list of strings");
    check(r#""user_ids":[1,2]"#, "user_ids must be a list of strings");
    check(r#""union_ids":["on_1",null]"#, "union_ids must be a list of strings");
    check(r#""department_ids":{}"#, "department_ids must be a list of strings");
    check(r#""department_ids":["od-1","0"]"#, "department_ids must not have the root department 0");
}

#[test]
fn two_hundred_in_each_list_and_no_more() {
    let list = |prefix: &str, n: usize| json!((0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>());
    let lists = [("department_ids", "od-"), ("open_ids", "ou_"), ("user_ids", "u"), ("union_ids", "on_")];
    let mut full = json!({"msg_type": "text", "content": {"text": "x"}});
    for (name, prefix) in lists {
        full[name] = list(prefix, 200);
    }
    assert_eq!(check_accepted(&full.to_string()).len(), 800);
    for (name, prefix) in lists {
        let mut over = full.clone();
        over[name] = list(prefix, 201);
        check_refusal(
            &over.to_string(),
            10003,
            &format!("Invalid parameter. {name} has 201 ids, and a list may have 200"),
        );
    }
}

#[test]
fn ids_that_do_not_exist_are_named_and_the_others_get_the_message() {
    fn check(list: &str, ids: Value, delivered: &[&str], named: Value) {
        let mut sandbox = Sandbox::logged_in();
        let response = sandbox.send(&body(&format!(r#""{list}":{ids}"#)));
        assert_eq!(response.json()["code"], 0, "{ids}");
        assert_eq!(response.json()["data"][format!("invalid_{list}")], named, "{ids}");
        let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| d.id).collect();
        assert_eq!(got, delivered, "{ids}");
    }
    let long = "u".repeat(64);
    let too_long = "u".repeat(65);
    check(
        "open_ids",
        json!(["ou_1", "on_1", "ou_x_invalid", "", "ou_2"]),
        &["ou_1", "ou_2"],
        json!(["on_1", "ou_x_invalid", ""]),
    );
    check("union_ids", json!(["ou_1", "on_1"]), &["on_1"], json!(["ou_1"]));
    check("user_ids", json!([long, too_long, "_invalid", "ünï"]), &[&long, "ünï"], json!([too_long, "_invalid"]));
    check(
        "department_ids",
        json!(["od-1", "d502aaa9514059", "od-1_invalid"]),
        &["od-1", "d502aaa9514059"],
        json!(["od-1_invalid"]),
    );
    check("open_ids", json!(["ou_\"quoted\"", "\u{1f600}"]), &["ou_\"quoted\""], json!(["\u{1f600}"]));
    check("open_ids", json!(["ou_1_invalid", "x"]), &[], json!(["ou_1_invalid", "x"]));
}

#[test]
fn ids_made_to_be_refused_refuse_the_request() {
    fn check(lists: &str, code: i64, msg: &str) {
        check_refusal(&body(lists), code, msg);
        let mut sandbox = Sandbox::in_office(office());
        assert_eq!(sandbox.send(&body(lists)).json(), json!({"code": code, "msg": msg}), "{lists}");
    }
    check(r#""open_ids":["ou_ann","ou_1_refused_invalid"]"#, 11101, "Open_id not exist.");
    check(r#""open_ids":["ou_ann"],"union_ids":["on_refused_invalid"]"#, 11101, "Open_id not exist.");
    check(r#""user_ids":["x_refused_invalid","ben"]"#, 11105, "user_id not exist");
    check(r#""department_ids":["od-x_refused_invalid"],"user_ids":["ben"]"#, 11103, "open department id not exist");
    let person = crate::Person::new("ou_1_refused_invalid");
    let mut sandbox = Sandbox::in_office(office().with_user(person));
    assert_eq!(sandbox.send(&body(r#""open_ids":["ou_1_refused_invalid"]"#)).json()["code"], 0, "it exists");
    let no_scope = office().with_scope("im:message");
    let reply = Sandbox::in_office(no_scope).send(&body(r#""open_ids":["ou_1_refused_invalid"]"#)).json();
    assert_eq!(reply["code"], 11203);
}

#[test]
fn a_list_is_counted_before_duplicates_are_dropped() {
    let same = |n: usize| json!({"msg_type": "text", "content": {"text": "x"}, "open_ids": vec!["ou_1"; n]});
    assert_eq!(check_accepted(&same(200).to_string()).len(), 1);
    let msg = "Invalid parameter. open_ids has 201 ids, and a list may have 200";
    check_refusal(&same(201).to_string(), 10003, msg);
}

#[test]
fn an_id_twice_in_a_list_is_one_delivery_and_named_once() {
    let mut sandbox = Sandbox::logged_in();
    let lists = r#""open_ids":["ou_1","ou_2","ou_1","x","x"],"user_ids":["ou_1"]"#;
    let response = sandbox.send(&body(lists)).json();
    assert_eq!(response["data"]["invalid_open_ids"], json!(["x"]));
    let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| (d.kind.to_string(), d.id)).collect();
    let expected = [("open_id", "ou_1"), ("open_id", "ou_2"), ("user_id", "ou_1")];
    assert_eq!(got, expected.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
}

#[test]
fn a_directory_says_who_exists_and_who_is_where() {
    fn check(lists: Value, invalid: [Value; 4], delivered: &[(&str, &str)]) {
        let mut sandbox = Sandbox::in_office(office());
        let lists = lists.to_string();
        let reply = sandbox.send(&body(&lists[1..lists.len() - 1])).json();
        assert_eq!(reply["code"], 0, "{lists}: {reply}");
        let names = ["department_ids", "open_ids", "user_ids", "union_ids"];
        let named = names.map(|name| reply["data"][format!("invalid_{name}")].clone());
        assert_eq!(named, invalid, "{lists}");
        let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| (d.kind.to_string(), d.id)).collect();
        let expected: Vec<_> = delivered.iter().map(|(kind, id)| (kind.to_string(), id.to_string())).collect();
        assert_eq!(got, expected, "{lists}");
    }
    let none = || json!([]);
    check(
        json!({"open_ids": ["ou_ann", "ou_eve", "ou_cid"], "user_ids": ["ben", "ann"], "union_ids": ["on_ben"]}),
        [none(), json!(["ou_eve"]), json!(["ann"]), none()],
        &[("open_id", "ou_ann"), ("user_id", "ben"), ("union_id", "on_ben")],
    );
    check(
        json!({"department_ids": ["od-sales", "north", "od-x", "od-works"]}),
        [json!(["od-x"]), none(), none(), none()],
        &[("open_id", "ou_ann"), ("open_id", "ou_ben")],
    );
    check(json!({"department_ids": ["north"]}), [none(), none(), none(), none()], &[]);
}

#[test]
fn members_without_an_open_id_are_shown_by_another() {
    let people = json!({"feishu": {
        "departments": [{"department_id": "d1"}],
        "users": [{"user_id": "u1", "union_id": "on_1", "departments": ["d1"]},
                  {"open_id": "", "union_id": "on_2", "departments": ["d1"]}]}});
    let mut sandbox = Sandbox::logged_in();
    sandbox.world.set_directory(crate::Directory::from_json(people.to_string().as_bytes()).unwrap());
    sandbox.send(&body(r#""department_ids":["d1"]"#));
    let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| (d.kind, d.id)).collect();
    assert_eq!(got, [(IdKind::UserId, "u1".to_owned()), (IdKind::UnionId, "on_2".to_owned())]);
}

#[test]
fn lists_need_their_scope() {
    fn check(scopes: &[&str], lists: &str, status: u16, code: i64, msg: &str) {
        let office = scopes.iter().fold(office(), |office, scope| office.with_scope(*scope));
        let mut sandbox = Sandbox::in_office(office);
        let reply = sandbox.send(&body(lists));
        let shown = format!("{scopes:?} {lists}: {}", reply.text);
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{shown}");
        assert_eq!(reply.json()["msg"], msg, "{shown}");
        assert_eq!(sandbox.world.deliveries().is_empty(), code != 0, "{shown}");
    }
    let (users, departments) = (r#""open_ids":["ou_ann"]"#, r#""department_ids":["od-works"]"#);
    let both = format!("{users},{departments}");
    let to_users = "im:message:send_multi_users";
    let to_departments = "im:message:send_multi_depts";
    let denied = "Access denied. One of the following scopes is required: [im:message, im:message:send_as_bot]";
    let (no_users, no_departments) =
        ("Send employee ids permission denied.", "Send department list permission denied.");
    check(&[to_users, to_departments], users, 400, 99_991_672, denied);
    check(&[to_users, to_departments], "\"x\":{{", 400, 99_991_672, denied);
    check(&["im:message"], users, 200, 11203, no_users);
    check(&["im:message"], r#""union_ids":["on_x"]"#, 200, 11203, no_users);
    check(&["im:message"], departments, 200, 11204, no_departments);
    check(&["im:message", to_users], users, 200, 0, "ok");
    check(&["im:message", to_users], &both, 200, 11204, no_departments);
    check(&["im:message:send_as_bot", to_departments], departments, 200, 0, "ok");
    check(&["im:message:send_as_bot", to_departments], &both, 200, 11203, no_users);
    check(&["im:message", to_users, to_departments], &both, 200, 0, "ok");
}

#[test]
fn without_a_bot_nothing_is_sent() {
    let mut sandbox = Sandbox::from(crate::Emulator::builder().without_bot().world());
    sandbox.log_in();
    let reply = sandbox.send("{");
    assert_eq!((reply.status, reply.json()), (200, json!({"code": 11205, "msg": "App do not have bot."})));
}
