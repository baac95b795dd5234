//! What the node wants served, what is known of it, and where each release stands.

use crate::{
    engine::Engine,
    judging::{self, JudgingError},
    onnx::OnnxModel,
    receipts::LogError,
    remote::RemoteRuns,
    sessions,
    sessions::Loaded,
    store::StoreError,
};
use candor_commitments::{Blake2b256, Hasher};
use candor_primitives::{
    worker::{ReleaseDescriptor, ReleaseTitle},
    FileSpec, ReleaseId, ReleaseSpec,
};
use codec::{DecodeLimit, Encode};
use sp_core::H256;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
    time::{Duration, Instant},
};

/// A description younger than this is not asked for again.
pub(crate) const FRESH: Duration = Duration::from_secs(30);

/// Where a release stands.
#[derive(Clone)]
pub enum Stage {
    /// Described, nothing done yet.
    Known,
    /// Its files are fetched and its session opened.
    Loading,
    /// It runs.
    Ready(Arc<Loaded>),
    /// It does not run here; tried again after a pause.
    Failed {
        /// Why.
        reason: String,
        /// When it was tried.
        at: Instant,
    },
}

impl Stage {
    /// One word for people.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Loading => "loading",
            Self::Ready(_) => "ready",
            Self::Failed { .. } => "failed",
        }
    }
}

struct Release {
    spec: Arc<ReleaseSpec>,
    title: Option<Arc<ReleaseTitle>>,
    described: Instant,
    /// A call did not fit the description: it may be of another chain, or of an earlier state.
    doubted: bool,
    /// When it was last offered or ordered.
    wanted: Instant,
    stage: Stage,
}

/// Why a release is not ready.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It does not run on this engine.
    #[error(transparent)]
    Open(#[from] sessions::OpenError),
    /// Its files are not to be had.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The release does not have a file that its graph needs (its data, or how it is judged); publish it with that file.
    #[error("the graph needs the file {0}, which the release does not list")]
    MissingData(String),
    /// A path of the release leads out of its folder.
    #[error("{0} is no path inside a release")]
    Path(String),
}

/// All releases that the engine knows.
#[derive(Default)]
pub struct Releases {
    all: Mutex<BTreeMap<ReleaseId, Release>>,
    /// Grows with every change.
    generation: AtomicU64,
}

impl Releases {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ReleaseId, Release>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that is another one after every change.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Take over what an earlier engine remembered.
    pub fn restore(&self, remembered: Vec<(u32, Vec<u8>)>) {
        for (id, bytes) in remembered {
            let titled = <(ReleaseSpec, Option<ReleaseTitle>)>::decode_all_with_depth_limit(32, &mut bytes.as_slice());
            // Engines before sessions remembered no titles.
            let untitled = || ReleaseSpec::decode_all_with_depth_limit(32, &mut bytes.as_slice()).map(|s| (s, None));
            match titled.or_else(|_| untitled()) {
                Ok((spec, title)) => self.insert(id, spec, title),
                Err(error) => tracing::warn!(id, %error, "a remembered release cannot be read"),
            }
        }
    }

    fn insert(&self, id: ReleaseId, spec: ReleaseSpec, title: Option<ReleaseTitle>) {
        let mut releases = self.lock();
        let now = Instant::now();
        let title = title.map(Arc::new);
        if let Some(known) = releases.get_mut(&id).filter(|known| *known.spec == spec) {
            known.described = now;
            known.doubted = false;
            known.title = title.or(known.title.take());
            drop(releases);
            self.changed();
            return;
        }
        let (spec, stage) = (Arc::new(spec), Stage::Known);
        releases.insert(id, Release { spec, title, described: now, doubted: false, wanted: now, stage });
        drop(releases);
        self.changed();
    }

    /// Ask for the description again: what the chain checked does not fit it.
    pub(crate) fn doubt(&self, id: ReleaseId) {
        if let Some(release) = self.lock().get_mut(&id) {
            release.doubted = true;
        }
    }

    /// Whether the description is worth asking for again: it is doubted, or the release does not load, perhaps because
    /// its publisher has moved the files since.
    pub(crate) fn outdated(&self, id: ReleaseId, fresh: Duration) -> bool {
        let releases = self.lock();
        let failed = |release: &Release| matches!(release.stage, Stage::Failed { .. });
        releases.get(&id).is_some_and(|r| (r.doubted || failed(r)) && r.described.elapsed() > fresh)
    }

    /// Description and stage of a release.
    pub fn get(&self, id: ReleaseId) -> Option<(Arc<ReleaseSpec>, Stage)> {
        self.lock().get(&id).map(|r| (r.spec.clone(), r.stage.clone()))
    }

    /// What people call a release, as far as that is known.
    pub fn title(&self, id: ReleaseId) -> Option<Arc<ReleaseTitle>> {
        self.lock().get(&id)?.title.clone()
    }

