//! A chain without a node: blocks with BABE digests and timestamps, transactions as wallets sign them.

use candor_primitives::{
    release::*, tensor::*, traits::WorkSource, worker::WorkDone, AccountId, Balance, DType, HostBlake2b, JobId,
    Outcome, Payload, Receipt, ReleaseId, WorkerSignature,
};
use candor_runtime::{
    configs::*, AmdAttestations, Audits, Babe, BabeConfig, Balances, BalancesConfig, Challenges, Executive, Header,
    Hosts, IntelAttestations, Jobs, Models, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, SessionConfig,
    Sessions, SignedPayload, StakePools, SudoConfig, System, TxExtension, UncheckedExtrinsic, ValidatorPools,
    Validators, ValidatorsConfig, CNDR, MILLI, SLOT_MS,
};
use codec::Encode;
use frame_support::traits::fungible::InspectHold;
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_consensus_babe::{
    digests::{PreDigest, SecondaryPlainPreDigest},
    BABE_ENGINE_ID,
};
use sp_core::{sr25519, storage::Storage, Pair, H256};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{
    generic::{Digest, DigestItem, Era},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError},
    ApplyExtrinsicResult, BuildStorage, ExtrinsicInclusionMode, MultiSignature,
};
use std::{collections::BTreeMap, sync::Mutex};

pub use sp_keyring::Sr25519Keyring::{Alice, AliceStash, Bob, Charlie, Dave, Eve, Ferdie};

/// What the host of [`Chain::market`] asks for a call, and for a unit.
pub const PER_CALL: Balance = 100 * MILLI;
pub const PER_UNIT: Balance = MILLI;

/// A call about stake for hosts: validators' pools have the same calls.
pub type StakeCall = pallet_stake_pools::Call<Runtime>;

/// Pot of money outside any account's free balance.
pub fn total(who: &AccountId) -> Balance {
    Balances::free_balance(who) + Balances::total_balance_on_hold(who)
}

pub fn account(who: Sr25519Keyring) -> AccountId {
    who.to_account_id()
}

pub fn worker() -> sr25519::Pair {
    pair("//Ferdie//worker")
}

/// The pair behind a secret that is not one. Deriving it takes as long as many calls: each is derived once.
pub fn pair(secret: &str) -> sr25519::Pair {
    static PAIRS: Mutex<BTreeMap<String, sr25519::Pair>> = Mutex::new(BTreeMap::new());
    let mut pairs = PAIRS.lock().expect("nobody panics with it");
    if let Some(pair) = pairs.get(secret) {
        return pair.clone();
    }
    let pair = sr25519::Pair::from_string(secret, None).expect("a secret");
    pairs.insert(secret.into(), pair.clone());
    pair
}

/// A number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Run a test on a fresh chain, then check every invariant of our pallets. No unit of money is made or lost.
pub fn chain(test: impl FnOnce(&mut Chain)) {
    chain_with_burns(|| 0, test)
}

/// The same where money may be burned: `burned` says how much by the events of a block.
pub fn chain_with_burns(burned: fn() -> Balance, test: impl FnOnce(&mut Chain)) {
    sp_io::TestExternalities::new(genesis()).execute_with(|| {
        let mut chain = Chain::new(burned);
        test(&mut chain);
        chain.close();
        check_invariants();
    });
}

/// A chain of very many blocks, in parts: what a part changes goes into the state behind it. Else the root of each block, and what is
/// deleted, would be looked for among all that was ever changed.
pub struct LongChain(sp_io::TestExternalities);

impl LongChain {
    pub fn new() -> Self {
        Self(sp_io::TestExternalities::new(genesis()))
    }

    pub fn part<R>(&mut self, part: impl FnOnce() -> R) -> R {
        let result = self.0.execute_with(part);
        self.0.commit_all().expect("no storage transaction is open");
        result
    }
}

