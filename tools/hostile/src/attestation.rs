//! Quotes, reports and collateral.

use candor_attestation::{
    amd::SnpCollateral,
    intel::{Bundle, Collateral, CrlBytes},
    AmdSnp, AttestationVerifier, IntelDcap, Roots,
};
use candor_test_attestation::{pem, sign, signed, Amd, Intel};
use std::sync::OnceLock;

/// Header, kind, length and report of a quote for TDX 1.5. What follows proves these, and has more than one form: certificates may
/// end their lines in two ways.
const SIGNED: usize = 48 + 6 + 648;

/// A maker of quotes with what it made.
struct Made {
    intel: Intel,
    roots: Roots<'static>,
    quote: Vec<u8>,
    bundle: Bundle,
    collateral: Collateral,
    amd: Amd,
    amd_roots: Roots<'static>,
    report: Vec<u8>,
    amd_collateral: SnpCollateral,
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let (intel, amd) = (Intel::tdx15(), Amd::milan());
        let (roots, amd_roots) = (intel.roots(), amd.roots());
        let bundle = intel.bundle();
        let collateral = IntelDcap::verify_collateral(&roots, &bundle, intel.now).expect("it is good");
        let amd_collateral = AmdSnp::verify_collateral(&amd_roots, &amd.bundle(), amd.now).expect("it is good");
        let (quote, report) = (intel.quote(), amd.evidence());
        Made { intel, roots, quote, bundle, collateral, amd, amd_roots, report, amd_collateral }
    })
}

/// A byte that says what is hostile, then what it is: evidence as it is, evidence changed in places, a part of collateral without
/// a good signature, or one with it, so that what comes after the signature's check is reached.
pub fn bytes(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let made = made();
    match kind % 12 {
        0 => quote(data, made),
        1 => report(data, made),
        2 => quote(&changed(&made.quote, data), made),
        3 => report(&changed(&made.report, data), made),
        4 => part(made, |bundle| bundle.root_crl = bounded(data)),
        5 => part(made, |bundle| bundle.root_crl = bounded(&signed(data.to_vec(), &made.intel.keys.root))),
        6 => part(made, |bundle| bundle.pck_crl = bounded(&signed(data.to_vec(), &made.intel.keys.authority))),
        7 => part(made, |bundle| bundle.tcb_info_issuer_chain = data.to_vec().try_into().unwrap_or_default()),
        8 => part(made, |bundle| {
            let chain = pem(&signed(data.to_vec(), &made.intel.keys.root)).into_bytes();
            bundle.pck_crl_issuer_chain = chain.try_into().unwrap_or_default();
        }),
        9 => part(made, |bundle| {
            bundle.tcb_info_signature = sign(&made.intel.keys.signer, data);
            bundle.tcb_info = data.to_vec().try_into().unwrap_or_default();
        }),
        10 => part(made, |bundle| {
            bundle.qe_identity_signature = sign(&made.intel.keys.signer, data);
            bundle.qe_identity = data.to_vec().try_into().unwrap_or_default();
        }),
        _ => {
            let mut maker = made.intel.clone();
            maker.machine_extension = Some(data.to_vec());
            let quote = maker.quote();
            let key = IntelDcap::key_of(&quote);
            let found = IntelDcap::verify(&made.roots, &quote, &made.collateral, maker.now);
            assert!(found.is_err() || key == Ok(made.collateral.key()));
        },
    }
}

fn bounded(bytes: &[u8]) -> CrlBytes {
    bytes.to_vec().try_into().unwrap_or_default()
}

/// Three bytes each: a place, and what is turned there.
fn changed(bytes: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]]));
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= change[2];
        }
    }
    changed
}

fn quote(data: &[u8], made: &Made) {
    let declared = IntelDcap::declared(data);
    let key = IntelDcap::key_of(data);
    let found = IntelDcap::verify(&made.roots, data, &made.collateral, made.intel.now);
    if let Ok(declared) = declared {
        assert_eq!(declared.bytes as usize, data.len());
        assert!(declared.certificate_bytes < declared.bytes);
    } else {
        assert!(key.is_err() && found.is_err(), "what declares nothing is nothing");
    }
    assert!(found.is_err() || data[..SIGNED] == made.quote[..SIGNED], "a changed report was accepted");
}

fn report(data: &[u8], made: &Made) {
    let declared = AmdSnp::declared(data);
    let found = AmdSnp::verify(&made.amd_roots, data, &made.amd_collateral, made.amd.now);
    let _ = AmdSnp::key_of(data);
    assert!(declared.is_ok() || found.is_err());
    assert!(found.is_err() || data[..0x2a0] == made.report[..0x2a0], "a changed report was accepted");
}

fn part(made: &Made, change: impl FnOnce(&mut Bundle)) {
    let mut bundle = made.bundle.clone();
    change(&mut bundle);
    if let Ok(found) = IntelDcap::verify_collateral(&made.roots, &bundle, made.intel.now) {
        let replaces = IntelDcap::check_newer(&made.collateral, &found);
        assert!(replaces.is_err() || found.key() == made.collateral.key());
        let _ = IntelDcap::verify(&made.roots, &made.quote, &found, made.intel.now);
    }
}

/// Something good of every kind.
pub fn seed(n: u64) -> Vec<u8> {
    let made = made();
    let kind = (n % 12) as u8;
    let good = match kind {
        0 => made.quote.clone(),
        1 => made.report.clone(),
        2 | 3 => vec![0, 4, 1],
        4 => made.bundle.root_crl.to_vec(),
        5 => body_of(&made.bundle.root_crl),
        6 => body_of(&made.bundle.pck_crl),
        7 => made.bundle.tcb_info_issuer_chain.to_vec(),
        8 => body_of(&made.intel.authority.make(&made.intel.keys.authority, &made.intel.keys.root)),
        9 => made.bundle.tcb_info.to_vec(),
        10 => made.bundle.qe_identity.to_vec(),
        _ => made.intel.default_extension(),
    };
    [&[kind][..], &good].concat()
}

/// The first element of what was signed.
fn body_of(signed: &[u8]) -> Vec<u8> {
    // The lengths of both sequences have one byte of form and one or two of number.
    let start = if signed[1] == 0x82 { 4 } else { 3 };
    let rest = &signed[start..];
    let end = match rest[1] {
        0x82 => 4 + usize::from(u16::from_be_bytes([rest[2], rest[3]])),
        0x81 => 3 + usize::from(rest[2]),
        short => 2 + usize::from(short),
    };
    rest[..end].to_vec()
}
