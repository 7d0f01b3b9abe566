//! Two hundred accounts and the vendor that knows half of them: [`Town`].

use std::collections::{BTreeMap, BTreeSet};

use batchcast_emulator::{
    Emulator, Fault, FaultPlan, FaultRule, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
use batchcast_model::{IdKind, Recipient};
use batchcast_tim::usersig::SecretKey;
use batchcast_tim::{ClientBuilder, Credentials, Region};

pub(crate) const SEND: &str = "/v4/openim/batchsendmsg";
pub(crate) const WITHDRAW: &str = "/v4/openim/admin_msgwithdraw";

/// So many accounts in a request, of which there are ten.
pub(crate) const IDS: usize = 20;

/// Those whom the vendor never takes: two of a request whose answer is lost, and one of another.
const NEVER: [usize; 3] = [25, 33, 70];

pub(crate) struct Town {
    pub(crate) emulator: Emulator,
    /// In their order.
    pub(crate) people: Vec<Recipient>,
}

impl Town {
    /// The answers to the second and the eighth request with a message are lost, and the fifth is never processed.
    pub(crate) fn new() -> Self {
        let rule =
            |fault, nth: &[u64]| FaultRule::new(fault).on_path(SEND).unwrap().on_nth(nth.iter().copied()).unwrap();
        let faults =
            FaultPlan::new().with_rule(rule(Fault::ResetAfter, &[2, 8])).with_rule(rule(Fault::ResetBefore, &[5]));
        let emulator = Emulator::builder().with_tim_imported_accounts_only().with_faults(faults).start().unwrap();
        let name = |n: usize| if NEVER.contains(&n) { format!("user{n}_invalid") } else { format!("user{n}") };
        Self { emulator, people: (0..10 * IDS).map(|n| account(&name(n))).collect() }
    }

    pub(crate) fn client(&self) -> ClientBuilder {
        client(&self.emulator)
    }

    /// Every other one, of whom the vendor knows from the beginning on.
    pub(crate) fn known(&self) -> Vec<Recipient> {
        let known = |(n, one): (usize, &Recipient)| (n % 2 == 0 && !NEVER.contains(&n)).then(|| one.clone());
        self.people.iter().enumerate().filter_map(known).collect()
    }

    pub(crate) fn unknown(&self) -> Vec<Recipient> {
        let known = self.known();
        self.people.iter().filter(|one| !known.contains(one)).cloned().collect()
    }

    pub(crate) fn never(&self) -> Vec<Recipient> {
        NEVER.iter().map(|n| self.people[*n].clone()).collect()
    }

    /// Whom the vendor has delivered to, each once.
    #[track_caller]
    pub(crate) fn delivered(&self) -> BTreeSet<String> {
        self.emulator.assert_nobody_twice();
        self.emulator.deliveries().into_iter().map(|delivery| delivery.id.to_string()).collect()
    }

    /// How many requests there were to each path.
    pub(crate) fn requests(&self, path: &str) -> usize {
        self.emulator.requests().iter().filter(|request| request.path == path).count()
    }

    /// Asserts that what is said of everybody, by id, is what the vendor knows: accepted are those whom it delivered to,
    /// and rejected all others, who are those of the request that was never processed and those whom it never takes.
    #[track_caller]
    pub(crate) fn has_delivered(&self, said: &BTreeMap<String, String>) {
        assert_eq!(said.len(), self.people.len());
        let delivered = self.delivered();
        for (id, state) in said {
            let expected = if delivered.contains(id) { "accepted" } else { "rejected" };
            assert_eq!(state, expected, "{id}");
        }
        let (lost, never) = (4 * IDS..5 * IDS, self.never());
        let missed =
            |(n, one): (usize, &Recipient)| (lost.contains(&n) || never.contains(one)).then(|| one.id().to_owned());
        let missed: BTreeSet<_> = self.people.iter().enumerate().filter_map(missed).collect();
        let others: BTreeSet<_> = self.people.iter().map(|one| one.id().to_owned()).collect();
        assert_eq!(others.difference(&delivered).cloned().collect::<BTreeSet<_>>(), missed);
    }
}

pub(crate) fn account(id: &str) -> Recipient {
    Recipient::new(IdKind::Account, id).unwrap()
}

/// A client of this emulator's administrator.
pub(crate) fn client(emulator: &Emulator) -> ClientBuilder {
    let sdkappid = u32::try_from(SANDBOX_TIM_SDKAPPID).unwrap();
    let key = SecretKey::new(SANDBOX_TIM_KEY).unwrap();
    let credentials = Credentials::secret_key(sdkappid, SANDBOX_TIM_IDENTIFIER, key).unwrap();
    ClientBuilder::new(Region::China, credentials).with_endpoint(emulator.url().parse().unwrap())
}
