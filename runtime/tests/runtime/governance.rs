//! Referenda from submission to enactment, by token holders, without sudo.

use crate::chain::*;
use candor_primitives::Balance;
use candor_runtime::{
    configs::{
        parameters::dynamic, Intel, RuntimeParameters, Tracks, TreasuryAccount, MIN_VOTE, SPEND_CAP,
        VOTE_LOCKING_PERIOD,
    },
    origins::Origin,
    Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, CNDR, DAYS,
};
use codec::{Decode, Encode};
use frame_support::{
    assert_ok,
    traits::{fungible::InspectHold, schedule::DispatchTime, Bounded, Get},
};
use frame_system::RawOrigin;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{ReferendumInfo, ReferendumInfoFor, TracksInfo};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    traits::{Dispatchable, Hash as _},
    DispatchError, ModuleError, TokenError,
};

type Info = pallet_referenda::ReferendumInfoOf<Runtime, ()>;

/// Who votes here. Alice is none of them: she is sudo, and the author of all blocks.
const HOLDERS: [Sr25519Keyring; 5] = [Bob, Charlie, Dave, Eve, Ferdie];
/// What each of them votes with.
const VOTES: Balance = 900_000 * CNDR;

fn root() -> OriginCaller {
    RawOrigin::Root.into()
}

fn aye(balance: Balance) -> AccountVote<Balance> {
    AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::Locked1x }, balance }
}

fn window(blocks: u32) -> RuntimeCall {
    let key_value =
        RuntimeParameters::Jobs(dynamic::jobs::Parameters::FinalityWindow(dynamic::jobs::FinalityWindow, Some(blocks)));
    pallet_parameters::Call::<Runtime>::set_parameter { key_value }.into()
}

fn set_storage() -> RuntimeCall {
    let items = vec![(b"candor".to_vec(), b"governed".to_vec())];
    frame_system::Call::<Runtime>::set_storage { items }.into()
}

fn spend(amount: Balance) -> RuntimeCall {
    let beneficiary = Box::new(account(Dave).into());
    pallet_treasury::Call::<Runtime>::spend { asset_kind: Box::new(()), amount, beneficiary, valid_from: None }.into()
}

/// Why a call is refused.
fn refusal(call: RuntimeCall, origin: RuntimeOrigin) -> DispatchError {
    call.dispatch(origin).expect_err("refused").error
}

/// Alice gives sudo away for good.
fn without_sudo(chain: &mut Chain) {
    chain.block();
    chain.ok(Alice, pallet_sudo::Call::<Runtime>::remove_key {});
    assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
}

/// `who` notes the preimage, submits the referendum and places its decision deposit. Returns its index.
fn propose(chain: &mut Chain, who: Sr25519Keyring, origin: impl Into<OriginCaller>, call: RuntimeCall) -> u32 {
    let bytes = call.encode();
    let hash = <Runtime as frame_system::Config>::Hashing::hash(&bytes);
    let proposal = Bounded::Lookup { hash, len: bytes.len() as u32 };
    chain.ok(who, pallet_preimage::Call::<Runtime>::note_preimage { bytes });
    let index = pallet_referenda::ReferendumCount::<Runtime>::get();
    chain.ok(
        who,
        pallet_referenda::Call::<Runtime>::submit {
            proposal_origin: Box::new(origin.into()),
            proposal,
            enactment_moment: DispatchTime::After(0),
        },
    );
    chain.ok(who, pallet_referenda::Call::<Runtime>::place_decision_deposit { index });
    index
}

fn vote(chain: &mut Chain, who: Sr25519Keyring, poll_index: u32, vote: AccountVote<Balance>) {
    chain.ok(who, pallet_conviction_voting::Call::<Runtime>::vote { poll_index, vote });
}

/// All holders say aye.
fn all_aye(chain: &mut Chain, index: u32) {
    HOLDERS.into_iter().for_each(|who| vote(chain, who, index, aye(VOTES)));
}

fn info(index: u32) -> Info {
    ReferendumInfoFor::<Runtime>::get(index).expect("a referendum")
}

/// Go on until the call of a referendum was made. Returns what came of it.
fn until_made(chain: &mut Chain) -> Result<(), DispatchError> {
    for _ in 0..100 {
        chain.skip(DAYS);
        for event in Chain::events() {
            if let RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { result, id: Some(_), .. }) = event {
                return result;
            }
        }
    }
    panic!("no referendum was enacted");
}

