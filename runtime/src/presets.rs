//! Genesis states: `development` (one validator) and `local_testnet` (three), both with well-known keys and sudo.

use crate::{
    configs::{AuditPot, CanaryPot, TreasuryAccount, BABE_GENESIS_EPOCH_CONFIG},
    opaque::SessionKeys,
    AccountId, BabeConfig, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig, SudoConfig, CNDR,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// Name of the preset with three validators.
pub const LOCAL_TESTNET: &str = "local_testnet";

/// What every well-known account owns in the presets.
const ENDOWMENT: Balance = 1_000_000 * CNDR;

fn session_keys(sr: Sr25519Keyring, ed: Ed25519Keyring) -> SessionKeys {
    SessionKeys { babe: sr.public().into(), grandpa: ed.public().into(), authority_discovery: sr.public().into() }
}

fn preset(validators: Vec<(Sr25519Keyring, Ed25519Keyring)>) -> Value {
    let treasury: Vec<AccountId> = vec![TreasuryAccount::get(), AuditPot::get(), CanaryPot::get()];
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|k| k.to_account_id())
                .chain(treasury)
                .map(|who| (who, ENDOWMENT))
                .collect::<Vec<_>>(),
        },
        babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
        session: SessionConfig {
            keys: validators
                .into_iter()
                .map(|(sr, ed)| (sr.to_account_id(), sr.to_account_id(), session_keys(sr, ed)))
                .collect::<Vec<_>>(),
        },
        sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
    })
}

/// The genesis patch of a preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        sp_genesis_builder::DEV_RUNTIME_PRESET => preset(vec![(Sr25519Keyring::Alice, Ed25519Keyring::Alice)]),
        LOCAL_TESTNET => preset(vec![
            (Sr25519Keyring::Alice, Ed25519Keyring::Alice),
            (Sr25519Keyring::Bob, Ed25519Keyring::Bob),
            (Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
        ]),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET)]
}
