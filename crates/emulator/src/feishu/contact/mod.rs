//! `/open-apis/contact/v3/…`: people and departments.

mod department;
mod department_users;
mod look_up;
mod made_up;
mod status;
mod sub_departments;

pub(crate) use department_users::department_users;
pub(crate) use look_up::look_up;
pub(crate) use sub_departments::sub_departments;
