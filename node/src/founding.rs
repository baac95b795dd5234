//! A new chain: session keys for its validators' nodes, and its specification out of a file that its founders write together.

use crate::{
    chain_spec::{self, ChainSpec},
    engine::private_dir,
};
use candor_primitives::{AccountId, Balance};
use candor_runtime::{
    configs::MinValidatorStake,
    opaque::SessionKeys,
    presets::{genesis, pots, Founder, Founding},
    CNDR, EXISTENTIAL_DEPOSIT,
};
use codec::{DecodeAll, Encode};
use sc_service::{
    config::{KeystoreConfig, MultiaddrWithPeerId},
    ChainType, KeystoreContainer,
};
use serde::Deserialize;
use sp_core::crypto::{key_types, Ss58Codec};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// `candor-node session-keys`.
#[derive(Debug, Clone, clap::Args)]
pub struct SessionKeysCmd {
    /// Folder of the keystore: chains/ID/keystore in the node's --base-path, where ID is the `id` of the new chain.
    #[arg(long, value_name = "DIR")]
    pub keystore: PathBuf,
}

/// `candor-node new-spec`.
#[derive(Debug, Clone, clap::Args)]
pub struct NewSpecCmd {
    /// What the founders agree on, in JSON.
    pub founders: PathBuf,
    /// Write the raw form: all nodes should start from the same raw file.
    #[arg(long)]
    pub raw: bool,
}

/// What the founders of a chain agree on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Founders {
    name: String,
    id: String,
    #[serde(default)]
    boot_nodes: Vec<MultiaddrWithPeerId>,
    validators: Vec<Seat>,
    /// CNDR that accounts own, stakes included.
    balances: BTreeMap<String, u64>,
    sudo: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Seat {
    account: String,
    /// CNDR.
    stake: u64,
    /// What `candor-node session-keys` printed.
    keys: String,
}

/// Make session keys in a keystore and print their public halves.
pub fn session_keys(command: &SessionKeysCmd) -> Result<String, String> {
    let config = KeystoreConfig::Path { path: command.keystore.clone(), password: None };
    let failed = |what: &str| format!("the keystore {} {what}", command.keystore.display());
    private_dir(&command.keystore).map_err(|error| failed(&format!("cannot be made: {error}")))?;
    let container = KeystoreContainer::new(&config).map_err(|error| failed(&format!("cannot be opened: {error}")))?;
    let keystore = container.keystore();
    let no_key = |_| failed("takes no keys");
    let keys = SessionKeys {
        babe: keystore.sr25519_generate_new(key_types::BABE, None).map_err(no_key)?.into(),
        grandpa: keystore.ed25519_generate_new(key_types::GRANDPA, None).map_err(no_key)?.into(),
        authority_discovery: keystore
            .sr25519_generate_new(key_types::AUTHORITY_DISCOVERY, None)
            .map_err(no_key)?
            .into(),
    };
    Ok(format!("0x{}", hex::encode(keys.encode())))
}

/// The specification of a new chain, as JSON.
pub fn new_spec(command: &NewSpecCmd) -> Result<String, String> {
    let founders = read(&command.founders)?;
    let (name, id, boot_nodes) = (founders.name.clone(), founders.id.clone(), founders.boot_nodes.clone());
    let patch = genesis(founding(founders)?);
    let spec: ChainSpec = chain_spec::with_patch(&name, &id, ChainType::Live, boot_nodes, patch)?;
    sc_service::ChainSpec::as_json(&spec, command.raw)
}

fn read(file: &Path) -> Result<Founders, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{} is not what is expected: {error}", file.display()))
}

/// Check what the founders wrote.
fn founding(founders: Founders) -> Result<Founding, String> {
    let planck = |cndr: u64| Balance::from(cndr).saturating_mul(CNDR);
    let mut balances: BTreeMap<AccountId, Balance> = BTreeMap::new();
    for (address, amount) in &founders.balances {
        balances.insert(account(address)?, planck(*amount));
    }
    let mut seen = BTreeSet::new();
    let mut validators = Vec::new();
    for seat in &founders.validators {
        let (who, stake) = (account(&seat.account)?, planck(seat.stake));
        if stake < MinValidatorStake::get() {
            let least = MinValidatorStake::get() / CNDR;
            return Err(format!("validator {} stakes less than {least} CNDR", seat.account));
        }
        // The pool's pot, and the account itself, exist by a deposit each.
        let needed = stake.saturating_add(2 * EXISTENTIAL_DEPOSIT);
        if balances.get(&who).is_none_or(|owned| *owned < needed) {
            return Err(format!("validator {} owns too little for its stake: it also needs a deposit", seat.account));
        }
        let keys = session_keys_of(&seat.keys).map_err(|error| format!("validator {}: {error}", seat.account))?;
        if !seen.insert(who.encode())
            || ![keys.babe.encode(), keys.grandpa.encode()].into_iter().all(|key| seen.insert(key))
        {
            return Err(format!("validator {} or one of its keys is there twice", seat.account));
        }
        validators.push(Founder { account: who, stake, keys });
    }
    if validators.is_empty() {
        return Err("a chain needs a validator; four can do without one of them".into());
    }
    let sudo = founders.sudo.as_deref().map(account).transpose()?;
    let balances = balances.into_iter().chain(pots(CNDR)).collect();
    Ok(Founding { balances, validators, sudo })
}

