//! About the UserSig and the account it is for, beside 70002 to 70020, which stand in `bad_usersig.rs`.

use batchcast_transport::class::Class;

use super::{Code, Source, WAIT_A_MINUTE};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 70001,
        text: "UserSig expired.",
        meaning: "The UserSig expired.",
        remedy: "Sign a new UserSig, good for 24 hours or more, and check the clock that it is signed by.",
        class: Class::Token,
        source: Source::ErrorCodes,
    },
    Code {
        code: 70032,
        text: "",
        meaning: "No document has this code; it was seen with an empty text where the UserSig was at fault.",
        remedy: "Check SDKAppID, SecretKey and identifier.",
        class: Class::Unknown,
        source: Source::FieldReports,
    },
    Code {
        code: 70050,
        text: "UserSig verification failed, and the request frequency exceeds the limit.",
        meaning: "Too many requests with a bad UserSig; the app is locked out for a minute.",
        remedy: "Wait a minute, and check the UserSig before the next request.",
        class: WAIT_A_MINUTE,
        source: Source::ErrorCodes,
    },
    Code {
        code: 70051,
        text: "The account has been added to the blocklist.",
        meaning: "The vendor put the account on its block list.",
        remedy: "Ask the vendor's support.",
        class: Class::Permission,
        source: Source::ErrorCodes,
    },
    Code {
        code: 70052,
        text: "",
        meaning: "The UserSig was revoked, as kicking out a user does.",
        remedy: "Sign a new UserSig.",
        class: Class::Token,
        source: Source::ErrorCodes2019,
    },
    Code {
        code: 70346,
        text: "",
        meaning: "No document has this code; it was seen where the UserSig was at fault.",
        remedy: "Check SDKAppID, SecretKey and identifier.",
        class: Class::Unknown,
        source: Source::FieldReports,
    },
];
