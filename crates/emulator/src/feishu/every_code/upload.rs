//! `POST /open-apis/im/v1/images`.

use super::{By, check, sandbox};
use crate::Emulator;
use crate::feishu::testing::{IMAGES_PATH, Sandbox, gif, png};

/// Lark's page "upload image" (2024-06-05).
pub(super) const DOCUMENTED: &[i64] =
    &[232_096, 234_001, 234_002, 234_006, 234_007, 234_010, 234_011, 234_039, 234_041, 234_042];

#[test]
fn every_documented_code() {
    let upload = |image: &[u8]| By::Request(Sandbox::logged_in().upload("message", image));
    let mut heavy = png(10, 10);
    heavy.resize(10_000_001, 0);
    let mut no_bot = sandbox(Emulator::builder().without_bot());
    let invalid = "Invalid request param.";
    let no_form = Sandbox::logged_in().request_with("POST", IMAGES_PATH, "application/json", b"{}");
    let rows = vec![
        (400, 232_096, "Meta writing has stopped, please try again later.", By::Fault),
        (400, 234_001, invalid, By::Request(Sandbox::logged_in().upload("poster", &png(1, 1)))),
        (400, 234_001, invalid, By::Request(no_form)),
        (401, 234_002, "Unauthorized.", By::Fault),
        (400, 234_006, "The file size exceed the max value.", upload(&heavy)),
        (400, 234_007, "App does not enable bot feature.", By::Request(no_bot.upload("message", &png(1, 1)))),
        (400, 234_010, "File's size can't be 0.", upload(b"")),
        (400, 234_011, "Can't recognize image format.", upload(b"no picture")),
        (400, 234_039, "Image resolution exceeds limit.", upload(&gif(2_001, 1))),
        (400, 234_039, "Image resolution exceeds limit.", upload(&png(1, 12_001))),
        (400, 234_041, "Tenant master key has been deleted, please contact the tenant administrator.", By::Fault),
        (
            400,
            234_042,
            "Hybrid deployment tenant storage error, such as full storage space, please contact tenant administrator.",
            By::Fault,
        ),
    ];
    check("POST", IMAGES_PATH, DOCUMENTED, rows);
}