    /// Seconds since a release was described.
    pub fn described_for(&self, id: ReleaseId) -> Option<Duration> {
        self.lock().get(&id).map(|r| r.described.elapsed())
    }

    /// Every release with its stage.
    pub fn all(&self) -> Vec<(ReleaseId, Arc<ReleaseSpec>, Stage)> {
        self.lock().iter().map(|(id, r)| (*id, r.spec.clone(), r.stage.clone())).collect()
    }

    /// Ready releases and their open sessions.
    pub fn ready(&self) -> (usize, usize) {
        let releases = self.lock();
        let ready = releases.values().filter_map(|r| match &r.stage {
            Stage::Ready(loaded) => Some(loaded.open_sessions()),
            _ => None,
        });
        ready.fold((0, 0), |(n, sessions), open| (n + 1, sessions + open))
    }

    fn set(&self, id: ReleaseId, spec: &Arc<ReleaseSpec>, stage: Stage) {
        if let Some(release) = self.lock().get_mut(&id).filter(|r| Arc::ptr_eq(&r.spec, spec)) {
            release.stage = stage;
        }
        self.changed();
    }

    /// The description, if the release has to be loaded now; marks it as loading.
    fn begin(&self, id: ReleaseId, retry: Duration) -> Option<Arc<ReleaseSpec>> {
        let mut releases = self.lock();
        let release = releases.get_mut(&id)?;
        release.wanted = Instant::now();
        let begin = match &release.stage {
            Stage::Known => true,
            Stage::Failed { at, .. } => at.elapsed() >= retry,
            Stage::Loading | Stage::Ready(_) => false,
        };
        begin.then(|| {
            release.stage = Stage::Loading;
            self.changed();
            release.spec.clone()
        })
    }

    /// Close the sessions of releases that nobody wanted for so long; answers them, each with the files that no other
    /// release in use has.
    fn retire(&self, idle: Duration) -> Vec<(ReleaseId, Arc<ReleaseSpec>, Vec<H256>)> {
        let mut releases = self.lock();
        let mut retired = Vec::new();
        for (id, release) in releases.iter_mut().filter(|(_, r)| r.wanted.elapsed() > idle) {
            if matches!(release.stage, Stage::Ready(_)) {
                release.stage = Stage::Known;
                retired.push((*id, release.spec.clone()));
            }
        }
        if retired.is_empty() {
            return Vec::new();
        }
        self.changed();
        let in_use = releases.values().filter(|r| matches!(r.stage, Stage::Ready(_) | Stage::Loading));
        let kept: BTreeSet<H256> = in_use.flat_map(|r| r.spec.files.iter().map(|f| f.root)).collect();
        let free = retired.into_iter().map(|(id, spec)| {
            let roots: Vec<H256> = spec.files.iter().map(|f| f.root).filter(|r| !kept.contains(r)).collect();
            (id, spec, roots)
        });
        free.collect()
    }
}

impl Engine {
    /// Remember a release's description. A different one under the same id replaces the old: the chain is the judge.
    pub fn describe(&self, release: ReleaseDescriptor) -> Result<(), LogError> {
        let same_title = || self.releases.title(release.id).as_deref() == release.title.as_ref();
        let known = self.releases.get(release.id).is_some_and(|(spec, _)| *spec == release.spec && same_title());
        if !known {
            self.log.put_release(release.id, &(&release.spec, &release.title).encode())?;
        }
        self.releases.insert(release.id, release.spec, release.title);
        Ok(())
    }

    /// Serve these releases: load what is missing, close what was not wanted for long. Answers those without
    /// description, and those whose description may have changed.
    pub fn serve(&self, ids: &[ReleaseId]) -> Vec<ReleaseId> {
        let mut lacking = Vec::new();
        for id in ids {
            if self.releases.get(*id).is_none() || self.releases.outdated(*id, FRESH) {
                lacking.push(*id);
            }
            self.load(*id);
        }
        let retired = self.releases.retire(self.config.idle);
        if !retired.is_empty() {
            self.models.clear();
        }
        for (id, spec, roots) in retired {
            self.store.unpin(&roots);
            remove_links(&self.links(id, &spec));
        }
        lacking
    }

    /// Folder in which the files of a release lie under their own names. Not by variant: its root covers the graph only,
    /// and two releases may have the same graph with other weights beside it.
    pub(crate) fn links(&self, id: ReleaseId, spec: &ReleaseSpec) -> PathBuf {
        self.config.data.join("releases").join(format!("{id}-{}", hex::encode(spec.model_root)))
    }