#[test]
fn parameter_should_change_when_token_holders_vote_for_it() {
    chain(|chain| {
        without_sudo(chain);
        let before = total(&account(Bob));
        let index = propose(chain, Bob, Origin::ParametersAdmin, window(77));
        all_aye(chain, index);
        assert_ne!(dynamic::jobs::FinalityWindow::get(), 77);
        assert_eq!(until_made(chain), Ok(()));
        assert_eq!(dynamic::jobs::FinalityWindow::get(), 77);
        assert!(matches!(info(index), ReferendumInfo::Approved(..)));
        chain.ok(Bob, pallet_referenda::Call::<Runtime>::refund_decision_deposit { index });
        chain.ok(Bob, pallet_referenda::Call::<Runtime>::refund_submission_deposit { index });
        assert!(before - total(&account(Bob)) < CNDR, "transactions cost little, deposits come back");
    });
}

#[test]
fn root_call_should_be_made_when_sudo_is_gone_and_its_referendum_passes() {
    chain(|chain| {
        without_sudo(chain);
        let index = propose(chain, Bob, root(), set_storage());
        all_aye(chain, index);
        assert_eq!(until_made(chain), Ok(()));
        assert_eq!(sp_io::storage::get(b"candor").as_deref(), Some(&b"governed"[..]));
        sp_io::storage::clear(b"candor");
    });
}

#[test]
fn upgrade_should_fit_the_scheduler_when_it_is_enacted() {
    let weight = <frame_system::weights::SubstrateWeight<Runtime> as frame_system::WeightInfo>::set_code();
    let fetched =
        <pallet_scheduler::weights::SubstrateWeight<Runtime> as pallet_scheduler::WeightInfo>::service_task_fetched(
            4 << 20,
        );
    let most = <Runtime as pallet_scheduler::Config>::MaximumWeight::get();
    assert!((weight + fetched).all_lt(most), "{weight:?} and {fetched:?} of {most:?}");
}

#[test]
fn root_call_should_fail_when_it_comes_by_another_track() {
    for origin in [Origin::ParametersAdmin, Origin::Treasurer, Origin::ReferendumCanceller, Origin::ReferendumKiller] {
        chain(|chain| {
            chain.block();
            let origin = RuntimeOrigin::from(origin.clone());
            for call in [
                set_storage(),
                frame_system::Call::<Runtime>::set_code { code: vec![] }.into(),
                pallet_balances::Call::<Runtime>::force_set_balance { who: account(Bob).into(), new_free: 0 }.into(),
                pallet_utility::Call::<Runtime>::dispatch_as {
                    as_origin: Box::new(root()),
                    call: Box::new(set_storage()),
                }
                .into(),
            ] {
                assert_eq!(refusal(call, origin.clone()), DispatchError::BadOrigin);
            }
        });
    }
    chain(|chain| {
        without_sudo(chain);
        let index = propose(chain, Bob, Origin::ParametersAdmin, set_storage());
        all_aye(chain, index);
        assert_eq!(until_made(chain), Err(DispatchError::BadOrigin));
        assert_eq!(sp_io::storage::get(b"candor"), None);
    });
}

#[test]
fn track_should_do_only_its_business_when_it_calls() {
    chain(|chain| {
        chain.block();
        let origin = |origin: Origin| RuntimeOrigin::from(origin);
        let platform = [7; 64];
        let revoke: RuntimeCall = pallet_attestations::Call::<Runtime, Intel>::revoke { platform }.into();
        let reinstate: RuntimeCall = pallet_attestations::Call::<Runtime, Intel>::reinstate { platform }.into();
        assert_eq!(refusal(reinstate.clone(), origin(Origin::Treasurer)), DispatchError::BadOrigin);
        assert_ok!(revoke.dispatch(origin(Origin::ParametersAdmin)));
        assert_ok!(reinstate.dispatch(origin(Origin::ParametersAdmin)));
        assert_ok!(window(7).dispatch(origin(Origin::ParametersAdmin)));
        assert_eq!(refusal(window(8), origin(Origin::Treasurer)), DispatchError::BadOrigin);
        assert_eq!(refusal(spend(CNDR), origin(Origin::ParametersAdmin)), DispatchError::BadOrigin);
        assert_ok!(spend(SPEND_CAP).dispatch(origin(Origin::Treasurer)));
        let dear = refusal(spend(SPEND_CAP + 1), origin(Origin::Treasurer));
        assert!(matches!(dear, DispatchError::Module(ModuleError { message: Some("InsufficientPermission"), .. })));
        assert_ok!(spend(SPEND_CAP + 1).dispatch(RuntimeOrigin::root()));
    });
}

