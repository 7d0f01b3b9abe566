//! What the app may do, by the documents' tables "permissions required".
//!
//! Where no scopes are said, all are granted.

use crate::deliveries::IdKind;
use crate::directory::Directory;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::route::Call;
use crate::feishu::token::App;

/// One of these allows a call.
pub(crate) type AnyOf = &'static [&'static str];

pub(crate) const SEND: AnyOf = &["im:message", "im:message:send_as_bot"];
const SEND_TO_USERS: AnyOf = &["im:message:send_multi_users"];
const SEND_TO_DEPARTMENTS: AnyOf = &["im:message:send_multi_depts"];
pub(crate) const FOLLOW_UP: AnyOf = &["im:message:send_multi_depts", "im:message:send_multi_users"];
pub(crate) const UPLOAD: AnyOf = &["im:resource", "im:resource:upload"];
pub(crate) const LOOK_UP: AnyOf = &["contact:user.id:readonly"];
pub(crate) const SUB_DEPARTMENTS: AnyOf = &[
    "contact:contact:readonly_as_app",
    "contact:department.organize:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
];
pub(crate) const DEPARTMENT_USERS: AnyOf = &[
    "contact:contact.base:readonly",
    "contact:contact:readonly_as_app",
    "contact:department.organize:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
];

/// Fields that are left out of an answer without one of these. The first three are for custom apps alone.
pub(crate) const SEE_USER_ID: AnyOf = &["contact:user.employee_id:readonly"];
pub(crate) const SEE_EMAIL: AnyOf = &["contact:user.email:readonly"];
pub(crate) const SEE_MOBILE: AnyOf = &["contact:user.phone:readonly"];
pub(crate) const SEE_USER_NAME: AnyOf = &[
    "contact:contact:readonly_as_app",
    "contact:user.base:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
];
pub(crate) const SEE_USER_STATUS: AnyOf = &[
    "contact:user.employee:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
    "contact:contact:readonly_as_app",
];
pub(crate) const SEE_USER_DEPARTMENTS: AnyOf = &[
    "contact:contact:readonly_as_app",
    "contact:user.department:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
];
pub(crate) const SEE_DEPARTMENT_BASE: AnyOf = &[
    "contact:contact:readonly_as_app",
    "contact:department.base:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
];

pub(crate) fn granted(directory: &Directory, any_of: AnyOf) -> bool {
    directory.organisation().is_none_or(|organisation| organisation.grants(any_of))
}

/// The same for a scope that store apps cannot have.
pub(crate) fn granted_to_custom(directory: &Directory, app: App, any_of: AnyOf) -> bool {
    app == App::Custom && granted(directory, any_of)
}

/// The check before anything is read: the gateway's, or 230027, which the pages on recall, progress and read counts have.
pub(crate) fn require_for(directory: &Directory, call: Call<'_>) -> Result<(), Refusal> {
    if granted(directory, call.scopes()) {
        return Ok(());
    }
    Err(match call {
        Call::Recall(_) | Call::Progress(_) | Call::ReadUser(_) => codes::LACK_OF_PERMISSIONS.refusal(),
        _ => codes::access_denied(call.scopes()),
    })
}

/// `batch_send`'s own check of a list that names somebody.
pub(crate) fn require_list(directory: &Directory, kind: IdKind) -> Result<(), Refusal> {
    let (any_of, denied) = match kind {
        IdKind::DepartmentId => (SEND_TO_DEPARTMENTS, codes::TO_DEPARTMENTS_DENIED),
        _ => (SEND_TO_USERS, codes::TO_USERS_DENIED),
    };
    if granted(directory, any_of) { Ok(()) } else { Err(denied.refusal()) }
}
