//! Binds, makes, checks and remembers evidence.

use super::{
    device::{claimed, Device, Paths},
    standing::{look, program_hash, Attested, Refused},
    TeeError,
};
use crate::metrics::Metrics;
use candor_attestation::Tee;
use candor_commitments::Blake2b256;
use candor_primitives::{worker::Standpoint, AccountId, AttestationBinding, AttestationEvidence};
use sp_core::H256;
use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Semaphore;

/// Strangers' questions that wait or are being answered.
const MOST_WAITING: usize = 4;
/// Evidence for strangers is kept so long, so many pieces of it.
const KEPT: Duration = Duration::from_secs(60);
const MOST_KEPT: usize = 32;
/// Hosts of one node for which evidence is kept, and how long after it was made.
const MOST_HOSTS: usize = 16;
const KEPT_FOR_HOST: Duration = Duration::from_secs(7_200);
/// After a failure the device is left alone so long.
const PAUSE: Duration = Duration::from_secs(30);
/// Longest wait for the device.
const PATIENCE: Duration = Duration::from_secs(90);

/// What an engine attests with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where devices are looked for.
    pub paths: Paths,
    /// How long a binding wants to be believed.
    pub validity: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { paths: Paths::default(), validity: Duration::from_secs(30 * 86_400) }
    }
}

/// What the chain asked for, for one host.
enum Wanted {
    Making,
    Made(AttestationEvidence),
    Failed,
}

struct State {
    attested: Attested,
    /// When a device was last looked for, or failed.
    tried: Instant,
    /// The newest question of each host's worker.
    wanted: HashMap<AccountId, (Wanted, Instant)>,
    /// Answers to strangers.
    kept: VecDeque<(Instant, AttestationEvidence)>,
}

struct Shared {
    settings: Settings,
    engine: H256,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
    /// One report at a time.
    gate: Arc<Semaphore>,
    /// Places for strangers.
    places: Semaphore,
}

/// Makes evidence. Cheap to clone.
#[derive(Clone)]
pub struct Attester(Arc<Shared>);

