//! 90990 to 90999: a fault inside the messaging service. The documents name three of them and say to try again, but
//! not whether the message went out before the fault, so the whole range leaves that in doubt.

use batchcast_transport::class::Class;

use super::{Code, Source};

const FIRST: i64 = 90990;
const LAST: i64 = 90999;
const COUNT: usize = (LAST - FIRST + 1) as usize;

pub(super) const CODES: [Code; COUNT] = {
    let mut codes = [internal_fault(FIRST); COUNT];
    let mut code = FIRST;
    while code <= LAST {
        codes[(code - FIRST) as usize] = internal_fault(code);
        code += 1;
    }
    codes
};

const fn internal_fault(code: i64) -> Code {
    let (text, meaning) = match code {
        90992 => (
            "Message callback error.",
            "A fault inside the vendor's service or in the app's own webhook, which may have come after the message went out.",
        ),
        90994 => (
            "Internal service error. Please retry.",
            "A fault inside the vendor's service, which may have come after the message went out.",
        ),
        90995 => (
            "Internal Server Error. Please retry.",
            "A fault inside the vendor's service, as a rule over a message that is too long.",
        ),
        _ => ("", "A fault inside the vendor's service, which may have come after the message went out."),
    };
    Code {
        code,
        text,
        meaning,
        remedy: "Look up in the recipients' histories whether the message is there before anything is sent again.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    }
}
