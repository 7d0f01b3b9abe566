//! Codes of looking up users and departments in the directory. What they lead to there stands in `call.rs`.

use batchcast_transport::class::Class;

use super::{Code, Source};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 40003,
        text: "",
        meaning: "The app may not see this department.",
        remedy: "Widen the app's contact range in developer console > your app > Permissions & Scopes, then publish a version.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 40004,
        text: "",
        meaning: "The app may not see this department.",
        remedy: "Widen the app's contact range in developer console > your app > Permissions & Scopes, then publish a version; the root department 0 needs the range of all staff.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 40012,
        text: "",
        meaning: "The page token is wrong or no longer valid.",
        remedy: "Start the listing again from its first page.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 40162,
        text: "",
        meaning: "The department has more than 500 departments below it, which cannot be listed in one go.",
        remedy: "List the direct children (fetch_child=false) and descend level by level.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 43010,
        text: "big dept forbid recursion error",
        meaning: "The department has more than 500 departments below it, which cannot be listed in one go.",
        remedy: "List the direct children (fetch_child=false) and descend level by level.",
        class: Class::Unknown,
        source: Source::SubDepartments,
    },
];
