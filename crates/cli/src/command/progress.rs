//! `batchcast progress`.

use batchcast_campaign::follow_up::{Followed, follow};
use batchcast_lark::{Plateau, Progress};
use batchcast_transport::time::{Clock, SystemTimer, Timer};

use super::followed::FollowedUp;
use crate::args::ProgressArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;

pub(crate) fn progress(args: &ProgressArgs, output: &Output) -> Result<Exit, Failure> {
    let found = FollowedUp::open(&args.campaign, &args.vendor)?;
    let client = found.connection.lark().map_err(|failure| {
        failure.with_hint("Tencent Cloud Chat tells no counts; batchcast report says what became of each recipient")
    })?;
    let mut followed = follow(&found.campaign, &client)?;
    if args.watch {
        let timer = SystemTimer::new();
        let mut plateau = Plateau::new(args.still);
        while !is_still(&mut plateau, &followed, &timer) {
            output.counts_so_far(&followed);
            timer.wait_until(timer.now().tick + args.every);
            followed = follow(&found.campaign, &client)?;
        }
    }
    output.followed(found.campaign.id(), &followed);
    Ok(if followed.is_complete() { Exit::Done } else { Exit::Failed })
}

/// Whether nothing has changed for long enough.
fn is_still(plateau: &mut Plateau, followed: &Followed, timer: &SystemTimer) -> bool {
    if !followed.is_complete() {
        // Silence is no stillness.
        return false;
    }
    let total = followed.total();
    let progress = Progress::new(total.valid, total.delivered, total.read);
    let progress = total.recalled.map_or(progress, |count| progress.with_recall(count));
    plateau.observe(progress, timer.now().unix).is_final()
}