#[test]
fn referendum_should_be_rejected_when_too_few_tokens_say_aye() {
    chain(|chain| {
        without_sudo(chain);
        let index = propose(chain, Bob, root(), set_storage());
        // Of fourteen million that count, half a million says aye; of votes by conviction that is all.
        vote(chain, Bob, index, aye(500_000 * CNDR));
        chain.skip_all(40 * DAYS);
        assert!(matches!(info(index), ReferendumInfo::Rejected(..)));
        assert_eq!(sp_io::storage::get(b"candor"), None);
    });
}

#[test]
fn referendum_should_end_when_it_is_cancelled_or_killed() {
    chain(|chain| {
        without_sudo(chain);
        let mistaken = propose(chain, Bob, root(), set_storage());
        let cancel: RuntimeCall = pallet_referenda::Call::<Runtime>::cancel { index: mistaken }.into();
        let canceller = propose(chain, Charlie, Origin::ReferendumCanceller, cancel);
        all_aye(chain, canceller);
        assert_eq!(until_made(chain), Ok(()));
        assert!(matches!(info(mistaken), ReferendumInfo::Cancelled(..)));
        chain.ok(Bob, pallet_referenda::Call::<Runtime>::refund_decision_deposit { index: mistaken });

        let remark = frame_system::Call::<Runtime>::remark { remark: vec![1] };
        let hostile = propose(chain, Bob, root(), remark.into());
        let kill: RuntimeCall = pallet_referenda::Call::<Runtime>::kill { index: hostile }.into();
        let killer = propose(chain, Charlie, Origin::ReferendumKiller, kill);
        all_aye(chain, killer);
        let treasury = total(&TreasuryAccount::get());
        assert_eq!(until_made(chain), Ok(()));
        assert!(matches!(info(hostile), ReferendumInfo::Killed(..)));
        let deposits = 10_000 * CNDR + 10 * CNDR;
        assert_eq!(total(&TreasuryAccount::get()) - treasury, deposits, "both deposits are lost to the treasury");
        assert_eq!(sp_io::storage::get(b"candor"), None);
    });
}

#[test]
fn treasury_should_pay_when_a_referendum_grants_it() {
    chain(|chain| {
        without_sudo(chain);
        assert_eq!(candor_runtime::Treasury::account_id(), TreasuryAccount::get(), "one account");
        let index = propose(chain, Bob, Origin::Treasurer, spend(SPEND_CAP));
        all_aye(chain, index);
        assert_eq!(until_made(chain), Ok(()));
        let (treasury, dave) = (total(&TreasuryAccount::get()), total(&account(Dave)));
        assert_eq!(treasury, 1_000_000 * CNDR, "nothing was spent or burned before");
        chain.ok(Bob, pallet_treasury::Call::<Runtime>::payout { index: 0 });
        assert_eq!(treasury - total(&TreasuryAccount::get()), SPEND_CAP);
        assert_eq!(total(&account(Dave)) - dave, SPEND_CAP);
        assert!(chain.send(Bob, pallet_treasury::Call::<Runtime>::payout { index: 0 }).expect("valid").is_err());
        chain.skip_all(40 * DAYS);
        assert_eq!(total(&TreasuryAccount::get()), treasury - SPEND_CAP);
    });
}

#[test]
fn own_stake_should_vote_and_delegated_stake_should_not_when_both_are_staked() {
    chain(|chain| {
        chain.market();
        let stake = 500_000 * CNDR;
        for who in [Ferdie, Eve] {
            chain.ok(who, pallet_stake_pools::Call::<Runtime>::stake { pool: account(Ferdie), amount: stake });
        }
        let index = propose(chain, Bob, root(), set_storage());
        assert!(Balances::free_balance(account(Ferdie)) < VOTES && total(&account(Ferdie)) > VOTES);
        vote(chain, Ferdie, index, aye(VOTES));
        let refused = chain
            .send(Eve, pallet_conviction_voting::Call::<Runtime>::vote { poll_index: index, vote: aye(VOTES) })
            .expect("valid");
        assert!(refused.is_err(), "what lies in a pool's pot is not hers to vote with");
    });
}

#[test]
fn stake_should_be_taken_when_it_is_locked_by_votes() {
    chain(|chain| {
        chain.market();
        let index = propose(chain, Bob, root(), set_storage());
        vote(chain, Ferdie, index, aye(total(&account(Ferdie)) - CNDR));
        chain.ok(Charlie, submit(&[1.0]));
        let held = Balances::total_balance_on_hold(&account(Ferdie));
        // Nobody answers.
        chain.blocks(50);
        assert!(Balances::total_balance_on_hold(&account(Ferdie)) < held, "the penalty is taken");
    });
}

