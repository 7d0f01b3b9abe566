//! `GET /open-apis/contact/v3/users/find_by_department`.
//!
//! Lark's page "obtain the list of users directly under a department" (2023-08-24).

use http::Uri;
use serde_json::{Map, Value, json};

use super::department::{find, shown_id};
use super::status::ACTIVE;
use crate::answer::Answer;
use crate::directory::{Directory, Organisation, Person};
use crate::feishu::codes::{self, Refusal};
use crate::feishu::page::{Page, answer};
use crate::feishu::query::{DepartmentIdType, Query};
use crate::feishu::scopes;
use crate::feishu::token::App;
use crate::world::World;

pub(crate) fn department_users(world: &World, app: App, uri: &Uri) -> Result<Answer, Refusal> {
    let query = Query::parse(uri.query().unwrap_or_default())?;
    query.user_id_type()?;
    let id_type = query.department_id_type()?;
    let id = query
        .value("department_id")
        .ok_or_else(|| codes::invalid_field("department_id", "", "department_id is required"))?;
    let page = Page::read(&query, format_args!("users {id} {id_type:?}"))?;

    let organisation = world.directory.organisation();
    let members: Vec<&Person> = match (organisation, find(organisation, id_type, id)?) {
        (Some(organisation), Some(department)) => organisation.members(department).collect(),
        _ => Vec::new(),
    };
    let (part, next) = page.cut(&members)?;
    let items: Vec<Value> = organisation
        .map(|organisation| {
            part.iter().map(|person| item(&world.directory, app, organisation, person, id_type)).collect()
        })
        .unwrap_or_default();
    Ok(answer(items, next))
}

