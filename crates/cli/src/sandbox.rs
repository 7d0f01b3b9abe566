//! The emulator inside this process: [`Sandbox`].

use batchcast_emulator::{
    Emulator, SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
use batchcast_tim::usersig::{SdkAppId, SecretKey};
use batchcast_transport::endpoint::Endpoint;

use crate::args::Via;
use crate::failure::Failure;

/// An emulator on a free loopback port, for as long as this lives. Requests go to it over real HTTP.
#[derive(Debug)]
pub(crate) struct Sandbox(Emulator);

impl Sandbox {
    pub(crate) fn start(via: Via) -> Result<Self, Failure> {
        // The logs are for a running emulator's endpoints, which nobody can ask for here.
        let emulator = Emulator::builder().with_delivery_limit(0).with_request_limit(0).with_received_limit(0);
        let emulator = match via {
            Via::Feishu | Via::Tim => emulator,
            Via::Lark => emulator.with_lark(),
        };
        let emulator = emulator.start();
        emulator.map(Self).map_err(|error| Failure::other(format!("the sandbox could not be started: {error}")))
    }

    pub(crate) fn endpoint(&self) -> Result<Endpoint, Failure> {
        self.0.url().parse().map_err(Failure::other)
    }
}

/// The credentials of every emulator. They are public.
pub(crate) fn lark_credentials() -> batchcast_lark::Credentials {
    batchcast_lark::Credentials::custom_app(SANDBOX_APP_ID, SANDBOX_APP_SECRET)
}

/// The credentials of every emulator. They are public.
pub(crate) fn tim_credentials() -> Result<batchcast_tim::Credentials, Failure> {
    let sdkappid = u32::try_from(SANDBOX_TIM_SDKAPPID).map_err(Failure::other)?;
    let key = SecretKey::new(SANDBOX_TIM_KEY).map_err(Failure::other)?;
    batchcast_tim::Credentials::secret_key(SdkAppId::new(sdkappid), SANDBOX_TIM_IDENTIFIER, key).map_err(Failure::other)
}