/// An account, of nobody whose secret is known to all.
fn account(address: &str) -> Result<AccountId, String> {
    let who = AccountId::from_ss58check(address).map_err(|_| format!("`{address}` is not an address"))?;
    if Sr25519Keyring::well_known().any(|known| known.to_account_id() == who) {
        return Err(format!("everybody knows the secret of {address}"));
    }
    Ok(who)
}

fn session_keys_of(text: &str) -> Result<SessionKeys, String> {
    let bytes = hex::decode(text.trim_start_matches("0x")).map_err(|_| "the keys are not hex".to_owned())?;
    let keys = SessionKeys::decode_all(&mut &bytes[..])
        .map_err(|_| "the keys are not those that `candor-node session-keys` prints".to_owned())?;
    let known: BTreeSet<Vec<u8>> = Sr25519Keyring::iter()
        .map(|who| who.public().encode())
        .chain(Ed25519Keyring::iter().map(|who| who.public().encode()))
        .collect();
    let own = [keys.babe.encode(), keys.grandpa.encode(), keys.authority_discovery.encode()];
    if own.iter().any(|key| known.contains(key)) {
        return Err("everybody knows the secret of a key".into());
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};
    use sp_core::{sr25519, Pair};
    use sp_runtime::BuildStorage;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn address(seed: &str) -> String {
        AccountId::from(sr25519::Pair::from_string(seed, None).unwrap().public()).to_ss58check()
    }

    fn founders(folder: &Path) -> Value {
        let validators: Vec<Value> = (0..4)
            .map(|n| {
                let keystore = folder.join(n.to_string());
                let keys = session_keys(&SessionKeysCmd { keystore: keystore.clone() }).unwrap();
                assert_eq!(fs::read_dir(&keystore).unwrap().count(), 3);
                let files = fs::read_dir(&keystore).unwrap().map(|file| mode(&file.unwrap().path()));
                assert_eq!((mode(&keystore), files.collect::<BTreeSet<_>>()), (0o700, [0o600].into()));
                json!({ "account": address(&format!("//new//{n}")), "stake": 10_000, "keys": keys })
            })
            .collect();
        let balances: BTreeMap<String, u64> = (0..5).map(|n| (address(&format!("//new//{n}")), 20_000)).collect();
        json!({ "name": "New", "id": "new", "validators": validators, "balances": balances, "sudo": address("//new//4") })
    }

    fn spec(folder: &Path, founders: &Value) -> Result<String, String> {
        let file = folder.join("founders.json");
        fs::write(&file, founders.to_string()).unwrap();
        new_spec(&NewSpecCmd { founders: file, raw: false })
    }

    #[test]
    fn new_spec_should_build_a_genesis_when_the_founders_agree() {
        let folder = tempfile::tempdir().unwrap();
        let json = spec(folder.path(), &founders(folder.path())).unwrap();
        let spec = ChainSpec::from_json_bytes(json.into_bytes()).unwrap();
        assert_eq!(
            (sc_service::ChainSpec::id(&spec), sc_service::ChainSpec::chain_type(&spec)),
            ("new", ChainType::Live)
        );
        let storage = spec.build_storage().unwrap();
        let key = [sp_io::hashing::twox_128(b"Session"), sp_io::hashing::twox_128(b"Validators")].concat();
        let validators = Vec::<AccountId>::decode_all(&mut &storage.top[&key][..]).unwrap();
        assert_eq!(validators.len(), 4);
    }

    #[test]
    fn new_spec_should_say_what_is_wrong_when_the_founders_err() {
        let folder = tempfile::tempdir().unwrap();
        let good = founders(folder.path());
        let wrong = |pointer: &str, value: Value| {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            spec(folder.path(), &bad).unwrap_err()
        };
        assert!(wrong("/validators/0/stake", json!(999)).contains("less than 1000 CNDR"));
        assert!(wrong("/validators/0/stake", json!(20_000)).contains("owns too little"));
        assert!(wrong("/validators/0/keys", json!("0x00")).contains("session-keys"));
        assert!(wrong("/validators/1/keys", good["validators"][0]["keys"].clone()).contains("twice"));
        assert!(wrong("/sudo", json!(address("//Alice"))).contains("everybody knows"));
        let alice = format!("0x{}", hex::encode([Sr25519Keyring::Alice.public().0; 3].concat()));
        assert!(wrong("/validators/0/keys", json!(alice)).contains("everybody knows"));
        assert!(wrong("/validators", json!([])).contains("needs a validator"));
        assert!(wrong("/name", json!(7)).contains("not what is expected"));
    }
}
