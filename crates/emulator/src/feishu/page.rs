//! Lists that come in pages.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::query::Query;

const DEFAULT_SIZE: usize = 10;
/// By the pages of all lists that are served.
const MAX_SIZE: usize = 50;
/// A token starts so that its base64 has the `+` and `/` that real ones have, and must be escaped in a query.
const PREFIX: [u8; 6] = [0xfb, 0xef, 0xbf, 0xff, 0xff, 0xfe];

/// Which part of a list is asked for.
#[derive(Debug)]
pub(crate) struct Page {
    list: String,
    start: usize,
    size: usize,
}

impl Page {
    /// Reads `page_size` and `page_token`. A token is good for the list that it was given out for, and for no other.
    pub(crate) fn read(query: &Query, list: impl Display) -> Result<Self, Refusal> {
        let list = list.to_string();
        let size = match query.value("page_size") {
            None => DEFAULT_SIZE,
            Some(text) => {
                let size: i64 =
                    text.parse().map_err(|_| codes::invalid_field("page_size", text, "must be an integer"))?;
                usize::try_from(size)
                    .ok()
                    .filter(|size| (1..=MAX_SIZE).contains(size))
                    .ok_or_else(|| codes::PAGE_SIZE.refusal())?
            }
        };
        let start = match query.value("page_token") {
            None => 0,
            Some(token) => start(&list, token).ok_or_else(|| codes::PAGE_TOKEN.refusal())?,
        };
        Ok(Self { list, start, size })
    }

    /// The part of the whole list that is on this page, and the token of the next page if there is one.
    pub(crate) fn cut<'a, T>(&self, whole: &'a [T]) -> Result<(&'a [T], Option<String>), Refusal> {
        if self.start > 0 && self.start >= whole.len() {
            return Err(codes::PAGE_TOKEN.refusal());
        }
        let end = whole.len().min(self.start + self.size);
        let next = (end < whole.len()).then(|| token(&self.list, end));
        Ok((&whole[self.start..end], next))
    }
}

/// One page. An empty list is left out, as was seen; the documents only say that there is no token where there is no more.
pub(crate) fn answer(items: Vec<Value>, next: Option<String>) -> Answer {
    let mut data = json!({"has_more": next.is_some()});
    if !items.is_empty() {
        data["items"] = items.into();
    }
    if let Some(next) = next {
        data["page_token"] = next.into();
    }
    Answer::ok(&json!({"code": 0, "msg": "success", "data": data}))
}

fn token(list: &str, start: usize) -> String {
    let mut bytes = PREFIX.to_vec();
    let start = (start as u64).to_be_bytes();
    bytes.extend(start);
    bytes.extend(&Sha256::new().chain_update(start).chain_update(list).finalize()[..16]);
    STANDARD.encode(bytes)
}

fn start(list: &str, asked: &str) -> Option<usize> {
    let bytes = STANDARD.decode(asked).ok()?;
    let start = bytes.get(PREFIX.len()..PREFIX.len() + 8)?;
    let start = usize::try_from(u64::from_be_bytes(start.try_into().ok()?)).ok()?;
    (start > 0 && token(list, start) == asked).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Page {
        Page::read(&Query::parse(query).unwrap(), "a list").unwrap()
    }

    fn escaped(token: &str) -> String {
        token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
    }

    #[test]
    fn pages_add_up_to_the_list() {
        fn check(len: usize, size: usize, pages: usize) {
            let whole: Vec<usize> = (0..len).collect();
            let (mut seen, mut query, mut count) = (Vec::new(), format!("page_size={size}"), 0);
            loop {
                let (part, next) = page(&query).cut(&whole).unwrap();
                assert!(part.len() <= size);
                seen.extend(part);
                count += 1;
                let Some(next) = next else { break };
                query = format!("page_size={size}&page_token={}", escaped(&next));
            }
            assert_eq!((seen, count), (whole, pages), "{len} in pages of {size}");
        }
        check(0, 10, 1);
        check(10, 10, 1);
        check(11, 10, 2);
        check(101, 50, 3);
        check(3, 1, 3);
    }

    #[test]
    fn tokens_are_for_one_list_and_one_place() {
        let whole = [0; 30];
        let (_, next) = page("").cut(&whole).unwrap();
        let next = next.unwrap();
        assert!(next.contains('+') && next.contains('/'), "{next}: what must be escaped");
        let read = |list: &str, token: &str| Page::read(&Query::parse(&format!("page_token={token}")).unwrap(), list);
        assert!(read("a list", &escaped(&next)).is_ok());
        assert!(read("another", &escaped(&next)).is_err());
        assert!(read("a list", &next).is_err(), "unescaped, + is a space");
        assert!(read("a list", "AAAA").is_err());
        assert!(read("a list", "?").is_err());
        assert!(page(&format!("page_token={}", escaped(&next))).cut(&[0; 10]).is_err(), "beyond the end");
    }
}
