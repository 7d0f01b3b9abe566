//! Which of a person's names an id is.

use std::fmt;
use std::str::FromStr;

use crate::invalid::{Invalid, Problem};

/// What sort of id it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IdKind {
    /// Feishu, Lark: a person as one app sees them, `ou_…`.
    OpenId,
    /// Feishu, Lark: a person within one tenant, as its administrator named them.
    UserId,
    /// Feishu, Lark: a person as one developer sees them, `on_…`.
    UnionId,
    /// Feishu, Lark: a department with all its sub-departments, `od-…` or the tenant's own name for it.
    DepartmentId,
    /// TIM: an account.
    Account,
    /// An e-mail address, to be looked up.
    Email,
    /// A mobile number, to be looked up.
    Mobile,
}

impl IdKind {
    /// Every kind there is.
    pub const ALL: [Self; 7] =
        [Self::OpenId, Self::UserId, Self::UnionId, Self::DepartmentId, Self::Account, Self::Email, Self::Mobile];

    /// The name in files, reports and on the command line: `open_id`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "open_id",
            Self::UserId => "user_id",
            Self::UnionId => "union_id",
            Self::DepartmentId => "department_id",
            Self::Account => "account",
            Self::Email => "email",
            Self::Mobile => "mobile",
        }
    }

    /// The kind that a bare id's prefix tells: `ou_`, `on_` or `od-`. Nothing else can be told from the id alone.
    ///
    /// ```
    /// use batchcast_model::IdKind;
    /// assert_eq!(IdKind::from_prefix("on_1"), Some(IdKind::UnionId));
    /// assert_eq!(IdKind::from_prefix("7cdcc7c2"), None);
    /// ```
    #[must_use]
    pub fn from_prefix(id: &str) -> Option<Self> {
        match id.get(..3)? {
            "ou_" => Some(Self::OpenId),
            "on_" => Some(Self::UnionId),
            "od-" => Some(Self::DepartmentId),
            _ => None,
        }
    }
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for IdKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            Invalid::new("kind", Problem::not_allowed(name))
                .with_hint("the kinds are open_id, user_id, union_id, department_id, account, email, mobile")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for kind in IdKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        let refused = "open_ids".parse::<IdKind>().unwrap_err();
        assert!(refused.to_string().contains("\"open_ids\" is not allowed"), "{refused}");
    }

    #[test]
    fn prefixes() {
        #[track_caller]
        fn check(id: &str, expected: Option<IdKind>) {
            assert_eq!(IdKind::from_prefix(id), expected, "{id}");
        }
        check("ou_1", Some(IdKind::OpenId));
        check("on_1", Some(IdKind::UnionId));
        check("od-1", Some(IdKind::DepartmentId));
        check("od_1", None);
        check("OU_1", None);
        check("ou", None);
        check("字字", None);
        check("", None);
    }
}
