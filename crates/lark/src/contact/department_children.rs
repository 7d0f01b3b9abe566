//! `GET contact/v3/departments/:department_id/children`: the departments below one.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::paging::{Page, Paged};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Method, Request, Response};
use serde::Deserialize;

use super::DepartmentId;
use super::items::{self, count, page_of, text};

/// The departments below one, 50 a page; [`Pages`](batchcast_transport::paging::Pages) turns the pages.
///
/// Those below the [root](DepartmentId::root) are what a message to everybody is sent to, since `batch_send` refuses
/// the root itself. "Obtain the list of sub-departments" (Lark and Feishu, undated). 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct DepartmentChildren {
    parent: DepartmentId,
    depth: Depth,
    page_token: Option<String>,
}

/// How far down is listed (`fetch_child`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Depth {
    /// The direct children.
    #[default]
    Children,
    /// Everything below. The vendor refuses it (43010, 40162) where there are more than 500 departments; then descend level by
    /// level.
    All,
}

impl DepartmentChildren {
    /// The direct children of this department.
    pub const fn new(parent: DepartmentId) -> Self {
        Self { parent, depth: Depth::Children, page_token: None }
    }

    /// So far down; only the direct children unless set.
    pub const fn with_depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }
}

impl Operation for DepartmentChildren {
    type Output = Page<Department>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new("/open-apis/contact/v3/departments")
            .with_segment(self.parent.as_str())
            .with("/children")
            .with_query("department_id_type", self.parent.id_type())
            .with_query("fetch_child", self.depth == Depth::All);
        let path = page_of(path, self.page_token.as_deref());
        Ok(Request::new(Method::GET, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<Page<Department>> {
        items::read(response, self.page_token.as_deref())
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("contact/v3/departments.children")
    }
}

impl Paged for DepartmentChildren {
    type Item = Department;

    fn after(&self, token: &str) -> Self {
        Self { page_token: Some(token.to_owned()), ..self.clone() }
    }
}

/// A department. What the app may not see is `None`; what else the vendor tells is left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Department {
    /// `od-…`.
    pub open_department_id: String,
    /// The tenant's own id.
    #[serde(default, deserialize_with = "text")]
    pub department_id: Option<String>,
    /// The department above, under the kind of id that was asked by; `0` for the root.
    #[serde(default, deserialize_with = "text")]
    pub parent_department_id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// Everybody in it and in the departments below it.
    #[serde(default, deserialize_with = "count")]
    pub member_count: Option<u64>,
    /// Of those, everybody whose main department it is.
    #[serde(default, deserialize_with = "count")]
    pub primary_member_count: Option<u64>,
    /// Whether it was deleted.
    #[serde(default)]
    pub status: Option<DepartmentStatus>,
}

/// Whether a department is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DepartmentStatus {
    /// It was deleted.
    pub is_deleted: bool,
}
