//! Who got what, as the assertions of a test.

mod tally;
#[cfg(test)]
mod tests;

use crate::emulator::Emulator;
use crate::world::World;

use tally::Tally;

#[track_caller]
fn hold(verdict: Result<(), String>) {
    if let Err(why) = verdict {
        panic!("{why}");
    }
}

fn owned(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    ids.into_iter().map(|id| id.as_ref().to_owned()).collect()
}

impl World {
    /// See [`Emulator::assert_delivered_once`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_delivered_once(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        hold(Tally::of(self).once(&owned(ids)));
    }

    /// See [`Emulator::assert_delivered_only`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_delivered_only(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        hold(Tally::of(self).only(&owned(ids)));
    }

    /// See [`Emulator::assert_nobody_twice`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_nobody_twice(&self) {
        hold(Tally::of(self).nobody_twice());
    }
}

/// Assertions for tests. They count over all messages. With a [`Directory`](crate::Directory) they go by the people
/// whom it had when the message was delivered, under whichever ids; else by vendor, kind and id.
///
/// Who got a message and had it taken back has got it.
///
/// They judge what had reached the emulator when they are called, and is due by then. They fail too where the log has
/// forgotten deliveries ([`with_delivery_limit`](crate::Builder::with_delivery_limit)), where some are still to come
/// ([`waiting`](Emulator::waiting)), and where something in the emulator panicked.
impl Emulator {
    /// Each of these got exactly one message. Others may have got some.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, and who got which messages.
    #[track_caller]
    pub fn assert_delivered_once(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.settled()).once(&owned(ids));
        hold(verdict);
    }

    /// Each of these got exactly one message, and nobody else got any.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, too much, or anything at all.
    #[track_caller]
    pub fn assert_delivered_only(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.settled()).only(&owned(ids));
        hold(verdict);
    }

    /// Nobody got more than one message.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got which messages.
    #[track_caller]
    pub fn assert_nobody_twice(&self) {
        let verdict = Tally::of(&self.settled()).nobody_twice();
        hold(verdict);
    }
}
