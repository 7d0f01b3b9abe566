//! Points at which tests of crashes end the program as if it were killed. In the ordinary program there are none.

/// Passes a point.
#[cfg(not(feature = "kill-points"))]
pub(crate) const fn pass(_: &str) {}

/// Passes a point, and does not live to tell if it is the one that is asked for.
#[cfg(feature = "kill-points")]
pub(crate) fn pass(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ASKED: LazyLock<Option<(String, u64)>> = LazyLock::new(crate::config::kill_at);
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let is_it = |(asked, nth): &(String, u64)| asked == name && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *nth;
    if ASKED.as_ref().is_some_and(is_it) {
        // It does not return: that is what it is for.
        let _ = nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL);
    }
}
