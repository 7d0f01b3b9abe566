//! `TIMLocationElem`.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::record::Part;
use crate::cursor::Cursor;
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

/// A place: `{"Desc": "…", "Latitude": 29.34, "Longitude": 116.58}`, in degrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// What is there.
    #[serde(rename = "Desc", skip_serializing_if = "Option::is_none")]
    pub desc: Option<String>,
    /// Degrees north.
    #[serde(rename = "Latitude")]
    pub latitude: Number,
    /// Degrees east.
    #[serde(rename = "Longitude")]
    pub longitude: Number,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Location {
    /// The place of these coordinates.
    ///
    /// # Errors
    ///
    /// Infinity and what is not a number, which JSON cannot say.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Invalid> {
        let degrees = |name: &str, degrees: f64| {
            Number::from_f64(degrees)
                .ok_or_else(|| Invalid::new(name, Problem::not_allowed(&degrees.to_string())).with_hint("give degrees"))
        };
        Ok(Self {
            desc: None,
            latitude: degrees("Latitude", latitude)?,
            longitude: degrees("Longitude", longitude)?,
            extra: Map::new(),
        })
    }

    /// Says what is there.
    #[must_use]
    pub fn with_desc(mut self, desc: impl Into<String>) -> Self {
        self.desc = Some(desc.into());
        self
    }

    pub(super) fn warn(&self, content: Path<'_>, warnings: &mut Vec<Warning>) {
        for (name, degrees, most) in [("Latitude", &self.latitude, 90.0), ("Longitude", &self.longitude, 180.0)] {
            if degrees.as_f64().is_none_or(|degrees| degrees.abs() > most) {
                let text = format!("not on Earth: degrees go from -{most} to {most}");
                warnings.push(Warning::new(content.key(name), text));
            }
        }
    }
}

impl Part for Location {
    fn read(content: Cursor<'_>) -> Result<Self, Invalid> {
        let mut content = content.object()?;
        Ok(Self {
            desc: content.take("Desc").map(Cursor::string).transpose()?,
            latitude: content.require("Latitude")?.number()?,
            longitude: content.require("Longitude")?.number()?,
            extra: content.rest(),
        })
    }
}
