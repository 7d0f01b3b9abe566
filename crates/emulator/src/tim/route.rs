//! Which call a path is.

use crate::tim::accounts::Wording;
use crate::tim::codes::{self, Code};

/// What is served under `/v4/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    BatchSend,
    Send,
    PullHistory,
    Withdraw,
    CheckAccounts,
    DeleteAccounts,
    ImportAccount,
    ImportAccounts,
    LoginState(Wording),
}

impl Call {
    /// Paths are taken to the letter.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/v4/openim/batchsendmsg" => Self::BatchSend,
            "/v4/openim/sendmsg" => Self::Send,
            "/v4/openim/admin_getroammsg" => Self::PullHistory,
            "/v4/openim/admin_msgwithdraw" => Self::Withdraw,
            // The page "Querying Account Online Status" has had both names.
            "/v4/openim/querystate" => Self::LoginState(Wording::State),
            "/v4/openim/query_online_status" => Self::LoginState(Wording::Status),
            "/v4/im_open_login_svc/account_check" => Self::CheckAccounts,
            "/v4/im_open_login_svc/account_delete" => Self::DeleteAccounts,
            "/v4/im_open_login_svc/account_import" => Self::ImportAccount,
            "/v4/im_open_login_svc/multiaccount_import" => Self::ImportAccounts,
            _ => return None,
        })
    }

    /// How many pass in a second, by the page of each call (2024 to 2026).
    pub(crate) fn a_second(self) -> u64 {
        match self {
            Self::CheckAccounts | Self::DeleteAccounts | Self::ImportAccounts => 100,
            Self::BatchSend
            | Self::Send
            | Self::PullHistory
            | Self::Withdraw
            | Self::ImportAccount
            | Self::LoginState(_) => 200,
        }
    }

    /// The code of the service that has the call.
    pub(crate) fn not_admin(self) -> Code {
        match self {
            Self::CheckAccounts | Self::DeleteAccounts | Self::ImportAccount | Self::ImportAccounts => {
                codes::ACCOUNTS_NOT_ADMIN
            }
            Self::BatchSend | Self::Send | Self::PullHistory | Self::Withdraw | Self::LoginState(_) => codes::NOT_ADMIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Sandbox, Signer, path_uri};

    const OPENIM: [&str; 6] = [
        "/v4/openim/batchsendmsg",
        "/v4/openim/sendmsg",
        "/v4/openim/admin_getroammsg",
        "/v4/openim/admin_msgwithdraw",
        "/v4/openim/querystate",
        "/v4/openim/query_online_status",
    ];
    const ACCOUNTS: [&str; 4] = [
        "/v4/im_open_login_svc/account_check",
        "/v4/im_open_login_svc/account_delete",
        "/v4/im_open_login_svc/account_import",
        "/v4/im_open_login_svc/multiaccount_import",
    ];

    #[test]
    fn every_call_is_checked_in_the_same_order_with_the_codes_of_its_service() {
        fn check(path: &str, not_admin: i64, not_json: i64) {
            let usersig = |identifier| Signer { identifier, ..Signer::default() }.sign();
            let mut sandbox = Sandbox::new();
            let mut code = |method: &str, uri: &str, body: &str| {
                let reply = sandbox.request(method, uri, body);
                assert_eq!(reply.status, 200, "{path}");
                assert_eq!(reply.json()["ActionStatus"], "FAIL", "{path}: {}", reply.text);
                reply.json()["ErrorCode"].as_i64().unwrap()
            };
            let good = path_uri(path, 1_400_000_000, "administrator", &usersig("administrator"));
            assert_eq!(code("GET", &good, "{"), 60002, "{path}");
            assert_eq!(code("POST", path, "{"), 60012, "{path}");
            assert_eq!(code("POST", &good.replace("&random=99999999", ""), "{"), 60002, "{path}");
            let other_app = path_uri(path, 1, "administrator", &usersig("administrator"));
            assert_eq!(code("POST", &other_app, "{"), 70020, "{path}");
            let nobody = path_uri(path, 1_400_000_000, "bonnie", "xxx");
            assert_eq!(code("POST", &nobody, "{"), 70003, "{path}");
            let bonnie = path_uri(path, 1_400_000_000, "bonnie", &usersig("bonnie"));
            assert_eq!(code("POST", &bonnie, "{"), not_admin, "{path}");
            for body in ["", "{", "[]", "null", "1"] {
                assert_eq!(code("POST", &good, body), not_json, "{path} {body}");
            }
            assert_eq!(sandbox.world.requests().last().unwrap().code, Some(not_json), "{path}");
        }
        for path in OPENIM {
            check(path, 90009, 90001);
        }
        for path in ACCOUNTS {
            check(path, 70403, 60003);
        }
    }
}
