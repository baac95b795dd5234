//! ONNX file to release: optimise once, prove that the bits stay the same, hash everything, write it down.
//!
//! The prepared graph is what ONNX Runtime makes of the model with all optimisations (but fused attention) on one
//! execution profile. It is run with optimisations off: the same speed, the same bits, and nothing hidden.

pub(crate) mod check;
mod judge;
mod manifest;
mod meta;
mod spec;
mod variants;

pub use candor_verifier::prove::NodeProof;
pub use judge::owned;
pub use manifest::{DimEntry, FileEntry, JudgingEntry, Manifest, TensorEntry, VariantEntry, MANIFEST_FILE};
pub use meta::{DimMeta, ReleaseMeta, UnitMeta, RELEASE_FILE};

use crate::{
    judging,
    library::{Library, LibraryError},
    onnx::{OnnxError, OnnxModel},
    profile::Profile,
    releases::safe_path,
    store::content_id,
};
use candor_commitments::{model_root, Blake2b256};
use candor_primitives::{FileSpec, ReleaseSpec, Variant};
use candor_verifier::{
    judged::JudgedError,
    lower::{LowerError, Refusal},
};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A model file larger than this keeps its weights outside the prepared graph: a graph file ends at 2 GiB.
const LARGE: u64 = 3 << 29;
/// Most threads that the repeat test tries.
const MOST_THREADS: usize = 32;

/// Why a model cannot become a release.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// ONNX Runtime cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The model cannot be read.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// File.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// A field of `release.json` is wrong; correct it.
    #[error("release.json, {field}: {reason}")]
    Meta {
        /// Field.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// A symbolic dimension has no largest length; add it to `limits` in `release.json`.
    #[error("dimension {dim} of {tensor} needs a largest length: add \"{dim}\" to \"limits\" in release.json")]
    NoLimit {
        /// Dimension.
        dim: String,
        /// Input or output.
        tensor: String,
    },
    /// A dimension has neither a usable length nor a name; give the shape in `shapes` in `release.json`.
    #[error(
        "dimension {position} of {tensor} has no name: add the shape of \"{tensor}\" to \"shapes\" in release.json"
    )]
    UnnamedDim {
        /// Input or output.
        tensor: String,
        /// Position of the dimension, from 0.
        position: usize,
    },
    /// The model states no shape; give it in `shapes` in `release.json`.
    #[error("{tensor} has no shape: add it to \"shapes\" in release.json")]
    NoShape {
        /// Input or output.
        tensor: String,
    },
    /// More dimensions than a tensor may have.
    #[error("{tensor} has {found} dimensions, at most {most} are possible")]
    Rank {
        /// Input or output.
        tensor: String,
        /// Dimensions.
        found: usize,
        /// Most.
        most: u32,
    },
    /// No or too many inputs or outputs.
    #[error("the model has {found} {what}s; 1 to {most} are possible")]
    Count {
        /// `input` or `output`.
        what: &'static str,
        /// How many.
        found: usize,
        /// Most.
        most: u32,
    },
    /// A type that cannot be judged (texts, sequences, maps, complex numbers, 8-bit floats, 4-bit integers).
    #[error("{tensor} has ONNX type {code}, which cannot be judged; cast it in the model")]
    Type {
        /// Input or output.
        tensor: String,
        /// ONNX's number of the type.
        code: i32,
    },
    /// A range for a tensor that has no integers; remove it.
    #[error("{tensor} has no integers: remove its range from release.json")]
    RangeType {
        /// Input.
        tensor: String,
    },
    /// The model draws random numbers, so that no result can be repeated; export it for inference.
    #[error("node {node:?} ({operator}) draws random numbers: no result could be repeated")]
    Random {
        /// Operator.
        operator: String,
        /// Node.
        node: String,
    },
    /// A file with tensor data, or a file that `release.json` lists, is not beside the model.
    #[error("{0} is not beside the model")]
    MissingFile(String),
    /// ONNX Runtime does not open or optimise the model.
    #[error("ONNX Runtime does not take the model: {0}")]
    Runtime(String),
    /// The model fails on input within the declared ranges; narrow `ranges` or `limits`.
    #[error("the model fails on input of shapes {shapes} within the declared ranges: {reason}")]
    Run {
        /// Shapes of the inputs.
        shapes: String,
        /// ONNX Runtime's words.
        reason: String,
    },
    /// The prepared graph gives other bytes than the model; this model cannot be served verifiably on this profile.
    #[error("output {output} differs between the model and its prepared graph, for input of shapes {shapes}")]
    Differs {
        /// Output.
        output: String,
        /// Shapes of the inputs.
        shapes: String,
    },
    /// The outputs do not have the declared shapes; correct `shapes` in `release.json`.
    #[error("the outputs have shapes {found}, not those that are declared, for input of shapes {shapes}")]
    OutputShape {
        /// Shapes found.
        found: String,
        /// Shapes of the inputs.
        shapes: String,
    },
    /// Nodes that cannot be judged: their results could not be disputed. Leave them out of the model, or write them with
    /// other operators.
    #[error("{} of the nodes cannot be judged: {}", .0.len(), list(.0))]
    Refused(Vec<Refusal>),
    /// The graph cannot be lowered to what is judged.
    #[error(transparent)]
    Lower(LowerError),
    /// The graph cannot be committed to.
    #[error(transparent)]
    Judged(#[from] JudgedError),
    /// A run made to prove how nodes are judged went wrong.
    #[error("proving how nodes are judged: {0}")]
    Prove(String),
    /// Two traced runs differ; this model cannot be served verifiably on this profile.
    #[error("two runs of the prepared graph give different values, for input of shapes {shapes}")]
    Unrepeatable {
        /// Shapes of the inputs.
        shapes: String,
    },
    /// The release to which a variant is to be added is of another model or description; name the right folder.
    #[error("{folder} is another release: {reason}")]
    OtherRelease {
        /// Its folder.
        folder: PathBuf,
        /// What differs.
        reason: String,
    },
    /// The folder holds something else, or the model itself; name another one.
    #[error("{0} exists, and is no release folder or holds the model itself")]
    OutputExists(PathBuf),
    /// The manifest is wrong; prepare the release again.
    #[error("manifest.json: {0}")]
    Manifest(String),
    /// A file is not the one that the manifest lists; prepare the release again.
    #[error("{0} is not the file that manifest.json lists")]
    Changed(String),
}

