//! A state of a chain, upgraded and looked at: `CANDOR_STATE` names a file with all its pairs, as the node's RPC
//! `state_getPairs` gives them.

use crate::{chain::check_invariants, release::upgrade};
use candor_runtime::{Balances, Runtime, System, VERSION};
use sp_core::storage::Storage;

fn given() -> Storage {
    let file = std::env::var("CANDOR_STATE").expect("CANDOR_STATE names a file");
    let pairs = std::fs::read(file).expect("a file");
    let pairs: Vec<(String, String)> = serde_json::from_slice(&pairs).expect("pairs of keys and values");
    let bytes = |text: String| hex::decode(text.trim_start_matches("0x")).expect("hex");
    let top = pairs.into_iter().map(|(key, value)| (bytes(key), bytes(value))).collect();
    Storage { top, children_default: Default::default() }
}

#[test]
#[ignore = "needs CANDOR_STATE"]
fn state_should_be_clean_when_it_is_upgraded() {
    sp_io::TestExternalities::new(given()).execute_with(|| {
        let issued = Balances::total_issuance();
        let last = frame_system::LastRuntimeUpgrade::<Runtime>::get().expect("a chain that has run");
        println!("block {}, runtime {} -> {}", System::block_number(), last.spec_version.0, VERSION.spec_version);
        if last.was_upgraded(&VERSION) {
            #[cfg(feature = "try-runtime")]
            candor_runtime::Executive::try_runtime_upgrade(frame_try_runtime::UpgradeCheckSelect::All).expect("clean");
            upgrade();
        }
        check_invariants();
        let accounts = frame_system::Account::<Runtime>::iter_values();
        let owned: u128 = accounts.map(|account| account.data.free + account.data.reserved).sum();
        assert_eq!(owned, Balances::total_issuance(), "all money belongs to somebody");
        assert_eq!(Balances::total_issuance(), issued, "an upgrade makes and burns none");
    });
}
