//! `batchcast resolve`.

use std::sync::Arc;

use batchcast_campaign::Campaign;
use batchcast_campaign::follow_up::check;
use batchcast_campaign::protocol::Resolution;

use super::followed::FollowedUp;
use crate::args::ResolveArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;

pub(crate) fn resolve(args: &ResolveArgs, output: &Output) -> Result<Exit, Failure> {
    match args.resolution {
        Some(resolution) => by_hand(args, resolution, output),
        None => by_history(args, output),
    }
}

fn by_hand(args: &ResolveArgs, resolution: Resolution, output: &Output) -> Result<Exit, Failure> {
    let ledger = ledger::open(&args.vendor.ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    let resolved = campaign.resolve(args.batch, resolution)?;
    output.resolved(&resolved, resolution);
    output.standing(&campaign.standing()?, ledger.options.as_deref());
    Ok(Exit::Done)
}

fn by_history(args: &ResolveArgs, output: &Output) -> Result<Exit, Failure> {
    let FollowedUp { campaign, connection, ledger } = FollowedUp::open(&args.campaign, &args.vendor)?;
    let history = connection.history(&campaign)?;
    let checked = check(&campaign, &*history, args.batch, args.in_flight)?;
    output.checked(&checked);
    output.standing(&campaign.standing()?, ledger.options.as_deref());
    Ok(if checked.in_doubt > 0 { Exit::InDoubt } else { Exit::Done })
}
