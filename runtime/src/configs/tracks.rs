//! The tracks of referenda: who a referendum speaks as, how long it takes, what it needs to pass.

use crate::{origins::Origin, Balance, BlockNumber, OriginCaller, CNDR};
#[cfg(not(feature = "test-runtime"))]
use crate::{DAYS, HOURS, MINUTES};
use alloc::borrow::Cow;
use frame_system::RawOrigin;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use sp_runtime::{str_array, FixedI64};

/// Time for which a vote with conviction 1 is locked after its referendum, if it won. Higher ones are locked for 2, 4, 8, 16 and 32
/// times as long.
#[cfg(not(feature = "test-runtime"))]
pub const VOTE_LOCKING_PERIOD: BlockNumber = 7 * DAYS;
/// The same in the runtime for tests.
#[cfg(feature = "test-runtime")]
pub const VOTE_LOCKING_PERIOD: BlockNumber = 4;

/// Time within which a referendum must have its decision deposit and its turn, or it is over.
#[cfg(not(feature = "test-runtime"))]
pub const UNDECIDING_TIMEOUT: BlockNumber = 14 * DAYS;
/// The same in the runtime for tests.
#[cfg(feature = "test-runtime")]
pub const UNDECIDING_TIMEOUT: BlockNumber = 200;

/// Most that one referendum of the track `treasury` spends.
pub const SPEND_CAP: Balance = 10_000 * CNDR;
/// Time to claim what the treasury granted.
#[cfg(not(feature = "test-runtime"))]
pub const PAYOUT_PERIOD: BlockNumber = 30 * DAYS;
/// The same in the runtime for tests.
#[cfg(feature = "test-runtime")]
pub const PAYOUT_PERIOD: BlockNumber = 100;
/// The treasury tells its balance in an event so often.
pub const SPEND_PERIOD: BlockNumber = 7 * crate::DAYS;

/// How long the phases of a referendum are.
struct Periods {
    /// At least before the decision.
    prepare: BlockNumber,
    /// At most for the decision.
    decision: BlockNumber,
    /// So long it must pass without a break.
    confirm: BlockNumber,
    /// At least from the confirmation until the call is made.
    enactment: BlockNumber,
}

#[cfg(not(feature = "test-runtime"))]
mod periods {
    use super::*;

    /// Root: the longest, as everything is at stake.
    pub const ROOT: Periods = Periods { prepare: 2 * HOURS, decision: 28 * DAYS, confirm: DAYS, enactment: DAYS };
    /// Parameters.
    pub const PARAMETERS: Periods =
        Periods { prepare: 2 * HOURS, decision: 14 * DAYS, confirm: 12 * HOURS, enactment: 12 * HOURS };
    /// Treasury.
    pub const TREASURY: Periods =
        Periods { prepare: 2 * HOURS, decision: 14 * DAYS, confirm: DAYS, enactment: 2 * HOURS };
    /// Canceller and killer: faster than what they stop.
    pub const STOP: Periods =
        Periods { prepare: HOURS, decision: 7 * DAYS, confirm: 3 * HOURS, enactment: 10 * MINUTES };
}

#[cfg(feature = "test-runtime")]
mod periods {
    use super::*;

    const SHORT: Periods = Periods { prepare: 2, decision: 20, confirm: 3, enactment: 2 };
    pub const ROOT: Periods = SHORT;
    pub const PARAMETERS: Periods = SHORT;
    pub const TREASURY: Periods = SHORT;
    pub const STOP: Periods = SHORT;
}

const fn percent(x: u128) -> FixedI64 {
    FixedI64::from_rational(x, 100)
}

/// Ayes among the votes, by conviction: all at the beginning, 80 % after a seventh of the time, half at the end.
const APPROVAL: Curve = Curve::make_reciprocal(1, 7, percent(80), percent(50), percent(100));
/// Ayes among the votes, where haste must be possible: all at the beginning, half from 60 % of the time on.
const APPROVAL_STOP: Curve = Curve::make_linear(6, 10, percent(50), percent(100));
/// Ayes among all tokens: half at the beginning, a twentieth at the end.
const SUPPORT_ROOT: Curve = Curve::make_linear(1, 1, percent(5), percent(50));
/// Half at the beginning, a fiftieth at the end.
const SUPPORT_PARAMETERS: Curve = Curve::make_linear(1, 1, percent(2), percent(50));
/// Half at the beginning, a tenth after a quarter of the time, a fiftieth at the end.
const SUPPORT_TREASURY: Curve = Curve::make_reciprocal(1, 4, percent(10), percent(2), percent(50));
/// Half at the beginning, a twentieth after a quarter of the time, a hundredth at the end.
const SUPPORT_STOP: Curve = Curve::make_reciprocal(1, 4, percent(5), percent(1), percent(50));

const fn track(
    id: u16,
    name: &str,
    max_deciding: u32,
    decision_deposit: Balance,
    periods: Periods,
    min_approval: Curve,
    min_support: Curve,
) -> Track<u16, Balance, BlockNumber> {
    Track {
        id,
        info: TrackInfo {
            name: str_array(name),
            max_deciding,
            decision_deposit,
            prepare_period: periods.prepare,
            decision_period: periods.decision,
            confirm_period: periods.confirm,
            min_enactment_period: periods.enactment,
            min_approval,
            min_support,
        },
    }
}

const TRACKS: [Track<u16, Balance, BlockNumber>; 5] = [
    track(0, "root", 1, 10_000 * CNDR, periods::ROOT, APPROVAL, SUPPORT_ROOT),
    track(1, "parameters", 5, 1_000 * CNDR, periods::PARAMETERS, APPROVAL, SUPPORT_PARAMETERS),
    track(2, "treasury", 10, 500 * CNDR, periods::TREASURY, APPROVAL, SUPPORT_TREASURY),
    track(3, "referendum_canceller", 20, 1_000 * CNDR, periods::STOP, APPROVAL_STOP, SUPPORT_STOP),
    track(4, "referendum_killer", 20, 5_000 * CNDR, periods::STOP, APPROVAL_STOP, SUPPORT_STOP),
];

/// The tracks.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = u16;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
        TRACKS.iter().map(Cow::Borrowed)
    }

    fn track_for(origin: &OriginCaller) -> Result<u16, ()> {
        match origin {
            OriginCaller::system(RawOrigin::Root) => Ok(0),
            OriginCaller::Origins(Origin::ParametersAdmin) => Ok(1),
            OriginCaller::Origins(Origin::Treasurer) => Ok(2),
            OriginCaller::Origins(Origin::ReferendumCanceller) => Ok(3),
            OriginCaller::Origins(Origin::ReferendumKiller) => Ok(4),
            _ => Err(()),
        }
    }
}
