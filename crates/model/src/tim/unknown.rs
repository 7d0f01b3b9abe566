//! Fields that `batchsendmsg` does not know, and what people may have meant by them.

use super::record::Record;
use crate::invalid::excerpt;
use crate::path::Path;
use crate::warning::Warning;

const NAMES: [&str; 12] = [
    "From_Account",
    "To_Account",
    "MsgSeq",
    "MsgRandom",
    "MsgBody",
    "MsgLifeTime",
    "OnlineOnlyFlag",
    "SyncOtherMachine",
    "OfflinePushInfo",
    "CloudCustomData",
    "SendMsgControl",
    "IsNeedReadReceipt",
];

/// What to know of an unknown field beside `MsgBody`.
pub(super) fn about(name: &str) -> String {
    let known = match name {
        "ForbidCallbackControl" => "a field of sendmsg; batchsendmsg calls no webhooks, so it does nothing",
        "MsgTimeStamp" => "a field of sendmsg and importmsg; a batch is stamped when it is sent",
        "SyncFromOldSystem" => "a field of importmsg; batchsendmsg does not know it",
        "SyncFromOtherMachine" => "`SyncOtherMachine` is probably meant: only an old list of errors spells it so",
        "SupportMessageExtension" => "a field of sendmsg; whether batchsendmsg knows it is not documented",
        _ => {
            return meant(name, &NAMES).unwrap_or_else(|| {
                format!("`{}` is not a field of batchsendmsg; it is sent as it is, and may be refused", excerpt(name))
            });
        }
    };
    known.to_owned()
}

/// Unknown fields that are a known one in all but case and underscores.
pub(super) fn warn_of_spelling<R: Record>(record: &R, place: Path<'_>, warnings: &mut Vec<Warning>) {
    for name in record.extra().keys() {
        if let Some(text) = meant(name, R::NAMES) {
            warnings.push(Warning::new(place.key(name), text));
        }
    }
}

/// The vendor's spelling follows no rule (`HuaWei`, `Huawei`; `Url`, `URL`) and a field that is misspelt is ignored.
pub(super) fn meant(name: &str, known: &[&str]) -> Option<String> {
    let known = known.iter().find(|known| bare(known).eq(bare(name)))?;
    Some(format!("`{known}` is probably meant: the vendor's names are exact in case and underscores"))
}

fn bare(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| *letter != '_').map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            let found = about(name);
            assert!(found.starts_with(expected), "{found}");
        }
        check("MsgTimeStamp", "a field of sendmsg and importmsg");
        check("ToAccount", "`To_Account` is probably meant");
        check("from_account", "`From_Account` is probably meant");
        check("cloudCustomData", "`CloudCustomData` is probably meant");
        check("GroupId", "`GroupId` is not a field of batchsendmsg");
    }
}
