//! The chains that this node knows by name.

use candor_runtime::{SS58_PREFIX, WASM_BINARY};
use sc_chain_spec::ChainSpecExtension;
use sc_service::{config::MultiaddrWithPeerId, ChainType, Properties};
use sc_sync_state_rpc::LightSyncStateExtension;
use serde::{Deserialize, Serialize};

/// Symbol of the chain's token, as wallets show it.
pub const TOKEN_SYMBOL: &str = "CNDR";

/// Decimals of the chain's token: 1 CNDR is 10^12 of the smallest unit.
pub const TOKEN_DECIMALS: u8 = 12;

/// Preset of the runtime's genesis for a chain with one validator.
const DEVELOPMENT_PRESET: &str = "development";

/// Preset of the runtime's genesis for a chain with four validators.
const LOCAL_TESTNET_PRESET: &str = "local_testnet";

/// What a specification of Candor has beside what all specifications have.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Checkpoint from which light clients start; `sync_state_genSyncSpec` of a running node fills it in.
    pub light_sync_state: LightSyncStateExtension,
}

/// A chain specification of Candor.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// The chain `dev`: Alice alone authors and finalises.
pub fn development() -> Result<ChainSpec, String> {
    build("Candor Development", "candor_dev", ChainType::Development, DEVELOPMENT_PRESET)
}

/// The chain `local`: Alice, Bob, Charlie and Dave author and finalise.
pub fn local_testnet() -> Result<ChainSpec, String> {
    build("Candor Local Testnet", "candor_local", ChainType::Local, LOCAL_TESTNET_PRESET)
}

/// The chain of a genesis patch.
pub fn with_patch(
    name: &str,
    id: &str,
    chain_type: ChainType,
    boot_nodes: Vec<MultiaddrWithPeerId>,
    patch: serde_json::Value,
) -> Result<ChainSpec, String> {
    Ok(ChainSpec::builder(code()?, Extensions::default())
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id(id)
        .with_boot_nodes(boot_nodes)
        .with_genesis_config_patch(patch)
        .with_properties(properties())
        .build())
}

fn code() -> Result<&'static [u8], String> {
    WASM_BINARY
        .ok_or_else(|| "this node was built without its Wasm runtime: build it again with SKIP_WASM_BUILD unset".into())
}

fn build(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec, String> {
    Ok(ChainSpec::builder(code()?, Extensions::default())
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id(id)
        .with_genesis_config_preset_name(preset)
        .with_properties(properties())
        .build())
}

/// What wallets need to show amounts and addresses.
fn properties() -> Properties {
    let mut properties = Properties::new();
    properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
    properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
    properties.insert("ss58Format".into(), SS58_PREFIX.into());
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_service::ChainSpec as _;
    use sp_runtime::BuildStorage;

    #[test]
    fn specs_should_name_token_and_prefix_when_read_by_a_wallet() {
        for spec in [development().unwrap(), local_testnet().unwrap()] {
            let properties = spec.properties();
            assert_eq!(properties.get("tokenSymbol").and_then(|v| v.as_str()), Some("CNDR"));
            assert_eq!(properties.get("tokenDecimals").and_then(|v| v.as_u64()), Some(12));
            assert_eq!(properties.get("ss58Format").and_then(|v| v.as_u64()), Some(2609));
        }
    }

    #[test]
    fn specs_should_build_their_genesis_when_the_preset_is_known() {
        for (spec, id) in [(development().unwrap(), "candor_dev"), (local_testnet().unwrap(), "candor_local")] {
            assert_eq!(spec.id(), id);
            let storage = spec.build_storage().unwrap();
            assert!(storage.top.contains_key(sp_core::storage::well_known_keys::CODE));
        }
    }

    #[test]
    fn checkpoints_should_be_kept_when_a_specification_has_one() {
        let json = development().unwrap().as_json(false).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(json["lightSyncState"].is_null());
        json["lightSyncState"] = serde_json::json!({ "finalizedBlockHeader": "0x00" });
        let read = ChainSpec::from_json_bytes(json.to_string().into_bytes()).unwrap();
        let written: serde_json::Value = serde_json::from_str(&read.as_json(false).unwrap()).unwrap();
        assert_eq!(written["lightSyncState"], json["lightSyncState"]);
        // Specifications of before have no such field.
        json.as_object_mut().unwrap().remove("lightSyncState");
        assert!(ChainSpec::from_json_bytes(json.to_string().into_bytes()).is_ok());
    }

    #[test]
    fn specs_should_survive_a_round_trip_when_exported() {
        let json = development().unwrap().as_json(false).unwrap();
        let read = ChainSpec::from_json_bytes(json.into_bytes()).unwrap();
        assert_eq!(read.id(), "candor_dev");
        assert_eq!(read.chain_type(), ChainType::Development);
    }
}
