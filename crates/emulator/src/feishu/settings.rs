//! How Feishu and Lark answer where their pages leave it open.

use serde::Deserialize;

use crate::builder::Builder;

/// What the page on `batch_send` does not say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Settings {
    pub(crate) empty_lists: EmptyLists,
    pub(crate) nobody_valid: NobodyValid,
}

/// How `batch_send` answers a list of ids that do not exist where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmptyLists {
    /// `[]`
    #[default]
    Empty,
    /// `null`
    Null,
    /// Without the field.
    Absent,
}

/// What `batch_send` does with a message to nobody who exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NobodyValid {
    /// Accepts it, and names them all: its progress then has nobody valid, as the page on progress allows.
    #[default]
    Accepted,
    /// Refuses it with 10032 of the generic list, "valid user is null".
    Refused,
}

/// Feishu and Lark where their pages leave it open.
impl Builder {
    /// How `batch_send` answers a list of ids that do not exist where there are none (default [`EmptyLists::Empty`]).
    pub fn with_empty_lists(mut self, lists: EmptyLists) -> Self {
        self.config.feishu.empty_lists = lists;
        self
    }

    /// What `batch_send` does with a message to nobody who exists (default [`NobodyValid::Accepted`]).
    pub fn with_nobody_valid(mut self, nobody_valid: NobodyValid) -> Self {
        self.config.feishu.nobody_valid = nobody_valid;
        self
    }
}

impl EmptyLists {
    /// A list as it is answered, or `null`; nothing where its field is left out.
    pub(crate) fn listed<T>(self, list: &[T]) -> Option<Option<&[T]>> {
        match self {
            Self::Null if list.is_empty() => Some(None),
            Self::Absent if list.is_empty() => None,
            _ => Some(Some(list)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Emulator;
    use crate::feishu::testing::Sandbox;

    fn answer(builder: Builder, ids: &[&str]) -> Value {
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        let body = json!({"msg_type": "text", "content": {"text": "x"}, "open_ids": ids}).to_string();
        let mut answer = sandbox.send(&body).json();
        let delivered = sandbox.world.deliveries().len();
        assert_eq!(delivered, ids.iter().filter(|id| !id.ends_with("_invalid")).count());
        if let Some(data) = answer.get_mut("data").and_then(Value::as_object_mut) {
            assert!(data.remove("message_id").unwrap().is_string());
        }
        answer
    }

    #[test]
    fn an_empty_list_has_three_spellings() {
        fn check(lists: EmptyLists, expected: Value) {
            let answer = answer(Emulator::builder().with_empty_lists(lists), &["ou_1", "ou_2_invalid"]);
            assert_eq!(answer, json!({"code": 0, "msg": "ok", "data": expected}), "{lists:?}");
        }
        let ou_2 = ["ou_2_invalid"];
        let lists = |empty: Value| json!({"invalid_department_ids": empty, "invalid_open_ids": ou_2, "invalid_user_ids": empty, "invalid_union_ids": empty});
        check(EmptyLists::Empty, lists(json!([])));
        check(EmptyLists::Null, lists(Value::Null));
        check(EmptyLists::Absent, json!({"invalid_open_ids": ou_2}));
    }

    #[test]
    fn a_message_to_nobody_is_accepted_or_refused() {
        let builder = |nobody_valid| Emulator::builder().with_nobody_valid(nobody_valid);
        assert_eq!(answer(builder(NobodyValid::Accepted), &["ou_1_invalid"])["code"], 0);
        let refused = answer(builder(NobodyValid::Refused), &["ou_1_invalid"]);
        assert_eq!(refused, json!({"code": 10032, "msg": "valid user is null"}));
        assert_eq!(answer(builder(NobodyValid::Refused), &["ou_1_invalid", "ou_2"])["code"], 0);
    }
}
