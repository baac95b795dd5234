//! The Wasm runtime asks for nothing but Substrate's own host functions, so every tool of the ecosystem can run it.

use parity_wasm::elements::{External, Module};
use sp_wasm_interface::HostFunctions;

#[test]
fn wasm_should_import_only_substrate_host_functions() {
    let wasm = candor_runtime::WASM_BINARY.expect("the runtime was built without SKIP_WASM_BUILD");
    let wasm = sp_maybe_compressed_blob::decompress(wasm, 64 * 1024 * 1024).expect("a runtime");
    let module = Module::from_bytes(&wasm[..]).expect("valid Wasm");
    let known: Vec<&str> = sp_io::SubstrateHostFunctions::host_functions().iter().map(|f| f.name()).collect();
    let imports = module.import_section().expect("imports");
    let functions: Vec<&str> = imports
        .entries()
        .iter()
        .filter(|import| matches!(import.external(), External::Function(_)))
        .map(|import| import.field())
        .collect();
    assert!(functions.len() > 10, "the runtime does import host functions");
    for name in functions {
        assert!(known.contains(&name), "custom host function {name}");
    }
}
