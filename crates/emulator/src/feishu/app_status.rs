//! What apps are told that are switched off, taken away or gone.
//!
//! The page of `batch_send` has codes for that; the generic list has others, which the gateway before all other calls
//! takes, and again others for those who want a token.

use crate::AppStatus;
use crate::directory::Directory;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::route::Call;

/// The check of a call, once its token is known.
pub(crate) fn require_in_use(directory: &Directory, call: Call<'_>) -> Result<(), Refusal> {
    let (of_batch_send, of_the_gateway) = match status(directory) {
        AppStatus::InUse => return Ok(()),
        AppStatus::Disabled => (codes::APP_NOT_USABLE, codes::APP_NOT_IN_USE),
        AppStatus::NotInstalled => (codes::APP_NOT_INSTALLED, codes::UNAUTHORIZED_APP),
        AppStatus::Deleted => (codes::APP_NOT_EXIST, codes::LOGIN_USER_INVALID),
    };
    let code = if call == Call::BatchSend { of_batch_send } else { of_the_gateway };
    Err(code.refusal())
}

/// The check of who wants any token, once it is known that the secret is right.
pub(crate) fn require_to_log_in(directory: &Directory) -> Result<(), Refusal> {
    match status(directory) {
        AppStatus::InUse | AppStatus::NotInstalled => Ok(()),
        AppStatus::Disabled => Err(codes::APP_UNAUTHORIZED.refusal()),
        AppStatus::Deleted => Err(codes::APP_ID_NOT_EXISTS.refusal()),
    }
}

/// The check of who wants a tenant's token.
pub(crate) fn require_installed(directory: &Directory) -> Result<(), Refusal> {
    if status(directory) == AppStatus::NotInstalled { Err(codes::NOT_INSTALLED.refusal()) } else { Ok(()) }
}

fn status(directory: &Directory) -> AppStatus {
    directory.organisation().map_or(AppStatus::InUse, |organisation| organisation.app_status())
}
