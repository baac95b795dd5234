//! Tests of the pallet.

#![allow(clippy::unwrap_used)]

mod candidacy;
mod election;
mod liveness;
mod offences;
mod rewards;

use crate::{mock::*, *};
use candor_primitives::traits::{HostPools, HostStake};
use frame_support::{assert_noop, assert_ok};
