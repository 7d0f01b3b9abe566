//! Which call a code is the answer of: [`Call`], and what the code means for it.

use batchcast_transport::class::Class::{self, Message, Permission, Recipient, Token, Unknown};

use super::{bad_usersig, classify, gateway, usersig};

/// Which call an answer belongs to. A code says the same wherever it comes from, but what it leads to depends on the
/// call: one that its documents do not list leaves a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// `openim/batchsendmsg`.
    BatchSendMsg,
    /// `openim/sendmsg`.
    SendMsg,
    /// `openim/admin_msgwithdraw`.
    Withdraw,
    /// `openim/admin_getroammsg`.
    RoamMsgs,
    /// `openim/query_online_status`, once `querystate`.
    QueryState,
    /// Checking and importing accounts: `im_open_login_svc`.
    Account,
    /// Any other call, such as an operation of your own: only what is answered to every call is known of it.
    Other,
}

impl Call {
    /// The call that a code which says nothing about a batch belongs to; `None` where it is one of batchsendmsg's, of
    /// every call's, or leaves a doubt wherever it comes from.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        let calls = [Self::Withdraw, Self::Account, Self::SendMsg];
        calls.into_iter().find(|call| classify(code) == Unknown && call.own(code).is_some())
    }

    /// The class of a code that the documents of this call list.
    const fn own(self, code: i64) -> Option<Class> {
        Some(match (self, code) {
            (Self::SendMsg | Self::Withdraw | Self::RoamMsgs, 90008) => Message,
            (Self::SendMsg | Self::Withdraw | Self::RoamMsgs | Self::QueryState, 90003) => Recipient,
            // One recipient, of whom all of them say the same: there is none, or they may not be reached.
            (Self::SendMsg, 20003 | 20007..=20011 | 70107 | 90012 | 90048) => Recipient,
            // 20006 and what has no entry come from the app's own webhook, which this call triggers.
            (Self::SendMsg, 20006 | 120_001..=130_000) => Message,
            // The muted sender is the message's From_Account.
            (Self::SendMsg, 20012 | 80001 | 80002 | 80004) => Message,
            (Self::SendMsg, 90002 | 90004..=90007 | 90010 | 90026 | 90030 | 90031 | 90043 | 90044 | 93000) => Message,
            // What makes a recall needless or impossible stands in the outcome: see `Withdrawn`.
            (Self::Withdraw, 20016 | 20022 | 20023 | 90054) => Message,
            (Self::QueryState, 90011) => Message,
            (Self::Account, 40601 | 70206 | 70402) => Message,
            // More accounts than the plan has.
            (Self::Account, 70398) => Permission,
            (Self::Account, 70107 | 70399) => Recipient,
            _ => return None,
        })
    }
}

/// The class of an answer with this `ErrorCode` for the whole request, which is not 0, to this call. Any code that is
/// not listed for it is [`Class::Unknown`].
///
/// ```
/// use batchcast_tim::codes::{Call, classify_for};
/// use batchcast_tim::transport::class::Class;
///
/// assert_eq!(classify_for(Call::Withdraw, 90054), Class::Message);
/// assert_eq!(classify_for(Call::BatchSendMsg, 90054), Class::Unknown);
/// ```
#[must_use]
pub fn classify_for(call: Call, code: i64) -> Class {
    match call {
        Call::BatchSendMsg => classify(code),
        _ => call.own(code).unwrap_or_else(|| of_every_call(code)),
    }
}

/// The class of a code that may come before the call itself is looked at.
fn of_every_call(code: i64) -> Class {
    match code {
        20002 => Token,
        70403 | 90009 => Permission,
        90001 => Message,
        _ => {
            let pieces: [&[super::Code]; 3] = [gateway::CODES, usersig::CODES, &bad_usersig::CODES];
            let listed = pieces.into_iter().flatten().find(|entry| entry.code == code);
            listed.map_or(Unknown, |entry| entry.class)
        }
    }
}