/// The first state of the chain of tests.
pub fn genesis() -> Storage {
    let genesis = RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|k| k.to_account_id())
                .chain([TreasuryAccount::get(), AuditPot::get(), CanaryPot::get()])
                .map(|who| (who, 1_000_000 * CNDR))
                .collect(),
            ..Default::default()
        },
        babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG, ..Default::default() },
        session: SessionConfig {
            keys: vec![(
                account(AliceStash),
                account(AliceStash),
                candor_runtime::opaque::SessionKeys {
                    babe: Alice.public().into(),
                    grandpa: Ed25519Keyring::Alice.public().into(),
                    authority_discovery: Alice.public().into(),
                },
            )],
            ..Default::default()
        },
        validators: ValidatorsConfig { validators: vec![(account(AliceStash), 100_000 * CNDR)], ..Default::default() },
        sudo: SudoConfig { key: Some(account(Alice)) },
        ..Default::default()
    };
    genesis.build_storage().expect("genesis")
}

pub fn check_invariants() {
    assert!(Models::do_try_state().is_ok(), "{:?}", Models::do_try_state());
    assert!(Hosts::do_try_state().is_ok(), "{:?}", Hosts::do_try_state());
    assert!(Jobs::do_try_state().is_ok(), "{:?}", Jobs::do_try_state());
    assert!(StakePools::do_try_state().is_ok(), "{:?}", StakePools::do_try_state());
    assert!(Audits::do_try_state().is_ok(), "{:?}", Audits::do_try_state());
    assert!(Challenges::do_try_state().is_ok(), "{:?}", Challenges::do_try_state());
    assert!(Sessions::do_try_state().is_ok(), "{:?}", Sessions::do_try_state());
    assert_eq!(ValidatorPools::do_try_state(), Ok(()));
    assert_eq!(Validators::do_try_state(), Ok(()));
    assert_eq!(IntelAttestations::do_try_state(), Ok(()));
    assert_eq!(AmdAttestations::do_try_state(), Ok(()));
}

pub struct Chain {
    parent: H256,
    number: u32,
    open: bool,
    /// What the open block may contain.
    pub mode: ExtrinsicInclusionMode,
    burned: fn() -> Balance,
    issued: Balance,
    /// Blocks between two checks of all invariants.
    check_every: u32,
}

impl Chain {
    /// A chain on the state that there is, which nothing was done to yet.
    pub fn new(burned: fn() -> Balance) -> Self {
        Self {
            parent: H256::repeat_byte(7),
            number: 0,
            open: false,
            mode: ExtrinsicInclusionMode::AllExtrinsics,
            burned,
            issued: Balances::total_issuance(),
            check_every: u32::try_from(setting("CANDOR_CHECK_EVERY", 1)).unwrap_or(u32::MAX).max(1),
        }
    }

