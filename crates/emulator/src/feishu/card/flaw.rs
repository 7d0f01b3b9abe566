//! What a card is refused for.

use crate::feishu::codes::{self, Refusal};

/// A card, or a part of one, that cannot be shown.
#[derive(Debug)]
pub(super) struct Flaw {
    sub_code: u32,
    text: &'static str,
    value: String,
    /// From the innermost part to the outermost.
    path: Option<Vec<String>>,
}

impl Flaw {
    /// Of a card as a whole.
    pub(super) fn of_card(sub_code: u32, text: &'static str, value: impl Into<String>) -> Self {
        Self { sub_code, text, value: value.into(), path: None }
    }

    /// Of a part, whose place is told.
    pub(super) fn of_part(sub_code: u32, text: &'static str, value: impl Into<String>) -> Self {
        Self { path: Some(Vec::new()), ..Self::of_card(sub_code, text, value) }
    }

    /// The part is inside another, under this name.
    pub(super) fn below(mut self, step: String) -> Self {
        if let Some(path) = &mut self.path {
            path.push(step);
        }
        self
    }
}

impl From<Flaw> for Refusal {
    /// As the document's sample has it, the path as `ROOT -> elements -> [0](tag: chart)`.
    fn from(Flaw { sub_code, text, value, path }: Flaw) -> Self {
        let place = path.map_or_else(String::new, |path| {
            let steps: Vec<&str> = ["ROOT"].into_iter().chain(path.iter().rev().map(String::as_str)).collect();
            format!("ErrPath: {}; ", steps.join(" -> "))
        });
        codes::CREATE_CONTENT_FAILED
            .because(format_args!("ext=ErrCode: {sub_code}; {place}ErrMsg: {text}; ErrorValue: {value};"))
    }
}
