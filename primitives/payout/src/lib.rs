#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

use alloc::vec::Vec;
use candor_economics::FeeSplit;
use candor_primitives::{
    traits::{AuditLevy, HostStake, Releases, RewardShares},
    AccountId, Balance, ReleaseId,
};
use frame_support::traits::{
    fungible::{Inspect, InspectHold, MutateHold},
    tokens::{Fortitude, Precision, Restriction},
    Get,
};
use sp_runtime::{DispatchResult, Permill};

type ReasonOf<P> = <<P as Payer>::Currency as InspectHold<AccountId>>::Reason;

/// What pays for work: where the fees lie, and who shares in them.
pub trait Payer {
    /// The token, and holds on it.
    type Currency: Inspect<AccountId, Balance = Balance> + MutateHold<AccountId>;
    /// Says what of a host's part is its stakers', and hears what they got.
    type Stake: HostStake<AccountId>;
    /// Says who publishes a release.
    type Releases: Releases<AccountId>;
    /// Says what of a fee pays auditors.
    type Levy: AuditLevy<AccountId>;
    /// Account of the treasury.
    type Treasury: Get<AccountId>;
    /// Account that collects the levy.
    type AuditPot: Get<AccountId>;
    /// The treasury's share of every fee.
    type TreasuryShare: Get<Permill>;

    /// Why the fees are held on the requester.
    fn reason() -> ReasonOf<Self>;
}

/// Work to be paid for.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    /// On whom the fee is held.
    pub requester: &'a AccountId,
    /// Who did it.
    pub host: &'a AccountId,
    /// What was run.
    pub release: ReleaseId,
    /// The publisher's share.
    pub royalty: Permill,
    /// What all calls together cost, in planck.
    pub fee: Balance,
    /// Number of calls.
    pub calls: u32,
    /// Whether it is of the attested tier, which owes less to the auditors.
    pub attested: bool,
}

/// A share that its payee could not take, because its account cannot exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diverted {
    /// Who could not take it.
    pub payee: AccountId,
    /// Who has it instead: the treasury, or else the requester.
    pub to: AccountId,
    /// How much, in planck.
    pub amount: Balance,
}

/// What was paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Share of the host itself, in planck.
    pub amount: Balance,
    /// Share of those who stake for it, in planck.
    pub stakers: Balance,
    /// Share of the publisher, in planck.
    pub royalty: Balance,
    /// Share of the auditors, in planck.
    pub levy: Balance,
    /// Share of the treasury, in planck.
    pub treasury: Balance,
    /// What left the hold, in planck: the fee, without what stayed with the requester.
    pub paid: Balance,
    /// Shares that went to somebody else.
    pub diverted: Vec<Diverted>,
}

/// Pay for work out of what is held on its requester. The caller closes the liability afterwards: while it is open, the
/// host's pool exists.
pub fn pay<P: Payer>(work: &Work<'_>) -> Payment {
    let levy = P::Levy::levy_of(work.host, work.fee, work.calls, work.attested);
    let FeeSplit { royalty, levy, treasury, host } =
        FeeSplit::of(work.fee, levy, P::TreasuryShare::get(), work.royalty);
    let stakers = pay_stakers::<P>(work, host);
    let amount = host.saturating_sub(stakers);
    let mut payment = Payment { amount, stakers, royalty, levy, treasury, paid: stakers, diverted: Vec::new() };
    let account = P::Treasury::get();
    let publisher = P::Releases::publisher(work.release).unwrap_or_else(P::Treasury::get);
    let payees = [(work.host, amount), (&publisher, royalty), (&P::AuditPot::get(), levy), (&account, treasury)];
    for (payee, share) in payees {
        pay_share::<P>(work.requester, payee, &account, share, &mut payment);
    }
    payment
}

/// Pay those who stake for the host their part of its `amount`. Returns what they got: nothing if their pot cannot
/// receive it, and the host keeps it then.
fn pay_stakers<P: Payer>(work: &Work<'_>, amount: Balance) -> Balance {
    let RewardShares { stakers, pot, .. } = P::Stake::share(work.host, amount);
    let arrived = stakers > 0 && move_held::<P>(work.requester, &pot, stakers).is_ok();
    let stakers = if arrived { stakers } else { 0 };
    P::Stake::rewarded(work.host, stakers);
    stakers
}

/// Pay a share. If the payee's account cannot exist the treasury gets it, and if that cannot either, it stays with the
/// requester: one reaped payee must not block a settlement.
fn pay_share<P: Payer>(
    from: &AccountId,
    payee: &AccountId,
    treasury: &AccountId,
    amount: Balance,
    payment: &mut Payment,
) {
    if amount == 0 {
        return;
    }
    if move_held::<P>(from, payee, amount).is_ok() {
        payment.paid = payment.paid.saturating_add(amount);
        return;
    }
    let to = match move_held::<P>(from, treasury, amount) {
        Ok(()) => {
            payment.paid = payment.paid.saturating_add(amount);
            treasury
        },
        Err(_) => from,
    };
    payment.diverted.push(Diverted { payee: payee.clone(), to: to.clone(), amount });
}

fn move_held<P: Payer>(from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult {
    frame_support::storage::with_storage_layer(|| {
        let (precision, mode, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
        P::Currency::transfer_on_hold(&P::reason(), from, to, amount, precision, mode, force).map(|_| ())
    })
}
