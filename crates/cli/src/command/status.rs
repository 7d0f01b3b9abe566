//! `batchcast status` and `batchcast list`.

use std::sync::Arc;
use std::time::Duration;

use batchcast_campaign::follow_up::recalled_if_any;
use batchcast_campaign::{Campaign, State};
use batchcast_transport::time::{Clock, SystemTimer, Timer};

use crate::args::{LedgerArgs, StatusArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger;
use crate::render::Output;

/// How often a campaign that is followed is looked at.
const EVERY: Duration = Duration::from_secs(1);

pub(crate) fn list(args: &LedgerArgs, output: &Output) -> Result<Exit, Failure> {
    let ledger = ledger::open(args)?;
    output.campaigns(&Campaign::list(&*ledger.ledger)?, ledger.options.as_deref());
    Ok(Exit::Done)
}

pub(crate) fn status(args: &StatusArgs, output: &Output) -> Result<Exit, Failure> {
    let Some(id) = &args.campaign else {
        return list(&args.ledger, output);
    };
    let ledger = ledger::open(&args.ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), id)?;
    let mut standing = campaign.standing()?;
    if args.watch {
        let (timer, progress) = (SystemTimer::new(), output.progress(campaign.plan().recipients()));
        while standing.state == State::Running {
            progress.show_standing(&standing, timer.now().tick);
            timer.wait_until(timer.now().tick + EVERY);
            standing = campaign.standing()?;
        }
        progress.finish();
    }
    output.standing(&standing, ledger.options.as_deref());
    if let Some(recalled) = recalled_if_any(&campaign)? {
        output.recall_so_far(&recalled);
    }
    Ok(Exit::Done)
}
