//! Validators in the whole runtime: fees to the author and its stakers, offences as consensus proves them.

use crate::chain::*;
use candor_primitives::Balance;
use candor_runtime::{
    configs::{EndowFeePot, TreasuryAccount},
    Babe, Balances, Grandpa, Header, Historical, Runtime, RuntimeEvent, Session, ValidatorPools, Validators, CNDR,
    EXISTENTIAL_DEPOSIT,
};
use codec::Encode;
use frame_support::traits::{KeyOwnerProofSystem, OnRuntimeUpgrade};
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    EquivocationProof, BABE_ENGINE_ID,
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{
    generic::{Digest, DigestItem},
    Perbill,
};

const STAKE: Balance = 100_000 * CNDR;

#[test]
fn history_should_tell_what_is_at_stake_when_the_chain_begins() {
    chain(|chain| {
        let key = (sp_consensus_babe::KEY_TYPE, sp_consensus_babe::AuthorityId::from(Alice.public()));
        let proof = Historical::prove(key.clone()).expect("Alice validates");
        let at_stake = pallet_validators::Exposure { total: STAKE };
        assert_eq!(Historical::check_proof(key.clone(), proof.clone()), Some((account(AliceStash), at_stake)));
        // It stands in the history too, not only in the present.
        pallet_session::CurrentIndex::<Runtime>::put(2);
        assert_eq!(Historical::check_proof(key, proof), Some((account(AliceStash), at_stake)));
        pallet_session::CurrentIndex::<Runtime>::put(0);
        chain.block();
    });
}

fn paid() -> Vec<(Balance, Balance)> {
    let events = Chain::events().into_iter().filter_map(|event| match event {
        RuntimeEvent::Validators(pallet_validators::Event::Paid { amount, stakers, .. }) => Some((amount, stakers)),
        _ => None,
    });
    events.collect()
}

fn fees() -> Balance {
    let events = Chain::events().into_iter().filter_map(|event| match event {
        RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
            actual_fee, ..
        }) => Some(actual_fee),
        _ => None,
    });
    events.sum()
}

fn burned() -> Balance {
    let events = Chain::events().into_iter().filter_map(|event| match event {
        RuntimeEvent::ValidatorPools(pallet_stake_pools::Event::Slashed { burned, .. }) => Some(burned),
        _ => None,
    });
    events.sum()
}

#[test]
fn author_and_stakers_should_share_the_fees_when_a_block_ends() {
    chain(|chain| {
        chain.block();
        let stash = account(AliceStash);
        let stake = pallet_stake_pools::Call::<Runtime, frame_support::instances::Instance1>::stake {
            pool: stash.clone(),
            amount: STAKE,
        };
        chain.ok(Bob, stake);
        chain.block();
        chain.ok(Charlie, frame_system::Call::remark { remark: vec![0; 100] });
        let (before, fees) = (Balances::free_balance(&stash), fees());
        let delegated = || ValidatorPools::pool(stash.clone()).expect("a pool").delegated;
        let staked = delegated();
        assert!(fees > 0);
        chain.close();
        // Half of the stake is Bob's, of whose part the validator keeps a twentieth.
        let [(amount, stakers)] = paid()[..] else { panic!("one author is paid once") };
        assert_eq!(amount, fees);
        assert!(stakers.abs_diff(fees * 475 / 1_000) <= fees / 1_000_000, "but for what the block before added");
        assert_eq!(Balances::free_balance(&stash), before + amount - stakers);
        assert_eq!(delegated(), staked + stakers);
        assert_eq!(Balances::free_balance(Validators::pot()), EXISTENTIAL_DEPOSIT);
    });
}

/// A header of Alice's for the slot of this block.
fn sealed(state: u8) -> Header {
    let slot = Babe::current_slot();
    let pre = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot });
    let mut header = Header {
        parent_hash: Default::default(),
        number: 1,
        state_root: sp_core::H256::repeat_byte(state),
        extrinsics_root: Default::default(),
        digest: Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, pre.encode())] },
    };
    let seal = Alice.sign(header.hash().as_bytes());
    header.digest.push(DigestItem::babe_seal(seal.into()));
    header
}

