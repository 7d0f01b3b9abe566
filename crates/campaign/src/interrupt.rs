//! To stop what asks a vendor around a send, from another thread: [`Interrupt`].

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use batchcast_transport::class::Class;

use crate::refusal::Error;

/// Asks whatever was given a clone of it to stop: it is looked at before each call of a vendor. A call that is under way
/// is finished, and what it says is kept as ever; no other is begun. One that has come to nothing by then, because the
/// vendor was not reached or wants to be asked another time, is as if it had not been begun.
///
/// A client that waits before it tries again may take minutes to come to that. It does at once with a timer that
/// [waits](Self::wait) by this.
///
/// It is asked once and for all. A [`Sending`](crate::Sending) is stopped [otherwise](crate::Sending::stop).
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<(Mutex<bool>, Condvar)>);

impl Interrupt {
    /// One that nobody has asked for as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for it.
    pub fn ask(&self) {
        let (asked, changed) = &*self.0;
        *asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Whether somebody has asked for it.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails where somebody has.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn check(&self) -> Result<(), Error> {
        if self.is_asked() { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Waits until somebody asks for it, but no longer than this.
    pub fn wait(&self, longest: Duration) {
        let (asked, changed) = &*self.0;
        let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = changed.wait_timeout_while(asked, longest, |asked| !*asked);
    }

    /// What has ended it: [`Error::Interrupted`] where somebody has asked for it and a call has provably come to nothing
    /// for now, else this error.
    #[must_use]
    pub fn or_error(&self, error: impl Into<Error>) -> Error {
        let error = error.into();
        let Error::Vendor(call) = &error else { return error };
        match call.class() {
            Some(Class::NotSent | Class::Throttled { .. } | Class::TryAgain | Class::Token) if self.is_asked() => {
                Error::Interrupted
            }
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use batchcast_transport::error::{ApiError, CallError, Cause};

    use super::*;

    #[test]
    fn what_has_come_to_nothing_is_as_if_it_had_not_been_begun() {
        let check = |class: Class, expected: bool| {
            let error = || CallError::new(Cause::Api(ApiError::new(class, 200, "no")), 1);
            let interrupt = Interrupt::new();
            assert!(matches!(interrupt.or_error(error()), Error::Vendor(_)), "{class}: nobody has asked for it");
            interrupt.ask();
            assert_eq!(matches!(interrupt.or_error(error()), Error::Interrupted), expected, "{class}");
        };
        check(Class::Throttled { after: None }, true);
        check(Class::NotSent, true);
        check(Class::TryAgain, true);
        check(Class::Token, true);
        check(Class::Permission, false);
        check(Class::Quota, false);
        check(Class::Message, false);
        check(Class::Unknown, false);
    }

    #[test]
    fn once_it_is_asked_for_nobody_waits() {
        let interrupt = Interrupt::new();
        interrupt.wait(Duration::ZERO);
        assert!(!interrupt.is_asked());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| interrupt.wait(Duration::MAX));
            interrupt.ask();
            waiting.join().unwrap();
        });
        interrupt.wait(Duration::MAX);
        assert!(interrupt.check().is_err());
    }
}
