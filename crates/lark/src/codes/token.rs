//! The token endpoints, which answer a refusal with HTTP status 200. Their 10003 stands with
//! batch_send and their 2200 with messaging.
//!
//! Documents and reality disagree about who says 10014, 10015 and 99991543; all three mean bad
//! credentials.

use batchcast_transport::class::Class;

use super::{Code, Source};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 10005,
        text: "app id unauthorized",
        meaning: "The app is not authorised to fetch a token.",
        remedy: "Check in the developer console that the app is enabled and released, and that App ID and host belong together.",
        class: Class::Permission,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 10012,
        text: "get app access token fail",
        meaning: "No app access token could be made, for a store app as a rule because the app ticket is invalid or has expired.",
        remedy: "Ask for a new app ticket (app_ticket/resend) and use the one that the event URL then receives; for a custom app check App ID and App Secret.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 10013,
        text: "get tenant access token fail",
        meaning: "No tenant access token could be made.",
        remedy: "Check the app access token and the tenant key, and that the tenant has the app installed; then try again.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 10014,
        text: "app unauthorized",
        meaning: "The App ID does not exist or the App Secret is wrong (`app id not exists`, `app secret invalid`), although the document speaks of a disabled app.",
        remedy: "Copy App ID and App Secret again from developer console > your app > Credentials & Basic Info, check that the host is Feishu's or Lark's as the app is, and that the app is enabled.",
        class: Class::Permission,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 10015,
        text: "wrong app secret",
        meaning: "The App Secret is wrong according to the document; the live service has been seen to say 10014 for it.",
        remedy: "Copy the App Secret again from developer console > your app > Credentials & Basic Info; it may have been reset.",
        class: Class::Permission,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 10016,
        text: "app resend fail",
        meaning: "No app ticket could be pushed again; a custom app has none and may not ask for it.",
        remedy: "Use App ID and App Secret alone for a custom app; for a store app check both and its event URL in developer console > your app > Events & Callbacks.",
        class: Class::Unknown,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 20009,
        text: "tenant app not installed",
        meaning: "The tenant has not installed the app.",
        remedy: "Ask the tenant's administrator to install the app, and check the tenant key.",
        class: Class::Permission,
        source: Source::ServerErrorCodes,
    },
    Code {
        code: 99991543,
        text: "login_user invalid",
        meaning: "App ID and App Secret do not exist or do not belong together; the live service has been seen to say 10014 for it.",
        remedy: "Copy App ID and App Secret again from developer console > your app > Credentials & Basic Info, and check that the host is Feishu's or Lark's as the app is.",
        class: Class::Permission,
        source: Source::ServerErrorCodes,
    },
];
