//! What the calls and the hooks cost. Inputs are as large as they can be where their size is not the parameter; every
//! payee exists, and sessions have as many batches, drawn calls and presented receipts as they can.

use crate::{types::*, *};
use alloc::vec::Vec;
use candor_commitments::{leaf_hash, list_root, open as open_leaves, TAG_BATCH};
use candor_primitives::{
    tensor::{list_root as tensor_list_root, InlineBytes},
    traits::{AttestedHosts, BatchKey, Batches, HostMarket, ReceiptKey, Releases},
    worker::Sample,
    AccountId, Balance, DType, HostBlake2b, Outcome, Payload, Receipt, ReleaseId, SessionId, SessionTerms,
    SignedReceipt, SignedVoucher, Tensor, Units, Voucher, WorkerKey, WorkerSignature, MAX_INLINE_SAMPLE,
    WORKER_KEY_TYPE,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    traits::{
        fungible::{Inspect, Mutate},
        Get, OnPoll,
    },
    weights::WeightMeter,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_io::crypto::{sr25519_generate, sr25519_sign};

/// Calls that a session's deposit pays for.
const CALLS: u32 = 120;

fn funds<T: Config>() -> Balance {
    T::Currency::minimum_balance().max(1).saturating_mul(1_000_000).saturating_add(1 << 60)
}

fn funded<T: Config>(who: AccountId) -> AccountId {
    T::Currency::set_balance(&who, funds::<T>());
    who
}

fn key(seed: &[u8]) -> WorkerKey {
    sr25519_generate(WORKER_KEY_TYPE, Some(seed.to_vec()))
}

fn floats(bytes: u32) -> Payload {
    let count = bytes / 4;
    let data = InlineBytes::try_from(alloc::vec![0u8; (count * 4) as usize]).expect("at most 64 KiB");
    let shape = alloc::vec![count].try_into().expect("one dimension");
    Payload::Inline(alloc::vec![Tensor { dtype: DType::Float32, shape, data }].try_into().expect("one tensor"))
}

fn outputs() -> Vec<H256> {
    alloc::vec![H256::repeat_byte(3)]
}

/// What requester and host of a session know off chain.
struct Book<T> {
    terms: SessionTerms,
    worker: WorkerKey,
    receipts: Vec<SignedReceipt>,
    fee: Balance,
    config: core::marker::PhantomData<T>,
}

/// A release that `host` offers; all payees exist.
fn market<T: Config>(host: &AccountId, worker: WorkerKey) -> ReleaseId {
    let publisher: AccountId = account("publisher", 0, 0);
    for payee in [publisher.clone(), T::Treasury::get(), T::AuditPot::get()] {
        funded::<T>(payee);
    }
    let release = T::Releases::benchmark_release(&publisher);
    T::Hosts::benchmark_host(host, worker, release);
    release
}

/// Units of a call with so many bytes of input.
fn units<T: Config>(release: ReleaseId, bytes: u32) -> Units {
    let spec = T::Releases::spec(release).expect("it was released");
    let (_, units) = spec.fit_inputs(floats(bytes).shapes().into_iter()).expect("the input fits");
    units
}

impl<T: Config> Book<T> {
    /// Open a session at a new host.
    fn open() -> Self {
        Self::open_at(&account("host", 0, 0), key(b"//worker"), &funded::<T>(whitelisted_caller()))
    }

    fn open_at(host: &AccountId, worker: WorkerKey, requester: &AccountId) -> Self {
        let release = market::<T>(host, worker);
        let units = units::<T>(release, MAX_INLINE_SAMPLE);
        let (_, max_fee, _) = T::Hosts::price_range(release, units).expect("there is an offer");
        let deposit = max_fee.saturating_mul(CALLS.into());
        let id = NextSessionId::<T>::get();
        let expires = Pallet::<T>::now().saturating_add(T::MaxDuration::get());
        let opened = Pallet::<T>::do_open(
            requester.clone(),
            release,
            Some(host.clone()),
            units,
            Balance::MAX,
            deposit,
            expires,
            key(b"//voucher"),
            false,
        );
        opened.expect("the market has a host");
        // Of the attested tier: its host is asked for its evidence.
        T::Attested::benchmark_attest(host, worker);
        crate::Sessions::<T>::mutate_extant(id, |session| session.attested = true);
        let terms = Pallet::<T>::get(id).expect("opened").terms;
        Self { terms, worker, receipts: Vec::new(), fee: 0, config: core::marker::PhantomData }
    }

    fn id(&self) -> SessionId {
        self.terms.session
    }

    fn signed(&self, receipt: Receipt) -> SignedReceipt {
        let hash = receipt.hash::<HostBlake2b>();
        let signature = sr25519_sign(WORKER_KEY_TYPE, &self.worker, &hash.0).expect("the key is here");
        SignedReceipt { receipt, signature }
    }

    fn receipt(&self, index: u32, bytes: u32) -> SignedReceipt {
        let units = units::<T>(self.terms.release, bytes);
        let draft = self.terms.draft(index, units, floats(bytes).root::<HostBlake2b>()).expect("below the maximum");
        let outcome = Outcome::Output(tensor_list_root::<HostBlake2b>(outputs().iter()));
        self.signed(Receipt { draft, outcome })
    }

    fn answer(&mut self, calls: u32, bytes: u32) {
        for _ in 0..calls {
            let receipt = self.receipt(self.receipts.len() as u32, bytes);
            self.fee = self.fee.saturating_add(receipt.receipt.draft.fee);
            self.receipts.push(receipt);
        }
    }

    fn hashes(&self) -> Vec<[u8; 32]> {
        self.receipts.iter().map(|signed| signed.receipt.hash::<HostBlake2b>().0).collect()
    }

    fn voucher(&self) -> SignedVoucher {
        let voucher = Voucher {
            genesis: self.terms.genesis,
            session: self.id(),
            calls: self.receipts.len() as u32,
            fee: self.fee,
            receipts: H256(list_root::<HostBlake2b>(TAG_BATCH, &self.hashes())),
        };
        let hash = voucher.hash::<HostBlake2b>();
        let signature = sr25519_sign(WORKER_KEY_TYPE, &self.terms.key, &hash.0).expect("the key is here");
        SignedVoucher { voucher, signature }
    }

    /// The host's consent to a voucher.
    fn accept(&self, voucher: &SignedVoucher) -> WorkerSignature {
        let hash = voucher.voucher.hash::<HostBlake2b>();
        sr25519_sign(WORKER_KEY_TYPE, &self.worker, &hash.0).expect("the key is here")
    }

    fn settle(&self) {
        let voucher = self.voucher();
        let acceptance = self.accept(&voucher);
        Pallet::<T>::do_settle(voucher, acceptance, false).expect("the voucher is new");
    }

    fn present(&self, index: u32, bytes: u32) {
        let who = funded::<T>(account("presenter", index, 0));
        Pallet::<T>::do_present(who, self.receipt(index, bytes), floats(bytes), outputs()).expect("not final");
    }

    /// So many receipts of calls that are not settled yet lie open.
    fn present_unsettled(&mut self) {
        let first = self.receipts.len() as u32;
        self.answer(MAX_PRESENTED, 4);
        (first..first.saturating_add(MAX_PRESENTED)).for_each(|index| self.present(index, 4));
    }

    fn batch_key(&self, number: u32) -> BatchKey<AccountId> {
        BatchKey { session: self.id(), number, host: self.terms.host.clone() }
    }

    /// Whoever looks at a batch does so no more.
    fn let_go(&self, number: u32) {
        while BatchesOf::<T>::get(self.id(), number).is_some_and(|batch| batch.holds > 0) {
            <Pallet<T> as Batches<_>>::release(&self.batch_key(number));
        }
    }

    fn draw(&self, number: u32, offset: u32) {
        <Pallet<T> as Batches<_>>::sample(&self.batch_key(number), offset, H256::repeat_byte(4)).expect("it is open");
    }

    fn sample(&self, index: u32, bytes: u32) -> Sample {
        let leaves: Vec<_> = self.hashes().iter().map(|hash| leaf_hash::<HostBlake2b>(hash)).collect();
        let proof = open_leaves::<HostBlake2b>(&leaves, index.into(), 1).expect("it is one of them");
        let receipt = self.receipts.get(index as usize).expect("answered").clone();
        Sample { receipt, proof: proof.into_iter().map(H256).collect(), input: floats(bytes), outputs: outputs() }
    }

    /// A call of so many bytes among as many as there can be, drawn.
    fn drawn(bytes: u32) -> Self {
        let mut book = Self::open();
        book.answer(CALLS - 1, 4);
        book.answer(1, bytes);
        book.settle();
        book.draw(0, CALLS - 1);
        book
    }
}

fn pass<T: Config>(block: u32) {
    frame_system::Pallet::<T>::set_block_number(block.saturating_add(1).into());
}

/// An open receipt of `host`.
pub(crate) fn open_receipt<T: Config>(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
    let worker = T::Hosts::worker_of(host).unwrap_or_else(|| key(b"//worker"));
    let mut book = Book::<T>::open_at(host, worker, &funded::<T>(requester.clone()));
    book.answer(1, MAX_INLINE_SAMPLE);
    book.present(0, MAX_INLINE_SAMPLE);
    let session = Pallet::<T>::get(book.id()).expect("opened");
    Pallet::<T>::receipt_key(book.id(), &session, 0)
}

/// An open batch of `host`.
pub(crate) fn open_batch<T: Config>(host: &AccountId, requester: &AccountId) -> BatchKey<AccountId> {
    let worker = T::Hosts::worker_of(host).unwrap_or_else(|| key(b"//worker"));
    let mut book = Book::<T>::open_at(host, worker, &funded::<T>(requester.clone()));
    book.answer(CALLS, 4);
    book.settle();
    book.batch_key(0)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn open() {
        let host: AccountId = account("host", 0, 0);
        let release = market::<T>(&host, key(b"//worker"));
        T::Attested::benchmark_attest(&host, key(b"//worker"));
        let who = funded::<T>(whitelisted_caller());
        let expires = Pallet::<T>::now().saturating_add(T::MaxDuration::get());
        let (_, fee, _) = T::Hosts::price_range(release, 1).expect("there is an offer");
        let deposit = fee.saturating_mul(CALLS.into());

        #[extrinsic_call]
        _(RawOrigin::Signed(who), release, Some(host), 1, Balance::MAX, deposit, expires, key(b"//voucher"), true);

        assert!(Sessions::<T>::contains_key(0));
    }

    #[benchmark]
    fn top_up() {
        let book = Book::<T>::open();
        let (who, amount) = (book.terms.requester.clone(), book.terms.max_fee);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), book.id(), amount, Some(book.terms.expires));

        assert!(Sessions::<T>::get(0).expect("open").held > book.terms.deposit);
    }

    #[benchmark]
    fn settle() {
        let mut book = Book::<T>::open();
        book.present_unsettled();
        let voucher = book.voucher();
        let acceptance = book.accept(&voucher);

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), voucher, acceptance);

        assert_eq!(BatchesOf::<T>::get(0, 0).expect("made").calls, MAX_PRESENTED);
    }

    #[benchmark]
    fn authorize_settle() -> Result<(), BenchmarkError> {
        let mut book = Book::<T>::open();
        book.answer(2, 4);
        let voucher = book.voucher();
        let call = Call::<T>::settle { acceptance: book.accept(&voucher), voucher };
        pass::<T>(Pallet::<T>::now().saturating_add(T::SettleInterval::get()));

        #[block]
        {
            call.authorize(TransactionSource::External).ok_or("authorised")??;
        }
        Ok(())
    }

    #[benchmark]
    fn close() {
        let mut book = Book::<T>::open();
        book.present_unsettled();
        let (host, voucher) = (book.terms.host.clone(), Some(book.voucher()));

        #[extrinsic_call]
        _(RawOrigin::Signed(host), book.id(), voucher);

        assert_eq!(Sessions::<T>::get(0).expect("a batch is open").state, SessionState::Ended);
    }

    #[benchmark]
    fn close_agreed() {
        let mut book = Book::<T>::open();
        book.present_unsettled();
        let voucher = book.voucher();
        let hash = voucher.voucher.last_hash::<HostBlake2b>();
        let signature = sr25519_sign(WORKER_KEY_TYPE, &book.worker, &hash.0).expect("the key is here");

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), voucher.voucher, signature);

        assert_eq!(Sessions::<T>::get(0).expect("a batch is open").state, SessionState::Ended);
    }

    #[benchmark]
    fn end() {
        let mut book = Book::<T>::open();
        book.present_unsettled();
        Pallet::<T>::do_close(book.terms.requester.clone(), 0, None).expect("open");
        book.settle();
        pass::<T>(Sessions::<T>::get(0).and_then(|session| session.due()).expect("closing"));

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), 0);

        assert_eq!(Sessions::<T>::get(0).expect("a batch is open").state, SessionState::Ended);
    }

    #[benchmark]
    fn sweep(b: Linear<1, { T::MaxBatches::get() }>, s: Linear<0, { MAX_SAMPLED }>) {
        let mut book = Book::<T>::open();
        book.answer(MAX_SAMPLED, 4);
        book.settle();
        (0..s).for_each(|offset| book.draw(0, offset));
        for _ in 1..b {
            book.answer(1, 4);
            // The last place is for the end of a session.
            if Sessions::<T>::get(0).expect("open").batches.saturating_add(1) < T::MaxBatches::get() {
                book.settle();
            }
        }
        let _ = Pallet::<T>::overturn_session(0).expect("funds are held");

        #[extrinsic_call]
        end(RawOrigin::Signed(book.terms.requester.clone()), 0);

        assert!(!Sessions::<T>::contains_key(0));
    }

    #[benchmark]
    fn finalise() {
        let mut book = Book::<T>::open();
        book.answer(CALLS, 4);
        let voucher = Some(book.voucher());
        Pallet::<T>::do_close(book.terms.host.clone(), 0, voucher).expect("open");
        book.let_go(0);
        pass::<T>(BatchesOf::<T>::get(0, 0).expect("made").until);

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), 0, 0);

        assert!(!Sessions::<T>::contains_key(0));
    }

    #[benchmark]
    fn present(b: Linear<4, MAX_INLINE_SAMPLE>) {
        let mut book = Book::<T>::open();
        book.answer(1, b);
        for _ in 1..T::MaxBatches::get() {
            book.settle();
            book.answer(1, 4);
        }
        let (receipt, input) = (book.receipt(0, b), floats(b));

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), receipt, input, outputs());

        assert!(Receipts::<T>::contains_key(0, 0));
    }

    #[benchmark]
    fn open_sample(b: Linear<4, MAX_INLINE_SAMPLE>) {
        let book = Book::<T>::drawn(b);
        let sample = book.sample(CALLS - 1, b);

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), 0, CALLS - 1, sample);

        assert!(Receipts::<T>::contains_key(0, CALLS - 1));
    }

    #[benchmark]
    fn authorize_open_sample(b: Linear<4, MAX_INLINE_SAMPLE>) -> Result<(), BenchmarkError> {
        let book = Book::<T>::drawn(b);
        let call = Call::<T>::open_sample { session: 0, index: CALLS - 1, sample: book.sample(CALLS - 1, b) };

        #[block]
        {
            call.authorize(TransactionSource::External).ok_or("authorised")??;
        }
        Ok(())
    }

    #[benchmark]
    fn expire_sample() {
        Book::<T>::drawn(4);
        let session = Sessions::<T>::get(0).expect("open");

        // The clock of disputes cannot be set here; looking at it is the same before and after the deadline.
        #[block]
        {
            let due = Samples::<T>::get(0, CALLS - 1).expect("drawn").deadline;
            assert!(Pallet::<T>::ticks() <= due);
            Pallet::<T>::step_sample(0, CALLS - 1, session).expect("funds are held");
        }

        assert!(Sessions::<T>::get(0).expect("to be swept").is_overturned());
    }

    #[benchmark]
    fn report_two() {
        let book = Book::<T>::open();
        let first = book.receipt(0, 4);
        let outcome = Outcome::Failed { node: 0, index: 0 };
        let second = book.signed(Receipt { outcome, ..first.receipt.clone() });

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), first, second);

        assert!(Sessions::<T>::get(0).expect("to be swept").is_overturned());
    }

    #[benchmark]
    fn retire() {
        let book = Book::<T>::open();
        book.present(0, MAX_INLINE_SAMPLE);
        pass::<T>(Receipts::<T>::get(0, 0).expect("presented").until);

        #[extrinsic_call]
        _(RawOrigin::Signed(book.terms.requester.clone()), 0, 0);

        assert!(!Receipts::<T>::contains_key(0, 0));
    }

    #[benchmark]
    fn poll_base() {
        Book::<T>::open();

        #[block]
        {
            <Pallet<T> as OnPoll<_>>::on_poll(1u32.into(), &mut WeightMeter::new());
        }
    }

    #[benchmark]
    fn poll_item() {
        let book = Book::<T>::open();
        let item = Item::Session(book.id());

        #[block]
        {
            let (due, listed) = Agenda::<T>::iter_keys().next().expect("a session is due");
            assert_eq!(listed, item);
            assert!(Pallet::<T>::get(book.id()).is_some_and(|session| session.due() == Some(due.into())));
        }
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