    /// Begin the next block, with its inherents.
    pub fn block(&mut self) {
        self.close();
        self.number += 1;
        let slot = 1_000_000 + u64::from(self.number);
        let pre = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() });
        let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, pre.encode())] };
        self.mode = Executive::initialize_block(&Header {
            parent_hash: self.parent,
            number: self.number,
            state_root: Default::default(),
            extrinsics_root: Default::default(),
            digest,
        });
        let set = pallet_timestamp::Call::set { now: slot * SLOT_MS };
        Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(set.into())).expect("valid").expect("runs");
        self.open = true;
    }

    /// The same without looking at the invariants of the block before, where there is much to look at.
    pub fn block_unchecked(&mut self) {
        let every = std::mem::replace(&mut self.check_every, u32::MAX);
        self.block();
        self.check_every = every;
    }

    pub fn blocks(&mut self, count: u32) {
        (0..count).for_each(|_| self.block());
    }

    /// Begin the next block in which something is scheduled, `most` blocks ahead at most; those before it are left out.
    pub fn skip(&mut self, most: u32) {
        self.close();
        let agendas = pallet_scheduler::Agenda::<Runtime>::iter_keys();
        let ahead = agendas.filter_map(|at| at.checked_sub(self.number)).filter(|ahead| *ahead > 0).min();
        self.number += ahead.map_or(most, |ahead| ahead.min(most)) - 1;
        System::set_block_number(self.number);
        // The scheduler would go through the agendas of all blocks that it has not seen.
        pallet_scheduler::IncompleteSince::<Runtime>::put(self.number + 1);
        self.block();
        // The first block of a session counts as full: what is scheduled for it is done in the next one.
        if pallet_scheduler::Agenda::<Runtime>::contains_key(self.number) {
            self.block();
        }
    }

    /// Go on by so many blocks, without those in which nothing is scheduled.
    pub fn skip_all(&mut self, count: u32) {
        let end = self.number + count;
        while self.number < end {
            self.skip(end - self.number);
        }
    }

    /// End the block that is open: hooks run, invariants must hold.
    pub fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            let header = Executive::finalize_block();
            self.parent = header.hash();
            self.issued -= (self.burned)();
            assert_eq!(Balances::total_issuance(), self.issued, "money is conserved to the last unit");
            if self.number.is_multiple_of(self.check_every) {
                check_invariants();
            }
        }
    }

    /// Send a signed transaction.
    pub fn send(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> ApplyExtrinsicResult {
        let call = call.into();
        let nonce = System::account_nonce(account(who));
        let payload = SignedPayload::new(call, extension(nonce)).expect("a payload");
        let signature = payload.using_encoded(|bytes| pair(&who.to_seed()).sign(bytes));
        let (call, extension, _) = payload.deconstruct();
        let xt =
            UncheckedExtrinsic::new_signed(call, account(who).into(), MultiSignature::Sr25519(signature), extension);
        Executive::apply_extrinsic(xt)
    }

    /// Send a signed transaction that must succeed.
    #[track_caller]
    pub fn ok(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) {
        self.send(who, call).expect("valid").expect("succeeds");
    }

    /// The general transaction of a call that carries its own authorisation.
    pub fn authorised(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
        <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(call.into())
    }

    pub fn validate(xt: UncheckedExtrinsic) -> TransactionValidity {
        Executive::validate_transaction(TransactionSource::Local, xt, System::parent_hash())
    }

    pub fn events() -> Vec<RuntimeEvent> {
        System::read_events_no_consensus().map(|record| record.event).collect()
    }

    /// Dave publishes a model, Ferdie hosts it. Returns the release.
    pub fn market(&mut self) -> ReleaseId {
        self.block();
        let name: Name = b"doubler".to_vec().try_into().expect("short");
        self.ok(Dave, pallet_models::Call::create_repository { name, private: false });
        let version = pallet_models::Version { major: 1, minor: 0, patch: 0 };
        self.ok(Dave, pallet_models::Call::publish_release { repository: 0, version, spec: Box::new(release_spec()) });
        self.register(Ferdie, &worker());
        0
    }

    /// `who` registers as a host and offers release 0.
    #[track_caller]
    pub fn register(&mut self, who: Sr25519Keyring, worker: &sr25519::Pair) {
        assert!(self.try_register(who, worker), "{who} becomes a host");
    }

    /// The same, if it can.
    pub fn try_register(&mut self, who: Sr25519Keyring, worker: &sr25519::Pair) -> bool {
        let proof = worker.sign(&Hosts::bind_message(&account(who)));
        let registered = self.send(
            who,
            pallet_hosts::Call::register {
                worker: worker.public(),
                proof,
                endpoint: b"http://127.0.0.1:9955".to_vec().try_into().expect("short"),
                hardware: b"two cores".to_vec().try_into().expect("short"),
                stake: 10_000 * CNDR,
            },
        );
        let offered = self.send(
            who,
            pallet_hosts::Call::offer {
                release: 0,
                variant: release_spec().variants[0].root,
                price_per_call: PER_CALL,
                price_per_unit: PER_UNIT,
                capacity: 4,
            },
        );
        matches!((registered, offered), (Ok(Ok(_)), Ok(Ok(_))))
    }

    /// What an honest host's engine makes of an open job: outputs are twice the inputs.
    pub fn work(host: Sr25519Keyring, worker: &sr25519::Pair) -> Vec<(H256, WorkDone)> {
        let host = account(host);
        Jobs::pending(&host, 64)
            .into_iter()
            .map(|id| {
                let order = Jobs::order(&host, id).expect("an order behind each id");
                let Payload::Inline(inputs) = &order.input else { panic!("inline input") };
                let doubled = inputs[0]
                    .data
                    .chunks_exact(4)
                    .flat_map(|c| (2.0 * f32::from_le_bytes(c.try_into().expect("four bytes"))).to_le_bytes());
                let output = inline(doubled.collect());
                let receipt = Receipt { draft: order.draft, outcome: Outcome::Output(output.root::<HostBlake2b>()) };
                let signature = worker.sign(receipt.hash::<HostBlake2b>().as_bytes());
                (id, WorkDone { outcome: receipt.outcome, signature, output: Some(output) })
            })
            .collect()
    }

    /// Answer everything that `host` owes, as its off-chain worker does. Returns how many answers were included: the
    /// hooks of this block come first, and take away what nobody answered in time.
    pub fn answer_all(&mut self, host: Sr25519Keyring, worker: &sr25519::Pair) -> usize {
        let sign = |message: &[u8]| -> Option<WorkerSignature> { Some(worker.sign(message)) };
        let calls: Vec<_> = Self::work(host, worker)
            .into_iter()
            .filter_map(|(id, done)| Jobs::answer(&account(host), id, done, &sign))
            .collect();
        let included =
            calls.into_iter().filter(|call| match Executive::apply_extrinsic(Self::authorised(call.clone())) {
                Err(TransactionValidityError::Invalid(InvalidTransaction::Stale)) => false,
                applied => {
                    applied.expect("authorised").expect("accepted");
                    true
                },
            });
        included.count()
    }
}

