//! Keys: of accounts, and of a host's worker.

use crate::{
    account,
    args::{no_key, Globals, Keys},
    chain::{Call, Chain},
    errors::{CliError, Context, Result},
    host::{block_line, receipt},
    output::{self, Out},
};
use candor_primitives::{AccountId, WorkerKey, WORKER_KEY_TYPE};
use serde_json::json;
use sp_core::{sr25519, Pair};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Folder of this program's files: $CANDOR_HOME, or .candor in the home folder.
pub fn home() -> PathBuf {
    std::env::var_os("CANDOR_HOME")
        .map(PathBuf::from)
        .unwrap_or_else(|| std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default().join(".candor"))
}

/// Read a key: //Alice, a secret phrase, a 0x seed, or a file that holds one of them.
pub fn load(key: &str) -> Result<sr25519::Pair> {
    let is_secret = key.starts_with("//") || key.starts_with("0x") || key.split_whitespace().count() >= 12;
    let (secret, origin) = if is_secret {
        (key.to_owned(), "the key".to_owned())
    } else {
        let path = expand(key);
        let text = fs::read_to_string(&path).map_err(|error| {
            CliError::usage(format!("the key file {} cannot be read: {error}", path.display()))
                .hint("make one with `candor keys generate --out FILE`, or use //Alice on a development chain")
        })?;
        (unquote(text.trim()), format!("the key in {}", path.display()))
    };
    // The secret itself must not end up in an error message.
    sr25519::Pair::from_string(&secret, None)
        .map_err(|_| CliError::usage(format!("{origin} is not a secret phrase, a 0x seed or a development key")))
}

/// Keystore files hold the secret as a JSON string.
fn unquote(text: &str) -> String {
    serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned())
}

fn expand(path: &str) -> PathBuf {
    match path.strip_prefix("~/") {
        Some(rest) => std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default().join(rest),
        None => PathBuf::from(path),
    }
}

/// `candor keys`.
pub async fn run(command: &Keys, globals: &Globals, out: &Out) -> Result<()> {
    match command {
        Keys::Generate { out: file } => generate(out, file.as_deref()),
        Keys::Show => show(globals, out),
        Keys::Rotate => rotate(globals, out).await,
        Keys::Worker { keystore, insert } => worker(globals, out, keystore.as_deref(), *insert).await,
    }
}

fn describe(pair: &sr25519::Pair) -> (String, String) {
    let public = pair.public();
    (account::address(&AccountId::new(public.0)), format!("0x{}", hex::encode(public.0)))
}

fn generate(out: &Out, file: Option<&Path>) -> Result<()> {
    let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
    let (address, public) = describe(&pair);
    match file {
        Some(file) => {
            write_secret(file, &phrase)?;
            let document = json!({ "address": address, "public": public, "file": file });
            out.document(&document, || {
                format!(
                    "address  {address}\npublic   {public}\nsecret   in {} (keep a copy: nobody can replace it)",
                    file.display()
                )
            });
        },
        None => {
            let document = json!({ "address": address, "public": public, "phrase": phrase });
            out.document(&document, || {
                format!("address  {address}\npublic   {public}\nsecret   {phrase}\n\nWhoever has the secret has the account. Keep it.")
            });
        },
    }
    Ok(())
}

fn show(globals: &Globals, out: &Out) -> Result<()> {
    let (address, public) = describe(&globals.chosen_key()?.ok_or_else(no_key)?);
    out.document(&json!({ "address": address, "public": public }), || format!("address  {address}\npublic   {public}"));
    Ok(())
}

/// New session keys: made by the node, proven by it, put on chain by their owner.
async fn rotate(globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let owner = AccountId::new(pair.public().0);
    let (keys, proof) = chain.rotate_keys(&owner).await?;
    let submitted = chain.submit(&pair, &Call::new("Session", "set_keys").encoded(keys.clone()).arg(&proof)).await?;
    let mut document = receipt(&submitted);
    document["owner"] = json!(account::address(&owner));
    document["keys"] = json!(output::hex(&keys));
    out.document(&document, || {
        format!(
            "owner      {}\nkeys       {}\n{}They hold two sessions later. Until then the node signs with the old ones.",
            account::address(&owner),
            output::hex(&keys),
            block_line(&submitted)
        )
    });
    Ok(())
}

