//! The ids behind addresses, where there is no directory to look them up in.

use sha2::{Digest, Sha256};

use crate::feishu::query::UserIdType;
use crate::ids;

/// The longest e-mail address there can be (RFC 5321).
const EMAIL_LIMIT: usize = 254;

/// The person behind an e-mail address: there is one unless the address, or what is before the `@`, ends in
/// `_invalid`.
pub(crate) fn id_of_email(email: &str, id_type: UserIdType) -> Option<String> {
    let (name, domain) = email.split_once('@')?;
    let exists = !name.is_empty() && !domain.is_empty() && email.len() <= EMAIL_LIMIT;
    let exists = exists && !ids::is_unknown(name) && !ids::is_unknown(domain);
    exists.then(|| id("email", &email.to_ascii_lowercase(), id_type))
}

/// The person behind a mobile number: there is one for 5 to 15 digits, after a `+` or not.
pub(crate) fn id_of_mobile(mobile: &str, id_type: UserIdType) -> Option<String> {
    let digits = mobile.strip_prefix('+').unwrap_or(mobile);
    let exists = (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    exists.then(|| id("mobile", mobile.strip_prefix("+86").unwrap_or(mobile), id_type))
}

/// The same address has the same ids for ever, in the form real ones have.
fn id(kind: &str, address: &str, id_type: UserIdType) -> String {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(address).finalize();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    match id_type {
        UserIdType::Open => format!("ou_{hex}"),
        UserIdType::Union => format!("on_{hex}"),
        UserIdType::User => hex[..8].to_owned(),
    }
}