fn extension(nonce: u32) -> TxExtension {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

/// One float32 tensor.
pub fn inline(data: Vec<u8>) -> Payload {
    let shape: Shape = vec![(data.len() / 4) as u32].try_into().expect("rank 1");
    let tensor = Tensor { dtype: DType::Float32, shape, data: data.try_into().expect("small") };
    Payload::Inline(vec![tensor].try_into().expect("one"))
}

/// `values` as input of the doubler.
pub fn input(values: &[f32]) -> Payload {
    inline(values.iter().flat_map(|v| v.to_le_bytes()).collect())
}

pub fn submit(values: &[f32]) -> pallet_jobs::Call<Runtime> {
    pallet_jobs::Call::submit { release: 0, input: input(values), max_fee: CNDR }
}

fn release_spec() -> ReleaseSpec {
    let name = |text: &str| -> Name { text.as_bytes().to_vec().try_into().expect("short") };
    let graph = H256::repeat_byte(3);
    let profile = H256::repeat_byte(4);
    let files = vec![FileSpec { path: b"model.onnx".to_vec().try_into().expect("short"), size: 1_000, root: graph }];
    let model_root = candor_commitments::model_root::<HostBlake2b>(files.iter().map(|f| (&f.path[..], f.root.0)));
    let judging = Judging {
        rules: 1,
        graph: H256::repeat_byte(5),
        weights: H256::repeat_byte(6),
        trace: 2,
        trace_bytes: 32_768,
        exact: true,
    };
    let tensor = |text: &str| TensorSpec {
        name: name(text),
        dtype: DType::Float32,
        shape: vec![Dim::Symbolic { name: name("n"), max: 32_768 }].try_into().expect("rank 1"),
        range: None,
    };
    ReleaseSpec {
        manifest_hash: H256::repeat_byte(1),
        model_root: H256(model_root),
        files: files.try_into().expect("one"),
        variants: vec![Variant {
            root: Variant::compute_root::<HostBlake2b>(&profile, &graph, &judging),
            profile,
            graph: 0,
            judging,
        }]
        .try_into()
        .expect("one"),
        inputs: vec![tensor("x")].try_into().expect("one"),
        outputs: vec![tensor("y")].try_into().expect("one"),
        units: UnitRule { dims: vec![name("n")].try_into().expect("one"), divisor: 1, reference: 4 },
        licence: name("MIT"),
        tags: Default::default(),
        royalty: sp_runtime::Permill::from_percent(5),
        source: b"http://127.0.0.1:9955/v1/store".to_vec().try_into().expect("short"),
    }
}

/// Latest job.
pub fn last_job() -> JobId {
    pallet_jobs::NextJobId::<Runtime>::get() - 1
}

/// Current slot, to show that blocks are BABE's.
pub fn slot() -> u64 {
    *Babe::current_slot()
}
