//! How ids are told: which column, and of what kind.

use batchcast_model::{IdKind, Recipient};

use super::error::Problem;

/// The columns that are ids, in the order in which a row's id is looked for.
pub(super) const ID_COLUMNS: [IdKind; 7] = [
    IdKind::OpenId,
    IdKind::UserId,
    IdKind::UnionId,
    IdKind::Account,
    IdKind::Email,
    IdKind::Mobile,
    IdKind::DepartmentId,
];

/// What Excel and its kin leave in a cell whose formula failed.
const FORMULA_ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"];

/// No id has one of these: a bare id that does is most likely a row of CSV without its header.
const BETWEEN_CELLS: [char; 3] = [',', ';', '\t'];

/// How ids are told where a file does not say it.
///
/// The kind of an id is told by the first of: its column's name, the [only kind](Self::with_only_kind) that the vendor
/// has, its prefix (`ou_`, `on_`, `od-`), the [id kind](Self::with_id_kind).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdRules {
    id_column: Option<String>,
    id_kind: Option<IdKind>,
    only_kind: Option<IdKind>,
}

impl IdRules {
    /// The column that holds the ids of CSV and JSON Lines, instead of those with known names. It is then the only one
    /// that is looked at, and every file with columns must have it. A list of ids has no columns and is not affected.
    #[must_use]
    pub fn with_id_column(self, name: impl Into<String>) -> Self {
        Self { id_column: Some(name.into().trim().to_owned()), ..self }
    }

    /// The kind of an id that neither its column nor its prefix tells: the user's word.
    #[must_use]
    pub fn with_id_kind(self, kind: IdKind) -> Self {
        Self { id_kind: Some(kind), ..self }
    }

    /// The kind of every id whose column does not tell another, whatever its prefix: for a vendor that has no other
    /// kind, as `account` is for TIM, where somebody may well be called `on_call`.
    #[must_use]
    pub fn with_only_kind(self, kind: IdKind) -> Self {
        Self { only_kind: Some(kind), ..self }
    }

    pub(super) fn id_column(&self) -> Option<&str> {
        self.id_column.as_deref()
    }

    /// The columns that may hold a row's id, the first first.
    pub(super) fn columns(&self) -> impl Iterator<Item = IdColumn<'_>> {
        let known = ID_COLUMNS.iter().map(|kind| IdColumn { name: kind.as_str(), kind: Some(*kind) });
        let named = self.id_column().map(|name| IdColumn { name, kind: name.parse().ok() });
        known.filter(move |_| named.is_none()).chain(named)
    }

    /// Whether a column of this name shows that a line is a header.
    pub(super) fn is_id_column(&self, name: &str) -> bool {
        name.parse::<IdKind>().is_ok() || self.id_column() == Some(name)
    }

    /// Whether this was probably meant as the name of such a column.
    pub(super) fn is_nearly_id_column(&self, name: &str) -> bool {
        let known = ID_COLUMNS.iter().map(|kind| kind.as_str());
        known.chain(self.id_column()).any(|column| nearly(name, column))
    }

    /// The recipient that a bare id names.
    pub(super) fn bare(&self, text: &str) -> Result<Recipient, Problem> {
        let id = text.trim();
        if id.contains(BETWEEN_CELLS) {
            return Err(Problem::SeveralCells { found: id.to_owned() });
        }
        self.recipient(None, id)
    }

    /// The recipient that this text names, white space around it aside.
    pub(super) fn recipient(&self, kind: Option<IdKind>, text: &str) -> Result<Recipient, Problem> {
        let id = text.trim();
        let kind = kind.or(self.only_kind).or_else(|| IdKind::from_prefix(id)).or(self.id_kind);
        let Some(kind) = kind else {
            return Err(Problem::UnknownKind { id: id.to_owned() });
        };
        if is_damaged(kind, id) {
            return Err(Problem::Damaged { found: id.to_owned() });
        }
        Recipient::new(kind, id).map_err(Problem::Id)
    }
}

/// A column that may hold the id, and the kind that its name tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdColumn<'r> {
    pub(super) name: &'r str,
    pub(super) kind: Option<IdKind>,
}