#[test]
fn vote_should_be_refused_when_it_is_of_next_to_nothing() {
    chain(|chain| {
        let index = propose(chain, Bob, root(), set_storage());
        let mut cast =
            |vote| chain.send(Eve, pallet_conviction_voting::Call::<Runtime>::vote { poll_index: index, vote });
        let half = MIN_VOTE / 2;
        for vote in [
            aye(0),
            aye(MIN_VOTE - 1),
            AccountVote::Split { aye: half, nay: half - 1 },
            AccountVote::SplitAbstain { aye: 0, nay: 0, abstain: 0 },
        ] {
            let refused = cast(vote).expect("valid").expect_err("too little");
            assert_eq!(refused, DispatchError::Token(TokenError::BelowMinimum));
        }
        cast(AccountVote::Split { aye: half, nay: half }).expect("valid").expect("enough");
        let everything =
            pallet_balances::Call::<Runtime>::transfer_all { dest: account(Bob).into(), keep_alive: false };
        chain.ok(Eve, everything);
        assert!(total(&account(Eve)) >= MIN_VOTE, "who votes stays");
    });
}

#[test]
fn tokens_should_not_vote_twice_when_they_go_through_escrow() {
    chain(|chain| {
        chain.market();
        let index = propose(chain, Bob, root(), set_storage());
        let vote_call = |who: Sr25519Keyring| pallet_conviction_voting::Call::<Runtime>::vote {
            poll_index: index,
            vote: aye(total(&account(who)) / 2),
        };
        chain.ok(Charlie, vote_call(Charlie));
        for call in [submit(&[1.0]).into(), crate::sessions::open_call(None, CNDR, 100).into()] {
            let call: RuntimeCall = call;
            let refused = chain.send(Charlie, call).expect("valid").expect_err("locked");
            assert!(matches!(refused, DispatchError::Module(ModuleError { message: Some("LockedByVotes"), .. })));
        }
        chain.ok(Eve, submit(&[1.0]));
        let refused = chain.send(Eve, vote_call(Eve)).expect("valid").expect_err("in escrow");
        assert_eq!(refused, DispatchError::Token(TokenError::FundsUnavailable));
        let delegate = pallet_conviction_voting::Call::<Runtime>::delegate {
            class: 0,
            to: account(Bob).into(),
            conviction: Conviction::None,
            balance: CNDR,
        };
        let refused = chain.send(Eve, delegate).expect("valid").expect_err("filtered");
        assert_eq!(refused, frame_system::Error::<Runtime>::CallFiltered.into());
        // Answered, final and paid: nothing is in escrow.
        chain.block();
        chain.answer_all(Ferdie, &worker());
        chain.blocks(150);
        chain.ok(Eve, vote_call(Eve));
    });
}

#[test]
fn tracks_should_be_sound_when_read() {
    assert_ok!(Tracks::check_integrity());
    for track in Tracks::tracks() {
        let info = &track.info;
        let longest = info.min_enactment_period + info.confirm_period;
        assert!(longest <= VOTE_LOCKING_PERIOD, "who won a vote lives with what follows");
        assert!(info.confirm_period < info.decision_period);
        let name = String::from_utf8(info.name.to_vec()).expect("text");
        for (at, elapsed) in [(0, 0), (50, 50), (100, 100)] {
            let part = sp_runtime::Perbill::from_percent(elapsed);
            let (approval, support) = (info.min_approval.threshold(part), info.min_support.threshold(part));
            println!("{name} {at} %: approval {approval:?}, support {support:?}");
            assert!(approval >= sp_runtime::Perbill::from_percent(49), "never without a majority of the votes");
            assert!(support > sp_runtime::Perbill::zero(), "never by nobody");
        }
    }
    for (id, origin) in [
        (0, root()),
        (1, Origin::ParametersAdmin.into()),
        (2, Origin::Treasurer.into()),
        (3, Origin::ReferendumCanceller.into()),
        (4, Origin::ReferendumKiller.into()),
    ] {
        assert_eq!(Tracks::track_for(&origin), Ok(id));
        assert_eq!(OriginCaller::decode(&mut &origin.encode()[..]), Ok(origin));
    }
    assert_eq!(Tracks::track_for(&RawOrigin::Signed(account(Bob)).into()), Err(()));
}
