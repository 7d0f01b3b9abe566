//! People and departments.

use http::StatusCode;

use crate::feishu::codes::{self, Code, bad_request};

/// Lark's page on looking up ids (2024-03-15) has no table; what was seen.
pub(crate) const LOOK_UP: [Code; 2] = [codes::BAD_REQUEST, codes::FIELD_VALIDATION];

/// Lark's page on sub-departments (2023-05-12), and the generic list's other code for a department that is too large.
pub(crate) const SUB_DEPARTMENTS: [Code; 14] = [
    codes::BIG_DEPARTMENT,
    bad_request(40003, "internal error"),
    bad_request(40008, "dept Info is null error"),
    Code::new(StatusCode::FORBIDDEN, 40014, "no parent dept authority error"),
    codes::PAGE_SIZE,
    codes::PAGE_TOKEN,
    Code::new(StatusCode::UNAUTHORIZED, 42008, "tenant id is invalid error"),
    bad_request(43007, "duplicated department custom id error"),
    codes::NO_DEPARTMENT_AUTHORITY,
    bad_request(40162, "departments with more than 500 sub departments are not allowed to call recursively"),
    codes::BAD_REQUEST,
    codes::FIELD_VALIDATION,
    codes::OPEN_DEPARTMENT_NOT_EXISTED,
    codes::DEPARTMENT_NOT_EXISTED,
];

/// Lark's page on the users of a department (2023-08-24).
pub(crate) const DEPARTMENT_USERS: [Code; 8] = [
    bad_request(41050, "no user authority error"),
    codes::PAGE_SIZE,
    codes::PAGE_TOKEN,
    codes::NO_DEPARTMENT_AUTHORITY,
    codes::BAD_REQUEST,
    codes::FIELD_VALIDATION,
    codes::OPEN_DEPARTMENT_NOT_EXISTED,
    codes::DEPARTMENT_NOT_EXISTED,
];
