//! `POST /open-apis/contact/v3/users/batch_get_id`.
//!
//! Lark's page "obtain user ID via email or mobile number" (2024-03-15). It has no table of errors.

use std::collections::HashMap;

use http::Uri;
use serde::Serialize;
use serde_json::value::RawValue;

use super::made_up;
use super::status::{ACTIVE, Status};
use crate::answer::Answer;
use crate::directory::{Directory, Organisation, Person};
use crate::feishu::codes::{self, Refusal};
use crate::feishu::query::{Query, UserIdType};
use crate::feishu::scopes;
use crate::feishu::token::App;
use crate::world::World;

/// In each of the two lists.
const LIST_LIMIT: usize = 50;

#[derive(Serialize)]
struct Found {
    code: i64,
    msg: &'static str,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    user_list: Vec<Row>,
}

/// One asked address; without `user_id` where nobody is behind it, or nobody whom the app may see.
#[derive(Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
}

/// Answers one row for each asked value, e-mail addresses first, in the order sent.
pub(crate) fn look_up(world: &World, app: App, uri: &Uri, body: &[u8]) -> Result<Answer, Refusal> {
    let directory = &world.directory;
    let id_type = Query::parse(uri.query().unwrap_or_default())?.user_id_type()?;
    let fields: HashMap<String, &RawValue> =
        serde_json::from_slice(body).map_err(|_| codes::BAD_REQUEST.because("the body must be a JSON object"))?;
    let emails = list(&fields, "emails")?;
    let mobiles = list(&fields, "mobiles")?;
    if let Some(flag) = fields.get("include_resigned").map(|raw| raw.get()) {
        if !matches!(flag, "true" | "false" | "null") {
            return Err(codes::invalid_field("include_resigned", flag, "must be a boolean"));
        }
    }

    let visible = id_type != UserIdType::User || scopes::granted_to_custom(directory, app, scopes::SEE_USER_ID);
    let with_status = scopes::granted(directory, scopes::SEE_USER_STATUS);
    let row = |user_id: Option<String>, email: Option<String>, mobile: Option<String>| {
        let user_id = user_id.filter(|_| visible);
        let status = (with_status && user_id.is_some()).then_some(ACTIVE);
        Row { user_id, mobile, email, status }
    };
    let emails = emails.into_iter().map(|email| row(by_email(directory, &email, id_type), Some(email), None));
    let mobiles = mobiles.into_iter().map(|mobile| row(by_mobile(directory, &mobile, id_type), None, Some(mobile)));
    let user_list = emails.chain(mobiles).collect();
    Ok(Answer::ok(&Found { code: 0, msg: "success", data: Data { user_list } }))
}

fn list(fields: &HashMap<String, &RawValue>, name: &str) -> Result<Vec<String>, Refusal> {
    let Some(json) = fields.get(name).map(|raw| raw.get()).filter(|&json| json != "null") else {
        return Ok(Vec::new());
    };
    let list: Vec<String> =
        serde_json::from_str(json).map_err(|_| codes::invalid_field(name, "", "must be a list of strings"))?;
    if list.len() > LIST_LIMIT {
        return Err(codes::invalid_field(name, &list.len().to_string(), format_args!("the max len is {LIST_LIMIT}")));
    }
    Ok(list)
}

fn by_email(directory: &Directory, email: &str, id_type: UserIdType) -> Option<String> {
    match directory.organisation() {
        Some(organisation) => id_of(organisation, organisation.person_by_email(email)?, id_type),
        None => made_up::id_of_email(email, id_type),
    }
}

fn by_mobile(directory: &Directory, mobile: &str, id_type: UserIdType) -> Option<String> {
    match directory.organisation() {
        Some(organisation) => id_of(organisation, organisation.person_by_mobile(mobile)?, id_type),
        None => made_up::id_of_mobile(mobile, id_type),
    }
}

