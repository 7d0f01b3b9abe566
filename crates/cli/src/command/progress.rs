//! `batchcast progress`.

use batchcast_campaign::follow_up::{Followed, follow};
use batchcast_lark::{Plateau, Progress};
use batchcast_transport::time::{Clock, SystemTimer};

use super::followed::FollowedUp;
use crate::args::ProgressArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;
use crate::stop::Stop;

pub(crate) fn progress(args: &ProgressArgs, output: &Output) -> Result<Exit, Failure> {
    let found = FollowedUp::open(&args.campaign, &args.vendor)?;
    let client = found.connection.lark().map_err(|failure| {
        failure.with_hint("Tencent Cloud Chat tells no counts; batchcast report says what became of each recipient")
    })?;
    let stop = Stop::on_signals(output, &found.connection, &args.vendor, Exit::Paused)?;
    let campaign = found.campaign.with_interrupt(stop.interrupt().clone());
    let mut followed = follow(&campaign, &client)?;
    if args.watch {
        let timer = SystemTimer::new();
        let mut plateau = Plateau::new(args.still);
        while !stop.interrupt().is_asked() && !is_still(&mut plateau, &followed, &timer) {
            output.counts_so_far(&followed);
            stop.interrupt().wait(args.every);
            if stop.interrupt().is_asked() {
                break;
            }
            match follow(&campaign, &client) {
                Ok(next) if !next.is_interrupted => followed = next,
                // Interrupted, the one before it is the answer.
                _ if stop.interrupt().is_asked() => break,
                next => followed = next?,
            }
        }
    }
    stop.over();
    let interrupted = followed.is_interrupted.then(|| {
        Failure::interrupted("it was interrupted before the vendor had told of every request")
            .with_hint("the same command asks again")
    });
    output.followed(campaign.id(), &followed, interrupted.as_ref());
    Ok(match interrupted {
        Some(failure) => failure.exit,
        None if followed.is_complete() => Exit::Done,
        None => Exit::Failed,
    })
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
