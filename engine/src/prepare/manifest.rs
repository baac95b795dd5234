//! `manifest.json`: everything that a release commits to, for people and tools.
//!
//! The file is canonical JSON: UTF-8, keys sorted, no spaces, only integers. Its BLAKE2b-256 is the manifest hash.

use super::{spec, PrepareError};
use crate::releases::safe_path;
use candor_commitments::{model_root, Blake2b256, Hasher};
use candor_primitives::{
    release::{FilePath, Source},
    DType, Dim, FileSpec, Judging, ReleaseSpec, TensorSpec, UnitRule, ValueRange, Variant,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sp_core::H256;
use sp_runtime::Permill;
use std::path::Path;

/// Name of the file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format.
    pub candor_manifest: u32,
    /// Name of the repository.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// SPDX identifier of the licence.
    pub license: String,
    /// A sentence for people.
    pub description: String,
    /// Words to search by.
    pub tags: Vec<String>,
    /// Files, in the order of the model root.
    pub files: Vec<FileEntry>,
    /// Root over all files, hexadecimal.
    pub model_root: String,
    /// Prepared variants.
    pub variants: Vec<VariantEntry>,
    /// Inputs.
    pub inputs: Vec<TensorEntry>,
    /// Outputs.
    pub outputs: Vec<TensorEntry>,
    /// Dimensions whose product is counted.
    pub unit_dims: Vec<String>,
    /// By which the product is divided.
    pub unit_divisor: u32,
    /// Units of a typical call.
    pub reference_units: u64,
    /// Publisher's share in millionths.
    pub royalty_permill: u32,
    /// The tokenizer among the files.
    pub tokenizer: Option<String>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path inside the release.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Content id, hexadecimal.
    pub root: String,
}

/// A variant of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantEntry {
    /// Hash of the execution profile, hexadecimal.
    pub profile: String,
    /// The execution profile.
    pub profile_text: String,
    /// Path of the prepared graph. How its nodes are judged stands beside it, under the same path with `.judging`.
    pub graph: String,
    /// What disputes are judged against.
    pub judging: JudgingEntry,
    /// Variant root, hexadecimal.
    pub root: String,
}

/// What disputes about runs of a variant are judged against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgingEntry {
    /// Version of the adjudicator's rules.
    pub rules: u16,
    /// Root of the graph as it is judged, hexadecimal.
    pub graph: String,
    /// Root of the list of the weights' roots, hexadecimal.
    pub weights: String,
    /// Number of roots in a trace.
    pub trace: u32,
    /// Bytes of a trace of a typical call.
    pub trace_bytes: u64,
    /// Whether every node is judged exactly.
    pub exact: bool,
}

impl JudgingEntry {
    /// As it is published.
    pub fn to_judging(&self) -> Result<Judging, PrepareError> {
        Ok(Judging {
            rules: self.rules,
            graph: hash(&self.graph)?,
            weights: hash(&self.weights)?,
            trace: self.trace,
            trace_bytes: self.trace_bytes,
            exact: self.exact,
        })
    }

    /// As it is written.
    pub fn of(judging: &Judging) -> Self {
        Self {
            rules: judging.rules,
            graph: hex::encode(judging.graph),
            weights: hex::encode(judging.weights),
            trace: judging.trace,
            trace_bytes: judging.trace_bytes,
            exact: judging.exact,
        }
    }
}

/// An input or output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorEntry {
    /// Name in the graph.
    pub name: String,
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Vec<DimEntry>,
    /// Smallest and largest value, if declared.
    pub range: Option<(i64, i64)>,
}

/// A dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DimEntry {
    /// Always this long.
    Fixed(u32),
    /// Bound by the call.
    Symbolic {
        /// Name.
        name: String,
        /// Largest length.
        max: u32,
    },
}

impl Manifest {
    /// The canonical bytes.
    pub fn canonical(&self) -> Result<Vec<u8>, PrepareError> {
        let json = |e: serde_json::Error| PrepareError::Manifest(e.to_string());
        let mut text = String::new();
        write_sorted(&serde_json::to_value(self).map_err(json)?, &mut text);
        Ok(text.into_bytes())
    }

    /// Read `manifest.json` of a release folder.
    pub fn read(folder: &Path) -> Result<Self, PrepareError> {
        let path = folder.join(MANIFEST_FILE);
        Self::from_bytes(&std::fs::read(&path).map_err(PrepareError::io(&path))?)
    }

    /// Read the text of a manifest.
    pub fn from_bytes(text: &[u8]) -> Result<Self, PrepareError> {
        serde_json::from_slice(text).map_err(|e| PrepareError::Manifest(e.to_string()))
    }

