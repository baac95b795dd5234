//! Parts of traces: asked for, opened, priced, capped.

use super::*;

fn hashes(position: u32, first: u64, count: u32) -> Demand {
    Demand::Hashes { position, first, count }
}

#[test]
fn reveal_should_store_what_was_asked_for() {
    with_chain(|| {
        let run = large();
        let (_, id) = opened(&run);
        let parts = [
            Demand::Chunks { position: 0, first: 2, count: 3 },
            hashes(0, 0, 10),
            // More than there is: what there is.
            Demand::Chunks { position: 0, first: 8, count: 128 },
            hashes(0, 9, 4_096),
            hashes(1, 5, 1),
            Demand::Chunks { position: 1, first: u64::MAX, count: 1 },
        ];
        for (number, part) in (0u32..).zip(parts) {
            let who = if number < 3 { ALICE } else { BOB };
            assert_eq!(demand(who, id, part), number);
            assert_refused!(Challenges::demand(signed(BOB), id, part), AlreadyDemanded);
            assert_free(reveal(id, number, run.opening(&part)));
            assert_event(Event::Revealed { dispute: id, number });
            assert_refused!(Challenges::demand(signed(BOB), id, part), AlreadyDemanded);
            assert_refused!(reveal(id, number, run.opening(&part)), UnknownDemand);
        }
        let shown = Challenges::opened_of(id);
        assert_eq!(shown, parts.map(|part| (part, run.opening(&part))));
    });
}

#[test]
fn reveal_should_refuse_anything_else() {
    with_chain(|| {
        let run = large();
        let (_, id) = opened(&run);
        let number = demand(ALICE, id, chunk(0, 1));
        assert_refused!(reveal(id, number, run.opening(&chunk(0, 2))), WrongOpening);
        assert_refused!(reveal(id, number, run.opening(&chunk(1, 1))), WrongOpening);
        assert_refused!(reveal(id, number, run.opening(&hashes(0, 1, 1))), WrongOpening);
        assert_refused!(reveal(id, number, Vec::new()), WrongOpening);
        let mut spoiled = run.opening(&chunk(0, 1));
        for at in [0, 5, 40, 200, spoiled.len() - 1] {
            spoiled[at] ^= 1;
            assert_refused!(reveal(id, number, spoiled.clone()), WrongOpening);
            spoiled[at] ^= 1;
        }
        spoiled.push(0);
        assert_refused!(reveal(id, number, spoiled), WrongOpening);
        assert_refused!(reveal(id, number + 1, run.opening(&chunk(0, 1))), UnknownDemand);
        assert_free(reveal(id, number, run.opening(&chunk(0, 1))));
    });
}

#[test]
fn demand_should_refuse_what_nobody_can_open() {
    with_chain(|| {
        let run = run();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        assert_refused!(Challenges::demand(signed(ALICE), id, chunk(0, 0)), NoTrace);
        assert_refused!(Challenges::demand(signed(ALICE), id + 1, chunk(0, 0)), UnknownDispute);
        assert_free(submit_trace(id, &run));
        let bad = [
            chunk(2, 0),
            chunk(u32::MAX, 0),
            Demand::Chunks { position: 0, first: 0, count: 0 },
            Demand::Chunks { position: 0, first: 0, count: 129 },
            hashes(0, 0, 0),
            hashes(0, 0, 4_097),
        ];
        for part in bad {
            assert_refused!(Challenges::demand(signed(ALICE), id, part), BadDemand);
        }
    });
}

#[test]
fn demand_should_refuse_what_a_failed_run_never_made() {
    with_chain(|| {
        let mut run = run();
        let key = deliver_as(&HOST, &REQUESTER, &run, Outcome::Failed { node: 0, index: 0 }, HONEST);
        run.roots[1] = H256::zero();
        let id = challenge(ALICE, &key);
        assert_free(submit_trace(id, &run));
        assert_refused!(Challenges::demand(signed(ALICE), id, chunk(1, 0)), BadDemand);
        demand(ALICE, id, chunk(0, 0));
    });
}

