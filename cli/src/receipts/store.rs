//! The folder of a proxy.

use super::{
    journal::{self, Journal},
    payloads::Payloads,
    records::{Answered, Opened, Paid, Record, Sent},
};
use crate::errors::{CliError, Context, Result};
use candor_engine::private;
use candor_primitives::{AccountId, Balance, SessionId, SessionTerms};
use sp_core::{sr25519, Pair, H256};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Milliseconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

/// The folder that is used unless another one is named.
pub fn usual_folder() -> PathBuf {
    crate::keys::home().join("proxy")
}

/// The folder of what an account does on a chain.
pub fn folder_of(data: &Path, genesis: &H256, account: &AccountId) -> PathBuf {
    let bytes: &[u8; 32] = account.as_ref();
    data.join(format!("{}-{}", hex::encode(&genesis.0[..4]), hex::encode(&bytes[..4])))
}

/// A session as its journal has it.
#[derive(Clone, Debug)]
pub struct Past {
    /// How it began, with the deposit and expiry of now.
    pub opened: Opened,
    /// Calls that went out and were not refused, by index, in the order in which they went out.
    pub sent: BTreeMap<u32, Vec<Sent>>,
    /// Calls that were answered, by index.
    pub answered: BTreeMap<u32, Answered>,
    /// Why no calls are made in it any more.
    pub retired: Option<String>,
    /// What it cost, once it was over on chain.
    pub ended: Option<Balance>,
    /// The folder that it lies in.
    pub folder: PathBuf,
}

impl Past {
    /// Put the records of a journal together; `None` if it does not begin with the opening.
    pub fn of(records: Vec<Record>) -> Option<Self> {
        let mut records = records.into_iter();
        let Some(Record::Opened(opened)) = records.next() else { return None };
        let (sent, answered) = (BTreeMap::new(), BTreeMap::new());
        let mut past = Self { opened: *opened, sent, answered, retired: None, ended: None, folder: PathBuf::new() };
        for record in records {
            match record {
                Record::Opened(_) => {},
                Record::Sent(sent) => past.sent.entry(sent.index).or_default().push(sent),
                Record::Answered(answered) => {
                    past.answered.insert(answered.index, *answered);
                },
                Record::Refused { index, input_root } => {
                    let sent = past.sent.entry(index).or_default();
                    // The last one: the same inputs may have gone out before, and that may have been answered.
                    if let Some(at) = sent.iter().rposition(|sent| sent.input_root() == input_root) {
                        sent.remove(at);
                    }
                },
                Record::Extended { deposit, expires } => {
                    past.opened.terms.deposit = deposit;
                    past.opened.terms.expires = expires;
                },
                Record::Retired { reason } => past.retired = Some(reason),
                Record::Ended { paid } => past.ended = Some(paid),
            }
        }
        Some(past)
    }

    /// What was asked in an answered call.
    pub fn asked(&self, index: u32) -> Option<&Sent> {
        let root = self.answered.get(&index)?.receipt.receipt.draft.input_root;
        self.sent.get(&index)?.iter().find(|sent| sent.input_root() == root)
    }

    /// What was agreed.
    pub const fn terms(&self) -> &SessionTerms {
        &self.opened.terms
    }

    /// What its answered calls cost together, in planck.
    pub fn paid(&self) -> Balance {
        self.answered.values().map(|answer| earned(self.terms(), answer)).sum()
    }
}

/// Whether a journal is of the session with these terms; deposit and expiry may have grown since.
pub fn is_of(past: &Past, terms: &SessionTerms) -> bool {
    let SessionTerms { deposit, expires, .. } = past.terms().clone();
    SessionTerms { deposit, expires, ..terms.clone() } == *past.terms()
}

/// What an answer costs.
pub fn earned(terms: &SessionTerms, answer: &Answered) -> Balance {
    let receipt = &answer.receipt.receipt;
    terms.earns(receipt.draft.fee, &receipt.outcome)
}

/// All sessions of all chains and accounts, oldest first, readable while a proxy writes to them.
pub fn all_sessions(data: &Path) -> Result<Vec<Past>> {
    let mut found = Vec::new();
    for folder in entries(data)? {
        found.extend(sessions(&folder)?);
    }
    found.sort_by_key(|past: &Past| (past.opened.at, past.terms().session));
    Ok(found)
}

/// The sessions of one account on one chain, oldest first.
pub fn sessions(folder: &Path) -> Result<Vec<Past>> {
    let mut found = Vec::new();
    for path in entries(&folder.join("sessions"))? {
        let records = journal::read(&path).context(format!("{} cannot be read", path.display()))?;
        found.extend(Past::of(records).map(|past| Past { folder: folder.to_owned(), ..past }));
    }
    found.sort_by_key(|past| (past.opened.at, past.terms().session));
    Ok(found)
}

/// What lies in a folder; nothing if there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path()).context(unreadable())).collect(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(CliError::new(format!("{}: {error}", unreadable()))),
    }
}

