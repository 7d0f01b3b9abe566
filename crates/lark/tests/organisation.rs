//! Whole branches of the organisation: what a client asks for, and what it makes of it.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::sync::Arc;

use batchcast_emulator::{Department as Listed, Directory, Emulator, FeishuDirectory, Person};
use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::transport::around::Contacts;
use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::error::{ApiError, CallError};
use batchcast_lark::transport::exchange::RetryPolicy;
use batchcast_lark::transport::fault::FaultKind;
use batchcast_lark::transport::testing::{Answer, ManualTimer, ScriptedTransport};
use batchcast_lark::{Client, ClientBuilder, Credentials, Department, DepartmentId, Depth, Platform};
use serde_json::{Value, json};

fn scripted(script: impl IntoIterator<Item = Answer>) -> (Client, ScriptedTransport) {
    let timer = ManualTimer::default();
    let transport = ScriptedTransport::new(&timer, script);
    let token = Credentials::tenant_access_token("t-organisation").unwrap();
    let builder = ClientBuilder::new(Platform::Lark, token).with_policy(RetryPolicy::default());
    (builder.build().unwrap().over(Arc::new(transport.clone()), Arc::new(timer)), transport)
}

/// One page, and the last.
fn page(items: &[Value]) -> Answer {
    Answer::json(200, json!({"code": 0, "data": {"has_more": false, "items": items}}))
}

fn departments(ids: &[&str]) -> Answer {
    page(&ids.iter().map(|id| json!({"open_department_id": id})).collect::<Vec<_>>())
}

fn refused(code: i64) -> Answer {
    Answer::json(400, json!({"code": code, "msg": "no"}))
}

fn id(id: &str) -> DepartmentId {
    DepartmentId::new(id).unwrap()
}

fn ids(departments: &[Department]) -> Vec<&str> {
    departments.iter().map(|department| &*department.open_department_id).collect()
}

/// Of whose children it was asked, and whether all the way down.
fn asked(transport: &ScriptedTransport) -> Vec<(String, bool)> {
    let requests = transport.requests().into_iter();
    let one = |uri: String| {
        let of = uri.split("/departments/").nth(1).and_then(|rest| rest.split("/children").next()).unwrap();
        (of.to_owned(), uri.contains("fetch_child=true"))
    };
    requests.map(|request| one(request.uri().to_string())).collect()
}

#[test]
fn where_they_are_too_many_at_once_it_goes_down_level_by_level() {
    for code in [40162, 43010] {
        let script = [
            refused(code),
            departments(&["od-a", "od-b"]),
            departments(&["od-c"]),
            departments(&[]),
            departments(&["od-d"]),
            departments(&[]),
        ];
        let (client, transport) = scripted(script);
        let found = client.departments_below(&id("od-top"), Depth::All).unwrap();
        assert_eq!(ids(&found), ["od-a", "od-b", "od-c", "od-d"]);
        let below = ["od-top", "od-a", "od-b", "od-c", "od-d"].map(|of| (of.to_owned(), false));
        assert_eq!(asked(&transport)[0], ("od-top".to_owned(), true));
        assert_eq!(asked(&transport)[1..], below);
        assert_eq!(transport.answers_left(), 0);
    }
}

#[test]
fn a_circle_is_left_and_nobody_is_gone_into_twice() {
    let script = [
        refused(40162),
        departments(&["od-a", "od-b"]),
        departments(&["od-b", "od-c"]),
        departments(&["od-a"]),
        departments(&["od-a", "od-c"]),
    ];
    let (client, transport) = scripted(script);
    let found = client.departments_below(&id("od-top"), Depth::All).unwrap();
    assert_eq!((ids(&found), transport.answers_left()), (vec!["od-a", "od-b", "od-c"], 0));
}

#[test]
fn only_that_makes_it_go_down() {
    /// What is answered at this depth ends it, with this code.
    #[track_caller]
    fn check(depth: Depth, code: i64) {
        let (client, transport) = scripted([refused(code)]);
        let error: CallError = client.departments_below(&id("od-top"), depth).unwrap_err();
        assert_eq!((error.api().and_then(ApiError::code), transport.requests().len()), (Some(code), 1));
    }
    check(Depth::Children, 40162);
    check(Depth::Children, 43010);
    check(Depth::All, 40003);
    check(Depth::All, 40012);
    // Nor does an error further down pass for an end.
    let (client, _) = scripted([refused(40162), departments(&["od-a"]), refused(40004)]);
    let error = client.departments_below(&id("od-top"), Depth::All).unwrap_err();
    assert_eq!(error.class(), Some(Class::Permission));
}

/// Sales with two people of its own and two departments below it, one of which has another below it.
fn office() -> FeishuDirectory {
    let below = |id: &str, parent: &str| Listed::new(id).with_parent(parent);
    let people = [
        ("ou_ann", "od-sales"),
        ("ou_ben", "od-sales"),
        ("ou_cat", "od-north"),
        ("ou_dan", "od-south"),
        ("ou_eve", "od-deep"),
        ("ou_far", "od-works"),
    ];
    let office = FeishuDirectory::new()
        .with_department(Listed::new("od-sales"))
        .with_department(Listed::new("od-works"))
        .with_department(below("od-north", "od-sales"))
        .with_department(below("od-south", "od-sales"))
        .with_department(below("od-deep", "od-south"));
    people.iter().fold(office, |office, (id, of)| office.with_user(Person::new(*id).with_department(*of)))
}

