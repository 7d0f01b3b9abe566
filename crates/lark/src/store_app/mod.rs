//! Store apps: a [ticket](TicketSource) that the vendor pushes is exchanged for the app's token, and that for the token
//! of a tenant that has installed the app.
//!
//! "Get store app's app_access_token", "Get store app's tenant_access_token", "Resend app_ticket", "app_ticket event"
//! (Lark and Feishu, undated).

mod chain;
mod event;
mod resend;
mod tickets;
#[cfg(any(feature = "blocking", feature = "async"))]
mod unauthorized;

pub(crate) use chain::{StoreApp, session};
pub use event::{AppTicketEvent, BadAppTicketEvent};
pub use resend::AppTicketResend;
pub use tickets::{TicketSource, Tickets};
#[cfg(any(feature = "blocking", feature = "async"))]
pub(crate) use unauthorized::Resend;
