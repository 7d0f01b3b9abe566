//! Which of a person's ids is asked for: [`UserIdType`].

use std::fmt;

use batchcast_model::IdKind;

/// Which of a person's ids an answer has (`user_id_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UserIdType {
    /// As this app sees them; needs no further scope.
    #[default]
    OpenId,
    /// As the apps of this developer see them.
    UnionId,
    /// As the tenant's administrator named them; for custom apps with the scope `contact:user.employee_id:readonly`.
    UserId,
}

impl UserIdType {
    /// The name in requests: `open_id`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.kind().as_str()
    }

    /// The kind of recipient that such an id makes.
    #[must_use]
    pub const fn kind(self) -> IdKind {
        match self {
            Self::OpenId => IdKind::OpenId,
            Self::UnionId => IdKind::UnionId,
            Self::UserId => IdKind::UserId,
        }
    }
}

impl fmt::Display for UserIdType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
