//! What wallets read.

use crate::{Config, Liabilities, Pallet, Period, Pools, Positions, Records, StakedIn, Status, MAX_PAGE, MAX_PERIODS};
use alloc::vec::Vec;
use candor_primitives::{traits::HostStake, AccountId, BlockNumber};
use candor_runtime_api::views::{PeriodView, PoolView, PositionView, UnbondingView};
use frame_support::traits::Get;
use sp_runtime::{FixedPointNumber, FixedU128, SaturatedConversion, Saturating};

/// What was gained or lost of a planck that became `growth`, in parts per billion.
fn return_ppb(growth: FixedU128) -> i64 {
    const BILLIONTH: u128 = FixedU128::DIV / 1_000_000_000;
    let gained = growth.into_inner().saturating_sub(FixedU128::DIV) / BILLIONTH;
    let lost = FixedU128::DIV.saturating_sub(growth.into_inner()) / BILLIONTH;
    gained.saturated_into::<i64>().saturating_sub(lost.saturated_into())
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn view_pool(operator: &AccountId) -> Option<PoolView> {
        let pool = Pools::<T, I>::get(operator)?;
        let record = Records::<T, I>::get(operator);
        let liability = Liabilities::<T, I>::get(operator);
        let (now, period) = (Self::now(), Self::period());
        let recent = record.periods.iter().filter(|p| p.index.saturating_add(MAX_PERIODS) > period);
        let growth = recent.clone().fold(FixedU128::from_u32(1), |all, p| all.saturating_mul(p.growth));
        Some(PoolView {
            pool: operator.clone(),
            pot: Self::pot(operator),
            own: pool.own,
            own_unbonding: Self::view_queue(pool.own_unbonding.chunks().iter().map(|c| (c.amount, c.at))),
            delegated: pool.active.value,
            delegated_unbonding: pool.unbonding.value,
            stakers: pool.stakers,
            free: Self::free(operator),
            required: Self::required(operator),
            insured: liability.insured.sum,
            open_receipts: liability.exposure.open,
            commission: pool.commission.at(now),
            announced: pool.commission.next.filter(|(_, at)| *at > now),
            leaves_at: match pool.status {
                Status::Open => None,
                Status::Leaving(at) => Some(at),
            },
            paid: record.paid,
            penalties: record.penalties,
            slashes: record.slashes,
            slashed: record.slashed,
            return_ppb: return_ppb(growth),
            periods: recent.map(Self::view_period).collect(),
        })
    }

    fn view_period(period: &Period) -> PeriodView {
        let length = T::PeriodLength::get();
        let start = period.index.saturating_mul(length);
        PeriodView {
            start,
            end: start.saturating_add(length).saturating_sub(1),
            rewards: period.rewards,
            slashed: period.slashed,
            delegated: period.delegated,
            return_ppb: return_ppb(period.growth),
        }
    }

    fn view_queue(parts: impl Iterator<Item = (u128, BlockNumber)>) -> Vec<UnbondingView> {
        parts.map(|(amount, at)| UnbondingView { amount, at }).collect()
    }

    pub(crate) fn view_pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView> {
        let pools = match start {
            Some(account) => Pools::<T, I>::iter_keys_from(Pools::<T, I>::hashed_key_for(account)),
            None => Pools::<T, I>::iter_keys(),
        };
        pools.take(limit.min(MAX_PAGE) as usize).filter_map(|operator| Self::view_pool(&operator)).collect()
    }

    pub(crate) fn view_positions(staker: &AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
        let pools = match start {
            Some(pool) => {
                let from = StakedIn::<T, I>::hashed_key_for(staker, pool);
                StakedIn::<T, I>::iter_key_prefix_from(staker, from)
            },
            None => StakedIn::<T, I>::iter_key_prefix(staker),
        };
        pools.take(limit.min(MAX_PAGE) as usize).filter_map(|pool| Self::view_position(pool, staker.clone())).collect()
    }

    pub(crate) fn view_stakers(pool: &AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
        let stakers = match start {
            Some(staker) => {
                let from = Positions::<T, I>::hashed_key_for(pool, staker);
                Positions::<T, I>::iter_key_prefix_from(pool, from)
            },
            None => Positions::<T, I>::iter_key_prefix(pool),
        };
        stakers.take(limit.min(MAX_PAGE) as usize).filter_map(|who| Self::view_position(pool.clone(), who)).collect()
    }

    fn view_position(operator: AccountId, staker: AccountId) -> Option<PositionView> {
        let pool = Pools::<T, I>::get(&operator)?;
        let mut position = Positions::<T, I>::get(&operator, &staker)?;
        position.settle(&pool);
        let chunks = position.unbonding.chunks().iter();
        Some(PositionView {
            active: pool.active.worth(position.shares),
            unbonding: Self::view_queue(chunks.map(|chunk| (pool.unbonding.worth(chunk.amount), chunk.at))),
            leaves_at: match pool.status {
                Status::Open => None,
                Status::Leaving(at) => Some(at),
            },
            pool: operator,
            staker,
        })
    }
}