#[test]
fn demand_should_hold_the_price_of_the_space() {
    with_chain(|| {
        let (_, id) = opened(&large());
        demand(BOB, id, chunk(0, 0));
        assert_eq!(held(&BOB), CHUNK_PRICE);
        demand(BOB, id, Demand::Hashes { position: 0, first: 0, count: 4_096 });
        assert_eq!(held(&BOB), CHUNK_PRICE + 2 * (131_072 + 2_048));
        let poor = AccountId::new([77; 32]);
        assert_refused!(Challenges::demand(signed(poor), id, chunk(0, 1)), FundsTooLow);
    });
}

#[test]
fn a_flood_of_demands_should_be_capped_and_pay() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        for first in 0..4 {
            demand(ALICE, id, chunk(0, first));
        }
        assert_refused!(Challenges::demand(signed(ALICE), id, chunk(0, 4)), TooManyDemands);
        for who in [BOB, CAROL, REQUESTER] {
            for first in 0..4 {
                demand(who.clone(), id, hashes(0, first, u32::from(who == BOB) + 2 * u32::from(who == CAROL) + 5));
            }
        }
        let late = OTHER_HOST;
        assert_refused!(Challenges::demand(signed(late.clone()), id, chunk(0, 9)), TooManyDemands);
        // The first answer gives room.
        assert_free(reveal(id, 0, run.opening(&chunk(0, 0))));
        demand(late, id, chunk(0, 9));
        let DisputeState::Open { pending, .. } = dispute(id).state else { panic!("open") };
        for owed in pending {
            assert_free(reveal(id, owed.number, run.opening(&owed.part)));
        }
        pass(9);
        assert_event(Event::ReceiptUpheld { dispute: id, key });
        assert_eq!(held(&ALICE) + held(&BOB) + held(&CAROL), 0);
        // Half of every price was for the host, half was burned.
        assert_eq!(free(&ALICE), FUNDS - Challenges::bond(&run.judging()) - 4 * CHUNK_PRICE);
        let hashes = |count: Balance| 4 * 2 * (32 * count + 2_048);
        let to_host = TRACE_PRICE + 5 * CHUNK_PRICE / 2 + (hashes(6) + hashes(7) + hashes(5)) / 2;
        assert_eq!(free(&HOST), FUNDS + to_host);
    });
}

#[test]
fn the_oldest_part_should_give_way_when_many_are_opened() {
    with_chain(|| {
        let run = large();
        let (_, id) = opened(&run);
        for first in 0..u64::from(MAX_OPENED) + 3 {
            let number = demand(ALICE, id, chunk(0, first + 20));
            assert_free(reveal(id, number, run.opening(&chunk(0, first + 20))));
        }
        let shown = Challenges::opened_of(id);
        assert_eq!(shown.len(), MAX_OPENED as usize);
        assert_eq!(shown[0].0, chunk(0, 23));
        assert_eq!(Opened::<Test>::iter_prefix(id).count(), MAX_OPENED as usize);
        // It may be asked for again.
        demand(ALICE, id, chunk(0, 20));
    });
}

#[test]
fn an_auditor_should_ask_for_free_and_owe_it() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        accuse(&AUDITOR, &key);
        let part = chunk(0, 3);
        let by = |who: &AccountId| statement(id, who, DisputeStatement::Demand(part));
        let ask = |who: &AccountId, signature| Challenges::demand_for(authorized(), id, who.clone(), part, signature);
        assert_refused!(ask(&AUDITOR, by(&HOST)), BadSignature);
        assert_refused!(ask(&AUDITOR_2, by(&AUDITOR_2)), NotAuditor);
        assert_refused!(ask(&ALICE, by(&ALICE)), NotAuditor);
        assert_free(ask(&AUDITOR, by(&AUDITOR)));
        assert_eq!(held(&AUDITOR), 0);
        assert_eq!(Claims::<Test>::get(id, AUDITOR).unwrap().owed, Some(CHUNK_PRICE));
        assert_refused!(ask(&AUDITOR, by(&AUDITOR)), AlreadyDemanded);
        assert_free(reveal(id, 0, run.opening(&part)));
        pass(9);
        // In vain: it pays from its stake.
        let penalty = VAIN_PENALTY + TRACE_PRICE + CHUNK_PRICE;
        assert_eq!(MockHosts::stake(&AUDITOR), STAKE - penalty);
        assert_eq!(Penalties::get(), vec![(AUDITOR, penalty)]);
        let who = AUDITOR;
        assert_event(Event::ClaimSettled { dispute: id, who, returned: 0, to_host: 0, burned: 0, penalty });
    });
}
