//! What pages of the directory have in common.

use batchcast_transport::operation::Verdict;
use batchcast_transport::paging::Page;
use batchcast_transport::path::Path;
use batchcast_transport::wire::Response;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::PAGE_SIZE;
use crate::answer;
use crate::codes::Call;

/// The path of one page.
pub(super) fn page_of(path: Path, token: Option<&str>) -> Path {
    let path = path.with_query("page_size", PAGE_SIZE);
    match token {
        Some(token) => path.with_query("page_token", token),
        None => path,
    }
}

/// Reads a page. One that names itself, or none, as the next although there are more cannot be read: asking on would
/// never end, and stopping would hide the rest.
pub(super) fn read<T: for<'de> Deserialize<'de>>(response: &Response, asked: Option<&str>) -> Verdict<Page<T>> {
    answer::data(Call::Contact, response, |data| {
        let items = match data.get("items") {
            None | Some(Value::Null) => Vec::new(),
            Some(items) => items.as_array()?.iter().map(|item| T::deserialize(item).ok()).collect::<Option<_>>()?,
        };
        if !data.get("has_more").and_then(Value::as_bool)? {
            return Some(Page::new(items, None));
        }
        let next = data.get("page_token")?.as_str().filter(|next| !next.is_empty() && asked != Some(*next))?;
        Some(Page::new(items, Some(next.to_owned())))
    })
}

/// A text that the app may not see is missing, `null` or empty.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}

/// A count, as a number or as a string.
pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        value => answer::count(&value).map(Some).ok_or_else(|| serde::de::Error::custom("not a count")),
    }
}