impl Attester {
    /// Look for a device and read the engine's own program.
    pub fn open(settings: Settings, metrics: Arc<Metrics>) -> io::Result<Self> {
        let state = State {
            attested: look(&settings.paths),
            tried: Instant::now(),
            wanted: HashMap::new(),
            kept: VecDeque::new(),
        };
        Ok(Self(Arc::new(Shared {
            settings,
            engine: program_hash()?,
            metrics,
            state: Mutex::new(state),
            gate: Arc::new(Semaphore::new(1)),
            places: Semaphore::new(MOST_WAITING),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this engine can be attested.
    pub fn attested(&self) -> Attested {
        self.state().attested.clone()
    }

    /// Hash of the engine's program.
    pub fn engine(&self) -> H256 {
        self.0.engine
    }

    /// The device, looked for again now and then where there was none: a kernel module may be loaded late.
    fn device(&self) -> Result<Device, Attested> {
        let mut state = self.state();
        if matches!(state.attested, Attested::No(_)) && state.tried.elapsed() > PAUSE {
            state.attested = look(&self.0.settings.paths);
            state.tried = Instant::now();
        }
        match &state.attested {
            Attested::By(device) | Attested::Failing(device, _) => Ok(*device),
            no @ Attested::No(_) => Err(no.clone()),
        }
    }

    /// Evidence with a nonce of the chain, for a host: at once if it is made, else it is begun. Never waits.
    pub fn wanted(&self, nonce: H256, from: &Standpoint) -> Option<AttestationEvidence> {
        self.device().ok()?;
        let mut state = self.state();
        match state.wanted.get(&from.host) {
            Some((Wanted::Made(made), _)) if made.nonce == nonce && fits(made, from) => return Some(made.clone()),
            Some((Wanted::Making, _)) => return None,
            Some((Wanted::Failed, at)) if at.elapsed() < PAUSE => return None,
            _ => {},
        }
        state.wanted.retain(|_, (wanted, at)| matches!(wanted, Wanted::Making) || at.elapsed() < KEPT_FOR_HOST);
        if state.wanted.len() >= MOST_HOSTS && !state.wanted.contains_key(&from.host) {
            return None;
        }
        state.wanted.insert(from.host.clone(), (Wanted::Making, Instant::now()));
        drop(state);
        let (attester, from) = (self.clone(), from.clone());
        tokio::spawn(async move {
            let wanted = match attester.make(nonce, &from).await {
                Ok(made) => Wanted::Made(made),
                Err(_) => Wanted::Failed,
            };
            attester.state().wanted.insert(from.host, (wanted, Instant::now()));
        });
        None
    }

    /// Evidence with a nonce of whoever asks. Waits until it is made.
    pub async fn asked(
        &self,
        nonce: H256,
        from: impl FnOnce() -> Result<Standpoint, Refused>,
    ) -> Result<AttestationEvidence, Refused> {
        self.device().map_err(Refused::No)?;
        let from = from()?;
        if let Some(kept) = self.kept(&nonce, &from) {
            return Ok(kept);
        }
        let _place = self.0.places.try_acquire().map_err(|_| Refused::Busy)?;
        {
            let state = self.state();
            if let Attested::Failing(_, why) = &state.attested {
                if state.tried.elapsed() < PAUSE {
                    return Err(Refused::Failed(why.clone()));
                }
            }
        }
        // Whoever hangs up does not waste what the hardware does.
        let attester = self.clone();
        let making = tokio::spawn(async move {
            let made = attester.make(nonce, &from).await?;
            let mut state = attester.state();
            state.kept.truncate(MOST_KEPT - 1);
            state.kept.push_front((Instant::now(), made.clone()));
            Ok::<_, TeeError>(made)
        });
        match making.await {
            Ok(Ok(made)) => Ok(made),
            Ok(Err(error)) => Err(Refused::Failed(error.to_string())),
            Err(error) => Err(Refused::Failed(error.to_string())),
        }
    }

    fn kept(&self, nonce: &H256, from: &Standpoint) -> Option<AttestationEvidence> {
        let mut state = self.state();
        state.kept.retain(|(at, _)| at.elapsed() < KEPT);
        state.kept.iter().map(|(_, made)| made).find(|made| made.nonce == *nonce && fits(made, from)).cloned()
    }

    /// What is stated, from now on.
    fn binding(&self, from: &Standpoint) -> AttestationBinding {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        AttestationBinding {
            genesis: from.genesis,
            host: from.host.clone(),
            worker: from.worker,
            engine: self.0.engine,
            expires: now.saturating_add(self.0.settings.validity).as_secs(),
        }
    }

    /// Makes evidence when it is its turn.
    async fn make(&self, nonce: H256, from: &Standpoint) -> Result<AttestationEvidence, TeeError> {
        let turn = self.0.gate.clone().acquire_owned().await.map_err(|error| TeeError::Broken(error.to_string()))?;
        if let Some(kept) = self.kept(&nonce, from) {
            return Ok(kept);
        }
        let device = self.device().map_err(|_| TeeError::Gone)?;
        let binding = self.binding(from);
        let data = binding.report_data::<Blake2b256>(&nonce);
        let started = Instant::now();
        let paths = self.0.settings.paths.clone();
        let making = tokio::task::spawn_blocking(move || {
            // A device that does not answer holds its turn: nobody else would get an answer either.
            let _turn = turn;
            device.evidence(&paths, &data)
        });
        let made = match tokio::time::timeout(PATIENCE, making).await {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => Err(TeeError::Broken(error.to_string())),
            Err(_) => Err(TeeError::Late(PATIENCE.as_secs())),
        };
        self.record(device, &made, started.elapsed());
        made.map(|evidence| AttestationEvidence { vendor: device.vendor(), binding, nonce, evidence })
    }

    /// Say and count how it went.
    fn record(&self, device: Device, made: &Result<Vec<u8>, TeeError>, took: Duration) {
        let (result, attested) = match made {
            Ok(evidence) => {
                self.0.metrics.attestation_seconds.observe(took.as_secs_f64());
                tracing::info!(%device, bytes = evidence.len(), ms = took.as_millis(), "the machine gave evidence of itself");
                ("made", Attested::By(device))
            },
            Err(error) => {
                tracing::warn!(%device, %error, "the machine gave no evidence of itself; the engine works on, not attested");
                ("failed", Attested::Failing(device, error.to_string()))
            },
        };
        self.0.metrics.attestations.with_label_values(&[result]).inc();
        let mut state = self.state();
        state.attested = attested;
        state.tried = Instant::now();
    }
}

/// Whether evidence is for who speaks now.
fn fits(made: &AttestationEvidence, from: &Standpoint) -> bool {
    let AttestationBinding { genesis, host, worker, .. } = &made.binding;
    (genesis, host, worker) == (&from.genesis, &from.host, &from.worker)
}

/// The kind of machine that evidence is of, as it is written.
pub(crate) fn tee_name(made: &AttestationEvidence) -> &'static str {
    match claimed(made.vendor, &made.evidence).map(|claimed| claimed.tee) {
        Ok(Tee::Sgx) => "sgx",
        Ok(Tee::Tdx) => "tdx",
        Ok(Tee::SevSnp) => "sev-snp",
        Err(_) => "unknown",
    }
}
