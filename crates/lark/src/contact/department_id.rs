//! Which department: [`DepartmentId`].

use std::fmt;
use std::str::FromStr;

/// The longest department id, in bytes ("General parameters", Lark, undated).
const MAX_BYTES: usize = 64;

/// A department: an `open_department_id` (`od-…`) or the tenant's own `department_id`, or the [root](Self::root) of the
/// tenant. The prefix tells the two apart, as the tenant's own may not begin with `od-` ("General parameters",
/// undated).
///
/// A tenant's own id can be used again after its department is gone, so the other is the better one to keep.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentId(Box<str>);

impl DepartmentId {
    /// A department.
    ///
    /// # Errors
    /// [`BadDepartmentId`] where it is empty, longer than 64 bytes, begins with another character than a letter or a
    /// digit, or holds one that is neither a letter, a digit nor one of `_ - @ .`.
    pub fn new(id: impl Into<Box<str>>) -> Result<Self, BadDepartmentId> {
        let id = id.into();
        let legal = id.len() <= MAX_BYTES
            && id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-@.".contains(&byte));
        if legal { Ok(Self(id)) } else { Err(BadDepartmentId) }
    }

    /// The root of the tenant, `0`: to be listed, where the app may see all staff, and never to be sent to.
    #[must_use]
    pub fn root() -> Self {
        Self("0".into())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the id is called in requests (`department_id_type`).
    #[must_use]
    pub fn id_type(&self) -> &'static str {
        if self.0.starts_with("od-") || &*self.0 == "0" { "open_department_id" } else { "department_id" }
    }
}

/// The id cannot be a department's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "department_id: must be 1 to 64 letters, digits or _ - @ . and begin with a letter or a digit; pass an id such as od-..., or 0 for the root"
)]
pub struct BadDepartmentId;

impl FromStr for DepartmentId {
    type Err = BadDepartmentId;

    fn from_str(id: &str) -> Result<Self, BadDepartmentId> {
        Self::new(id)
    }
}

impl fmt::Display for DepartmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_itself_what_it_is_called() {
        fn check(id: &str, expected: Option<&str>) {
            let found = DepartmentId::new(id).ok();
            assert_eq!(found.as_ref().map(DepartmentId::id_type), expected, "{id:?}");
        }
        check("od-4e6ac4d14bcd5071a37a39de902c7141", Some("open_department_id"));
        check("0", Some("open_department_id"));
        check("D096", Some("department_id"));
        check("a_b-c@d.e", Some("department_id"));
        check(&"d".repeat(64), Some("department_id"));
        check(&"d".repeat(65), None);
        check("", None);
        check("-a", None);
        check("a/b", None);
        check("部门", None);
        assert_eq!(DepartmentId::new("0"), Ok(DepartmentId::root()));
    }
}
