//! The model that is run again: from the chain or from a folder, with how it is judged.

use crate::{
    args::{Globals, Verify},
    chain::Chain,
    errors::{CliError, Context, Result},
    files,
    model::{prepare, refs},
    output::{text, Out},
};
use candor_engine::{
    judging,
    library::{candor_home, Library},
    onnx::OnnxModel,
    prepare::{Manifest, PreparedRelease, MANIFEST_FILE},
    profile::Profile,
};
use candor_primitives::{FileSpec, Receipt, ReleaseId, ReleaseSpec, Variant};
use candor_verifier::judged::Judged;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Most threads inside an operator that a variant's profile is looked for with.
const MOST_THREADS: usize = 64;

/// A release to verify with.
pub struct Model {
    /// As people name it.
    pub name: String,
    /// Its number, if it is on a chain.
    pub id: Option<ReleaseId>,
    /// What it commits to.
    pub spec: ReleaseSpec,
    /// Where its files are, if that is a folder.
    pub folder: Option<PathBuf>,
    /// The chain, if one was needed.
    pub chain: Option<Chain>,
}

/// The variant that is run, ready to be judged.
pub struct Ready {
    /// ONNX Runtime.
    pub library: &'static Library,
    /// The variant.
    pub variant: Variant,
    /// Its graph.
    pub judged: Arc<Judged>,
    /// Threads inside an operator.
    pub threads: usize,
}

/// Find the release.
pub async fn find(args: &Verify, globals: &Globals) -> Result<Model> {
    let folder = Path::new(&args.model);
    let chain = match args.job.is_some() || !folder.is_dir() {
        true => Some(Chain::connect(&globals.url).await?),
        false => None,
    };
    if folder.is_dir() {
        if !folder.join(MANIFEST_FILE).is_file() {
            return Err(CliError::usage(format!("{} has no {MANIFEST_FILE}", folder.display()))
                .hint("name a folder that `candor model prepare` or `candor model download` wrote, or a release"));
        }
        let manifest = Manifest::read(folder).map_err(prepare::explain)?;
        let spec = manifest.to_spec("").map_err(prepare::explain)?;
        let name = format!("{}@{}", manifest.name, manifest.version);
        return Ok(Model { name, id: None, spec, folder: Some(folder.to_owned()), chain });
    }
    let chain = chain.ok_or_else(|| CliError::new("no chain"))?;
    let view = refs::resolve(&chain, &args.model).await?;
    Ok(Model { name: refs::name(&view), id: Some(view.id), spec: view.spec, folder: None, chain: Some(chain) })
}

/// Get the files of the variant, check every byte, and read how it is judged.
pub async fn ready(args: &Verify, model: &Model, receipt: Option<&Receipt>, out: &Out) -> Result<Ready> {
    let library = Library::load(args.ort.as_deref()).map_err(|e| CliError::new(e.to_string()))?;
    let named = receipt.map(|r| r.draft.variant);
    let (variant, threads) = choose(args, &model.spec, library, named)?;
    let graph = model.spec.files.get(usize::from(variant.graph));
    let graph = graph.ok_or_else(|| CliError::new("the release's variant has no graph file"))?;
    let path = match &model.folder {
        Some(folder) => {
            let folder = folder.clone();
            let opened = tokio::task::spawn_blocking(move || PreparedRelease::open(&folder, "")).await;
            let release = opened.context("checking the files broke off")?.map_err(prepare::explain)?;
            release.folder.join(text(&graph.path))
        },
        None => fetch(model, graph, out).await?,
    };
    let spinner = out.spinner("reading the model and hashing its weights");
    let against = variant.judging.clone();
    let judged = tokio::task::spawn_blocking(move || judging::open(&path, &against, true)).await;
    spinner.finish_and_clear();
    let judged = judged.context("reading the model broke off")?;
    let judged = judged.map_err(|e| CliError::new(format!("the release cannot be judged: {e}")))?;
    Ok(Ready { library, variant, judged: Arc::new(judged), threads })
}

/// The variant: that of this machine's profile, or of the receipt if the profile is another's.
fn choose(
    args: &Verify,
    spec: &ReleaseSpec,
    library: &'static Library,
    named: Option<sp_core::H256>,
) -> Result<(Variant, usize)> {
    let own = (1..=MOST_THREADS).find_map(|threads| {
        let profile = Profile::of(library, threads).hash;
        spec.variants.iter().find(|v| v.profile == profile).map(|v| (v.clone(), threads))
    });
    if args.other_profile {
        let variant = spec.variants.iter().find(|v| named.is_none_or(|root| root == v.root));
        let variant =
            variant.ok_or_else(|| CliError::usage("the receipt is of a variant that the release does not have"))?;
        return Ok((variant.clone(), 1));
    }
    let foreign = |what: &str| {
        CliError::usage(what.to_owned()).hint(
            "give the host's trace (--host or --trace) and --other-profile: its values are then rerun node by node",
        )
    };
    match own {
        None => Err(foreign("no variant of this release is for this machine's execution profile")),
        Some((variant, _)) if named.is_some_and(|root| root != variant.root) => {
            Err(foreign("the receipt is of a variant for another execution profile than this machine's"))
        },
        Some(own) => Ok(own),
    }
}

/// Fetch what the variant needs into this program's folder.
async fn fetch(model: &Model, graph: &FileSpec, out: &Out) -> Result<PathBuf> {
    let source = text(&model.spec.source);
    let folder = candor_home().join("cache").join("releases").join(hex::encode(model.spec.model_root));
    let path = get(&source, graph, &folder, out).await?;
    let beside = |name: &str| {
        let here = Path::new(&text(&graph.path)).parent().map(|p| p.join(name)).unwrap_or_default();
        model.spec.files.iter().find(move |f| Path::new(&text(&f.path)) == here)
    };
    let onnx = OnnxModel::open(&path).map_err(|e| CliError::new(format!("the graph cannot be read: {e}")))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut needed = onnx.external_files();
    needed.insert(judging::file_name(&name));
    for name in needed {
        let file = beside(&name);
        let file =
            file.ok_or_else(|| CliError::new(format!("the release does not list {name}, which its graph needs")))?;
        get(&source, file, &folder, out).await?;
    }
    Ok(path)
}

async fn get(source: &str, file: &FileSpec, folder: &Path, out: &Out) -> Result<PathBuf> {
    let name = text(&file.path);
    let safe = candor_engine::releases::safe_path(&name)
        .ok_or_else(|| CliError::new(format!("the release has a file whose path leaves its folder: {name}")))?;
    let path = folder.join(safe);
    let bar = out.bar(&name, file.size);
    files::fetch(source, file, &path, &bar).await?;
    bar.finish_and_clear();
    Ok(path)
}