    /// Start to load a release, unless it is loading or loaded.
    pub fn load(&self, id: ReleaseId) {
        let Some(spec) = self.releases.begin(id, self.config.retry) else { return };
        let engine = self.clone();
        tokio::spawn(async move {
            let stage = match engine.open_release(id, &spec).await {
                Ok(loaded) => {
                    tracing::info!(release = id, variant = ?loaded.variant, "release is ready");
                    Stage::Ready(Arc::new(loaded))
                },
                Err(error) => {
                    tracing::warn!(release = id, %error, "release cannot be served");
                    Stage::Failed { reason: error.to_string(), at: Instant::now() }
                },
            };
            engine.releases.set(id, &spec, stage);
            engine.changed();
        });
    }

    async fn open_release(&self, id: ReleaseId, spec: &Arc<ReleaseSpec>) -> Result<Loaded, LoadError> {
        let variant = sessions::own_variant(spec, &self.profile)?;
        let graph = spec.files.get(usize::from(variant.graph)).ok_or(sessions::OpenError::VariantRoot)?;
        let mut sources = vec![String::from_utf8_lossy(&spec.source).into_owned()];
        sources.retain(|source| !source.is_empty());
        sources.extend(self.config.sources.iter().cloned());
        // What else is here of it too (the tokenizer, the original): this engine may be where others fetch it.
        self.store.pin(spec.files.iter().map(|f| f.root));
        let folder = self.links(id, spec);
        let here = self.store.ensure(graph, &sources).await?;
        let graph_path = link(&folder, graph, &here)?;
        let model = OnnxModel::open(&here).map_err(|e| JudgingError::Judged(e.to_string()));
        let mut needed = model.map_err(sessions::OpenError::from)?.external_files();
        let name = graph_path.file_name().map(|name| name.to_string_lossy().into_owned());
        needed.insert(judging::file_name(&name.unwrap_or_default()));
        for name in &needed {
            let data = beside(spec, graph, name).ok_or_else(|| LoadError::MissingData(name.clone()))?;
            let here = self.store.ensure(data, &sources).await?;
            link(&folder, data, &here)?;
        }
        // The files are those of the release: their bytes were checked as they came. What a variant says of its weights
        // needs checking once.
        let checked = self
            .config
            .data
            .join("checked")
            .join(hex::encode(Blake2b256::hash(&[variant.root.as_bytes(), spec.model_root.as_bytes()].concat())));
        let (library, profile, spec, most, weights) =
            (self.library, self.profile.clone(), spec.clone(), self.config.workers.max(1), !checked.exists());
        let remote = match &self.config.remote {
            Some(config) => Some(RemoteRuns::connect(config, id).await.map_err(sessions::OpenError::from)?),
            None => None,
        };
        let opened = tokio::task::spawn_blocking(move || {
            let loaded = Loaded::open(library, &profile, spec, &graph_path, most, weights)?;
            match remote {
                Some(remote) => loaded.through(remote),
                None => Ok(loaded),
            }
        });
        let loaded = opened.await.map_err(|e| sessions::OpenError::Runtime(e.to_string()))??;
        if let Some(folder) = checked.parent() {
            let noted = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&checked, []));
            // Not noted, it is checked again.
            noted.unwrap_or_else(|error| tracing::warn!(%error, "that weights were checked cannot be noted"));
        }
        Ok(loaded)
    }
}

/// The file of the release that lies at `name`, seen from the graph's folder.
fn beside<'a>(spec: &'a ReleaseSpec, graph: &FileSpec, name: &str) -> Option<&'a FileSpec> {
    let graph = std::str::from_utf8(&graph.path).ok()?;
    let folder = Path::new(graph).parent()?;
    let wanted = safe_path(folder.join(name.strip_prefix("./").unwrap_or(name)).to_str()?)?;
    spec.files.iter().find(|f| std::str::from_utf8(&f.path).is_ok_and(|p| Path::new(p) == wanted))
}

/// A relative path without `..`.
pub fn safe_path(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(path);
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    (plain && path.components().next().is_some()).then_some(path)
}

/// Show a stored file under its path in the release, as ONNX Runtime looks for it.
fn link(folder: &Path, file: &FileSpec, here: &Path) -> Result<PathBuf, LoadError> {
    let name = String::from_utf8_lossy(&file.path).into_owned();
    let path = folder.join(safe_path(&name).ok_or(LoadError::Path(name))?);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(StoreError::io(parent))?;
    }
    // The old link may be of a file that was damaged and fetched again.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StoreError::io(&path)(error).into()),
        _ => {},
    }
    match std::fs::hard_link(here, &path) {
        Ok(()) => {},
        // Somebody else was faster. A copy onto a link of the file would empty the file.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {},
        // File systems without hard links.
        Err(_) => {
            std::fs::copy(here, &path).map_err(StoreError::io(&path))?;
        },
    }
    Ok(path)
}

/// Remove the links of a release, so that an evicted file really frees its space.
pub(crate) fn remove_links(folder: &Path) {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "cannot remove");
        },
        _ => {},
    }
}
