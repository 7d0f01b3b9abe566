//! What happened several times in a row.

use batchcast_transport::class::Class;

/// Counts failures of a kind that follow each other, in the order of completion.
///
/// Attempts that overlap and cannot be sent count once: eight threads that meet one closed port are one failure, and
/// nobody is at risk. The same goes for throttles. Doubts count one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct InARow {
    pub(super) not_sent: u32,
    pub(super) throttles: u32,
    pub(super) doubts: u32,
}

impl InARow {
    /// Counts the end of something that began when `before` stood here. `None` is success.
    pub(super) fn count(&mut self, class: Option<Class>, before: Self) {
        match class {
            // Another one failed while this was under way: it is the same event.
            Some(Class::Throttled { .. }) if self.throttles > before.throttles => {}
            Some(Class::Throttled { .. }) => self.throttles += 1,
            Some(Class::NotSent) => {}
            _ => self.throttles = 0,
        }
        match class {
            Some(Class::NotSent) if self.not_sent > before.not_sent => {}
            Some(Class::NotSent) => self.not_sent += 1,
            Some(Class::Unknown) => {
                self.doubts += 1;
                self.not_sent = 0;
            }
            _ => (self.doubts, self.not_sent) = (0, 0),
        }
    }
}
