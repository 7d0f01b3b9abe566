//! One recipient: a kind of id, and the id.

use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};

/// The longest id of any kind of Feishu and Lark, and the longest mobile number, in bytes of UTF-8.
///
/// Documented for custom department ids alone (64 characters; Lark, "General parameters"). The other ids are shorter
/// in practice, so one limit serves all kinds; it is what lets a message be checked before its recipients are known.
pub const MAX_ID_BYTES: usize = 64;

/// The longest account of TIM, in bytes of UTF-8 (client error 7003 in the list of error codes, 2025).
///
/// That text asks for printable ASCII too, another page for letters, digits, `_` and `-` alone. What the server asks
/// for is not documented, so other characters are left to it to judge.
pub const MAX_ACCOUNT_BYTES: usize = 32;

/// The longest e-mail address, in bytes (RFC 5321 with erratum 1690). Addresses are looked up, never sent to.
pub const MAX_EMAIL_BYTES: usize = 254;

/// A recipient whose id can stand in a request: not empty, not too long, without white space, control or invisible
/// characters, `"` or `\`. So in JSON it is exactly two bytes longer than its text.
///
/// Whether the prefix suits the kind is left to the vendor to judge: an id that it does not know comes back as
/// rejected, with everybody else served.
///
/// ```
/// use batchcast_model::{IdKind, Recipient};
///
/// let recipient = Recipient::new(IdKind::OpenId, "ou_1")?;
/// assert_eq!(recipient.id(), "ou_1");
/// assert!(Recipient::new(IdKind::OpenId, "ou 1").is_err());
/// assert!(Recipient::new(IdKind::DepartmentId, "0").is_err());
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient {
    kind: IdKind,
    id: Box<str>,
}

impl Recipient {
    /// A recipient.
    ///
    /// # Errors
    ///
    /// An id that is empty, longer than [`MAX_ID_BYTES`] ([`MAX_ACCOUNT_BYTES`] for an account, [`MAX_EMAIL_BYTES`] for
    /// an e-mail address), or has a character that no id has; and the department `0`: "the root department is not
    /// allowed" ("Send messages in batches", Feishu, 2026-03-03). The place is the kind's name.
    pub fn new(kind: IdKind, id: impl Into<Box<str>>) -> Result<Self, Invalid> {
        let id = id.into();
        let refuse = |problem| Invalid::new(kind, problem);
        if id.is_empty() {
            return Err(refuse(Problem::Empty));
        }
        let limit = match kind {
            IdKind::Account => MAX_ACCOUNT_BYTES,
            IdKind::Email => MAX_EMAIL_BYTES,
            _ => MAX_ID_BYTES,
        };
        if id.len() > limit {
            return Err(refuse(Problem::TooLarge { limit, found: id.len(), unit: "bytes" }));
        }
        if id.contains(has_no_place_in_an_id) {
            return Err(refuse(Problem::not_allowed(&id))
                .with_hint("an id has no white space, control or invisible characters, quotes or backslashes"));
        }
        if kind == IdKind::DepartmentId && &*id == "0" {
            return Err(refuse(Problem::not_allowed(&id))
                .with_hint("the root department cannot be sent to; name the departments below it"));
        }
        Ok(Self { kind, id })
    }

    /// What sort of id it is.
    #[must_use]
    pub const fn kind(&self) -> IdKind {
        self.kind
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn has_no_place_in_an_id(character: char) -> bool {
    // The ranges are zero-width and direction marks, which spreadsheets and chat windows leave behind when copied.
    let invisible = matches!(character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    invisible || character.is_whitespace() || character.is_control() || matches!(character, '"' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdKind::{Account, DepartmentId, Email, Mobile, OpenId, UserId};

    #[test]
    fn takes_what_can_stand_in_a_request() {
        #[track_caller]
        fn check(kind: IdKind, id: &str) {
            let recipient = Recipient::new(kind, id).unwrap();
            assert_eq!((recipient.kind(), recipient.id()), (kind, id));
            assert_eq!(crate::json::len(&id), id.len() + 2, "{id}");
        }
        check(OpenId, "ou_a18fe85d22e7633852d8104226e99eac");
        check(OpenId, "on_another_prefix");
        check(UserId, "0");
        check(UserId, "张三");
        check(UserId, "a/b'c<d>\u{1f600}");
        check(DepartmentId, "00");
        check(DepartmentId, &"d".repeat(64));
        check(Account, "@TGS#2J4SZEAEL");
        check(Account, &"a".repeat(32));
        check(Account, "字十字十字十字十字十ab");
        check(Mobile, "+8613800000000");
        check(Email, &format!("{}@example.com", "a".repeat(242)));
    }

    #[test]
    fn refuses_the_rest() {
        #[track_caller]
        fn check(kind: IdKind, id: &str, expected: &str) {
            let refused = Recipient::new(kind, id).unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
        }
        check(OpenId, "", "open_id: is empty");
        check(OpenId, "ou_1 ", "open_id: \"ou_1 \" is not allowed; an id has no");
        check(OpenId, "a\tb", "open_id: \"a\\tb\" is not allowed");
        check(OpenId, "a\u{7f}", "open_id: \"a\\u{7f}\" is not allowed");
        check(OpenId, "ou_1\u{200b}", "open_id: \"ou_1\\u{200b}\" is not allowed");
        check(OpenId, "a\"b", "open_id: ");
        check(OpenId, "a\\b", "open_id: ");
        check(UserId, &"u".repeat(65), "user_id: too large: the limit is 64 bytes, found 65");
        check(Account, &"a".repeat(33), "account: too large: the limit is 32 bytes, found 33");
        check(Account, &"字".repeat(11), "account: too large: the limit is 32 bytes, found 33");
        check(
            Email,
            &format!("{}@example.com", "a".repeat(243)),
            "email: too large: the limit is 254 bytes, found 255",
        );
        check(DepartmentId, "0", "department_id: \"0\" is not allowed; the root department");
    }
}