fn item(
    directory: &Directory,
    app: App,
    organisation: &Organisation,
    person: &Person,
    id_type: DepartmentIdType,
) -> Value {
    let mut item = Map::new();
    let mut show = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            item.insert(name.to_owned(), value.into());
        }
    };
    let seen = |any_of| scopes::granted(directory, any_of);
    let seen_by_custom = |any_of| scopes::granted_to_custom(directory, app, any_of);
    show("open_id", person.open_id.as_deref());
    show("union_id", person.union_id.as_deref());
    show("user_id", person.user_id.as_deref().filter(|_| seen_by_custom(scopes::SEE_USER_ID)));
    show("name", Some(&*person.name).filter(|_| seen(scopes::SEE_USER_NAME)));
    show("email", person.email.as_deref().filter(|_| seen_by_custom(scopes::SEE_EMAIL)));
    show("mobile", person.mobile.as_deref().filter(|_| seen_by_custom(scopes::SEE_MOBILE)));
    if seen(scopes::SEE_USER_STATUS) {
        item.insert("status".to_owned(), json!(ACTIVE));
    }
    if !seen(scopes::SEE_USER_DEPARTMENTS) {
        return Value::Object(item);
    }
    let mut homes: Vec<String> = person
        .departments
        .iter()
        .filter_map(|id| organisation.department(id))
        .map(|department| shown_id(organisation, department, id_type))
        .collect();
    if homes.is_empty() {
        homes.push("0".to_owned());
    }
    item.insert("department_ids".to_owned(), homes.into());
    Value::Object(item)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::feishu::testing::{Sandbox, office};
    use crate::{Department, Directory, FeishuDirectory, Person};

    const PATH: &str = "/open-apis/contact/v3/users/find_by_department";

    #[test]
    fn people_are_listed_where_they_directly_are() {
        fn check(query: &str, expected: &[&str]) {
            let mut sandbox = Sandbox::in_office(office());
            let reply = sandbox.get(&format!("{PATH}?{query}"));
            assert_eq!(reply.status, 200, "{query}: {}", reply.text);
            let reply = reply.json();
            let items = reply["data"]["items"].as_array().cloned().unwrap_or_default();
            let ids: Vec<_> = items.iter().map(|item| item["open_id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "{query}");
        }
        check("department_id=od-sales", &["ou_ann", "ou_ben"]);
        check("department_id=sales&department_id_type=department_id", &["ou_ann", "ou_ben"]);
        check("department_id=od-north", &["ou_cid"]);
        check("department_id=od-works", &["ou_ben"]);
        check("department_id=0", &["ou_dan"]);
        let empty = office().with_department(Department::new("od-empty"));
        let reply = Sandbox::in_office(empty).get(&format!("{PATH}?department_id=od-empty")).json();
        assert_eq!(reply, json!({"code": 0, "msg": "success", "data": {"has_more": false}}));
    }

    #[test]
    fn an_item_has_what_the_app_may_see() {
        let mut sandbox = Sandbox::in_office(office());
        let ask = format!("{PATH}?department_id=od-works&department_id_type=open_department_id");
        let ben = json!({"open_id": "ou_ben", "union_id": "on_ben", "user_id": "ben", "name": "Ben",
                         "email": "ben@example.com", "mobile": "+4915100000000",
                         "status": {"is_frozen": false, "is_resigned": false, "is_activated": true, "is_exited": false,
                                    "is_unjoin": false},
                         "department_ids": ["od-sales", "od-works"]});
        assert_eq!(
            sandbox.get(&ask).json(),
            json!({"code": 0, "msg": "success", "data": {"has_more": false, "items": [ben]}})
        );
        let scoped = office().with_scope("contact:contact.base:readonly").with_scope("contact:user.email:readonly");
        sandbox.world.set_directory(Directory::new().with_feishu(scoped).unwrap());
        let ben = json!({"open_id": "ou_ben", "union_id": "on_ben", "email": "ben@example.com"});
        assert_eq!(sandbox.get(&ask).json()["data"]["items"], json!([ben]));
        let scoped =
            office().with_scope("contact:contact.base:readonly").with_scope("contact:user.department:readonly");
        sandbox.world.set_directory(Directory::new().with_feishu(scoped).unwrap());
        let ben = json!({"open_id": "ou_ben", "union_id": "on_ben", "department_ids": ["od-sales", "od-works"]});
        assert_eq!(sandbox.get(&ask).json()["data"]["items"], json!([ben]));

        let mut sandbox = Sandbox::in_office(office());
        sandbox.log_in_store();
        let ben = sandbox.get(&ask).json()["data"]["items"][0].clone();
        assert_eq!((&ben["name"], &ben["open_id"]), (&json!("Ben"), &json!("ou_ben")));
        for of_custom_apps in ["user_id", "email", "mobile"] {
            assert_eq!(ben.get(of_custom_apps), None, "{of_custom_apps}");
        }
    }

    #[test]
    fn refusals_are_the_documented_ones() {
        fn check(query: &str, code: i64) {
            let mut sandbox = Sandbox::in_office(office());
            let reply = sandbox.get(&format!("{PATH}?{query}"));
            assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(code)), "{query}: {}", reply.text);
        }
        check("", 99_992_402);
        check("department_id=", 99_992_402);
        check("department_id=od-sales&user_id_type=x", 99_992_402);
        check("department_id=od-sales&department_id_type=x", 99_992_402);
        check("department_id=od+sales", 99_992_402);
        check("department_id=od-sales&page_size=51", 40_011);
        check("department_id=od-sales&page_token=AAAA", 40_012);
        check("department_id=od-x", 99_992_357);
        check("department_id=x&department_id_type=department_id", 99_992_379);
        let mut sandbox = Sandbox::in_office(office().with_scope("im:message"));
        assert_eq!(sandbox.get(PATH).json()["code"], 99_991_672);
    }

    #[test]
    fn pages_hold_ten_unless_told_otherwise() {
        let office = (0..25).fold(FeishuDirectory::new().with_department(Department::new("od-1")), |office, i| {
            office.with_user(Person::new(format!("ou_{i}")).with_department("od-1"))
        });
        let mut sandbox = Sandbox::in_office(office);
        let reply = sandbox.get(&format!("{PATH}?department_id=od-1")).json();
        assert_eq!(reply["data"]["items"].as_array().unwrap().len(), 10);
        assert_eq!(reply["data"]["has_more"], true);
        let token = reply["data"]["page_token"].as_str().unwrap();
        let token = token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let reply = sandbox.get(&format!("{PATH}?department_id=od-1&page_size=50&page_token={token}")).json();
        assert_eq!(reply["data"]["items"].as_array().unwrap().len(), 15);
        assert_eq!(reply["data"]["items"][0]["open_id"], "ou_10");
        assert_eq!(reply["data"]["has_more"], false);
    }
}
