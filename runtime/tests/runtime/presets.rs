//! Genesis states.

use candor_runtime::presets;

#[test]
fn presets_should_build_a_genesis_when_named() {
    for id in presets::preset_names() {
        let patch = presets::get_preset(&id).expect("a preset behind each name");
        let patch: serde_json::Value = serde_json::from_slice(&patch).expect("json");
        let validators = patch["session"]["keys"].as_array().expect("keys").len();
        let expected = match id.as_ref() {
            presets::LOCAL_TESTNET => 4,
            presets::STAGING => 0,
            _ => 1,
        };
        assert_eq!(validators, expected);
        assert_eq!(patch["validators"]["validators"].as_array().expect("stakes").len(), validators);
    }
    assert!(presets::get_preset(&"mainnet".into()).is_none());
}

#[test]
fn staging_should_have_no_well_known_keys_and_no_sudo_when_read() {
    let patch = presets::get_preset(&presets::STAGING.into()).expect("it is a preset");
    let patch: serde_json::Value = serde_json::from_slice(&patch).expect("json");
    assert!(patch["sudo"]["key"].is_null());
    let text = patch.to_string();
    for who in sp_keyring::Sr25519Keyring::well_known() {
        assert!(!text.contains(&who.to_account_id().to_string()), "{who:?}");
    }
}
