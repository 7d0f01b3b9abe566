//! Where requests go: [`Endpoint`].

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

use crate::error::BuildError;
use crate::wire::PublicUri;

/// The base address of a vendor: `https://host[:port][/prefix]`, or plain `http` to loopback.
///
/// A token is never sent in the clear: `http` to any other host is refused. So are a user's name or password, a query
/// and a fragment, because the one would be a secret in an address and the others would be dropped.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    base: Uri,
}

/// Why an address cannot be an [`Endpoint`]. The text does not repeat the address, which may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEndpoint {
    /// Not an absolute address.
    #[error("the endpoint is not an address such as https://open.feishu.cn")]
    NotAnAddress,
    /// Neither https nor http to loopback.
    #[error(
        "the endpoint must begin with https://; plain http:// is accepted only to loopback (127.0.0.1, ::1, localhost)"
    )]
    NotSecure,
    /// The port is not one.
    #[error("the endpoint's port must be a number from 0 to 65535")]
    Port,
    /// It holds a user's name or password.
    #[error("the endpoint must not hold a user name or a password")]
    UserInfo,
    /// It holds a query or a fragment.
    #[error("the endpoint must end before the first ? or #")]
    Query,
}

impl Endpoint {
    /// The address of `path` (which begins with `/`, and may end with a query) below this endpoint.
    ///
    /// # Errors
    /// [`BuildError`] where `path` holds a character that no address may hold.
    pub fn join(&self, path: &str) -> Result<Uri, BuildError> {
        let mut parts = self.base.clone().into_parts();
        let joined = format!("{}{path}", self.base.path().trim_end_matches('/'));
        parts.path_and_query = Some(joined.parse().map_err(|_| BuildError::text("the path is not a valid address"))?);
        Uri::from_parts(parts).map_err(BuildError::new)
    }

    /// Whether this is a server on this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// The host, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host().unwrap_or_default()
    }
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        // `http::Uri` drops a fragment without a word, so it is looked for before.
        if text.contains(['?', '#']) {
            return Err(InvalidEndpoint::Query);
        }
        let base: Uri = text.trim().parse().map_err(|_| InvalidEndpoint::NotAnAddress)?;
        let (Some(scheme), Some(authority)) = (base.scheme(), base.authority()) else {
            return Err(InvalidEndpoint::NotAnAddress);
        };
        if authority.as_str().contains('@') {
            return Err(InvalidEndpoint::UserInfo);
        }
        if authority.host().is_empty() {
            return Err(InvalidEndpoint::NotAnAddress);
        }
        // `http::Uri` keeps a port that is none, and an HTTP library would then take the default one.
        let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        if !port.is_empty() && port.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_err()) {
            return Err(InvalidEndpoint::Port);
        }
        let secure = *scheme == Scheme::HTTPS || (*scheme == Scheme::HTTP && is_loopback(&base));
        if secure { Ok(Self { base }) } else { Err(InvalidEndpoint::NotSecure) }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", PublicUri(&self.base).to_string().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_are_endpoints() {
        fn check(text: &str, expected: Result<&str, InvalidEndpoint>) {
            let shown = text.parse::<Endpoint>().map(|e| e.to_string());
            assert_eq!(shown, expected.map(str::to_owned), "{text}");
        }
        check("https://open.feishu.cn", Ok("https://open.feishu.cn"));
        check("https://open.feishu.cn/", Ok("https://open.feishu.cn"));
        check("https://proxy.example:8443/feishu/", Ok("https://proxy.example:8443/feishu"));
        check("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080"));
        check("http://127.9.8.7", Ok("http://127.9.8.7"));
        check("http://[::1]:8080", Ok("http://[::1]:8080"));
        check("http://localhost:1", Ok("http://localhost:1"));
        check("http://open.feishu.cn", Err(InvalidEndpoint::NotSecure));
        check("http://127.0.0.1.example", Err(InvalidEndpoint::NotSecure));
        check("http://0.0.0.0:80", Err(InvalidEndpoint::NotSecure));
        check("ftp://127.0.0.1", Err(InvalidEndpoint::NotSecure));
        check("https://user:pass@open.feishu.cn", Err(InvalidEndpoint::UserInfo));
        check("https://open.feishu.cn?x=1", Err(InvalidEndpoint::Query));
        check("https://open.feishu.cn/#x", Err(InvalidEndpoint::Query));
        check("http://127.0.0.1:99999", Err(InvalidEndpoint::Port));
        check("http://127.0.0.1:", Err(InvalidEndpoint::Port));
        check("https://open.feishu.cn:65536/x", Err(InvalidEndpoint::Port));
        check("https://open.feishu.cn:65535", Ok("https://open.feishu.cn:65535"));
        check("open.feishu.cn", Err(InvalidEndpoint::NotAnAddress));
        check("", Err(InvalidEndpoint::NotAnAddress));
        check("/just/a/path", Err(InvalidEndpoint::NotAnAddress));
    }

    #[test]
    fn paths_are_joined_below_the_prefix() {
        fn check(base: &str, expected: &str) {
            let endpoint: Endpoint = base.parse().unwrap();
            assert_eq!(endpoint.join("/open-apis/x/?a=b").unwrap().to_string(), expected);
        }
        check("https://open.feishu.cn", "https://open.feishu.cn/open-apis/x/?a=b");
        check("https://proxy.example/feishu/", "https://proxy.example/feishu/open-apis/x/?a=b");
    }
}
