//! The query of a URL, split as both vendors split it.

/// Names and values, decoded. Of a name that comes twice the first counts.
#[derive(Debug)]
pub(crate) struct Pairs {
    pairs: Vec<(String, String)>,
}

impl Pairs {
    /// None where `decode`, which is each vendor's own, has nothing for a name or a value.
    pub(crate) fn split(query: &str, decode: fn(&str) -> Option<String>) -> Option<Self> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        });
        Some(Self { pairs: pairs.collect::<Option<_>>()? })
    }

    /// A value that is there and not empty.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Option<String> {
        (!text.contains('%')).then(|| text.to_uppercase())
    }

    #[test]
    fn values_by_their_names() {
        fn check(query: &str, name: &str, expected: Option<&str>) {
            assert_eq!(Pairs::split(query, decode).unwrap().value(name), expected, "{query} {name}");
        }
        check("", "A", None);
        check("&&a=b&", "A", Some("B"));
        check("a=b=c", "A", Some("B=C"));
        check("a=&b", "A", None);
        check("a=&b", "B", None);
        check("a=1&a=2", "A", Some("1"));
        check("a=&a=2", "A", None);
        check("=x", "", Some("X"));
    }

    #[test]
    fn what_cannot_be_decoded_is_no_query() {
        for query in ["a=b&%=x", "a=%"] {
            assert!(Pairs::split(query, decode).is_none(), "{query}");
        }
    }
}
