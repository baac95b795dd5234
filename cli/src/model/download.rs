//! Download a release's files.

use super::refs;
use crate::{
    args::Globals,
    chain::Chain,
    errors::{CliError, Result},
    files,
    output::{size, text, Out},
};
use candor_runtime_api::views::ReleaseView;
use serde_json::json;
use std::path::{Component, Path, PathBuf};

/// `candor model download`.
pub async fn run(globals: &Globals, out: &Out, reference: &str, folder: Option<&Path>) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let release = refs::resolve(&chain, reference).await?;
    let folder = folder.map_or_else(|| default_folder(&release), Path::to_path_buf);
    let source = text(&release.spec.source);
    let mut total = 0u64;
    for file in &release.spec.files {
        let name = text(&file.path);
        let bar = out.bar(&name, file.size);
        files::fetch(&source, file, &folder.join(safe(&name)?), &bar).await?;
        bar.finish();
        total = total.saturating_add(file.size);
    }
    let count = release.spec.files.len();
    let document =
        json!({ "release": release.id, "name": refs::name(&release), "folder": folder, "files": count, "size": total });
    out.document(&document, || {
        format!("{} in {}: {count} files, {}, every byte checked", refs::name(&release), folder.display(), size(total))
    });
    Ok(())
}

fn default_folder(release: &ReleaseView) -> PathBuf {
    PathBuf::from(refs::name(release).replace(['/', '@'], "-"))
}

/// A path that stays in its folder: the chain checks paths, this program does not rely on it.
fn safe(path: &str) -> Result<&Path> {
    let stays = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if stays && !path.is_empty() {
        Ok(Path::new(path))
    } else {
        Err(CliError::new(format!("the release has a file whose path leaves its folder: {path}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_should_be_refused_when_it_leaves_the_folder() {
        assert!(safe("data/model.onnx").is_ok());
        for bad in ["../x", "/etc/passwd", "a/../../b", ""] {
            assert!(safe(bad).is_err(), "{bad}");
        }
    }
}
