//! The releases that run here, by the names that callers use.

use crate::{engine::Engine, releases::Stage, sessions::Loaded};
use candor_gateway::{CallError, ModelInfo, TensorInfo};
use candor_primitives::{worker::ReleaseTitle, AccountId, Dim, ReleaseId, ReleaseSpec, TensorSpec};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

/// Prefix of addresses.
const SS58_PREFIX: u16 = 2609;
/// Version of a release whose version is not known.
const UNVERSIONED: &str = "1";

/// A release that runs, or is being loaded.
pub(crate) struct Model {
    pub(crate) release: ReleaseId,
    pub(crate) version: String,
    pub(crate) loaded: Option<Arc<Loaded>>,
    pub(crate) spec: Arc<ReleaseSpec>,
    pub(crate) info: ModelInfo,
}

/// The models of an engine at some moment.
#[derive(Default)]
pub(crate) struct Index {
    /// Versions of each name and alias, the newest last.
    names: HashMap<String, Vec<Arc<Model>>>,
    /// The newest version of each model.
    newest: Vec<Arc<Model>>,
}

/// [`Index`], made again when releases change.
#[derive(Default)]
pub(crate) struct Models(RwLock<(u64, Arc<Index>)>);

impl Index {
    /// The version of a model that is asked for, else the newest that runs.
    pub(crate) fn find(&self, name: &str, version: Option<&str>) -> Result<&Arc<Model>, CallError> {
        let none = || CallError::NotFound(format!("no model `{name}` runs here; GET /v2/models lists those that do"));
        let versions = self.names.get(name).ok_or_else(none)?;
        let found = match version {
            None => versions.iter().rev().find(|m| m.loaded.is_some()).or(versions.last()),
            Some(version) => versions.iter().find(|m| m.version == version),
        };
        found.ok_or_else(|| {
            let known: Vec<&str> = versions.iter().map(|m| m.version.as_str()).collect();
            CallError::NotFound(format!(
                "no version {} of `{name}` runs here; there is {}",
                version.unwrap_or_default(),
                known.join(", ")
            ))
        })
    }

    /// All models, each with its newest version.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.newest.iter()
    }
}

impl Models {
    /// Forget all, so that nothing keeps a release in memory that is not served any more.
    pub(crate) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }
}

impl Engine {
    /// The models now.
    pub(crate) fn index(&self) -> Arc<Index> {
        let now = self.releases.generation();
        {
            let known = self.models.0.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == now {
                return known.1.clone();
            }
        }
        let index = Arc::new(self.make_index());
        *self.models.0.write().unwrap_or_else(PoisonError::into_inner) = (now, index.clone());
        index
    }

    fn make_index(&self) -> Index {
        let mut groups: BTreeMap<String, Vec<Model>> = BTreeMap::new();
        let mut short: HashMap<String, usize> = HashMap::new();
        for (release, spec, stage) in self.releases.all() {
            let loaded = match stage {
                Stage::Ready(loaded) => Some(loaded),
                Stage::Loading => None,
                Stage::Known | Stage::Failed { .. } => continue,
            };
            let title = self.releases.title(release);
            let name = title.as_deref().map_or_else(|| release.to_string(), full_name);
            let version = title.as_deref().map_or_else(|| UNVERSIONED.into(), |t| text(&t.version));
            let info = ModelInfo {
                name: name.clone(),
                aliases: Vec::new(),
                versions: Vec::new(),
                release: Some(release),
                inputs: spec.inputs.iter().map(tensor).collect(),
                outputs: spec.outputs.iter().map(tensor).collect(),
                ready: loaded.is_some(),
            };
            groups.entry(name).or_default().push(Model { release, version, loaded, spec, info });
        }
        for name in groups.keys() {
            if let Some((_, name)) = name.split_once('/') {
                *short.entry(name.to_owned()).or_default() += 1;
            }
        }
        let mut index = Index::default();
        for (name, mut models) in groups {
            models.sort_by_key(|m| order(&m.version));
            let versions: Vec<String> = models.iter().map(|m| m.version.clone()).collect();
            // Without its publisher only where nobody else has a model of that name.
            let alone = name.split_once('/').map(|(_, short)| short).filter(|name| short.get(*name) == Some(&1));
            let mut all = Vec::new();
            for mut model in models {
                let own = [model.release.to_string(), format!("release-{}", model.release)];
                model.info.versions = versions.clone();
                model.info.aliases =
                    own.iter().filter(|a| **a != name).cloned().chain(alone.map(String::from)).collect();
                let model = Arc::new(model);
                for alias in own.into_iter().filter(|alias| *alias != name) {
                    index.names.insert(alias, vec![model.clone()]);
                }
                all.push(model);
            }
            index.newest.extend(all.iter().rev().find(|m| m.loaded.is_some()).or(all.last()).cloned());
            if let Some(alone) = alone {
                // A number names a release, whatever somebody calls a model.
                index.names.entry(alone.to_owned()).or_insert_with(|| all.clone());
            }
            index.names.insert(name, all);
        }
        index
    }
}

/// Publisher and name.
fn full_name(title: &ReleaseTitle) -> String {
    format!("{}/{}", address(&title.publisher), text(&title.name))
}

/// An account as people write it.
pub(crate) fn address(account: &AccountId) -> String {
    account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Versions by their numbers, `1.10.0` after `1.9.0`.
fn order(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn tensor(spec: &TensorSpec) -> TensorInfo {
    let length = |dim: &Dim| match dim {
        Dim::Fixed(length) => Some(*length),
        Dim::Symbolic { .. } => None,
    };
    TensorInfo { name: text(&spec.name), dtype: spec.dtype, shape: spec.shape.iter().map(length).collect() }
}
