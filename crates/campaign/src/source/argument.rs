//! One recipient named on the command line.

use std::sync::Arc;

use batchcast_model::{IdKind, Recipient};

use super::error::{BadSource, Problem};
use super::ids::IdRules;
use super::place::Place;

/// Reads the argument of `--id`: `KIND=ID`, such as `open_id=ou_1`, or a bare id, whose kind is told as in a list.
///
/// # Errors
///
/// A kind that there is none of, an id whose kind cannot be told, an id that cannot be one. The place is `--id`.
///
/// ```
/// use batchcast_campaign::source::{IdRules, id_argument};
///
/// let rules = IdRules::default();
/// assert_eq!(id_argument("account=li=si", &rules)?.id(), "li=si");
/// assert_eq!(id_argument("ou_1", &rules)?.id(), "ou_1");
/// assert!(id_argument("7cdcc7c2", &rules).is_err());
/// # Ok::<(), batchcast_campaign::source::BadSource>(())
/// ```
pub fn id_argument(argument: &str, rules: &IdRules) -> Result<Recipient, BadSource> {
    let refuse = |problem| BadSource::new(Place::source_alone(&Arc::from("--id")), problem);
    let Some((kind, id)) = argument.split_once('=') else {
        return rules.bare(argument).map_err(refuse);
    };
    let kind: IdKind = kind.parse().map_err(|invalid| refuse(Problem::Id(invalid)))?;
    rules.recipient(Some(kind), id).map_err(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_id() {
        #[track_caller]
        fn check(argument: &str, kind: IdKind, id: &str) {
            let recipient = id_argument(argument, &IdRules::default()).unwrap();
            assert_eq!((recipient.kind(), recipient.id()), (kind, id));
        }
        for kind in IdKind::ALL {
            check(&format!("{kind}=x1"), kind, "x1");
        }
        check("account=ou_1", IdKind::Account, "ou_1");
        check("user_id=a=b", IdKind::UserId, "a=b");
        check("user_id=a,b", IdKind::UserId, "a,b");
    }

    #[test]
    fn a_bare_id() {
        #[track_caller]
        fn check(rules: &IdRules, argument: &str, kind: IdKind) {
            let recipient = id_argument(argument, rules).unwrap();
            assert_eq!((recipient.kind(), recipient.id()), (kind, argument));
        }
        let none = IdRules::default();
        check(&none, "ou_1", IdKind::OpenId);
        check(&none.clone().with_id_kind(IdKind::UserId), "7", IdKind::UserId);
        check(&none.with_only_kind(IdKind::Account), "li.si", IdKind::Account);
    }

    #[test]
    fn anything_else() {
        #[track_caller]
        fn check(argument: &str, expected: &str) {
            assert_eq!(
                id_argument(argument, &IdRules::default()).unwrap_err().to_string(),
                format!("--id: {expected}")
            );
        }
        check("7cdcc7c2", "nothing tells what kind of id \"7cdcc7c2\" is; give --id-kind");
        check("", "nothing tells what kind of id \"\" is; give --id-kind");
        check("ou_1,ou_2", "must be one id, found \"ou_1,ou_2\"; give one id a line, or a CSV file with a header");
        check(
            "openid=ou_1",
            "not a valid kind: \"openid\" is not allowed; \
             the kinds are open_id, user_id, union_id, department_id, account, email, mobile",
        );
        check("open_id=", "not a valid open_id: is empty");
        check(
            "mobile=1.38E+10",
            "\"1.38E+10\" is what a spreadsheet left of an id; format the column as text, and fill it in again",
        );
    }
}