    /// What is published on chain. Checks that all of it follows from each other, not the files' bytes.
    pub fn to_spec(&self, source: &str) -> Result<ReleaseSpec, PrepareError> {
        let wrong = |what: &str| PrepareError::Manifest(what.to_owned());
        let files: Vec<FileSpec> = self.files.iter().map(file).collect::<Result<_, _>>()?;
        let mut paths: Vec<&FilePath> = files.iter().map(|f| &f.path).collect();
        paths.sort();
        paths.dedup();
        if paths.len() != files.len() {
            return Err(wrong("a path occurs twice"));
        }
        let root = H256(model_root::<Blake2b256>(files.iter().map(|f| (f.path.as_slice(), f.root.0))));
        if root != hash(&self.model_root)? {
            return Err(wrong("model_root does not follow from the files"));
        }
        let variants: Vec<Variant> = self.variants.iter().map(|v| variant(v, &files)).collect::<Result<_, _>>()?;
        let text = |field: &'static str, text: &str| spec::name(field, text);
        let tags: Vec<_> = self.tags.iter().map(|t| text("tags", t)).collect::<Result<_, _>>()?;
        let dims: Vec<_> = self.unit_dims.iter().map(|d| text("unit_dims", d)).collect::<Result<_, _>>()?;
        let tensors = |all: &[TensorEntry]| all.iter().map(tensor).collect::<Result<Vec<_>, _>>();
        if self.royalty_permill > 1_000_000 {
            return Err(wrong("royalty_permill is more than the whole"));
        }
        Ok(ReleaseSpec {
            manifest_hash: H256(Blake2b256::hash(&self.canonical()?)),
            model_root: root,
            files: files.try_into().map_err(|_| wrong("too many files"))?,
            variants: variants.try_into().map_err(|_| wrong("too many variants"))?,
            inputs: tensors(&self.inputs)?.try_into().map_err(|_| wrong("too many inputs"))?,
            outputs: tensors(&self.outputs)?.try_into().map_err(|_| wrong("too many outputs"))?,
            units: UnitRule {
                dims: dims.try_into().map_err(|_| wrong("more than four unit_dims"))?,
                divisor: self.unit_divisor,
                reference: self.reference_units,
            },
            licence: text("license", &self.license)?,
            tags: tags.try_into().map_err(|_| wrong("more than eight tags"))?,
            royalty: Permill::from_parts(self.royalty_permill),
            source: Source::try_from(source.as_bytes().to_vec()).map_err(|_| wrong("the source has over 256 bytes"))?,
        })
    }
}

fn file(entry: &FileEntry) -> Result<FileSpec, PrepareError> {
    let wrong = || PrepareError::Manifest(format!("{} is no path inside a release", entry.path));
    safe_path(&entry.path).ok_or_else(wrong)?;
    let path = FilePath::try_from(entry.path.as_bytes().to_vec()).map_err(|_| wrong())?;
    Ok(FileSpec { path, size: entry.size, root: hash(&entry.root)? })
}

fn variant(entry: &VariantEntry, files: &[FileSpec]) -> Result<Variant, PrepareError> {
    let wrong = |what: &str| PrepareError::Manifest(format!("variant {}: {what}", entry.root));
    let position = files.iter().position(|f| f.path.as_slice() == entry.graph.as_bytes());
    let position = position.ok_or_else(|| wrong("its graph is no file of the release"))?;
    let graph = files.get(position).ok_or_else(|| wrong("its graph is no file of the release"))?;
    let profile = hash(&entry.profile)?;
    let judging = entry.judging.to_judging()?;
    let root = Variant::compute_root::<Blake2b256>(&profile, &graph.root, &judging);
    if H256(Blake2b256::hash(entry.profile_text.as_bytes())) != profile || root != hash(&entry.root)? {
        return Err(wrong("its hashes do not follow from profile_text, graph and judging"));
    }
    let graph = u16::try_from(position).map_err(|_| wrong("too many files"))?;
    Ok(Variant { profile, graph, judging, root })
}

fn tensor(entry: &TensorEntry) -> Result<TensorSpec, PrepareError> {
    let dims = entry.shape.iter().map(|dim| match dim {
        DimEntry::Fixed(length) => Ok(Dim::Fixed(*length)),
        DimEntry::Symbolic { name, max } => Ok(Dim::Symbolic { name: spec::name("shape", name)?, max: *max }),
    });
    let shape: Vec<Dim> = dims.collect::<Result<_, PrepareError>>()?;
    Ok(TensorSpec {
        name: spec::name("name", &entry.name)?,
        dtype: entry.dtype,
        shape: shape.try_into().map_err(|_| PrepareError::Manifest(format!("{}: too many dimensions", entry.name)))?,
        range: entry.range.map(|(min, max)| ValueRange { min, max }),
    })
}

/// How a tensor is written.
pub(super) fn tensor_entry(spec: &TensorSpec) -> TensorEntry {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let shape = spec.shape.iter().map(|dim| match dim {
        Dim::Fixed(length) => DimEntry::Fixed(*length),
        Dim::Symbolic { name, max } => DimEntry::Symbolic { name: text(name), max: *max },
    });
    TensorEntry {
        name: text(&spec.name),
        dtype: spec.dtype,
        shape: shape.collect(),
        range: spec.range.map(|r| (r.min, r.max)),
    }
}

fn hash(text: &str) -> Result<H256, PrepareError> {
    crate::store::parse_root(text).ok_or_else(|| PrepareError::Manifest(format!("{text} is no hash")))
}

/// JSON with sorted keys and without spaces, whatever order the map keeps.
fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (n, key) in keys.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_sorted(map.get(key).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        },
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_sorted(item, out);
            }
            out.push(']');
        },
        plain => out.push_str(&plain.to_string()),
    }
}
