//! Departments and their members.

use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::paging::Paged;
use batchcast_lark::{DepartmentChildren, DepartmentId, Depth, UsersByDepartment};
use serde_json::json;

use crate::asking::*;

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
