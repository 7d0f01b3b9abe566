//! How far a batch has come among its recipients: [`Reach`].

/// The vendor's own counts of one batch, as they were when it was asked.
///
/// What Feishu and Lark answer to `get_progress` ("Query the push and read progress of messages sent in batches", Lark,
/// undated; Feishu 2026-03-03). A batch is not known to be done when `delivered` is as large as `valid`, and may be done
/// when it is not: people whom the message never reaches are counted as valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reach {
    /// How many people the vendor takes for ones who may get it, members of departments included. 0 where there is
    /// nobody, and where the vendor has not begun yet.
    pub valid: u64,
    /// To how many of them it was delivered.
    pub delivered: u64,
    /// How many have been seen reading it.
    pub read: u64,
    /// From how many it was taken back; `None` where nobody ever asked for that.
    pub recalled: Option<u64>,
}

impl Reach {
    /// So many who may get it, have it, and have read it; never taken back.
    #[must_use]
    pub const fn new(valid: u64, delivered: u64, read: u64) -> Self {
        Self { valid, delivered, read, recalled: None }
    }

    /// The same, taken back from so many.
    #[must_use]
    pub const fn with_recalled(mut self, recalled: u64) -> Self {
        self.recalled = Some(recalled);
        self
    }

    /// Several batches together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        let recalled = match (self.recalled, other.recalled) {
            (None, recalled) | (recalled, None) => recalled,
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
        };
        Self {
            valid: self.valid.saturating_add(other.valid),
            delivered: self.delivered.saturating_add(other.delivered),
            read: self.read.saturating_add(other.read),
            recalled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_back_from_nobody_is_not_never_taken_back() {
        let reach = Reach::new(204, 200, 150);
        assert_eq!(reach, Reach { valid: 204, delivered: 200, read: 150, recalled: None });
        assert_eq!(reach.with_recalled(0), Reach { recalled: Some(0), ..reach });
        assert_eq!(Reach::default(), Reach::new(0, 0, 0));
    }

    #[test]
    fn batches_add_up() {
        let one = Reach::new(1, 2, 3);
        assert_eq!(one.and(Reach::default()), one);
        assert_eq!(one.and(one.with_recalled(4)), Reach::new(2, 4, 6).with_recalled(4));
        assert_eq!(one.with_recalled(1).and(one.with_recalled(4)), Reach::new(2, 4, 6).with_recalled(5));
    }
}
