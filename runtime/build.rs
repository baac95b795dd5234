//! Builds the Wasm runtime beside the native one, with the metadata hash that wallets check.

fn main() {
    #[cfg(feature = "std")]
    substrate_wasm_builder::WasmBuilder::init_with_defaults().enable_metadata_hash("CNDR", 12).build();
}
