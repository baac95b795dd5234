//! Files by content id: fetched from a release's source, checked while they stream, continued after an interruption.

use crate::errors::{CliError, Context, Result};
use candor_commitments::{Blake2b256, TreeBuilder};
use candor_engine::store::fetch::{self as sources, ByteStream, FetchError};
use candor_primitives::{FileSpec, TensorRef};
use futures::StreamExt;
use indicatif::ProgressBar;
use sp_core::H256;
use std::{
    io::SeekFrom,
    path::{Path, PathBuf},
};
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

/// Fetch a file to `to`. What is there already, whole or in part, is checked and kept.
pub async fn fetch(source: &str, file: &FileSpec, to: &Path, bar: &ProgressBar) -> Result<()> {
    if root_of_file(to, file.size).await == Some(file.root) {
        bar.set_position(file.size);
        return Ok(());
    }
    let part = part_of(to);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).await.context(format!("the folder {} cannot be made", parent.display()))?;
    }
    let resumed = continue_part(source, file, &part, bar).await?;
    let complete = match resumed {
        Part::Right => true,
        // Half a download of something else lay there: once more from nothing.
        Part::WrongAfterResume => {
            bar.set_position(0);
            matches!(continue_part(source, file, &part, bar).await?, Part::Right)
        },
        Part::Wrong => false,
    };
    if !complete {
        return Err(CliError::new(format!("what {source} gives is not {}", crate::output::text(&file.path))).hint(
            "its bytes have another root than the release states; nothing was kept. Try again or ask the publisher",
        ));
    }
    fs::rename(&part, to).await.context(format!("{} cannot be written", to.display()))
}

/// Fetch a small file and return its bytes; kept in the cache folder by root.
pub async fn cached(source: &str, file: &FileSpec, bar: &ProgressBar) -> Result<Vec<u8>> {
    let path = candor_engine::library::candor_home().join("cache").join(hex::encode(file.root.0));
    if root_of_file(&path, file.size).await != Some(file.root) {
        // Under a name of its own: another `candor` may fetch the same file at this moment.
        let own = path.with_extension(std::process::id().to_string());
        fetch(source, file, &own, bar).await?;
        fs::rename(&own, &path).await.context(format!("{} cannot be written", path.display()))?;
    }
    fs::read(&path).await.context(format!("{} cannot be read", path.display()))
}

/// Fetch the bytes of a tensor and check them; `limit` bytes at most.
pub async fn tensor(source: &str, tensor: &TensorRef, limit: u64) -> Result<Vec<u8>> {
    let (_, mut stream) = open(source, &tensor.root, 0).await?;
    let mut data = Vec::new();
    while let Some(chunk) = stream.next().await {
        data.extend(chunk.map_err(|error| broken(source, &error))?);
        if data.len() as u64 > limit {
            return Err(CliError::new(format!("{source} sends more bytes than the output can have")));
        }
    }
    let dims: Vec<u64> = tensor.shape.iter().map(|dim| u64::from(*dim)).collect();
    let root = candor_commitments::tensor_root::<Blake2b256>(tensor.dtype.code(), &dims, &data);
    if root == tensor.root.0 {
        Ok(data)
    } else {
        Err(CliError::new(format!("{source} gives other bytes than the receipt commits to"))
            .hint("keep the receipt: it proves what the host signed"))
    }
}

enum Part {
    Right,
    Wrong,
    WrongAfterResume,
}

async fn continue_part(source: &str, file: &FileSpec, part: &Path, bar: &ProgressBar) -> Result<Part> {
    let name = part.display().to_string();
    let mut handle = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(part)
        .await
        .context(format!("{name} cannot be written"))?;
    let mut tree = TreeBuilder::<Blake2b256>::new();
    let had = handle.metadata().await.context(format!("{name} cannot be read"))?.len();
    if had <= file.size {
        hash(&mut handle, &mut tree).await.context(format!("{name} cannot be read"))?;
    }
    if tree.len() < file.size || file.size == 0 {
        let (from, mut stream) = open(source, &file.root, tree.len()).await?;
        if from != tree.len() {
            tree = TreeBuilder::new();
        }
        bar.set_position(from);
        handle.seek(SeekFrom::Start(from)).await.context(format!("{name} cannot be written"))?;
        handle.set_len(from).await.context(format!("{name} cannot be written"))?;
        while let Some(chunk) = stream.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    handle.flush().await.context(format!("{name} cannot be written"))?;
                    return Err(broken(source, &error).hint("run the command again: it continues where it stopped"));
                },
            };
            tree.update(&chunk);
            if tree.len() > file.size {
                break;
            }
            handle.write_all(&chunk).await.context(format!("{name} cannot be written"))?;
            bar.inc(chunk.len() as u64);
        }
        handle.flush().await.context(format!("{name} cannot be written"))?;
        if tree.len() < file.size {
            return Err(CliError::new(format!("{source} sent {} of {} bytes", tree.len(), file.size))
                .hint("run the command again: it continues where it stopped"));
        }
    }
    if tree.len() == file.size && tree.finish_file() == file.root.0 {
        return Ok(Part::Right);
    }
    fs::remove_file(part).await.context(format!("{name} cannot be removed"))?;
    Ok(if had > 0 { Part::WrongAfterResume } else { Part::Wrong })
}

