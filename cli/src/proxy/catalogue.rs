//! Which models can be called, and under which names.

use super::network::Network;
use crate::{account::address, model::refs::Reference, output::text};
use candor_gateway::{CallError, ModelInfo, NamedTensor, TensorInfo};
use candor_primitives::{
    release::{Bindings, FitError},
    AccountId, Dim, ReleaseId, TensorRef, TensorSpec, Units,
};
use candor_runtime_api::views::ReleaseView;
use candor_verifier::commit::Lanes;
use semver::Version;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long the list counts as new.
const FRESH: Duration = Duration::from_secs(30);

/// A release that can be called.
#[derive(Debug)]
pub struct Release {
    /// As the chain has it.
    pub view: ReleaseView,
    /// Its version.
    pub version: Version,
    /// `publisher/name`.
    pub full: String,
    /// `name`.
    pub name: String,
}

/// Inputs in the order of the manifest, checked.
#[derive(Debug)]
pub struct Fitted {
    /// The inputs.
    pub inputs: Vec<NamedTensor>,
    /// Type, shape and root of each.
    pub refs: Vec<TensorRef>,
    /// Units of the call.
    pub units: Units,
}

impl Release {
    fn of(view: ReleaseView) -> Option<Self> {
        let version = Version::parse(&text(&view.version)).ok()?;
        let name = text(&view.name);
        Some(Self { full: format!("{}/{name}", address(&view.publisher)), name, version, view })
    }

    /// Its number.
    pub const fn id(&self) -> ReleaseId {
        self.view.id
    }

    /// `name@1.2.3`.
    pub fn title(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// Put inputs into the order of the manifest and check everything that the chain or a host would.
    pub fn fit(&self, mut given: Vec<NamedTensor>) -> Result<Fitted, CallError> {
        let invalid = |field: &str, message: String| CallError::Invalid { field: field.to_owned(), message };
        let spec = &self.view.spec;
        let mut inputs = Vec::with_capacity(spec.inputs.len());
        for declared in &spec.inputs {
            let name = text(&declared.name);
            let Some(at) = given.iter().position(|input| input.name == name) else {
                return Err(invalid(&name, format!("the input `{name}` is missing; the model wants {}", self.wants())));
            };
            let input = given.swap_remove(at);
            if input.tensor.check().is_err() {
                return Err(invalid(&name, format!("the bytes of the input `{name}` do not fit its type and shape")));
            }
            if input.tensor.dtype == declared.dtype && !declared.admits(&input.tensor.data) {
                return Err(invalid(&name, format!("the input `{name}` has values that the model does not take")));
            }
            inputs.push(input);
        }
        if let Some(extra) = given.first() {
            let name = &extra.name;
            return Err(invalid(name, format!("the model has no input `{name}`; it wants {}", self.wants())));
        }
        let (_, units) = self.bind(&inputs).map_err(|error| {
            let what = match error {
                FitError::Count | FitError::Shape => "the shapes of the inputs do not fit the model",
                FitError::DType => "an input has another type than the model takes",
                FitError::Overflow => "the inputs are too large to be priced",
            };
            invalid("inputs", format!("{what}; it wants {}", self.wants()))
        })?;
        let refs = inputs.iter().map(|input| input.tensor.to_ref_by::<Lanes>()).collect();
        Ok(Fitted { inputs, refs, units })
    }

    /// Lengths of the symbolic dimensions, and units.
    pub fn bind(&self, inputs: &[NamedTensor]) -> Result<(Bindings<'_>, Units), FitError> {
        // The bindings borrow their names from the manifest alone.
        let shapes: Vec<_> = inputs.iter().map(|input| (input.tensor.dtype, &input.tensor.shape)).collect();
        let spec = &self.view.spec;
        let (bound, units) = spec.fit_inputs(shapes.into_iter())?;
        let bound = bound.into_iter().collect::<Vec<_>>();
        let names = spec.inputs.iter().flat_map(|input| input.shape.iter());
        let mut own = Bindings::new();
        for dim in names {
            if let Dim::Symbolic { name, .. } = dim {
                if let Some((_, length)) = bound.iter().find(|(known, _)| *known == name.as_slice()) {
                    own.insert(name.as_slice(), *length);
                }
            }
        }
        Ok((own, units))
    }

    /// Most units that a call can have, as far as they are bounded.
    pub fn most_units(&self) -> Units {
        let dims = self.view.spec.inputs.iter().flat_map(|input| input.shape.iter());
        let mut longest = Bindings::new();
        for dim in dims {
            if let Dim::Symbolic { name, max } = dim {
                longest.insert(name.as_slice(), *max);
            }
        }
        self.view.spec.count_units(&longest).unwrap_or(Units::MAX)
    }

    fn wants(&self) -> String {
        crate::infer::input::wants(&self.view.spec)
    }
}

/// All that may be called, and when the chain was asked.
type Known = (Option<Instant>, Arc<Vec<Arc<Release>>>);

/// The list, asked of the chain from time to time.
pub struct Catalogue {
    network: Arc<dyn Network>,
    allowed: Vec<Reference>,
    state: Mutex<Known>,
}

impl Catalogue {
    /// The models of a chain; only these, if any are named.
    pub fn new(network: Arc<dyn Network>, allowed: Vec<Reference>) -> Self {
        Self { network, allowed, state: Mutex::default() }
    }