impl From<LowerError> for PrepareError {
    fn from(error: LowerError) -> Self {
        match error {
            LowerError::Refused(refusals) => Self::Refused(refusals),
            LowerError::Onnx(error) => Self::Onnx(error),
            other => Self::Lower(other),
        }
    }
}

fn list(refusals: &[Refusal]) -> String {
    let mut texts: Vec<String> = refusals.iter().take(8).map(ToString::to_string).collect();
    if refusals.len() > texts.len() {
        texts.push(format!("and {} more", refusals.len() - texts.len()));
    }
    texts.join("; ")
}

impl PrepareError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// How to prepare.
#[derive(Clone, Debug)]
pub struct PrepareOptions {
    /// The ONNX file.
    pub model: PathBuf,
    /// The release folder to make; an older release there is replaced.
    pub out: PathBuf,
    /// Used where there is no `release.json` beside the model.
    pub fallback: ReleaseMeta,
    /// Where the files will be found by content id.
    pub source: String,
    /// Threads inside an operator.
    pub threads: usize,
    /// Put the original model into the release too, so that others can prepare it for their profiles.
    pub with_original: bool,
    /// ONNX Runtime's library; `None` for the usual places.
    pub library: Option<PathBuf>,
    /// A release of the same model, prepared on other machines: its variants come into this release too.
    pub variants_of: Option<PathBuf>,
}

impl PrepareOptions {
    /// Prepare `model` into `out`, one thread, with the original.
    pub fn new(model: impl Into<PathBuf>, out: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            out: out.into(),
            fallback: ReleaseMeta::default(),
            source: String::new(),
            threads: 1,
            with_original: true,
            library: None,
            variants_of: None,
        }
    }
}

/// What preparation is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Optimising the model.
    Optimising,
    /// Comparing runs of the prepared graph with the model's.
    Comparing,
    /// Proving how nodes are judged.
    Proving {
        /// Nodes done.
        done: usize,
        /// Nodes.
        all: usize,
    },
    /// Committing to graph, weights and runs.
    Committing,
    /// Repeating runs, plain and traced, with other numbers of threads too.
    Repeating,
}

/// What preparation found.
#[derive(Clone, Debug)]
pub struct PrepareReport {
    /// Every node and how it is judged.
    pub nodes: Vec<NodeProof>,
    /// Values of a trace.
    pub values: usize,
    /// Runs that were compared and gave the same bytes.
    pub runs: usize,
    /// Other numbers of threads, and whether they give the same bytes.
    pub threads: Vec<(usize, bool)>,
    /// Time of everything.
    pub took: Duration,
}

impl PrepareReport {
    /// Nodes that give the same bits everywhere, that follow a schedule bit for bit, and that are bounded.
    pub fn counts(&self) -> (usize, usize, usize) {
        let always = self.nodes.iter().filter(|n| n.always).count();
        let exact = self.nodes.iter().filter(|n| n.is_exact()).count() - always;
        (always, exact, self.nodes.len() - always - exact)
    }

