//! `POST /v4/openim/admin_getroammsg`, by the page "Pulling Historical One-to-one Messages" (2024-07-16).
//!
//! Pages go back in time, and within a page the oldest comes first: in the document's sample the first page begins with
//! the second 1584669680, which is also its `LastMsgTime`, and the next one begins with 1584669601.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::answer::Answer;
use crate::tim::accounts::Accounts;
use crate::tim::body;
use crate::tim::codes::{self, Code, Refusal};
use crate::tim::envelope::{Envelope, text};
use crate::tim::history::Record;
use crate::tim::history::reads::Reads;
use crate::tim::msg_key::MsgKey;
use crate::world::World;

/// "13 KB" of the page, taken as 1000 bytes each of `MsgList`.
const PAGE_BYTES: usize = 13_000;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    complete: u8,
    msg_cnt: usize,
    last_msg_time: i64,
    last_msg_key: String,
    msg_list: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'a> {
    #[serde(rename = "From_Account")]
    from_account: &'a str,
    #[serde(rename = "To_Account")]
    to_account: &'a str,
    msg_seq: u32,
    msg_random: u32,
    msg_time_stamp: i64,
    msg_flag_bits: u8,
    is_peer_read: u8,
    msg_key: String,
    msg_body: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_custom_data: Option<&'a RawValue>,
}

impl<'a> Row<'a> {
    fn of(record: &Record<'a>, reads: Reads<'_>) -> Self {
        let Record { message, to, withdrawn, .. } = *record;
        Self {
            from_account: &message.from,
            to_account: to,
            msg_seq: message.key.seq,
            msg_random: message.key.random,
            msg_time_stamp: message.key.at,
            msg_flag_bits: if withdrawn { 8 } else { 0 },
            is_peer_read: u8::from(reads.have(record)),
            msg_key: message.key.to_string(),
            msg_body: &message.msg_body,
            cloud_custom_data: message.custom_data.as_deref(),
        }
    }
}

/// What is asked for.
struct Range {
    max_count: usize,
    earliest: i64,
    latest: i64,
    before: Option<MsgKey>,
}

/// The newest messages of a conversation that the caller does not have yet, recalled ones marked.
pub(crate) fn pull(world: &World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::JSON)?;
    let operator = account(&envelope, ["Operator_Account", "From_Account"], codes::FROM_ACCOUNT)?;
    let peer = account(&envelope, ["Peer_Account", "To_Account"], codes::TO_ACCOUNT)?;
    if !Accounts::of(world).has(&operator) {
        return Err(codes::FROM_ACCOUNT.because(format_args!("account {operator:?} does not exist")));
    }
    let mut range = Range::read(&envelope)?;
    range.earliest = range.earliest.max(now.as_second().saturating_sub(world.config.tim.roaming.as_secs()));

    let records = world.tim.history.conversation(&operator, &peer, |key| range.ends_before(key));
    let records = records.take_while(|record| record.message.key.at >= range.earliest);
    Ok(body::done(page(records, range.max_count, Reads::by(now, &world.config, &world.outbox))?))
}

/// The first of these, which come newest first.
fn page<'a>(records: impl Iterator<Item = Record<'a>>, max_count: usize, reads: Reads<'_>) -> Result<Page, Refusal> {
    let (mut msg_list, mut bytes, mut complete) = (Vec::new(), 0, 1);
    let mut oldest = None;
    for record in records {
        let row = to_raw_value(&Row::of(&record, reads)).map_err(|error| codes::INTERNAL.because(error))?;
        bytes += row.get().len() + 1;
        // Two with one key stay together: the next page is asked for by the key.
        let same_key = oldest == Some(record.message.key);
        if !msg_list.is_empty() && !same_key && (bytes > PAGE_BYTES || msg_list.len() >= max_count) {
            complete = 0;
            break;
        }
        oldest = Some(record.message.key);
        msg_list.push(row);
    }
    msg_list.reverse();
    Ok(Page {
        complete,
        msg_cnt: msg_list.len(),
        last_msg_time: oldest.map_or(0, |key| key.at),
        last_msg_key: oldest.map(|key| key.to_string()).unwrap_or_default(),
        msg_list,
    })
}

impl Range {
    fn read(envelope: &Envelope<'_>) -> Result<Self, Refusal> {
        let integer = |name: &str| -> Result<i64, Refusal> {
            let wrong = || codes::JSON.because(format_args!("{name} is required, and must be an integer"));
            let json = envelope.optional(name).ok_or_else(wrong)?;
            serde_json::from_str(json).map_err(|_| wrong())
        };
        let max_count = usize::try_from(integer("MaxCnt")?).ok().filter(|&count| count > 0);
        Ok(Self {
            max_count: max_count.ok_or_else(|| codes::JSON.because("MaxCnt must be at least 1"))?,
            earliest: integer("MinTime")?,
            latest: integer("MaxTime")?,
            before: match envelope.optional("LastMsgKey") {
                None | Some("\"\"") => None,
                Some(json) => {
                    let key = text(json).and_then(|key| key.parse().ok());
                    Some(key.ok_or_else(|| codes::JSON.because("LastMsgKey is no MsgKey"))?)
                }
            },
        })
    }

    /// Whether a message is newer than what is asked for, or is one that the caller already has; the last of those need
    /// not be kept any more.
    fn ends_before(&self, key: MsgKey) -> bool {
        key.at > self.latest || self.before.is_some_and(|last| key.order() >= last.order())
    }
}

/// The first of two names that is there; the second is that of older copies.
fn account<'a>(envelope: &Envelope<'a>, names: [&str; 2], code: Code) -> Result<Cow<'a, str>, Refusal> {
    let json = names.into_iter().find_map(|name| envelope.optional(name));
    let json = json.ok_or_else(|| code.because(format_args!("{} is required", names[0])))?;
    text(json).ok_or_else(|| code.because(format_args!("{} must be a string", names[0])))
}