    /// All releases that may be called, by number.
    pub async fn all(&self) -> Result<Arc<Vec<Arc<Release>>>, CallError> {
        let (asked, known) = self.known();
        if asked.is_some_and(|asked| asked.elapsed() < FRESH) {
            return Ok(known);
        }
        self.refresh().await
    }

    async fn refresh(&self) -> Result<Arc<Vec<Arc<Release>>>, CallError> {
        let (_, known) = self.known();
        let listed = match self.network.releases().await {
            Ok(listed) => listed,
            // What was known is still right: releases never change.
            Err(_) if !known.is_empty() => return Ok(known),
            Err(error) => return Err(CallError::Unavailable(error.message)),
        };
        let mut all: Vec<Arc<Release>> = Vec::new();
        for view in listed {
            // The same object as before, if there was one.
            let old = known.iter().find(|old| old.view == view);
            let release = old.cloned().or_else(|| Release::of(view).map(Arc::new));
            all.extend(release.filter(|release| self.allows(release)));
        }
        let all = Arc::new(all);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = (Some(Instant::now()), all.clone());
        Ok(all)
    }

    fn known(&self) -> (Option<Instant>, Arc<Vec<Arc<Release>>>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn allows(&self, release: &Release) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| refers(allowed, release, None))
    }

    /// The release of a name and version.
    pub async fn find(&self, name: &str, version: Option<&str>) -> Result<Arc<Release>, CallError> {
        let wrong = |_| unknown(name, version);
        let mut reference = Reference::parse(name).map_err(wrong)?;
        if let (Reference::Name { version: wanted @ None, .. }, Some(version)) = (&mut reference, version) {
            *wanted = Some(Version::parse(version).map_err(|_| unknown(name, Some(version)))?);
        }
        let (asked, known) = self.known();
        if let Ok(Some(found)) = newest(&known, &reference, version) {
            if asked.is_some_and(|asked| asked.elapsed() < FRESH) {
                return Ok(found);
            }
        }
        let found = newest(&self.refresh().await?, &reference, version).map_err(|titles| {
            let titles = titles.join(", ");
            CallError::NotFound(format!("several publishers have a `{name}`; write which one you mean: {titles}"))
        })?;
        found.ok_or_else(|| unknown(name, version))
    }

    /// One release by number.
    pub async fn by_id(&self, id: ReleaseId) -> Option<Arc<Release>> {
        let all = self.all().await.ok()?;
        all.iter().find(|release| release.id() == id).cloned()
    }

    /// All models, each with its versions. `live` says of which releases somebody answers calls.
    pub async fn models(&self, live: &[ReleaseId]) -> Result<Vec<ModelInfo>, CallError> {
        let all = self.all().await?;
        let mut groups: BTreeMap<(&AccountId, &str), Vec<&Arc<Release>>> = BTreeMap::new();
        for release in all.iter() {
            groups.entry((&release.view.publisher, &release.name)).or_default().push(release);
        }
        let publishers = |name: &str| groups.keys().filter(|(_, other)| *other == name).count();
        Ok(groups.iter().filter_map(|((_, name), releases)| describe(releases, publishers(name) == 1, live)).collect())
    }

    /// What a model is, for those who call it by this name.
    pub async fn model(&self, name: &str, version: Option<&str>, live: &[ReleaseId]) -> Result<ModelInfo, CallError> {
        let found = self.find(name, version).await?;
        let models = self.models(live).await?;
        let info = models.into_iter().find(|info| info.name == found.full);
        let info = info.ok_or_else(|| unknown(name, version))?;
        let exact = describe(&[&found], false, live).unwrap_or_else(|| info.clone());
        Ok(ModelInfo { aliases: info.aliases, versions: info.versions, ..exact })
    }
}

