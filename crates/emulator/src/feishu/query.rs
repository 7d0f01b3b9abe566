//! The query of a `contact/v3` call.

use percent_encoding::percent_decode_str;

use crate::feishu::codes::{self, Refusal};
use crate::query::Pairs;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Query {
    pairs: Pairs,
}

/// Which of a person's ids is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserIdType {
    Open,
    Union,
    User,
}

/// Which of a department's ids is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DepartmentIdType {
    OpenDepartmentId,
    DepartmentId,
}

impl Query {
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
        let pairs = Pairs::split(query, decode).ok_or_else(|| codes::BAD_REQUEST.because("the query is not UTF-8"))?;
        Ok(Self { pairs })
    }

    /// A value that is there and not empty.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.value(name)
    }

    pub(crate) fn user_id_type(&self) -> Result<UserIdType, Refusal> {
        match self.value("user_id_type") {
            None | Some("open_id") => Ok(UserIdType::Open),
            Some("union_id") => Ok(UserIdType::Union),
            Some("user_id") => Ok(UserIdType::User),
            Some(other) => Err(codes::invalid_field("user_id_type", other, "options: [open_id, union_id, user_id]")),
        }
    }

    pub(crate) fn department_id_type(&self) -> Result<DepartmentIdType, Refusal> {
        match self.value("department_id_type") {
            None | Some("open_department_id") => Ok(DepartmentIdType::OpenDepartmentId),
            Some("department_id") => Ok(DepartmentIdType::DepartmentId),
            Some(other) => {
                Err(codes::invalid_field("department_id_type", other, "options: [department_id, open_department_id]"))
            }
        }
    }

    /// A boolean that is false where it is left out.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.value(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(codes::invalid_field(name, other, "must be true or false")),
        }
    }
}

/// Percent-decoding, with `+` for a space as in forms; a `%` without two digits after it stands for itself.
fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

/// Percent-decoding of a path parameter, where `+` is itself.
pub(crate) fn decode_segment(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
}
