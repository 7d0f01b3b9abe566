//! The emulator inside this process: [`Sandbox`].

use batchcast_emulator::{Emulator, SANDBOX_APP_ID, SANDBOX_APP_SECRET};
use batchcast_lark::Credentials;
use batchcast_transport::endpoint::Endpoint;

use crate::args::Via;
use crate::failure::Failure;

/// An emulator on a free loopback port, for as long as this lives. Requests go to it over real HTTP.
#[derive(Debug)]
pub(crate) struct Sandbox(Emulator);

impl Sandbox {
    pub(crate) fn start(via: Via) -> Result<Self, Failure> {
        // The log of requests is for a running emulator's endpoints, which nobody can ask for here.
        let emulator = Emulator::builder().with_delivery_limit(0).with_request_limit(0).with_received_limit(0);
        let emulator = match via {
            Via::Feishu => emulator,
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
pub(crate) fn credentials() -> Credentials {
    Credentials::custom_app(SANDBOX_APP_ID, SANDBOX_APP_SECRET)
}
