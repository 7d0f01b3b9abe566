//! Of an address and of headers what anybody may see.

use std::fmt;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Uri};

/// An address without its query and without a user's name or password.
pub(crate) struct PublicUri<'a>(pub(crate) &'a Uri);

impl fmt::Display for PublicUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(scheme), Some(host)) = (self.0.scheme_str(), self.0.host()) {
            write!(f, "{scheme}://{host}")?;
        }
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())?;
        if self.0.query().is_some() { f.write_str("?…") } else { Ok(()) }
    }
}

impl fmt::Debug for PublicUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The headers, with the values of those that are known to be harmless.
pub(super) struct PublicHeaders<'a>(pub(super) &'a HeaderMap);

impl fmt::Debug for PublicHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HARMLESS: [HeaderName; 3] = [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING];
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            if HARMLESS.contains(name) {
                map.entry(name, value);
            } else {
                map.entry(name, &format_args!("…"));
            }
        }
        map.finish()
    }
}
