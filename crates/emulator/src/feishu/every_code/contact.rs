//! `/open-apis/contact/v3/…`.

use serde_json::json;

use super::{By, check};
use crate::feishu::testing::{Sandbox, office};
use crate::{Department, FeishuDirectory};

const BASE: &str = "/open-apis/contact/v3";
const BAD: &str = "Bad Request.";
const FIELD: &str = "field validation failed";
const UNKNOWN: &str = "these open_department ids not existed:";
const UNKNOWN_OWN: &str = "these ids not existed:";
const OUT_OF_RANGE: &str = "no dept authority error";
const PAGE_SIZE: &str = "page size is invalid";
const PAGE_TOKEN: &str = "page token is invalid error";

/// Lark's page on looking up ids (2024-03-15) has no table; what was seen.
pub(super) const LOOK_UP: &[i64] = &[9499, 99_992_402];

/// Lark's page on sub-departments (2023-05-12), and the generic list's other code for a department that is too large.
pub(super) const SUB_DEPARTMENTS: &[i64] =
    &[9499, 40003, 40004, 40008, 40011, 40012, 40014, 40162, 42008, 43007, 43010, 99_992_357, 99_992_379, 99_992_402];

/// Lark's page on the users of a department (2023-08-24).
pub(super) const DEPARTMENT_USERS: &[i64] = &[9499, 40004, 40011, 40012, 41050, 99_992_357, 99_992_379, 99_992_402];

fn ask(office: FeishuDirectory, path: &str) -> By {
    By::Request(Sandbox::in_office(office).get(&format!("{BASE}/{path}")))
}

fn hidden() -> FeishuDirectory {
    office().with_department(Department::new("od-hidden").invisible())
}

#[test]
fn look_up() {
    let path = format!("{BASE}/users/batch_get_id");
    let ask = |query: &str, body: &str| {
        By::Request(Sandbox::logged_in().request_with("POST", &format!("{path}{query}"), "", body.as_bytes()))
    };
    let emails = json!({"emails": vec!["a@example.com"; 51]}).to_string();
    let mobiles = json!({"mobiles": vec!["13800000000"; 51]}).to_string();
    let rows = vec![
        (400, 9499, BAD, ask("", "{")),
        (400, 99_992_402, FIELD, ask("", &emails)),
        (400, 99_992_402, FIELD, ask("", &mobiles)),
        (400, 99_992_402, FIELD, ask("?user_id_type=email", "{}")),
    ];
    check("POST", &path, LOOK_UP, rows);
}

#[test]
fn sub_departments() {
    let mut wide = FeishuDirectory::new();
    for number in 0..501 {
        wide = wide.with_department(Department::new(format!("od-{number}")));
    }
    let rows = vec![
        (400, 43010, "big dept forbid recursion error", ask(wide, "departments/0/children?fetch_child=true")),
        (400, 40003, "internal error", By::Fault),
        (400, 40008, "dept Info is null error", By::Fault),
        (403, 40014, "no parent dept authority error", By::Fault),
        (400, 40011, PAGE_SIZE, ask(office(), "departments/0/children?page_size=51")),
        (400, 40012, PAGE_TOKEN, ask(office(), "departments/0/children?page_token=x")),
        (401, 42008, "tenant id is invalid error", By::Fault),
        (400, 43007, "duplicated department custom id error", By::Fault),
        (403, 40004, OUT_OF_RANGE, ask(hidden(), "departments/od-hidden/children")),
        (403, 40004, OUT_OF_RANGE, ask(hidden(), "departments/0/children")),
        (400, 40162, "departments with more than 500 sub departments are not allowed to call recursively", By::Fault),
        (400, 9499, BAD, ask(office(), "departments/0/children?page_token=%ff")),
        (400, 99_992_402, FIELD, ask(office(), "departments/-/children")),
        (400, 99_992_402, FIELD, ask(office(), "departments/0/children?fetch_child=1")),
        (400, 99_992_357, UNKNOWN, ask(office(), "departments/od-nowhere/children")),
        (400, 99_992_379, UNKNOWN_OWN, ask(office(), "departments/nowhere/children?department_id_type=department_id")),
    ];
    check("GET", &format!("{BASE}/departments/0/children"), SUB_DEPARTMENTS, rows);
}

#[test]
fn department_users() {
    let of = |office: FeishuDirectory, query: &str| ask(office, &format!("users/find_by_department?{query}"));
    let rows = vec![
        (400, 41050, "no user authority error", By::Fault),
        (400, 40011, PAGE_SIZE, of(office(), "department_id=0&page_size=0")),
        (400, 40012, PAGE_TOKEN, of(office(), "department_id=0&page_token=x")),
        (403, 40004, OUT_OF_RANGE, of(hidden(), "department_id=od-hidden")),
        (403, 40004, OUT_OF_RANGE, of(hidden(), "department_id=0")),
        (400, 9499, BAD, of(office(), "department_id=%ff")),
        (400, 99_992_402, FIELD, of(office(), "")),
        (400, 99_992_357, UNKNOWN, of(office(), "department_id=od-nowhere")),
        (400, 99_992_379, UNKNOWN_OWN, of(office(), "department_id=nowhere&department_id_type=department_id")),
    ];
    check("GET", &format!("{BASE}/users/find_by_department"), DEPARTMENT_USERS, rows);
}
