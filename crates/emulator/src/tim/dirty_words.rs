//! The app's dirty words, by the page "Adding Custom Dirty Words" (2019): only `TIMTextElem` is looked at.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::tim::codes::{self, Refusal};

/// Refuses a `MsgBody` that is otherwise good.
pub(crate) fn check(words: &[String], msg_body: &RawValue) -> Result<(), Refusal> {
    if words.is_empty() {
        return Ok(());
    }
    let elements: Vec<Value> = serde_json::from_str(msg_body.get()).map_err(|error| codes::MSG_BODY.because(error))?;
    let texts = elements.iter().filter(|element| element["MsgType"] == "TIMTextElem");
    let mut texts = texts.filter_map(|element| element["MsgContent"]["Text"].as_str());
    if texts.any(|text| words.iter().any(|word| text.contains(word.as_str()))) {
        return Err(codes::SENSITIVE_TEXT.refusal());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Sandbox, with_field};
    use crate::Emulator;

    #[test]
    fn a_word_counts_in_a_text_element_alone() {
        fn check(words: &[&str], msg_body: Value, code: i64) {
            let mut sandbox = Sandbox::from(Emulator::builder().with_tim_dirty_words(words.iter().copied()).world());
            let json = sandbox.send(&with_field("MsgBody", msg_body.clone())).json();
            assert_eq!(json["ErrorCode"], code, "{words:?} {msg_body}: {json}");
            assert_eq!(sandbox.world.deliveries().is_empty(), code != 0, "{words:?} {msg_body}");
        }
        let text = |text: &str| json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": text}});
        let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "dirty", "Desc": "dirty"}});
        check(&["dirty", "脏"], json!([text("quite dirty!")]), 80001);
        check(&["dirty", "脏"], json!([text("hi"), text("很脏的话")]), 80001);
        check(&["dirty"], json!([text("Dirty")]), 0);
        check(&["dirty"], json!([custom, text("hi")]), 0);
        check(&[""], json!([text("hi")]), 0);
        check(&[], json!([text("dirty")]), 0);
    }
}
