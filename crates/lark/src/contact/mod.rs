//! The directory: ids of people by [e-mail address and mobile number](BatchGetId), the
//! [departments](DepartmentChildren) below one, and its [direct members](UsersByDepartment).

mod batch_get_id;
mod batches;
mod department_children;
mod department_id;
mod items;
mod user_id_type;
mod users_by_department;

pub use batch_get_id::{BadLookup, BatchGetId, Lookup, MAX_ADDRESSES, UserStatus};
pub use batches::LookupBatches;
pub use department_children::{Department, DepartmentChildren, DepartmentStatus, Depth};
pub use department_id::{BadDepartmentId, DepartmentId};
pub use user_id_type::UserIdType;
pub use users_by_department::{Member, UsersByDepartment};

/// Items of a page, as many as the documents allow.
const PAGE_SIZE: u32 = 50;
