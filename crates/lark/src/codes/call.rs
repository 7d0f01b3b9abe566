//! Which call a code is the answer of: [`Call`], and what the code means for it.

use batchcast_transport::class::Class::{self, Endpoint, Message, Permission, Token, TryAgain, Unknown};

use super::{classify, gateway, token, unresolved_ids};

/// Which call an answer belongs to. A code says the same wherever it comes from, but what it leads to depends on the
/// call: one that its documents do not list leaves a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// `message/v4/batch_send`.
    BatchSend,
    /// Recall, progress and read counts of a batch: `im/v1/batch_messages`.
    FollowUp,
    /// `im/v1/images`.
    UploadImage,
    /// Users and departments: `contact/v3`.
    Contact,
    /// The token of a custom app.
    Token,
    /// The tokens of a store app, and `app_ticket/resend`.
    StoreToken,
    /// Any other call, such as an operation of your own: only what the gateway answers to every call is known of it.
    Other,
}

impl Call {
    /// The call that alone answers this code, which says nothing about a batch; `None` where it is one of batch_send's,
    /// of every call's, or not known.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        [Self::FollowUp, Self::UploadImage, Self::Contact, Self::StoreToken]
            .into_iter()
            .find(|call| call.own(code).is_some())
    }

    /// The class of a code that the documents of this call list.
    const fn own(self, code: i64) -> Option<Class> {
        Some(match (self, code) {
            (Self::FollowUp, 230001 | 230009 | 230012 | 230026 | 230030) => Message,
            (Self::FollowUp, 230006 | 230027) => Permission,
            (Self::UploadImage, 232096) => TryAgain,
            (Self::UploadImage, 234001 | 234006 | 234010 | 234011 | 234039) => Message,
            // The scope, or the token.
            (Self::UploadImage, 234002) => Token,
            (Self::UploadImage, 234007 | 234041 | 234042) => Permission,
            (Self::Contact, 40003 | 40004) => Permission,
            (Self::Contact, 40012 | 40162 | 43010) => Message,
            // What was given in exchange was refused: the app ticket, and the app's token.
            (Self::StoreToken, 10012 | 10013) => Token,
            (Self::StoreToken, 10016) => Permission,
            _ => return None,
        })
    }
}

/// The class of an answer with this `code`, which is not 0, and this `msg`, to this call. Any code that is not listed
/// for it is [`Class::Unknown`].
///
/// ```
/// use batchcast_lark::codes::{Call, classify_for};
/// use batchcast_lark::transport::class::Class;
///
/// assert_eq!(classify_for(Call::FollowUp, 230009, ""), Class::Message);
/// assert_eq!(classify_for(Call::BatchSend, 230009, ""), Class::Unknown);
/// ```
#[must_use]
pub fn classify_for(call: Call, code: i64, msg: &str) -> Class {
    match call {
        Call::BatchSend | Call::Token => classify(code, msg),
        Call::StoreToken => call.own(code).unwrap_or_else(|| classify(code, msg)),
        Call::FollowUp | Call::UploadImage | Call::Contact | Call::Other => {
            call.own(code).unwrap_or_else(|| of_every_call(code))
        }
    }
}

/// The class of a code that may come before the call itself is looked at.
fn of_every_call(code: i64) -> Class {
    match code {
        99991201 | 99991301 => Endpoint,
        99991674 | 99991675 | 99991679 => Permission,
        9499 | 10003 => Message,
        _ => {
            let pieces: [&[super::Code]; 3] = [gateway::CODES, token::CODES, &unresolved_ids::CODES];
            let listed = pieces.into_iter().flatten().find(|entry| entry.code == code);
            listed.map_or(Unknown, |entry| entry.class)
        }
    }
}

#[cfg(test)]
mod tests {
    use batchcast_transport::class::Class::{Quota, Recipient};

    use super::*;
    use crate::codes::{Code, THROTTLED, all, follow_up, lookup, upload};

    #[test]
    fn every_code_of_a_chapter_has_a_class_for_its_call() {
        fn check(call: Call, chapter: &[Code], others: &[i64]) {
            for entry in chapter.iter().filter(|entry| !others.contains(&entry.code)) {
                assert_ne!(classify_for(call, entry.code, ""), Unknown, "{call:?} {}", entry.code);
                assert_eq!(Call::of(entry.code), Some(call), "{}", entry.code);
                assert_eq!(classify(entry.code, ""), Unknown, "{} says nothing about a batch", entry.code);
            }
        }
        // Those of the single send are here for their words alone.
        check(Call::FollowUp, follow_up::CODES, &[230020, 230099]);
        check(Call::UploadImage, upload::CODES, &[]);
        check(Call::Contact, lookup::CODES, &[]);
        check(Call::StoreToken, token::CODES, &[10005, 10014, 10015, 20009, 99991543]);
    }

    #[test]
    fn what_a_code_leads_to_depends_on_the_call() {
        fn check(code: i64, expected: [(Call, Class); 7]) {
            for (call, class) in expected {
                assert_eq!(classify_for(call, code, ""), class, "{code} of {call:?}");
            }
        }
        let calls = |batch_send, follow_up, upload, contact, token, store, other| {
            [
                (Call::BatchSend, batch_send),
                (Call::FollowUp, follow_up),
                (Call::UploadImage, upload),
                (Call::Contact, contact),
                (Call::Token, token),
                (Call::StoreToken, store),
                (Call::Other, other),
            ]
        };
        let everywhere = |class| calls(class, class, class, class, class, class, class);
        check(230009, calls(Unknown, Message, Unknown, Unknown, Unknown, Unknown, Unknown));
        check(230020, everywhere(Unknown));
        check(232096, calls(Unknown, Unknown, TryAgain, Unknown, Unknown, Unknown, Unknown));
        check(40003, calls(Unknown, Unknown, Unknown, Permission, Unknown, Unknown, Unknown));
        check(10012, calls(Unknown, Unknown, Unknown, Unknown, Unknown, Token, Unknown));
        check(11205, calls(Permission, Unknown, Unknown, Unknown, Permission, Permission, Unknown));
        check(11101, calls(Recipient, Unknown, Unknown, Unknown, Recipient, Recipient, Unknown));
        check(99991201, calls(Unknown, Endpoint, Endpoint, Endpoint, Unknown, Unknown, Endpoint));
        check(99991400, everywhere(THROTTLED));
        check(99991403, everywhere(Quota));
        check(99991663, everywhere(Token));
        check(99991672, everywhere(Permission));
        check(99992351, everywhere(Recipient));
        check(99992402, everywhere(Message));
        check(10003, everywhere(Message));
        check(2200, everywhere(Unknown));
        check(424_242, everywhere(Unknown));
        assert_eq!(classify_for(Call::BatchSend, 11246, "Service Internal Error"), TryAgain);
        assert_eq!(classify_for(Call::Other, 11246, "Service Internal Error"), Unknown);
    }

    #[test]
    fn a_code_of_every_call_is_nobodys_own() {
        for entry in all().filter(|entry| entry.class != Unknown) {
            assert_eq!(Call::of(entry.code), None, "{}", entry.code);
        }
    }
}
