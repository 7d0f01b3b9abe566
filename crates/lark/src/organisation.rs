//! Whole branches of the organisation, department by department.

use std::collections::VecDeque;

use batchcast_transport::error::{ApiError, CallError};
use batchcast_transport::paging::Pages;

use crate::client::Client;
use crate::contact::{Department, DepartmentChildren, DepartmentId, Depth, Member, UsersByDepartment};

/// There are more than 500 departments below one: they cannot be listed at once. The page itself has the one code
/// ("Obtain the list of sub-departments", undated), the generic list the other.
const TOO_MANY_AT_ONCE: [i64; 2] = [43010, 40162];

impl Client {
    /// The departments below this one, down to this depth. Where there are too many to be listed at once, it descends
    /// level by level.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn departments_below(&self, parent: &DepartmentId, depth: Depth) -> Result<Vec<Department>, CallError> {
        match self.list(DepartmentChildren::new(parent.clone()).with_depth(depth)) {
            Err(error) if depth == Depth::All && are_too_many(&error) => self.descend(parent),
            listed => listed,
        }
    }

    fn list(&self, children: DepartmentChildren) -> Result<Vec<Department>, CallError> {
        let mut departments = Vec::new();
        for page in self.department_children(children) {
            departments.extend(page?);
        }
        Ok(departments)
    }

    fn descend(&self, parent: &DepartmentId) -> Result<Vec<Department>, CallError> {
        let (mut found, mut parents) = (Vec::<Department>::new(), VecDeque::from([parent.clone()]));
        while let Some(parent) = parents.pop_front() {
            for child in self.list(DepartmentChildren::new(parent))? {
                // One that stands in two places is gone into once, and a circle is left.
                if found.iter().any(|known| known.open_department_id == child.open_department_id) {
                    continue;
                }
                parents.extend(DepartmentId::new(&*child.open_department_id).ok());
                found.push(child);
            }
        }
        Ok(found)
    }

    /// Everybody in this department, and where `depth` says so in all below it: `each` is told the member and their
    /// department. Who is in several departments comes several times. `before_page` may end it before a page is asked
    /// for, when everybody on those before has been told; `|| Ok(())` never does.
    ///
    /// # Errors
    /// What `before_page` or `each` returned, or [`CallError`].
    pub fn members_of<E: From<CallError>>(
        &self,
        department: &DepartmentId,
        depth: Depth,
        mut before_page: impl FnMut() -> Result<(), E>,
        mut each: impl FnMut(Member, &DepartmentId) -> Result<(), E>,
    ) -> Result<(), E> {
        let below = match depth {
            Depth::Children => Vec::new(),
            Depth::All => self.departments_below(department, depth)?,
        };
        let below = below.iter().filter_map(|below| DepartmentId::new(&*below.open_department_id).ok());
        for department in std::iter::once(department.clone()).chain(below) {
            let mut pages = Pages::new(UsersByDepartment::new(department.clone()));
            while let Some(page) = pages.next() {
                before_page()?;
                let members = pages.turn(self.call(page)?);
                members.into_iter().try_for_each(|member| each(member, &department))?;
            }
        }
        Ok(())
    }
}

fn are_too_many(error: &CallError) -> bool {
    error.api().and_then(ApiError::code).is_some_and(|code| TOO_MANY_AT_ONCE.contains(&code))
}
