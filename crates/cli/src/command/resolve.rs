//! `batchcast resolve`.

use std::sync::Arc;

use batchcast_campaign::Campaign;
use batchcast_campaign::follow_up::{Checked, check};
use batchcast_campaign::ledger::BatchNumber;
use batchcast_campaign::protocol::Resolution;

use super::followed::FollowedUp;
use crate::args::ResolveArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;
use crate::stop::Stop;

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
    let stop = Stop::on_signals(output, &connection, &args.vendor, Exit::Paused)?;
    let campaign = campaign.with_interrupt(stop.interrupt().clone());
    let checked = check(&campaign, &*history, args.batch, args.in_flight)?;
    stop.over();
    let exit = match checked {
        Checked { in_doubt: 1.., .. } => Exit::InDoubt,
        Checked { left: 1.., .. } => Exit::Paused,
        _ => Exit::Done,
    };
    let interrupted = (checked.left > 0).then(|| {
        let (id, options) = (campaign.id(), ledger.options.as_deref().unwrap_or_default());
        let settled = checked.accepted + checked.rejected;
        Failure::interrupted(format!("{settled} were settled, {} are left in doubt", checked.left))
            .with_hint(format!("to go on: batchcast resolve {id}{options}{}", which(args.batch, &checked)))
            .with_exit(exit)
    });
    output.checked(&checked);
    output.standing_after(&campaign.standing()?, interrupted.as_ref(), ledger.options.as_deref());
    Ok(exit)
}

/// What of a campaign is to be checked again where it was interrupted.
fn which(batch: Option<BatchNumber>, checked: &Checked) -> String {
    // Of a batch that was settled in part, those who are left have got one of another number.
    match batch.filter(|_| checked.accepted + checked.rejected == 0) {
        Some(batch) => format!(" --batch {batch} --check"),
        None => " --check".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_named_again_while_it_is_whole() {
        fn check(batch: Option<BatchNumber>, accepted: u64, expected: &str) {
            let mut checked = Checked::default();
            (checked.accepted, checked.left) = (accepted, 5);
            assert_eq!(which(batch, &checked), expected);
        }
        check(None, 0, " --check");
        check(None, 3, " --check");
        check(Some(7), 0, " --batch 7 --check");
        check(Some(7), 3, " --check");
    }
}
