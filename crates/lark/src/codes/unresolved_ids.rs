//! 99992351 to 99992381: an id in the request did not resolve. They come with HTTP status 400 and
//! name the id in `error.field_violations`. The documents name only some of them one by one, so
//! the whole range answers.

use batchcast_transport::class::Class;

use super::{Code, Source};

const FIRST: i64 = 99992351;
const LAST: i64 = 99992381;
const COUNT: usize = (LAST - FIRST + 1) as usize;

pub(super) const CODES: [Code; COUNT] = {
    let mut codes = [unresolved(FIRST); COUNT];
    let mut code = FIRST;
    while code <= LAST {
        codes[(code - FIRST) as usize] = unresolved(code);
        code += 1;
    }
    codes
};

const fn unresolved(code: i64) -> Code {
    let (text, meaning) = match code {
        99992357 | 99992358 | 99992379 | 99992380 => {
            ("these ids not existed", "A department id in the request does not exist.")
        }
        99992359 | 99992360 => ("these ids not existed", "A user_id in the request does not exist in this tenant."),
        99992361 => ("open_id cross app", "An open_id in the request was obtained through another app."),
        99992363 => ("these ids not existed", "A union_id in the request does not exist."),
        99992364 => ("user_id cross tenant", "A user_id or union_id in the request does not exist in this tenant."),
        99992381 => ("union_id cross tenant", "A union_id in the request belongs to another tenant."),
        _ => ("these ids not existed", "An id in the request does not exist, or not for this app and tenant."),
    };
    Code {
        code,
        text,
        meaning,
        remedy: "Remove or replace the ids that error.field_violations of the answer names; an open_id is valid for one app, a user_id in one tenant, a union_id for the apps of one developer.",
        class: Class::Recipient,
        source: Source::ServerErrorCodes,
    }
}
