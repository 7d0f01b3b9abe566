//! `GET contact/v3/users/find_by_department`: the direct members of a department.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::paging::{Page, Paged};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Method, Request, Response};
use serde::Deserialize;

use super::DepartmentId;
use super::items::{self, page_of, text};

/// The direct members of a department, 50 a page; [`Pages`](batchcast_transport::paging::Pages) turns the pages. Those
/// of the departments below it are theirs to list.
///
/// "Obtain the list of users directly under a department" (Lark and Feishu, undated). 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct UsersByDepartment {
    department: DepartmentId,
    page_token: Option<String>,
}

impl UsersByDepartment {
    /// The direct members of this department.
    pub const fn new(department: DepartmentId) -> Self {
        Self { department, page_token: None }
    }
}

impl Operation for UsersByDepartment {
    type Output = Page<Member>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new("/open-apis/contact/v3/users/find_by_department")
            .with_query("department_id_type", self.department.id_type())
            .with_query("department_id", &self.department);
        let path = page_of(path, self.page_token.as_deref());
        Ok(Request::new(Method::GET, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<Page<Member>> {
        items::read(response, self.page_token.as_deref())
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("contact/v3/users.find_by_department")
    }
}

impl Paged for UsersByDepartment {
    type Item = Member;

    fn after(&self, token: &str) -> Self {
        Self { page_token: Some(token.to_owned()), ..self.clone() }
    }
}

/// Somebody in a department. What the app may not see is `None`; what else the vendor tells is left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// As this app sees them, `ou_…`.
    pub open_id: String,
    /// As the apps of this developer see them, `on_…`.
    #[serde(default, deserialize_with = "text")]
    pub union_id: Option<String>,
    /// As the tenant's administrator named them.
    #[serde(default, deserialize_with = "text")]
    pub user_id: Option<String>,
    /// Their name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(default, deserialize_with = "text")]
    pub email: Option<String>,
    /// Their mobile number, with the country's code.
    #[serde(default, deserialize_with = "text")]
    pub mobile: Option<String>,
}