    /// Elements judged.
    pub fn judged(&self) -> u64 {
        self.nodes.iter().map(|n| n.judged).sum()
    }
}

/// A release on disk.
#[derive(Clone, Debug)]
pub struct PreparedRelease {
    /// Its folder: the files under their paths, and `manifest.json`.
    pub folder: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// What is published on chain.
    pub spec: ReleaseSpec,
    /// What preparation found, if it was just made.
    pub report: Option<PrepareReport>,
}

impl PreparedRelease {
    /// Read a release folder and check every file against the manifest.
    pub fn open(folder: &Path, source: &str) -> Result<Self, PrepareError> {
        let manifest = Manifest::read(folder)?;
        let spec = manifest.to_spec(source)?;
        for (entry, file) in manifest.files.iter().zip(spec.files.iter()) {
            let path = folder.join(&entry.path);
            let (size, root) = content_id(&path).map_err(PrepareError::io(&path))?;
            if size != file.size || root != file.root {
                return Err(PrepareError::Changed(entry.path.clone()));
            }
        }
        Ok(Self { folder: folder.to_owned(), manifest, spec, report: None })
    }

    /// The files: what the chain knows of each, and where it lies.
    pub fn files(&self) -> impl Iterator<Item = (&FileSpec, PathBuf)> {
        self.spec.files.iter().map(|f| (f, self.folder.join(String::from_utf8_lossy(&f.path).as_ref())))
    }

    /// Make the files available by content id in `folder`, which then serves as a `file://` source.
    pub fn link_by_id(&self, folder: &Path) -> Result<(), PrepareError> {
        fs::create_dir_all(folder).map_err(PrepareError::io(folder))?;
        for (file, path) in self.files() {
            let to = folder.join(hex::encode(file.root));
            if !to.exists() && fs::hard_link(&path, &to).is_err() {
                fs::copy(&path, &to).map_err(PrepareError::io(&to))?;
            }
        }
        Ok(())
    }
}

/// Prepare a model for this machine's execution profile. Takes the time of a few hundred runs and more.
pub fn prepare(options: &PrepareOptions) -> Result<PreparedRelease, PrepareError> {
    prepare_with(options, &|_| ())
}

