//! The path of a request with its query, escaped: [`Path`].

use std::fmt::{self, Display};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a segment and in a query (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A path below an [`Endpoint`](crate::endpoint::Endpoint), and what is asked of it.
///
/// ```
/// use batchcast_transport::path::Path;
///
/// let path = Path::new("/v3/departments").with_segment("od-1/2").with("/children").with_query("page_size", 50);
/// assert_eq!(path.to_string(), "/v3/departments/od-1%2F2/children?page_size=50");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Path {
    path: String,
    query: String,
}

impl Path {
    /// A path that is known while compiling, such as `/open-apis/im/v1/images`. It is taken as it is.
    pub fn new(path: &'static str) -> Self {
        Self { path: path.to_owned(), query: String::new() }
    }

    /// The same with more of what is known while compiling, taken as it is.
    pub fn with(mut self, more: &'static str) -> Self {
        self.path.push_str(more);
        self
    }

    /// The same with a slash and one segment more, whatever characters that has. A segment of nothing but dots would be
    /// taken for a way up, so its dots are escaped.
    pub fn with_segment(mut self, segment: &str) -> Self {
        self.path.push('/');
        if matches!(segment, "." | "..") {
            self.path.push_str(&"%2E".repeat(segment.len()));
        } else {
            self.path.extend(utf8_percent_encode(segment, UNRESERVED));
        }
        self
    }

    /// The same with one parameter more in its query, whatever characters the value has.
    pub fn with_query(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        self.query.extend(utf8_percent_encode(&value.to_string(), UNRESERVED));
        self
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, self.query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;

    #[test]
    fn a_segment_stays_one_segment() {
        fn check(segment: &str, expected: &str) {
            let path = Path::new("/a").with_segment(segment).with("/b").to_string();
            assert_eq!(path, expected, "{segment:?}");
            let joined = "https://vendor.example".parse::<Endpoint>().unwrap().join(&path).unwrap();
            assert_eq!(joined.path(), expected);
        }
        check("bm-d4be107c616aed9c1da8ed8068570a9f", "/a/bm-d4be107c616aed9c1da8ed8068570a9f/b");
        check("bm_1.2~3", "/a/bm_1.2~3/b");
        check("a/../b", "/a/a%2F..%2Fb/b");
        check("..", "/a/%2E%2E/b");
        check(".", "/a/%2E/b");
        check("a?b#c%d&e", "/a/a%3Fb%23c%25d%26e/b");
        check("部门", "/a/%E9%83%A8%E9%97%A8/b");
        check("a@b c", "/a/a%40b%20c/b");
    }

    #[test]
    fn a_query_holds_any_value() {
        let path = Path::new("/a").with_query("size", 50).with_query("token", "a+b/c=&d").with_query("deep", true);
        assert_eq!(path.to_string(), "/a?size=50&token=a%2Bb%2Fc%3D%26d&deep=true");
    }
}
