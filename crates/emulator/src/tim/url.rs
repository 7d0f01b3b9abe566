//! The parameters in the URL: `sdkappid`, `identifier`, `usersig`, `random` and `contenttype`.
//!
//! The document "RESTful API overview" (2024-08-06): names and values are case-sensitive, all are required.

use crate::query::Pairs;
use crate::tim::codes::{self, Refusal};

/// Who asks. Never shown: `usersig` is a credential.
pub(crate) struct Parameters {
    pub(crate) sdkappid: u64,
    pub(crate) identifier: String,
    pub(crate) usersig: String,
}

impl Parameters {
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
        let pairs = Pairs::split(query, decode).ok_or_else(|| codes::HTTP_PARSE.refusal())?;
        let value = |name: &str| pairs.value(name);
        let required = |name: &str| value(name).ok_or_else(|| codes::URL.because(format_args!("{name} is missing")));

        let sdkappid = value("sdkappid").ok_or_else(|| codes::NO_SDKAPPID.refusal())?;
        let sdkappid = sdkappid.parse().map_err(|_| codes::URL.because("sdkappid must be a number"))?;
        let identifier = required("identifier")?.to_owned();
        let usersig = required("usersig")?.to_owned();
        if required("contenttype")? != "json" {
            return Err(codes::URL.because("contenttype must be json"));
        }
        if value("random").is_none_or(|random| random.parse::<u32>().is_err()) {
            return Err(codes::HTTP_PARSE.refusal());
        }
        Ok(Self { sdkappid, identifier, usersig })
    }
}

/// Percent-decoding, with `+` for a space as in forms.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b'%' => {
                let digits = after.get(..2)?;
                decoded.push(hex(digits[0])? << 4 | hex(digits[1])?);
                &after[2..]
            }
            b'+' => {
                decoded.push(b' ');
                after
            }
            other => {
                decoded.push(other);
                after
            }
        };
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SEND_PATH, Sandbox, Signer, TO_TWO, uri};

    /// The URL that works, with one text in it replaced by another.
    fn check(from: &str, to: &str, code: i64, info: &str) {
        let mut sandbox = Sandbox::new();
        let uri = sandbox.uri().replacen(from, to, 1);
        let reply = sandbox.request("POST", &uri, TO_TWO);
        let shown = format!("{from} -> {to}: {}", reply.text);
        assert_eq!(reply.status, 200, "{shown}");
        assert_eq!(reply.json()["ErrorCode"], code, "{shown}");
        assert_eq!(reply.json()["ErrorInfo"], info, "{shown}");
        assert_eq!(sandbox.world.deliveries().is_empty(), code != 0, "{shown}");
    }

    const WRONG: &str =
        "Server-side REST API call SDKAppID, Identifier, UserSig, or ContentType error, please check URL parameter";

    #[test]
    fn what_is_missing_or_malformed() {
        check("sdkappid=1400000000&", "", 60012, "The RESTful API requires the SDKAppID.");
        check("sdkappid=1400000000", "sdkappid=", 60012, "The RESTful API requires the SDKAppID.");
        check("sdkappid=", "sdkAppid=", 60012, "The RESTful API requires the SDKAppID.");
        check("sdkappid=1400000000", "sdkappid=x", 60025, &format!("{WRONG}: sdkappid must be a number"));
        check("sdkappid=1400000000", "sdkappid=-1", 60025, &format!("{WRONG}: sdkappid must be a number"));
        check("identifier=administrator", "", 60025, &format!("{WRONG}: identifier is missing"));
        check("identifier=administrator", "identifier=", 60025, &format!("{WRONG}: identifier is missing"));
        check("&usersig=", "&signature=", 60025, &format!("{WRONG}: usersig is missing"));
        check("&usersig=", "&usersig=&old=", 60025, &format!("{WRONG}: usersig is missing"));
        check("&contenttype=json", "", 60025, &format!("{WRONG}: contenttype is missing"));
        check("contenttype=json", "contenttype=xml", 60025, &format!("{WRONG}: contenttype must be json"));
        check("contenttype=json", "contenttype=JSON", 60025, &format!("{WRONG}: contenttype must be json"));
        check("&random=99999999", "", 60002, "HTTP parse Error");
        check("random=99999999", "random=", 60002, "HTTP parse Error");
        check("random=99999999", "random=4294967296", 60002, "HTTP parse Error");
        check("random=99999999", "random=-1", 60002, "HTTP parse Error");
        check("identifier=administrator", "identifier=%", 60002, "HTTP parse Error");
        check("identifier=administrator", "identifier=%4", 60002, "HTTP parse Error");
        check("identifier=administrator", "identifier=%+1", 60002, "HTTP parse Error");
        check("identifier=administrator", "identifier=%FF", 60002, "HTTP parse Error");
    }

    #[test]
    fn what_passes() {
        check("random=99999999", "random=4294967295", 0, "");
        check("random=99999999", "random=0", 0, "");
        check("identifier=administrator", "identifier=%61dministrator", 0, "");
        check("&contenttype", "&apn=1&&x&contenttype", 0, "");
        check("identifier=administrator", "identifier=administrator&identifier=other", 0, "");
    }

    #[test]
    fn a_space_is_a_plus_or_percent_20() {
        let builder = crate::Emulator::builder().with_tim_credentials(1_400_000_000, "a b", "sandbox-key");
        let usersig = Signer { identifier: "a b", ..Signer::default() }.sign();
        for identifier in ["a+b", "a%20b"] {
            let mut sandbox = Sandbox::from(builder.clone().world());
            let reply = sandbox.request("POST", &uri(1_400_000_000, identifier, &usersig), TO_TWO);
            assert_eq!(reply.json()["ErrorCode"], 0, "{identifier}: {}", reply.text);
        }
    }

    #[test]
    fn a_url_without_a_query_lacks_the_sdkappid() {
        let mut sandbox = Sandbox::new();
        assert_eq!(sandbox.request("POST", SEND_PATH, TO_TWO).json()["ErrorCode"], 60012);
        assert_eq!(sandbox.request("POST", &format!("{SEND_PATH}?"), TO_TWO).json()["ErrorCode"], 60012);
    }
}
