//! The same verdict as `dcap-qvl`, on published quotes and on what becomes of them when they are changed.

#[path = "../../../primitives/attestation/tests/support/mod.rs"]
mod support;

use candor_attestation::{intel::Bundle, AttestationVerifier, Error, IntelDcap, Part, Roots};
use dcap_qvl::{configs::RustCryptoConfig, verify::QuoteVerifier, QuoteCollateralV3};
use support::{samples, sgx, tdx, tdx_extended, tdx_outdated, Sample};

/// Status and advisories.
type Verdict = (String, Vec<String>);

fn ours(quote: &[u8], bundle: &Bundle, now: u64) -> Result<Verdict, Error> {
    let roots = Roots::vendors();
    let collateral = IntelDcap::verify_collateral(&roots, bundle, now)?;
    let found = IntelDcap::verify(&roots, quote, &collateral, now)?;
    let status = format!("{:?}", found.tcb_status).replace("RelaunchAdvised", "TDRelaunchAdvised");
    Ok((status, found.advisories.iter().map(ToString::to_string).collect()))
}

fn theirs(quote: &[u8], collateral: &QuoteCollateralV3, now: u64) -> Result<Verdict, String> {
    let verifier = QuoteVerifier::new_prod().with_config::<RustCryptoConfig>();
    let found = verifier.verify(quote, collateral, now).map_err(|error| format!("{error:#}"))?;
    Ok((found.status, found.advisory_ids))
}

/// Collateral as the other library takes it. It may bring a chain of its own, which ours always takes from the quote.
fn reference(sample: &Sample) -> QuoteCollateralV3 {
    let mut collateral: QuoteCollateralV3 = serde_json::from_str(&sample.json).unwrap();
    collateral.pck_certificate_chain = None;
    collateral
}

#[test]
fn verdicts_should_agree_when_quotes_are_as_published() {
    for sample in samples() {
        let (ours, theirs) =
            (ours(&sample.quote, &sample.bundle, sample.now), theirs(&sample.quote, &reference(&sample), sample.now));
        println!("{}: {ours:?} {theirs:?}", sample.name);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
            (Err(ours), Err(theirs)) => {
                assert_eq!((ours, theirs.contains("No matching TCB level")), (Error::BelowEveryLevel, true));
            },
            (ours, theirs) => panic!("{}: {ours:?} {theirs:?}", sample.name),
        }
    }
}

/// Whether both decide alike on a quote in which one bit is turned. Only ours may refuse what the other accepts, and only for
/// what nothing signs: the framing of version 4 and 5, line ends and labels of certificates, and the copy of the root.
fn compare_turned_bits(sample: &Sample) {
    let reference = reference(sample);
    let collateral = sample.collateral();
    let copy_of_root = support::find_last(&sample.quote, b"-----BEGIN");
    let (mut alike, mut stricter) = (0, 0);
    for place in support::places(sample.quote.len(), 4) {
        let mut quote = sample.quote.clone();
        quote[place] ^= 1 << (place / 4 % 8);
        let ours = IntelDcap::verify(&Roots::vendors(), &quote, &collateral, sample.now);
        match (ours, theirs(&quote, &reference, sample.now)) {
            (Err(_), Err(_)) => alike += 1,
            (Err(Error::UnsupportedCertification | Error::Trailing(Part::Quote)), Ok(_)) => stricter += 1,
            (Err(_), Ok(_)) if place >= copy_of_root || sample.quote[place] == b'\n' => stricter += 1,
            (ours, theirs) => panic!("{}, byte {place}: {ours:?} {theirs:?}", sample.name),
        }
    }
    println!("{}: {alike} alike, {stricter} refused by ours only", sample.name);
    assert!(alike > stricter);
}

#[test]
fn verdicts_should_agree_when_a_bit_of_an_sgx_quote_is_turned() {
    compare_turned_bits(&sgx());
}

#[test]
fn verdicts_should_agree_when_a_bit_of_a_tdx_quote_is_turned() {
    compare_turned_bits(&tdx());
}

#[test]
fn verdicts_should_agree_when_a_bit_of_an_extended_tdx_quote_is_turned() {
    compare_turned_bits(&tdx_extended());
}

#[test]
fn verdicts_should_agree_when_quotes_are_cut_short() {
    for sample in [sgx(), tdx(), tdx_extended()] {
        let reference = reference(&sample);
        for len in support::places(sample.quote.len(), 41) {
            let quote = &sample.quote[..len];
            assert_eq!(sample.verify(quote).is_ok(), theirs(quote, &reference, sample.now).is_ok(), "{len}");
        }
    }
}

#[test]
fn verdicts_should_agree_when_the_time_is_another() {
    for sample in [sgx(), tdx(), tdx_extended()] {
        let reference = reference(&sample);
        let expires = sample.collateral().expires();
        for now in [0, sample.now - 100 * 86_400, sample.now, expires, expires + 1, sample.now + 400 * 86_400] {
            let (ours, theirs) = (ours(&sample.quote, &sample.bundle, now), theirs(&sample.quote, &reference, now));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {ours:?} {theirs:?}", sample.name);
        }
    }
}

#[test]
fn verdicts_should_agree_when_collateral_is_of_another_machine() {
    for quoted in samples() {
        for other in samples() {
            let now = other.now;
            let (ours, theirs) =
                (ours(&quoted.quote, &other.bundle, now), theirs(&quoted.quote, &reference(&other), now));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{} {}: {ours:?} {theirs:?}", quoted.name, other.name);
        }
    }
}

#[test]
fn verdicts_should_agree_when_parts_of_collateral_are_turned() {
    let sample = tdx_outdated();
    let extended = tdx_extended();
    for sample in [sample, extended] {
        let change = |bytes: &mut [u8], place: usize| bytes[place] ^= 1 << (place % 8);
        for step in 0..200 {
            let (mut json, mut bundle) = (reference(&sample), sample.bundle.clone());
            let at = |len: usize| step * 7919 % len;
            match step % 4 {
                0 => {
                    change(&mut json.root_ca_crl, at(bundle.root_crl.len()));
                    bundle.root_crl = json.root_ca_crl.clone().try_into().unwrap();
                },
                1 => {
                    change(&mut json.pck_crl, at(bundle.pck_crl.len()));
                    bundle.pck_crl = json.pck_crl.clone().try_into().unwrap();
                },
                2 => {
                    change(&mut json.tcb_info_signature, at(64));
                    bundle.tcb_info_signature = json.tcb_info_signature.clone().try_into().unwrap();
                },
                _ => {
                    change(&mut json.qe_identity_signature, at(64));
                    bundle.qe_identity_signature = json.qe_identity_signature.clone().try_into().unwrap();
                },
            }
            assert!(ours(&sample.quote, &bundle, sample.now).is_err(), "{step}");
            assert!(theirs(&sample.quote, &json, sample.now).is_err(), "{step}");
        }
    }
}
