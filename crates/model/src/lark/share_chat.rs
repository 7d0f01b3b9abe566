//! `share_chat`: the card of a group.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cursor::Fields;
use crate::invalid::{Invalid, Problem};

/// A shared group: `{"share_chat_id": "oc_…"}`. The bot must be in that group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ShareChat {
    /// The group. Not empty.
    pub share_chat_id: String,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ShareChat {
    pub(super) fn read(mut content: Fields<'_>) -> Result<Self, Invalid> {
        const NAME: &str = "share_chat_id";
        let other_apis = ["chat_id", "share_open_chat_id"];
        if !content.has(NAME) {
            let missing = content.refuse(NAME, Problem::Missing);
            return Err(match other_apis.into_iter().find(|name| content.has(name)) {
                Some(name) => {
                    missing.with_hint(format!("`{name}` is another API's name for it; rename it to `{NAME}`"))
                }
                None => missing,
            });
        }
        Ok(Self { share_chat_id: content.require(NAME)?.filled()?, extra: content.rest() })
    }
}