/// The key of vouchers with this public half, if a folder has its secret.
pub fn key_in(folder: &Path, public: &sr25519::Public) -> Option<sr25519::Pair> {
    let text = fs::read_to_string(key_path(folder, public)).ok()?;
    let seed: [u8; 32] = hex::decode(text.trim()).ok()?.try_into().ok()?;
    let pair = sr25519::Pair::from_seed(&seed);
    (pair.public() == *public).then_some(pair)
}

fn key_path(folder: &Path, public: &sr25519::Public) -> PathBuf {
    folder.join("keys").join(hex::encode(public.0))
}

/// The folder, held by the one process that writes to it.
pub struct Store {
    folder: PathBuf,
    /// Inputs and outputs.
    pub payloads: Payloads,
    account: Journal<Paid>,
    _lock: File,
}

impl Store {
    /// Take the folder; makes it if there is none. Gives what was paid on chain so far.
    pub fn open(folder: &Path, keep: u64) -> Result<(Self, Vec<Paid>)> {
        let name = folder.display();
        // Inputs and outputs lie in it, and keys.
        private::folder(folder).context(format!("the folder {name} cannot be made"))?;
        for inner in ["sessions", "payloads", "keys", "suspects"] {
            fs::create_dir_all(folder.join(inner)).context(format!("the folder {name} cannot be made"))?;
        }
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"));
        let lock = lock.context(format!("the folder {name} cannot be used"))?;
        lock.try_lock().map_err(|_| {
            CliError::new(format!("another `candor proxy` works in {name}"))
                .hint("stop it first, or give this one another --data and --listen")
        })?;
        let account = Journal::open(&folder.join("account")).context(format!("{name}/account cannot be used"))?;
        let payloads = Payloads::open(&folder.join("payloads"), keep);
        let payloads = payloads.context(format!("the folder {name}/payloads cannot be used"))?;
        Ok((Self { folder: folder.to_owned(), payloads, account: account.0, _lock: lock }, account.1))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Write down what is paid on chain; the disk has it when this returns.
    pub fn paid(&self, record: &Paid) -> Result<()> {
        let written = self.account.append(record).and_then(|()| self.account.sync());
        written.context(format!("{} cannot be written", self.folder.join("account").display()))
    }

    /// The journal of a session.
    pub fn session(&self, session: SessionId) -> Result<(Arc<Journal<Record>>, Vec<Record>)> {
        let path = self.folder.join("sessions").join(format!("{session:08}"));
        let opened = Journal::open(&path).context(format!("{} cannot be used", path.display()))?;
        Ok((Arc::new(opened.0), opened.1))
    }

    /// Make a key that signs vouchers; its secret is on disk when this returns.
    pub fn new_key(&self) -> Result<sr25519::Pair> {
        let (pair, seed) = sr25519::Pair::generate();
        let path = self.key_path(&pair.public());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let write = || -> std::io::Result<()> {
            let mut file = options.open(&path)?;
            file.write_all(hex::encode(seed).as_bytes())?;
            file.sync_all()
        };
        write().context(format!("{} cannot be written", path.display()))?;
        Ok(pair)
    }

    /// The key, if this folder has its secret.
    pub fn key(&self, public: &sr25519::Public) -> Option<sr25519::Pair> {
        key_in(&self.folder, public)
    }

    fn key_path(&self, public: &sr25519::Public) -> PathBuf {
        key_path(&self.folder, public)
    }

    /// Keep an answer that was refused; gives the file.
    pub fn suspect(&self, host: &AccountId, session: SessionId, index: u32, document: &serde_json::Value) -> PathBuf {
        let short = hex::encode(&AsRef::<[u8]>::as_ref(host)[..4]);
        let path = self.folder.join("suspects").join(format!("{}-{short}-{session}-{index}.json", now()));
        // Evidence that cannot be written must not keep the user from an answer of another host.
        let _ = fs::write(&path, format!("{document:#}"));
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_should_have_one_writer_when_two_proxies_start() {
        let dir = tempfile::tempdir().unwrap();
        let (store, none) = Store::open(dir.path(), 0).unwrap();
        assert!(none.is_empty());
        assert!(Store::open(dir.path(), 0).err().unwrap().message.contains("another `candor proxy`"));
        store.paid(&Paid::Fee { fee: 7 }).unwrap();
        drop(store);
        assert_eq!(Store::open(dir.path(), 0).unwrap().1, [Paid::Fee { fee: 7 }]);
    }

    #[test]
    fn folder_should_be_closed_to_others_when_it_is_opened() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (made, open) = (dir.path().join("a/b"), dir.path().join("open"));
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        for folder in [made, open] {
            drop(Store::open(&folder, 0).unwrap());
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn key_should_be_found_again_when_its_public_half_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(dir.path(), 0).unwrap();
        let key = store.new_key().unwrap();
        assert_eq!(store.key(&key.public()).unwrap().public(), key.public());
        assert!(store.key(&sr25519::Public::from_raw([1; 32])).is_none());
    }
}
