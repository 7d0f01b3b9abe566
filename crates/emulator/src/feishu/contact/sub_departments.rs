//! `GET /open-apis/contact/v3/departments/:department_id/children`.
//!
//! Lark's page "obtain the list of sub-departments" (2023-05-12).

use http::Uri;
use serde_json::{Map, Value, json};

use super::department::{find, id_of, shown_id};
use crate::answer::Answer;
use crate::directory::{DepartmentId, Organisation};
use crate::feishu::codes::{self, Refusal};
use crate::feishu::page::{Page, answer};
use crate::feishu::query::{DepartmentIdType, Query, decode_segment};
use crate::feishu::scopes;
use crate::world::World;

/// With more than this many below it, a department cannot be listed to the bottom.
const RECURSION_LIMIT: usize = 500;

pub(crate) fn sub_departments(world: &World, uri: &Uri, segment: &str) -> Result<Answer, Refusal> {
    let query = Query::parse(uri.query().unwrap_or_default())?;
    query.user_id_type()?;
    let id_type = query.department_id_type()?;
    let to_the_bottom = query.flag("fetch_child")?;
    let id = decode_segment(segment).ok_or_else(|| codes::invalid_field("department_id", segment, "must be UTF-8"))?;
    let page = Page::read(&query, format_args!("children {id} {id_type:?} {to_the_bottom}"))?;

    let organisation = world.directory.organisation();
    let mut below = match (organisation, find(organisation, id_type, &id)?) {
        (Some(organisation), Some(department)) if to_the_bottom => organisation.descendants(department),
        (Some(organisation), Some(department)) => organisation.children(department).collect(),
        _ => Vec::new(),
    };
    below.retain(|&id| organisation.is_some_and(|organisation| organisation.is_visible(id)));
    if to_the_bottom && below.len() > RECURSION_LIMIT {
        return Err(codes::BIG_DEPARTMENT.refusal());
    }
    let (part, next) = page.cut(&below)?;
    let base = scopes::granted(&world.directory, scopes::SEE_DEPARTMENT_BASE);
    let base = if base { Base::Shown } else { Base::Hidden };
    let items: Vec<Value> = organisation
        .map(|organisation| part.iter().map(|&id| item(organisation, id, id_type, base)).collect())
        .unwrap_or_default();
    Ok(answer(items, next))
}

/// Whether the app may see what departments are called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Shown,
    Hidden,
}

