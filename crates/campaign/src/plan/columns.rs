//! The caller's own columns: names once for a campaign, values for each recipient.

use std::collections::HashMap;
use std::sync::Arc;

use crate::refusal::Refusal;

/// The most names of own columns that all sources of a campaign may have together. Every recipient's values are kept by
/// these names, and JSON Lines may have other names in every line.
pub const MAX_OWN_COLUMNS: usize = 1000;

/// The names of a campaign's own columns, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Columns {
    numbers: HashMap<Arc<str>, usize>,
    names: Vec<String>,
}

impl Columns {
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// A recipient's values as the ledger keeps them; none where there are none.
    pub(super) fn values(&mut self, own: &[(Arc<str>, String)]) -> Result<Option<Box<str>>, Refusal> {
        let mut values: Vec<Option<&str>> = Vec::with_capacity(own.len());
        for (name, value) in own {
            let number = self.number(name)?;
            if values.len() <= number {
                values.resize(number + 1, None);
            }
            values[number] = Some(value);
        }
        // Strings alone, so it can be written.
        Ok((!values.is_empty()).then(|| serde_json::to_string(&values).unwrap_or_default().into()))
    }

    fn number(&mut self, name: &Arc<str>) -> Result<usize, Refusal> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = self.names.len();
        if number == MAX_OWN_COLUMNS {
            return Err(Refusal::TooManyColumns);
        }
        self.numbers.insert(Arc::clone(name), number);
        self.names.push(name.to_string());
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(cells: &[(&str, &str)]) -> Vec<(Arc<str>, String)> {
        cells.iter().map(|(name, value)| (Arc::from(*name), (*value).to_owned())).collect()
    }

    #[test]
    fn values_stand_under_their_names() {
        let mut columns = Columns::default();
        let mut check = |cells: &[(&str, &str)], expected: Option<&str>| {
            assert_eq!(columns.values(&own(cells)).unwrap().as_deref(), expected);
        };
        check(&[], None);
        check(&[("name", "Ann"), ("team", "A\"1")], Some(r#"["Ann","A\"1"]"#));
        check(&[("team", "B")], Some(r#"[null,"B"]"#));
        check(&[("city", "")], Some(r#"[null,null,""]"#));
        assert_eq!(columns.names(), ["name", "team", "city"]);
    }

    #[test]
    fn there_is_an_end_of_names() {
        let mut columns = Columns::default();
        for number in 0..MAX_OWN_COLUMNS {
            columns.values(&own(&[(&number.to_string(), "")])).unwrap();
        }
        assert_eq!(columns.values(&own(&[("one more", "")])), Err(Refusal::TooManyColumns));
    }
}