/// [`prepare`], telling what it is at.
pub fn prepare_with(
    options: &PrepareOptions,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<PreparedRelease, PrepareError> {
    let started = Instant::now();
    let library = Library::load(options.library.as_deref())?;
    let profile = Profile::of(library, options.threads);
    let beside = options.model.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let meta = ReleaseMeta::read(beside)?.unwrap_or_else(|| options.fallback.clone());
    let model = OnnxModel::open(&options.model)?;
    let (inputs, outputs) = spec::tensors(&model, &meta)?;
    let units = spec::units(&inputs, &meta)?;

    progress(Step::Optimising);
    let work = WorkFolder::make(&options.out, beside)?;
    let graph = format!("prepared-{}.onnx", profile.short());
    optimise(library, options, &model, &work.0, &graph)?;
    let prepared = work.0.join(&graph);
    progress(Step::Comparing);
    let mut runs = check::same_bytes(library, &options.model, &prepared, options.threads, &inputs, &outputs)?;
    let proven = judge::judge(library, &profile, &prepared, &inputs, &units, progress)?;
    progress(Step::Repeating);
    runs += judge::repeat(library, &profile, &proven.judged, &prepared, &inputs, &outputs)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let threads = check::other_threads(library, &prepared, options.threads, cores, &inputs, &outputs)?;
    tracing::info!(runs, "the prepared graph gives the same bytes as the model");

    let mut paths: BTreeSet<String> = [graph.clone(), judging::file_name(&graph)].into();
    paths.extend(proven.judged.model.external_files());
    paths.extend(copy_files(options, &meta, &model, beside, &work.0)?);
    let kept = variants::keep(options, &profile, &work.0, &mut paths)?;
    if paths.len() > spec::MOST_FILES as usize {
        return Err(PrepareError::Meta { field: "files".into(), reason: format!("over {} files", spec::MOST_FILES) });
    }
    let mut files = Vec::new();
    for path in paths {
        let file = work.0.join(&path);
        let (size, root) = content_id(&file).map_err(|_| PrepareError::MissingFile(path.clone()))?;
        files.push((path, size, root));
    }
    let graph_root = files.iter().find(|(path, ..)| *path == graph).map(|(_, _, root)| *root);
    let graph_root = graph_root.ok_or_else(|| PrepareError::MissingFile(graph.clone()))?;
    let root = model_root::<Blake2b256>(files.iter().map(|(path, _, root)| (path.as_bytes(), root.0)));
    let own = VariantEntry {
        profile: hex::encode(profile.hash),
        root: hex::encode(Variant::compute_root::<Blake2b256>(&profile.hash, &graph_root, &proven.judging)),
        profile_text: profile.text,
        graph,
        judging: JudgingEntry::of(&proven.judging),
    };
    let manifest = Manifest {
        candor_manifest: 1,
        name: meta.name,
        version: meta.version,
        license: meta.license,
        description: meta.description,
        tags: meta.tags,
        files: files.into_iter().map(|(path, size, root)| FileEntry { path, size, root: hex::encode(root) }).collect(),
        model_root: hex::encode(root),
        variants: kept.as_ref().map_or(Vec::new(), |k| k.variants.clone()).into_iter().chain([own]).collect(),
        inputs: inputs.iter().map(manifest::tensor_entry).collect(),
        outputs: outputs.iter().map(manifest::tensor_entry).collect(),
        unit_dims: meta.unit_rule.dims,
        unit_divisor: units.divisor,
        reference_units: units.reference,
        royalty_permill: meta.royalty_permill,
        tokenizer: meta.tokenizer,
    };
    if let Some(kept) = kept {
        kept.check(&manifest)?;
    }
    let spec = manifest.to_spec(&options.source)?;
    let path = work.0.join(MANIFEST_FILE);
    fs::write(&path, manifest.canonical()?).map_err(PrepareError::io(&path))?;
    work.finish(&options.out)?;
    let report = PrepareReport {
        values: proven.judged.graph.values.len(),
        nodes: proven.nodes,
        runs,
        threads,
        took: started.elapsed(),
    };
    Ok(PreparedRelease { folder: options.out.clone(), manifest, spec, report: Some(report) })
}

fn optimise(
    library: &Library,
    options: &PrepareOptions,
    model: &OnnxModel,
    work: &Path,
    graph: &str,
) -> Result<(), PrepareError> {
    let size = fs::metadata(&options.model).map_err(PrepareError::io(&options.model))?.len();
    let external = (size > LARGE || !model.external_files().is_empty()).then(|| format!("{graph}.data"));
    library
        .optimise(&options.model, &work.join(graph), external.as_deref(), options.threads)
        .map_err(|e| PrepareError::Runtime(e.message().to_owned()))
}

/// Copy what belongs to the release besides the prepared graph; answers the paths.
fn copy_files(
    options: &PrepareOptions,
    meta: &ReleaseMeta,
    model: &OnnxModel,
    beside: &Path,
    work: &Path,
) -> Result<BTreeSet<String>, PrepareError> {
    let mut wanted: BTreeSet<String> = meta.files.iter().chain(&meta.tokenizer).cloned().collect();
    if options.with_original {
        let name = options.model.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        wanted.insert(name.to_owned());
        wanted.extend(model.external_files());
    }
    for path in &wanted {
        let safe = safe_path(path).filter(|p| p.as_path() != Path::new(MANIFEST_FILE));
        let safe = safe.ok_or_else(|| PrepareError::MissingFile(path.clone()))?;
        let (from, to) = (beside.join(&safe), work.join(&safe));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(PrepareError::io(folder))?;
        }
        if !from.is_file() {
            return Err(PrepareError::MissingFile(path.clone()));
        }
        fs::copy(&from, &to).map_err(PrepareError::io(&to))?;
    }
    Ok(wanted)
}

/// A folder that becomes the release when all is well, and vanishes when not.
struct WorkFolder(PathBuf);

impl WorkFolder {
    fn make(out: &Path, model: &Path) -> Result<Self, PrepareError> {
        let replaceable = |out: &Path| {
            let empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
            // Many things have a file of this name. And the model itself must not go with the old release.
            let holds_model = match (out.canonicalize(), model.canonicalize()) {
                (Ok(out), Ok(model)) => model.starts_with(out),
                _ => true,
            };
            empty || (!holds_model && Manifest::read(out).is_ok())
        };
        if out.exists() && !replaceable(out) {
            return Err(PrepareError::OutputExists(out.to_owned()));
        }
        let mut name = out.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let work = out.with_file_name(name);
        fs::create_dir_all(&work).map_err(PrepareError::io(&work))?;
        Ok(Self(work))
    }

    fn finish(&self, out: &Path) -> Result<(), PrepareError> {
        if out.exists() {
            fs::remove_dir_all(out).map_err(PrepareError::io(out))?;
        }
        fs::rename(&self.0, out).map_err(PrepareError::io(out))
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // After `finish` it is gone already.
        if self.0.exists() && fs::remove_dir_all(&self.0).is_err() {
            tracing::warn!(folder = %self.0.display(), "cannot remove");
        }
    }
}