fn emulated(office: FeishuDirectory) -> (Emulator, Client) {
    let directory = Directory::new().with_feishu(office).unwrap();
    let emulator = Emulator::builder().with_directory(directory).start().unwrap();
    let credentials = Credentials::custom_app("cli_sandbox", "sandbox-secret");
    let builder = ClientBuilder::new(Platform::Feishu, credentials).with_endpoint(emulator.url().parse().unwrap());
    (emulator, builder.build().unwrap())
}

#[test]
fn a_branch_and_everybody_in_it() {
    let (_emulator, client) = emulated(office());
    let below = |depth| client.departments_below(&id("od-sales"), depth).unwrap();
    let sorted = |departments: Vec<Department>| {
        let mut ids: Vec<_> = ids(&departments).into_iter().map(str::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(below(Depth::Children)), ["od-north", "od-south"]);
    assert_eq!(sorted(below(Depth::All)), ["od-deep", "od-north", "od-south"]);

    let people = |depth| {
        let mut people = Vec::new();
        let each = |member: batchcast_lark::Member, of: &DepartmentId| -> Result<(), CallError> {
            people.push(format!("{} {of}", member.open_id));
            Ok(())
        };
        client.members_of(&id("od-sales"), depth, || Ok(()), each).unwrap();
        people.sort_unstable();
        people
    };
    assert_eq!(people(Depth::Children), ["ou_ann od-sales", "ou_ben od-sales"]);
    let all = ["ou_ann od-sales", "ou_ben od-sales", "ou_cat od-north", "ou_dan od-south", "ou_eve od-deep"];
    assert_eq!(people(Depth::All), all);
}

fn members(client: &Client, department: &str) -> Result<Option<u64>, CallError> {
    client.members(&Recipient::new(IdKind::DepartmentId, department).unwrap())
}

#[test]
fn the_members_of_a_department_are_its_own_and_those_below() {
    let (_emulator, client) = emulated(office());
    let check = |department: &str, expected: Option<u64>| {
        assert_eq!(members(&client, department).unwrap(), expected, "{department}");
    };
    check("od-sales", Some(5));
    check("od-south", Some(2));
    check("od-works", Some(1));
    // There is none of this name; and what cannot be the name of one may still be sent to.
    check("od-nowhere", None);
    check("部门", None);
}

#[test]
fn what_the_app_may_not_see_leaves_the_number_unknown() {
    #[track_caller]
    fn check(script: impl IntoIterator<Item = Answer>, expected: Option<u64>) {
        let (client, transport) = scripted(script);
        assert_eq!(members(&client, "od-a").unwrap(), expected);
        assert_eq!(transport.answers_left(), 0);
    }
    let two = || page(&[json!({"open_id": "ou_1"}), json!({"open_id": "ou_2"})]);
    let below = |count: Value| page(&[json!({"open_department_id": "od-b", "member_count": count})]);
    check([two(), below(json!(7))], Some(9));
    check([two(), below(Value::Null)], None);
    check([two(), refused(40003)], None);
    check([refused(40004)], None);
    check([refused(99991672)], None);
    // Too many to be counted one by one.
    let full = |number: usize| {
        let items = [json!({"open_id": format!("ou_{number}")})];
        Answer::json(
            200,
            json!({"code": 0, "data": {"has_more": true, "page_token": format!("t{number}"), "items": items}}),
        )
    };
    check((0..21).map(full), None);
    check((0..19).map(full).chain([two(), below(json!(7))]), Some(19 + 2 + 7));
}

#[test]
fn where_the_vendor_cannot_be_asked_it_says_so() {
    let script = (0..20).map(|_| Answer::not_sent(FaultKind::Connect));
    let (client, _) = scripted(script);
    assert_eq!(members(&client, "od-a").unwrap_err().class(), Some(Class::NotSent));
}

#[test]
fn addresses_are_cut_into_the_fewest_calls() {
    let (client, _) = scripted([]);
    let emails = (0..5_000).map(|number| Recipient::new(IdKind::Email, format!("p{number}@example.com")).unwrap());
    let mobiles = (0..5_000).map(|number| Recipient::new(IdKind::Mobile, format!("+1202{number:07}")).unwrap());
    let sizes = |addresses: Vec<Recipient>| client.calls(addresses).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes(emails.clone().chain(mobiles.clone()).collect()), [100; 100]);
    // In whatever order they come.
    assert_eq!(sizes(emails.clone().zip(mobiles).flat_map(|(one, other)| [other, one]).collect()), [100; 100]);
    assert_eq!(sizes(emails.take(120).collect()), [50, 50, 20]);
    assert_eq!(sizes(Vec::new()), [0; 0]);
    for kind in IdKind::ALL {
        assert_eq!(client.looks_up(kind), matches!(kind, IdKind::Email | IdKind::Mobile));
    }
}
