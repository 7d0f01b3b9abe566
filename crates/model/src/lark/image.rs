//! `image`: one uploaded picture.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cursor::Fields;
use crate::invalid::Invalid;

/// A picture: `{"image_key": "img_…"}`. The key belongs to the app that uploaded it (11227 otherwise).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Image {
    /// The key that the upload answered. Not empty.
    pub image_key: String,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Image {
    pub(super) fn read(mut content: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self { image_key: content.require("image_key")?.filled()?, extra: content.rest() })
    }
}
