//! What the commands about a sent campaign do alike: the campaign, and the vendor that it was sent through.

use std::sync::Arc;

use batchcast_campaign::Campaign;
use batchcast_campaign::ledger::CampaignId;

use super::run::refuse_elsewhere;
use crate::args::VendorArgs;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::ledger::{self, OpenLedger};
use crate::wire::SANDBOX;

/// A campaign, and the app that it was sent by.
#[derive(Debug)]
pub(super) struct FollowedUp {
    pub(super) campaign: Campaign,
    pub(super) connection: Connection,
    pub(super) ledger: OpenLedger,
}

impl FollowedUp {
    pub(super) fn open(id: &CampaignId, args: &VendorArgs) -> Result<Self, Failure> {
        let ledger = ledger::open(&args.ledger)?;
        let campaign = Campaign::open(Arc::clone(&ledger.ledger), id)?;
        if campaign.plan().address.endpoint == SANDBOX {
            return Err(Failure::usage("it was sent in a sandbox, which is gone with all that it knew")
                .with_hint("batchcast emulator keeps what it is sent: send there with --endpoint"));
        }
        let (settings, via) = refuse_elsewhere(args, &campaign)?;
        let connection = Connection::open(args, &settings, via)?;
        Ok(Self { campaign, connection, ledger })
    }
}
