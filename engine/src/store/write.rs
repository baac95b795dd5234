//! Putting files into the store: downloads that go on where they broke off, uploads, outputs, local files.

use super::{blocking, content_id, fetch, hash_into, sync_folder, touch, FetchError, Store, StoreError};
use crate::tensors::TensorData;
use bytes::Bytes;
use candor_commitments::{Blake2b256, TreeBuilder};
use candor_gateway::secret::shown;
use candor_primitives::{release::FilePath, FileSpec, TensorRef};
use candor_verifier::commit::Lanes;
use futures::{Stream, StreamExt};
use sp_core::H256;
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{fs::File, io::AsyncWriteExt};

impl Store {
    /// Make sure that a file is here and whole. Bytes that are here are hashed; damaged ones are deleted and fetched
    /// again from the first source that gives them.
    pub async fn ensure(&self, file: &FileSpec, sources: &[String]) -> Result<PathBuf, StoreError> {
        let lock = self.lock(&file.root);
        let _one = lock.lock().await;
        let path = self.0.place.file(&file.root);
        if path.is_file() {
            if self.check(&file.root, file.size).await? {
                touch(&path);
                return Ok(path);
            }
            tracing::warn!(root = ?file.root, "a stored file is damaged; it is fetched again");
            self.0.metrics.damaged.inc();
            tokio::fs::remove_file(&path).await.map_err(StoreError::io(&path))?;
        }
        let mut tried = Vec::new();
        for source in sources {
            match self.ask_source(file, source).await {
                Ok(()) => {
                    self.0.metrics.downloads.with_label_values(&["done"]).inc();
                    self.count_bytes();
                    return Ok(path);
                },
                Err(error @ (StoreError::NoSpace { .. } | StoreError::Io { .. })) => return Err(error),
                Err(error) => tried.push(error.to_string()),
            }
            self.0.metrics.downloads.with_label_values(&["failed"]).inc();
        }
        let tried = if tried.is_empty() { "there is none".to_owned() } else { tried.join("; ") };
        Err(StoreError::Unavailable { root: file.root, tried })
    }

