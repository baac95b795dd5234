//! ONNX Runtime's library: finding it, loading it once per process, opening sessions.

use ort::{
    environment::Environment,
    session::{
        builder::{GraphOptimizationLevel, SessionBuilder},
        Session,
    },
};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Release of ONNX Runtime that Candor pins.
pub const PINNED_VERSION: &str = "1.31.1";

/// Graph fusions that are left out at preparation: one element of fused attention depends on all keys, which evidence
/// cannot open.
pub const DISABLED_FUSIONS: &str = "AttentionFusion;GroupQueryAttentionFusion;GroupQueryAttentionPreNormFusion";

/// Why ONNX Runtime cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The library is not there; run `scripts/setup`, or name it with `--ort` or ORT_DYLIB_PATH.
    #[error("no ONNX Runtime library at {0}: run scripts/setup, or name it with --ort or ORT_DYLIB_PATH")]
    Missing(PathBuf),
    /// The library cannot be read; check its permissions.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Library.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The library does not load; it must be ONNX Runtime 1.31 for this machine.
    #[error("cannot load {path}: {reason}")]
    Load {
        /// Library.
        path: PathBuf,
        /// Cause.
        reason: String,
    },
    /// Another library is loaded already; a process has one.
    #[error("this process already runs ONNX Runtime from {0}")]
    Other(PathBuf),
}

/// ONNX Runtime, loaded. There is one per process; it lives as long as the process.
#[derive(Debug)]
pub struct Library {
    environment: Environment,
    path: PathBuf,
    version: String,
    sha256: [u8; 32],
}

static LOADED: OnceLock<Result<Library, (PathBuf, String)>> = OnceLock::new();

/// Candor's folder for libraries and models: `CANDOR_HOME`, else `~/.cache/candor`.
pub fn candor_home() -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from).unwrap_or_else(|| PathBuf::from("/"));
    match std::env::var_os("CANDOR_HOME") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => home().join(".cache/candor"),
    }
}

/// Where the library is: `given`, else `ORT_DYLIB_PATH`, else where `scripts/setup` puts it.
pub fn locate(given: Option<&Path>) -> Result<PathBuf, LibraryError> {
    let path = match (given, std::env::var_os("ORT_DYLIB_PATH")) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) if !path.is_empty() => PathBuf::from(path),
        _ => candor_home().join(format!("onnxruntime/{PINNED_VERSION}/libonnxruntime.so.{PINNED_VERSION}")),
    };
    match path.canonicalize() {
        Ok(path) if path.is_file() => Ok(path),
        _ => Err(LibraryError::Missing(path)),
    }
}

impl Library {
    /// Load the library, or get the loaded one.
    pub fn load(given: Option<&Path>) -> Result<&'static Self, LibraryError> {
        let path = locate(given)?;
        let sha256 = sha256_of(&path).map_err(|source| LibraryError::Read { path: path.clone(), source })?;
        let loaded = LOADED.get_or_init(|| Self::open(&path, sha256).map_err(|reason| (path.clone(), reason)));
        match loaded {
            Ok(library) if library.sha256 == sha256 => Ok(library),
            Ok(library) => Err(LibraryError::Other(library.path.clone())),
            Err((path, reason)) => Err(LibraryError::Load { path: path.clone(), reason: reason.clone() }),
        }
    }

    fn open(path: &Path, sha256: [u8; 32]) -> Result<Self, String> {
        let environment = ort::init_from(path)
            .map_err(|e| e.to_string())?
            .with_name("candor")
            .with_telemetry(false)
            .build()
            .map_err(|e| e.to_string())?;
        // Errors come back from the calls; ONNX Runtime need not print them too.
        environment.set_log_level(ort::logging::LogLevel::Fatal);
        let version = file_version(path).unwrap_or_else(|| PINNED_VERSION.to_owned());
        Ok(Self { environment, path: path.to_owned(), version, sha256 })
    }

    /// The file that was loaded.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Version, for example `1.31.1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of the library file.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Open a prepared graph: no optimisation, what is in the file is what runs.
    pub fn open_prepared(&self, graph: &Path, threads: usize) -> ort::Result<Session> {
        self.builder(threads)?.with_optimization_level(GraphOptimizationLevel::Disable)?.commit_from_file(graph)
    }

    /// Open an encoded model as it is: no optimisation. Its external data lies in `folder`.
    pub fn open_bytes(&self, model: &[u8], folder: &Path, threads: usize) -> ort::Result<Session> {
        self.builder(threads)?
            .with_optimization_level(GraphOptimizationLevel::Disable)?
            .with_config_entry("session.model_external_initializers_file_folder_path", folder.to_string_lossy())?
            .commit_from_memory(model)
    }

    /// Open a plain model as preparation does: all optimisations but fused attention, kept in memory.
    pub fn open_plain(&self, model: &Path, threads: usize) -> ort::Result<Session> {
        self.optimising(threads)?.commit_from_file(model)
    }

    /// Open a plain model as anyone would: every optimisation, nothing switched off.
    pub fn open_unaltered(&self, model: &Path, threads: usize) -> ort::Result<Session> {
        self.builder(threads)?.with_optimization_level(GraphOptimizationLevel::All)?.commit_from_file(model)
    }

    /// Optimise `model` and save the result as `prepared`, its weights in the file `external` beside it if given.
    pub fn optimise(&self, model: &Path, prepared: &Path, external: Option<&str>, threads: usize) -> ort::Result<()> {
        let mut builder = self.optimising(threads)?.with_optimized_model_path(prepared)?;
        if let Some(name) = external {
            builder = builder
                .with_config_entry("session.optimized_model_external_initializers_file_name", name)?
                .with_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")?;
        }
        builder.commit_from_file(model).map(|_| ())
    }

    fn optimising(&self, threads: usize) -> ort::Result<SessionBuilder> {
        Ok(self
            .builder(threads)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_config_entry("optimization.disable_specified_optimizers", DISABLED_FUSIONS)?)
    }

    fn builder(&self, threads: usize) -> ort::Result<SessionBuilder> {
        Ok(Session::builder(&self.environment)?
            .with_intra_threads(threads)?
            .with_inter_threads(1)?
            // Shapes differ from call to call: a remembered plan for each would only grow.
            .with_memory_pattern(false)?
            // Idle threads that spin would steal the cores of the other sessions.
            .with_intra_op_spinning(false)?)
    }
}

/// Version in the library's file name (`libonnxruntime.so.1.31.1`).
fn file_version(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let version = name.split_once(".so.")?.1;
    (!version.is_empty()).then(|| version.to_owned())
}

fn sha256_of(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..count).filter(|b| !b.is_empty()) else { break };
        hasher.update(bytes);
    }
    Ok(hasher.finalize().into())
}
