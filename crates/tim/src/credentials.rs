//! Who sends: an administrator of the app, by the app's key or by a UserSig that the caller already has.

use std::time::Duration;

use batchcast_transport::error::BuildError;
use batchcast_transport::exchange::{self, Issue, Token};
use batchcast_transport::operation::Verdict;
use batchcast_transport::time::Now;
use batchcast_transport::wire::{Request, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use crate::usersig::{
    BadUserSig, MIN_ADVISED_VALIDITY, SdkAppId, SecretKey, SignError, Signer, check_identifier, decode,
};

/// What need not be escaped in a query; `*` and the others are the alphabet of a UserSig.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'*');

/// A signature is renewed after a day or a little more: long enough for the vendor's advice, short enough to be worth
/// little when lost.
const VALIDITY: Duration = MIN_ADVISED_VALIDITY;

/// What authorizes an app's administrator. Neither the key nor a signature is ever shown, not by `Debug` either.
#[derive(Debug, Clone)]
pub struct Credentials {
    sdkappid: SdkAppId,
    identifier: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Key { signer: Signer, key: SecretKey },
    UserSig(Token),
}

impl Credentials {
    /// An administrator, by the app's SecretKey from the console. Signatures are made here, as they are needed.
    ///
    /// # Errors
    /// [`SignError`] where the identifier cannot be an account's.
    pub fn secret_key(
        sdkappid: impl Into<SdkAppId>,
        identifier: impl Into<String>,
        key: SecretKey,
    ) -> Result<Self, SignError> {
        let (sdkappid, identifier) = (sdkappid.into(), identifier.into());
        check_identifier(&identifier)?;
        let signer = Signer::new(sdkappid, key.clone());
        Ok(Self { sdkappid, identifier, kind: Kind::Key { signer, key } })
    }

    /// An administrator, by a UserSig that the caller already has. App and identifier are read from it. When it ends,
    /// calls fail for lack of permission: there is no other to be had.
    ///
    /// # Errors
    /// [`BadUserSig`] where it cannot be read; its text does not show it.
    pub fn usersig(usersig: impl Into<SecretString>) -> Result<Self, BadUserSig> {
        let usersig = usersig.into();
        let claims = decode(usersig.expose_secret())?;
        let token = Token::new(usersig, Some(claims.expires_at()));
        let (sdkappid, identifier) = (claims.sdkappid(), claims.identifier().to_owned());
        Ok(Self { sdkappid, identifier, kind: Kind::UserSig(token) })
    }

    /// The app.
    #[must_use]
    pub const fn sdkappid(&self) -> SdkAppId {
        self.sdkappid
    }

    /// The administrator's account.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.identifier
    }
}

impl exchange::Credentials for Credentials {
    fn issue(&self, now: Now) -> Result<Issue, BuildError> {
        match &self.kind {
            Kind::UserSig(token) => Ok(Issue::Given(token.clone())),
            Kind::Key { signer, .. } => {
                // A signature that replaces a refused one within the same second must be another one.
                let valid_for = VALIDITY + Duration::from_secs(fastrand::u64(0..3600));
                let sig = signer.sign(&self.identifier, now.unix, valid_for).map_err(BuildError::new)?;
                Ok(Issue::Made(Token::new(sig.secret().clone(), Some(sig.expires_at()))))
            }
        }
    }

    fn read(&self, response: &Response, _: Now) -> Verdict<Token> {
        // A signature is never asked for, so there is no answer to read.
        Verdict::failed(batchcast_transport::operation::without_code(response))
    }

    /// The whole query: who asks, the signature, and a fresh `random`, by which the vendor's support finds the request.
    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        let random = fastrand::u32(..);
        let escaped = |text| utf8_percent_encode(text, PLAIN);
        let uri = format!(
            "{}?sdkappid={}&identifier={}&usersig={}&random={random}&contenttype=json",
            request.uri(),
            self.sdkappid,
            escaped(&self.identifier),
            escaped(token.expose_secret()),
        );
        let uri = uri.parse().map_err(|_| BuildError::text("the signed address is not a valid one"))?;
        Ok(request.with_uri(uri).with_id(random.to_string()))
    }

    fn secrets(&self) -> Vec<&SecretString> {
        match &self.kind {
            Kind::Key { key, .. } => vec![key.secret()],
            Kind::UserSig(token) => vec![token.secret()],
        }
    }
}
