//! `text`: plain text with mentions.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cursor::Fields;
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

/// Plain text: `{"text": "…"}`.
///
/// `\n` is a new line, `<at user_id="ou_…">name</at>` a mention. Bold, italic, underline and strikethrough tags are
/// not supported in this API, and neither are `[text](url)` links ("Send messages in batches", Feishu 2026-03-03;
/// "Sent message content", Lark 2024-11-18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Text {
    /// What it says. Not empty.
    pub text: String,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Text {
    pub(super) fn read(mut content: Fields<'_>) -> Result<Self, Invalid> {
        if !content.has("text") && content.has("post") {
            return Err(content
                .refuse("text", Problem::Missing)
                .with_hint("`content` holds a post: give msg_type `post`"));
        }
        Ok(Self { text: content.require("text")?.filled()?, extra: content.rest() })
    }

    pub(super) fn warn(&self, content: Path<'_>, warnings: &mut Vec<Warning>) {
        let place = content.key("text");
        let tag = ["b", "i", "u", "s"].into_iter().find(|tag| self.text.contains(&format!("<{tag}>")));
        if let Some(tag) = tag {
            warnings
                .push(Warning::new(place, format!("batch_send does not render <{tag}> in text; use a post or a card")));
        }
        if self.text.contains("](http") {
            warnings.push(Warning::new(
                place,
                "batch_send does not render [text](url) links in text; give the bare URL, or use a post",
            ));
        }
        if mentions_everybody(&self.text) {
            warnings.push(Warning::new(place, super::node::AT_ALL));
        }
    }
}

fn mentions_everybody(text: &str) -> bool {
    ["\"all\"", "'all'", "all"].into_iter().any(|all| text.contains(&format!("<at user_id={all}>")))
}

#[cfg(test)]
mod tests {
    use crate::lark::Message;

    #[test]
    fn warns_of_what_is_not_rendered() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let found = Message::text(text).unwrap().warnings();
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (warning, expected) in found.iter().zip(expected) {
                assert_eq!(warning.place(), "content.text");
                assert!(warning.text().contains(expected), "{warning}");
            }
        }
        check("a < b, x<y>z, [1] (2) <at user_id=\"ou_1\">Tom</at>", &[]);
        check("<b>now</b>", &["<b>"]);
        check("<i>a</i> [here](https://example.com)", &["<i>", "[text](url)"]);
        check("<at user_id=\"all\"></at>", &["everybody"]);
    }
}
