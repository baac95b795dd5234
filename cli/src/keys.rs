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
    net::IpAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
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
            let unreadable = match resembles_secret(key) {
                true => "what was given as key is no secret phrase of 12 words or more, no 0x seed and no file".into(),
                false => format!("the key file {} cannot be read: {error}", path.display()),
            };
            CliError::usage(unreadable)
                .hint("make one with `candor keys generate --out FILE`, or use //Alice on a development chain")
        })?;
        (unquote(text.trim()), format!("the key in {}", path.display()))
    };
    // The secret itself must not end up in an error message.
    sr25519::Pair::from_string(&secret, None)
        .map_err(|_| CliError::usage(format!("{origin} is not a secret phrase, a 0x seed or a development key")))
}

/// Whether a text is perhaps a secret with a mistake, a word that is missing or a 0x, so that no message should repeat it.
pub fn resembles_secret(text: &str) -> bool {
    let hex = text.trim_start_matches("0x");
    text.split_whitespace().count() > 2 || (hex.len() >= 32 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
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
    if insert {
        of_this_machine(&globals.url)?;
    }
    let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
    let folder = keystore.map_or_else(default_keystore, Path::to_path_buf);
    make_folder(&folder).context(format!("the keystore {} cannot be made", folder.display()))?;
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

/// A secret is sent to a node of this machine only: another one refuses it, but has heard it by then, and so has the network.
fn of_this_machine(url: &str) -> Result<()> {
    let parsed = reqwest::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| url.host_str()).unwrap_or_default().trim_matches(['[', ']']);
    if host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return Ok(());
    }
    Err(CliError::usage(format!("{url} is not a node of this machine: a key would travel to it"))
        .hint("run this on the node's machine, or leave out --insert and copy the file into its keystore"))
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

/// Make a folder where it is missing, with those above it, that only its owner enters.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Write a secret that only its owner may read. Never over another one.
fn write_secret(file: &Path, secret: &str) -> Result<()> {
    if let Some(parent) = file.parent() {
        make_folder(parent).context(format!("the folder {} cannot be made", parent.display()))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
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
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn key_should_load_when_written_to_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys/of/mine/key");
        write_secret(&file, "//Alice").unwrap();
        let loaded = load(file.to_str().unwrap()).unwrap();
        assert_eq!(loaded.public(), load("//Alice").unwrap().public());
        assert!(write_secret(&file, "//Bob").is_err());
        assert_eq!((mode(&file), mode(file.parent().unwrap()), mode(&dir.path().join("keys"))), (0o600, 0o700, 0o700));
    }

    #[test]
    fn error_should_hide_the_secret_when_a_key_is_wrong() {
        // No hex, a word that is missing, a 0x that is missing.
        let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
        let seed = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
        for wrong in ["0xnothex", phrase.strip_suffix(" walk").unwrap(), &format!("{phrase} walks"), seed] {
            let error = load(wrong).err().unwrap();
            assert!(!error.to_string().contains(wrong.split_whitespace().next().unwrap()), "{error}");
        }
        assert!(load("no/such/file").err().unwrap().to_string().contains("no/such/file"));
    }

    #[test]
    fn key_should_not_be_sent_when_the_node_is_of_another_machine() {
        for here in ["ws://127.0.0.1:9944", "ws://localhost:9944", "http://127.1.2.3", "wss://[::1]:9944/path"] {
            of_this_machine(here).unwrap();
        }
        for away in
            ["ws://10.0.0.7:9944", "wss://localhost.example:443", "ws://127.0.0.1.example", "ws://[::]:1", "nonsense"]
        {
            assert!(of_this_machine(away).err().unwrap().to_string().contains(away));
        }
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
