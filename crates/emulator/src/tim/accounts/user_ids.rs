//! `[{"UserID":"…"}]`, the list that `account_check` and `account_delete` take.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::{Envelope, text};

/// Accounts in one call of this service, by all its pages.
pub(super) const LIST_LIMIT: usize = 100;

/// The accounts as asked, repeated ones as often as they are.
pub(super) fn read<'a>(envelope: &Envelope<'a>, name: &str) -> Result<Vec<Cow<'a, str>>, Refusal> {
    let json = envelope.required(name, codes::ACCOUNTS_PARAMETERS)?;
    let items: Vec<HashMap<String, &RawValue>> = serde_json::from_str(json)
        .map_err(|_| codes::ACCOUNTS_PARAMETERS.because(format_args!("{name} must be an array of objects")))?;
    check_count(name, items.len())?;
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            item.get("UserID").and_then(|raw| text(raw.get())).ok_or_else(|| {
                codes::ACCOUNTS_PARAMETERS.because(format_args!("{name}[{index}].UserID must be a string"))
            })
        })
        .collect()
}

pub(super) fn check_count(name: &str, found: usize) -> Result<(), Refusal> {
    if (1..=LIST_LIMIT).contains(&found) {
        return Ok(());
    }
    Err(codes::ACCOUNTS_PARAMETERS.because(format_args!("{name} has {found} items, and a call has 1 to {LIST_LIMIT}")))
}
