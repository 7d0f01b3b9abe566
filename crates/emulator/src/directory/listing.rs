//! A directory as it is written down.

use serde::{Deserialize, Serialize};

use crate::directory::app_status::AppStatus;
use crate::strict;

/// Both vendors; one that is left out stays as it is without a directory.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Listing {
    #[serde(deserialize_with = "strict::one")]
    pub(crate) feishu: Option<FeishuDirectory>,
    #[serde(deserialize_with = "strict::one")]
    pub(crate) tim: Option<TimDirectory>,
}

/// Who and what exists in the one tenant of Feishu or Lark.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FeishuDirectory {
    /// Everybody in the tenant.
    #[serde(deserialize_with = "strict::many")]
    pub users: Vec<Person>,
    /// All departments below the root, which is always there and called `0`.
    #[serde(deserialize_with = "strict::many")]
    pub departments: Vec<Department>,
    /// The app's scopes, as `im:message:send_multi_users`; none at all means that all are granted.
    pub scopes: Vec<String>,
    /// Whether the tenant still has the app.
    #[serde(skip_serializing_if = "AppStatus::is_in_use")]
    pub app_status: AppStatus,
}

impl FeishuDirectory {
    /// A tenant without anybody in it, whose app has all scopes.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more person.
    #[must_use]
    pub fn with_user(mut self, user: Person) -> Self {
        self.users.push(user);
        self
    }

    /// One more department.
    #[must_use]
    pub fn with_department(mut self, department: Department) -> Self {
        self.departments.push(department);
        self
    }

    /// Grants a scope. From the first one on, only what is named is granted.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// See [`app_status`](Self::app_status).
    #[must_use]
    pub fn with_app_status(mut self, status: AppStatus) -> Self {
        self.app_status = status;
        self
    }
}

/// Somebody in the tenant. At least one of the three ids must be there; an empty text counts as none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Person {
    /// `ou_…`
    pub open_id: Option<String>,
    /// The tenant's own id.
    pub user_id: Option<String>,
    /// `on_…`
    pub union_id: Option<String>,
    /// Looked up without regard to the case of ASCII letters.
    pub email: Option<String>,
    /// With `+` and the country code; `+86` may be left out, here and when it is asked for.
    pub mobile: Option<String>,
    /// For people to read.
    pub name: String,
    /// The departments that the person is directly in, by either id; none, or `0`, is the root.
    pub departments: Vec<String>,
    /// Whether the bot may message this person. Who is out of its range is valid and never gets anything.
    pub reachable: bool,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            open_id: None,
            user_id: None,
            union_id: None,
            email: None,
            mobile: None,
            name: String::new(),
            departments: Vec::new(),
            reachable: true,
        }
    }
}

impl Person {
    /// A reachable person directly below the root.
    pub fn new(open_id: impl Into<String>) -> Self {
        Self { open_id: Some(open_id.into()), ..Self::default() }
    }

    /// See [`user_id`](Self::user_id).
    #[must_use]
    pub fn with_user_id(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(user_id.into());
        self
    }

    /// See [`union_id`](Self::union_id).
    #[must_use]
    pub fn with_union_id(mut self, union_id: impl Into<String>) -> Self {
        self.union_id = Some(union_id.into());
        self
    }

    /// See [`email`](Self::email).
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// See [`mobile`](Self::mobile).
    #[must_use]
    pub fn with_mobile(mut self, mobile: impl Into<String>) -> Self {
        self.mobile = Some(mobile.into());
        self
    }

    /// See [`name`](Self::name).
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// One more of the [`departments`](Self::departments).
    #[must_use]
    pub fn with_department(mut self, id: impl Into<String>) -> Self {
        self.departments.push(id.into());
        self
    }

    /// Out of the bot's range; see [`reachable`](Self::reachable).
    #[must_use]
    pub fn unreachable(mut self) -> Self {
        self.reachable = false;
        self
    }
}

/// A department. At least one of the two ids must be there; an empty text counts as none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Department {
    /// The tenant's own id.
    pub department_id: Option<String>,
    /// `od-…`
    pub open_department_id: Option<String>,
    /// The department above, by either id; none, or `0`, is the root.
    pub parent: Option<String>,
    /// For people to read.
    pub name: String,
    /// Whether the department is in the app's contact range, so that it may be listed (else 40004). The root is where
    /// all departments are. Messages go by the bot's range, which is [`Person::reachable`].
    #[serde(skip_serializing_if = "is_visible")]
    pub visible: bool,
}

impl Default for Department {
    fn default() -> Self {
        Self { department_id: None, open_department_id: None, parent: None, name: String::new(), visible: true }
    }
}

/// What need not be written down.
fn is_visible(visible: &bool) -> bool {
    *visible
}

impl Department {
    /// A department below the root.
    pub fn new(open_department_id: impl Into<String>) -> Self {
        Self { open_department_id: Some(open_department_id.into()), ..Self::default() }
    }

    /// See [`department_id`](Self::department_id).
    #[must_use]
    pub fn with_department_id(mut self, id: impl Into<String>) -> Self {
        self.department_id = Some(id.into());
        self
    }

    /// Out of the app's contact range; see [`visible`](Self::visible).
    #[must_use]
    pub fn invisible(mut self) -> Self {
        self.visible = false;
        self
    }

    /// See [`parent`](Self::parent).
    #[must_use]
    pub fn with_parent(mut self, id: impl Into<String>) -> Self {
        self.parent = Some(id.into());
        self
    }

    /// See [`name`](Self::name).
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

/// Who exists in the one app of Tencent Cloud Chat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TimDirectory {
    /// All imported accounts. The administrator exists anyway.
    pub accounts: Vec<String>,
}

impl TimDirectory {
    /// An app with these accounts.
    pub fn new(accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { accounts: accounts.into_iter().map(Into::into).collect() }
    }
}