#[cfg(test)]
mod tests {
    use batchcast_transport::class::Class::{Quota, Recipients};

    use super::*;
    use crate::codes::{THROTTLED, WAIT_A_MINUTE, all};

    const CALLS: [Call; 7] = [
        Call::BatchSendMsg,
        Call::SendMsg,
        Call::Withdraw,
        Call::RoamMsgs,
        Call::QueryState,
        Call::Account,
        Call::Other,
    ];

    #[test]
    fn what_a_code_leads_to_depends_on_the_call() {
        /// In the order of `CALLS`.
        #[track_caller]
        fn check(code: i64, expected: [Class; 7]) {
            assert_eq!(CALLS.map(|call| classify_for(call, code)), expected, "{code}");
        }
        for (code, class) in [
            (60007, THROTTLED),
            (60028, Quota),
            (60009, Message),
            (60021, Permission),
            (70001, Token),
            (20002, Token),
            (70009, Permission),
            (70017, Permission),
            (70050, WAIT_A_MINUTE),
            (70403, Permission),
            (90001, Message),
            (90009, Permission),
            (20001, Unknown),
            (20004, Unknown),
            (60008, Unknown),
            (40006, Unknown),
            (70202, Unknown),
            (70500, Unknown),
            (80003, Unknown),
            (90994, Unknown),
            (91000, Unknown),
            (424_242, Unknown),
        ] {
            check(code, [class; 7]);
        }
        check(90003, [Recipient, Recipient, Recipient, Recipient, Recipient, Unknown, Unknown]);
        check(90008, [Message, Message, Message, Message, Unknown, Unknown, Unknown]);
        check(90012, [Recipients, Recipient, Unknown, Unknown, Unknown, Unknown, Unknown]);
        check(90057, [THROTTLED, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown]);
        check(90011, [Unknown, Unknown, Unknown, Unknown, Message, Unknown, Unknown]);
        check(90054, [Unknown, Unknown, Message, Unknown, Unknown, Unknown, Unknown]);
        check(20003, [Recipient, Recipient, Unknown, Unknown, Unknown, Unknown, Unknown]);
        check(70107, [Recipient, Recipient, Unknown, Unknown, Unknown, Recipient, Unknown]);
        check(20007, [Unknown, Recipient, Unknown, Unknown, Unknown, Unknown, Unknown]);
        for code in [20006, 20012, 120_001, 130_000] {
            check(code, [Unknown, Message, Unknown, Unknown, Unknown, Unknown, Unknown]);
        }
        for code in [80001, 90002, 90005, 90007, 90043, 93000] {
            check(code, [Message, Message, Unknown, Unknown, Unknown, Unknown, Unknown]);
        }
        for (code, class) in [(40601, Message), (70206, Message), (70402, Message), (70398, Permission)] {
            check(code, [Unknown, Unknown, Unknown, Unknown, Unknown, class, Unknown]);
        }
        check(70399, [Unknown, Unknown, Unknown, Unknown, Unknown, Recipient, Unknown]);
    }

    #[test]
    fn a_code_belongs_to_one_call_or_to_none() {
        #[track_caller]
        fn check(expected: Option<Call>, codes: &[i64]) {
            for code in codes {
                assert_eq!(Call::of(*code), expected, "{code}");
            }
        }
        check(Some(Call::Withdraw), &[20016, 20022, 20023, 90054]);
        check(Some(Call::Account), &[40601, 70206, 70398, 70399, 70402]);
        check(Some(Call::SendMsg), &[20006, 20007, 20008, 20009, 20010, 20011, 20012, 120_001]);
        check(None, &[90001, 90003, 70107, 60007, 70001, 91000, 40006, 424_242]);
        for entry in all().filter(|entry| entry.class != Unknown) {
            assert_eq!(Call::of(entry.code), None, "{}", entry.code);
        }
    }
}
