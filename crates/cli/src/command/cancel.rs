//! `batchcast cancel`.

use std::sync::Arc;

use batchcast_campaign::Campaign;

use crate::args::CancelArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;

pub(crate) fn cancel(args: &CancelArgs, output: &Output) -> Result<Exit, Failure> {
    let ledger = ledger::open(&args.ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    campaign.cancel()?;
    output.standing(&campaign.standing()?, ledger.options.as_deref());
    Ok(Exit::Done)
}