fn unknown(name: &str, version: Option<&str>) -> CallError {
    let version = version.map(|version| format!(" version {version}")).unwrap_or_default();
    CallError::NotFound(format!("no model is called `{name}`{version}; GET /v1/models lists those that are"))
}

/// Whether a reference means a release.
fn refers(reference: &Reference, release: &Release, version: Option<&str>) -> bool {
    match reference {
        Reference::Id(id) => *id == release.id() && version.is_none_or(|v| release.version.to_string() == v),
        Reference::Name { publisher, name, version } => {
            release.name == *name
                && version.as_ref().is_none_or(|version| *version == release.version)
                && publisher.as_deref().is_none_or(|publisher| {
                    crate::account::parse(publisher).is_ok_and(|account| account == release.view.publisher)
                })
        },
    }
}

/// The newest release that is meant; an error with the full names if several publishers have the name.
fn newest(
    all: &[Arc<Release>],
    reference: &Reference,
    version: Option<&str>,
) -> Result<Option<Arc<Release>>, Vec<String>> {
    let mut found: Vec<&Arc<Release>> = all.iter().filter(|release| refers(reference, release, version)).collect();
    let names: BTreeSet<&String> = found.iter().map(|release| &release.full).collect();
    if names.len() > 1 {
        return Err(names.into_iter().cloned().collect());
    }
    if found.iter().any(|release| release.view.deprecated.is_none()) {
        found.retain(|release| release.view.deprecated.is_none());
    }
    Ok(found.into_iter().max_by(|a, b| a.version.cmp(&b.version)).cloned())
}

fn describe(releases: &[&Arc<Release>], unique: bool, live: &[ReleaseId]) -> Option<ModelInfo> {
    let mut releases: Vec<&Arc<Release>> = releases.to_vec();
    releases.sort_by(|a, b| a.version.cmp(&b.version));
    let usable = releases.iter().filter(|release| release.view.deprecated.is_none());
    let shown = *usable.max_by(|a, b| a.version.cmp(&b.version)).or(releases.last())?;
    let mut aliases = Vec::new();
    if unique {
        aliases.push(shown.name.clone());
        aliases.extend(releases.iter().map(|release| release.title()));
    }
    aliases.extend(releases.iter().map(|release| release.id().to_string()));
    Some(ModelInfo {
        name: shown.full.clone(),
        aliases,
        versions: releases.iter().map(|release| release.version.to_string()).collect(),
        release: Some(shown.id()),
        inputs: shown.view.spec.inputs.iter().map(tensor).collect(),
        outputs: shown.view.spec.outputs.iter().map(tensor).collect(),
        ready: releases.iter().any(|release| live.contains(&release.id())),
    })
}

fn tensor(spec: &TensorSpec) -> TensorInfo {
    let shape = spec.shape.iter().map(|dim| match dim {
        Dim::Fixed(length) => Some(*length),
        Dim::Symbolic { .. } => None,
    });
    TensorInfo { name: text(&spec.name), dtype: spec.dtype, shape: shape.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::tests::fakes::scaler;

    fn release(id: ReleaseId, publisher: u8, version: &str) -> Arc<Release> {
        let (name, version) = (b"m".to_vec(), version.as_bytes().to_vec());
        let publisher = AccountId::new([publisher; 32]);
        let (deprecated, private, spec) = (None, false, scaler());
        let view = ReleaseView { id, repository: 0, publisher, name, version, deprecated, private, spec };
        Arc::new(Release::of(view).unwrap())
    }

    #[test]
    fn full_names_should_be_told_when_several_publishers_have_the_name() {
        let all = [release(0, 1, "1.9.0"), release(1, 1, "1.10.0"), release(2, 2, "3.0.0")];
        let titles = newest(&all, &Reference::parse("m").unwrap(), None).unwrap_err();
        assert_eq!(titles, [all[0].full.clone(), all[2].full.clone()]);
        let full = Reference::parse(&all[0].full).unwrap();
        assert_eq!(newest(&all, &full, None).unwrap().unwrap().id(), 1);
        assert!(newest(&all, &Reference::parse("other").unwrap(), None).unwrap().is_none());
    }
}
