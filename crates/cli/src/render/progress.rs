//! How far it is: a bar on a terminal, a plain line every ten seconds elsewhere.

use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use batchcast_campaign::{Progress as Sent, Standing};
use batchcast_transport::time::Tick;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Output, talk};

const EVERY: Duration = Duration::from_secs(10);

/// Shows how a send stands while it goes on.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    last_line: Mutex<Duration>,
}

impl Output {
    pub(crate) fn progress(&self, total: u64) -> Progress {
        let bar = (io::stderr().is_terminal() && !self.is_json()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Progress { bar, last_line: Mutex::default() }
    }
}

impl Progress {
    pub(crate) fn show(&self, standing: &Sent) {
        let people = &standing.recipients;
        let requests = &standing.requests;
        let text = format!(
            "{} accepted, {} rejected, {} unknown; {} requests, {} throttled",
            people.accepted, people.rejected, people.unknown, requests.sent, requests.throttled,
        );
        if let Some(bar) = &self.bar {
            bar.set_position(people.total - people.pending);
            bar.set_message(text);
            return;
        }
        let mut last = self.last_line.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.elapsed.saturating_sub(*last) >= EVERY {
            *last = standing.elapsed;
            talk(&format!("{} of {}: {text}", people.total - people.pending, people.total));
        }
    }

    /// The same for a campaign that another process sends, looked at now.
    pub(crate) fn show_standing(&self, standing: &Standing, now: Tick) {
        let elapsed = now.since(Tick::ZERO);
        self.show(&Sent::new(standing.recipients, standing.requests, elapsed));
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
