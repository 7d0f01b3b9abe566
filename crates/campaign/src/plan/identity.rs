//! What makes two campaigns the same.

use batchcast_model::Recipient;
use batchcast_transport::channel::Address;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ledger::Hash;

/// What stands for one recipient, for telling duplicates: the first 128 bits of its hash. Two of a million differ but
/// by a chance of 10^-27.
pub(crate) type Fingerprint = u128;

/// The hash of a set of recipients, in whatever order they come: the sum of their hashes, as numbers of 256 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RecipientSet([u64; 4]);

impl RecipientSet {
    /// Adds one who is not in it.
    pub(crate) fn add(&mut self, recipient: &Hash) {
        let mut carry = false;
        for (limb, bytes) in self.0.iter_mut().zip(recipient.0.as_chunks::<8>().0) {
            let (sum, first) = limb.overflowing_add(u64::from_le_bytes(*bytes));
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
    }
}

/// The hash of one recipient.
pub(crate) fn recipient(recipient: &Recipient) -> Hash {
    hash(&[recipient.kind().as_str(), recipient.id()])
}

pub(crate) fn fingerprint(recipient: &Hash) -> Fingerprint {
    let mut first = [0; 16];
    first.copy_from_slice(&recipient.0[..16]);
    Fingerprint::from_le_bytes(first)
}

/// The hash of a message as everybody gets it through this address.
pub(crate) fn message(address: &Address, message: &str) -> Hash {
    // One who cannot be read is taken as it is; it can only be itself.
    let value: Value = serde_json::from_str(message).unwrap_or_else(|_| Value::from(message));
    hash(&[&address.provider, &address.endpoint, &address.app, &canonical(&value)])
}

/// The hash of a campaign: its message, with the address, and the set of its recipients.
pub(crate) fn campaign(message: &Hash, recipients: &RecipientSet) -> Hash {
    let limbs = recipients.0.map(|limb| format!("{limb:016x}"));
    hash(&[&message.to_string(), &limbs.concat()])
}

/// Parts are told apart by their lengths, so that no two lists of parts are the same bytes.
fn hash(parts: &[&str]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Hash(hasher.finalize().into())
}

/// JSON with the names of every object in order, whatever order the message has them in.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut fields: Vec<_> = object.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields =
                fields.into_iter().map(|(name, value)| format!("{}:{}", Value::from(&**name), canonical(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use batchcast_model::IdKind;

    fn set(ids: &[&str]) -> RecipientSet {
        let mut set = RecipientSet::default();
        for id in ids {
            set.add(&recipient(&Recipient::new(IdKind::UserId, *id).unwrap()));
        }
        set
    }

    #[test]
    fn a_set_has_no_order() {
        assert_eq!(set(&["a", "b", "c"]), set(&["c", "a", "b"]));
        assert_ne!(set(&["a", "b"]), set(&["a", "c"]));
        assert_ne!(set(&["a"]), set(&["a", "b"]));
        assert_ne!(set(&["a", "b"]), set(&["ab"]));
    }

    #[test]
    fn carries_go_all_the_way() {
        let mut set = RecipientSet([u64::MAX; 4]);
        let mut one = Hash([0; 32]);
        one.0[0] = 1;
        set.add(&one);
        assert_eq!(set, RecipientSet::default());
    }

    #[test]
    fn the_kind_is_part_of_a_recipient() {
        let of = |kind| recipient(&Recipient::new(kind, "ou_1").unwrap());
        assert_ne!(of(IdKind::OpenId), of(IdKind::UserId));
    }

    #[test]
    fn a_message_has_no_order_of_names_but_one_of_items() {
        let address = Address::new("feishu", "https://x", "app");
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(message(&address, one) == message(&address, other), expected, "{one} {other}");
        };
        check(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#, r#"{"b":{"d":null,"c":[1,2]},"a":1}"#, true);
        check(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false);
        check(r#"{"a":"1"}"#, r#"{"a":1}"#, false);
        let elsewhere = Address::new("lark", "https://x", "app");
        assert_ne!(message(&address, "{}"), message(&elsewhere, "{}"));
    }
}
