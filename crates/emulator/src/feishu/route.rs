//! Which call a method and a path are.

use http::Method;

use crate::feishu::scopes::{self, AnyOf};

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Login(Login),
    Call(Call<'a>),
}

/// The way to a token: credentials are in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Login {
    InternalTenantToken,
    InternalAppToken,
    StoreTenantToken,
    StoreAppToken,
    ResendTicket,
}

/// What takes a tenant access token, with the id in the path where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call<'a> {
    BatchSend,
    Recall(&'a str),
    Progress(&'a str),
    ReadUser(&'a str),
    UploadImage,
    LookUp,
    SubDepartments(&'a str),
    DepartmentUsers,
}

impl<'a> Route<'a> {
    /// A path may end in a slash or not; a path that is not served, or not with this method, is none.
    pub(crate) fn of(method: &Method, path: &'a str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path).strip_prefix("/open-apis/")?;
        let (wanted, route) = match path {
            "auth/v3/tenant_access_token/internal" => (Method::POST, Self::Login(Login::InternalTenantToken)),
            "auth/v3/app_access_token/internal" => (Method::POST, Self::Login(Login::InternalAppToken)),
            "auth/v3/tenant_access_token" => (Method::POST, Self::Login(Login::StoreTenantToken)),
            "auth/v3/app_access_token" => (Method::POST, Self::Login(Login::StoreAppToken)),
            "auth/v3/app_ticket/resend" => (Method::POST, Self::Login(Login::ResendTicket)),
            "message/v4/batch_send" => (Method::POST, Self::Call(Call::BatchSend)),
            "im/v1/images" => (Method::POST, Self::Call(Call::UploadImage)),
            "contact/v3/users/batch_get_id" => (Method::POST, Self::Call(Call::LookUp)),
            "contact/v3/users/find_by_department" => (Method::GET, Self::Call(Call::DepartmentUsers)),
            _ => {
                let (method, call) = Call::with_id(path)?;
                (method, Self::Call(call))
            }
        };
        (*method == wanted).then_some(route)
    }
}

impl<'a> Call<'a> {
    /// What tells it from the others where requests are counted.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BatchSend => "batch_send",
            Self::Recall(_) => "recall",
            Self::Progress(_) => "get_progress",
            Self::ReadUser(_) => "read_user",
            Self::UploadImage => "images",
            Self::LookUp => "batch_get_id",
            Self::SubDepartments(_) => "children",
            Self::DepartmentUsers => "find_by_department",
        }
    }

    /// The scopes of which it takes one.
    pub(crate) fn scopes(self) -> AnyOf {
        match self {
            Self::BatchSend => scopes::SEND,
            Self::Recall(_) | Self::Progress(_) | Self::ReadUser(_) => scopes::FOLLOW_UP,
            Self::UploadImage => scopes::UPLOAD,
            Self::LookUp => scopes::LOOK_UP,
            Self::SubDepartments(_) => scopes::SUB_DEPARTMENTS,
            Self::DepartmentUsers => scopes::DEPARTMENT_USERS,
        }
    }

    /// Whether it is one of the "basic APIs" of Lark's page on the calls of a month (2025-03-04), which leaves out
    /// `contact/v3`.
    pub(crate) fn is_counted_by_the_month(self) -> bool {
        match self {
            Self::BatchSend | Self::Recall(_) | Self::Progress(_) | Self::ReadUser(_) | Self::UploadImage => true,
            Self::LookUp | Self::SubDepartments(_) | Self::DepartmentUsers => false,
        }
    }

    fn with_id(path: &'a str) -> Option<(Method, Self)> {
        if let Some(rest) = path.strip_prefix("contact/v3/departments/") {
            let id = segment(rest.strip_suffix("/children")?)?;
            return Some((Method::GET, Self::SubDepartments(id)));
        }
        let rest = path.strip_prefix("im/v1/batch_messages/")?;
        if let Some(id) = rest.strip_suffix("/get_progress") {
            return Some((Method::GET, Self::Progress(segment(id)?)));
        }
        if let Some(id) = rest.strip_suffix("/read_user") {
            return Some((Method::GET, Self::ReadUser(segment(id)?)));
        }
        Some((Method::DELETE, Self::Recall(segment(rest)?)))
    }
}

/// A path parameter is one segment and never empty.
fn segment(text: &str) -> Option<&str> {
    (!text.is_empty() && !text.contains('/')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_an_id_in_them() {
        fn check(method: Method, path: &str, expected: Option<Call<'_>>) {
            assert_eq!(Route::of(&method, path), expected.map(Route::Call), "{method} {path}");
        }
        let base = "/open-apis/im/v1/batch_messages";
        check(Method::DELETE, &format!("{base}/bm-1"), Some(Call::Recall("bm-1")));
        check(Method::DELETE, &format!("{base}/bm-1/"), Some(Call::Recall("bm-1")));
        check(Method::GET, &format!("{base}/bm-1"), None);
        check(Method::DELETE, &format!("{base}/"), None);
        check(Method::DELETE, &format!("{base}/a/b"), None);
        check(Method::GET, &format!("{base}/bm-1/get_progress"), Some(Call::Progress("bm-1")));
        check(Method::POST, &format!("{base}/bm-1/get_progress"), None);
        check(Method::GET, &format!("{base}/bm-1/read_user"), Some(Call::ReadUser("bm-1")));
        check(Method::GET, &format!("{base}//read_user"), None);
        let base = "/open-apis/contact/v3/departments";
        check(Method::GET, &format!("{base}/od-1/children"), Some(Call::SubDepartments("od-1")));
        check(Method::GET, &format!("{base}/children"), None);
        check(Method::GET, &format!("{base}/od-1"), None);
    }
}
