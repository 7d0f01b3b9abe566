//! The fields of a `batch_send` body, before anybody looks inside them.

use std::collections::HashMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::feishu::codes::{self, Refusal};

/// The request body, split into its top-level fields. A field that is `null` counts as absent, one that is not in the
/// document is ignored.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    fields: HashMap<String, &'a RawValue>,
    size: usize,
}

/// The five values of `msg_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MsgType {
    Text,
    Image,
    Post,
    ShareChat,
    Interactive,
}

impl MsgType {
    const ALL: [Self; 5] = [Self::Text, Self::Image, Self::Post, Self::ShareChat, Self::Interactive];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Post => "post",
            Self::ShareChat => "share_chat",
            Self::Interactive => "interactive",
        }
    }
}

/// Request body limits of Feishu's page of 2026-03-03. It does not say what a KB is; 1000 is the stricter reading.
const TEXT_LIMIT: usize = 150_000;
const POST_AND_CARD_LIMIT: usize = 30_000;

impl<'a> Envelope<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Refusal> {
        let fields = serde_json::from_slice(body)
            .map_err(|error| invalid(format_args!("the request body must be a JSON object: {error}")))?;
        Ok(Self { fields, size: body.len() })
    }

    /// The raw JSON of a field that is there and not `null`.
    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).map(|raw| raw.get()).filter(|&json| json != "null")
    }

    pub(crate) fn msg_type(&self) -> Result<MsgType, Refusal> {
        let json = self.field("msg_type").ok_or_else(|| invalid("msg_type is required"))?;
        let name: String = typed("msg_type", "a string", json)?;
        MsgType::ALL.into_iter().find(|known| known.as_str() == name).ok_or_else(|| {
            invalid(format_args!("msg_type must be text, image, post, share_chat or interactive, not {name:?}"))
        })
    }

    /// `card` for interactive, `content` for everything else; exactly one of the two, and an object.
    pub(crate) fn message(&self, msg_type: MsgType) -> Result<Map<String, Value>, Refusal> {
        let (name, json) = match (self.field("content"), self.field("card")) {
            (Some(content), None) => ("content", content),
            (None, Some(card)) => ("card", card),
            (Some(_), Some(_)) => return Err(invalid("content and card exclude each other, and both are there")),
            (None, None) => return Err(invalid("one of content and card is required")),
        };
        let wanted = if msg_type == MsgType::Interactive { "card" } else { "content" };
        if name != wanted {
            return Err(invalid(format_args!("msg_type {} takes {wanted}, not {name}", msg_type.as_str())));
        }
        typed(name, "a JSON object, not an escaped string", json)
    }

    /// Whether the whole body is within what the type allows.
    pub(crate) fn check_size(&self, msg_type: MsgType) -> Result<(), Refusal> {
        let (limit, code) = match msg_type {
            MsgType::Text => (TEXT_LIMIT, codes::INVALID_PARAMETER),
            MsgType::Post | MsgType::Interactive => (POST_AND_CARD_LIMIT, codes::EXCEEDS_30_KB),
            MsgType::Image | MsgType::ShareChat => return Ok(()),
        };
        if self.size <= limit {
            return Ok(());
        }
        Err(code.because(format_args!(
            "the request body has {} bytes, and {} allows {limit}",
            self.size,
            msg_type.as_str()
        )))
    }
}

/// Reads a field, or says which one has the wrong type.
pub(crate) fn typed<T: DeserializeOwned>(name: &str, expected: &str, json: &str) -> Result<T, Refusal> {
    serde_json::from_str(json).map_err(|error| invalid(format_args!("{name} must be {expected} ({error})")))
}

pub(crate) fn invalid(detail: impl fmt::Display) -> Refusal {
    codes::INVALID_PARAMETER.because(detail)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_accepted, check_refusal};

    #[test]
    fn bodies_that_are_no_request() {
        fn check(body: &str, because: &str) {
            check_refusal(body, 10003, &format!("Invalid parameter. {because}"));
        }
        check("", "the request body must be a JSON object");
        check("{", "the request body must be a JSON object");
        check("[]", "the request body must be a JSON object");
        check("\"text\"", "the request body must be a JSON object");
        check("{} {}", "the request body must be a JSON object");
        check(&"[".repeat(100_000), "the request body must be a JSON object");
        check("{}", "msg_type is required");
        check(r#"{"msg_type":null}"#, "msg_type is required");
        check(r#"{"msg_type":5}"#, "msg_type must be a string");
        check(r#"{"msg_type":"Text"}"#, "msg_type must be text, image");
        check(r#"{"msg_type":"file"}"#, "msg_type must be text, image");
    }

    #[test]
    fn exactly_one_of_content_and_card() {
        fn check(fields: &str, because: &str) {
            check_refusal(
                &format!(r#"{{"open_ids":["ou_1"],{fields}}}"#),
                10003,
                &format!("Invalid parameter. {because}"),
            );
        }
        check(r#""msg_type":"text""#, "one of content and card is required");
        check(r#""msg_type":"text","content":null"#, "one of content and card is required");
        check(r#""msg_type":"text","content":{"text":"x"},"card":{}"#, "content and card exclude each other");
        check(r#""msg_type":"text","card":{}"#, "msg_type text takes content, not card");
        check(r#""msg_type":"interactive","content":{}"#, "msg_type interactive takes card, not content");
        check(
            r#""msg_type":"text","content":"{\"text\":\"x\"}""#,
            "content must be a JSON object, not an escaped string",
        );
        check(r#""msg_type":"interactive","card":"{}""#, "card must be a JSON object, not an escaped string");
        check(r#""msg_type":"text","content":["x"]"#, "content must be a JSON object");
    }

    #[test]
    fn nulls_unknown_fields_and_escaped_names_are_accepted() {
        check_accepted(r#"{"msg_type":"text","content":{"text":"x"},"card":null,"open_ids":["ou_1"],"user_ids":null}"#);
        check_accepted(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"],"emails":["a@example.com"]}"#);
        check_accepted(r#"{"msg\u005ftype":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#);
    }

    #[test]
    fn bodies_up_to_the_limit_pass_and_one_byte_more_does_not() {
        fn check(before: &str, after: &str, limit: usize, code: i64, msg: &str) {
            let body = |size: usize| format!("{before}{}{after}", "x".repeat(size - before.len() - after.len()));
            check_accepted(&body(limit));
            check_refusal(&body(limit + 1), code, msg);
        }
        let ids = r#""open_ids":["ou_1"]}"#;
        check(
            r#"{"msg_type":"text","content":{"text":""#,
            &format!(r#""}},{ids}"#),
            150_000,
            10003,
            "Invalid parameter. the request body has 150001 bytes, and text allows 150000",
        );
        check(
            r#"{"msg_type":"post","content":{"post":{"zh_cn":{"content":[[{"tag":"text","text":""#,
            &format!(r#""}}]]}}}}}},{ids}"#),
            30_000,
            19036,
            "The message exceeds the size limit of 30KB. the request body has 30001 bytes, and post allows 30000",
        );
        check(
            r#"{"msg_type":"interactive","card":{"elements":[{"tag":"markdown","content":""#,
            &format!(r#""}}]}},{ids}"#),
            30_000,
            19036,
            "The message exceeds the size limit of 30KB. the request body has 30001 bytes, and interactive allows 30000",
        );
    }
}
