//! The last release of the runtime as `runtime/releases` has it, run by the executor that nodes have.

use crate::metadata::Metadata;
use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sc_executor::{RuntimeVersion, WasmExecutor};
use serde_json::Value;
use sp_core::{
    storage::Storage,
    traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use std::{
    path::PathBuf,
    sync::{LazyLock, OnceLock},
};

/// Metadata of which version are compared: the newest one.
pub const METADATA_VERSION: u32 = 16;

/// A release.
pub struct Recorded {
    pub manifest: Value,
    pub wasm: Vec<u8>,
    // Compiles the Wasm once for all calls.
    executor: WasmExecutor<sp_io::SubstrateHostFunctions>,
    genesis: OnceLock<Storage>,
}

static LAST: LazyLock<Recorded> = LazyLock::new(|| {
    let spec = |manifest: &Value| manifest["spec_version"].as_u64();
    let manifest = std::fs::read_dir(folder())
        .expect("releases")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| json(&std::fs::read(path).expect("a file")))
        .filter(|file| spec(file).is_some())
        .max_by_key(spec)
        .expect("a release");
    let name = format!("v{}.wasm", spec(&manifest).expect("a version"));
    let wasm = std::fs::read(folder().join(name)).expect("the release's Wasm");
    Recorded { manifest, wasm, executor: WasmExecutor::builder().build(), genesis: OnceLock::new() }
});

impl Recorded {
    /// The last one.
    pub fn last() -> &'static Self {
        &LAST
    }

    pub fn plain(&self) -> Vec<u8> {
        sp_maybe_compressed_blob::decompress(&self.wasm, 64 * 1024 * 1024).expect("a runtime").into_owned()
    }

    /// Call one of its runtime APIs on an empty state.
    fn call<R: Decode>(&self, method: &str, arguments: impl Encode) -> R {
        let code = WrappedRuntimeCode(self.wasm.as_slice().into());
        let hash = sp_io::hashing::blake2_256(&self.wasm).to_vec();
        let runtime = RuntimeCode { code_fetcher: &code, heap_pages: None, hash };
        let mut state = sp_io::TestExternalities::default();
        let arguments = arguments.encode();
        let (result, _) = self.executor.call(&mut state.ext(), &runtime, method, &arguments, CallContext::Offchain);
        R::decode(&mut &result.expect("the release has this API")[..]).expect("SCALE")
    }

    pub fn version(&self) -> RuntimeVersion {
        self.call("Core_version", ())
    }

    pub fn metadata(&self) -> Metadata {
        let found: Option<Vec<u8>> = self.call("Metadata_metadata_at_version", METADATA_VERSION);
        decode(&found.expect("this version of metadata"))
    }

    /// Its genesis preset `development`.
    pub fn preset(&self) -> Value {
        let found: Option<Vec<u8>> = self.call("GenesisBuilder_get_preset", Some(development()));
        json(&found.expect("the preset"))
    }

    /// The development chain as it starts with this release.
    pub fn genesis(&self) -> Storage {
        let build = || {
            let caller = GenesisConfigBuilderRuntimeCaller::<()>::new(&self.wasm);
            caller.get_storage_for_named_preset(Some(&development())).expect("the preset's genesis")
        };
        self.genesis.get_or_init(build).clone()
    }
}

fn development() -> String {
    sp_genesis_builder::DEV_RUNTIME_PRESET.into()
}

/// Where releases lie.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("releases")
}

pub fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("json")
}

pub fn decode(mut metadata: &[u8]) -> Metadata {
    match RuntimeMetadataPrefixed::decode(&mut metadata).expect("metadata").1 {
        RuntimeMetadata::V16(metadata) => metadata,
        other => panic!("metadata {}", other.version()),
    }
}
