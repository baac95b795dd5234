//! The other side of a session.

use super::{key, World};
use crate::engine::Engine;
use candor_commitments::{Blake2b256, ListBuilder, TAG_BATCH};
use candor_gateway::{
    Backend, CallError, InferRequest, InferResponse, NamedTensor, Payment, PaymentProblem, TensorData,
};
use candor_primitives::{
    session::SessionTerms,
    worker::{Standpoint, SyncRequest, SyncResponse},
    AccountId, Balance, ReleaseSpec, SignedReceipt, SignedVoucher, Voucher,
};
use sp_core::{sr25519::Pair, Pair as _, H256};

pub(crate) const SESSION: u64 = 4;

pub(crate) fn host() -> AccountId {
    AccountId::new([2; 32])
}

pub(crate) fn session_key() -> Pair {
    Pair::from_string("//Session", None).unwrap()
}

pub(crate) fn terms(spec: &ReleaseSpec) -> SessionTerms {
    SessionTerms {
        session: SESSION,
        genesis: H256::repeat_byte(7),
        requester: AccountId::new([1; 32]),
        host: host(),
        release: 1,
        variant: spec.variants[0].root,
        key: session_key().public(),
        price_per_call: 3,
        price_per_unit: 2,
        max_fee: 10,
        deposit: 1_000_000,
        opened: 5,
        expires: 1000,
    }
}

/// What the node says at a block.
pub(crate) fn said(block: u32) -> SyncRequest {
    let from = Standpoint { genesis: H256::repeat_byte(7), block, host: host(), worker: key() };
    SyncRequest { from: Some(from), serve: vec![1], ..SyncRequest::default() }
}

pub(crate) async fn told(engine: &Engine, terms: Option<SessionTerms>) -> SyncResponse {
    engine.sync(SyncRequest { sessions: vec![(SESSION, terms)], ..said(10) }).await.unwrap()
}

impl World {
    /// Wait until the release runs, and tell the engine of a session.
    pub(crate) async fn in_session(&self) -> Requester {
        self.engine.ready(1).await.unwrap();
        let terms = terms(&self.spec);
        told(&self.engine, Some(terms.clone())).await;
        Requester::new(terms)
    }
}

/// Asks, checks, pays.
pub(crate) struct Requester {
    pub(crate) terms: SessionTerms,
    pub(crate) next: u32,
    list: ListBuilder<Blake2b256>,
    fee: Balance,
}

impl Requester {
    pub(crate) fn new(terms: SessionTerms) -> Self {
        Self { terms, next: 0, list: ListBuilder::new(TAG_BATCH), fee: 0 }
    }

    /// Count an answer.
    pub(crate) fn take(&mut self, receipt: &SignedReceipt) {
        let hash = receipt.receipt.hash::<Blake2b256>();
        assert!(Pair::verify(&receipt.signature, hash.as_bytes(), &key()), "signed by the host's worker");
        self.list.push(&hash.0);
        self.fee += self.terms.earns(receipt.receipt.draft.fee, &receipt.receipt.outcome);
        self.next += 1;
    }

    /// What pays for all that was counted.
    pub(crate) fn voucher(&self) -> SignedVoucher {
        sign(Voucher {
            genesis: self.terms.genesis,
            session: self.terms.session,
            calls: self.list.len(),
            fee: self.fee,
            receipts: H256(self.list.root()),
        })
    }

    pub(crate) fn payment(&self) -> Payment {
        let voucher = (!self.list.is_empty()).then(|| self.voucher());
        Payment { session: self.terms.session, index: self.next, voucher }
    }

    /// Call, check, count.
    pub(crate) async fn call(&mut self, engine: &Engine, inputs: Vec<NamedTensor>) -> InferResponse {
        let response = engine.infer(request(inputs, Some(self.payment()))).await.unwrap();
        let receipt = response.receipt.clone().unwrap();
        assert_eq!(receipt.receipt.draft, self.draft(&receipt));
        self.take(&receipt);
        response
    }

    fn draft(&self, receipt: &SignedReceipt) -> candor_primitives::ReceiptDraft {
        let found = &receipt.receipt.draft;
        self.terms.draft(self.next, found.units, found.input_root).unwrap()
    }
}

pub(crate) fn sign(voucher: Voucher) -> SignedVoucher {
    let signature = session_key().sign(voucher.hash::<Blake2b256>().as_bytes());
    SignedVoucher { voucher, signature }
}

pub(crate) fn request(inputs: Vec<NamedTensor>, payment: Option<Payment>) -> InferRequest {
    InferRequest {
        model: "1".into(),
        version: None,
        id: None,
        inputs,
        outputs: Vec::new(),
        deadline: None,
        payment,
        caller: None,
    }
}

pub(crate) fn named(name: &str, tensor: TensorData) -> NamedTensor {
    NamedTensor { name: name.into(), tensor }
}

pub(crate) fn problem(result: Result<InferResponse, CallError>) -> PaymentProblem {
    match result {
        Err(CallError::Payment(needed)) => needed.problem,
        other => panic!("not a question of payment: {other:?}"),
    }
}
