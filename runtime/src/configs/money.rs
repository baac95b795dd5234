//! Balances, fees, and the calls that wallets expect: utility, proxy, multisig, sudo.

use crate::{
    constants::deposit, AccountId, Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeFreezeReason, RuntimeHoldReason, System, Validators, EXISTENTIAL_DEPOSIT, MICRO,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{
        fungible::{Balanced, Credit},
        ConstU128, ConstU32, ConstU8, InstanceFilter, OnUnbalanced, VariantCountOf,
    },
    weights::ConstantMultiplier,
    PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use scale_info::TypeInfo;
use sp_runtime::{
    traits::{AccountIdConversion, BlakeTwo256, Bounded},
    FixedPointNumber, Perquintill,
};

parameter_types! {
    /// Where the account of the treasury comes from.
    pub const TreasuryId: PalletId = PalletId(*b"cndrtrsy");
    /// Account of the treasury: the pot that referenda spend.
    pub TreasuryAccount: AccountId = TreasuryId::get().into_account_truncating();
    /// Account that keeps the audit levy until auditors are paid from it.
    pub AuditPot: AccountId = PalletId(*b"cndraudt").into_account_truncating();
    /// Account that bounties of canaries are paid from.
    pub CanaryPot: AccountId = PalletId(*b"cndrcnry").into_account_truncating();
}

impl pallet_balances::Config for Runtime {
    type AccountStore = System;
    type Balance = Balance;
    type DoneSlashHandler = ();
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type ReserveIdentifier = [u8; 8];
    type RuntimeEvent = RuntimeEvent;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

/// Fees and tips go to the author of the block and those who stake with it, when the block ends.
pub struct PayAuthor;
impl OnUnbalanced<Credit<AccountId, Balances>> for PayAuthor {
    fn on_nonzero_unbalanced(fees: Credit<AccountId, Balances>) {
        if let Err(unpaid) = Balances::resolve(&Validators::pot(), fees) {
            // The treasury takes what a pot that does not exist cannot; what even it cannot take is burned.
            let _ = Balances::resolve(&TreasuryAccount::get(), unpaid);
        }
    }
}

parameter_types! {
    /// Blocks are to be a quarter full on average; fees rise above and fall below.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// Speed of the fee multiplier.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
    /// Lowest fee multiplier.
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10u128);
    /// Highest fee multiplier.
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_transaction_payment::Config for Runtime {
    type FeeMultiplierUpdate =
        TargetedFeeAdjustment<Self, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
    /// One microCNDR a byte: 256 KiB cost 0.26 CNDR.
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<MICRO>>;
    type OnChargeTransaction = FungibleAdapter<Balances, PayAuthor>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
    /// Three planck a picosecond: a full block of 0.7 s costs about 2 CNDR.
    type WeightToFee = WeightToFee;
}

/// Fee of execution time: 3 planck for each picosecond.
pub type WeightToFee = ConstantMultiplier<Balance, ConstU128<3>>;

impl pallet_utility::Config for Runtime {
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
    type BlockNumberProvider = System;
    type Currency = Balances;
    type DepositBase = ConstU128<{ deposit(1, 88) }>;
    type DepositFactor = ConstU128<{ deposit(0, 32) }>;
    type MaxSignatories = ConstU32<100>;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do.
#[derive(
    Copy,
    Clone,
    Eq,
    PartialEq,
    Ord,
    PartialOrd,
    Encode,
    Decode,
    DecodeWithMemTracking,
    Debug,
    MaxEncodedLen,
    TypeInfo,
    Default,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    Any,
    /// Everything but moving money away: no transfers, no stake, no jobs and sessions, no giving away of repositories. It may
    /// vote.
    NonTransfer,
    /// Running a host: offers, endpoint, chill, heartbeats, closing sessions. Neither its stake nor its worker key.
    Host,
    /// Asking for inference: jobs and sessions.
    Jobs,
    /// Publishing models, without giving away repositories.
    Models,
    /// Governing: referenda and their preimages, votes, claims of what the treasury grants.
    Governance,
}

/// Calls after which stake can leave, or another key can sign for it.
fn moves_stake(call: &RuntimeCall) -> bool {
    use pallet_hosts::Call;
    match call {
        RuntimeCall::StakePools(_) | RuntimeCall::ValidatorPools(_) => true,
        // Whose keys sign twice loses stake.
        RuntimeCall::Session(_) => true,
        RuntimeCall::Validators(call) => {
            matches!(call, pallet_validators::Call::validate { .. } | pallet_validators::Call::leave { .. })
        },
        RuntimeCall::Hosts(call) => {
            matches!(call, Call::register { .. } | Call::set_worker { .. } | Call::deregister { .. })
        },
        _ => false,
    }
}

/// Calls that spend on inference. The fee can be any amount, and its host anyone: also the proxy.
fn spends(call: &RuntimeCall) -> bool {
    use pallet_jobs::Call as Jobs;
    use pallet_sessions::Call as Sessions;
    match call {
        RuntimeCall::Jobs(call) => {
            matches!(call, Jobs::submit { .. } | Jobs::submit_with { .. } | Jobs::schedule { .. })
        },
        // The last voucher of `close_agreed` is the requester's word alone.
        RuntimeCall::Sessions(call) => {
            matches!(call, Sessions::open { .. } | Sessions::top_up { .. } | Sessions::close_agreed { .. })
        },
        _ => false,
    }
}

/// Calls that give a repository, and with it its royalties, to somebody else.
fn gives_away(call: &RuntimeCall) -> bool {
    matches!(call, RuntimeCall::Models(pallet_models::Call::transfer_repository { .. }))
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => {
                let moves_money = matches!(call, RuntimeCall::Balances(..) | RuntimeCall::Sudo(..));
                !(moves_money || moves_stake(call) || spends(call) || gives_away(call))
            },
            Self::Host => {
                let closes = matches!(call, RuntimeCall::Sessions(pallet_sessions::Call::close { .. }));
                let runs = matches!(call, RuntimeCall::Hosts(..) | RuntimeCall::Utility(..)) && !moves_stake(call);
                closes || runs
            },
            Self::Jobs => matches!(call, RuntimeCall::Jobs(..) | RuntimeCall::Sessions(..) | RuntimeCall::Utility(..)),
            Self::Models => matches!(call, RuntimeCall::Models(..) | RuntimeCall::Utility(..)) && !gives_away(call),
            Self::Governance => matches!(
                call,
                RuntimeCall::Referenda(..)
                    | RuntimeCall::ConvictionVoting(..)
                    | RuntimeCall::Preimage(..)
                    | RuntimeCall::Treasury(..)
                    | RuntimeCall::Utility(..)
            ),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        self == &Self::Any || self == other
    }
}

impl pallet_proxy::Config for Runtime {
    type AnnouncementDepositBase = ConstU128<{ deposit(1, 8) }>;
    type AnnouncementDepositFactor = ConstU128<{ deposit(0, 66) }>;
    type BlockNumberProvider = System;
    type CallHasher = BlakeTwo256;
    type Currency = Balances;
    type MaxPending = ConstU32<32>;
    type MaxProxies = ConstU32<32>;
    type ProxyDepositBase = ConstU128<{ deposit(1, 8) }>;
    type ProxyDepositFactor = ConstU128<{ deposit(0, 33) }>;
    type ProxyType = ProxyType;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
