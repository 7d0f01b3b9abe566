//! Messages and images.

use http::StatusCode;

use crate::feishu::codes::{self, Code, bad_request, business};

/// Feishu's page "batch send messages" (2026-03-03), at HTTP 200, and the generic list's other codes of `message/v4`.
pub(crate) const BATCH_SEND: [Code; 31] = [
    codes::CREATE_MESSAGE_FAILED,
    codes::INVALID_PARAMETER,
    codes::OPEN_ID_NOT_EXIST,
    codes::TO_USERS_DENIED,
    codes::TO_DEPARTMENTS_DENIED,
    codes::APP_WITHOUT_BOT,
    codes::APP_NOT_USABLE,
    codes::APP_NOT_EXIST,
    codes::APP_NOT_INSTALLED,
    business(11223, "Do not have im write permission."),
    codes::IMAGE_KEY_NOT_EXIST,
    codes::CHAT_NOT_FOUND,
    business(11235, "This group is set to only admin can mention @All."),
    business(11246, "Create message content fail."),
    codes::DAILY_QUOTA,
    business(11312, "Bot messages do not pass the audit."),
    business(230_100, "Sending invalid test messages is restricted."),
    business(2200, "internal error"),
    business(9499, "bad request"),
    codes::VALID_USER_IS_NULL,
    codes::OPEN_DEPARTMENT_ID_NOT_EXIST,
    codes::USER_ID_NOT_EXIST,
    business(11221, "this image does not belong to you"),
    business(11225, "the bot is invisible to the user"),
    business(11232, "create message service trigger rate limit"),
    business(11233, "create message chat trigger rate limit"),
    business(11236, "user is resigned"),
    business(11248, "message is sensitive"),
    business(11310, "get card message fail"),
    business(18121, "create request is being processed"),
    codes::EXCEEDS_30_KB,
];

/// Lark's page on recall (2024-06-05).
pub(crate) const RECALL: [Code; 6] = [
    codes::INVALID_MESSAGE_ID,
    codes::BOT_NOT_ACTIVATED,
    codes::RECALLED_TOO_LATE,
    codes::NO_PERMISSION_TO_RECALL,
    codes::LACK_OF_PERMISSIONS,
    codes::MESSAGE_NOT_FOUND,
];

/// Lark's page on progress (2024-06-05).
pub(crate) const PROGRESS: [Code; 5] = [
    codes::INVALID_MESSAGE_ID,
    codes::BOT_NOT_ACTIVATED,
    codes::BOT_IS_NOT_THE_SENDER,
    codes::LACK_OF_PERMISSIONS,
    codes::MESSAGE_NOT_FOUND,
];

/// Lark's page on read counts (2024-06-05).
pub(crate) const READ_USER: [Code; 4] =
    [codes::INVALID_MESSAGE_ID, codes::BOT_IS_NOT_THE_SENDER, codes::LACK_OF_PERMISSIONS, codes::MESSAGE_NOT_FOUND];

/// Lark's page "upload image" (2024-06-05).
pub(crate) const UPLOAD: [Code; 10] = [
    bad_request(232_096, "Meta writing has stopped, please try again later."),
    codes::UPLOAD_PARAM,
    Code::new(StatusCode::UNAUTHORIZED, 234_002, "Unauthorized."),
    codes::FILE_TOO_LARGE,
    codes::UPLOAD_WITHOUT_BOT,
    codes::FILE_EMPTY,
    codes::IMAGE_FORMAT,
    codes::IMAGE_RESOLUTION,
    bad_request(234_041, "Tenant master key has been deleted, please contact the tenant administrator."),
    bad_request(
        234_042,
        "Hybrid deployment tenant storage error, such as full storage space, please contact tenant administrator.",
    ),
];
