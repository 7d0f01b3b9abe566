//! Where campaigns are written down: the [`Ledger`] and the rows that it keeps.
//!
//! **In scope**: what is kept, and that it is kept: a transaction that returned is on the disk. **Out of scope**: what
//! may be written when. That is the protocol of a run, which stands once for every ledger; so a ledger is a store of
//! rows and decides nothing.
//!
//! | rows | one for each |
//! |---|---|
//! | [`CampaignRow`] | campaign: its plan, which never changes, and how far it has come |
//! | [`RecipientRow`] | recipient, by the number of its row in the sources |
//! | [`BatchRow`] | request of the plan, and each half of one that was split |
//! | [`ExceptionRow`] | recipient whose state is not its batch's |
//! | messages | variant of the message; a batch names its own |
//! | slots, pauses | the pace of one app: what was let go, and what the vendor asked for |
//! | quota | minute of one app in which volume was used |
//! | [`PersonRow`] | address that one app looked up |
//! | [`ImageRow`] | picture that one app uploaded |
//! | [`ReachRow`] | batch whose progress the vendor was asked for |
//! | [`RecallRow`] | batch or recipient whose message was to be taken back |

mod campaign_id;
#[cfg(feature = "testing")]
pub mod conformance;
mod error;
#[cfg(feature = "testing")]
pub mod failing;
mod follow_up;
pub mod memory;
#[cfg(feature = "sqlite")]
mod numbers;
mod row;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod tables;
mod view;

pub use campaign_id::{CampaignId, CampaignKey, InvalidCampaignId};
pub use error::{LedgerError, LedgerProblem};
pub use follow_up::{ImageRow, PersonRow, ReachRow, RecallRow, RecallState};
pub use row::{
    BatchNumber, BatchRow, BatchState, CampaignRow, ExceptionRow, Guard, Hash, InvalidHash, OutcomeRow, RecipientRow,
    Settled, Slot, Stage, StoppedRow,
};
pub use tables::{Again, Hold, Ledger, Tables, Used};
pub use view::View;
