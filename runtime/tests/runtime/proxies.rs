//! What proxies may and may not do.

use crate::chain::{account, submit, Bob};
use candor_runtime::{configs::ProxyType, Runtime, RuntimeCall, CNDR};
use codec::Encode;
use frame_support::traits::InstanceFilter;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_jobs::JobOptions;

fn transfer() -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: account(Bob).into(), value: CNDR }.into()
}

fn named_job() -> RuntimeCall {
    let pallet_jobs::Call::submit { release, input, max_fee } = submit(&[1.0]) else { unreachable!() };
    let options = JobOptions { host: Some(account(Bob)), ..Default::default() };
    pallet_jobs::Call::<Runtime>::submit_with { release, input, max_fee, options }.into()
}

fn give_away() -> RuntimeCall {
    pallet_models::Call::<Runtime>::transfer_repository { repository: 0, new_owner: account(Bob) }.into()
}

fn session() -> RuntimeCall {
    crate::sessions::open_call(Some(Bob), CNDR, 100).into()
}

fn top_up() -> RuntimeCall {
    pallet_sessions::Call::<Runtime>::top_up { session: 0, amount: CNDR, expires: None }.into()
}

fn vote() -> RuntimeCall {
    let vote = AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::None }, balance: CNDR };
    pallet_conviction_voting::Call::<Runtime>::vote { poll_index: 0, vote }.into()
}

fn close() -> RuntimeCall {
    pallet_sessions::Call::<Runtime>::close { session: 0, voucher: None }.into()
}

#[test]
fn non_transfer_proxy_should_be_refused_when_a_call_moves_money_away() {
    for call in [transfer(), submit(&[1.0]).into(), named_job(), give_away(), session(), top_up()] {
        assert!(!ProxyType::NonTransfer.filter(&call), "{call:?}");
        assert!(ProxyType::Any.filter(&call));
    }
    assert!(ProxyType::NonTransfer.filter(&pallet_jobs::Call::<Runtime>::cancel { job: 0 }.into()));
    assert!(ProxyType::NonTransfer.filter(&pallet_hosts::Call::<Runtime>::chill {}.into()));
    assert!(ProxyType::NonTransfer.filter(&close()));
    assert!(ProxyType::NonTransfer.filter(&vote()));
}

#[test]
fn governance_proxy_should_vote_and_propose_and_do_nothing_else_when_it_is_asked() {
    let note = pallet_preimage::Call::<Runtime>::note_preimage { bytes: vec![1] };
    for call in [vote(), note.into(), pallet_treasury::Call::<Runtime>::payout { index: 0 }.into()] {
        assert!(ProxyType::Governance.filter(&call), "{call:?}");
        assert!(![ProxyType::Host, ProxyType::Jobs, ProxyType::Models].iter().any(|proxy| proxy.filter(&call)));
    }
    for call in [transfer(), named_job(), give_away(), session()] {
        assert!(!ProxyType::Governance.filter(&call), "{call:?}");
    }
    // Stored proxies keep their kind.
    assert_eq!(ProxyType::Governance.encode(), [5]);
}

#[test]
fn proxy_should_be_refused_when_a_call_is_none_of_its_business() {
    assert!(ProxyType::Jobs.filter(&named_job()));
    assert!(
        ProxyType::Jobs.filter(&session()) && ProxyType::Host.filter(&close()) && !ProxyType::Host.filter(&session())
    );
    assert!(!ProxyType::Jobs.filter(&transfer()));
    assert!(!ProxyType::Models.filter(&give_away()));
    assert!(
        ProxyType::Models.filter(&pallet_models::Call::<Runtime>::set_private { repository: 0, private: true }.into())
    );
    assert!(!ProxyType::Host.filter(&pallet_hosts::Call::<Runtime>::deregister {}.into()));
    assert!(ProxyType::Host.filter(&pallet_hosts::Call::<Runtime>::chill {}.into()));
}
