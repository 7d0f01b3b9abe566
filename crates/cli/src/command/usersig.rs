//! `batchcast usersig`.

use std::io::{self, Read};
use std::time::Duration;

use batchcast_tim::usersig::{self, Signer};
use batchcast_transport::time::{Clock, SystemTimer};

use crate::args::{UserSigArgs, UserSigCommand};
use crate::config::{UserSigSettings, usersig_key, usersig_settings};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;

/// A UserSig has some 250 characters.
const LONGEST_INPUT: u64 = 100_000;

pub(crate) fn usersig(args: &UserSigArgs, output: &Output) -> Result<Exit, Failure> {
    let profile = args.profile.clone();
    match &args.command {
        UserSigCommand::Generate { identifier, valid_for } => {
            generate(usersig_settings(profile)?, identifier.as_deref(), *valid_for, output)
        }
        UserSigCommand::Inspect { usersig } => inspect(&usersig_key(profile)?, usersig, output),
    }
}

fn generate(
    settings: UserSigSettings,
    identifier: Option<&str>,
    valid_for: Duration,
    output: &Output,
) -> Result<Exit, Failure> {
    let (Some(sdkappid), Some(key)) = (settings.sdkappid, settings.key) else {
        return Err(Failure::credentials("there is no app, or no key, to sign with")
            .with_hint("set BATCHCAST_TIM_SDKAPPID and BATCHCAST_TIM_SECRET_KEY, each also as …_FILE"));
    };
    let Some(identifier) = identifier.or(settings.identifier.as_deref()) else {
        return Err(Failure::usage("whom is it for?").with_hint("give --identifier or set BATCHCAST_TIM_IDENTIFIER"));
    };
    let now = SystemTimer::new().now().unix;
    let sig = Signer::new(sdkappid, key).sign(identifier, now, valid_for).map_err(Failure::input)?;
    output.generated(sig.expose(), sig.expires_at());
    Ok(Exit::Done)
}

fn inspect(settings: &UserSigSettings, text: &str, output: &Output) -> Result<Exit, Failure> {
    let mut from_stdin = String::new();
    let text = match text {
        "-" => {
            io::stdin().take(LONGEST_INPUT).read_to_string(&mut from_stdin).map_err(Failure::input)?;
            from_stdin.trim()
        }
        text => text,
    };
    let claims = usersig::decode(text).map_err(Failure::input)?;
    let signature_valid = settings.key.as_ref().map(|key| claims.verify_signature(key));
    output.inspected(&claims, claims.is_expired(SystemTimer::new().now().unix), signature_valid);
    Ok(Exit::Done)
}
