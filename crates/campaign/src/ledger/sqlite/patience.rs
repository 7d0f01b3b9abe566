//! Trying again for a while.

use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(10);

/// Tries until it comes to something, every 10 ms and for about this long.
pub(super) fn until<T>(limit: Duration, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    let pauses = limit.as_millis() / PAUSE.as_millis();
    for _ in 0..pauses {
        if let Some(found) = attempt() {
            return Some(found);
        }
        pause();
    }
    attempt()
}

#[expect(clippy::disallowed_methods, reason = "what is waited for is another process's, a few milliseconds at a time")]
fn pause() {
    std::thread::sleep(PAUSE);
}
