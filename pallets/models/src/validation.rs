//! Checks on what publishers send. Nothing here reads or writes storage.

use crate::{Config, Error, Pallet};
use alloc::collections::BTreeSet;
use candor_commitments::model_root;
use candor_primitives::{
    release::MAX_TRACE, DType, Dim, FileSpec, HostBlake2b, ReleaseSpec, TensorSpec, UnitRule, Variant,
};
use frame_support::{ensure, traits::Get};
use sp_core::H256;

/// How a source may start.
const SCHEMES: [&str; 4] = ["https://", "http://", "s3://", "file://"];

impl<T: Config> Pallet<T> {
    /// A name of a repository: 1 to 64 characters of `[a-z0-9-_.]`, the first a letter or digit.
    pub(crate) fn check_name(name: &[u8]) -> Result<(), Error<T>> {
        let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let first = name.first().is_some_and(plain);
        let all = name.iter().all(|b| plain(b) || matches!(b, b'-' | b'_' | b'.'));
        ensure!(first && all, Error::<T>::InvalidName);
        Ok(())
    }

    /// Text that may have several lines: reasons and metadata.
    pub(crate) fn check_prose(text: &[u8]) -> Result<(), Error<T>> {
        let text = core::str::from_utf8(text).map_err(|_| Error::<T>::InvalidText)?;
        let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        ensure!(text.chars().all(plain), Error::<T>::InvalidText);
        Ok(())
    }

    /// Where files can be fetched: empty, or an address of a known scheme.
    pub(crate) fn check_source(source: &[u8]) -> Result<(), Error<T>> {
        let text = line(source).ok_or(Error::<T>::InvalidText)?;
        let known = SCHEMES.iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        ensure!(text.is_empty() || known, Error::<T>::InvalidSource);
        Ok(())
    }

    /// Everything that the chain can check about a release without its files.
    pub(crate) fn check_spec(spec: &ReleaseSpec) -> Result<(), Error<T>> {
        ensure!(spec.royalty <= T::MaxRoyalty::get(), Error::<T>::RoyaltyTooHigh);
        ensure!(!spec.licence.is_empty(), Error::<T>::NoLicence);
        ensure!(line(&spec.licence).is_some(), Error::<T>::InvalidText);
        for tag in &spec.tags {
            ensure!(!tag.is_empty(), Error::<T>::EmptyTag);
            ensure!(line(tag).is_some(), Error::<T>::InvalidText);
        }
        Self::check_source(&spec.source)?;
        Self::check_files(&spec.files, &spec.model_root)?;
        Self::check_variants(&spec.variants, &spec.files)?;
        Self::check_inputs(&spec.inputs)?;
        Self::check_outputs(&spec.outputs)?;
        Self::check_units(&spec.units, &spec.inputs)
    }

    fn check_files(files: &[FileSpec], root: &H256) -> Result<(), Error<T>> {
        ensure!(!files.is_empty(), Error::<T>::NoFiles);
        let mut paths = BTreeSet::new();
        for file in files {
            let path = safe_path(&file.path).ok_or(Error::<T>::InvalidPath)?;
            ensure!(paths.insert(path), Error::<T>::PathConflict);
        }
        let shadowed = |path: &&str| path.match_indices('/').any(|(at, _)| paths.contains(&path[..at]));
        ensure!(!paths.iter().any(shadowed), Error::<T>::PathConflict);
        let computed = model_root::<HostBlake2b>(files.iter().map(|file| (file.path.as_slice(), file.root.0)));
        ensure!(computed == root.0, Error::<T>::WrongModelRoot);
        Ok(())
    }

    fn check_variants(variants: &[Variant], files: &[FileSpec]) -> Result<(), Error<T>> {
        ensure!(!variants.is_empty(), Error::<T>::NoVariants);
        let mut roots = BTreeSet::new();
        for variant in variants {
            let graph = files.get(usize::from(variant.graph)).ok_or(Error::<T>::UnknownGraph)?;
            let computed = Variant::compute_root::<HostBlake2b>(&variant.profile, &graph.root, &variant.judging);
            ensure!(variant.judging.trace > 0, Error::<T>::EmptyTrace);
            ensure!(variant.judging.trace <= MAX_TRACE, Error::<T>::LongTrace);
            ensure!(variant.root == computed, Error::<T>::WrongVariantRoot);
            ensure!(roots.insert(variant.root), Error::<T>::DuplicateVariant);
        }
        Ok(())
    }

    fn check_inputs(inputs: &[TensorSpec]) -> Result<(), Error<T>> {
        ensure!(!inputs.is_empty(), Error::<T>::NoInputs);
        Self::check_tensors(inputs)?;
        for input in inputs {
            let Some(range) = input.range else { continue };
            ensure!(is_integer(input.dtype), Error::<T>::RangeNotInteger);
            ensure!(range.min <= range.max, Error::<T>::EmptyRange);
        }
        Ok(())
    }

    fn check_outputs(outputs: &[TensorSpec]) -> Result<(), Error<T>> {
        ensure!(!outputs.is_empty(), Error::<T>::NoOutputs);
        Self::check_tensors(outputs)?;
        ensure!(outputs.iter().all(|output| output.range.is_none()), Error::<T>::RangeOnOutput);
        Ok(())
    }

    fn check_tensors(tensors: &[TensorSpec]) -> Result<(), Error<T>> {
        let mut names = BTreeSet::new();
        for tensor in tensors {
            ensure!(filled_line(&tensor.name), Error::<T>::InvalidTensorName);
            ensure!(names.insert(tensor.name.as_slice()), Error::<T>::DuplicateTensorName);
            ensure!(tensor.shape.iter().all(is_sound), Error::<T>::InvalidDimension);
        }
        Ok(())
    }

    fn check_units(units: &UnitRule, inputs: &[TensorSpec]) -> Result<(), Error<T>> {
        ensure!(units.divisor >= 1, Error::<T>::ZeroDivisor);
        ensure!(units.reference >= 1, Error::<T>::ZeroReference);
        let symbols: BTreeSet<&[u8]> = inputs.iter().flat_map(|input| input.shape.iter()).filter_map(symbol).collect();
        ensure!(units.dims.iter().all(|dim| symbols.contains(dim.as_slice())), Error::<T>::UnknownUnitDimension);
        Ok(())
    }
}

/// UTF-8 without control characters.
fn line(text: &[u8]) -> Option<&str> {
    core::str::from_utf8(text).ok().filter(|text| !text.chars().any(char::is_control))
}

/// A line with something on it.
fn filled_line(text: &[u8]) -> bool {
    line(text).is_some_and(|text| !text.is_empty())
}

/// A relative path with forward slashes whose parts are names: it can't leave the folder that it is joined to.
fn safe_path(path: &[u8]) -> Option<&str> {
    line(path).filter(|path| !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | "..")))
}

/// Whether a symbolic dimension has a name and a length; fixed ones are always sound.
fn is_sound(dim: &Dim) -> bool {
    match dim {
        Dim::Fixed(_) => true,
        Dim::Symbolic { name, max } => *max > 0 && filled_line(name),
    }
}

fn symbol(dim: &Dim) -> Option<&[u8]> {
    match dim {
        Dim::Fixed(_) => None,
        Dim::Symbolic { name, .. } => Some(name.as_slice()),
    }
}

fn is_integer(dtype: DType) -> bool {
    use DType::*;
    matches!(dtype, Uint8 | Int8 | Uint16 | Int16 | Int32 | Int64 | Uint32 | Uint64)
}
