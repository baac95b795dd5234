//! Upload a prepared release and register it.

use super::prepare::explain;
use crate::{
    account::address,
    args::Globals,
    chain::{Call, Chain},
    engine::Engine,
    errors::{CliError, Context, Result},
    output::{self, size, Out},
};
use candor_engine::prepare::{PreparedRelease, MANIFEST_FILE};
use candor_primitives::{AccountId, ReleaseId, RepositoryId};
use codec::Encode;
use semver::Version;
use serde_json::json;
use sp_core::{sr25519, Pair};
use sp_crypto_hashing::{blake2_128, twox_128};
use std::path::Path;

/// How to publish.
pub struct Options {
    /// A new repository is private.
    pub private: bool,
    /// Where the files are, if not at the engine.
    pub source: Option<String>,
    /// Put the files on the engine.
    pub upload: bool,
}

/// `candor model publish`.
pub async fn run(dir: &Path, options: Options, globals: &Globals, out: &Out) -> Result<()> {
    let engine = Engine::new(globals)?;
    let source = options.source.clone().unwrap_or_else(|| engine.store_url());
    let release = open(dir, &source, out).await?;
    let version = version(&release.manifest.version)?;
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let publisher = AccountId::new(pair.public().0);
    if options.source.is_none() && local(&source) && !chain.is_development().await? {
        out.note(format!(
            "note: other machines cannot fetch the files from {source}; name a public address with --source"
        ));
    }
    let published = earlier(&chain, &publisher, &release).await?;
    if options.upload {
        upload(&engine, &release, out).await?;
    }
    let (id, block) = match published {
        Some(id) => (id, None),
        None => {
            let repository =
                repository(&chain, &pair, &publisher, &release.manifest.name, options.private, out).await?;
            let spinner = out.spinner("registering the release");
            let call = Call::new("Models", "publish_release")
                .number(repository)
                .arg(&(version.major as u32, version.minor as u32, version.patch as u32))
                .arg(&release.spec);
            let submitted = chain.submit(&pair, &call).await?;
            spinner.finish_and_clear();
            let id = submitted.number("Models", "ReleasePublished", "release")? as ReleaseId;
            (id, Some(submitted.head.number))
        },
    };
    let name = format!("{}@{}", release.manifest.name, release.manifest.version);
    let root = output::hash(&release.spec.model_root);
    let document = json!({
        "release": id, "name": name, "publisher": address(&publisher), "model_root": root, "source": source,
        "block": block, "new": block.is_some(),
    });
    out.document(&document, || {
        let place = block.map_or("published before, unchanged".into(), |block| format!("published in block {block}"));
        format!("release    {id} ({name}), {place}\nmodel root {root}\nsource     {source}\n\nnext: candor host offer {name} --per-call 0.001")
    });
    Ok(())
}

/// Read the folder and check every file.
async fn open(dir: &Path, source: &str, out: &Out) -> Result<PreparedRelease> {
    if !dir.join(MANIFEST_FILE).is_file() {
        return Err(CliError::usage(format!("{} is not a prepared release", dir.display()))
            .hint(format!("prepare it first: candor model prepare {}", dir.display())));
    }
    let (folder, source) = (dir.to_owned(), source.to_owned());
    let spinner = out.spinner("checking the files");
    let release = tokio::task::spawn_blocking(move || PreparedRelease::open(&folder, &source)).await;
    spinner.finish_and_clear();
    release.context("the check broke off")?.map_err(explain)
}

/// Whether an address is of this machine only.
fn local(source: &str) -> bool {
    let host = source.split_once("://").map_or(source, |(_, rest)| rest);
    ["127.", "localhost", "[::1]", "0.0.0.0"].iter().any(|own| host.starts_with(own))
}

fn version(text: &str) -> Result<Version> {
    let wrong = || {
        CliError::usage(format!("the version `{text}` is not of the form 1.2.3"))
            .hint("correct it and prepare the release again")
    };
    let version = Version::parse(text).map_err(|_| wrong())?;
    let plain = version.pre.is_empty() && version.build.is_empty();
    let fits = [version.major, version.minor, version.patch].iter().all(|part| u32::try_from(*part).is_ok());
    if plain && fits {
        Ok(version)
    } else {
        Err(wrong())
    }
}

/// The same release, if it was published before: a second try of the same command is no mistake.
async fn earlier(chain: &Chain, publisher: &AccountId, release: &PreparedRelease) -> Result<Option<ReleaseId>> {
    let (name, version) = (&release.manifest.name, &release.manifest.version);
    let Some(id) = chain.find_release(publisher, name, version).await? else {
        return Ok(None);
    };
    let same = chain.release(id).await?.is_some_and(|found| {
        found.spec.model_root == release.spec.model_root && found.spec.manifest_hash == release.spec.manifest_hash
    });
    if same {
        Ok(Some(id))
    } else {
        Err(CliError::usage(format!("{name}@{version} is published already, with other content (release {id})"))
            .hint("releases never change: raise the version and prepare the release again"))
    }
}

async fn upload(engine: &Engine, release: &PreparedRelease, out: &Out) -> Result<()> {
    for (file, path) in release.files() {
        let name = output::text(&file.path);
        if engine.has(&file.root).await? {
            out.note(format!("{name}: the engine has it ({})", size(file.size)));
            continue;
        }
        let bar = out.bar(&name, file.size);
        engine.put_file(&file.root, &path, &bar).await?;
        bar.finish();
    }
    Ok(())
}

/// The publisher's repository of this name; made if there is none.
async fn repository(
    chain: &Chain,
    pair: &sr25519::Pair,
    publisher: &AccountId,
    name: &str,
    private: bool,
    out: &Out,
) -> Result<RepositoryId> {
    if let Some(id) = chain.storage(&repository_key(publisher, name)).await? {
        return Ok(id);
    }
    let spinner = out.spinner(format!("creating the repository {name}"));
    let call = Call::new("Models", "create_repository").arg(&name.as_bytes()).arg(&private);
    let submitted = chain.submit(pair, &call).await?;
    spinner.finish_and_clear();
    Ok(submitted.number("Models", "RepositoryCreated", "repository")? as RepositoryId)
}

/// Where the chain stores the id of a repository: `Models.RepositoryIds(owner, name)`.
fn repository_key(publisher: &AccountId, name: &str) -> Vec<u8> {
    let mut key = [twox_128(b"Models"), twox_128(b"RepositoryIds")].concat();
    for part in [publisher.encode(), name.as_bytes().encode()] {
        key.extend(blake2_128(&part));
        key.extend(part);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_should_count_as_local_when_it_is_a_loopback_address() {
        assert!(local("http://127.0.0.1:9955/v1/store") && local("http://localhost:1/v1/store"));
        assert!(!local("https://models.example.org/store"));
    }

    #[test]
    fn version_should_be_plain_when_published() {
        assert!(version("1.2.3").is_ok());
        for bad in ["1.2", "1.2.3-rc1", "1.2.3+5", "4294967296.0.0", "x"] {
            assert!(version(bad).is_err(), "{bad}");
        }
    }
}
