//! Genesis states.

use candor_runtime::presets;

#[test]
fn presets_should_build_a_genesis_when_named() {
    for id in presets::preset_names() {
        let patch = presets::get_preset(&id).expect("a preset behind each name");
        let patch: serde_json::Value = serde_json::from_slice(&patch).expect("json");
        let validators = patch["session"]["keys"].as_array().expect("keys").len();
        assert_eq!(validators, if id == presets::LOCAL_TESTNET { 3 } else { 1 });
    }
    assert!(presets::get_preset(&"mainnet".into()).is_none());
}
