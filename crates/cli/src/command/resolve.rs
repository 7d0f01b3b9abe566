//! `batchcast resolve`.

use std::sync::Arc;

use batchcast_campaign::Campaign;

use crate::args::ResolveArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;

pub(crate) fn resolve(args: &ResolveArgs, output: &Output) -> Result<Exit, Failure> {
    let ledger = ledger::open(&args.ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    let resolved = campaign.resolve(args.batch, args.resolution)?;
    output.resolved(&resolved, args.resolution);
    output.standing(&campaign.standing()?, ledger.options.as_deref());
    Ok(Exit::Done)
}
