//! The fields of a request body, before anybody looks inside them.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::ids::Id;
use crate::tim::codes::{self, Code, Refusal};
use crate::tim::shape::Field;

/// The request body, split into its top-level fields. One that is not in the document is ignored.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    fields: HashMap<String, &'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// `malformed` is what the service says to what is no JSON object.
    pub(crate) fn parse(body: &'a [u8], malformed: Code) -> Result<Self, Refusal> {
        let fields = serde_json::from_slice(body).map_err(|_| malformed.refusal())?;
        Ok(Self { fields })
    }

    /// A field as it was sent.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.get(name).copied()
    }

    /// A field for which the documents have a type and no code of its own.
    pub(crate) fn check(&self, field: &Field) -> Result<(), Refusal> {
        let Some(json) = self.optional(field.name) else { return Ok(()) };
        let value = serde_json::from_str(json).map_err(|_| codes::JSON.refusal())?;
        field.check(field.name, &value).map_err(|wrong| codes::MESSAGE_FORMAT.because(wrong))
    }

    /// The raw JSON of a required field; `null` is there and will have the wrong type.
    pub(crate) fn required(&self, name: &str, missing: Code) -> Result<&'a str, Refusal> {
        self.fields.get(name).map(|raw| raw.get()).ok_or_else(|| missing.refusal())
    }

    /// The raw JSON of an optional field; `null` counts as absent.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).map(|raw| raw.get()).filter(|&json| json != "null")
    }

    /// An optional integer from 0 to 4294967295.
    pub(crate) fn optional_u32(&self, name: &str, malformed: Code) -> Result<Option<u32>, Refusal> {
        self.optional(name).map(|json| unsigned(json, malformed)).transpose()
    }
}

/// An account or another id, where it is one.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Id<'_>>(json).ok().map(|id| id.0)
}

/// A list of them. How many there are is looked at before what they are.
pub(crate) fn texts<'a>(
    json: &'a str,
    malformed: impl Fn() -> Refusal,
    check_count: impl FnOnce(usize) -> Result<(), Refusal>,
) -> Result<Vec<Cow<'a, str>>, Refusal> {
    let list: Vec<&'a RawValue> = serde_json::from_str(json).map_err(|_| malformed())?;
    check_count(list.len())?;
    list.into_iter().map(|raw| text(raw.get())).collect::<Option<_>>().ok_or_else(malformed)
}

/// An integer from 0 to 4294967295.
pub(crate) fn unsigned(json: &str, malformed: Code) -> Result<u32, Refusal> {
    serde_json::from_str(json).map_err(|_| malformed.refusal())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_accepted, check_refusal};

    #[test]
    fn bodies_that_are_no_json_object() {
        for body in ["", "{", "[]", "\"text\"", "null", "{} {}", "{} // remark", r#"{"To_Account":["a"],}"#] {
            check_refusal(body, 90001, "Fail to Parse json data of body, Please check it");
        }
        check_refusal(&"[".repeat(100_000), 90001, "Fail to Parse json data of body, Please check it");
    }

    #[test]
    fn a_comment_from_the_documents_samples_is_not_json() {
        let body = r#"{"To_Account":["bonnie"], // accounts
            "MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}"#;
        check_refusal(body, 90001, "Fail to Parse json data of body, Please check it");
    }

    #[test]
    fn spaces_order_and_escapes_do_not_matter() {
        check_accepted(
            "\r\n{ \"MsgBody\" :\t[ { \"MsgContent\" : { \"Text\" : \"hi\" }, \"MsgType\" : \"TIMTextElem\" } ] ,\n \
             \"MsgRandom\" : 1 , \"To\\u005fAccount\" : [ \"bonnie\" , \"r\\u006fng\" ] }\n",
        );
    }

    #[test]
    fn optional_nulls_and_unknown_fields_are_accepted() {
        check_accepted(
            r#"{"To_Account":["bonnie"],"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],
                "From_Account":null,"MsgSeq":null,"MsgLifeTime":null,"OfflinePushInfo":null,"CloudCustomData":null,
                "ForbidCallbackControl":["ForbidBeforeSendMsgCallback"],"Tomorrow":{}}"#,
        );
    }
}
