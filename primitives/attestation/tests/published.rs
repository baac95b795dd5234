//! Quotes that others published, with the collateral of their time.

#![allow(clippy::unwrap_used)]

mod support;

use candor_attestation::{
    intel::{Bundle, MAX_QUOTE},
    Advisory, AttestationVerifier, Error, IntelDcap, Measurement, Part, Roots, Tee,
};
use support::{places, samples, sgx, tdx, tdx_extended, tdx_outdated};

#[test]
fn published_quotes_should_be_accepted_when_it_is_their_time() {
    for sample in samples() {
        let declared = IntelDcap::declared(&sample.quote).unwrap();
        assert_eq!((declared.tee, declared.version), (sample.tee, sample.version));
        assert_eq!(declared.bytes as usize, sample.quote.len());
        let collateral = sample.collateral();
        assert_eq!(IntelDcap::key_of(&sample.quote), Ok(collateral.key()));
        assert_eq!(hex::encode(collateral.key().fmspc), sample.fmspc);
        let found = sample.verify(&sample.quote);
        let Some(status) = sample.status else {
            assert_eq!(found, Err(Error::BelowEveryLevel), "an old TCB");
            continue;
        };
        let found = found.unwrap();
        assert_eq!((found.tee, found.tcb_status), (sample.tee, status));
        let advisories: Vec<_> = sample.advisories.iter().map(|number| Advisory(*number)).collect();
        assert_eq!(found.advisories.to_vec(), advisories);
        assert_eq!(found.expires, collateral.expires());
        assert!(found.tcb_date < collateral.issue_date());
    }
}

#[test]
fn measurements_should_be_those_of_the_report_when_a_quote_is_accepted() {
    let found = sgx().verify(&sgx().quote).unwrap();
    assert!(found.report_data.starts_with(b"Hello, world!\0"));
    let Measurement::Sgx { enclave, signer } = found.measurement else { panic!("not SGX") };
    assert_eq!(hex::encode(enclave), "33d8736db756ed4997e04ba358d27833188f1932ff7b1d156904d3f560452fbb");
    assert_eq!(hex::encode(signer), "815f42f11cf64430c30bab7816ba596a1da0130c3b028b673133a66cf9a3e0e6");

    let found = tdx().verify(&tdx().quote).unwrap();
    let Measurement::Tdx { machine, runtime } = found.measurement else { panic!("not TDX") };
    assert!(hex::encode(machine).starts_with("91eb2b44d141d4ece09f0c75c2c53d24"));
    assert!(hex::encode(runtime[0]).starts_with("44c0197b39157fdd7a4dcc44767f9d6b"));
    assert_eq!(runtime[3], [0; 48]);
    assert_eq!(hex::encode(&found.report_data[..8]), "9a9d48e7f6799642");
}

#[test]
fn quotes_should_be_refused_when_cut_at_any_length() {
    for sample in samples() {
        // Zeros at the end do not belong to it.
        let whole = sample.quote.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        for len in 0..=sample.quote.len() {
            let parsed = IntelDcap::declared(&sample.quote[..len]).map(|_| ());
            if len < whole {
                let early = len < 48 && matches!(parsed, Err(Error::UnsupportedVersion(_)));
                assert!(parsed == Err(Error::Truncated(Part::Quote)) || early, "{} {len}: {parsed:?}", sample.name);
                assert_eq!(sample.verify_held(&sample.quote[..len]).map(|_| ()), parsed);
            }
        }
        assert!(IntelDcap::declared(&sample.quote).is_ok());
    }
}

#[test]
fn quotes_should_be_refused_when_any_bit_is_turned() {
    for sample in [sgx(), tdx(), tdx_extended()] {
        let collateral = sample.collateral();
        for place in places(sample.quote.len(), 2) {
            let mut quote = sample.quote.clone();
            quote[place] ^= 1 << (place / 2 % 8);
            let found = IntelDcap::verify(&Roots::vendors(), &quote, &collateral, sample.now);
            assert!(found.is_err(), "{}, byte {place}", sample.name);
        }
    }
}

#[test]
fn quotes_should_be_refused_when_collateral_is_for_another_machine() {
    let roots = Roots::vendors();
    let check = |quote: &[u8], other: &support::Sample| {
        IntelDcap::verify(&roots, quote, &other.collateral(), other.now).map(|_| ()).unwrap_err()
    };
    assert_eq!(check(&sgx().quote, &tdx()), Error::OtherTee);
    assert_eq!(check(&tdx().quote, &tdx_outdated()), Error::OtherPlatform);
}

#[test]
fn quotes_should_be_refused_when_their_collateral_revokes_them() {
    let sample = tdx();
    let mut collateral = sample.collateral();
    let roots = Roots::vendors();
    let (leaf, issuer) = support::serials(&sample.quote);
    collateral.pck_crl.revoked.try_insert(0, leaf).unwrap();
    collateral.pck_crl.revoked.sort();
    let found = IntelDcap::verify(&roots, &sample.quote, &collateral, sample.now);
    assert_eq!(found, Err(Error::Revoked(Part::PckCertificate)));
    collateral.root_crl.revoked.try_push(issuer).unwrap();
    let found = IntelDcap::verify(&roots, &sample.quote, &collateral, sample.now);
    assert_eq!(found, Err(Error::Revoked(Part::PckAuthority)));
}

