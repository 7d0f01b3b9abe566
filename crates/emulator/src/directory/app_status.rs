//! Whether the tenant still has the app.

use serde::{Deserialize, Serialize};

/// What has become of the apps of Feishu or Lark; everything but [`InUse`](Self::InUse) refuses them.
///
/// `batch_send` has codes of its own for it, all other calls have the gateway's, and no token is given out:
///
/// | | `batch_send` | other calls | tokens |
/// |---|---|---|---|
/// | `disabled` | 11207 | 99991662 | 10014 |
/// | `not_installed` | 11210 | 99991673 | 20009 |
/// | `deleted` | 11209 | 99991543 | 10014 |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AppStatus {
    /// As it should be.
    #[default]
    InUse,
    /// Switched off by the tenant's administrator.
    Disabled,
    /// Not, or no longer, in this tenant. A store app still gets its app access token, which is no tenant's.
    NotInstalled,
    /// Gone altogether.
    Deleted,
}

impl AppStatus {
    /// What need not be written down.
    pub(crate) fn is_in_use(&self) -> bool {
        *self == Self::InUse
    }
}
