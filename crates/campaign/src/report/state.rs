//! Whom a report is about: [`StateFilter`].

use std::str::FromStr;

use crate::outcome::Outcome;

/// Those of which state a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StateFilter {
    /// Everybody.
    #[default]
    All,
    /// Those whom the vendor took.
    Accepted,
    /// Those whom the vendor turned down.
    Rejected,
    /// Those in doubt, with those on the wire.
    Unknown,
    /// Those who were not sent to.
    Pending,
}

/// The text is not the name of a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a state; the states are accepted, rejected, unknown and pending")]
pub struct InvalidState(String);

impl StateFilter {
    /// Whether the report has somebody of this outcome.
    #[must_use]
    pub const fn takes(self, outcome: &Outcome) -> bool {
        match self {
            Self::All => true,
            Self::Accepted => matches!(outcome, Outcome::Accepted { .. }),
            Self::Rejected => matches!(outcome, Outcome::Rejected { .. }),
            Self::Unknown => matches!(outcome, Outcome::Unknown { .. }),
            Self::Pending => matches!(outcome, Outcome::Pending),
        }
    }
}

impl FromStr for StateFilter {
    type Err = InvalidState;

    /// The name of one state. Everybody has no name: it is what is meant where none is given.
    fn from_str(name: &str) -> Result<Self, InvalidState> {
        const LONGEST_QUOTED: usize = 40;
        match name {
            "accepted" => Ok(Self::Accepted),
            "rejected" => Ok(Self::Rejected),
            "unknown" => Ok(Self::Unknown),
            "pending" => Ok(Self::Pending),
            _ => Err(InvalidState(name.chars().take(LONGEST_QUOTED).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_named_as_reports_name_it() {
        let reason = String::new;
        let outcomes = [
            Outcome::Pending,
            Outcome::Accepted { message_id: None, reason: None, request_id: None },
            Outcome::Rejected { code: None, reason: reason(), request_id: None },
            Outcome::Unknown { code: None, reason: reason(), mark: None, request_id: None },
        ];
        for outcome in &outcomes {
            let filter: StateFilter = outcome.as_str().parse().unwrap();
            let taken: Vec<_> = outcomes.iter().filter(|other| filter.takes(other)).collect();
            assert_eq!(taken, [outcome]);
            assert!(StateFilter::All.takes(outcome));
        }
    }

    #[test]
    fn what_is_no_state() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(name.parse::<StateFilter>().unwrap_err().to_string(), expected);
        }
        const STATES: &str = "the states are accepted, rejected, unknown and pending";
        check("", &format!("\"\" is not a state; {STATES}"));
        check("all", &format!("\"all\" is not a state; {STATES}"));
        check("Accepted", &format!("\"Accepted\" is not a state; {STATES}"));
        check("\u{1b}[2J", &format!("\"\\u{{1b}}[2J\" is not a state; {STATES}"));
        check(&"x".repeat(99), &format!("{:?} is not a state; {STATES}", "x".repeat(40)));
    }
}