#[test]
fn validator_should_be_slashed_when_two_blocks_of_a_slot_are_shown() {
    chain_with_burns(burned, |chain| {
        chain.block();
        let proof = |first: u8, second: u8| EquivocationProof {
            offender: Alice.public().into(),
            slot: Babe::current_slot(),
            first_header: sealed(first),
            second_header: sealed(second),
        };
        let owner =
            Historical::prove((sp_consensus_babe::KEY_TYPE, sp_consensus_babe::AuthorityId::from(Alice.public())))
                .expect("Alice validates");
        let report = |equivocation| pallet_babe::Call::report_equivocation {
            equivocation_proof: Box::new(equivocation),
            key_owner_proof: owner.clone(),
        };
        // The same block twice is no offence.
        let header = sealed(1);
        let same = EquivocationProof { first_header: header.clone(), second_header: header, ..proof(1, 2) };
        assert!(chain.send(Bob, report(same)).expect("valid").is_err());
        let before = Balances::free_balance(account(Bob));
        chain.ok(Bob, report(proof(1, 2)));
        // The only validator: the whole of its exposure. A tenth is the reporter's, who pays no fee.
        let pool = ValidatorPools::pool(account(AliceStash)).expect("a pool");
        assert_eq!((pool.own, pool.slashes), (0, 1));
        assert_eq!(Balances::free_balance(account(Bob)), before + STAKE / 10);
        let offended = Chain::events().into_iter().find_map(|event| match event {
            RuntimeEvent::Validators(pallet_validators::Event::Offended { fraction, slash, .. }) => {
                Some((fraction, slash))
            },
            _ => None,
        });
        assert_eq!(offended, Some((Perbill::one(), STAKE)));
        // Once is enough.
        assert!(chain.send(Charlie, report(proof(1, 2))).expect("valid").is_err());
        assert_eq!(Session::validators(), [account(AliceStash)], "nobody else can take its place");
    });
}

#[test]
fn validator_should_be_slashed_when_two_votes_of_a_round_are_shown() {
    use finality_grandpa::{Equivocation as Votes, Prevote};
    use sp_consensus_grandpa::{AuthorityId, Equivocation, EquivocationProof as Proof};
    chain_with_burns(burned, |chain| {
        chain.block();
        let voter = Ed25519Keyring::Alice;
        let set = pallet_grandpa::CurrentSetId::<Runtime>::get();
        let vote = |hash: u8| {
            let vote = Prevote { target_hash: sp_core::H256::repeat_byte(hash), target_number: 1 };
            let message =
                sp_consensus_grandpa::localized_payload(1, set, &finality_grandpa::Message::Prevote(vote.clone()));
            (vote, voter.sign(&message).into())
        };
        let votes =
            Votes { round_number: 1, identity: AuthorityId::from(voter.public()), first: vote(1), second: vote(2) };
        let owner =
            Historical::prove((sp_consensus_grandpa::KEY_TYPE, AuthorityId::from(voter.public()))).expect("it votes");
        let report = pallet_grandpa::Call::report_equivocation {
            equivocation_proof: Box::new(Proof::new(set, Equivocation::Prevote(votes))),
            key_owner_proof: owner,
        };
        chain.ok(Bob, report);
        assert_eq!(ValidatorPools::pool(account(AliceStash)).expect("a pool").own, 0);
        assert_eq!(Grandpa::grandpa_authorities().len(), 1);
    });
}

#[test]
fn pot_of_fees_should_exist_when_a_chain_was_upgraded() {
    chain(|chain| {
        chain.block();
        let pot = Validators::pot();
        // A chain from before had no such account.
        let give = pallet_balances::Call::force_transfer {
            source: pot.clone().into(),
            dest: account(Eve).into(),
            value: EXISTENTIAL_DEPOSIT,
        };
        chain.ok(Sr25519Keyring::Alice, pallet_sudo::Call::sudo { call: Box::new(give.into()) });
        assert_eq!(Balances::free_balance(&pot), 0);
        let treasury = Balances::free_balance(TreasuryAccount::get());
        EndowFeePot::on_runtime_upgrade();
        assert_eq!(Balances::free_balance(&pot), EXISTENTIAL_DEPOSIT);
        EndowFeePot::on_runtime_upgrade();
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury - EXISTENTIAL_DEPOSIT);
    });
}
