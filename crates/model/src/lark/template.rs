//! A card that was made and published in the card builder.

use serde_json::{Map, Value, json};

/// A template with its version and variables.
///
/// ```
/// use batchcast_model::lark::{Message, Template};
///
/// let template = Template::new("ctp_1").with_version("1.0.2").with_variable("name", "Ada");
/// let message = Message::template(template)?;
/// assert_eq!(
///     serde_json::to_value(&message)?,
///     serde_json::json!({"msg_type": "interactive", "card": {"type": "template", "data": {
///         "template_id": "ctp_1",
///         "template_version_name": "1.0.2",
///         "template_variable": {"name": "Ada"},
///     }}}),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a draft, until `Message::template` takes it"]
pub struct Template {
    id: String,
    version: Option<String>,
    variables: Map<String, Value>,
}

impl Template {
    /// The template of this id, in its newest published version and without variables.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), version: None, variables: Map::new() }
    }

    /// Names a version, such as `1.0.0`. Without one, whoever publishes the template changes what is being sent.
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Gives a variable its value, or another one.
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

impl From<Template> for Value {
    fn from(template: Template) -> Self {
        let mut data = Map::from_iter([("template_id".to_owned(), template.id.into())]);
        if let Some(version) = template.version {
            data.insert("template_version_name".to_owned(), version.into());
        }
        if !template.variables.is_empty() {
            data.insert("template_variable".to_owned(), template.variables.into());
        }
        json!({"type": "template", "data": data})
    }
}
