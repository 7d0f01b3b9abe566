//! The four lists of recipients.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;

use crate::deliveries::IdKind;
use crate::directory::{DepartmentId, Directory, Person};
use crate::feishu::codes::Refusal;
use crate::feishu::envelope::{Envelope, invalid};
use crate::feishu::scopes;
use crate::task::Task;

/// Ids in one list, by Feishu's page of 2026-03-03 and Lark's of 2024-06-05.
const LIST_LIMIT: usize = 200;
/// The longest id that can exist, in bytes.
const ID_LIMIT: usize = 64;

/// The recipients of a request, sorted into those that exist and those that do not.
#[derive(Debug)]
pub(crate) struct Recipients<'a> {
    pub(crate) departments: List<'a>,
    pub(crate) open_ids: List<'a>,
    pub(crate) user_ids: List<'a>,
    pub(crate) union_ids: List<'a>,
}

/// One list, each id once, in the order sent.
#[derive(Debug)]
pub(crate) struct List<'a> {
    pub(crate) kind: IdKind,
    pub(crate) existing: Vec<Cow<'a, str>>,
    pub(crate) invalid: Vec<Cow<'a, str>>,
}

/// An id, borrowed from the body where it has no escapes.
#[derive(Deserialize)]
struct Id<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Recipients<'a> {
    /// Reads the lists, and whether the app may send to such.
    pub(crate) fn read(envelope: &Envelope<'a>, directory: &Directory) -> Result<Self, Refusal> {
        let recipients = Self {
            departments: List::read(envelope, "department_ids", IdKind::DepartmentId, directory)?,
            open_ids: List::read(envelope, "open_ids", IdKind::OpenId, directory)?,
            user_ids: List::read(envelope, "user_ids", IdKind::UserId, directory)?,
            union_ids: List::read(envelope, "union_ids", IdKind::UnionId, directory)?,
        };
        if recipients.lists().iter().all(|list| list.is_empty()) {
            return Err(invalid("at least one of department_ids, open_ids, user_ids and union_ids must name somebody"));
        }
        for list in recipients.lists().into_iter().filter(|list| !list.is_empty()) {
            scopes::require_list(directory, list.kind)?;
        }
        Ok(recipients)
    }

    pub(crate) fn lists(&self) -> [&List<'a>; 4] {
        [&self.departments, &self.open_ids, &self.user_ids, &self.union_ids]
    }
}

impl<'a> List<'a> {
    fn read(envelope: &Envelope<'a>, name: &str, kind: IdKind, directory: &Directory) -> Result<Self, Refusal> {
        let ids: Vec<Id<'a>> = match envelope.field(name) {
            None => Vec::new(),
            Some(json) => serde_json::from_str(json)
                .map_err(|error| invalid(format_args!("{name} must be a list of strings ({error})")))?,
        };
        if ids.len() > LIST_LIMIT {
            return Err(invalid(format_args!("{name} has {} ids, and a list may have {LIST_LIMIT}", ids.len())));
        }
        if kind == IdKind::DepartmentId && ids.iter().any(|id| id.0 == "0") {
            return Err(invalid("department_ids must not have the root department 0; name its sub-departments"));
        }
        let mut seen = HashSet::with_capacity(ids.len());
        let repeated: Vec<bool> = ids.iter().map(|id| !seen.insert(id.0.as_ref())).collect();
        let once = ids.into_iter().zip(repeated).filter_map(|(id, repeated)| (!repeated).then_some(id.0));
        let (existing, invalid) = once.partition(|id| exists(directory, kind, id));
        Ok(Self { kind, existing, invalid })
    }

    /// Delivers to everybody on the list who can be reached, and counts everybody on it who exists. Where a directory
    /// says who is in a department, that is everybody in it or below it, once.
    pub(crate) fn reach(&self, directory: &Directory, task: &mut Task) -> usize {
        let Some(organisation) = directory.organisation() else {
            self.existing.iter().for_each(|id| task.deliver(self.kind, id));
            return self.existing.len();
        };
        if self.kind == IdKind::DepartmentId {
            let departments = self.existing.iter().filter_map(|id| organisation.department(id));
            let members = organisation.everybody_in(departments);
            for person in members.iter().filter(|person| person.reachable) {
                if let Some((kind, id)) = shown_id(person) {
                    task.deliver(kind, id);
                }
            }
            return members.len();
        }
        for id in &self.existing {
            if organisation.person(self.kind, id).is_some_and(|person| person.reachable) {
                task.deliver(self.kind, id);
            }
        }
        self.existing.len()
    }

    fn is_empty(&self) -> bool {
        self.existing.is_empty() && self.invalid.is_empty()
    }
}

/// The id by which a member of a department is shown.
fn shown_id(person: &Person) -> Option<(IdKind, &str)> {
    let ids =
        [(IdKind::OpenId, &person.open_id), (IdKind::UserId, &person.user_id), (IdKind::UnionId, &person.union_id)];
    ids.into_iter().find_map(|(kind, id)| Some((kind, id.as_deref().filter(|id| !id.is_empty())?)))
}

/// Without a directory every well-formed id exists, apart from those made to fail.
fn exists(directory: &Directory, kind: IdKind, id: &str) -> bool {
    if let Some(organisation) = directory.organisation() {
        return match kind {
            IdKind::DepartmentId => matches!(organisation.department(id), Some(DepartmentId::Listed(_))),
            _ => organisation.person(kind, id).is_some(),
        };
    }
    let prefix = match kind {
        IdKind::OpenId => "ou_",
        IdKind::UnionId => "on_",
        _ => "",
    };
    !id.is_empty() && id.len() <= ID_LIMIT && id.starts_with(prefix) && !id.ends_with("_invalid")
}

#[cfg(test)]
mod tests {
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
}
