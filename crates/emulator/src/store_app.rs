//! The store app that exists beside the custom one.

use std::fmt;

use crate::config::{
    SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET, SANDBOX_STORE_APP_TICKET, SANDBOX_STORE_TENANT_KEY,
};

/// A Feishu or Lark store app, its ticket, and the one tenant that has it installed.
///
/// The vendor pushes a new ticket every hour to the app's event URL. The emulator pushes nothing: this one is good
/// for ever, and `app_ticket/resend` leaves it as it is.
#[derive(Clone)]
#[must_use]
pub struct StoreApp {
    pub(crate) app_id: String,
    pub(crate) app_secret: String,
    pub(crate) app_ticket: String,
    pub(crate) tenant_key: String,
}

impl StoreApp {
    /// A store app with [`SANDBOX_STORE_APP_TICKET`], installed in [`SANDBOX_STORE_TENANT_KEY`].
    pub fn new(app_id: impl Into<String>, app_secret: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            app_secret: app_secret.into(),
            app_ticket: SANDBOX_STORE_APP_TICKET.to_owned(),
            tenant_key: SANDBOX_STORE_TENANT_KEY.to_owned(),
        }
    }

    /// The ticket that works.
    pub fn with_ticket(mut self, app_ticket: impl Into<String>) -> Self {
        self.app_ticket = app_ticket.into();
        self
    }

    /// The tenant that has the app installed.
    pub fn with_tenant_key(mut self, tenant_key: impl Into<String>) -> Self {
        self.tenant_key = tenant_key.into();
        self
    }
}

impl Default for StoreApp {
    fn default() -> Self {
        Self::new(SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET)
    }
}

impl fmt::Debug for StoreApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreApp")
            .field("app_id", &self.app_id)
            .field("tenant_key", &self.tenant_key)
            .finish_non_exhaustive()
    }
}
