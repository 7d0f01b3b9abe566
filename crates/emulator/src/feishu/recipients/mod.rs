//! The four lists of recipients.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::deliveries::IdKind;
use crate::directory::{DepartmentId, Directory, Person};
use crate::feishu::codes::{self, Refusal};
use crate::feishu::envelope::{Envelope, invalid};
use crate::feishu::scopes;
use crate::ids::{self, Id};
use crate::task::Task;

/// Ids in one list, by Feishu's page of 2026-03-03 and Lark's of 2024-06-05.
const LIST_LIMIT: usize = 200;

/// The recipients of a request, sorted into those that exist and those that do not.
#[derive(Debug)]
pub(crate) struct Recipients<'a> {
    pub(crate) departments: List<'a>,
    pub(crate) open_ids: List<'a>,
    pub(crate) user_ids: List<'a>,
    pub(crate) union_ids: List<'a>,
}

/// One list, each id once, in the order sent.
#[derive(Debug)]
pub(crate) struct List<'a> {
    pub(crate) kind: IdKind,
    pub(crate) existing: Vec<Cow<'a, str>>,
    pub(crate) invalid: Vec<Cow<'a, str>>,
}

impl<'a> Recipients<'a> {
    /// Reads the lists, and whether the app may send to such.
    pub(crate) fn read(envelope: &Envelope<'a>, directory: &Directory) -> Result<Self, Refusal> {
        let recipients = Self {
            departments: List::read(envelope, "department_ids", IdKind::DepartmentId, directory)?,
            open_ids: List::read(envelope, "open_ids", IdKind::OpenId, directory)?,
            user_ids: List::read(envelope, "user_ids", IdKind::UserId, directory)?,
            union_ids: List::read(envelope, "union_ids", IdKind::UnionId, directory)?,
        };
        if recipients.lists().iter().all(|list| list.is_empty()) {
            return Err(invalid("at least one of department_ids, open_ids, user_ids and union_ids must name somebody"));
        }
        for list in recipients.lists().into_iter().filter(|list| !list.is_empty()) {
            scopes::require_list(directory, list.kind)?;
        }
        recipients.lists().into_iter().try_for_each(List::refuse)?;
        Ok(recipients)
    }

    pub(crate) fn lists(&self) -> [&List<'a>; 4] {
        [&self.departments, &self.open_ids, &self.user_ids, &self.union_ids]
    }
}

impl<'a> List<'a> {
    fn read(envelope: &Envelope<'a>, name: &str, kind: IdKind, directory: &Directory) -> Result<Self, Refusal> {
        let ids: Vec<Id<'a>> = match envelope.field(name) {
            None => Vec::new(),
            Some(json) => serde_json::from_str(json)
                .map_err(|error| invalid(format_args!("{name} must be a list of strings ({error})")))?,
        };
        if ids.len() > LIST_LIMIT {
            return Err(invalid(format_args!("{name} has {} ids, and a list may have {LIST_LIMIT}", ids.len())));
        }
        if kind == IdKind::DepartmentId && ids.iter().any(|id| id.0 == "0") {
            return Err(invalid("department_ids must not have the root department 0; name its sub-departments"));
        }
        let ids = ids.into_iter().map(|id| id.0).collect();
        let (existing, invalid) = ids::once(ids).partition(|id| exists(directory, kind, id));
        Ok(Self { kind, existing, invalid })
    }

    /// Delivers to everybody on the list who can be reached, and counts everybody on it who exists. Where a directory
    /// says who is in a department, that is everybody in it or below it, once.
    pub(crate) fn reach(&self, directory: &Directory, task: &mut Task) -> usize {
        let Some(organisation) = directory.organisation() else {
            self.existing.iter().for_each(|id| task.deliver(self.kind, id));
            return self.existing.len();
        };
        if self.kind == IdKind::DepartmentId {
            let departments = self.existing.iter().filter_map(|id| organisation.department(id));
            let members = organisation.everybody_in(departments);
            for person in members.iter().filter(|person| person.reachable) {
                if let Some((kind, id)) = shown_id(person) {
                    task.deliver(kind, id);
                }
            }
            return members.len();
        }
        for id in &self.existing {
            if organisation.person(self.kind, id).is_some_and(|person| person.reachable) {
                task.deliver(self.kind, id);
            }
        }
        self.existing.len()
    }

    /// The codes for ids that do not exist. The documents do not say when the whole request is refused, and when such an
    /// id is only named: here it is for ids made to be refused.
    fn refuse(&self) -> Result<(), Refusal> {
        if !self.invalid.iter().any(|id| ids::is_refused(id)) {
            return Ok(());
        }
        Err(match self.kind {
            IdKind::DepartmentId => codes::OPEN_DEPARTMENT_ID_NOT_EXIST,
            IdKind::UserId => codes::USER_ID_NOT_EXIST,
            _ => codes::OPEN_ID_NOT_EXIST,
        }
        .refusal())
    }

    fn is_empty(&self) -> bool {
        self.existing.is_empty() && self.invalid.is_empty()
    }
}

/// The id by which a member of a department is shown.
fn shown_id(person: &Person) -> Option<(IdKind, &str)> {
    let ids =
        [(IdKind::OpenId, &person.open_id), (IdKind::UserId, &person.user_id), (IdKind::UnionId, &person.union_id)];
    ids.into_iter().find_map(|(kind, id)| Some((kind, id.as_deref().filter(|id| !id.is_empty())?)))
}

/// Without a directory every id does that looks like one of its kind, apart from those made to fail.
fn exists(directory: &Directory, kind: IdKind, id: &str) -> bool {
    if let Some(organisation) = directory.organisation() {
        return match kind {
            IdKind::DepartmentId => matches!(organisation.department(id), Some(DepartmentId::Listed(_))),
            _ => organisation.person(kind, id).is_some(),
        };
    }
    let prefix = match kind {
        IdKind::OpenId => "ou_",
        IdKind::UnionId => "on_",
        _ => "",
    };
    id.starts_with(prefix) && ids::exists(id)
}
