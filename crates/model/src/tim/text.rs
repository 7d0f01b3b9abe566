//! `TIMTextElem`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::record::Part;
use crate::cursor::Cursor;
use crate::invalid::Invalid;

/// Plain text: `{"Text": "…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Text {
    /// What it says. Not empty.
    #[serde(rename = "Text")]
    pub text: String,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Text {
    /// Text that says this.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), extra: Map::new() }
    }
}

impl Part for Text {
    fn read(content: Cursor<'_>) -> Result<Self, Invalid> {
        let mut content = content.object()?;
        Ok(Self { text: content.require("Text")?.filled()?, extra: content.rest() })
    }
}
