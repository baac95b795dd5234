use super::{governance, happenings, look, validators, ChainMetrics};
use candor_primitives::{AccountId, Balance};
use candor_runtime::{
    configs::{AuditPot, CanaryPot, TreasuryAccount, BABE_GENESIS_EPOCH_CONFIG},
    opaque::SessionKeys,
    BabeConfig, BalancesConfig, Runtime, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin, SessionConfig, System,
    Validators, ValidatorsConfig, CNDR, VERSION,
};
use pallet_validators::{Authored, Event, Missed};
use prometheus_endpoint::{prometheus::TextEncoder, Registry};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{BuildStorage, Perbill};

/// Keys that sign, by the accounts that stake, and how much in CNDR.
const FOUNDERS: [(Sr25519Keyring, Sr25519Keyring, Ed25519Keyring, Balance); 4] = [
    (Sr25519Keyring::Alice, Sr25519Keyring::AliceStash, Ed25519Keyring::Alice, 4_000),
    (Sr25519Keyring::Bob, Sr25519Keyring::BobStash, Ed25519Keyring::Bob, 3_000),
    (Sr25519Keyring::Charlie, Sr25519Keyring::CharlieStash, Ed25519Keyring::Charlie, 2_000),
    (Sr25519Keyring::Dave, Sr25519Keyring::DaveStash, Ed25519Keyring::Dave, 1_000),
];

fn account(who: Sr25519Keyring) -> AccountId {
    who.to_account_id()
}

/// A chain of four validators, in its first block.
fn chain(test: impl FnOnce()) {
    let keys = FOUNDERS.map(|(sr, stash, ed, _)| {
        let keys = SessionKeys {
            babe: sr.public().into(),
            grandpa: ed.public().into(),
            authority_discovery: sr.public().into(),
        };
        (account(stash), account(stash), keys)
    });
    let pots = [TreasuryAccount::get(), AuditPot::get(), CanaryPot::get()];
    let accounts = Sr25519Keyring::well_known().map(|who| who.to_account_id()).chain(pots);
    let genesis = RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: accounts.map(|who| (who, 1_000_000 * CNDR)).collect(),
            ..Default::default()
        },
        babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG, ..Default::default() },
        session: SessionConfig { keys: keys.into(), ..Default::default() },
        validators: ValidatorsConfig {
            validators: FOUNDERS.map(|(_, stash, _, stake)| (account(stash), stake * CNDR)).into(),
            ..Default::default()
        },
        ..Default::default()
    };
    sp_io::TestExternalities::new(genesis.build_storage().unwrap()).execute_with(|| {
        System::set_block_number(1);
        test();
    });
}

/// The value of a metric as Prometheus reads it.
fn value(registry: &Registry, metric: &str) -> f64 {
    let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    let line = text.lines().find(|line| line.rsplit_once(' ').is_some_and(|(name, _)| name == metric));
    let line = line.unwrap_or_else(|| panic!("{metric} is not in\n{text}"));
    line.rsplit_once(' ').unwrap().1.parse().unwrap()
}

/// What is shown to a node with these keys in its keystore.
fn shown(keys: &[Sr25519Keyring]) -> Registry {
    let registry = Registry::new();
    let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
    validators::Gauges::register(&registry).unwrap().set(&validators::read(&keys));
    registry
}

fn own(registry: &Registry) -> [f64; 4] {
    ["validating", "waiting", "chilled", "absent"]
        .map(|state| value(registry, &format!("candor_own_validators{{state=\"{state}\"}}")))
}

fn planck(cndr: Balance) -> f64 {
    (cndr * CNDR) as f64
}

#[test]
fn set_and_stake_should_be_those_of_the_chain_when_all_candidates_validate() {
    chain(|| {
        let found = shown(&[]);
        assert_eq!(value(&found, "candor_validators"), 4.0);
        assert_eq!(value(&found, "candor_validator_seats"), 21.0);
        assert_eq!(value(&found, "candor_validator_candidates{state=\"standing\"}"), 4.0);
        let stake =
            ["all", "least", "next"].map(|of| value(&found, &format!("candor_validator_stake_planck{{of=\"{of}\"}}")));
        assert_eq!(stake, [planck(10_000), planck(1_000), 0.0]);
        assert_eq!(value(&found, "candor_fees_waiting_planck"), 0.0);
        assert_eq!(own(&found), [0.0; 4], "a node without keys has no validator");
    });
}