/// Whether two names differ in nothing but case and what is neither letter nor digit, and are not the same.
pub(super) fn nearly(name: &str, column: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    name != column && letters(name).eq(letters(column)) && letters(name).next().is_some()
}

fn is_damaged(kind: IdKind, id: &str) -> bool {
    let is_damaged_number = kind == IdKind::Mobile && (is_scientific(id) || is_fraction(id));
    is_damaged_number || FORMULA_ERRORS.contains(&id)
}

/// `1.38E+10`, or `1E+10`: the last digits are lost.
fn is_scientific(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.split_once(['E', 'e']) else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or("");
    is_digits(whole) && is_digits(fraction) && is_digits(exponent)
}

/// `13800000000.0`: what data frames make of a column of numbers with a gap in it.
fn is_fraction(id: &str) -> bool {
    id.strip_suffix(".0").is_some_and(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdKind::{Account, DepartmentId, Email, Mobile, OpenId, UnionId, UserId};

    #[test]
    fn the_kind_is_told_in_this_order() {
        #[track_caller]
        fn check(rules: &IdRules, column: Option<IdKind>, id: &str, expected: Option<IdKind>) {
            let kind = match rules.recipient(column, id) {
                Ok(recipient) => Some(recipient.kind()),
                Err(Problem::UnknownKind { .. }) => None,
                Err(other) => panic!("{other}"),
            };
            assert_eq!(kind, expected, "{id}");
        }
        let none = IdRules::default();
        let tim = none.clone().with_only_kind(Account);
        let user = none.clone().with_id_kind(UserId);
        check(&user, Some(Email), "ou_1", Some(Email));
        check(&user, None, "ou_1", Some(OpenId));
        check(&user, None, "on_1", Some(UnionId));
        check(&user, None, " od-1 ", Some(DepartmentId));
        check(&user, None, "1", Some(UserId));
        for called in ["1", "on_call", "od-ops", "ou_1"] {
            check(&tim, None, called, Some(Account));
            check(&tim.clone().with_id_kind(UserId), None, called, Some(Account));
        }
        check(&tim, Some(Email), "on_call", Some(Email));
        check(&none, None, "1", None);
    }

    #[test]
    fn columns_stand_in_the_documented_order() {
        #[track_caller]
        fn check(rules: &IdRules, expected: &[(&str, Option<IdKind>)]) {
            let columns: Vec<_> = rules.columns().map(|column| (column.name, column.kind)).collect();
            assert_eq!(columns, expected);
        }
        let rules = IdRules::default();
        let names: Vec<_> = rules.columns().map(|column| column.name).collect();
        assert_eq!(names, ["open_id", "user_id", "union_id", "account", "email", "mobile", "department_id"]);
        check(&rules.clone().with_id_column(" staff "), &[("staff", None)]);
        check(&rules.with_id_column("email"), &[("email", Some(Email))]);
    }

    #[test]
    fn near_misses() {
        #[track_caller]
        fn check(name: &str, column: &str, expected: bool) {
            assert_eq!(nearly(name, column), expected, "{name} {column}");
        }
        check("Email", "email", true);
        check("E-Mail", "email", true);
        check("openId", "open_id", true);
        check("Open ID", "open_id", true);
        check("email", "email", false);
        check("emails", "email", false);
        check("姓名", "姓名 ", true);
        check("-", "_", false);
    }

    #[test]
    fn what_a_spreadsheet_left() {
        #[track_caller]
        fn check(kind: IdKind, id: &str, expected: bool) {
            assert_eq!(is_damaged(kind, id), expected, "{id}");
        }
        check(Mobile, "1.38E+10", true);
        check(Mobile, "1e+10", true);
        check(Mobile, "13800000000.0", true);
        check(Mobile, "+8613800000000", false);
        check(Mobile, "13800000000", false);
        check(Mobile, "138.0000.0000", false);
        check(Mobile, "E+10", false);
        check(Mobile, "1.E+10", false);
        check(Mobile, "1.38E10", false);
        check(UserId, "1.38E+10", false);
        check(UserId, "#N/A", true);
        check(Account, "#na", false);
    }
}
