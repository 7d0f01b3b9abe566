//! The four lists of recipients.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;

use crate::deliveries::IdKind;
use crate::feishu::codes::Refusal;
use crate::feishu::envelope::{Envelope, invalid};

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
    pub(crate) fn read(envelope: &Envelope<'a>) -> Result<Self, Refusal> {
        let recipients = Self {
            departments: List::read(envelope, "department_ids", IdKind::DepartmentId)?,
            open_ids: List::read(envelope, "open_ids", IdKind::OpenId)?,
            user_ids: List::read(envelope, "user_ids", IdKind::UserId)?,
            union_ids: List::read(envelope, "union_ids", IdKind::UnionId)?,
        };
        if recipients.lists().iter().all(|list| list.is_empty()) {
            return Err(invalid("at least one of department_ids, open_ids, user_ids and union_ids must name somebody"));
        }
        Ok(recipients)
    }

    pub(crate) fn lists(&self) -> [&List<'a>; 4] {
        [&self.departments, &self.open_ids, &self.user_ids, &self.union_ids]
    }
}

impl<'a> List<'a> {
    fn read(envelope: &Envelope<'a>, name: &str, kind: IdKind) -> Result<Self, Refusal> {
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
        let (existing, invalid) = once.partition(|id| exists(kind, id));
        Ok(Self { kind, existing, invalid })
    }

    fn is_empty(&self) -> bool {
        self.existing.is_empty() && self.invalid.is_empty()
    }
}

/// Without a directory every well-formed id exists, apart from those made to fail.
fn exists(kind: IdKind, id: &str) -> bool {
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

    use super::super::testing::{Sandbox, check_accepted, check_refusal};

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
}