#[test]
fn own_validator_should_be_the_one_whose_keys_are_here_when_others_validate_too() {
    chain(|| {
        let found = shown(&[Sr25519Keyring::Bob, Sr25519Keyring::Eve]);
        assert_eq!(own(&found), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(value(&found, "candor_own_validator_stake_planck"), planck(3_000));
    });
}

#[test]
fn own_validator_should_be_shown_as_waiting_when_it_is_out_of_the_set() {
    chain(|| {
        let most = FOUNDERS.iter().take(3).map(|(_, stash, ..)| account(*stash)).collect::<Vec<_>>();
        pallet_session::Validators::<Runtime>::put(most);
        let found = shown(&[Sr25519Keyring::Dave]);
        assert_eq!(own(&found), [0.0, 1.0, 0.0, 0.0]);
        let stake = ["least", "next"].map(|of| value(&found, &format!("candor_validator_stake_planck{{of=\"{of}\"}}")));
        assert_eq!(stake, [planck(2_000), planck(1_000)]);
    });
}

#[test]
fn own_validator_should_be_shown_as_chilled_or_absent_when_it_stands_no_more() {
    chain(|| {
        let dave = || RuntimeOrigin::signed(account(Sr25519Keyring::DaveStash));
        Validators::chill(dave()).unwrap();
        let found = shown(&[Sr25519Keyring::Dave]);
        assert_eq!(own(&found), [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(value(&found, "candor_validator_candidates{state=\"chilled\"}"), 1.0);
        Validators::leave(dave()).unwrap();
        assert_eq!(own(&shown(&[Sr25519Keyring::Dave])), [0.0, 0.0, 0.0, 1.0]);
    });
}

#[test]
fn missed_blocks_should_be_what_the_chain_would_count_when_the_session_ended_now() {
    chain(|| {
        let (alice, bob) = (account(Sr25519Keyring::AliceStash), account(Sr25519Keyring::BobStash));
        let missed = || value(&shown(&[Sr25519Keyring::Alice]), "candor_own_validator_missed_blocks");
        assert_eq!(missed(), 0.0);
        // Nine blocks of others are two for each of four validators; three are left of the session before.
        Authored::<Runtime>::insert(&bob, 9);
        Missed::<Runtime>::insert(&alice, 3);
        assert_eq!(missed(), 5.0);
        Authored::<Runtime>::insert(&alice, 1);
        assert_eq!(missed(), 0.0, "one block of its own is enough");
        Authored::<Runtime>::remove(&alice);
        Validators::chill(RuntimeOrigin::signed(alice.clone())).unwrap();
        assert_eq!(missed(), 0.0, "nobody expects blocks of a validator that is chilled");
    });
}

#[test]
fn offences_and_pay_should_be_counted_when_blocks_tell_of_them() {
    chain(|| {
        let validator = account(Sr25519Keyring::AliceStash);
        let pool = validator.clone();
        let fraction = Perbill::from_percent(1);
        for event in [
            Event::Paid { validator: validator.clone(), amount: 7, stakers: 2, minted: 3 },
            Event::Offline { validator: validator.clone(), expected: 20, penalty: 5 },
            Event::Offended { validator, session: 0, fraction, slash: 11 },
        ] {
            System::deposit_event(RuntimeEvent::Validators(event));
        }
        let slashed = pallet_stake_pools::Event::Slashed {
            pool: pool.clone(),
            self_stake: 9,
            delegated: 2,
            missing: 0,
            compensated: 0,
            rewarded: 1,
            burned: 10,
        };
        System::deposit_event(RuntimeEvent::ValidatorPools(slashed));
        let penalised = pallet_stake_pools::Event::Penalised { pool, taken: 5, missing: 0, burned: 0 };
        System::deposit_event(RuntimeEvent::ValidatorPools(penalised));
        let registry = Registry::new();
        happenings::Happenings::register(&registry).unwrap().count(happenings::read());
        for (metric, expected) in [
            ("candor_validator_paid_planck_total{source=\"fees\"}", 4.0),
            ("candor_validator_paid_planck_total{source=\"minted\"}", 3.0),
            ("candor_validator_offline_total", 1.0),
            ("candor_validator_offences_total", 1.0),
            ("candor_validator_slashed_planck_total", 11.0),
            ("candor_validator_penalties_planck_total", 5.0),
            ("candor_slashed_planck_total", 0.0),
        ] {
            assert_eq!(value(&registry, metric), expected, "{metric}");
        }
    });
}

#[test]
fn upgrade_should_be_announced_when_root_authorised_it() {
    chain(|| {
        let registry = Registry::new();
        let gauges = governance::Gauges::register(&registry).unwrap();
        gauges.set(&governance::read());
        assert_eq!(value(&registry, "candor_upgrade_authorized"), 0.0);
        assert_eq!(value(&registry, "candor_referenda{state=\"deciding\"}"), 0.0);
        System::authorize_upgrade(RuntimeOrigin::root(), Default::default()).unwrap();
        gauges.set(&governance::read());
        assert_eq!(value(&registry, "candor_upgrade_authorized"), 1.0);
    });
}

#[test]
fn version_should_be_shown_and_nothing_else_when_the_chain_runs_another_runtime() {
    chain(|| {
        let registry = Registry::new();
        let metrics = ChainMetrics::register(&registry).unwrap();
        let of = |who: &str| value(&registry, &format!("candor_spec_version{{of=\"{who}\"}}"));
        let known = frame_system::LastRuntimeUpgradeInfo::from(VERSION);
        frame_system::LastRuntimeUpgrade::<Runtime>::put(known);
        metrics.show(look(&[]));
        assert_eq!(value(&registry, "candor_metrics_readable"), 1.0);
        assert_eq!((of("chain"), of("node")), (f64::from(VERSION.spec_version), f64::from(VERSION.spec_version)));
        let mut other = VERSION;
        other.spec_version += 1;
        frame_system::LastRuntimeUpgrade::<Runtime>::put(frame_system::LastRuntimeUpgradeInfo::from(other));
        metrics.show(look(&[]));
        assert_eq!(value(&registry, "candor_metrics_readable"), 0.0);
        assert_eq!((of("chain"), of("node")), (f64::from(VERSION.spec_version + 1), f64::from(VERSION.spec_version)));
    });
}
