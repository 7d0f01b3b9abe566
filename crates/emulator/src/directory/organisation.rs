//! One tenant, indexed by every id it may be asked for.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::deliveries::IdKind;
use crate::directory::app_status::AppStatus;
use crate::directory::error::DirectoryError;
use crate::directory::listing::{Department, FeishuDirectory, Person};

/// The root department's id, of either kind.
const ROOT: &str = "0";

/// Where a person stands in the list of people.
type Seat = usize;

/// A department of an organisation, or its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DepartmentId {
    Root,
    Listed(usize),
}

/// People and departments that fit together.
#[derive(Debug)]
pub(crate) struct Organisation {
    people: Vec<Person>,
    departments: Vec<Branch>,
    top: Members,
    by_open_id: HashMap<String, Seat>,
    by_user_id: HashMap<String, Seat>,
    by_union_id: HashMap<String, Seat>,
    by_email: HashMap<String, Seat>,
    by_mobile: HashMap<String, Seat>,
    by_department: HashMap<String, usize>,
    scopes: HashSet<String>,
    app_status: AppStatus,
}

#[derive(Debug)]
struct Branch {
    department: Department,
    parent: DepartmentId,
    inside: Members,
}

/// Who and what is directly in a department, in the order listed.
#[derive(Debug, Default)]
struct Members {
    people: Vec<Seat>,
    departments: Vec<usize>,
}

impl Organisation {
    pub(crate) fn new(listing: FeishuDirectory) -> Result<Self, DirectoryError> {
        let mut organisation = Self {
            people: Vec::with_capacity(listing.users.len()),
            departments: Vec::with_capacity(listing.departments.len()),
            top: Members::default(),
            by_open_id: HashMap::new(),
            by_user_id: HashMap::new(),
            by_union_id: HashMap::new(),
            by_email: HashMap::new(),
            by_mobile: HashMap::new(),
            by_department: HashMap::new(),
            scopes: listing.scopes.into_iter().collect(),
            app_status: listing.app_status,
        };
        organisation.open(listing.departments)?;
        for (seat, person) in listing.users.into_iter().enumerate() {
            organisation.seat(seat, person)?;
        }
        Ok(organisation)
    }

    fn open(&mut self, departments: Vec<Department>) -> Result<(), DirectoryError> {
        for (index, department) in departments.iter().enumerate() {
            let place = format!("feishu.departments[{index}]");
            let ids = [&department.department_id, &department.open_department_id];
            if ids.iter().all(|id| text(id).is_none()) {
                return Err(problem(&place, "needs a department_id or an open_department_id"));
            }
            for id in ids.into_iter().filter_map(text) {
                if id == ROOT {
                    return Err(problem(&place, "is called 0, which is the root and always there"));
                }
                note(&mut self.by_department, id.to_owned(), index, &place, id)?;
            }
        }
        for (index, department) in departments.iter().enumerate() {
            let place = format!("feishu.departments[{index}].parent");
            let parent = match text(&department.parent) {
                None => DepartmentId::Root,
                Some(id) => self.department(id).ok_or_else(|| unlisted(&place, id))?,
            };
            let department = department.clone();
            self.departments.push(Branch { department, parent, inside: Members::default() });
        }
        if let Some(index) = self.first_in_a_circle() {
            return Err(problem(&format!("feishu.departments[{index}].parent"), "leads back to the department"));
        }
        for index in 0..self.departments.len() {
            self.inside_mut(self.departments[index].parent).departments.push(index);
        }
        Ok(())
    }

    /// The first department whose way up does not end at the root.
    fn first_in_a_circle(&self) -> Option<usize> {
        // From which department each was come to first: coming to it again from the same one is a circle, and from
        // another one is a way that is known to end.
        let mut come_from = vec![None; self.departments.len()];
        (0..self.departments.len()).find(|&start| {
            let mut above = DepartmentId::Listed(start);
            while let DepartmentId::Listed(index) = above {
                if let Some(first) = come_from[index] {
                    return first == start;
                }
                come_from[index] = Some(start);
                above = self.departments[index].parent;
            }
            false
        })
    }

    fn seat(&mut self, seat: Seat, person: Person) -> Result<(), DirectoryError> {
        let place = format!("feishu.users[{seat}]");
        if [&person.open_id, &person.user_id, &person.union_id].iter().all(|id| text(id).is_none()) {
            return Err(problem(&place, "needs an open_id, a user_id or a union_id"));
        }
        let maps = [
            (&mut self.by_open_id, text(&person.open_id).map(str::to_owned)),
            (&mut self.by_user_id, text(&person.user_id).map(str::to_owned)),
            (&mut self.by_union_id, text(&person.union_id).map(str::to_owned)),
            (&mut self.by_email, text(&person.email).map(email_key)),
            (&mut self.by_mobile, text(&person.mobile).map(mobile_key)),
        ];
        for (map, key) in maps {
            if let Some(key) = key {
                let shown = key.clone();
                note(map, key, seat, &place, &shown)?;
            }
        }
        let mut homes: Vec<DepartmentId> = Vec::with_capacity(person.departments.len().max(1));
        for id in &person.departments {
            let home = self.department(id).ok_or_else(|| unlisted(&format!("{place}.departments"), id))?;
            if !homes.contains(&home) {
                homes.push(home);
            }
        }
        if homes.is_empty() {
            homes.push(DepartmentId::Root);
        }
        for home in homes {
            self.inside_mut(home).people.push(seat);
        }
        self.people.push(person);
        Ok(())
    }

