//! Who can reach the emulator, and whom its own side answers.

use std::io;
use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName};

/// From where the emulator can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposure {
    Loopback,
    AnyInterface,
}

impl Exposure {
    /// Refuses to listen where others than meant can reach it.
    pub(crate) fn permit(self, address: SocketAddr) -> io::Result<()> {
        if self == Self::AnyInterface || address.ip().is_loopback() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "the emulator listens on loopback only, and {address} can be reached by other machines; \
                 use 127.0.0.1, or allow any interface explicitly"
            ),
        ))
    }

    /// Why a request to the emulator's own side is refused, if it is: a page on the web, open in somebody's browser on
    /// this machine, may neither read its logs nor reset it.
    pub(crate) fn refusal(self, headers: &HeaderMap) -> Option<String> {
        let host = text(headers, HOST);
        if let Some(origin) = text(headers, ORIGIN) {
            let from = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            let is_its_own = from.zip(host).is_some_and(|(from, host)| from.eq_ignore_ascii_case(host));
            if !is_its_own {
                return Some(format!("the emulator's own side does not answer pages of {origin:?}"));
            }
        }
        // Such a name can be made to lead here by whoever owns it, and a browser then takes its pages for ours.
        let foreign = host.filter(|host| self == Self::Loopback && !is_of_this_machine(host))?;
        Some(format!(
            "the emulator listens on loopback and its own side does not answer to the host {foreign:?}; \
             ask 127.0.0.1 or localhost, or allow any interface"
        ))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?.?"))
}

/// Whether nobody on the web can own it: an address, or a name that only this machine or its network knows.
fn is_of_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok() || !name.contains('.') || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_loopback_unless_allowed() {
        fn check(address: &str, exposure: Exposure, expected: bool) {
            assert_eq!(exposure.permit(address.parse().unwrap()).is_ok(), expected, "{address} {exposure:?}");
        }
        check("127.0.0.1:0", Exposure::Loopback, true);
        check("127.1.2.3:0", Exposure::Loopback, true);
        check("[::1]:0", Exposure::Loopback, true);
        check("0.0.0.0:0", Exposure::Loopback, false);
        check("[::]:0", Exposure::Loopback, false);
        check("192.0.2.1:80", Exposure::Loopback, false);
        check("0.0.0.0:0", Exposure::AnyInterface, true);
    }

    #[test]
    fn pages_from_elsewhere_are_refused() {
        fn check(exposure: Exposure, host: Option<&str>, origin: Option<&str>, expected: Option<&str>) {
            let mut headers = HeaderMap::new();
            for (name, value) in [(HOST, host), (ORIGIN, origin)] {
                headers.extend(value.map(|value| (name, HeaderValue::from_bytes(value.as_bytes()).unwrap())));
            }
            let refusal = exposure.refusal(&headers);
            let as_expected = match (expected, &refusal) {
                (Some(part), Some(text)) => text.contains(part),
                (expected, found) => expected.is_none() && found.is_none(),
            };
            assert!(as_expected, "{exposure:?} {host:?} {origin:?}: {refusal:?}");
        }
        use Exposure::{AnyInterface, Loopback};
        for host in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "[::1]:8080",
            "192.0.2.7:80",
            "localhost:8080",
            "LOCALHOST",
            "emulator:8080",
            "a.localhost:1",
            "localhost.",
        ] {
            check(Loopback, Some(host), None, None);
            check(Loopback, Some(host), Some(&format!("http://{host}")), None);
            check(Loopback, Some(host), Some("https://example.com"), Some("pages of \"https://example.com\""));
            check(Loopback, Some(host), Some("null"), Some("pages of \"null\""));
        }
        check(Loopback, None, None, None);
        check(Loopback, None, Some("http://127.0.0.1"), Some("pages of"));
        check(Loopback, Some("127.0.0.1:8080"), Some("http://127.0.0.1:8081"), Some("pages of"));
        for host in ["example.com:8080", "127.0.0.1.example.com", "localhost.example.com", "\u{e9}", "a b", ""] {
            check(Loopback, Some(host), None, Some("does not answer to the host"));
        }
        check(Loopback, Some("example.com"), Some("http://example.com"), Some("does not answer to the host"));
        check(AnyInterface, Some("emulator.example.com"), None, None);
        check(AnyInterface, Some("emulator.example.com"), Some("https://EMULATOR.example.com"), None);
        check(AnyInterface, Some("emulator.example.com"), Some("https://example.com"), Some("pages of"));
    }
}
