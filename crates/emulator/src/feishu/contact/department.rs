//! Finding the department that a request is about.

use crate::directory::{Department, DepartmentId, Organisation};
use crate::feishu::codes::{self, Refusal};
use crate::feishu::query::DepartmentIdType;
use crate::ids;

/// By the pages of both lists: at most 64 characters, `^[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$`.
const ID_LIMIT: usize = 64;

/// The department of this id and kind. Without an organisation every well-formed one exists, apart from those
/// made to fail, and is as empty as this answers: none.
pub(crate) fn find(
    organisation: Option<&Organisation>,
    id_type: DepartmentIdType,
    id: &str,
) -> Result<Option<DepartmentId>, Refusal> {
    if !is_well_formed(id) {
        let rule = r"the regex is ^[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$";
        return Err(codes::invalid_field("department_id", id, rule));
    }
    if id == "0" {
        return organisation.map(|organisation| listed(organisation, DepartmentId::Root)).transpose();
    }
    let Some(organisation) = organisation else {
        let exists = id.starts_with("od-") == (id_type == DepartmentIdType::OpenDepartmentId);
        return if exists && !ids::is_unknown(id) { Ok(None) } else { Err(unknown(id_type, id)) };
    };
    let found = organisation.department(id).filter(|&found| {
        organisation.about(found).and_then(|department| id_of(department, id_type)).is_some_and(|known| known == id)
    });
    let found = found.ok_or_else(|| unknown(id_type, id))?;
    listed(organisation, found).map(Some)
}

/// Refuses what is out of the app's contact range.
fn listed(organisation: &Organisation, id: DepartmentId) -> Result<DepartmentId, Refusal> {
    if organisation.is_visible(id) { Ok(id) } else { Err(codes::NO_DEPARTMENT_AUTHORITY.refusal()) }
}

/// The id of that kind, where the department has it.
pub(crate) fn id_of(department: &Department, id_type: DepartmentIdType) -> Option<&str> {
    let id = match id_type {
        DepartmentIdType::OpenDepartmentId => &department.open_department_id,
        DepartmentIdType::DepartmentId => &department.department_id,
    };
    id.as_deref().filter(|id| !id.is_empty())
}

/// The id by which a department is named in an answer: of that kind, else the other; the root is `0`.
pub(crate) fn shown_id(organisation: &Organisation, id: DepartmentId, id_type: DepartmentIdType) -> String {
    let Some(department) = organisation.about(id) else {
        return "0".to_owned();
    };
    let other = match id_type {
        DepartmentIdType::OpenDepartmentId => DepartmentIdType::DepartmentId,
        DepartmentIdType::DepartmentId => DepartmentIdType::OpenDepartmentId,
    };
    id_of(department, id_type).or_else(|| id_of(department, other)).unwrap_or_default().to_owned()
}

fn unknown(id_type: DepartmentIdType, id: &str) -> Refusal {
    match id_type {
        DepartmentIdType::OpenDepartmentId => codes::no_open_department("department_id", id),
        DepartmentIdType::DepartmentId => codes::no_own_department("department_id", id),
    }
}

fn is_well_formed(id: &str) -> bool {
    id.len() <= ID_LIMIT
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-@.".contains(&b))
}
