//! Several variants in one release: those that other machines prepared are kept beside this machine's.

use super::{Manifest, PrepareError, PrepareOptions, PreparedRelease, VariantEntry};
use crate::{judging, profile::Profile};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What is kept of the other release.
pub(super) struct Kept {
    folder: PathBuf,
    manifest: Manifest,
    pub(super) variants: Vec<VariantEntry>,
}

/// Copy the other variants' files into the work folder and add their paths; `None` if there is no other release.
pub(super) fn keep(
    options: &PrepareOptions,
    profile: &Profile,
    work: &Path,
    paths: &mut BTreeSet<String>,
) -> Result<Option<Kept>, PrepareError> {
    let Some(folder) = &options.variants_of else { return Ok(None) };
    let other = PreparedRelease::open(folder, "")?;
    let mut manifest = other.manifest;
    let own = hex::encode(profile.hash);
    let variants: Vec<VariantEntry> = manifest.variants.drain(..).filter(|v| v.profile != own).collect();
    for variant in &variants {
        // The graph, its data, how it is judged: all begin with the graph's path.
        let data = format!("{}.data", variant.graph);
        let belongs = [variant.graph.clone(), judging::file_name(&variant.graph), data];
        for file in manifest.files.iter().filter(|f| belongs.contains(&f.path)) {
            let (from, to) = (folder.join(&file.path), work.join(&file.path));
            fs::copy(&from, &to).map_err(PrepareError::io(&to))?;
            paths.insert(file.path.clone());
        }
    }
    Ok(Some(Kept { folder: folder.clone(), manifest, variants }))
}

impl Kept {
    /// The releases must differ in nothing but their variants, and both must have the model itself, or nobody could say
    /// that the variants come from one model.
    pub(super) fn check(&self, new: &Manifest) -> Result<(), PrepareError> {
        let old = &self.manifest;
        let other = |reason: String| PrepareError::OtherRelease { folder: self.folder.clone(), reason };
        let prepared = |path: &str| path.starts_with("prepared-");
        for (one, two) in [(old, new), (new, old)] {
            let missing = one.files.iter().find(|f| !prepared(&f.path) && !two.files.contains(f));
            if let Some(file) = missing {
                return Err(other(format!("{} differs, or only one of them has it", file.path)));
            }
        }
        let has_model = |f: &super::FileEntry| !prepared(&f.path) && f.path.ends_with(".onnx");
        if !new.files.iter().any(has_model) {
            return Err(other("the model itself is not among the files, so nothing ties the variants together".into()));
        }
        let facts = |m: &Manifest| {
            (
                m.name.clone(),
                m.version.clone(),
                (m.inputs.clone(), m.outputs.clone()),
                (m.unit_dims.clone(), m.unit_divisor, m.reference_units),
                (m.license.clone(), m.royalty_permill),
            )
        };
        if facts(old) != facts(new) {
            return Err(other("name, version, licence, royalty, inputs, outputs or units differ".into()));
        }
        Ok(())
    }
}