/// Open a file of a source from a position; says from which position it really comes.
async fn open(source: &str, root: &H256, from: u64) -> Result<(u64, ByteStream)> {
    let client = sources::client().context("the HTTP client cannot start")?;
    sources::open(&client, source, &hex::encode(root.0), from).await.map_err(|error| match error {
        FetchError::Missing(_) => CliError::new(format!("{source} does not have the file"))
            .hint("ask the publisher to upload it again, or to set another source"),
        FetchError::Broken { reason, .. } => CliError::new(format!("{source} does not answer: {reason}"))
            .hint("is the publisher's or host's server running?"),
        other => CliError::new(other.to_string()),
    })
}

/// Root of a file of this size; `None` if it is not there or has another size.
async fn root_of_file(path: &Path, size: u64) -> Option<H256> {
    let mut file = fs::File::open(path).await.ok()?;
    if file.metadata().await.ok()?.len() != size {
        return None;
    }
    let mut tree = TreeBuilder::<Blake2b256>::new();
    hash(&mut file, &mut tree).await.ok()?;
    Some(H256(tree.finish_file()))
}

async fn hash(file: &mut fs::File, tree: &mut TreeBuilder<Blake2b256>) -> std::io::Result<()> {
    let mut buffer = vec![0u8; 256 * 1024];
    loop {
        let count = file.read(&mut buffer).await?;
        match buffer.get(..count) {
            Some(bytes) if count > 0 => tree.update(bytes),
            _ => return Ok(()),
        };
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn broken(source: &str, error: &FetchError) -> CliError {
    CliError::new(format!("the download from {source} broke off: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(data: &[u8]) -> FileSpec {
        FileSpec {
            path: b"model.onnx".to_vec().try_into().unwrap(),
            size: data.len() as u64,
            root: H256(candor_commitments::file_root::<Blake2b256>(data)),
        }
    }

    fn serve(data: &[u8], file: &FileSpec) -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(hex::encode(file.root.0)), data).unwrap();
        let source = format!("file://{}", dir.path().display());
        (dir, source)
    }

    fn data() -> Vec<u8> {
        (0..300_000u32).map(|i| (i % 251) as u8).collect()
    }

    #[tokio::test]
    async fn fetch_should_continue_when_half_of_the_file_is_there() {
        let file = spec(&data());
        let (_served, source) = serve(&data(), &file);
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("model.onnx");
        std::fs::write(part_of(&to), &data()[..100_000]).unwrap();
        fetch(&source, &file, &to, &ProgressBar::hidden()).await.unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), data());
        assert!(!part_of(&to).exists());
    }

    #[tokio::test]
    async fn fetch_should_start_over_when_the_half_file_is_another() {
        let file = spec(&data());
        let (_served, source) = serve(&data(), &file);
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("model.onnx");
        std::fs::write(part_of(&to), vec![9u8; 1000]).unwrap();
        fetch(&source, &file, &to, &ProgressBar::hidden()).await.unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), data());
    }

    #[tokio::test]
    async fn fetch_should_refuse_when_the_source_gives_other_bytes() {
        let file = spec(&data());
        let mut wrong = data();
        wrong[77] ^= 1;
        let (_served, source) = serve(&wrong, &file);
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("model.onnx");
        let error = fetch(&source, &file, &to, &ProgressBar::hidden()).await.unwrap_err();
        assert!(error.message.contains("is not model.onnx"), "{error}");
        assert!(!to.exists() && !part_of(&to).exists());
    }

    #[tokio::test]
    async fn fetch_should_repair_when_the_file_was_damaged_on_disk() {
        let file = spec(&data());
        let (_served, source) = serve(&data(), &file);
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("model.onnx");
        let mut damaged = data();
        damaged[5] ^= 1;
        std::fs::write(&to, damaged).unwrap();
        fetch(&source, &file, &to, &ProgressBar::hidden()).await.unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), data());
    }
}
