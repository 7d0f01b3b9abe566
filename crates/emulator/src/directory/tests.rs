//! What a directory holds, and what it cannot.

use super::{Department, Directory, FeishuDirectory, Organisation, Person};
use crate::deliveries::IdKind;

#[test]
fn directories_that_cannot_be() {
    fn check(json: &str, expected: &str) {
        let error = Directory::from_json(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{json}: {error}");
    }
    check("", "EOF");
    check("[]", "it must be a JSON object");
    check(r#"{"feishu":[]}"#, "invalid type: sequence, expected an object");
    check(r#"{"feishu":[[["ou_1"]]]}"#, "expected an object");
    check(r#"{"feishu":{"users":[["ou_1"]]}}"#, "expected an object");
    check(r#"{"feishu":{"departments":[["od-1"]]}}"#, "expected an object");
    check(r#"{"tim":[["ann"]]}"#, "expected an object");
    check(r#"{"feishu":{"user":[]}}"#, "unknown field `user`");
    check(r#"{"feishu":{"users":[{"reachble":true}]}}"#, "unknown field `reachble`");
    check(r#"{"feishu":{"users":[{"name":"x"}]}}"#, "feishu.users[0] needs an open_id, a user_id or a union_id");
    check(r#"{"feishu":{"users":[{"open_id":""}]}}"#, "feishu.users[0] needs an open_id");
    check(
        r#"{"feishu":{"users":[{"open_id":"ou_1"},{"open_id":"ou_1"}]}}"#,
        "feishu.users[1] has \"ou_1\", which number 0",
    );
    check(
        r#"{"feishu":{"users":[{"user_id":"a","email":"A@example.com"},{"user_id":"b","email":"a@example.com"}]}}"#,
        "feishu.users[1] has \"a@example.com\"",
    );
    check(
        r#"{"feishu":{"users":[{"user_id":"a","mobile":"+8613800000000"},{"user_id":"b","mobile":"13800000000"}]}}"#,
        "feishu.users[1] has \"13800000000\"",
    );
    check(
        r#"{"feishu":{"users":[{"open_id":"ou_1","departments":["od-1"]}]}}"#,
        "feishu.users[0].departments names the department \"od-1\", which is not listed",
    );
    check(r#"{"feishu":{"departments":[{"name":"x"}]}}"#, "feishu.departments[0] needs a department_id");
    check(r#"{"feishu":{"departments":[{"department_id":"0"}]}}"#, "feishu.departments[0] is called 0");
    check(
        r#"{"feishu":{"departments":[{"department_id":"a"},{"open_department_id":"a"}]}}"#,
        "feishu.departments[1] has \"a\"",
    );
    check(
        r#"{"feishu":{"departments":[{"department_id":"a","parent":"b"}]}}"#,
        "feishu.departments[0].parent names the department \"b\"",
    );
    check(
        r#"{"feishu":{"departments":[{"department_id":"a","parent":"b"},{"department_id":"b","parent":"a"}]}}"#,
        "feishu.departments[0].parent leads back",
    );
    check(r#"{"feishu":{"departments":[{"department_id":"a","parent":"a"}]}}"#, "leads back");
    check(r#"{"tim":{"accounts":[1]}}"#, "invalid type: integer");
}

#[test]
fn the_first_department_that_leads_into_a_circle_is_named() {
    /// The parent of each department by its number, or none.
    fn check(parents: &[Option<usize>], expected: Option<usize>) {
        let department = |(number, parent): (usize, &Option<usize>)| {
            let parent = parent.map_or_else(String::new, |parent| format!("od-{parent}"));
            Department::new(format!("od-{number}")).with_parent(parent)
        };
        let listing = parents.iter().enumerate().map(department);
        let listing = listing.fold(FeishuDirectory::new(), FeishuDirectory::with_department);
        let error = Organisation::new(listing).err().map(|error| error.to_string());
        let named = expected.map(|number| format!("feishu.departments[{number}].parent leads back to the department"));
        assert_eq!(error.is_some(), named.is_some(), "{parents:?}: {error:?}");
        assert!(error.unwrap_or_default().ends_with(&named.unwrap_or_default()), "{parents:?}");
    }
    check(&[], None);
    check(&[None, Some(0), Some(1), Some(1)], None);
    check(&[Some(3), Some(0), Some(1), None], None);
    check(&[Some(0)], Some(0));
    check(&[None, Some(0), Some(2)], Some(2));
    check(&[None, Some(3), Some(1), Some(2)], Some(1));
    check(&[None, Some(2), Some(3), Some(3)], Some(1));
    check(&[Some(1), None, Some(1), Some(4), Some(3)], Some(3));
}

/// Its cost must not grow with the square: that would take minutes here.
#[test]
fn a_hundred_thousand_departments_in_a_chain() {
    let chain = (0..100_000).map(|number| {
        let parent = if number == 99_999 { String::new() } else { format!("od-{}", number + 1) };
        Department::new(format!("od-{number}")).with_parent(parent)
    });
    let listing = chain.fold(FeishuDirectory::new(), FeishuDirectory::with_department);
    let office = Organisation::new(listing).unwrap();
    assert_eq!(office.descendants(office.department("od-99999").unwrap()).len(), 99_999);
}

fn office() -> Organisation {
    let department = |id: &str, parent: &str| Department::new(id).with_parent(parent);
    let listing = FeishuDirectory::new()
        .with_department(department("od-below", "od-top").with_department_id("below"))
        .with_department(department("od-top", "0"))
        .with_department(department("od-deep", "below"))
        .with_department(department("od-other", ""))
        .with_user(Person::new("ou_deep").with_department("od-deep").with_department("od-other"))
        .with_user(Person::new("ou_top").with_department("od-top").with_department("od-top"))
        .with_user(Person::new("ou_free"))
        .with_user(Person::new("ou_below").with_department("below").unreachable());
    Organisation::new(listing).unwrap()
}

#[test]
fn departments_hold_their_own_and_what_is_below() {
    let office = office();
    let below = |id: &str| -> Vec<&str> {
        let found = office.descendants(office.department(id).unwrap());
        found.iter().map(|&id| office.about(id).unwrap().open_department_id.as_deref().unwrap()).collect()
    };
    assert_eq!(below("0"), ["od-top", "od-below", "od-deep", "od-other"]);
    assert_eq!(below("od-top"), ["od-below", "od-deep"]);
    assert_eq!(below("od-deep"), [""; 0]);
    assert_eq!(office.department("below"), office.department("od-below"));
    assert_eq!(office.department("nowhere"), None);

    let open_ids =
        |people: Vec<&Person>| -> Vec<String> { people.iter().map(|person| person.open_id.clone().unwrap()).collect() };
    let direct = |id: &str| open_ids(office.members(office.department(id).unwrap()).collect());
    assert_eq!(direct("0"), ["ou_free"]);
    assert_eq!(direct("od-top"), ["ou_top"]);
    let all = |ids: &[&str]| open_ids(office.everybody_in(ids.iter().filter_map(|id| office.department(id))));
    assert_eq!(all(&["od-top"]), ["ou_top", "ou_below", "ou_deep"]);
    assert_eq!(all(&["od-other", "od-top"]), ["ou_deep", "ou_top", "ou_below"]);
    assert_eq!(all(&["0"]).len(), 4);
}

#[test]
fn people_are_found_by_any_id_and_address() {
    let listing = FeishuDirectory::new().with_user(
        Person::new("ou_1")
            .with_user_id("u1")
            .with_union_id("on_1")
            .with_email("Ann@Example.com")
            .with_mobile("13800000000"),
    );
    let office = Organisation::new(listing).unwrap();
    assert!(office.person(IdKind::OpenId, "ou_1").is_some());
    assert!(office.person(IdKind::UserId, "u1").is_some());
    assert!(office.person(IdKind::UnionId, "on_1").is_some());
    assert!(office.person(IdKind::UserId, "ou_1").is_none());
    assert!(office.person(IdKind::DepartmentId, "u1").is_none());
    assert!(office.person_by_email("ann@example.COM").is_some());
    assert!(office.person_by_email("").is_none());
    assert!(office.person_by_mobile("+8613800000000").is_some());
    assert!(office.person_by_mobile("+113800000000").is_none());
}

#[test]
fn no_scopes_are_all_scopes() {
    assert!(office().grants(&["im:message"]));
    let office = Organisation::new(FeishuDirectory::new().with_scope("a")).unwrap();
    assert!(office.grants(&["b", "a"]));
    assert!(!office.grants(&["b"]));
}