/// The id of somebody in the app's contact range.
fn id_of(organisation: &Organisation, person: &Person, id_type: UserIdType) -> Option<String> {
    if !organisation.lists(person) {
        return None;
    }
    let id = match id_type {
        UserIdType::Open => &person.open_id,
        UserIdType::Union => &person.union_id,
        UserIdType::User => &person.user_id,
    };
    id.clone().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::feishu::testing::{Sandbox, office};
    use crate::{Department, Person};

    const PATH: &str = "/open-apis/contact/v3/users/batch_get_id";

    fn ask(sandbox: &mut Sandbox, query: &str, body: &str) -> (u16, Value) {
        let bearer = sandbox.bearer.clone();
        let reply = sandbox.request("POST", &format!("{PATH}{query}"), &bearer, body);
        (reply.status, reply.json())
    }

    #[test]
    fn a_row_for_each_address() {
        let mut sandbox = Sandbox::in_office(office().with_scope("contact:user.id:readonly"));
        let body = json!({"emails": ["Ben@example.com", "nobody@example.com"], "mobiles": ["13800000001", "1"]});
        let (status, reply) = ask(&mut sandbox, "", &body.to_string());
        let rows = json!([
            {"user_id": "ou_ben", "email": "Ben@example.com"},
            {"email": "nobody@example.com"},
            {"user_id": "ou_ann", "mobile": "13800000001"},
            {"mobile": "1"},
        ]);
        assert_eq!((status, reply), (200, json!({"code": 0, "msg": "success", "data": {"user_list": rows}})));
    }

    #[test]
    fn the_id_is_of_the_type_asked_for_and_only_what_may_be_seen() {
        fn check(scopes: &[&str], query: &str, expected: Value) {
            let office = scopes.iter().fold(office(), |office, scope| office.with_scope(*scope));
            let mut sandbox = Sandbox::in_office(office);
            let (_, reply) = ask(&mut sandbox, query, r#"{"emails":["ben@example.com"],"include_resigned":true}"#);
            let mut row = reply["data"]["user_list"][0].clone();
            row.as_object_mut().unwrap().remove("email");
            assert_eq!(row, expected, "{scopes:?} {query}");
        }
        let active = json!({"is_frozen": false, "is_resigned": false, "is_activated": true, "is_exited": false,
                            "is_unjoin": false});
        check(&[], "", json!({"user_id": "ou_ben", "status": active}));
        check(&[], "?user_id_type=open_id", json!({"user_id": "ou_ben", "status": active}));
        check(&[], "?user_id_type=union_id", json!({"user_id": "on_ben", "status": active}));
        check(&[], "?user_id_type=user_id", json!({"user_id": "ben", "status": active}));
        let scope = "contact:user.id:readonly";
        check(&[scope], "?user_id_type=user_id", json!({}));
        check(&[scope, "contact:user.employee_id:readonly"], "?user_id_type=user_id", json!({"user_id": "ben"}));
        check(&[scope, "contact:user.employee:readonly"], "", json!({"user_id": "ou_ben", "status": active}));

        let mut sandbox = Sandbox::in_office(office());
        sandbox.log_in_store();
        let mut of_store = |query: &str| {
            ask(&mut sandbox, query, r#"{"emails":["ben@example.com"]}"#).1["data"]["user_list"][0]["user_id"].clone()
        };
        assert_eq!(of_store("?user_id_type=user_id"), json!(null), "the scope is for custom apps");
        assert_eq!(of_store("?user_id_type=union_id"), "on_ben");
    }

    #[test]
    fn who_is_out_of_the_contact_range_is_not_found() {
        fn check(departments: &[&str], found: bool) {
            let eve = Person::new("ou_eve").with_email("eve@example.com");
            let eve = departments.iter().fold(eve, |eve, &id| eve.with_department(id));
            let hidden = office().with_department(Department::new("od-hidden").invisible()).with_user(eve);
            let (_, reply) = ask(&mut Sandbox::in_office(hidden), "", r#"{"emails":["eve@example.com"]}"#);
            let row = &reply["data"]["user_list"][0];
            assert_eq!(
                (row.get("user_id").is_some(), &row["email"]),
                (found, &json!("eve@example.com")),
                "{departments:?}"
            );
        }
        check(&[], true);
        check(&["0"], true);
        check(&["od-hidden"], false);
        check(&["od-hidden", "od-works"], true);
    }

    #[test]
    fn fifty_of_each_and_no_more() {
        let emails: Vec<String> = (0..51).map(|i| format!("{i}@example.com")).collect();
        let mobiles: Vec<String> = (0..51).map(|i| format!("{}", 13_800_000_000_u64 + i)).collect();
        let mut sandbox = Sandbox::logged_in();
        let (_, reply) = ask(&mut sandbox, "", &json!({"emails": emails[1..], "mobiles": mobiles[1..]}).to_string());
        let rows = reply["data"]["user_list"].as_array().unwrap();
        assert_eq!(rows.len(), 100);
        assert_eq!((&rows[0]["email"], &rows[99]["mobile"]), (&json!("1@example.com"), &json!("13800000050")));
        for (name, list) in [("emails", &emails), ("mobiles", &mobiles)] {
            let (status, reply) = ask(&mut sandbox, "", &json!({ name: list }).to_string());
            assert_eq!((status, &reply["code"]), (400, &json!(99_992_402)));
            let violation = json!({"field": name, "value": "51", "description": "the max len is 50"});
            assert_eq!(reply["error"]["field_violations"], json!([violation]));
        }
    }

    #[test]
    fn refusals() {
        fn check(query: &str, body: &str, code: i64) {
            let (status, reply) = ask(&mut Sandbox::logged_in(), query, body);
            assert_eq!((status, &reply["code"]), (400, &json!(code)), "{query} {body}: {reply}");
        }
        check("", "", 9499);
        check("", "[]", 9499);
        check("", "{", 9499);
        check("?user_id_type=email", "{}", 99_992_402);
        check("", r#"{"emails":"a@example.com"}"#, 99_992_402);
        check("", r#"{"mobiles":[13800000000]}"#, 99_992_402);
        check("", r#"{"include_resigned":1}"#, 99_992_402);
        let mut sandbox = Sandbox::in_office(office().with_scope("im:message"));
        let (status, reply) = ask(&mut sandbox, "?user_id_type=email", "{");
        assert_eq!((status, &reply["code"]), (400, &json!(99_991_672)));
        let reply = sandbox.request("POST", PATH, "", "{}");
        assert_eq!(reply.json()["code"], 99_991_661);
    }

    #[test]
    fn without_a_directory_addresses_have_made_up_ids() {
        fn check(body: &str, found: bool) {
            let mut sandbox = Sandbox::logged_in();
            let (_, reply) = ask(&mut sandbox, "", body);
            let id = reply["data"]["user_list"][0]["user_id"].as_str().unwrap_or_default().to_owned();
            assert_eq!(id.len() == 35 && id.starts_with("ou_"), found, "{body}: {reply}");
            assert_eq!(ask(&mut Sandbox::logged_in(), "", body).1, reply, "the same every time");
        }
        check(r#"{"emails":["ann@example.com"]}"#, true);
        check(r#"{"emails":["ann_invalid@example.com"]}"#, false);
        check(r#"{"emails":["ann@example.com_invalid"]}"#, false);
        check(r#"{"emails":["ann"]}"#, false);
        check(r#"{"emails":["@example.com"]}"#, false);
        check(r#"{"emails":[""]}"#, false);
        check(r#"{"mobiles":["+8613800000000"]}"#, true);
        check(r#"{"mobiles":["13800000000"]}"#, true);
        check(r#"{"mobiles":["13800000000_invalid"]}"#, false);
        check(r#"{"mobiles":["138-0000"]}"#, false);
        assert_eq!(ask(&mut Sandbox::logged_in(), "", "{}").1["data"]["user_list"], json!([]));
    }
}