    async fn ask_source(&self, file: &FileSpec, source: &str) -> Result<(), StoreError> {
        let mut pause = self.0.patience.pause;
        let mut tries = self.0.patience.tries.max(1);
        loop {
            tries -= 1;
            let resumed = tokio::fs::metadata(self.0.place.part(&file.root)).await.is_ok_and(|m| m.len() > 0);
            let error = match self.try_source(file, source).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            // Half a download can be of another source, or damaged by a lost disk: once more, from the start.
            let again = match &error {
                StoreError::Interrupted(_) => true,
                StoreError::Root(_) | StoreError::Size { .. } => resumed,
                _ => false,
            };
            if !again || tries == 0 {
                return Err(error);
            }
            tracing::info!(root = ?file.root, source = shown(source), %error, "download broke off; it goes on");
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }

    async fn try_source(&self, file: &FileSpec, source: &str) -> Result<(), StoreError> {
        let part = self.0.place.part(&file.root);
        let (mut tree, have) = self.resume(&part, file.size).await?;
        let _space = self.reserve(file.size.saturating_sub(have))?;
        let id = hex::encode(file.root);
        let (start, mut stream) =
            fetch::open(&self.0.client, source, &id, have).await.map_err(|error| match error {
                broken if broken.retry() => StoreError::Interrupted(broken.to_string()),
                other => StoreError::Unavailable { root: file.root, tried: other.to_string() },
            })?;
        let mut options = File::options();
        if start == 0 && have > 0 {
            tree = TreeBuilder::new();
            options.write(true).truncate(true);
        } else {
            options.append(true);
        }
        let mut out = options.create(true).open(&part).await.map_err(StoreError::io(&part))?;
        let received = receive(&mut stream, &mut tree, &mut out, &part, file.size).await;
        self.0.metrics.downloaded_bytes.inc_by(tree.len().saturating_sub(start));
        match received {
            Err(error @ StoreError::Size { .. }) => {
                remove(&part).await;
                return Err(error);
            },
            other => other?,
        }
        if tree.len() < file.size {
            return Err(StoreError::Interrupted(format!(
                "{} gave {} of {} bytes",
                shown(source),
                tree.len(),
                file.size
            )));
        }
        out.sync_all().await.map_err(StoreError::io(&part))?;
        if H256(tree.finish_file()) != file.root {
            remove(&part).await;
            return Err(StoreError::Root(file.root));
        }
        self.settle(&part, self.0.place.file(&file.root)).await
    }

    /// Hash what an earlier download left.
    async fn resume(&self, part: &Path, size: u64) -> Result<(TreeBuilder<Blake2b256>, u64), StoreError> {
        let have = tokio::fs::metadata(part).await.map_or(0, |m| m.len());
        // A full part that was not renamed is hashed again rather than trusted.
        if have == 0 || have >= size {
            remove(part).await;
            return Ok((TreeBuilder::new(), 0));
        }
        let path = part.to_owned();
        blocking(move || {
            let mut tree = TreeBuilder::new();
            hash_into(&mut tree, &path).map_err(StoreError::io(&path))?;
            let have = tree.len();
            Ok((tree, have))
        })
        .await
    }

    async fn settle(&self, from: &Path, to: PathBuf) -> Result<(), StoreError> {
        let from = from.to_owned();
        blocking(move || {
            std::fs::rename(&from, &to).map_err(StoreError::io(&to))?;
            sync_folder(&to).map_err(StoreError::io(&to))
        })
        .await
    }

    /// Take a file of `size` bytes from a stream. Nothing is kept unless its root is `root`.
    pub async fn put<E: std::fmt::Display>(
        &self,
        root: &H256,
        size: u64,
        mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<(), StoreError> {
        if self.check(root, size).await? {
            return Ok(());
        }
        let _space = self.reserve(size)?;
        let temporary = self.0.place.temporary(root);
        let result = async {
            let mut out = File::create(&temporary).await.map_err(StoreError::io(&temporary))?;
            let mut tree = TreeBuilder::<Blake2b256>::new();
            receive(&mut stream, &mut tree, &mut out, &temporary, size).await?;
            if tree.len() != size {
                return Err(StoreError::Size { found: tree.len(), expected: size });
            }
            out.sync_all().await.map_err(StoreError::io(&temporary))?;
            if H256(tree.finish_file()) != *root {
                return Err(StoreError::Root(*root));
            }
            self.settle(&temporary, self.0.place.file(root)).await
        }
        .await;
        if result.is_err() {
            remove(&temporary).await;
        }
        self.count_bytes();
        result
    }

    /// Take a local file; answers what a release says of it under `path`.
    pub async fn import(&self, from: &Path, path: FilePath) -> Result<FileSpec, StoreError> {
        let source = from.to_owned();
        let (size, root) = blocking(move || content_id(&source).map_err(StoreError::io(&source))).await?;
        let file = File::open(from).await.map_err(StoreError::io(from))?;
        let stream = tokio_util::io::ReaderStream::with_capacity(file, 1 << 18);
        self.put(&root, size, stream).await?;
        Ok(FileSpec { path, size, root })
    }

    /// Keep an output, under its tensor root, durable before the call returns.
    pub async fn put_output(&self, root: H256, data: Bytes) -> Result<(), StoreError> {
        let to = self.0.place.output(&root);
        if to.is_file() {
            touch(&to);
            return Ok(());
        }
        let _space = self.reserve(data.len() as u64)?;
        let temporary = self.0.place.temporary(&root);
        let written = temporary.clone();
        let result = blocking(move || {
            let write = || -> io::Result<()> {
                let mut file = std::fs::File::create(&written)?;
                io::Write::write_all(&mut file, &data)?;
                file.sync_all()?;
                std::fs::rename(&written, &to)?;
                sync_folder(&to)
            };
            write().map_err(StoreError::io(&to))
        })
        .await;
        if result.is_err() {
            remove(&temporary).await;
        }
        self.count_bytes();
        result
    }

    /// Fetch a tensor of at most `most` bytes and check it against its root.
    pub async fn fetch_tensor(&self, tensor: &TensorRef, source: &str, most: u64) -> Result<TensorData, StoreError> {
        let id = hex::encode(tensor.root);
        let mut pause = self.0.patience.pause;
        let mut tries = self.0.patience.tries.max(1);
        loop {
            tries -= 1;
            let error = match self.try_tensor(tensor, source, &id, most).await {
                Ok(data) => return Ok(data),
                Err(error) => error,
            };
            if tries == 0 || !matches!(error, StoreError::Interrupted(_)) {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }

    async fn try_tensor(
        &self,
        tensor: &TensorRef,
        source: &str,
        id: &str,
        most: u64,
    ) -> Result<TensorData, StoreError> {
        let opened = fetch::open(&self.0.client, source, id, 0).await;
        let (_, mut stream) = opened.map_err(|error: FetchError| match error {
            broken if broken.retry() => StoreError::Interrupted(broken.to_string()),
            other => StoreError::Unavailable { root: tensor.root, tried: other.to_string() },
        })?;
        let mut data = Vec::new();
        while let Some(bytes) = stream.next().await {
            let bytes = bytes.map_err(|e| StoreError::Interrupted(e.to_string()))?;
            let found = (data.len() as u64).saturating_add(bytes.len() as u64);
            if found > most {
                return Err(StoreError::Size { found, expected: most });
            }
            data.extend_from_slice(&bytes);
        }
        let data = TensorData { dtype: tensor.dtype, shape: tensor.shape.clone(), data: data.into() };
        if data.check().is_err() || data.root_by::<Lanes>() != tensor.root {
            return Err(StoreError::Root(tensor.root));
        }
        Ok(data)
    }
}

/// Hash and write what arrives, never more than `size` bytes in all.
async fn receive<E: std::fmt::Display>(
    stream: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    tree: &mut TreeBuilder<Blake2b256>,
    out: &mut File,
    path: &Path,
    size: u64,
) -> Result<(), StoreError> {
    let mut result = Ok(());
    while let Some(bytes) = stream.next().await {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                result = Err(StoreError::Interrupted(error.to_string()));
                break;
            },
        };
        let found = tree.len().saturating_add(bytes.len() as u64);
        if found > size {
            result = Err(StoreError::Size { found, expected: size });
            break;
        }
        out.write_all(&bytes).await.map_err(StoreError::io(path))?;
        tree.update(&bytes);
    }
    // What arrived is kept for the next try, so it must be whole up to here.
    out.flush().await.map_err(StoreError::io(path))?;
    result
}

async fn remove(path: &Path) {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "cannot remove");
        },
        _ => {},
    }
}
