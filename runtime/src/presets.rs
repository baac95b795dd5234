//! Genesis states: `development` (one validator) and `local_testnet` (four), both with well-known keys and sudo; `staging`, with nobody's.

use crate::{
    configs::{AuditPot, CanaryPot, TreasuryAccount, BABE_GENESIS_EPOCH_CONFIG},
    opaque::SessionKeys,
    AccountId, BabeConfig, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig, SudoConfig, ValidatorsConfig,
    CNDR,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// Name of the preset with four validators.
pub const LOCAL_TESTNET: &str = "local_testnet";
/// Name of the preset without anybody: no accounts, no validators, no sudo. `candor-node new-spec` adds those of a chain's founders.
pub const STAGING: &str = "staging";

/// What every well-known account owns in the presets.
const ENDOWMENT: Balance = 1_000_000 * CNDR;
/// What validators stake of it.
const STAKE: Balance = 100_000 * CNDR;
/// What the pots of the protocol exist with on a chain without endowments.
const POT: Balance = CNDR;

/// A validator of the first day.
#[derive(Clone, Debug)]
pub struct Founder {
    /// The account that stakes.
    pub account: AccountId,
    /// Its stake, in planck.
    pub stake: Balance,
    /// What its node signs with.
    pub keys: SessionKeys,
}

/// Who and what a chain begins with.
#[derive(Clone, Debug, Default)]
pub struct Founding {
    /// Accounts and what they own, stakes included, in planck.
    pub balances: Vec<(AccountId, Balance)>,
    /// The validators.
    pub validators: Vec<Founder>,
    /// Who may do everything until it gives that up; nobody on a chain that governs itself from the first day.
    pub sudo: Option<AccountId>,
}

/// The genesis patch of a chain.
pub fn genesis(founding: Founding) -> Value {
    let Founding { balances, validators, sudo } = founding;
    let keys = |one: &Founder| (one.account.clone(), one.account.clone(), one.keys.clone());
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
        session: SessionConfig { keys: validators.iter().map(keys).collect::<Vec<_>>() },
        validators: ValidatorsConfig {
            validators: validators.into_iter().map(|one| (one.account, one.stake)).collect::<Vec<_>>(),
        },
        sudo: SudoConfig { key: sudo },
    })
}

/// Accounts of the protocol that must exist from the first day, with `amount` each.
pub fn pots(amount: Balance) -> Vec<(AccountId, Balance)> {
    vec![(TreasuryAccount::get(), amount), (AuditPot::get(), amount), (CanaryPot::get(), amount)]
}

/// A chain of well-known accounts: who stakes, and whose keys sign.
fn well_known(validators: &[(Sr25519Keyring, Sr25519Keyring, Ed25519Keyring)]) -> Value {
    let founder = |(stash, sr, ed): &(Sr25519Keyring, Sr25519Keyring, Ed25519Keyring)| Founder {
        account: stash.to_account_id(),
        stake: STAKE,
        keys: SessionKeys {
            babe: sr.public().into(),
            grandpa: ed.public().into(),
            authority_discovery: sr.public().into(),
        },
    };
    let accounts = Sr25519Keyring::well_known().map(|who| (who.to_account_id(), ENDOWMENT));
    genesis(Founding {
        balances: accounts.chain(pots(ENDOWMENT)).collect(),
        validators: validators.iter().map(founder).collect(),
        sudo: Some(Sr25519Keyring::Alice.to_account_id()),
    })
}

/// The genesis patch of a preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let all = [
        (Sr25519Keyring::AliceStash, Sr25519Keyring::Alice, Ed25519Keyring::Alice),
        (Sr25519Keyring::BobStash, Sr25519Keyring::Bob, Ed25519Keyring::Bob),
        (Sr25519Keyring::CharlieStash, Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
        (Sr25519Keyring::DaveStash, Sr25519Keyring::Dave, Ed25519Keyring::Dave),
    ];
    let patch = match id.as_ref() {
        sp_genesis_builder::DEV_RUNTIME_PRESET => well_known(&all[..1]),
        LOCAL_TESTNET => well_known(&all),
        STAGING => genesis(Founding { balances: pots(POT), ..Founding::default() }),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    [sp_genesis_builder::DEV_RUNTIME_PRESET, LOCAL_TESTNET, STAGING].map(PresetId::from).into()
}