#[test]
fn collateral_should_be_refused_when_it_is_not_its_time() {
    for sample in samples() {
        let at = |now| IntelDcap::verify_collateral(&Roots::vendors(), &sample.bundle, now).map(|_| ());
        let expires = sample.collateral().expires();
        assert_eq!(at(expires), Ok(()));
        assert!(matches!(at(expires + 1), Err(Error::Expired(_))));
        assert!(matches!(at(expires + 2 * 365 * 86_400), Err(Error::Expired(_))));
        assert!(matches!(at(sample.now - 40 * 86_400), Err(Error::NotYetValid(_))));
        assert_eq!(at(0), Err(Error::NotYetValid(Part::IntelRoot)));
        assert_eq!(at(u64::MAX), Err(Error::Expired(Part::IntelRoot)));
        let early = IntelDcap::verify(&Roots::vendors(), &sample.quote, &sample.collateral(), sample.now - 40 * 86_400);
        assert!(matches!(early, Err(Error::NotYetValid(_))));
    }
}

#[test]
fn collateral_should_be_refused_when_any_bit_is_turned() {
    let sample = tdx_extended();
    // Each part as bytes, and how a changed one is put back.
    type Put = fn(&mut Bundle, Vec<u8>);
    let bundle = &sample.bundle;
    let parts: [(&[u8], Put); 9] = [
        (&bundle.root_crl, |bundle, bytes| bundle.root_crl = bytes.try_into().unwrap()),
        (&bundle.pck_crl, |bundle, bytes| bundle.pck_crl = bytes.try_into().unwrap()),
        (&bundle.pck_crl_issuer_chain, |bundle, bytes| bundle.pck_crl_issuer_chain = bytes.try_into().unwrap()),
        (&bundle.tcb_info, |bundle, bytes| bundle.tcb_info = bytes.try_into().unwrap()),
        (&bundle.tcb_info_signature, |bundle, bytes| bundle.tcb_info_signature = bytes.try_into().unwrap()),
        (&bundle.tcb_info_issuer_chain, |bundle, bytes| bundle.tcb_info_issuer_chain = bytes.try_into().unwrap()),
        (&bundle.qe_identity, |bundle, bytes| bundle.qe_identity = bytes.try_into().unwrap()),
        (&bundle.qe_identity_signature, |bundle, bytes| bundle.qe_identity_signature = bytes.try_into().unwrap()),
        (&bundle.qe_identity_issuer_chain, |bundle, bytes| bundle.qe_identity_issuer_chain = bytes.try_into().unwrap()),
    ];
    for (number, (bytes, put)) in parts.into_iter().enumerate() {
        for place in places(bytes.len(), 7) {
            let (mut changed, mut turned) = (bundle.clone(), bytes.to_vec());
            turned[place] ^= 1 << (place % 8);
            put(&mut changed, turned);
            let found = IntelDcap::verify_collateral(&Roots::vendors(), &changed, sample.now);
            assert!(found.is_err(), "part {number}, byte {place}");
        }
        for len in places(bytes.len(), 97).filter(|_| bytes.len() != 64) {
            let mut changed = bundle.clone();
            put(&mut changed, bytes[..len].to_vec());
            let found = IntelDcap::verify_collateral(&Roots::vendors(), &changed, sample.now);
            // The chains may end after the first certificate.
            assert!(found.is_err() || bytes[..len].trim_ascii_end().ends_with(b"CERTIFICATE-----"), "{number} {len}");
        }
    }
}

#[test]
fn evidence_should_be_refused_before_any_work_when_too_long() {
    let long = vec![0; MAX_QUOTE as usize + 1];
    assert_eq!(IntelDcap::declared(&long), Err(Error::TooLong(Part::Quote)));
    assert_eq!(tdx().verify_held(&long).map(|_| ()), Err(Error::TooLong(Part::Quote)));
    assert_eq!(IntelDcap::bundle_bytes(&tdx().bundle), 12_166);
}

#[test]
fn collateral_should_be_the_same_when_it_was_stored() {
    use codec::{Decode, Encode, MaxEncodedLen};
    for sample in samples() {
        let collateral = sample.collateral();
        let bytes = collateral.encode();
        println!("{}: {} bytes kept of {}", sample.name, bytes.len(), IntelDcap::bundle_bytes(&sample.bundle));
        assert_eq!(candor_attestation::intel::Collateral::decode(&mut &bytes[..]), Ok(collateral));
        assert_eq!(Bundle::decode(&mut &sample.bundle.encode()[..]), Ok(sample.bundle));
        // What a chain must reckon with.
        assert_eq!(candor_attestation::intel::Collateral::max_encoded_len(), 140_092);
    }
    assert_eq!(sgx().tee, Tee::Sgx);
}
