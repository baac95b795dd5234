//! A chain that is a map.

use super::fakes::{scaler, FakeHost, FEE};
use crate::{
    chain::Failed,
    errors::CliError,
    proxy::{
        choose::tests::{host, offer, pool},
        network::{Asked, Network, OnChain, Opening, Sent},
    },
};
use candor_commitments::Blake2b256;
use candor_primitives::{AccountId, Balance, BlockNumber, ReleaseId, SessionId, SessionTerms, Units, Voucher};
use candor_runtime_api::views::{HostView, OfferView, PoolView, ReleaseView};
use sp_core::{sr25519, Pair, H256};
use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc, Mutex,
    },
};

/// A chain.
pub struct FakeChain {
    pub hosts: Vec<Arc<FakeHost>>,
    pub sessions: Mutex<BTreeMap<SessionId, OnChain>>,
    pub head: AtomicU32,
    /// Sessions that ended because host and requester agreed.
    pub agreed: AtomicU32,
    /// Everything that was held or paid, in planck.
    pub spent: Mutex<Balance>,
    /// Largest deposit that hosts' stakes answer for, in planck.
    pub backed: Mutex<Balance>,
    /// Hosts whose machine is attested.
    pub attested: Mutex<Vec<AccountId>>,
}

impl FakeChain {
    pub fn new(hosts: Vec<Arc<FakeHost>>) -> Arc<Self> {
        Arc::new(Self {
            hosts,
            sessions: Mutex::default(),
            head: AtomicU32::new(10),
            agreed: AtomicU32::new(0),
            spent: Mutex::default(),
            backed: Mutex::new(Balance::MAX),
            attested: Mutex::default(),
        })
    }

    fn release() -> ReleaseView {
        ReleaseView {
            id: 0,
            repository: 0,
            publisher: AccountId::new([77; 32]),
            name: b"scaler".to_vec(),
            version: b"1.0.0".to_vec(),
            deprecated: None,
            private: false,
            spec: scaler(),
        }
    }

    fn host_of(&self, account: &AccountId) -> Option<&Arc<FakeHost>> {
        self.hosts.iter().find(|host| host.account == *account)
    }
}

fn ready<T: Send + 'static>(value: T) -> Asked<T> {
    Box::pin(std::future::ready(Ok(value)))
}

fn sent<T: Send + 'static>(value: T) -> Sent<T> {
    Box::pin(std::future::ready(Ok((value, FEE))))
}

impl Network for FakeChain {
    fn genesis(&self) -> H256 {
        H256([1; 32])
    }

    fn account(&self) -> AccountId {
        AccountId::new([2; 32])
    }

    fn head(&self) -> Asked<BlockNumber> {
        ready(self.head.load(Ordering::Relaxed))
    }

    fn releases(&self) -> Asked<Vec<ReleaseView>> {
        ready(vec![Self::release()])
    }

    fn offers(&self, _: ReleaseId) -> Asked<Vec<OfferView>> {
        let offer = |h: &Arc<FakeHost>| {
            let number = AsRef::<[u8]>::as_ref(&h.account)[0];
            offer(number, h.price)
        };
        ready(self.hosts.iter().map(offer).collect())
    }

    fn host(&self, account: AccountId) -> Asked<Option<HostView>> {
        let number = AsRef::<[u8]>::as_ref(&account)[0];
        ready(self.host_of(&account).map(|h| host(number, h.worker.public(), &h.endpoint)))
    }

    fn pool(&self, account: AccountId) -> Asked<Option<PoolView>> {
        ready(Some(pool(AsRef::<[u8]>::as_ref(&account)[0], 10, 0, 0)))
    }

    fn is_attested(&self, account: AccountId) -> Asked<bool> {
        ready(self.attested.lock().unwrap().contains(&account))
    }

    fn session(&self, id: SessionId) -> Asked<Option<OnChain>> {
        ready(self.sessions.lock().unwrap().get(&id).cloned())
    }

    fn sessions(&self) -> Asked<Vec<OnChain>> {
        ready(self.sessions.lock().unwrap().values().cloned().collect())
    }

    fn backs(&self, _: ReleaseId, _: AccountId, _: Units, deposit: Balance) -> Asked<bool> {
        ready(deposit <= *self.backed.lock().unwrap())
    }

    fn open(&self, opening: Opening) -> Sent<OnChain> {
        let Some(host) = self.host_of(&opening.host) else {
            let error = CliError::new("no such host");
            return Box::pin(std::future::ready(Err(Failed { error, fee: FEE })));
        };
        let mut sessions = self.sessions.lock().unwrap();
        let session = sessions.len() as SessionId;
        let head = self.head.load(Ordering::Relaxed);
        let terms = SessionTerms {
            session,
            genesis: self.genesis(),
            requester: self.account(),
            host: opening.host,
            release: opening.release,
            variant: H256([9; 32]),
            key: opening.key,
            price_per_call: host.price,
            price_per_unit: 0,
            max_fee: opening.max_fee,
            deposit: opening.deposit,
            opened: head,
            expires: head + opening.blocks,
        };
        host.enter(terms.clone());
        let worker = host.worker.public();
        let attested = opening.attested;
        let on_chain = OnChain { terms, worker, bond: 0, open: true, ended: false, calls: 0, fee: 0, attested };
        sessions.insert(session, on_chain.clone());
        *self.spent.lock().unwrap() += opening.deposit + FEE;
        sent(on_chain)
    }

    fn top_up(&self, id: SessionId, amount: Balance, blocks: Option<BlockNumber>) -> Sent<OnChain> {
        let mut sessions = self.sessions.lock().unwrap();
        let on_chain = sessions.get_mut(&id).unwrap();
        on_chain.terms.deposit += amount;
        if let Some(blocks) = blocks {
            on_chain.terms.expires = self.head.load(Ordering::Relaxed) + blocks;
        }
        let host = self.host_of(&on_chain.terms.host).unwrap();
        host.change(on_chain.terms.clone());
        *self.spent.lock().unwrap() += amount + FEE;
        sent(on_chain.clone())
    }

    fn close_agreed(&self, voucher: Voucher, signature: sr25519::Signature) -> Sent<()> {
        let worker = self.sessions.lock().unwrap()[&voucher.session].worker;
        assert!(sr25519::Pair::verify(&signature, voucher.last_hash::<Blake2b256>().0, &worker));
        self.agreed.fetch_add(1, Ordering::Relaxed);
        self.end(voucher.session, (voucher.calls, voucher.fee))
    }

    /// The notice passes at once: the host settles what it has, the rest comes back.
    fn close(&self, id: SessionId) -> Sent<()> {
        let host = self.sessions.lock().unwrap()[&id].terms.host.clone();
        let settled = self.host_of(&host).unwrap().leave(id);
        self.end(id, settled)
    }
}

impl FakeChain {
    fn end(&self, id: SessionId, (calls, fee): (u32, Balance)) -> Sent<()> {
        let mut sessions = self.sessions.lock().unwrap();
        let on_chain = sessions.get_mut(&id).unwrap();
        assert!(!on_chain.ended);
        (on_chain.open, on_chain.ended, on_chain.calls, on_chain.fee) = (false, true, calls, fee);
        let mut spent = self.spent.lock().unwrap();
        *spent = *spent + FEE + fee - on_chain.terms.deposit;
        sent(())
    }
}
