//! `batchcast forget`.

use std::sync::Arc;

use batchcast_campaign::Campaign;

use crate::args::ForgetArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;

pub(crate) fn forget(args: &ForgetArgs, output: &Output) -> Result<Exit, Failure> {
    let ledger = ledger::open(&args.ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    campaign.forget()?;
    output.standing(&campaign.standing()?, ledger.options.as_deref());
    Ok(Exit::Done)
}