async fn worker(globals: &Globals, out: &Out, keystore: Option<&Path>, insert: bool) -> Result<()> {
    let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
    let folder = keystore.map_or_else(default_keystore, Path::to_path_buf);
    fs::create_dir_all(&folder).context(format!("the keystore {} cannot be made", folder.display()))?;
    let file = folder.join(keystore_name(&pair.public()));
    write_secret(&file, &serde_json::to_string(&phrase).context("the secret cannot be written as JSON")?)?;
    if insert {
        Chain::connect(&globals.url).await?.insert_worker_key(&phrase, &pair.public()).await?;
    }
    let (_, public) = describe(&pair);
    let document = json!({ "worker": public, "file": file, "inserted": insert });
    out.document(&document, || {
        let next = if insert {
            "the node has it"
        } else {
            "restart the node if it runs already: it reads its keystore at start"
        };
        format!("worker key  {public}\nsecret      in {} ({next})", file.display())
    });
    Ok(())
}

/// Where worker keys lie when no keystore is named.
pub fn default_keystore() -> PathBuf {
    home().join("keystore")
}

/// Name of a worker key's file, as the node's keystore wants it.
fn keystore_name(public: &WorkerKey) -> String {
    format!("{}{}", hex::encode(WORKER_KEY_TYPE.0), hex::encode(public.0))
}

/// The worker key in a keystore folder; `wanted` picks one if there are several.
pub fn from_keystore(folder: &Path, wanted: Option<&str>) -> Result<sr25519::Pair> {
    let wanted = wanted.map(|key| key.trim_start_matches("0x").to_lowercase());
    let prefix = hex::encode(WORKER_KEY_TYPE.0);
    let entries = fs::read_dir(folder).map_err(|error| {
        CliError::usage(format!("the keystore {} cannot be read: {error}", folder.display()))
            .hint("make a worker key with `candor keys worker --keystore DIR`")
    })?;
    let mut found: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.strip_prefix(&prefix).is_some_and(|key| wanted.as_ref().is_none_or(|w| w == key)))
        .collect();
    found.sort();
    match found.as_slice() {
        [one] => load(&folder.join(one).to_string_lossy()),
        [] => Err(CliError::usage(format!("the keystore {} has no such worker key", folder.display()))
            .hint("make one with `candor keys worker --keystore DIR`")),
        several => {
            let keys: Vec<String> = several.iter().map(|name| format!("0x{}", &name[prefix.len()..])).collect();
            Err(CliError::usage(format!("the keystore {} has several worker keys", folder.display()))
                .hint(format!("choose one with --worker: {}", keys.join(", "))))
        },
    }
}

/// Write a secret that only its owner may read. Never over another one.
fn write_secret(file: &Path, secret: &str) -> Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).context(format!("the folder {} cannot be made", parent.display()))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut handle = options.open(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            CliError::usage(format!("{} exists already and is not overwritten", file.display()))
        },
        _ => CliError::new(format!("{} cannot be written: {error}", file.display())),
    })?;
    handle.write_all(secret.as_bytes()).context(format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_should_load_when_written_to_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        write_secret(&file, "//Alice").unwrap();
        let loaded = load(file.to_str().unwrap()).unwrap();
        assert_eq!(loaded.public(), load("//Alice").unwrap().public());
        assert!(write_secret(&file, "//Bob").is_err());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn error_should_hide_the_secret_when_a_key_is_wrong() {
        let error = load("0xnothex").err().unwrap();
        assert!(!error.to_string().contains("nothex"));
    }

    #[test]
    fn keystore_should_be_searched_when_a_worker_is_needed() {
        let dir = tempfile::tempdir().unwrap();
        assert!(from_keystore(dir.path(), None).is_err());
        let mut publics = Vec::new();
        for secret in ["//Alice//worker", "//Bob//worker"] {
            let public = load(secret).unwrap().public();
            write_secret(&dir.path().join(keystore_name(&public)), &format!("\"{secret}\"")).unwrap();
            publics.push(public);
            if publics.len() == 1 {
                assert_eq!(from_keystore(dir.path(), None).unwrap().public(), public);
            }
        }
        assert!(from_keystore(dir.path(), None).err().unwrap().to_string().contains("--worker"));
        let wanted = format!("0x{}", hex::encode(publics[1].0));
        assert_eq!(from_keystore(dir.path(), Some(&wanted)).unwrap().public(), publics[1]);
        assert!(keystore_name(&publics[0]).starts_with("636e6477"));
    }
}
