//! The four lists of ids that a request may name.

use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};

/// One of the four recipient lists of a request ("Send messages in batches", Feishu 2026-03-03, Lark 2024-06-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// `department_ids`: every member of the department and of all its sub-departments gets the message.
    Departments,
    /// `open_ids`.
    OpenIds,
    /// `user_ids`.
    UserIds,
    /// `union_ids`.
    UnionIds,
}

impl List {
    /// The four, in the document's order.
    pub const ALL: [Self; 4] = [Self::Departments, Self::OpenIds, Self::UserIds, Self::UnionIds];

    /// The field's name in the request. The answer names the ids it refuses in `invalid_` and this.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Departments => "department_ids",
            Self::OpenIds => "open_ids",
            Self::UserIds => "user_ids",
            Self::UnionIds => "union_ids",
        }
    }

    /// The kind of id that stands in it.
    #[must_use]
    pub const fn kind(self) -> IdKind {
        match self {
            Self::Departments => IdKind::DepartmentId,
            Self::OpenIds => IdKind::OpenId,
            Self::UserIds => IdKind::UserId,
            Self::UnionIds => IdKind::UnionId,
        }
    }

    /// The list that takes this kind of id.
    ///
    /// # Errors
    ///
    /// The kinds that `batch_send` has no list for: TIM accounts, and e-mail addresses and mobile numbers, which must
    /// be looked up first. The place is the kind's name.
    pub fn of(kind: IdKind) -> Result<Self, Invalid> {
        let hint = match kind {
            IdKind::DepartmentId => return Ok(Self::Departments),
            IdKind::OpenId => return Ok(Self::OpenIds),
            IdKind::UserId => return Ok(Self::UserIds),
            IdKind::UnionId => return Ok(Self::UnionIds),
            IdKind::Email | IdKind::Mobile => "batch_send takes ids only: look it up first",
            IdKind::Account => "accounts belong to TIM; batch_send takes open_id, user_id, union_id and department_id",
        };
        Err(Invalid::new(kind, Problem::not_allowed(kind.as_str())).with_hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_lists_agree() {
        for list in List::ALL {
            assert_eq!(List::of(list.kind()), Ok(list));
            assert_eq!(list.name(), format!("{}s", list.kind()));
        }
    }

    #[test]
    fn the_other_kinds_say_what_to_do() {
        #[track_caller]
        fn check(kind: IdKind, expected: &str) {
            let refused = List::of(kind).unwrap_err();
            assert_eq!(refused.place(), kind.as_str());
            assert!(refused.to_string().contains(expected), "{refused}");
        }
        check(IdKind::Email, "look it up first");
        check(IdKind::Mobile, "look it up first");
        check(IdKind::Account, "belong to TIM");
    }
}
