//! `TIMFaceElem`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::record::Part;
use crate::cursor::Cursor;
use crate::invalid::Invalid;

/// A face: `{"Index": 1, "Data": "…"}`. What the numbers and the data mean, sender and clients agree among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Face {
    /// Which face.
    #[serde(rename = "Index")]
    pub index: u64,
    /// More about it.
    #[serde(rename = "Data", skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Face {
    /// The face of this number.
    #[must_use]
    pub fn new(index: u64) -> Self {
        Self { index, data: None, extra: Map::new() }
    }

    /// Gives it data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<String>) -> Self {
        self.data = Some(data.into());
        self
    }
}

impl Part for Face {
    fn read(content: Cursor<'_>) -> Result<Self, Invalid> {
        let mut content = content.object()?;
        Ok(Self {
            index: content.require("Index")?.whole()?,
            data: content.take("Data").map(Cursor::string).transpose()?,
            extra: content.rest(),
        })
    }
}
