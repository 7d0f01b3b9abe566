//! Why a value was refused: where, what, and what to do about it.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

/// A value that breaks a rule of the vendor's document.
///
/// Its text reads `PLACE: what is wrong; what to do`. Whatever it quotes is cut to 60 characters, and control
/// characters are escaped, so it can be shown on a terminal.
///
/// ```
/// use batchcast_model::lark::Message;
///
/// let refused = Message::image("").unwrap_err();
/// assert_eq!(refused.place(), "content.image_key");
/// assert_eq!(refused.to_string(), "content.image_key: is empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("{place}: {problem}{}", Tail(.hint.as_deref()))]
pub struct Invalid {
    place: String,
    problem: Problem,
    hint: Option<Cow<'static, str>>,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It has to be there and is not.
    Missing,
    /// It has to say something and is empty.
    Empty,
    /// It is of another JSON type than the document says.
    #[non_exhaustive]
    WrongType {
        /// What the document asks for: "an object".
        expected: &'static str,
        /// What was there instead: "a string".
        found: String,
    },
    /// It is over a limit.
    #[non_exhaustive]
    TooLarge {
        /// The most that is allowed.
        limit: usize,
        /// What there was.
        found: usize,
        /// What is counted: "ids", "bytes".
        unit: &'static str,
    },
    /// The vendor does not take this.
    #[non_exhaustive]
    NotAllowed {
        /// What was there, cut and escaped.
        found: String,
    },
    /// It may not stand beside another field that is there too.
    #[non_exhaustive]
    Conflict {
        /// The other field.
        with: &'static str,
    },
    /// It is there a second time.
    #[non_exhaustive]
    Repeated {
        /// The place of the first.
        first: String,
    },
    /// It is not JSON.
    #[non_exhaustive]
    NotJson {
        /// What the JSON reader says.
        detail: String,
    },
}

impl Invalid {
    pub(crate) fn new(place: impl fmt::Display, problem: Problem) -> Self {
        Self { place: place.to_string(), problem, hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same refusal at a place that the caller knows better, such as a line of a file.
    #[must_use]
    pub fn with_place(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    /// Where: a JSON path such as `content.post.zh_cn.content[0][1].tag`, `body` for the whole, or the name of an
    /// argument.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What to do about it, where that is not obvious.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl Problem {
    pub(crate) fn wrong_type(expected: &'static str, found: &Value) -> Self {
        Self::WrongType { expected, found: describe(found) }
    }

    pub(crate) fn not_allowed(found: &str) -> Self {
        Self::NotAllowed { found: excerpt(found) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Empty => f.write_str("is empty"),
            Self::WrongType { expected, found } => write!(f, "must be {expected}, found {found}"),
            Self::TooLarge { limit, found, unit } => {
                write!(f, "too large: the limit is {limit} {unit}, found {found}")
            }
            Self::NotAllowed { found } => write!(f, "\"{found}\" is not allowed"),
            Self::Conflict { with } => write!(f, "may not stand beside `{with}`"),
            Self::Repeated { first } => write!(f, "repeats {first}"),
            Self::NotJson { detail } => write!(f, "not valid JSON: {detail}"),
        }
    }
}

struct Tail<'a>(Option<&'a str>);

impl fmt::Display for Tail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

/// The first 60 characters, with control and invisible ones escaped.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut characters = text.chars();
    let mut cut: String = characters
        .by_ref()
        .take(LONGEST)
        .map(|character| match character {
            '\'' => "'".to_owned(),
            other => other.escape_debug().to_string(),
        })
        .collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => format!("the boolean {truth}"),
        Value::Number(number) => format!("the number {}", excerpt(&number.to_string())),
        Value::String(text) => format!("a string, \"{}\"", excerpt(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_says_place_problem_and_remedy() {
        #[track_caller]
        fn check(problem: Problem, expected: &str) {
            let invalid = Invalid::new("a.b", problem).with_hint("do this");
            assert_eq!(invalid.to_string(), format!("a.b: {expected}; do this"));
        }
        check(Problem::Missing, "is missing");
        check(Problem::Empty, "is empty");
        check(Problem::wrong_type("an object", &json!(["x"])), "must be an object, found an array");
        check(Problem::wrong_type("a string", &json!(12.5)), "must be a string, found the number 12.5");
        check(Problem::TooLarge { limit: 200, found: 201, unit: "ids" }, "too large: the limit is 200 ids, found 201");
        check(Problem::not_allowed("md"), "\"md\" is not allowed");
        check(Problem::Conflict { with: "card" }, "may not stand beside `card`");
    }

    #[test]
    fn quotes_are_cut_and_defused() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(excerpt(text), expected);
        }
        check("plain 文字, it's", "plain 文字, it's");
        check("a\u{1b}[31mb\n", "a\\u{1b}[31mb\\n");
        check("\u{202e}abc", "\\u{202e}abc");
        check(&"x".repeat(60), &"x".repeat(60));
        check(&"字".repeat(61), &format!("{}…", "字".repeat(60)));
    }
}
