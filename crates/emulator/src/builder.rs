//! How an emulator is set up.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::{BotAbility, Config};
use crate::deliveries::Provider;
use crate::directory::Directory;
use crate::emulator::Emulator;
use crate::exposure::Exposure;
use crate::faults::FaultPlan;
use crate::feishu::KeyRule;
use crate::limits::{RateLimits, ThrottledStatus};
use crate::server::{self, Served};
use crate::store_app::StoreApp;
use crate::tim::PartialShape;
use crate::tim::settings::signed;
use crate::world::World;

pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Sets up an emulator; see [`Emulator::builder`].
#[derive(Clone)]
#[must_use = "an emulator starts with `start` or `serve`"]
pub struct Builder {
    pub(crate) config: Config,
    listen: SocketAddr,
    exposure: Exposure,
    clock: Clock,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            config: Config::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            exposure: Exposure::Loopback,
            clock: Arc::new(wall_clock),
        }
    }

    /// The seed of message ids, tokens and log ids (default 0). The same seed and the same requests give the same
    /// ids.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.config.seed = seed;
        self
    }

    /// Plays Lark in place of Feishu: `provider` in the deliveries is `lark`.
    pub fn with_lark(mut self) -> Self {
        self.config.provider = Provider::Lark;
        self
    }

    /// The one custom app of Feishu or Lark that exists, in place of [`SANDBOX_APP_ID`](crate::SANDBOX_APP_ID) and
    /// [`SANDBOX_APP_SECRET`](crate::SANDBOX_APP_SECRET).
    pub fn with_credentials(mut self, app_id: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.config.app_id = app_id.into();
        self.config.app_secret = app_secret.into();
        self
    }

    /// The one store app of Feishu or Lark that exists, in place of the sandbox's ([`StoreApp::default`]).
    pub fn with_store_app(mut self, app: StoreApp) -> Self {
        self.config.store = app;
        self
    }

    /// Takes the bot away from the apps, so that they may send nothing (11205, 230006, 234007).
    pub fn without_bot(mut self) -> Self {
        self.config.bot = BotAbility::Missing;
        self
    }

    /// Who exists (default: every well-formed id does). `POST /_emulator/reset` comes back to this.
    pub fn with_directory(mut self, directory: Directory) -> Self {
        self.config.directory = directory;
        self
    }

    /// Which requests are hit by which fault (default: none). `POST /_emulator/reset` comes back to this.
    pub fn with_faults(mut self, plan: FaultPlan) -> Self {
        self.config.faults = plan;
        self
    }

    /// Refuses what comes too often, and what is beyond the daily quota (default: nothing is; a test that sends as
    /// fast as it can should not fail for that).
    pub fn with_rate_limits(mut self, limits: RateLimits) -> Self {
        self.config.rate_limits = Some(limits);
        self
    }

    /// Refuses with this status what comes too often, on Feishu and Lark; limits that were not set before are the
    /// documented ones.
    pub fn with_throttled_status(mut self, status: ThrottledStatus) -> Self {
        let limits = self.config.rate_limits.take().unwrap_or_default();
        self.config.rate_limits = Some(limits.with_throttled_status(status));
        self
    }

    /// Refuses messages with an image key that their app did not get from an upload (11227, in cards 11246 with
    /// 200570). Without this every key is good that is not empty and does not end in `_invalid`.
    pub fn with_uploaded_images_only(mut self) -> Self {
        self.config.image_keys = KeyRule::UploadedOnly;
        self
    }

    /// The share of those who got a Feishu or Lark message, or a TIM message that asks for a receipt, that read it, from
    /// the moment on that they got it:
    /// 0 (nobody, the default) to 1 (everybody), rounded to whole people; on TIM each with this chance, drawn from the message and the account. What is outside counts as 0 or 1.
    pub fn with_reads(mut self, share: f64) -> Self {
        self.config.reads = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self
    }

    /// How many are delivered a second, in the order accepted, for each of the two Feishu or Lark apps and for TIM
    /// (default: everything is delivered when it is accepted). Progress then grows, and `GET /_emulator/deliveries`
    /// has what was delivered by then.
    pub fn with_delivery_rate(mut self, a_second: NonZeroU32) -> Self {
        self.config.delivery_rate = Some(a_second);
        self
    }

    /// The time after their delivery over which those who read a message do so (default: none, they read it at once);
    /// see [`with_reads`](Self::with_reads).
    pub fn with_reads_over(mut self, time: Duration) -> Self {
        self.config.reads_over = signed(time);
        self
    }

    /// How long a message can be recalled, in place of a day on Lark and for ever on Feishu, where the tenant's
    /// administrator sets it.
    pub fn with_recall_window(mut self, window: Duration) -> Self {
        self.config.recall_window = Some(signed(window));
        self
    }

    /// The one TIM app that exists, its one administrator and its key, in place of
    /// [`SANDBOX_TIM_SDKAPPID`](crate::SANDBOX_TIM_SDKAPPID),
    /// [`SANDBOX_TIM_IDENTIFIER`](crate::SANDBOX_TIM_IDENTIFIER) and [`SANDBOX_TIM_KEY`](crate::SANDBOX_TIM_KEY). The
    /// key is used as text, not decoded from hexadecimal.
    pub fn with_tim_credentials(
        mut self,
        sdkappid: u64,
        identifier: impl Into<String>,
        key: impl Into<String>,
    ) -> Self {
        self.config.tim_sdkappid = sdkappid;
        self.config.tim_identifier = identifier.into();
        self.config.tim_key = key.into();
        self
    }

    /// How TIM answers when some of the recipients do not exist (default [`PartialShape::SomeError`]).
    pub fn with_tim_partial_shape(mut self, shape: PartialShape) -> Self {
        self.config.tim_partial_shape = shape;
        self
    }

    /// How many deliveries are kept (default 2,000,000). Older ones are counted, not kept. One takes 16 bytes and its id,
    /// and a message about 300, or 350 while it waits: two million deliveries are some 100 MB where messages have many recipients, and some
    /// 600 MB where each has one.
    ///
    /// As many again may wait ([`with_delivery_rate`](Self::with_delivery_rate)). Of what waits beyond that, the oldest
    /// deliveries are counted when they are due, also where they are recalled before, and their recipients are not kept.
    pub fn with_delivery_limit(mut self, limit: usize) -> Self {
        self.config.delivery_limit = limit;
        self
    }

    /// How many lines the request log keeps (default 1,000,000, some 150 bytes and the path each). Older ones are counted, not kept.
    pub fn with_request_limit(mut self, limit: usize) -> Self {
        self.config.request_limit = limit;
        self
    }

    /// How many requests are kept in full, body and headers (default 1,000; 0 for an emulator that runs long), and
    /// never more than 64 MiB of them.
    pub fn with_received_limit(mut self, limit: usize) -> Self {
        self.config.received_limit = limit;
        self
    }

    /// How many Feishu or Lark messages can be followed up, and how many uploaded images can be sent (default 200,000,
    /// about 240 bytes each). Older ones are not found.
    pub fn with_message_limit(mut self, limit: usize) -> Self {
        self.config.message_limit = limit;
        self
    }

    /// How many bytes of accepted requests are kept to show what messages say (default 32,000,000, approximately). The texts of older
    /// messages are not kept.
    pub fn with_text_limit(mut self, bytes: usize) -> Self {
        self.config.text_limit = bytes;
        self
    }

    /// Where [`start`](Self::start) listens (default `127.0.0.1:0`, a free port).
    pub fn with_listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Allows an address that other machines can reach. Without this only loopback is listened on.
    pub fn with_any_interface(mut self) -> Self {
        self.exposure = Exposure::AnyInterface;
        self
    }

    /// The clock that times requests and lets tokens expire (default: the system's, in microseconds).
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether it may listen there.
    ///
    /// # Errors
    ///
    /// When others than this machine can reach the address; see [`with_any_interface`](Self::with_any_interface).
    pub fn permit(&self, address: SocketAddr) -> io::Result<()> {
        self.exposure.permit(address)
    }

    /// The state alone, without a server: time is then an argument of [`World::handle`].
    pub fn world(self) -> World {
        World::new(self.config)
    }

    /// Listens, and serves on a thread of its own until the [`Emulator`] is dropped. Works from blocking and from
    /// async code.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on, is not loopback (see
    /// [`with_any_interface`](Self::with_any_interface)), or the thread cannot be started.
    pub fn start(self) -> io::Result<Emulator> {
        self.permit(self.listen)?;
        let listener = TcpListener::bind(self.listen)?;
        Emulator::spawn(listener, Served::new(World::new(self.config), self.clock, self.exposure))
    }

    /// Serves a listener on the caller's tokio runtime (IO and time enabled) until `shutdown` completes. Requests
    /// that are being answered then get five seconds.
    ///
    /// Nobody can ask for the requests in full here, so a long-lived server wants
    /// [`with_received_limit(0)`](Self::with_received_limit).
    ///
    /// # Errors
    ///
    /// When the listener is not on loopback (see [`with_any_interface`](Self::with_any_interface)) or cannot be used.
    pub async fn serve<F>(self, listener: TcpListener, shutdown: F) -> io::Result<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.permit(listener.local_addr()?)?;
        let served = Served::new(World::new(self.config), self.clock, self.exposure);
        server::serve(listener, Arc::new(served), server::GRACE, shutdown).await
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("listen", &self.listen)
            .field("exposure", &self.exposure)
            .finish_non_exhaustive()
    }
}

fn wall_clock() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_says_what_to_do() {
        let error = Builder::new().with_listen("0.0.0.0:0".parse().unwrap()).start().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("use 127.0.0.1"), "{error}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let builder = Builder::new().with_credentials("cli_a", "hush").with_tim_credentials(1, "admin", "hush");
        let builder = builder.with_store_app(StoreApp::new("cli_b", "hush").with_ticket("hush"));
        assert!(!format!("{builder:?} {:?}", builder.clone().world()).contains("hush"));
    }
}
