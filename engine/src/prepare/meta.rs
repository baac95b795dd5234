//! What a publisher says of a model that the ONNX file does not: `release.json` beside it.

use super::PrepareError;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// Name of the file.
pub const RELEASE_FILE: &str = "release.json";

/// The content of `release.json`. Every field can be left out, but symbolic dimensions need a limit.
///
/// ```
/// let meta: candor_engine::prepare::ReleaseMeta = serde_json::from_str(
///     r#"{"name":"minilm","version":"1.0.0","license":"Apache-2.0","unit_rule":{"dims":["batch","sequence"],"divisor":1},
///         "limits":{"batch":64,"sequence":512},"ranges":{"input_ids":[0,30521]},"tokenizer":"tokenizer.json"}"#,
/// )?;
/// assert_eq!(meta.limits["batch"], 64);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReleaseMeta {
    /// Name of the repository: lowercase letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// SPDX identifier of the licence.
    pub license: String,
    /// A sentence for people.
    pub description: String,
    /// Words to search by, at most eight.
    pub tags: Vec<String>,
    /// How units are counted.
    pub unit_rule: UnitMeta,
    /// Units of a typical call.
    pub reference_units: u64,
    /// Largest length of each symbolic dimension.
    pub limits: BTreeMap<String, u32>,
    /// Smallest and largest value of integer inputs.
    pub ranges: BTreeMap<String, (i64, i64)>,
    /// Shapes of inputs and outputs for which the file gives none: numbers, or names of symbolic dimensions.
    pub shapes: BTreeMap<String, Vec<DimMeta>>,
    /// Publisher's share of every fee in millionths, as the chain's `Permill` counts: 20000 are 2 %.
    pub royalty_permill: u32,
    /// Tokenizer beside the model.
    pub tokenizer: Option<String>,
    /// More files beside the model that belong to the release.
    pub files: Vec<String>,
}

/// How units are counted: the product of the dimensions, divided, rounded up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitMeta {
    /// Symbolic dimensions of the inputs; none for one unit per call.
    pub dims: Vec<String>,
    /// Divisor, at least 1.
    pub divisor: u32,
}

/// A dimension of a shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DimMeta {
    /// Always this long.
    Fixed(u32),
    /// Named.
    Named(String),
}

impl Default for UnitMeta {
    fn default() -> Self {
        Self { dims: Vec::new(), divisor: 1 }
    }
}

impl Default for ReleaseMeta {
    fn default() -> Self {
        Self {
            name: "model".into(),
            version: "1.0.0".into(),
            license: "LicenseRef-unknown".into(),
            description: String::new(),
            tags: Vec::new(),
            unit_rule: UnitMeta::default(),
            reference_units: 1,
            limits: BTreeMap::new(),
            ranges: BTreeMap::new(),
            shapes: BTreeMap::new(),
            royalty_permill: 0,
            tokenizer: None,
            files: Vec::new(),
        }
    }
}

impl ReleaseMeta {
    /// Read `release.json` in `folder`; `None` if there is none.
    pub fn read(folder: &Path) -> Result<Option<Self>, PrepareError> {
        let path = folder.join(RELEASE_FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(PrepareError::io(&path))?,
        };
        let meta = serde_json::from_str(&text);
        meta.map(Some).map_err(|e| PrepareError::Meta { field: RELEASE_FILE.into(), reason: e.to_string() })
    }
}