    pub(crate) fn size(&self) -> usize {
        self.people.len()
    }

    /// Somebody by one of their ids; a department is nobody.
    pub(crate) fn person(&self, kind: IdKind, id: &str) -> Option<&Person> {
        let map = match kind {
            IdKind::OpenId => &self.by_open_id,
            IdKind::UserId => &self.by_user_id,
            IdKind::UnionId => &self.by_union_id,
            IdKind::DepartmentId | IdKind::Account => return None,
        };
        map.get(id).map(|&seat| &self.people[seat])
    }

    pub(crate) fn person_by_email(&self, email: &str) -> Option<&Person> {
        self.by_email.get(&email_key(email)).map(|&seat| &self.people[seat])
    }

    pub(crate) fn person_by_mobile(&self, mobile: &str) -> Option<&Person> {
        self.by_mobile.get(&mobile_key(mobile)).map(|&seat| &self.people[seat])
    }

    /// A department by either id.
    pub(crate) fn department(&self, id: &str) -> Option<DepartmentId> {
        if id == ROOT {
            return Some(DepartmentId::Root);
        }
        self.by_department.get(id).map(|&index| DepartmentId::Listed(index))
    }

    /// What is written down about a department; nothing about the root.
    pub(crate) fn about(&self, id: DepartmentId) -> Option<&Department> {
        self.branch(id).map(|branch| &branch.department)
    }

    /// Whether the app may list it: the root only where it may list everything.
    pub(crate) fn is_visible(&self, id: DepartmentId) -> bool {
        match self.branch(id) {
            Some(branch) => branch.department.visible,
            None => self.departments.iter().all(|branch| branch.department.visible),
        }
    }

    /// Whether the app may list somebody: everybody in the root, else who is in a department that it may list.
    pub(crate) fn lists(&self, person: &Person) -> bool {
        let mut homes = person.departments.iter().filter_map(|id| self.department(id));
        person.departments.is_empty() || homes.any(|home| home == DepartmentId::Root || self.is_visible(home))
    }

    /// The department above; the root is its own.
    pub(crate) fn parent(&self, id: DepartmentId) -> DepartmentId {
        self.branch(id).map_or(DepartmentId::Root, |branch| branch.parent)
    }

    /// The departments directly below, in the order listed.
    pub(crate) fn children(&self, id: DepartmentId) -> impl Iterator<Item = DepartmentId> {
        self.inside(id).departments.iter().map(|&index| DepartmentId::Listed(index))
    }

    /// All departments below, each before those inside it.
    pub(crate) fn descendants(&self, id: DepartmentId) -> Vec<DepartmentId> {
        let mut found = Vec::new();
        let mut open: Vec<usize> = self.inside(id).departments.iter().rev().copied().collect();
        while let Some(index) = open.pop() {
            found.push(DepartmentId::Listed(index));
            open.extend(self.departments[index].inside.departments.iter().rev());
        }
        found
    }

    /// Who is directly in a department, in the order listed.
    pub(crate) fn members(&self, id: DepartmentId) -> impl Iterator<Item = &Person> {
        self.inside(id).people.iter().map(|&seat| &self.people[seat])
    }

    /// Who is in these departments or below them, everybody once.
    pub(crate) fn everybody_in(&self, ids: impl Iterator<Item = DepartmentId>) -> Vec<&Person> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for id in ids {
            for inside in std::iter::once(id).chain(self.descendants(id)) {
                let new = self.inside(inside).people.iter().filter(|&&seat| seen.insert(seat));
                found.extend(new.map(|&seat| &self.people[seat]));
            }
        }
        found
    }

    /// Whether the app has at least one of these scopes.
    pub(crate) fn grants(&self, any_of: &[&str]) -> bool {
        self.scopes.is_empty() || any_of.iter().any(|&scope| self.scopes.contains(scope))
    }

    pub(crate) fn app_status(&self) -> AppStatus {
        self.app_status
    }

    fn branch(&self, id: DepartmentId) -> Option<&Branch> {
        match id {
            DepartmentId::Root => None,
            DepartmentId::Listed(index) => self.departments.get(index),
        }
    }

    fn inside(&self, id: DepartmentId) -> &Members {
        self.branch(id).map_or(&self.top, |branch| &branch.inside)
    }

    fn inside_mut(&mut self, id: DepartmentId) -> &mut Members {
        match id {
            DepartmentId::Root => &mut self.top,
            DepartmentId::Listed(index) => &mut self.departments[index].inside,
        }
    }
}

fn text(field: &Option<String>) -> Option<&str> {
    field.as_deref().filter(|text| !text.is_empty())
}

fn email_key(email: &str) -> String {
    email.to_ascii_lowercase()
}

fn mobile_key(mobile: &str) -> String {
    mobile.strip_prefix("+86").unwrap_or(mobile).to_owned()
}

fn note(
    map: &mut HashMap<String, usize>,
    key: String,
    index: usize,
    place: &str,
    shown: &str,
) -> Result<(), DirectoryError> {
    match map.insert(key, index) {
        None => Ok(()),
        Some(first) => {
            Err(problem(place, format_args!("has {shown:?}, which number {first} of the same list already has")))
        }
    }
}

fn unlisted(place: &str, id: &str) -> DirectoryError {
    problem(place, format_args!("names the department {id:?}, which is not listed under feishu.departments"))
}

fn problem(place: &str, what: impl fmt::Display) -> DirectoryError {
    DirectoryError::new(format!("{place} {what}"))
}