fn item(organisation: &Organisation, id: DepartmentId, id_type: DepartmentIdType, base: Base) -> Value {
    let mut item = Map::new();
    let Some(department) = organisation.about(id) else {
        return Value::Object(item);
    };
    if base == Base::Shown {
        item.insert("name".to_owned(), department.name.as_str().into());
        item.insert("status".to_owned(), json!({"is_deleted": false}));
        if let Some(id) = id_of(department, DepartmentIdType::DepartmentId) {
            item.insert("department_id".to_owned(), id.into());
        }
    }
    if let Some(id) = id_of(department, DepartmentIdType::OpenDepartmentId) {
        item.insert("open_department_id".to_owned(), id.into());
    }
    let parent = shown_id(organisation, organisation.parent(id), id_type);
    item.insert("parent_department_id".to_owned(), parent.into());
    item.insert("member_count".to_owned(), organisation.everybody_in(std::iter::once(id)).len().into());
    Value::Object(item)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::feishu::testing::{Sandbox, office};
    use crate::{Department, Directory, FeishuDirectory};

    fn path(id: &str, query: &str) -> String {
        format!("/open-apis/contact/v3/departments/{id}/children?{query}")
    }

    fn names(reply: &Value) -> Vec<&str> {
        let Some(items) = reply["data"].get("items") else {
            return Vec::new();
        };
        let items = items.as_array().unwrap();
        assert!(!items.is_empty(), "{reply}");
        items.iter().map(|item| item["name"].as_str().unwrap()).collect()
    }

    #[test]
    fn departments_directly_and_to_the_bottom() {
        fn check(id: &str, query: &str, expected: &[&str]) {
            let mut sandbox = Sandbox::in_office(office());
            let reply = sandbox.get(&path(id, query));
            assert_eq!(reply.status, 200, "{id} {query}: {}", reply.text);
            assert_eq!(names(&reply.json()), expected, "{id} {query}");
            assert_eq!(reply.json()["data"]["has_more"], false);
            assert_eq!(reply.json()["data"].get("page_token"), None);
        }
        check("0", "", &["Sales", "Works"]);
        check("0", "fetch_child=true", &["Sales", "Sales North", "Works"]);
        check("0", "fetch_child=false&department_id_type=department_id", &["Sales", "Works"]);
        check("od-sales", "", &["Sales North"]);
        check("sales", "department_id_type=department_id&user_id_type=user_id", &["Sales North"]);
        check("od%2Dsales", "", &["Sales North"]);
        check("od-north", "fetch_child=true", &[]);
    }

    #[test]
    fn what_is_out_of_the_contact_range_is_not_listed() {
        fn check(department: Department, id: &str, expected: Result<&[&str], i64>) {
            let mut sandbox = Sandbox::in_office(office().with_department(department));
            let json = sandbox.get(&path(id, "")).json();
            assert_eq!(json["code"], expected.err().unwrap_or(0), "{id}: {json}");
            if let Ok(expected) = expected {
                assert_eq!(names(&json), expected, "{id}");
            }
            let users = format!("/open-apis/contact/v3/users/find_by_department?department_id={id}");
            let reply = sandbox.get(&users);
            let status = if expected.is_err() { 403 } else { 200 };
            assert_eq!((reply.status, &reply.json()["code"]), (status, &json["code"]), "{id}: {}", reply.text);
        }
        let hidden = || Department::new("od-hidden").with_name("Hidden").invisible();
        check(hidden(), "od-hidden", Err(40004));
        check(hidden(), "0", Err(40004));
        check(hidden(), "od-sales", Ok(&["Sales North"]));
        check(hidden().with_parent("sales"), "od-sales", Ok(&["Sales North"]));
        check(Department::new("od-seen").with_name("Seen"), "0", Ok(&["Sales", "Works", "Seen"]));
    }

    #[test]
    fn an_item_has_the_fields_of_the_document() {
        let mut sandbox = Sandbox::in_office(office());
        let reply = sandbox.get(&path("sales", "department_id_type=department_id")).json();
        let north = json!({"name": "Sales North", "department_id": "north", "open_department_id": "od-north",
                           "parent_department_id": "sales", "member_count": 1, "status": {"is_deleted": false}});
        let expected = json!({"code": 0, "msg": "success", "data": {"has_more": false, "items": [north]}});
        assert_eq!(reply, expected);
        let reply = sandbox.get(&path("0", "")).json();
        assert_eq!(reply["data"]["items"][0]["member_count"], 3, "with those further down");
        assert_eq!(reply["data"]["items"][0]["parent_department_id"], "0");
    }

    #[test]
    fn refusals_are_the_documented_ones() {
        fn check(id: &str, query: &str, code: i64, msg: &str) {
            let mut sandbox = Sandbox::in_office(office());
            let reply = sandbox.get(&path(id, query));
            let shown = format!("{id} {query}: {}", reply.text);
            assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(code)), "{shown}");
            assert_eq!(reply.json()["msg"], msg, "{shown}");
        }
        let field = "field validation failed";
        check("od-sales", "user_id_type=mobile", 99_992_402, field);
        check("od-sales", "department_id_type=name", 99_992_402, field);
        check("od-sales", "fetch_child=1", 99_992_402, field);
        check("od-sales", "page_size=ten", 99_992_402, field);
        check("_sales", "", 99_992_402, field);
        check(&"s".repeat(65), "", 99_992_402, field);
        check("od-sales", "page_size=0", 40_011, "page size is invalid");
        check("od-sales", "page_size=51", 40_011, "page size is invalid");
        check("od-sales", "page_size=-1", 40_011, "page size is invalid");
        check("od-sales", "page_token=x", 40_012, "page token is invalid error");
        check("od-x", "", 99_992_357, "these open_department ids not existed: [od-x]");
        check("sales", "", 99_992_357, "these open_department ids not existed: [sales]");
        check("x", "department_id_type=department_id", 99_992_379, "these ids not existed: [x]");
        check("od-sales", "fetch_child=%ff", 9499, "Bad Request. the query is not UTF-8");
    }

    #[test]
    fn scopes_are_looked_at_first_and_hide_names() {
        let scoped = |scope: &str| Directory::new().with_feishu(office().with_scope(scope)).unwrap();
        let mut sandbox = Sandbox::logged_in();
        sandbox.world.set_directory(scoped("im:message"));
        let reply = sandbox.get(&path("_", "page_size=0")).json();
        assert_eq!(reply["code"], 99_991_672);
        assert_eq!(reply["error"]["permission_violations"][1]["subject"], "contact:department.organize:readonly");
        sandbox.world.set_directory(scoped("contact:department.organize:readonly"));
        let reply = sandbox.get(&path("od-sales", "")).json();
        assert_eq!(reply["data"]["items"][0]["open_department_id"], "od-north");
        for hidden in ["name", "department_id", "status"] {
            assert_eq!(reply["data"]["items"][0].get(hidden), None, "{hidden}");
        }
        assert_eq!(reply["data"]["items"][0]["member_count"], 1);
    }

    #[test]
    fn up_to_500_in_pages_and_no_more() {
        let many = |n: usize| {
            (0..n).fold(FeishuDirectory::new().with_department(Department::new("od-top")), |office, i| {
                office.with_department(Department::new(format!("od-{i}")).with_parent("od-top"))
            })
        };
        let mut sandbox = Sandbox::in_office(many(500));
        let (mut query, mut pages, mut seen) = ("fetch_child=true&page_size=50".to_owned(), 0, Vec::new());
        loop {
            let reply = sandbox.get(&path("od-top", &query)).json();
            let items = reply["data"]["items"].as_array().unwrap();
            seen.extend(items.iter().map(|item| item["open_department_id"].as_str().unwrap().to_owned()));
            pages += 1;
            if reply["data"]["has_more"] == false {
                break;
            }
            let token = reply["data"]["page_token"].as_str().unwrap().replace('+', "%2B").replace('/', "%2F");
            query = format!("fetch_child=true&page_size=50&page_token={}", token.replace('=', "%3D"));
        }
        seen.dedup();
        assert_eq!((pages, seen.len()), (10, 500));
        let other_list = query.replace("fetch_child=true&", "");
        assert_eq!(sandbox.get(&path("od-top", &other_list)).json()["code"], 40_012);

        let mut sandbox = Sandbox::in_office(many(501));
        assert_eq!(sandbox.get(&path("od-top", "fetch_child=true")).json()["code"], 43_010);
        assert_eq!(sandbox.get(&path("od-top", "")).json()["code"], 0);
    }

    #[test]
    fn without_a_directory_departments_are_empty() {
        fn check(id: &str, query: &str, code: i64) {
            let reply = Sandbox::logged_in().get(&path(id, query)).json();
            assert_eq!(reply["code"], code, "{id} {query}");
            assert!(code != 0 || reply["data"] == json!({"has_more": false}), "{reply}");
        }
        check("0", "", 0);
        check("od-1", "", 0);
        check("d1", "department_id_type=department_id", 0);
        check("d1", "", 99_992_357);
        check("od-1", "department_id_type=department_id", 99_992_379);
        check("od-1_invalid", "", 99_992_357);
    }
}
